// What every stack gets: the province, its names, its contracts, and where the code of a function is.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { Contract } from '../lake/contract/contract';
import { parseContract } from '../lake/contract/parse';
import { assertOwnTables } from '../lake/contract/table-names';
import { InputError } from '../lake/errors';
import { checkStoragePlaces } from './gate';
import { type FunctionName, type Names, names } from './names';
import { datasetsOf, type ProvinceConfig, parseProvince } from './province-config';

export interface LakeContext {
  readonly config: ProvinceConfig;
  readonly names: Names;
  /** Contracts the province takes part in, by name. */
  readonly contracts: readonly Contract[];
  /** queries/saved, by name. */
  readonly savedQueries: readonly SavedQuery[];
  readonly code: (name: FunctionName) => Code;
}

export interface SavedQuery {
  readonly name: string;
  /** The first comment line: the question it answers. */
  readonly question: string;
  readonly sql: string;
}

function savedQueries(root: string): readonly SavedQuery[] {
  const folder = join(root, 'queries', 'saved');
  return readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .toSorted()
    .map((file) => {
      const sql = readFileSync(join(folder, file), 'utf8');
      const name = file.replace('.sql', '');
      return { name, question: /^-- *(.+)$/m.exec(sql)?.[1] ?? name, sql };
    });
}

/** Names `agency/dataset` of all contracts below `root`. */
function contractNames(root: string): readonly string[] {
  const dir = join(root, 'schemas', 'contracts');
  return readdirSync(dir).flatMap((agency) =>
    readdirSync(join(dir, agency))
      .filter((file) => file.endsWith('.odcs.yaml'))
      .map((file) => `${agency}/${file.replace('.odcs.yaml', '')}`),
  );
}

/**
 * @param today YYYY-MM-DD, for approvals that end
 * @throws InputError E_PROVINCE, E_CONTRACT, E_STORAGE_PLACE, or what a contract is wrong about
 */
export function loadProvince(
  root: string,
  province: string,
  code: LakeContext['code'],
  today = new Date().toISOString().slice(0, 10),
): LakeContext {
  const folder = join(root, 'infra', 'provinces');
  const there = readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.replace('.yaml', ''));
  if (!there.includes(province))
    throw new InputError('E_PROVINCE', {
      vi: `Không có infra/provinces/${province}.yaml; các tỉnh: ${there.join(', ')}. Chọn một trong các tỉnh này.`,
      en: `There is no infra/provinces/${province}.yaml; provinces: ${there.join(', ')}. Choose one of these.`,
    });
  const path = `infra/provinces/${province}.yaml`;
  const known = contractNames(root);
  assertOwnTables(known);
  const config = parseProvince(readFileSync(join(root, path), 'utf8'), path, known);
  const contracts = datasetsOf(config, known).map((name) => {
    const file = `schemas/contracts/${name}.odcs.yaml`;
    return parseContract(readFileSync(join(root, file), 'utf8'), file);
  });
  checkStoragePlaces(root, config, contracts, today);
  return { config, names: names(config), contracts, savedQueries: savedQueries(root), code };
}
