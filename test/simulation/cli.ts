// npm run simulate -- [--seeds N] [--from S] [--seed S] [--mutant NAME] [--mutants] [--kills K] [--jobs N] [--dry]
// --mutants: every mutant until it was noticed K times or N seeds are over.
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { MUTANTS } from './mutants/all';
import type { Patch } from './mutants/patch';
import { TUNING } from './mutants/tuning';
import { Pool } from './pool';
import type { Scenario } from './scenario';
import { SOMETIMES } from './sometimes';
import type { Failure } from './worker';

interface Tools {
  /** Folder for bundles, removed afterwards. */
  readonly work: string;
  /** test/simulation. */
  readonly here: string;
  readonly bundleSimulation: (entry: string, outdir: string, patches: readonly Patch[]) => Promise<string>;
}

/** A scenario that once failed, made small, with what it broke; replayed first on every run. */
interface Regression {
  readonly invariant: string;
  readonly what: string;
  readonly scenario: Scenario;
}

const SEEDS = 20_000;
/** Seeds a mutant may outlive before it counts as a survivor. */
const MUTANT_SEEDS = 2_000;
/** What a run prints of the last steps before a failure. */
const STEPS_SHOWN = 40;
/** The kinds of trouble are only required to have happened when there were enough runs for each. */
const SOMETIMES_FROM = 2_000;

const say = (line: string) => process.stdout.write(`${line}\n`);

function regressionsOf(here: string): Regression[] {
  return JSON.parse(readFileSync(join(here, 'regressions.json'), 'utf8')) as Regression[];
}

export async function main(argv: readonly string[], tools: Tools): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      seeds: { type: 'string' },
      from: { type: 'string', default: '1' },
      seed: { type: 'string' },
      mutant: { type: 'string' },
      mutants: { type: 'boolean', default: false },
      kills: { type: 'string', default: '2' },
      jobs: { type: 'string', default: String(Math.min(8, availableParallelism())) },
      /** Failures are told, not kept. */
      dry: { type: 'boolean', default: false },
    },
  });
  const jobs = Number(values.jobs);
  const range =
    values.seed === undefined
      ? { from: Number(values.from), count: Number(values.seeds ?? (values.mutants ? MUTANT_SEEDS : SEEDS)) }
      : { from: Number(values.seed), count: 1 };
  if (values.mutants) return runMutants(range, jobs, Number(values.kills), tools);
  const mutant = values.mutant === undefined ? undefined : MUTANTS.find(({ name }) => name === values.mutant);
  if (values.mutant !== undefined && !mutant) {
    say(`There is no mutant ${values.mutant}; there are: ${MUTANTS.map(({ name }) => name).join(', ')}.`);
    return 2;
  }
  return runSeeds(range, jobs, mutant, tools, values.dry);
}

interface Range {
  readonly from: number;
  readonly count: number;
}

async function workerFor(mutant: Patch | undefined, tools: Tools): Promise<string> {
  const patches = mutant ? [...TUNING, mutant] : TUNING;
  return tools.bundleSimulation('test/simulation/worker.ts', join(tools.work, mutant?.name ?? 'plain'), patches);
}

async function runSeeds(
  range: Range,
  jobs: number,
  mutant: Patch | undefined,
  tools: Tools,
  isDry: boolean,
): Promise<number> {
  const pool = new Pool(await workerFor(mutant, tools), jobs);
  const started = Date.now();
  try {
    const regressions = mutant || range.count === 1 ? [] : regressionsOf(tools.here);
    for (const { scenario } of regressions) {
      const { failures } = await pool.run({ scenario });
      if (failures[0]) return tell(failures[0], undefined);
    }
    const total = await pool.seeds(range, (done, failed) => {
      if (process.stdout.isTTY || done % 2000 === 0 || done === range.count)
        say(`${done} of ${range.count} seeds, ${failed} failed, ${((Date.now() - started) / 1000).toFixed(0)} s`);
    });
    const { counts, failures } = total;
    say(
      Object.entries(counts)
        .sort()
        .map(([name, count]) => `${name} ${count}`)
        .join(' · '),
    );
    const first = [...failures].sort((a, b) => a.seed - b.seed)[0];
    if (first) {
      say(
        `${failures.length} seeds failed: ${failures
          .slice(0, 20)
          .map(({ seed, invariant }) => `${seed} (${invariant})`)
          .join(', ')}`,
      );
      const { shrunk } = await pool.run({ shrink: first.scenario });
      if (!mutant && !isDry && shrunk) remember(shrunk, tools.here);
      return tell(first, shrunk);
    }
    const missing = range.count < SOMETIMES_FROM || mutant ? [] : SOMETIMES.filter((name) => !counts[name]);
    if (missing.length > 0) say(`Never happened, so nothing was shown about it: ${missing.join(', ')}`);
    else
      say(
        `${total.runs} seeds and ${regressions.length} former failures: every promise was kept (${((Date.now() - started) / 1000).toFixed(0)} s).`,
      );
    return missing.length > 0 ? 1 : 0;
  } finally {
    await pool.close();
  }
}

function tell(failure: Failure, shrunk: Failure | undefined): number {
  const shown = shrunk ?? failure;
  say(`seed ${failure.seed} breaks ${failure.invariant}: ${failure.what}`);
  if (shrunk) {
    const { uploads, acts, workers, mode } = shrunk.scenario;
    say(`made smaller: ${uploads.length} uploads, ${acts.length} acts, ${workers} workers, ${mode}: ${shrunk.what}`);
  }
  for (const { process: name, label, note } of shown.steps.slice(-STEPS_SHOWN)) say(`  ${name} ${label} ${note}`);
  say(`again: npm run simulate -- --seed ${failure.seed}`);
  return 1;
}

/** Kept until somebody removes it: what was broken once is asked again on every run. */
function remember({ invariant, what, scenario }: Failure, here: string): void {
  const known = regressionsOf(here).filter((one) => one.scenario.seed !== scenario.seed);
  // Where in a bundle it was thrown helps nobody later.
  const [said = ''] = what.split('\n');
  writeFileSync(
    join(here, 'regressions.json'),
    `${JSON.stringify([...known, { invariant, what: said, scenario }], null, 1)}\n`,
  );
}

async function runMutants(range: Range, jobs: number, kills: number, tools: Tools): Promise<number> {
  let survivors = 0;
  const plain = await runSeeds({ ...range, count: Math.min(range.count, 500) }, jobs, undefined, tools, true);
  if (plain !== 0) return plain;
  say('mutant | killed in | first seed | promise');
  for (const mutant of MUTANTS) {
    const path = await workerFor(mutant, tools).catch((error: unknown) => {
      say(`${mutant.name} | DOES NOT APPLY | – | ${String(error).split('\n')[1] ?? ''}`);
    });
    if (!path) {
      survivors++;
      continue;
    }
    const pool = new Pool(path, jobs);
    const { failures, runs } = await pool.seeds(range, () => {}, kills);
    await pool.close();
    const first = [...failures].sort((a, b) => a.seed - b.seed)[0];
    if (!first) survivors++;
    const broken = [...new Set(failures.map(({ invariant }) => invariant))].sort().join(' ');
    say(
      `${mutant.name} | ${first ? `${failures.length} of ${runs} seeds` : `SURVIVES ${runs} seeds`} | ${first?.seed ?? '–'} | ${broken || '–'}`,
    );
  }
  say(
    survivors === 0
      ? `All ${MUTANTS.length} mutants were killed.`
      : `${survivors} of ${MUTANTS.length} mutants survive.`,
  );
  return survivors === 0 ? 0 : 1;
}
