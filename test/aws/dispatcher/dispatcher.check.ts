// Dispatcher and runner over the small assembly: an object dropped in the emulated bucket reaches a real process by the
// emulator's own EventBridge and SQS, and every way it can go wrong ends where Lambda would end it.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { applyAssembly } from '../applier/apply';
import { ACCOUNT, REGION, writeAssembly } from '../applier/made-up';
import { type Bench, openBench } from '../bench';
import type { Checks } from '../checks';
import type { Moto } from '../moto';
import type { Host } from '../runner/instance';
import { runMachine, TaskError } from './states';

const HANDLER = `
import { writeFileSync } from 'node:fs';
const told = (event) => console.log('NHAN ' + JSON.stringify(event));
export const handler = async (event) => {
  if (event.tu) { told(event); if (event.hong) throw new Error('hỏng'); return null; }
  const batchItemFailures = [];
  for (const { messageId, body, eventSourceARN, attributes } of event.Records) {
    const message = JSON.parse(body);
    const key = message.detail?.object.key ?? message.viec;
    told({ key, group: attributes.MessageGroupId, from: eventSourceARN.split(':').at(-1), lan: attributes.ApproximateReceiveCount, version: message.detail?.object['version-id'] });
    if (key.includes('hong')) batchItemFailures.push({ itemIdentifier: messageId });
    if (key.includes('chet')) process.exit(3);
  }
  return { batchItemFailures };
};
`;

function heard(bench: Bench): Record<string, unknown>[] {
  return bench.functions.logs.flatMap(({ line }) => {
    const at = line.indexOf('NHAN ');
    return at < 0 ? [] : [JSON.parse(line.slice(at + 5))];
  });
}

export async function checkDispatcher(
  checks: Checks,
  programs: { readonly python: string; readonly root: string },
  moto: Moto,
  host: Omit<Host, 'environment'>,
): Promise<void> {
  const codeDir = join(host.workDir, 'ham-dieu-phoi');
  mkdirSync(codeDir, { recursive: true });
  writeFileSync(join(codeDir, 'index.mjs'), HANDLER);
  const assembly = writeAssembly(join(host.workDir, 'dieu-phoi'), codeDir);
  const applied = await applyAssembly(programs, moto.endpoint, assembly);
  const bench = openBench({
    applied,
    endpoint: moto.endpoint,
    host,
    codeDirOf: ({ Code }) => applied.assets[Code.S3Key]!,
    environment: {},
  });
  const { queues, dispatcher } = bench;
  const credentials = { accessKeyId: 'thu', secretAccessKey: 'thu' };
  const s3 = new S3Client({ endpoint: moto.endpoint, region: REGION, credentials, forcePathStyle: true });
  const drop = (Key: string) => s3.send(new PutObjectCommand({ Bucket: `thu-${ACCOUNT}-nhan`, Key, Body: 'x' }));
  const check = (name: string, body: () => Promise<unknown>) => checks.check(`dispatcher: ${name}`, body);

  try {
    await check('an object reaches the function by EventBridge and SQS, with its version', async () => {
      await drop('so/Đầm Tam Giang +1.csv');
      await dispatcher.settle();
      const [told] = heard(bench);
      assert.equal(told?.key, 'so/Đầm Tam Giang +1.csv');
      assert.equal(told?.from, 'thu-viec');
      assert.ok(String(told?.version).length > 8);
    });
    await check('of a batch only the messages named come again, twice, then lie in the dead-letter queue', async () => {
      const before = heard(bench).length;
      await drop('so/tot.csv');
      await drop('so/hong.csv');
      await dispatcher.settle();
      const since = heard(bench).slice(before);
      assert.deepEqual(
        since.filter(({ key }) => key === 'so/hong.csv').map(({ lan }) => lan),
        ['1', '2'],
      );
      assert.equal(since.filter(({ key }) => key === 'so/tot.csv').length, 1);
      assert.equal(await queues.depth('thu-hong'), 1);
    });
    await check('a redrive brings it back, and it fails again', async () => {
      assert.equal(await queues.redrive('thu-hong', 'thu-viec'), 1);
      await dispatcher.settle();
      assert.equal(await queues.depth('thu-hong'), 1);
      assert.equal(heard(bench).filter(({ key }) => key === 'so/hong.csv').length, 4);
      await queues.redrive('thu-hong', 'thu-viec');
      dispatcher.hold(['thu-viec']);
      for (const message of await queues.receive('thu-viec', 10)) await queues.delete('thu-viec', message);
      dispatcher.hold([]);
    });
    await check('a process that dies gives back the whole batch', async () => {
      await drop('so/chet.csv');
      await dispatcher.settle();
      assert.equal(await queues.depth('thu-hong'), 1);
      assert.equal(bench.functions.invocations.filter(({ outcome }) => outcome === 'runtime exited').length, 2);
    });
    await check('a FIFO queue keeps the order of a group', async () => {
      const before = heard(bench).length;
      for (const i of [1, 2, 3, 4])
        await bench.sendFifo('thu-nhom.fifo', JSON.stringify({ viec: `v${i}` }), i % 2 ? 'le' : 'chan');
      await dispatcher.settle();
      const since = heard(bench).slice(before);
      for (const group of ['le', 'chan'])
        assert.deepEqual(
          since.filter((one) => one.group === group).map(({ key }) => key),
          group === 'le' ? ['v1', 'v3'] : ['v2', 'v4'],
        );
    });
    await check('a schedule fires with its time; a call that fails three times is dead-lettered', async () => {
      await bench.fireSchedule('thu-lich', '2026-07-01T00:00:00Z');
      assert.ok(heard(bench).some(({ tu, luc }) => tu === 'lich' && luc === '2026-07-01T00:00:00Z'));
      const before = await queues.depth('thu-hong');
      const { outcome } = await dispatcher.invokeLater('thu', { tu: 'tay', hong: true });
      assert.equal(outcome, 'function error');
      assert.equal(heard(bench).filter(({ tu }) => tu === 'tay').length, 3);
      assert.equal(await queues.depth('thu-hong'), before + 1);
    });
    await check('a machine: choices, maps, retries, catches, and what it does not know', machines);
  } finally {
    await bench.close();
    await fetch(`${moto.endpoint}/moto-api/reset`, { method: 'POST' });
  }
}

