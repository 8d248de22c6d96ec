// The AWS home on emulators, part by part: first the emulators themselves, each held to what it stands for, then the lake.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { checkApplier } from './applier/applier.check';
import { checkAthena } from './athena/athena.check';
import { Checks } from './checks';
import { checkDispatcher } from './dispatcher/dispatcher.check';
import { checkLake, checkProvinces } from './lake/lake.check';
import { type Moto, startMoto } from './moto';
import { checkRunner } from './runner/runner.check';
import type { Tools } from './tools';

const REGION = 'ap-southeast-1';
const ACCOUNT = '123456789012';

/** @returns the exit status */
export async function main(tools: Tools): Promise<number> {
  const checks = new Checks(tools.only);
  const { root } = tools;
  const workDir = mkdtempSync(join(root, '.cache', 'aws-work-'));
  const room = (name: string) => {
    const path = join(workDir, name);
    mkdirSync(path, { recursive: true });
    return path;
  };
  const sandboxScript = join(root, 'test', 'aws', 'runner', 'sandbox.sh');
  const wantsMoto = ['athena', 'applier', 'dispatcher'].some((part) => checks.wants(part));
  let moto: Moto | undefined;
  try {
    const runtimeDir = tools.lambdaRuntime();
    const python = wantsMoto || checks.wants('lake') || checks.wants('provinces') ? tools.python() : undefined;
    if (wantsMoto && python !== undefined) moto = await startMoto(python, root, ACCOUNT);
    if (checks.wants('runner') && runtimeDir !== undefined)
      await checkRunner(checks, {
        region: REGION,
        runtimeDir,
        sandboxScript,
        workDir: room('runner'),
        environment: {},
      });
    if (python !== undefined && moto) {
      const programs = { python, root };
      if (checks.wants('applier')) await checkApplier(checks, programs, moto, room('applier'));
      if (checks.wants('dispatcher') && runtimeDir !== undefined)
        await checkDispatcher(checks, programs, moto, {
          region: REGION,
          runtimeDir,
          sandboxScript,
          workDir: room('dispatcher'),
        });
      if (checks.wants('athena')) {
        const trino = await tools.startTrino(room('trino'), moto.endpoint, REGION);
        if (trino) await checkAthena(checks, moto.endpoint, trino, room('athena'));
        await trino?.stop();
      }
    }
    if (checks.wants('provinces') && python !== undefined)
      await checkProvinces(checks, tools, python, room('provinces'));
    if (checks.wants('lake') && python !== undefined && runtimeDir !== undefined) {
      room('lake/trino');
      const host = { region: REGION, runtimeDir, sandboxScript, workDir: room('lake/runner') };
      await checkLake(checks, tools, { python, host, workDir: room('lake') });
    }
  } finally {
    await moto?.stop();
    rmSync(workDir, { recursive: true, force: true });
  }
  process.stdout.write(`${checks.passed} passed, ${checks.failed} failed\n`);
  return checks.failed === 0 ? 0 : 1;
}
