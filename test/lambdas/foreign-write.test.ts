// A table other software has written to: it stops and says so, nothing piles up, nothing is lost, and once its steward has
// set it back the next bell goes on.
import { join } from 'node:path';
import { readReceipt } from '../../lake/submission/receipt-store';
import { listVersions } from '../../lake/submission/versions';
import { liveRows, openLake, snapshots, type TestLake } from '../support/lake';
import { prices, units } from '../support/made-files';
import { tempFolder } from '../support/temp';
import { envelope, MadeAws } from './made-host';

const folder = tempFolder();
const PRICES = 'gia_thi_truong';
const UNITS = 'don_vi_hanh_chinh';
const SUBMISSION = 'so_cong_thuong/gia_thi_truong/2026-10';
const KEY = `${SUBMISSION}/giá.csv`;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DONE = { batchItemFailures: [] };
const priceRows = (lake: TestLake) => liveRows(lake, PRICES, ['ma_mat_hang', 'gia']);
let homes = 0;
let lake: TestLake;
let aws: MadeAws;
let atMs: number;
beforeEach(async () => {
  const opened = await openLake(join(folder, `${homes++}`, 'home'));
  lake = {
    ...opened,
    contracts: new Map([...opened.contracts].filter(([, { dataset }]) => [PRICES, UNITS].includes(dataset))),
  };
  aws = new MadeAws(lake);
  await aws.intake([aws.event(aws.upload(KEY, prices(['1.000']).text))]);
  await aws.deliver();
  await writeAsAnother();
  await aws.intake([aws.event(aws.upload(KEY, prices(['2.000']).text))]);
  aws.told.length = 0;
  aws.counts.clear();
  atMs = Date.now();
});

async function headOf() {
  const head = await lake.ports.catalog.load(PRICES);
  if (!head) throw new Error('no table');
  return head;
}

/** Other software overwrites rows. */
async function writeAsAnother(): Promise<void> {
  const head = await headOf();
  const snapshot = head.metadata.snapshots?.at(-1);
  if (!snapshot) throw new Error('no snapshot');
  const sequence = Number(head.metadata['last-sequence-number']) + 1;
  const foreign = {
    ...snapshot,
    'snapshot-id': 4242,
    'parent-snapshot-id': snapshot['snapshot-id'],
    'sequence-number': sequence,
    summary: { operation: 'overwrite' as const },
  };
  await lake.ports.catalog.swap(PRICES, head, {
    ...head.metadata,
    'last-sequence-number': sequence,
    'current-snapshot-id': 4242,
    snapshots: [...(head.metadata.snapshots ?? []), foreign],
    refs: { main: { 'snapshot-id': 4242, type: 'branch' } },
  });
}

/** As the steward does with `rollback_to_snapshot`. */
async function rollBack(): Promise<void> {
  const head = await headOf();
  const before = head.metadata.snapshots?.find((one) => one['snapshot-id'] === 4242)?.['parent-snapshot-id'];
  if (before === undefined) throw new Error('nothing to go back to');
  await lake.ports.catalog.swap(PRICES, head, {
    ...head.metadata,
    'current-snapshot-id': before,
    refs: { main: { 'snapshot-id': before, type: 'branch' } },
  });
}

/** One round of the clock, with all it sets off. @returns messages that were not done */
async function round(afterMs: number): Promise<number> {
  aws.nowMs = atMs + afterMs;
  await aws.reconcile();
  let failed = 0;
  for (let turn = 0; turn < 5; turn++) {
    for (const { hint } of aws.hints.splice(0)) failed += (await aws.intake([hint])).batchItemFailures.length;
    for (const dataset of [...new Set(aws.bells.splice(0))]) {
      const answer = await aws.commit(envelope([{ dataset }]));
      failed += 'batchItemFailures' in answer ? answer.batchItemFailures.length : 0;
    }
  }
  return failed;
}

const operations = () => aws.told.filter(({ whom }) => whom === 'operations');

describe('a table other software has written to', () => {
  it('stops; its bell is done with, the offer stays, and bells of other tables are answered', async () => {
    await aws.intake([aws.event(aws.upload(`so_noi_vu/${UNITS}/2026-07/xã.csv`, units(['19753']).text))]);
    const event = envelope([{ dataset: PRICES }, { dataset: UNITS }]);
    event.Records[1]!.attributes.MessageGroupId = UNITS;
    expect(await aws.commit(event)).toEqual(DONE);
    expect(Object.fromEntries(aws.counts)).toMatchObject({ ForeignWrites: 1, Commits: 1 });
    expect(aws.count('CommitFaults')).toBe(0);
    expect(operations()).toMatchObject([{ subject: expect.stringContaining('E_FOREIGN_WRITE') }]);
    expect(await lake.ports.zones.control.list(`handoff/${PRICES}/`)).toHaveLength(1);
    expect(await snapshots(lake, UNITS)).toHaveLength(1);
  });

  it('rings in every round and tells once a day, for as long as it is stopped; nothing piles up', async () => {
    for (let hour = 1; hour <= 60; hour++) {
      aws.counts.clear();
      expect(await round(hour * HOUR)).toBe(0);
      expect({ hour, rings: aws.count('ForeignWrites') > 0 }).toEqual({ hour, rings: true });
      expect((await lake.ports.zones.control.list(`handoff/${PRICES}/`)).length).toBeLessThanOrEqual(1);
    }
    const days = new Set(
      Array.from({ length: 60 }, (_, i) => new Date(atMs + (i + 1) * HOUR).toISOString().slice(0, 10)),
    );
    expect(operations()).toHaveLength(days.size);
    expect(await listVersions(lake.ports.zones.control, SUBMISSION)).toHaveLength(2);
  });

  it.each([
    ['within the day', 1],
    ['after three days', 72],
  ])('goes on by the next round once it is set back, %s, and its sender is answered once', async (_, hours) => {
    for (let hour = 1; hour <= hours; hour++) await round(hour * HOUR);
    expect(aws.told.filter(({ whom }) => typeof whom === 'object')).toEqual([]);
    await rollBack();
    expect(await round(hours * HOUR + 15 * MINUTE)).toBe(0);
    await round(hours * HOUR + 30 * MINUTE);
    expect(await priceRows(lake)).toEqual(['HANG1|2000.00']);
    const [, version] = await listVersions(lake.ports.zones.control, SUBMISSION);
    expect(version && (await readReceipt(lake.ports.zones.receipts, version))).toMatchObject({
      verdict: 'accepted',
      former: { rows: 1, state: 'replaced' },
    });
    expect(aws.told.filter(({ whom }) => typeof whom === 'object')).toHaveLength(1);
    expect(await lake.ports.zones.control.list('handoff/')).toEqual([]);
    aws.nowMs = atMs + (hours + 2) * HOUR;
    expect(await aws.reconcile()).toEqual({ healed: 0 });
  });

  it('holds up no deployment', async () => {
    expect(await aws.commit({ register: true })).toMatchObject({ unchanged: expect.arrayContaining([PRICES]) });
  });

  it('whose people could not be told keeps its bell until they are', async () => {
    aws.failsToTell = 1;
    expect(await aws.commit(envelope([{ dataset: PRICES }]))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'message-0' }],
    });
    expect(await aws.commit(envelope([{ dataset: PRICES }], 2))).toEqual(DONE);
    expect(operations()).toHaveLength(1);
  });
});
