// What DuckDB does with a file when nobody asks it to judge: the peer of the conversion.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { z } from 'zod';
import { sqlString } from '../../lake/intake/sql-text';

const inputShape = z.object({ path: z.string(), workDir: z.string(), threads: z.number() });

/** The shortest way to Parquet DuckDB has: dialect and types guessed, nothing judged, nothing explained. Answers the rows. */
export async function plainCopyJob(input: unknown): Promise<unknown> {
  const { path, workDir, threads } = inputShape.parse(input);
  await mkdir(workDir, { recursive: true });
  const instance = await DuckDBInstance.create(':memory:', { threads: String(threads) });
  const connection = await instance.connect();
  const target = join(workDir, 'plain.parquet');
  const result = await connection.runAndReadAll(
    `COPY (FROM read_csv(${sqlString(path)})) TO ${sqlString(target)} (FORMAT parquet, COMPRESSION zstd)`,
  );
  const [row] = result.getRowsJson();
  connection.closeSync();
  instance.closeSync();
  await rm(workDir, { recursive: true });
  return { rows: Number(row?.[0]) };
}
