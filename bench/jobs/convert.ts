// The judged conversion of a dossier file, with the list of communes it is held against.
import { mkdir, rm } from 'node:fs/promises';
import { z } from 'zod';
import type { Contract } from '../../lake/contract/contract';
import { FaultError } from '../../lake/errors';
import type { ReferenceRows } from '../../lake/intake/conversion';
import { convert } from '../../platform/duckdb/convert';
import { loadCodeLists, loadContracts } from '../../platform/local/schemas';
import { COMMUNE_COUNT, COMMUNE_STEP } from '../data/dossiers';

const DATASET = 'van_phong_ubnd/ho_so_tthc';
const LOADED_AT_MS = Date.UTC(2026, 10, 2);

const inputShape = z.object({ path: z.string(), workDir: z.string() });

/** Answers rows in, accepted and set aside. */
export async function convertJob(input: unknown, root: string): Promise<unknown> {
  const { path, workDir } = inputShape.parse(input);
  const contract = dossierContract(root);
  await mkdir(workDir, { recursive: true });
  const { verdict, rowsIn, rowsAccepted, rowsRejected } = await convert({
    contract,
    codeLists: loadCodeLists(root),
    references: [communes(contract)],
    path,
    fileName: 'ho_so_2026-10.csv',
    submission: `${DATASET}/2026-10`,
    version: '0001',
    period: '2026-10',
    loadedAtMs: LOADED_AT_MS,
    workDir,
  });
  await rm(workDir, { recursive: true });
  return { verdict, rowsIn, rowsAccepted, rowsRejected };
}

export function dossierContract(root: string): Contract {
  const contract = loadContracts(root).get(DATASET);
  if (!contract) throw new FaultError('F_BENCH', `no contract ${DATASET} below ${root}`);
  return contract;
}

/** The list of units as the lake would have it: every made-up commune, in the edition after the reform. */
function communes(contract: Contract): ReferenceRows {
  const column = contract.columns.find((candidate) => candidate.name === 'ma_xa');
  if (!column) throw new FaultError('F_BENCH', `no column ma_xa in ${contract.name}`);
  return {
    column,
    select: `SELECT lpad(CAST(i * ${COMMUNE_STEP} + 1 AS VARCHAR), 5, '0') AS code, CAST(2 AS BIGINT) AS editions FROM range(${COMMUNE_COUNT}) t(i)`,
    editions: [
      { period: '2025-03', from: null },
      { period: '2026-07', from: '2025-07-01' },
    ],
  };
}
