// Plans a query over a table: head, manifest list, every manifest.
import { z } from 'zod';
import { FaultError } from '../../lake/errors';
import { planFiles } from '../../lake/table/plan';
import { localFiles } from '../../platform/duckdb/local-files';
import { openHome } from '../../platform/local/home';

const inputShape = z.object({
  dir: z.string(),
  table: z.string(),
  rounds: z.number(),
  /** The files as the engine opens them, each asked for on the disk: what a query of ours waits for. */
  isLocal: z.boolean().optional(),
});

interface Planned {
  readonly ms: readonly number[];
  readonly cpuMs: readonly number[];
  readonly files: number;
  /** The metadata file that was planned from, for others to read. */
  readonly metadata: string;
  /** Snapshots the table has had. */
  readonly sequence: number;
}

/** Answers wall and CPU milliseconds of each plan, the first one cold, and how many files there were. */
export async function planJob(input: unknown): Promise<Planned> {
  const { dir, table, rounds, isLocal } = inputShape.parse(input);
  const ms: number[] = [];
  const cpuMs: number[] = [];
  let files = 0;
  let metadata = '';
  let sequence = 0;
  for (let round = 0; round < rounds; round++) {
    const cpu = process.cpuUsage();
    const started = performance.now();
    const home = openHome(dir);
    const head = await home.catalog.load(table);
    if (!head) throw new FaultError('F_BENCH', `no table ${table} in ${dir}`);
    const list = isLocal ? localFiles : planFiles;
    files = (await list(home.zones.curated, head.metadata)).files.length;
    ms.push(performance.now() - started);
    const { user, system } = process.cpuUsage(cpu);
    cpuMs.push((user + system) / 1000);
    metadata = head.location;
    sequence = head.metadata['last-sequence-number'];
  }
  return { ms, cpuMs, files, metadata, sequence };
}
