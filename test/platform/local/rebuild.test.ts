// rebuild: the same rows from raw, told apart when they are not, and never half a zone.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { reconcile } from '../../../lake/submission/reconcile';
import { retract } from '../../../lake/submission/retract';
import { compact } from '../../../lake/table/compact';
import { isLive } from '../../../lake/table/manifest';
import { currentSnapshot } from '../../../lake/table/metadata';
import { tablePorts, transact } from '../../../lake/table/transact';
import { loadManifestList, loadManifests } from '../../../lake/table/tree';
import { createHome, openHome } from '../../../platform/local/home';
import { buildFolder } from '../../../platform/local/placing';
import { rebuild } from '../../../platform/local/rebuild';
import { verifyLake } from '../../../platform/local/verify';
import { liveRows, openLake, send, type TestLake } from '../../support/lake';
import { prices, readings, units } from '../../support/made-files';
import { tempFolder } from '../../support/temp';

jest.setTimeout(120_000);
const folder = tempFolder();
const sound = join(folder, 'lanh-lan', 'home');
const DEAD = `${hostname()}~999999999`;

beforeAll(async () => {
  const lake = await openLake(sound);
  await send(lake, units(['20137', '20138']));
  await send(lake, prices(['1.000', '2.000', '3.000', '4.000', 'x']), prices(['1.500'], { period: '2026-09' }));
  await send(lake, prices(['1.100', '2.100', '3.100', '4.100', 'x']));
  await send(lake, ...['NUO001', 'NUO002'].map((station) => readings(station, ['7.1', '8'])));
  await retract({ submission: 'so_cong_thuong/gia_thi_truong/2026-09', reason: 'thử' }, lake);
  await compact({ table: 'so_lieu_quan_trac', isClosed: () => true }, tablePorts(lake.ports));
});

let copies = 0;
async function copy(harm: (home: string) => void = () => {}): Promise<TestLake> {
  const home = join(folder, `ban-sao-${copies++}`, 'home');
  cpSync(sound, home, { recursive: true, preserveTimestamps: true });
  harm(home);
  return openLake(home);
}

const failing = async (lake: TestLake) => (await verifyLake(lake)).filter((check) => !check.ok);
const everyRow = async (lake: TestLake) => [
  ...(await liveRows(lake, 'don_vi_hanh_chinh', ['_submission', '_version', '_row', 'ma_xa'])),
  ...(await liveRows(lake, 'gia_thi_truong', ['_submission', '_version', '_row', 'gia'])),
  ...(await liveRows(lake, 'so_lieu_quan_trac', ['_submission', '_version', '_row', 'gia_tri'])),
];
const outcomes = (tables: readonly { dataset: string; submissions: number; outcome: string }[]) =>
  tables
    .filter(({ submissions, outcome }) => submissions > 0 || outcome !== 'equal')
    .map(({ dataset, outcome }) => `${dataset} ${outcome}`)
    .sort();
const ALL_EQUAL = ['don_vi_hanh_chinh equal', 'gia_thi_truong equal', 'so_lieu_quan_trac equal'];
const names = (home: string) => readdirSync(home).filter((name) => /^curated|^rebuild/.test(name));

/** Takes a row out of the table as no submission would: one file leaves it. */
async function loseOneFile(lake: TestLake, table: string): Promise<void> {
  const { curated } = lake.ports.zones;
  let isLost = false;
  await transact<void>(table, tablePorts(lake.ports), async (head) => {
    const base = head!.metadata;
    const refs = await loadManifestList(curated, base, currentSnapshot(base));
    const read = await loadManifests(curated, base, refs);
    const [entry] = read.flatMap(({ entries }) => entries.filter(isLive));
    if (!entry || isLost) return { kind: 'done', answer: undefined };
    isLost = true;
    const change = { base, refs, read, add: [], remove: [entry], preservesRows: false, effects: [], rewrites: [] };
    return { kind: 'snapshot', change, answer: () => undefined };
  });
}

