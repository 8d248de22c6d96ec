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

function runNode(args: readonly string[], cwd: string, env = process.env): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const started = process.hrtime.bigint();
    const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
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
        reject(new FaultError('F_BENCH_CHILD', `node ${args.join(' ')} ended with ${code ?? signal}: ${words}`));
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
  const { wallSeconds, stdout } = await runNode(args, place.root, env);
  const last = stdout.trimEnd().split('\n').at(-1) ?? '';
  return { wallSeconds, ...answerShape.parse(JSON.parse(last)) };
}