async function machines(): Promise<void> {
  const seen: unknown[] = [];
  let failures = 2;
  const tasks = {
    dem: async (parameters: Readonly<Record<string, unknown>>) => {
      seen.push(parameters.so);
      if (failures-- > 0) throw new TaskError('Bận', 'lúc này');
      return { so: parameters.so };
    },
    vo: async () => {
      throw new TaskError('Vỡ', 'hẳn');
    },
  };
  const task = {
    Type: 'Task',
    Resource: 'dem',
    Parameters: { 'so.$': '$' },
    Retry: [{ ErrorEquals: ['Bận'], MaxAttempts: 2 }],
    End: true,
  };
  const machine = {
    StartAt: 'Hoi',
    States: {
      Hoi: { Type: 'Choice', Choices: [{ Variable: '$.cho', IsPresent: true, Next: 'Cho' }], Default: 'Moi' },
      Cho: { Type: 'Wait', TimestampPath: '$.cho', Next: 'Moi' },
      Moi: {
        Type: 'Map',
        ItemsPath: '$.so',
        MaxConcurrency: 1,
        ResultPath: null,
        ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, StartAt: 'Mot', States: { Mot: task } },
        Next: 'Vo',
      },
      Vo: {
        Type: 'Task',
        Resource: 'vo',
        Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.loi', Next: 'Het' }],
        End: true,
      },
      Het: { Type: 'Fail', Error: 'Hết', Cause: 'như đã định' },
    },
  };
  const states: string[] = [];
  const run = { name: 'lan-1', tasks, longestWaitMs: 5, onState: (name: string) => states.push(name) };
  const input = { so: [1, 2], cho: new Date(Date.now() + 3_600_000).toISOString() };
  assert.deepEqual(await runMachine(machine, { ...run, input }), {
    status: 'FAILED',
    error: 'Hết',
    cause: 'như đã định',
  });
  assert.deepEqual(seen, [1, 1, 1, 2]);
  assert.deepEqual(states, ['Hoi', 'Cho', 'Moi', 'Mot', 'Mot', 'Vo', 'Het']);
  await assert.rejects(
    runMachine({ StartAt: 'A', States: { A: { Type: 'Parallel' } } }, { ...run, input }),
    /not known/,
  );
}
