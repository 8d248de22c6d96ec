// Upkeep by the clock: small files merged, history shortened, files nobody names deleted; each table in turn until time is short.
import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readMark } from '../../lake/submission/upkeep';
import { planFiles } from '../../lake/table/plan';
import { liveRows, openLake, send, snapshots, type TestLake } from '../support/lake';
import { prices, readings, units } from '../support/made-files';
import { tempFolder } from '../support/temp';
import { MadeAws } from './made-host';

jest.setTimeout(60_000);

const folder = tempFolder();
const READINGS = 'so_lieu_quan_trac';
const PRICES = 'gia_thi_truong';
const UNITS = 'don_vi_hanh_chinh';
const COLUMNS = ['_submission', '_version', '_row', 'gia_tri'];
const HOUR = 3_600_000;
/** Long after the month of the readings. */
const LATER = Date.UTC(2027, 0, 10);
let homes = 0;
let lake: TestLake;
let aws: MadeAws;

/** @param datasets tables of the province; each is kept in turn */
async function province(...datasets: readonly string[]): Promise<void> {
  const opened = await openLake(join(folder, `${homes++}`, 'home'));
  const ours = [...opened.contracts].filter(([, { dataset }]) => datasets.includes(dataset));
  lake = { ...opened, contracts: new Map(ours) };
  aws = new MadeAws(lake);
}

const mark = (table: string) => readMark(lake.ports.zones.control, table);
async function filesOf(table: string): Promise<number> {
  const head = await lake.ports.catalog.load(table);
  return head ? (await planFiles(lake.ports.zones.curated, head.metadata)).files.length : 0;
}

async function smallFiles(count: number): Promise<readonly string[]> {
  for (let i = 0; i < count; i++) await send(lake, readings('NUO001', [`7.${i}`], { time: `2026102010${10 + i}00` }));
  return liveRows(lake, READINGS, COLUMNS);
}

