// What a bench is, and what it is given to measure with.
import type { Row } from './statistics';

/** One process's whole life, start-up included. */
export interface Usage {
  readonly wallSeconds: number;
  /** User and system time. */
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
}

export interface Measured extends Usage {
  /** What the job answered. */
  readonly answer: unknown;
}

export interface BenchContext {
  /** The project's folder. */
  readonly root: string;
  /** Inputs that are made once and kept between runs. */
  readonly cacheDir: string;
  /** Empty folder of this bench's own, removed afterwards. */
  readonly workDir: string;
  /** Keep big inputs that are otherwise removed. */
  readonly keep: boolean;
  /** A few of everything, to see that the bench runs. */
  readonly isSmall: boolean;
  progress(text: string): void;
  /** Runs a job of jobs.ts in a process of its own. */
  job(name: string, input: Readonly<Record<string, unknown>>): Promise<Measured>;
  /** Runs a job of peers/pyiceberg_peer.py in a process of its own; undefined where PyPI cannot be reached. */
  pyiceberg(name: string, input: Readonly<Record<string, unknown>>): Promise<Measured | undefined>;
  /** Runs `node` with these arguments in the project's folder; wall milliseconds. Fails where it exits otherwise than 0. */
  node(args: readonly string[]): Promise<number>;
}

export interface Bench {
  readonly name: string;
  readonly description: string;
  /** Whether `--small` makes it quick. */
  readonly hasSmall?: true;
  run(context: BenchContext): Promise<readonly Row[]>;
}
