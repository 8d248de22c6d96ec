// Why the lake writes with DuckDB: the figures of docs/decisions/0002-duckdb.md.
import { join } from 'node:path';
import { z } from 'zod';
import type { Bench, Measured } from './bench';
import { interleave, toRow } from './statistics';

const ROWS = 100_000;
const ROUNDS = 3;
const PEER = 'parquetjs-lite';

const sizeOf = ({ answer }: Measured): number => z.object({ sizeBytes: z.number() }).parse(answer).sizeBytes / 1e6;

export const parquetWriters: Bench = {
  name: 'parquet-writers',
  description: '100,000 rows of five plain types from JavaScript to Parquet (Snappy): DuckDB beside parquetjs-lite',
  async run(context) {
    const side = (job: string) => () => {
      context.progress(`${job}, ${ROWS} rows`);
      return context.job(job, { path: join(context.workDir, `${job}.parquet`), rows: ROWS });
    };
    const [ours = [], peer = []] = await interleave(ROUNDS, [side('write-duckdb'), side('write-parquetjs-lite')]);
    const row = (name: string, unit: string, of: (run: Measured) => number) =>
      toRow({ name, unit, ours: ours.map(of), peer: { name: PEER, runs: peer.map(of) } });
    return [
      row('parquet-writers: wall', 's', (run) => run.wallSeconds),
      row('parquet-writers: CPU', 'CPU s', (run) => run.cpuSeconds),
      row('parquet-writers: file', 'MB', sizeOf),
      row('parquet-writers: memory', 'MB', (run) => run.peakMegabytes),
    ];
  },
};
