// Reconcile brings to mind what was missed, and nothing else: lost events, lost bells, dead workers, lost rows, drafts.
import { join } from 'node:path';
import { retractedVersions, writeRetraction } from '../../lake/submission/candidates';
import { listDrafts } from '../../lake/submission/drafts';
import { answeredVersions } from '../../lake/submission/receipt-store';
import { listVersions } from '../../lake/submission/versions';
import { liveRows, openLake, type TestLake } from '../support/lake';
import { prices } from '../support/made-files';
import { tempFolder } from '../support/temp';
import { MadeAws } from './made-host';

const folder = tempFolder();
const PRICES = 'gia_thi_truong';
const SUBMISSION = 'so_cong_thuong/gia_thi_truong/2026-10';
const KEY = `${SUBMISSION}/giá.csv`;
const HINT = { hint: { submission: SUBMISSION }, lane: 'normal' };
const HOUR = 3_600_000;
const priceRows = (lake: TestLake) => liveRows(lake, PRICES, ['ma_mat_hang', 'gia']);
let homes = 0;
let lake: TestLake;
let aws: MadeAws;
beforeEach(async () => {
  const opened = await openLake(join(folder, `${homes++}`, 'home'));
  const price = [...opened.contracts].filter(([name]) => name === 'so_cong_thuong/gia_thi_truong');
  lake = { ...opened, contracts: new Map(price) };
  aws = new MadeAws(lake);
});
const later = (ms: number) => {
  aws.nowMs = Date.now() + ms;
};
async function taken(text = prices(['1.000']).text) {
  await aws.intake([aws.event(aws.upload(KEY, text))]);
  await aws.deliver();
  aws.counts.clear();
}

