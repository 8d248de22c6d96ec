// The pieces of work that are measured, each run in a process of its own that loads nothing else.
import { FaultError } from '../lake/errors';

/** Parses its input and answers something small that JSON can carry. */
type Job = (input: unknown, root: string) => Promise<unknown>;

const JOBS: Readonly<Record<string, () => Promise<Job>>> = {
  dossiers: async () => (await import('./jobs/dossiers')).dossiersJob,
  convert: async () => (await import('./jobs/convert')).convertJob,
  'plain-copy': async () => (await import('./jobs/plain-copy')).plainCopyJob,
  commit: async () => (await import('./jobs/commit')).commitJob,
  seal: async () => (await import('./jobs/seal')).sealJob,
  'aged-table': async () => (await import('./jobs/aged-table')).agedTableJob,
  'commit-age': async () => (await import('./jobs/commit-age')).commitAgeJob,
  'parallel-writer': async () => (await import('./jobs/parallel-writer')).parallelWriterJob,
  'parallel-submitter': async () => (await import('./jobs/parallel-writer')).parallelSubmitterJob,
  'first-load': async () => (await import('./jobs/rebuild')).firstLoadJob,
  reconcile: async () => (await import('./jobs/reconcile')).reconcileJob,
  rebuild: async () => (await import('./jobs/rebuild')).rebuildJob,
  plan: async () => (await import('./jobs/plan')).planJob,
  'write-duckdb': async () => (await import('./jobs/parquet-writers')).duckdbWriterJob,
  'write-parquetjs-lite': async () => (await import('./jobs/parquet-writers')).parquetjsWriterJob,
};

/** Prints the answer, the CPU time the job took once its code was loaded, and the peak memory of the whole process. */
export async function runJob(name: string, input: unknown, root: string): Promise<void> {
  const load = JOBS[name];
  if (!load) throw new FaultError('F_BENCH_JOB', `no job ${name}`);
  const job = await load();
  const before = process.cpuUsage();
  const answer = (await job(input, root)) ?? null;
  const { user, system } = process.cpuUsage(before);
  const { maxRSS } = process.resourceUsage();
  const usage = { cpuSeconds: (user + system) / 1e6, peakMegabytes: (maxRSS * 1024) / 1e6, answer };
  process.stdout.write(`${JSON.stringify(usage)}\n`);
}