describe('rebuild', () => {
  it('makes the same rows from raw, keeps the old zone beside, and every promise holds afterwards', async () => {
    const lake = await copy();
    const before = await everyRow(lake);
    const rebuilt = await rebuild({}, lake);
    expect(outcomes(rebuilt.tables)).toEqual(ALL_EQUAL);
    expect(rebuilt.isPlaced).toBe(true);
    expect(names(lake.ports.dir)).toEqual(['curated', rebuilt.before]);
    expect(rebuilt.before).toMatch(/^curated\.before-\d{14}$/);
    expect(await everyRow(lake)).toEqual(before);
    expect(await reconcile(lake)).toEqual({ submitted: [], retracted: [] });
    expect(await failing(lake)).toEqual([]);
    // A process that opens the home anew sees the same, and what was sent is known.
    const fresh = await openLake(lake.ports.dir);
    expect(await everyRow(fresh)).toEqual(before);
    expect((await send(fresh, prices(['1.100', '2.100', '3.100', '4.100', 'x'])))[0]?.verdict).toBe('unchanged');
    expect((await send(fresh, prices(['9.000'])))[0]?.verdict).toBe('accepted');
    expect(await failing(fresh)).toEqual([]);
  });

  it('goes on counting metadata versions, so that a writer with an old head finds its place taken', async () => {
    const lake = await copy();
    const old = await lake.ports.catalog.load('gia_thi_truong');
    await rebuild({ datasets: ['gia_thi_truong'] }, lake);
    expect(await lake.ports.catalog.swap('gia_thi_truong', old, old!.metadata)).toBe('CONFLICT');
  });

  it('with --check changes no file', async () => {
    const lake = await copy();
    const list = () => readdirSync(lake.ports.dir, { recursive: true, encoding: 'utf8' }).sort();
    const before = list();
    const rebuilt = await rebuild({ check: true }, lake);
    expect([outcomes(rebuilt.tables), rebuilt.isPlaced]).toEqual([ALL_EQUAL, false]);
    expect(list()).toEqual(before);
  });

  it('of rows that differ replaces nothing and names the submission, unless forced', async () => {
    const lake = await copy();
    const whole = await everyRow(lake);
    await loseOneFile(lake, 'gia_thi_truong');
    const refused = await rebuild({ datasets: ['gia_thi_truong'] }, lake);
    expect([outcomes(refused.tables), refused.isPlaced]).toEqual([['gia_thi_truong differs'], false]);
    expect(refused.tables[0]?.differences).toMatchObject([
      { submission: 'so_cong_thuong/gia_thi_truong/2026-10', before: null, after: { rows: 4 } },
    ]);
    expect(names(lake.ports.dir)).toEqual(['curated']);
    const forced = await rebuild({ datasets: ['gia_thi_truong'], force: true, discard: true }, lake);
    expect([forced.isPlaced, forced.before]).toEqual([true, null]);
    expect(names(lake.ports.dir)).toEqual(['curated']);
    expect(await everyRow(lake)).toEqual(whole);
    expect(await failing(lake)).toEqual([]);
  });

  it.each<[string, (home: string) => void]>([
    ['whose metadata is damaged', (home) => writeFileSync(newest(home), '{')],
    ['whose metadata is of a newer format', (home) => patch(newest(home), '"format-version":2', '"format-version":3')],
    ['that is gone', (home) => rmSync(join(home, 'curated/gia_thi_truong'), { recursive: true })],
    [
      'one of whose manifests is damaged',
      (home) => {
        const dir = join(home, 'curated/gia_thi_truong/metadata');
        for (const name of readdirSync(dir)) if (name.endsWith('.avro')) writeFileSync(join(dir, name), 'x');
      },
    ],
  ])('brings back a table %s; verify says so before and holds after', async (_, harm) => {
    const before = await everyRow(await openLake(sound));
    const lake = await copy(harm);
    const found = (await failing(lake)).flatMap(({ problems }) => problems.map(({ repair }) => repair));
    expect(found).toContain('tamgiang rebuild gia_thi_truong');
    const rebuilt = await rebuild({ datasets: ['gia_thi_truong'] }, lake);
    expect([outcomes(rebuilt.tables), rebuilt.isPlaced]).toEqual([['gia_thi_truong lost'], true]);
    expect(await everyRow(lake)).toEqual(before);
    expect(await failing(lake)).toEqual([]);
  });

  it('refuses while another process is at work', async () => {
    const lake = await copy();
    // Of another computer nothing can be known: it counts as living.
    mkdirSync(join(lake.ports.dir, 'tmp', 'may-khac~12~x'));
    await expect(rebuild({}, lake)).rejects.toMatchObject({
      code: 'E_BUSY',
      message: expect.stringContaining('may-khac~12~x'),
    });
    expect(names(lake.ports.dir)).toEqual(['curated']);
  });
});

function newest(home: string): string {
  const dir = join(home, 'curated/gia_thi_truong/metadata');
  const versions = readdirSync(dir).flatMap((name) => /^v(\d+)\.metadata/.exec(name)?.[1] ?? []);
  return join(dir, `v${Math.max(...versions.map(Number))}.metadata.json`);
}

function patch(path: string, from: string, to: string): void {
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
}

describe('a rebuild killed', () => {
  it('while building leaves a folder that the next one sweeps', async () => {
    const lake = await copy();
    const left = buildFolder(DEAD, 0);
    mkdirSync(join(lake.ports.dir, left, 'gia_thi_truong'), { recursive: true });
    const home = (await verifyLake(lake)).find(({ name }) => name === 'home');
    expect([home?.ok, home?.detail.en]).toEqual([true, expect.stringContaining(left)]);
    const rebuilt = await rebuild({ check: true }, lake);
    expect(rebuilt.swept).toEqual([left]);
    expect(existsSync(join(lake.ports.dir, left))).toBe(false);
  });

  it.each<[string, (home: string, ready: string) => void]>([
    ['before the old zone steps aside', () => {}],
    [
      'between the two renames',
      (home) => renameSync(join(home, 'curated'), join(home, 'curated.before-20261101000000')),
    ],
  ])('%s leaves a whole zone for whoever opens the home next', async (_, done) => {
    const before = await everyRow(await openLake(sound));
    const home = (await copy()).ports.dir;
    const ready = buildFolder(DEAD, 0);
    cpSync(join(home, 'curated'), join(home, ready), { recursive: true });
    writeFileSync(join(home, 'rebuild.json'), JSON.stringify({ ready, before: 'curated.before-20261101000000' }));
    done(home, ready);
    expect(openHome(home).dir).toBe(home);
    const lake = await openLake(home);
    expect(await everyRow(lake)).toEqual(before);
    expect(await failing(lake)).toEqual([]);
    await rebuild({}, lake);
    expect(names(home).filter((name) => name.startsWith('curated.rebuild') || name === 'rebuild.json')).toEqual([]);
    expect(await everyRow(lake)).toEqual(before);
    await createHome(home);
  });
});