describe('reconcile', () => {
  it('finds an upload whose event was lost, once it is no longer young', async () => {
    aws.upload(KEY, prices(['1.000']).text);
    expect(await aws.reconcile()).toEqual({ healed: 0 });
    later(HOUR);
    expect(await aws.reconcile()).toEqual({ healed: 1 });
    expect(aws.hints).toEqual([HINT]);
    await aws.deliver();
    expect(await priceRows(lake)).toEqual(['HANG1|1000.00']);
    later(2 * HOUR);
    expect(await aws.reconcile()).toEqual({ healed: 0 });
  });

  it('looks at the last hours, and once a night at everything', async () => {
    aws.upload(KEY, prices(['1.000']).text);
    later(30 * HOUR);
    expect(await aws.reconcile({ scope: 'tail' })).toEqual({ healed: 0 });
    expect(await aws.reconcile({ scope: 'full' })).toEqual({ healed: 1 });
  });

  it('does not ask for what waits for the scanner, until it has waited too long', async () => {
    aws.awaitsScan = true;
    aws.upload(KEY, prices(['1.000']).text);
    later(HOUR);
    expect(await aws.reconcile({ scope: 'full' })).toEqual({ healed: 0 });
    later(25 * HOUR);
    expect(await aws.reconcile({ scope: 'full' })).toEqual({ healed: 1 });
  });

  it('has a lost key that says nothing answered, once', async () => {
    aws.upload('so_cong_thuong/lạc.csv', 'x');
    later(HOUR);
    await aws.reconcile();
    expect(aws.hints).toEqual([{ hint: { key: 'so_cong_thuong/lạc.csv' }, lane: 'normal' }]);
    await aws.deliver();
    expect(aws.told.filter(({ whom }) => whom !== 'alerts')).toHaveLength(1);
    expect(await aws.reconcile()).toEqual({ healed: 0 });
  });

  it.each([
    'lạc.csv',
    'ke_la/gì đó/2026-10/a.csv',
    'so_cong_thuong/lạc.csv',
    'so_cong_thuong/khong_co/2026-10/a.csv',
    'so_cong_thuong/gia_thi_truong/a.csv',
    'so_cong_thuong/gia_thi_truong/2026-13/a.csv',
    'so_cong_thuong/gia_thi_truong_cu/2026-10/a.csv',
  ])('finds %s, wherever nobody looks, and nothing twice', async (key) => {
    aws.upload(key, 'x');
    aws.upload(KEY, prices(['1.000']).text);
    later(HOUR);
    expect(await aws.reconcile({ scope: 'full' })).toEqual({ healed: 2 });
    expect(aws.hints).toEqual(expect.arrayContaining([HINT, { hint: { key }, lane: 'normal' }]));
    await aws.deliver();
    expect(await aws.reconcile({ scope: 'full' })).toEqual({ healed: 0 });
  });

  it('rings for an offer nobody heard of, and tells its age', async () => {
    await aws.intake([aws.event(aws.upload(KEY, prices(['1.000']).text))]);
    aws.bells.length = 0;
    later(10 * 60_000);
    await aws.reconcile();
    expect(aws.bells).toEqual([PRICES]);
    expect(aws.count('OldestOfferSeconds')).toBeGreaterThanOrEqual(599);
    await aws.deliver();
    expect(await priceRows(lake)).toEqual(['HANG1|1000.00']);
  });

  it('has a draft whose offer was lost judged again', async () => {
    await aws.intake([aws.event(aws.upload(KEY, prices(['1.000']).text))]);
    aws.bells.length = 0;
    for (const { key } of await lake.ports.zones.control.list('handoff/')) await lake.ports.zones.control.delete(key);
    later(HOUR);
    expect(await aws.reconcile()).toEqual({ healed: 1 });
    await aws.deliver();
    expect(await priceRows(lake)).toEqual(['HANG1|1000.00']);
    expect(await listDrafts(lake.ports.zones.quarantine, '')).toEqual([]);
  });

  it('has rows that were lost offered again from the raw file', async () => {
    await taken();
    for (const { key } of await lake.ports.zones.curated.list(`${PRICES}/data/`))
      await lake.ports.zones.curated.delete(key);
    later(HOUR);
    expect(await aws.reconcile()).toEqual({ healed: 1 });
    await aws.deliver();
    expect(await priceRows(lake)).toEqual(['HANG1|1000.00']);
  });

  it('has rows of what was taken back removed', async () => {
    await taken();
    const [version] = await listVersions(lake.ports.zones.control, SUBMISSION);
    await writeRetraction(lake.ports.zones.control, 'thu', {
      submission: SUBMISSION,
      versions: [version?.version ?? ''],
      reason: 'thử',
      requestedAtMs: Date.now(),
    });
    expect((await retractedVersions(lake.ports.zones.control, SUBMISSION)).size).toBe(1);
    later(HOUR);
    expect(await aws.reconcile()).toEqual({ healed: 1 });
    await aws.deliver();
    expect(await priceRows(lake)).toEqual([]);
    expect(await aws.reconcile()).toEqual({ healed: 0 });
  });

  it('leaves an offer too old to be committed to intake, which judges the version anew', async () => {
    await aws.intake([aws.event(aws.upload(KEY, prices(['1.000']).text))]);
    aws.bells.length = 0;
    later(25 * HOUR);
    await aws.reconcile({ scope: 'full' });
    await aws.deliver();
    expect(await priceRows(lake)).toEqual(['HANG1|1000.00']);
    expect((await answeredVersions(lake.ports.zones.receipts, SUBMISSION)).size).toBe(1);
  });

  it('tells once of a dataset that is overdue, and counts it every time', async () => {
    aws.nowMs = Date.UTC(2026, 10, 20);
    await aws.reconcile();
    await aws.reconcile();
    const overdue = aws.told.filter(({ whom }) => whom === 'alerts');
    const due = lake.contracts.get('so_cong_thuong/gia_thi_truong')?.due;
    expect(overdue).toHaveLength(due ? 1 : 0);
    expect(aws.count('DatasetsOverdue')).toBe(due ? 2 : 0);
  });

  it('counts a failure and passes it on', async () => {
    await expect(aws.reconcile({ scope: 'half' })).rejects.toThrow();
    expect(aws.count('ReconcileFaults')).toBe(1);
  });
});
