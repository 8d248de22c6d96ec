// Starts the measured processes. Wall time is taken here, CPU time and peak memory by the child itself at its end.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';
import { FaultError } from '../lake/errors';
import type { Measured } from './bench';

const answerShape = z.object({ cpuSeconds: z.number(), peakMegabytes: z.number(), answer: z.unknown() });

interface Finished {
  readonly wallSeconds: number;
  readonly stdout: string;
}

/** Last words of a failed process: a bundled source line alone would fill the screen. */
const MAX_STDERR_CHARS = 2000;

class Ended extends FaultError {
  constructor(
    readonly status: number | null,
    message: string,
  ) {
    super('F_BENCH_CHILD', message);
  }
}

const runNode = (args: readonly string[], cwd: string, env = process.env): Promise<Finished> =>
  run(process.execPath, args, cwd, env);

function run(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const started = process.hrtime.bigint();
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      const wallSeconds = Number(process.hrtime.bigint() - started) / 1e9;
      if (code === 0) resolve({ wallSeconds, stdout });
      else {
        const words = stderr.slice(-MAX_STDERR_CHARS);
        reject(new Ended(code, `${command} ${args.join(' ')} ended with ${code ?? signal}: ${words}`));
      }
    });
  });
}

/** Wall milliseconds of a whole process. @throws FaultError when it fails */
export async function timeNode(args: readonly string[], cwd: string): Promise<number> {
  return (await runNode(args, cwd)).wallSeconds * 1000;
}

/** @throws FaultError when the job fails: a measurement of half a job would be a lie */
export async function measureJob(
  place: { readonly root: string; readonly bundle: string },
  name: string,
  input: Readonly<Record<string, unknown>>,
): Promise<Measured> {
  const args = [join(place.root, 'bench', 'run.mjs'), '--job', name, JSON.stringify(input)];
  const env = { ...process.env, TAMGIANG_BENCH_BUNDLE: place.bundle };
  return answered(await runNode(args, place.root, env));
}

function answered({ wallSeconds, stdout }: Finished): Measured {
  const last = stdout.trimEnd().split('\n').at(-1) ?? '';
  return { wallSeconds, ...answerShape.parse(JSON.parse(last)) };
}

/** Exit status of tools/python/venv.mjs when PyPI cannot be reached. */
const UNREACHABLE = 75;

/** The python that has PyIceberg, made on the first call; undefined when PyPI cannot be reached. */
export async function pyicebergPython(root: string): Promise<string | undefined> {
  try {
    const { stdout } = await runNode([join(root, 'tools', 'python', 'venv.mjs'), 'pyiceberg'], root);
    return stdout.trim();
  } catch (error) {
    if (error instanceof Ended && error.status === UNREACHABLE) return undefined;
    throw error;
  }
}

/** @throws FaultError when the job fails */
export async function measurePeer(
  root: string,
  python: string,
  name: string,
  input: Readonly<Record<string, unknown>>,
): Promise<Measured> {
  const script = join(root, 'bench', 'peers', 'pyiceberg_peer.py');
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
  return answered(await run(python, [script, name, JSON.stringify(input)], root, env));
}
