// What a data officer waits for: one small file into a lake that already has data.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sqlString } from '../lake/intake/sql-text';
import type { Bench } from './bench';
import { writeDossiers } from './data/dossiers';
import { unitFile } from './data/units';
import { interleave, toRow } from './statistics';

const ROUNDS = 7;
const LIMIT_MS = 1000;

export const put100: Bench = {
  name: 'put-100',
  description: '`tamgiang put` of 100 dossiers into an existing home, start-up included, wall milliseconds',
  async run(context) {
    const home = join(context.workDir, 'home');
    const command = join('cli', 'tamgiang.mjs');
    const put = (path: string, to: string) => context.node([command, 'put', path, '--to', to, '--home', home]);
    const units = join(context.workDir, 'don_vi.csv');
    await writeFile(units, unitFile());
    context.progress('preparing a home');
    await put(units, 'so_noi_vu/don_vi_hanh_chinh/2026-07');
    const file = (nth: number) => join(context.workDir, `ho_so_${nth}.csv`);
    for (let nth = 0; nth <= ROUNDS; nth++) await writeDossiers(file(nth), { rows: 100, seed: nth, badShare: 0 });
    // The first start after a change of the sources bundles them.
    await put(file(0), 'van_phong_ubnd/ho_so_tthc/2025-12');
    let nth = 0;
    const [ours = [], peer = []] = await interleave(ROUNDS, [
      () => {
        nth++;
        context.progress(`put ${nth} of ${ROUNDS}`);
        return put(file(nth), `van_phong_ubnd/ho_so_tthc/2026-0${nth}`);
      },
      () => context.node(['-e', plainCopy(file(nth), join(context.workDir, 'plain.parquet'))]),
    ]);
    return [
      toRow({
        name: 'put-100',
        unit: 'ms',
        ours,
        peer: { name: 'node -e, DuckDB COPY', runs: peer },
        limit: LIMIT_MS,
      }),
    ];
  },
};

function plainCopy(from: string, to: string): string {
  const sql = `COPY (FROM read_csv(${sqlString(from)})) TO ${sqlString(to)} (FORMAT parquet, COMPRESSION zstd)`;
  return `(async () => {
    const { DuckDBInstance } = require('@duckdb/node-api');
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    await connection.run(${JSON.stringify(sql)});
  })();`;
}
