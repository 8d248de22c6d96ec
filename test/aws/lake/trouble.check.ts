// What goes wrong in the cloud, and that the lake is the same afterwards: events that come twice, files no function survives,
// time and memory that are not enough, two writers of one table, an answer that is lost.
import assert from 'node:assert/strict';
import type { Extract } from '../../../cli/demo/extracts/extract';
import type { Names } from '../../../infra/names';
import type { Bench } from '../bench';
import type { Between } from '../between';
import type { Invocation } from '../runner/instance';
import type { Cloud, Dropped } from './cloud';

export interface TroubleRoom {
  readonly bench: Bench;
  readonly cloud: Cloud;
  readonly names: Names;
  /** Between the functions and Glue. */
  readonly glue: Between;
  readonly extracts: readonly Extract[];
  /** Holds the tables against the local home. */
  readonly sameRows: () => Promise<number>;
  readonly table: (dataset: string) => string;
}

type Check = (name: string, body: () => Promise<unknown>) => Promise<boolean>;

const DATASET = 'gia_thi_truong';

function eventOf(names: Names, { key, versionId }: Dropped): string {
  return JSON.stringify({
    version: '0',
    id: '00000000-0000-4000-8000-000000000000',
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account: names.place.account,
    time: '2026-11-01T00:00:00Z',
    region: names.place.region,
    resources: [names.bucketArn('ingest')],
    detail: { version: '0', bucket: { name: names.bucket('ingest') }, object: { key, 'version-id': versionId } },
  });
}

/** The batch Lambda would hand to commit for one bell. */
function bellOf(names: Names, dataset: string): unknown {
  const messageId = crypto.randomUUID();
  return {
    Records: [
      {
        messageId,
        receiptHandle: messageId,
        body: JSON.stringify({ dataset }),
        attributes: { ApproximateReceiveCount: '1', MessageGroupId: dataset },
        messageAttributes: {},
        md5OfBody: '',
        eventSource: 'aws:sqs',
        eventSourceARN: names.queueArn(names.queue.commit),
        awsRegion: names.place.region,
      },
    ],
  };
}