describe('maintain', () => {
  it('merges small files of closed periods, and the rows stay what they were', async () => {
    await province(READINGS);
    const rows = await smallFiles(9);
    aws.nowMs = LATER;
    expect(await aws.maintain()).toEqual({ kept: [READINGS], failed: [], left: [] });
    expect(await filesOf(READINGS)).toBe(1);
    expect(await liveRows(lake, READINGS, COLUMNS)).toEqual(rows);
    expect(aws.count('FilesMerged')).toBe(9);
  });

  it('leaves periods that still run, and few small files, as they are', async () => {
    await province(READINGS);
    await smallFiles(9);
    aws.nowMs = Date.UTC(2026, 9, 20, 12);
    await aws.maintain();
    expect(await filesOf(READINGS)).toBe(9);
    await province(READINGS);
    await smallFiles(7);
    aws.nowMs = LATER;
    await aws.maintain();
    expect(await filesOf(READINGS)).toBe(7);
  });

  it('leaves files to Glue where no column can name a person, and shortens history all the same', async () => {
    await province(READINGS);
    await smallFiles(9);
    aws.nowMs = LATER;
    expect(await aws.maintain({ mergesByGlue: true })).toEqual({ kept: [READINGS], failed: [], left: [] });
    expect(await filesOf(READINGS)).toBe(9);
    expect(await mark(READINGS)).toMatchObject({ isDone: true, keptAtMs: LATER });
  });

  it('drops snapshots beyond the newest hundred once they are a day old', async () => {
    await province(PRICES);
    for (let i = 0; i < 103; i++) await send(lake, prices([`${1000 + i}`]));
    expect(await snapshots(lake, PRICES)).toHaveLength(103);
    await aws.maintain();
    expect(await snapshots(lake, PRICES)).toHaveLength(103);
    aws.nowMs = Date.now() + 25 * HOUR;
    await aws.maintain();
    expect(await snapshots(lake, PRICES)).toHaveLength(100);
    expect(aws.count('SnapshotsDropped')).toBe(3);
    expect(await liveRows(lake, PRICES, ['gia'])).toEqual(['1102.00']);
  });

  it('deletes what nothing names, but nothing young, offered or live', async () => {
    await province(PRICES);
    await send(lake, prices(['1.000']));
    const live = await liveRows(lake, PRICES, ['gia']);
    const { curated } = lake.ports.zones;
    const path = (key: string) => join(lake.ports.dir, 'curated', ...key.split('/'));
    const age = (key: string, days: number) => {
      const at = (Date.now() - days * 24 * HOUR) / 1000;
      utimesSync(path(key), at, at);
    };
    const stray = (key: string, days: number) => {
      writeFileSync(path(key), 'thử');
      age(key, days);
    };
    // Judged and offered, not committed yet.
    const before = new Set((await curated.list(`${PRICES}/data/`)).map(({ key }) => key));
    await aws.intake([aws.event(aws.upload(`so_cong_thuong/${PRICES}/2026-09/gia.csv`, prices(['2.000']).text))]);
    const offered = (await curated.list(`${PRICES}/data/`)).flatMap(({ key }) => (before.has(key) ? [] : [key]));
    expect(offered).toHaveLength(1);
    for (const key of [...before, ...offered]) age(key, 8);
    stray(`${PRICES}/data/lac-cu.parquet`, 8);
    stray(`${PRICES}/data/lac-moi.parquet`, 6);
    await aws.maintain();
    const left = (await curated.list(`${PRICES}/data/`)).map(({ key }) => key);
    expect(left.toSorted()).toEqual([...before, ...offered, `${PRICES}/data/lac-moi.parquet`].toSorted());
    expect(aws.count('FilesDeleted')).toBe(1);
    expect(await liveRows(lake, PRICES, ['gia'])).toEqual(live);
    await aws.deliver();
    expect(await liveRows(lake, PRICES, ['gia'])).toEqual(['1000.00', '2000.00']);
  });

  it('leaves a question under way the files of a state that many commits have just pushed out of the history', async () => {
    await province(PRICES);
    await send(lake, prices(['1.000']));
    const read = (await lake.ports.zones.curated.list(`${PRICES}/data/`)).map(({ key }) => key);
    expect(read).toHaveLength(1);
    const isThere = async () => (await lake.ports.zones.curated.head(read[0]!)) !== undefined;
    aws.nowMs = Date.now() + 8 * 24 * HOUR;
    for (let i = 0; i < 101; i++) {
      await aws.intake([
        aws.event(aws.upload(`so_cong_thuong/${PRICES}/2026-10/gia.csv`, prices([`${2000 + i}`]).text)),
      ]);
      await aws.deliver();
    }
    await aws.maintain();
    expect(aws.count('SnapshotsDropped')).toBeGreaterThan(0);
    expect(await isThere()).toBe(true);
    aws.nowMs += 24 * HOUR;
    await aws.maintain();
    expect(await isThere()).toBe(false);
    expect(await liveRows(lake, PRICES, ['gia'])).toEqual(['2100.00']);
  });

  it('has nothing to do a second time in one night, and looks again the next', async () => {
    await province(READINGS, PRICES);
    const both = { kept: expect.arrayContaining([READINGS, PRICES]), failed: [], left: [] };
    const start = Date.now();
    expect(await aws.maintain()).toEqual(both);
    aws.nowMs = start + HOUR;
    expect(await aws.maintain()).toEqual({ kept: [], failed: [], left: [] });
    aws.nowMs = start + 24 * HOUR;
    expect(await aws.maintain()).toEqual(both);
  });

  it('stops in time; what was left is first the next time', async () => {
    await province(READINGS, PRICES, UNITS);
    const first = await aws.maintain({ leftMs: [900_000, 900_000, 100_000] });
    expect(first).toMatchObject({ kept: { length: 1 }, failed: [], left: { length: 2 } });
    const second = await aws.maintain();
    expect(second.kept.toSorted()).toEqual(first.left.toSorted());
  });

  it('counts a table as kept only once all its small files are merged', async () => {
    await province(READINGS);
    await smallFiles(9);
    aws.nowMs = LATER;
    expect(await aws.maintain({ leftMs: [900_000, 100_000] })).toEqual({ kept: [], failed: [], left: [READINGS] });
    expect(await mark(READINGS)).toEqual({ triedAtMs: LATER, keptAtMs: LATER, isDone: false });
    aws.nowMs = LATER + 8 * 24 * HOUR;
    await aws.maintain({ leftMs: [900_000, 100_000] });
    expect(aws.count('OldestUpkeepSeconds')).toBe((8 * 24 * HOUR) / 1000);
    expect(await aws.maintain()).toMatchObject({ kept: [READINGS] });
    expect(await filesOf(READINGS)).toBe(1);
  });

  it('goes on with the others when a table cannot be kept, counts it and takes it last the next time', async () => {
    await province(UNITS, PRICES);
    await send(lake, units(['20137']), prices(['1.000']));
    const broken = (await lake.ports.zones.curated.list(`${UNITS}/metadata/`)).filter(({ key }) =>
      /snap-.*\.avro$/.test(key),
    );
    expect(broken).not.toEqual([]);
    for (const { key } of broken) await lake.ports.zones.curated.put(key, 'hỏng');
    for (const { key } of await lake.ports.zones.curated.list(`${UNITS}/`)) {
      const old = Date.now() / 1000 - 8 * 24 * 3600;
      utimesSync(join(lake.ports.dir, 'curated', ...key.split('/')), old, old);
    }
    expect(await aws.maintain()).toEqual({ kept: [PRICES], failed: [UNITS], left: [] });
    expect(aws.count('MaintainFaults')).toBe(1);
    expect(await mark(UNITS)).toMatchObject({ isDone: false });
    expect(JSON.stringify(aws.lines)).toContain(UNITS);
    expect(await aws.maintain()).toEqual({ kept: [], failed: [UNITS], left: [] });
  });
});
