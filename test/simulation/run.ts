// One run: a scenario, the real code, and the assertions. The same scenario always gives the same run.
import { createHash } from 'node:crypto';
import { FaultError, InputError } from '../../lake/errors';
import { recover } from '../../lake/submission/recover';
import { type Incoming, type Lake, submitAll } from '../../lake/submission/submit';
import { perform } from './acts';
import { settle } from './final';
import { GONE_WITH_ITS_HEAD } from './foreign';
import { Watch } from './invariants';
import { contractOf } from './made-format';
import { Simulated, STORE_FAULT } from './ports';
import { contractVersionAt, type Scenario, type Upload } from './scenario';
import { Overrun, type Process, Scheduler, type Step } from './scheduler';
import { TreeReader } from './tree';
import { Violation } from './violation';
import { World } from './world';

export interface Outcome {
  readonly seed: number;
  /** undefined: every promise was kept. */
  readonly violation?: { readonly invariant: string; readonly what: string };
  readonly counts: ReadonlyMap<string, number>;
  readonly steps: readonly Step[];
}

/** What a process may fail with when the world treats it badly. Everything else is a defect. */
const EXPECTED = new Set([
  STORE_FAULT,
  GONE_WITH_ITS_HEAD,
  'F_PUT',
  'F_CONFLICT',
  'E_WRITER_EPOCH',
  'E_FOREIGN_WRITE',
  'E_ERASE_LEFT',
]);

export class Run {
  readonly scheduler: Scheduler;
  readonly watch: Watch;
  readonly world: World;
  readonly simulated: Simulated;
  /** Tasks under way or waiting; the run is at rest when there are none. */
  open = 0;
  crashes: unknown;
  /** Sent in vain, and not again: what of it has a place in the order must be answered all the same. */
  readonly givenUp = new Set<Upload>();

  constructor(readonly scenario: Scenario) {
    this.scheduler = new Scheduler(scenario.seed, scenario.scheduler, () => {
      const failure = this.watch.failure ?? this.crashes;
      if (failure) throw failure;
    });
    this.watch = new Watch(() => this.scheduler.nowMs);
    this.watch.patienceMs = scenario.scheduler.freezeMs + 12 * 3_600_000;
    this.world = new World(() => this.scheduler.nowMs, this.watch, scenario.seed % 8 === 0);
    this.watch.world = this.world;
    this.watch.tree = new TreeReader(this.world.zones.curated);
    this.simulated = new Simulated(this.world, this.scheduler, scenario.faults, scenario.seed);
  }

  lakeOf(process: Process, contractVersion: string): Lake {
    const contract = contractOf(contractVersion);
    return {
      ports: this.simulated.portsOf(process),
      contracts: new Map([[contract.name, contract]]),
      codeLists: new Map(),
    };
  }

  get contractVersion(): string {
    return contractVersionAt(this.scenario, this.scheduler.nowMs - this.startMs);
  }

  readonly startMs = Date.UTC(2026, 9, 1);

  /**
   * Starts a process that does a task. A failed or killed one is told to `onLost`.
   * @returns settles when the process is gone, one way or the other
   */
  process(
    kind: string,
    task: (lake: Lake, process: Process) => Promise<void>,
    version = this.contractVersion,
  ): Promise<boolean> {
    const process = this.scheduler.start(kind, true, kind === 'erase' ? undefined : this.scenario.lifeMs);
    return new Promise((resolve) => {
      this.scheduler.onDeath(process, () => resolve(false));
      task(this.lakeOf(process, version), process).then(
        () => {
          process.state = 'ended';
          resolve(true);
        },
        (error: unknown) => {
          process.state = 'ended';
          this.#failed(process, error);
          resolve(false);
        },
      );
    });
  }

