// One thread, many processes: every port call waits here until the seed lets it happen, one at a time and at once. Time
// is simulated. A process can be killed or frozen at any call.
import { Chance } from './chance';

export type Mode = 'uniform' | 'swarm' | 'freeze';

export interface Process {
  readonly id: number;
  /** As markers in the lake name it. */
  readonly name: string;
  readonly skewMs: number;
  readonly weight: number;
  /** The world's own doings (timers, requests on their way) are neither killed nor frozen. */
  readonly isMortal: boolean;
  /** Whatever it does after that time is not done any more. */
  readonly diesAtMs: number;
  state: 'running' | 'ended' | 'dead';
  frozenUntilMs: number;
}

interface Call {
  readonly process: Process;
  readonly label: string;
  readonly readyAtMs: number;
  readonly apply: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export interface SchedulerKnobs {
  readonly mode: Mode;
  /** Probabilities a step. */
  readonly kill: number;
  readonly freeze: number;
  readonly clockJump: number;
  /** Longest freeze. */
  readonly freezeMs: number;
  readonly skewMs: number;
  readonly trap: Trap | null;
}

/** More often than not, processes of a kind die as soon as a call that begins so is done, or sleep before it. */
export interface Trap {
  readonly kind: string;
  readonly at: string;
  readonly how: 'dies' | 'sleeps';
}

export interface Step {
  readonly process: string;
  readonly label: string;
  readonly note: string;
}

/** Longest run, so that a livelock ends with a verdict. */
const MAX_STEPS = 60_000;
const TRACE_LENGTH = 400;

export class Overrun extends Error {}

export class Scheduler {
  nowMs = Date.UTC(2026, 9, 1);
  steps = 0;
  readonly processes = new Map<string, Process>();
  readonly counts = new Map<string, number>();
  /** Off at the end, when everything must come to rest. */
  faults = true;
  #calls: Call[] = [];
  readonly #chance: Chance;
  readonly #trace: Step[] = [];
  /** Process that runs alone for a while. */
  #alone: { process: Process; left: number } | undefined;

  constructor(
    seed: number,
    private readonly knobs: SchedulerKnobs,
    /** After every step, when all that could go on has gone on; throws what is wrong. */
    private readonly afterStep: () => void,
  ) {
    this.#chance = new Chance(seed ^ 0x5bd1e995);
  }

  get chance(): Chance {
    return this.#chance;
  }

  count(what: string, by = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + by);
  }

  get lastSteps(): readonly Step[] {
    return this.#trace;
  }

