// The repository's own contracts and code lists, read from disk for the tests beside this file.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseCodeList } from '../../../lake/contract/code-lists';
import type { CodeLists } from '../../../lake/contract/contract';

const SCHEMAS = join(__dirname, '../../../schemas');

export interface ContractFile {
  readonly file: string;
  readonly text: string;
}

export function contractFiles(): readonly ContractFile[] {
  const folder = join(SCHEMAS, 'contracts');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.odcs.yaml'))
    .sort()
    .map((file) => ({ file: file.replaceAll('\\', '/'), text: readFileSync(join(folder, file), 'utf8') }));
}

export function codeLists(): CodeLists {
  const folder = join(SCHEMAS, 'codes');
  return new Map(
    readdirSync(folder)
      .filter((file) => file.endsWith('.csv'))
      .map((file) => [file.replace(/\.csv$/, ''), parseCodeList(readFileSync(join(folder, file), 'utf8'), file)]),
  );
}