  #failed(process: Process, error: unknown): void {
    const code = error instanceof InputError || error instanceof FaultError ? error.code : undefined;
    this.scheduler.note(process.name, 'failed', String(error));
    this.scheduler.count(`failed-${code ?? 'unknown'}`);
    // What an erasure or somebody deletes at once, somebody else may just have been about to read.
    const isErased =
      code === 'E_FILE_MISSING' &&
      (this.watch.toErase.size > 0 || (this.watch.bytesDeleted && `${error}`.includes('memory://raw/')));
    if (code === undefined || !(EXPECTED.has(code) || isErased))
      this.crashes ??=
        error instanceof Violation ? error : new Violation('E', `${process.name} failed: ${stackOf(error)}`);
  }

  /** Something that begins later, outside of any process. */
  at(atMs: number, begin: () => Promise<unknown>): void {
    this.open++;
    const timer = this.scheduler.start('timer', false);
    void this.scheduler
      .call(timer, 'begin', () => undefined, Math.max(0, this.startMs + atMs - this.scheduler.nowMs))
      .then(() => {
        timer.state = 'ended';
        return begin();
      })
      .catch((error: unknown) => {
        this.crashes ??= error;
      })
      .then(() => {
        this.open--;
      });
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? String(error)).split('\n').slice(0, 6).join('\n') : String(error);
}

const DAY_MS = 86_400_000;
/** A table that other software has written to and nobody mends: whoever sends to it stops some day. */
const MOST_TRIES = 25;

/** Uploads in the hands of workers: each is sent at least as often as it should, in any order, until a process got through. */
async function sendAll(run: Run): Promise<void> {
  const { scenario } = run;
  const waiting: Upload[] = [];
  const tries = new Map<Upload, number>();
  let busy = 0;
  const incoming = (upload: Upload): Incoming => {
    const path = run.world.newPath(upload.slot);
    run.world.files.set(path, Buffer.from(upload.text));
    return { path, fileName: `${upload.slot}.csv`, contract: contractOf(run.contractVersion), period: upload.period };
  };
  const work = async (): Promise<void> => {
    while (waiting.length > 0) {
      const mixed = run.scheduler.chance.int(0, waiting.length - 1);
      const batch = waiting.splice(mixed, run.scheduler.chance.int(1, scenario.batch));
      const version = run.contractVersion;
      const done = await run.process(
        'put',
        async (lake) => {
          if (run.scheduler.chance.happens(0.1)) await recover(lake);
          const files = batch.map((upload) => ({ ...incoming(upload), contract: contractOf(version) }));
          for (const { verdict } of await submitAll(files, lake)) run.scheduler.count(`put-${verdict}`);
        },
        version,
      );
      if (done) continue;
      // Whoever gets no answer tries again after a while, and by then perhaps beside others; or leaves it at that.
      for (const upload of batch) {
        const tried = tries.get(upload) ?? 0;
        tries.set(upload, tried + 1);
        if (scenario.retryMs === null || tried >= MOST_TRIES) run.givenUp.add(upload);
        else {
          const pauseMs = Math.min(scenario.retryMs * 2 ** tried, Math.max(scenario.retryMs, DAY_MS));
          arrive(upload, run.scheduler.nowMs - run.startMs + pauseMs);
        }
      }
    }
  };
  const arrive = (upload: Upload, atMs: number) =>
    run.at(atMs, async () => {
      waiting.push(upload);
      if (busy >= scenario.workers) return;
      busy++;
      await work();
      busy--;
    });
  for (const upload of scenario.uploads) {
    run.watch.texts.set(createHash('sha256').update(upload.text).digest('hex'), upload.text);
    for (let copy = 0; copy < upload.copies; copy++) arrive(upload, upload.atMs + copy * 50);
  }
}

export async function runScenario(scenario: Scenario): Promise<Outcome> {
  const run = new Run(scenario);
  const { scheduler } = run;
  const outcome = (violation?: Outcome['violation']): Outcome => ({
    seed: scenario.seed,
    ...(violation ? { violation } : {}),
    counts: scheduler.counts,
    steps: scheduler.lastSteps,
  });
  try {
    await sendAll(run);
    for (const act of scenario.acts) run.at(act.atMs, () => perform(act, run));
    await scheduler.run();
    await settle(run);
    return outcome();
  } catch (error) {
    if (error instanceof Violation) return outcome({ invariant: error.invariant, what: error.what });
    if (error instanceof Overrun) return outcome({ invariant: 'I17', what: error.message });
    return outcome({ invariant: 'E', what: stackOf(error) });
  }
}
