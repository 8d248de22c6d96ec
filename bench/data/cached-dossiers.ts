// Dossier files the benches share: made once, in a process of their own, under a name that says what is in them.
import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { BenchContext } from '../bench';

const SEED = 20_261_101;
const BAD_SHARE = 0.005;
/** Raised when dossiers.ts writes other bytes. */
const GENERATION = 1;

/** Path of a file with this many dossiers, 0.5 % of them wrong. */
export async function cachedDossiers(context: BenchContext, rows: number): Promise<string> {
  const path = join(context.cacheDir, `dossiers-${GENERATION}-${rows}.csv`);
  if (existsSync(path)) return path;
  context.progress(`making ${rows.toLocaleString('en-GB')} dossiers: ${path}`);
  const unfinished = `${path}.${process.pid}`;
  await context.job('dossiers', { path: unfinished, rows, seed: SEED, badShare: BAD_SHARE });
  await rename(unfinished, path);
  return path;
}
