// One thread of a simulation: runs the seeds it is given, and makes a failing scenario smaller when asked.
import { parentPort } from 'node:worker_threads';
import { type Outcome, runScenario } from './run';
import { type Scenario, scenarioOf } from './scenario';
import { shrink } from './shrink';

export interface Job {
  readonly id: number;
  readonly seeds?: { readonly from: number; readonly count: number };
  readonly scenario?: Scenario;
  readonly shrink?: Scenario;
}

export interface Failure {
  readonly seed: number;
  readonly invariant: string;
  readonly what: string;
  readonly scenario: Scenario;
  readonly steps: Outcome['steps'];
}

export interface Report {
  readonly id: number;
  readonly runs: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly failures: readonly Failure[];
  readonly shrunk?: Failure;
}

function failureOf(scenario: Scenario, outcome: Outcome): Failure[] {
  const { violation, steps } = outcome;
  return violation ? [{ seed: scenario.seed, ...violation, scenario, steps }] : [];
}

async function work(job: Job): Promise<Report> {
  const counts: Record<string, number> = {};
  const failures: Failure[] = [];
  let runs = 0;
  const once = async (scenario: Scenario) => {
    const outcome = await runScenario(scenario);
    runs++;
    for (const [name, count] of outcome.counts) counts[name] = (counts[name] ?? 0) + count;
    failures.push(...failureOf(scenario, outcome));
  };
  if (job.scenario) await once(job.scenario);
  const { from = 0, count = 0 } = job.seeds ?? {};
  for (let seed = from; seed < from + count; seed++) await once(scenarioOf(seed));
  if (!job.shrink) return { id: job.id, runs, counts, failures };
  const scenario = await shrink(job.shrink, async (smaller) => (await runScenario(smaller)).violation?.invariant);
  const [shrunk] = failureOf(scenario, await runScenario(scenario));
  return { id: job.id, runs, counts, failures, ...(shrunk ? { shrunk } : {}) };
}

parentPort?.on('message', (job: Job) => {
  void work(job).then((report) => parentPort?.postMessage(report));
});
