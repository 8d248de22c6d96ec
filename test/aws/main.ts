// The AWS home on emulators, part by part: first the emulators themselves, each held to what it stands for.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { checkAthena } from './athena/athena.check';
import { Checks } from './checks';
import { startMoto } from './moto';
import { checkRunner } from './runner/runner.check';
import type { Tools } from './tools';

const REGION = 'ap-southeast-1';
const ACCOUNT = '123456789012';

/** @returns the exit status */
export async function main(tools: Tools): Promise<number> {
  const checks = new Checks(tools.only);
  const workDir = mkdtempSync(join(tools.root, '.cache', 'aws-work-'));
  try {
    if (checks.wants('runner')) {
      const runtimeDir = tools.lambdaRuntime();
      const sandboxScript = join(tools.root, 'test', 'aws', 'runner', 'sandbox.sh');
      if (runtimeDir !== undefined)
        await checkRunner(checks, { region: REGION, runtimeDir, sandboxScript, workDir, environment: {} });
    }
    if (checks.wants('athena')) {
      const python = tools.python();
      if (python !== undefined) {
        const moto = await startMoto(python, tools.root, ACCOUNT);
        const trinoDir = join(workDir, 'trino');
        mkdirSync(trinoDir);
        const trino = await tools.startTrino(trinoDir, moto.endpoint, REGION);
        if (trino) await checkAthena(checks, moto.endpoint, trino, join(workDir, 'athena'));
        await trino?.stop();
        await moto.stop();
      }
    }
  } finally {
    rmSync(workDir, { recursive: true, force: true });
  }
  process.stdout.write(`${checks.passed} passed, ${checks.failed} failed\n`);
  return checks.failed === 0 ? 0 : 1;
}
