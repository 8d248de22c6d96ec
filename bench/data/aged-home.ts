// Homes with a table that has a long past. Made by our own commits, once for each state of the sources that write tables.
import { existsSync, readdirSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BenchContext } from '../bench';
import type { Shape } from './places';
import { stampOfSources } from './stamp';

const SOURCES = [
  'lake/table',
  'lake/contract/types.ts',
  'bench/data/dossiers.ts',
  'bench/data/places.ts',
  'bench/data/sealed.ts',
  'bench/jobs/aged-table.ts',
  'schemas/contracts/van_phong_ubnd/ho_so_tthc.odcs.yaml',
];

/** Rows of each submission. */
export const AGED_ROWS = 100;

const WHOLE = 'made.json';

/** Folder of the home; it may be read and linked, never written to. Metadata in it names it by its place. */
export async function agedHome(context: BenchContext, shape: Shape, commits: number): Promise<string> {
  const { root, cacheDir, progress } = context;
  const family = `aged-${shape.replace(' ', '-')}-${commits}-`;
  const name = `${family}${stampOfSources(root, SOURCES)}`;
  const dir = join(cacheDir, name);
  if (existsSync(join(dir, WHOLE))) return join(dir, 'home');
  // Earlier sources made the others, and a run that was broken off may have left half of this one.
  for (const other of readdirSync(cacheDir))
    if (other.startsWith(family)) await rm(join(cacheDir, other), { recursive: true, force: true });
  progress(`making a table of ${commits.toLocaleString('en-GB')} commits (${shape}), once: ${dir}`);
  const { wallSeconds } = await context.job('aged-table', { dir, commits, shape, rows: AGED_ROWS });
  await writeFile(join(dir, WHOLE), JSON.stringify({ wallSeconds }));
  progress(`made in ${Math.round(wallSeconds)} s`);
  return join(dir, 'home');
}
