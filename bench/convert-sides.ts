// The validated conversion and its peer over one file: what convert-1m and the memory benches run in turn.
import { join } from 'node:path';
import { z } from 'zod';
import { FaultError } from '../lake/errors';
import type { BenchContext, Measured } from './bench';

const oursShape = z.object({ verdict: z.literal('partial'), rowsIn: z.number(), rowsRejected: z.number().positive() });
const plainShape = z.object({ rows: z.number() });

export const plainName = (threads: number): string => `DuckDB COPY, ${threads} thread${threads === 1 ? '' : 's'}`;

export function convertSide(context: BenchContext, path: string, rows: number): () => Promise<Measured> {
  return async () => {
    context.progress(`validated conversion of ${rows} rows`);
    const measured = await context.job('convert', { path, workDir: join(context.workDir, 'convert') });
    const { rowsIn } = oursShape.parse(measured.answer);
    if (rowsIn !== rows) throw new FaultError('F_BENCH', `${rowsIn} rows were read, ${rows} were written`);
    return measured;
  };
}

export function plainSide(context: BenchContext, path: string, rows: number, threads: number): () => Promise<Measured> {
  return async () => {
    context.progress(`${plainName(threads)} of ${rows} rows`);
    const measured = await context.job('plain-copy', { path, threads, workDir: join(context.workDir, 'plain') });
    const { rows: written } = plainShape.parse(measured.answer);
    if (written !== rows) throw new FaultError('F_BENCH', `the peer wrote ${written} of ${rows} rows`);
    return measured;
  };
}