export async function checkTrouble(check: Check, room: TroubleRoom): Promise<void> {
  const { bench, cloud, names, glue, extracts, sameRows, table } = room;
  const { functions, dispatcher, queues } = bench;
  const intake = names.functionName('intake');
  const heavy = names.functionName('intake-heavy');
  const commit = names.functionName('commit');
  const prices = extracts.filter(({ to, expect }) => to.includes(DATASET) && expect === 'accepted');
  const price = prices[0]!;
  const periodOf = (year: number) => price.to.replace(/\d{4}-/, `${year}-`);
  /** The same file for a period nobody has sent yet, so that it is a submission of its own. */
  const dropFor = (year: number) => cloud.dropExtract({ ...price, to: periodOf(year), fileName: 'gia.csv' });
  const countOf = async (year: number) => {
    const { rows } = await cloud.ask(
      `SELECT count(*), count(DISTINCT _version) FROM ${table(DATASET)} WHERE ky_du_lieu = '${periodOf(year).split('/')[2]}'`,
    );
    return (rows[0] ?? []).map(Number);
  };
  const since = (from: number): readonly Invocation[] => functions.invocations.slice(from);

  await check('the same events again change nothing', async () => {
    const pointers = async () => Promise.all([DATASET, 'ho_so_tthc', 'so_lieu_quan_trac'].map(cloud.pointer));
    const before = { pointers: await pointers(), receipts: await cloud.keys('receipts'), raw: await cloud.keys('raw') };
    for (const extract of [price, ...extracts.slice(-2)]) {
      const event = eventOf(names, { key: `${extract.to}/${extract.fileName}`, versionId: 'khong-quan-trong' });
      await queues.send(names.queue.intake, event);
      await queues.send(names.queue.intake, event);
    }
    await bench.sendFifo(names.queue.commit, JSON.stringify({ dataset: DATASET }), DATASET);
    await dispatcher.settle();
    assert.deepEqual(
      { pointers: await pointers(), receipts: await cloud.keys('receipts'), raw: await cloud.keys('raw') },
      before,
    );
    return `${await sameRows()} rows as before`;
  });

  await check('an event that is lost is made up for by reconcile, on its schedule', async () => {
    const { key } = await dropFor(2030);
    // Younger ones are left to their events.
    await bench.makeOlder(names.bucket('ingest'), key, 1);
    let lost = 0;
    for (const message of await queues.receive(names.queue.intake, 10)) {
      await queues.delete(names.queue.intake, message);
      lost++;
    }
    await dispatcher.settle();
    assert.deepEqual([lost, await countOf(2030)], [1, [0, 0]]);
    const { outcome, payload } = await bench.fireRule(`${names.base}-reconcile-tail`);
    assert.equal(outcome, 'ok', JSON.stringify(payload));
    await dispatcher.settle();
    const [rows = 0, versions] = await countOf(2030);
    assert.ok(rows > 0);
    assert.equal(versions, 1);
    return `${rows} rows`;
  });

  await check('too little memory: killed, tried again, handed to the heavy lane, dead-lettered, redriven', async () => {
    const from = functions.invocations.length;
    const [normal, large] = [functions.spec(intake).memoryMb, functions.spec(heavy).memoryMb];
    // Less than Node and the engine need together.
    await functions.change(intake, { memoryMb: 56 });
    await functions.change(heavy, { memoryMb: 56 });
    await dropFor(2031);
    await dispatcher.settle();
    const killed = since(from).filter(({ outcome }) => outcome === 'out of memory');
    assert.ok(
      killed.length >= 5,
      JSON.stringify(since(from).map(({ outcome, maxMemoryMb }) => [outcome, maxMemoryMb])),
    );
    assert.equal(await queues.depth(names.queue.intakeDead), 1);
    assert.deepEqual(await countOf(2031), [0, 0]);
    await functions.change(intake, { memoryMb: normal });
    await functions.change(heavy, { memoryMb: large });
    assert.equal(await queues.redrive(names.queue.intakeDead, names.queue.intake), 1);
    await dispatcher.settle();
    const [rows = 0, versions] = await countOf(2031);
    assert.ok(rows > 0);
    assert.equal(versions, 1);
    return `${killed.length} killed, ${rows} rows after the redrive`;
  });

  await check('too little time: killed half way, the file is taken in once all the same', async () => {
    const from = functions.invocations.length;
    const { timeoutMs } = functions.spec(intake);
    // Enough to begin; what it asks of Glue, after the bytes are kept, is answered too late.
    await functions.change(intake, { timeoutMs: 2000 });
    let letGo = () => {};
    const held = new Promise<void>((done) => {
      letGo = done;
    });
    const isTimedOut = () => since(from).some(({ outcome }) => outcome === 'timeout');
    glue.before = async () => {
      await held;
      return 'pass';
    };
    await dropFor(2032);
    dispatcher.hold([names.queue.commit]);
    const settling = dispatcher.settle();
    const until = Date.now() + 60_000;
    while (!isTimedOut() && Date.now() < until) await new Promise((done) => setTimeout(done, 50));
    await functions.change(intake, { timeoutMs });
    glue.before = async () => 'pass';
    letGo();
    await settling;
    assert.ok(isTimedOut(), 'nothing was killed');
    dispatcher.hold([]);
    await dispatcher.settle();
    const [rows = 0, versions] = await countOf(2032);
    assert.ok(rows > 0);
    assert.equal(versions, 1);
    const late = since(from).filter(({ outcome }) => outcome === 'timeout');
    return `${late.length} timed out, ${rows} rows`;
  });

  await check('a message nobody can read ends in the dead-letter queue alone', async () => {
    await queues.send(names.queue.intake, 'không phải JSON');
    await dropFor(2033);
    await dispatcher.settle();
    assert.equal(await queues.depth(names.queue.intakeDead), 1);
    assert.ok((await countOf(2033))[0]! > 0);
    for (const message of await queues.receive(names.queue.intakeDead, 10))
      await queues.delete(names.queue.intakeDead, message);
  });

  await check('two commits at once: one loses the swap, reads again, and every row is there once', async () => {
    dispatcher.hold([names.queue.commit]);
    for (const year of [2034, 2035]) await dropFor(year);
    await dispatcher.settle();
    const from = functions.logs.length;
    // The first swap waits until a second commit has come as far: both rest on the same head.
    let swaps = 0;
    let arrived: () => void = () => undefined;
    const both = new Promise<void>((done) => {
      arrived = done;
    });
    const late = new Promise<void>((done) => setTimeout(done, 20_000).unref());
    glue.before = async (action) => {
      if (action === 'UpdateTable' && ++swaps <= 2) {
        if (swaps === 2) arrived();
        await Promise.race([both, late]);
      }
      return 'pass';
    };
    const done = await Promise.all([0, 1].map(() => functions.invoke(commit, bellOf(names, DATASET))));
    glue.before = async () => 'pass';
    dispatcher.hold([]);
    await dispatcher.settle();
    assert.deepEqual(
      done.map(({ outcome, payload }) => [outcome, payload]),
      done.map(() => ['ok', { batchItemFailures: [] }]),
    );
    assert.ok(swaps >= 2, `${swaps} swaps`);
    const conflicts = functions.logs
      .slice(from)
      .flatMap(({ line }) => Number(/"CommitConflicts":(\d+)/.exec(line)?.[1] ?? 0));
    assert.ok(
      conflicts.some((count) => count > 0),
      'no conflict was counted',
    );
    const counts = [await countOf(2034), await countOf(2035)];
    for (const [rows = 0, versions] of counts) {
      assert.equal(rows, (await countOf(2033))[0]);
      assert.equal(versions, 1);
    }
    return `${swaps} swaps`;
  });

  await check('a swap whose answer is lost is looked up, not repeated', async () => {
    let isLost = false;
    glue.before = async (action) => {
      if (action !== 'UpdateTable' || isLost) return 'pass';
      isLost = true;
      return 'lose';
    };
    await dropFor(2036);
    await dispatcher.settle();
    glue.before = async () => 'pass';
    assert.ok(isLost);
    assert.deepEqual(await countOf(2036), await countOf(2033));
  });
}
