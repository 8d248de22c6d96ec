// The runner over a made-up function: what Lambda promises a function, and what it does to one that goes wrong.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Checks } from '../checks';
import { openFunctions } from './functions';
import type { FunctionSpec, Host, Invocation } from './instance';
import { availableCap, type CapKind } from './memory-cap';

const HANDLER = `
import { appendFileSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
let calls = 0;
const code = (body) => { try { body(); return 'written'; } catch (error) { return error.code; } };
const megabytes = (path, count) => { for (let i = 0; i < count; i++) appendFileSync(path, Buffer.alloc(1 << 20, 7)); };
export const handler = async (event, context) => {
  calls++;
  switch (event.do) {
    case 'tell': return {
      calls, node: process.version, region: process.env.AWS_REGION, own: process.env.TU_DAT, memory: context.memoryLimitInMB,
      name: context.functionName, arn: context.invokedFunctionArn, left: context.getRemainingTimeInMillis(), cwd: process.cwd(),
      code: code(() => writeFileSync('/var/task/x', '1')), root: code(() => writeFileSync('/etc/x', '1')), shm: code(() => writeFileSync('/dev/shm/x', '1')),
    };
    case 'fill': { const found = code(() => megabytes('/tmp/day', event.megabytes)); rmSync('/tmp/day', { force: true }); return found; }
    case 'keep': { const before = code(() => readFileSync('/tmp/giu')); writeFileSync('/tmp/giu', '1'); return before; }
    case 'sleep': await new Promise((done) => setTimeout(done, event.ms)); return 'slept';
    case 'spin': for (;;) ;
    case 'eat': { const kept = []; for (;;) kept.push(Buffer.alloc(1 << 22, 1)); }
    case 'throw': throw new TypeError('hỏng có chủ ý');
    case 'exit': process.exit(7);
    case 'say': console.log('Đầm Tam Giang'); return null;
  }
};
`;

export async function checkRunner(checks: Checks, base: Host): Promise<void> {
  const codeDir = join(base.workDir, 'ham-thu');
  mkdirSync(codeDir, { recursive: true });
  writeFileSync(join(codeDir, 'index.mjs'), HANDLER);
  const broken = join(base.workDir, 'ham-hong');
  mkdirSync(broken, { recursive: true });
  writeFileSync(join(broken, 'index.mjs'), "import 'goi-khong-co';\nexport const handler = () => null;\n");

  const caps: readonly CapKind[] = availableCap() === 'cgroup' ? ['cgroup', 'watcher'] : ['watcher'];
  for (const cap of caps) {
    const spec: FunctionSpec = {
      name: 'thu',
      arn: 'arn:aws:lambda:ap-southeast-1:123456789012:function:thu',
      codeDir,
      handler: 'index.handler',
      memoryMb: 256,
      timeoutMs: 6000,
      ephemeralMb: 512,
      environment: { TU_DAT: 'có' },
    };
    const host = { ...base, cap };
    const functions = openFunctions([spec, { ...spec, name: 'hong', codeDir: broken }], host);
    const run = (event: unknown): Promise<Invocation> => functions.invoke('thu', event);
    const check = (name: string, body: () => Promise<unknown>) => checks.check(`runner (${cap}): ${name}`, body);

    await check('a function finds what Lambda promises, and its code read-only', async () => {
      const { outcome, payload, initMs } = await run({ do: 'tell' });
      assert.equal(outcome, 'ok');
      assert.ok(typeof payload === 'object' && payload !== null && initMs !== undefined && initMs > 0);
      const { left, ...rest } = payload as Record<string, unknown>;
      assert.ok(Number(left) > 4000 && Number(left) <= 6000);
      assert.deepEqual(rest, {
        calls: 1,
        node: 'v24.9.0',
        region: base.region,
        own: 'có',
        memory: '256',
        name: 'thu',
        arn: spec.arn,
        cwd: '/var/task',
        code: 'EROFS',
        root: 'EROFS',
        shm: 'EROFS',
      });
      return `cold start ${Math.round(initMs)} ms`;
    });
    await check('/tmp takes 400 MB beside a cap of 256 MB of memory, not 600, and is kept between calls', async () => {
      assert.equal((await run({ do: 'fill', megabytes: 400 })).payload, 'written');
      assert.equal((await run({ do: 'fill', megabytes: 600 })).payload, 'ENOSPC');
      assert.equal((await run({ do: 'keep' })).payload, 'ENOENT');
      assert.equal((await run({ do: 'keep' })).payload, 'written');
    });
    await check('an error of the handler is told, and the environment lives on', async () => {
      const { outcome, payload } = await run({ do: 'throw' });
      assert.equal(outcome, 'function error');
      const { errorType, errorMessage } = payload as Record<string, unknown>;
      assert.deepEqual([errorType, errorMessage], ['TypeError', 'hỏng có chủ ý']);
      const told = (await run({ do: 'tell' })).payload as Record<string, unknown>;
      assert.ok(Number(told.calls) > 5);
    });
    await check('what it prints is kept', async () => {
      await run({ do: 'say' });
      assert.ok(functions.logs.some(({ line }) => line.includes('Đầm Tam Giang')));
    });
    await check('two calls at once have two environments', async () => {
      const from = performance.now();
      const both = await Promise.all([run({ do: 'sleep', ms: 2500 }), run({ do: 'sleep', ms: 2500 })]);
      assert.deepEqual(
        both.map(({ payload }) => payload),
        ['slept', 'slept'],
      );
      assert.equal(both.filter(({ initMs }) => initMs !== undefined).length, 1);
      assert.ok(performance.now() - from < 4900);
    });
    await check('memory past the cap kills; the next call starts anew', async () => {
      const { outcome, maxMemoryMb } = await run({ do: 'eat' });
      assert.equal(outcome, 'out of memory');
      assert.ok(maxMemoryMb > 150 && maxMemoryMb < 340, `${maxMemoryMb} MB`);
      return `${maxMemoryMb} MB seen`;
    });
    await check('a process that ends is told apart from one that is killed', async () => {
      const { outcome, payload } = await run({ do: 'exit' });
      assert.equal(outcome, 'runtime exited');
      assert.match(JSON.stringify(payload), /exit status 7/);
    });
    await check('a handler that cannot be loaded is told', async () => {
      const { outcome, payload } = await functions.invoke('hong', {});
      assert.equal(outcome, 'function error');
      assert.match(JSON.stringify(payload), /goi-khong-co/);
    });
    await check('a busy loop is killed at the time-out', async () => {
      await functions.change('thu', { timeoutMs: 1000 });
      const { outcome, payload, durationMs } = await run({ do: 'spin' });
      assert.equal(outcome, 'timeout');
      assert.match(JSON.stringify(payload), /Task timed out after 1\.00 seconds/);
      assert.ok(durationMs < 3000);
      assert.equal(((await run({ do: 'tell' })).payload as Record<string, unknown>).calls, 1);
    });
    await functions.stop();
  }
}
