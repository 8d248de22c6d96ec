// Threads that share the seeds among them.
import { Worker } from 'node:worker_threads';
import type { Failure, Job, Report } from './worker';

export interface Total {
  readonly runs: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly failures: readonly Failure[];
}

const CHUNK = 50;
/** What a run needs is garbage when it is over: with a larger nursery next to nothing of it is copied. */
const NURSERY_MB = 64;

export class Pool {
  readonly #workers: Worker[];
  #serial = 0;

  constructor(path: string, jobs: number) {
    const resourceLimits = { maxYoungGenerationSizeMb: NURSERY_MB };
    this.#workers = Array.from({ length: Math.max(1, jobs) }, () => new Worker(path, { resourceLimits }));
    for (const worker of this.#workers) worker.setMaxListeners(100);
  }

  #ask(worker: Worker, job: Omit<Job, 'id'>): Promise<Report> {
    const id = ++this.#serial;
    return new Promise((resolve, reject) => {
      const hear = (report: Report) => {
        if (report.id !== id) return;
        worker.off('message', hear);
        worker.off('error', reject);
        resolve(report);
      };
      worker.on('message', hear);
      worker.once('error', reject);
      worker.postMessage({ ...job, id });
    });
  }

  run(job: Omit<Job, 'id'>): Promise<Report> {
    return this.#ask(this.#workers[0]!, job);
  }

  /** @param enough failures after which no further seeds are begun */
  async seeds(
    range: { readonly from: number; readonly count: number },
    onProgress: (done: number, failed: number) => void,
    enough = Number.POSITIVE_INFINITY,
  ): Promise<Total> {
    const counts: Record<string, number> = {};
    const failures: Failure[] = [];
    let [next, runs] = [range.from, 0];
    const end = range.from + range.count;
    const work = async (worker: Worker): Promise<void> => {
      while (next < end && failures.length < enough) {
        const chunk = Number.isFinite(enough) ? Math.min(CHUNK, 10) : CHUNK;
        const seeds = { from: next, count: Math.min(chunk, end - next) };
        next += seeds.count;
        const report = await this.#ask(worker, { seeds });
        runs += report.runs;
        for (const [name, count] of Object.entries(report.counts)) counts[name] = (counts[name] ?? 0) + count;
        failures.push(...report.failures);
        onProgress(runs, failures.length);
      }
    };
    await Promise.all(this.#workers.map(work));
    return { runs, counts, failures };
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}
