// A lake that can be made anew from what was sent is only worth something if that takes no longer than sending it did.
// The rebuild also compares all rows with the old table's, which the first load has not to do.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { FaultError } from '../lake/errors';
import type { Bench } from './bench';
import { writeDossiers } from './data/dossiers';
import { unitFile } from './data/units';
import { interleave, toRow } from './statistics';

const FULL = { files: 24, rows: 20_000, rounds: 3 };
const SMALL = { files: 3, rows: 200, rounds: 1 };
const BAD_SHARE = 0.005;
/** Rows a second, against the first load. */
const LIMIT = 0.8;

const filledShape = z.object({ rows: z.number().positive(), seconds: z.number(), cpuSeconds: z.number() });
type Filled = z.infer<typeof filledShape>;

export const rebuildBench: Bench = {
  name: 'rebuild',
  description:
    'tables made anew from 24 raw files of 20,000 dossiers and compared, beside the first load of the same files',
  hasSmall: true,
  async run(context) {
    const { files, rows, rounds } = context.isSmall ? SMALL : FULL;
    const units = join(context.workDir, 'don_vi.csv');
    await writeFile(units, unitFile());
    const sent = Array.from({ length: files }, (_, nth) => ({
      path: join(context.workDir, `ho_so_${nth}.csv`),
      dataset: 'van_phong_ubnd/ho_so_tthc',
      period: `${2024 + Math.floor(nth / 12)}-${String((nth % 12) + 1).padStart(2, '0')}`,
    }));
    for (const [nth, { path }] of sent.entries()) await writeDossiers(path, { rows, seed: nth, badShare: BAD_SHARE });
    const lists = [{ path: units, dataset: 'so_noi_vu/don_vi_hanh_chinh', period: '2026-07' }];
    const loads: Filled[] = [];
    const rebuilds: Filled[] = [];
    let dir = '';
    await interleave(rounds, [
      async () => {
        context.progress(`round ${loads.length + 1} of ${rounds}: first load of ${files} files`);
        dir = join(context.workDir, `home-${loads.length}`);
        loads.push(filledShape.parse((await context.job('first-load', { dir, lists, files: sent })).answer));
      },
      async () => {
        context.progress(`round ${rebuilds.length + 1} of ${rounds}: rebuild`);
        rebuilds.push(filledShape.parse((await context.job('rebuild', { dir })).answer));
        const [before, after] = [loads.at(-1)?.rows, rebuilds.at(-1)?.rows];
        if (before !== after) throw new FaultError('F_BENCH', `${after} rows were rebuilt, ${before} were loaded`);
      },
    ]);
    const row = (label: string, unit: 'rows/s' | 'CPU s', limit: number, of: (filled: Filled) => number) =>
      toRow({
        name: `rebuild${label}`,
        unit,
        ours: rebuilds.map(of),
        peer: { name: 'first load', runs: loads.map(of) },
        limit,
      });
    return [
      row('', 'rows/s', LIMIT, ({ rows: loaded, seconds }) => loaded / seconds),
      row(': CPU', 'CPU s', 1 / LIMIT, ({ cpuSeconds }) => cpuSeconds),
    ];
  },
};
