// The same plain rows written to Parquet by DuckDB and by parquetjs-lite, both from JavaScript values and with Snappy,
// the best compression both know.
import { stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { DuckDBDateValue, DuckDBInstance } from '@duckdb/node-api';
import { z } from 'zod';
import { makeRng } from '../../cli/demo/extracts/rng';
import { sqlString } from '../../lake/intake/sql-text';

const DAY_MS = 86_400_000;
const FIRST_DAY = Date.UTC(2026, 0, 1) / DAY_MS;
const NOTES = ['', 'đã trả kết quả', 'chờ bổ sung giấy tờ', 'chuyển bộ phận một cửa'] as const;

const inputShape = z.object({ path: z.string(), rows: z.number() });

interface PlainRow {
  readonly ma: string;
  readonly so_luong: number;
  readonly gia: number;
  /** Days since 1970. */
  readonly ngay: number;
  readonly ghi_chu: string;
}

function* plainRows(rows: number): Generator<PlainRow> {
  const rng = makeRng(7);
  for (let i = 0; i < rows; i++) {
    yield {
      ma: `TG-${String(i).padStart(7, '0')}`,
      so_luong: rng.int(0, 10_000),
      gia: rng.next() * 1_000_000,
      ngay: FIRST_DAY + rng.int(0, 364),
      ghi_chu: `${rng.pick(NOTES)} ${rng.int(1, 500)}`,
    };
  }
}

export async function duckdbWriterJob(input: unknown): Promise<unknown> {
  const { path, rows } = inputShape.parse(input);
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  await connection.run('CREATE TABLE rows (ma VARCHAR, so_luong INTEGER, gia DOUBLE, ngay DATE, ghi_chu VARCHAR)');
  const appender = await connection.createAppender('rows');
  for (const row of plainRows(rows)) {
    appender.appendVarchar(row.ma);
    appender.appendInteger(row.so_luong);
    appender.appendDouble(row.gia);
    appender.appendDate(new DuckDBDateValue(row.ngay));
    appender.appendVarchar(row.ghi_chu);
    appender.endRow();
  }
  appender.closeSync();
  await connection.run(`COPY rows TO ${sqlString(path)} (FORMAT parquet, COMPRESSION snappy)`);
  connection.closeSync();
  instance.closeSync();
  return { sizeBytes: (await stat(path)).size };
}

export async function parquetjsWriterJob(input: unknown, root: string): Promise<unknown> {
  const { path, rows } = inputShape.parse(input);
  // Not bundled: it sets undeclared variables, which only a CommonJS module may do.
  const lite: typeof import('parquetjs-lite') = createRequire(join(root, 'package.json'))('parquetjs-lite');
  const { ParquetSchema, ParquetWriter } = lite;
  const compression = 'SNAPPY';
  const schema = new ParquetSchema({
    ma: { type: 'UTF8', compression },
    so_luong: { type: 'INT32', compression },
    gia: { type: 'DOUBLE', compression },
    ngay: { type: 'DATE', compression },
    ghi_chu: { type: 'UTF8', compression },
  });
  const writer = await ParquetWriter.openFile(schema, path);
  for (const row of plainRows(rows)) await writer.appendRow({ ...row, ngay: new Date(row.ngay * DAY_MS) });
  await writer.close();
  return { sizeBytes: (await stat(path)).size };
}
