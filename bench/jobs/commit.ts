// Commits to a local table that already has a history, one submission of one file each.
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { tableDefinition } from '../../lake/contract/types';
import { FaultError } from '../../lake/errors';
import { commit } from '../../lake/table/commit';
import type { Effect } from '../../lake/table/effect';
import { tablePorts } from '../../lake/table/transact';
import { createHome, type Home } from '../../platform/local/home';
import { loadCodeLists } from '../../platform/local/schemas';
import { writeDossiers } from '../data/dossiers';
import { dossierContract } from './convert';

const inputShape = z.object({ workDir: z.string(), earlier: z.number(), measured: z.number() });

/** Answers the milliseconds of each commit after the first `earlier` ones. */
export async function commitJob(input: unknown, root: string): Promise<{ readonly ms: readonly number[] }> {
  const { workDir, earlier, measured } = inputShape.parse(input);
  const home = await createHome(join(workDir, 'home'));
  const table = tableDefinition(dossierContract(root));
  const path = join(workDir, 'small.csv');
  await writeDossiers(path, { rows: 100, seed: 1, badShare: 0 });
  const ms: number[] = [];
  for (let i = 0; i < earlier + measured; i++) {
    const effect = await smallEffect(home, root, path, i);
    const started = performance.now();
    await commit({ table, effects: [effect] }, tablePorts(home));
    if (i >= earlier) ms.push(performance.now() - started);
  }
  await rm(workDir, { recursive: true });
  return { ms };
}

/** One file of a hundred rows, a month of its own, already in the curated zone. */
async function smallEffect(home: Home, root: string, path: string, nth: number): Promise<Effect> {
  const contract = dossierContract(root);
  const period = `${2020 + Math.floor(nth / 12)}-${String((nth % 12) + 1).padStart(2, '0')}`;
  const submission = `${contract.name}/${period}`;
  const work = await home.workspace.open();
  const conversion = await home.converter.convert({
    contract,
    codeLists: loadCodeLists(root),
    references: [],
    path,
    fileName: `ho_so_${period}.csv`,
    submission,
    version: '0001',
    period,
    loadedAtMs: home.clock.now(),
    workDir: work.dir,
  });
  const { data, rowsIn, rowsAccepted, rowsRejected } = conversion;
  if (!data) throw new FaultError('F_BENCH', 'the small file was refused');
  const effectKey = createHash('sha256').update(submission).digest('hex');
  const key = `${contract.dataset}/data/ky_du_lieu=${period}/${effectKey.slice(0, 16)}-${home.rng.uuid()}.parquet`;
  await home.zones.curated.adoptFileIfAbsent(key, data.path);
  await work.close();
  const { sizeBytes, rows, stats } = data;
  const file = { path: home.zones.curated.location(key), sizeBytes, rows, period, stats };
  return { submission, version: '0001', effectKey, op: 'put', rowsIn, rowsAccepted, rowsRejected, add: [file] };
}