  note(process: string, label: string, note = ''): void {
    this.#trace.push({ process, label, note });
    if (this.#trace.length > TRACE_LENGTH) this.#trace.splice(0, TRACE_LENGTH / 2);
  }

  start(kind: string, isMortal = true, lifeMs = Number.POSITIVE_INFINITY): Process {
    const id = this.processes.size + 1;
    const { mode, skewMs } = this.knobs;
    const process: Process = {
      id,
      name: `${kind}-${id}`,
      skewMs: skewMs === 0 ? 0 : this.#chance.int(-skewMs, skewMs),
      weight: mode === 'uniform' ? 1 : this.#chance.pick([0.05, 0.3, 1, 1, 4]),
      isMortal,
      diesAtMs: this.nowMs + lifeMs,
      state: 'running',
      frozenUntilMs: 0,
    };
    this.processes.set(process.name, process);
    return process;
  }

  /** A call to a port: happens when it is this process's turn. A killed process never hears of it again. */
  call<T>(process: Process, label: string, apply: () => T, delayMs = 0): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (process.state === 'dead') return;
      this.#calls.push({
        process,
        label,
        readyAtMs: this.nowMs + delayMs,
        apply,
        // The scheduler keeps calls of all types in one list; each gets back what its own apply gave.
        resolve: resolve as (value: unknown) => void,
        reject,
      });
    });
  }

  /** Processes a trap has held back: once, because no lease is made for more. */
  readonly #slept = new Set<Process>();
  readonly #onDeath = new Map<Process, () => void>();

  onDeath(process: Process, tell: () => void): void {
    this.#onDeath.set(process, tell);
  }

  kill(process: Process): void {
    process.state = 'dead';
    this.#onDeath.get(process)?.();
    this.#calls = this.#calls.filter((call) => call.process !== process);
    this.count('crash');
  }

  /** Nobody is held back any more. */
  thawAll(): void {
    for (const process of this.processes.values()) process.frozenUntilMs = 0;
  }

  /** Runs until nothing is waiting, or until `isDone` says so. */
  async run(isDone: () => boolean = () => false): Promise<void> {
    await this.#drain();
    this.afterStep();
    while (this.#calls.length > 0 && !isDone()) {
      this.#step();
      await this.#drain();
      this.afterStep();
    }
  }

  /** Everything that can go on without a port goes on first: Node comes to its ticks when no promise is left to settle. */
  #drain(): Promise<void> {
    return new Promise((resolve) => process.nextTick(resolve));
  }

  #step(): void {
    if (++this.steps > MAX_STEPS) throw new Overrun(`still running after ${MAX_STEPS} steps`);
    const at = this.#choose();
    const call = this.#calls[at]!;
    this.#calls.splice(at, 1);
    const { process } = call;
    if (this.nowMs > process.diesAtMs) {
      this.note(process.name, 'out of time', `before ${call.label}`);
      this.count('out-of-time');
      this.kill(process);
      return;
    }
    if (this.faults && process.isMortal) {
      const { trap } = this.knobs;
      const trapped = trap && process.name.startsWith(trap.kind) && call.label.startsWith(trap.at) ? trap.how : '';
      const sleeps = trapped === 'sleeps' && !this.#slept.has(process);
      if (this.#chance.happens(sleeps ? 0.6 : this.knobs.freeze)) {
        if (sleeps) this.#slept.add(process);
        process.frozenUntilMs = this.nowMs + this.#chance.int(1000, this.knobs.freezeMs);
        this.count('freeze');
        this.note(process.name, 'frozen', `${process.frozenUntilMs - this.nowMs} ms before ${call.label}`);
        this.#calls.push(call);
        return;
      }
      if (this.#chance.happens(this.knobs.clockJump)) {
        this.nowMs += this.#chance.pick([60_000, 600_000, 3_600_000]);
        this.count('clock-jump');
      }
      if (this.#chance.happens(trapped === 'dies' ? 0.6 : this.knobs.kill)) {
        // Half of them die with the deed done and the answer lost.
        const done = trapped === 'dies' || this.#chance.happens(0.5);
        this.note(process.name, 'killed', `${done ? 'after' : 'before'} ${call.label}`);
        if (done) this.#applied(call);
        this.kill(process);
        return;
      }
    }
    this.nowMs += this.#chance.int(1, 20);
    const outcome = this.#applied(call);
    if ('error' in outcome) call.reject(outcome.error);
    else call.resolve(outcome.value);
  }

  #applied(call: Call): { readonly value: unknown } | { readonly error: unknown } {
    this.count('event');
    try {
      const value = call.apply();
      this.note(call.process.name, call.label, typeof value === 'string' ? value.slice(0, 40) : '');
      return { value };
    } catch (error) {
      this.note(call.process.name, call.label, `throws ${String(error)}`);
      return { error };
    }
  }

  #choose(): number {
    const calls = this.#calls;
    const ready: number[] = [];
    for (;;) {
      let soonest = Number.POSITIVE_INFINITY;
      for (let i = 0; i < calls.length; i++) {
        const call = calls[i]!;
        const due = Math.max(call.readyAtMs, call.process.frozenUntilMs);
        if (due <= this.nowMs) ready.push(i);
        else soonest = Math.min(soonest, due);
      }
      if (ready.length > 0) break;
      this.nowMs = soonest;
    }
    if (this.knobs.mode === 'uniform') return this.#chance.pick(ready);
    const alone = this.#alone;
    if (alone && alone.left-- > 0) {
      const own = ready.filter((i) => calls[i]!.process === alone.process);
      if (own.length > 0) return this.#chance.pick(own);
    }
    let total = 0;
    for (const i of ready) total += calls[i]!.process.weight;
    let at = this.#chance.unit() * total;
    let chosen = ready[ready.length - 1]!;
    for (const i of ready) {
      at -= calls[i]!.process.weight;
      if (at <= 0) {
        chosen = i;
        break;
      }
    }
    if (this.#chance.happens(0.05))
      this.#alone = { process: calls[chosen]!.process, left: this.#chance.pick([5, 20, 80]) };
    return chosen;
  }
}
