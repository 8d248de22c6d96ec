// repairLake: what is lost and can be made again is made again; what cannot is named and left as it is.
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { retract } from '../../../lake/submission/retract';
import { compact } from '../../../lake/table/compact';
import { storedFile } from '../../../lake/table/copy-on-write';
import { isLive } from '../../../lake/table/manifest';
import { currentSchema, currentSnapshot } from '../../../lake/table/metadata';
import { history } from '../../../lake/table/plan';
import { tablePorts, transact } from '../../../lake/table/transact';
import { loadManifestList, loadManifests } from '../../../lake/table/tree';
import { repairLake } from '../../../platform/local/repair';
import { verifyLake } from '../../../platform/local/verify';
import { liveRows, openLake, send, type TestLake } from '../../support/lake';
import { prices, readings } from '../../support/made-files';
import { tempFolder } from '../../support/temp';

jest.setTimeout(120_000);
const folder = tempFolder();
const sound = join(folder, 'lanh-lan', 'home');
const TABLE = 'so_lieu_quan_trac';
const STATIONS = ['NUO001', 'NUO002', 'NUO003'];

beforeAll(async () => {
  const lake = await openLake(sound);
  await send(lake, prices(['1.000', '2.000']), prices(['1.500'], { period: '2026-09' }));
  await send(lake, ...STATIONS.map((station, i) => readings(station, [`7.${i}`, '8'])));
  // One file holds the rows of three submissions.
  await compact({ table: TABLE, isClosed: () => true }, tablePorts(lake.ports));
});

let copies = 0;
async function harmed(harm: (home: string) => void): Promise<TestLake> {
  const home = join(folder, `ban-sao-${copies++}`, 'home');
  cpSync(sound, home, { recursive: true, preserveTimestamps: true });
  harm(home);
  return openLake(home);
}

function pathIn(home: string, zone: string, ending: RegExp): string {
  const entry = readdirSync(join(home, zone), { recursive: true, encoding: 'utf8' }).find((name) => ending.test(name));
  if (entry === undefined) throw new Error(`no ${ending} in ${zone}`);
  return join(home, zone, entry);
}

const failing = async (lake: TestLake) => (await verifyLake(lake)).filter((check) => !check.ok);
const everyRow = async (lake: TestLake) => [
  ...(await liveRows(lake, 'gia_thi_truong', ['_submission', '_version', '_row', 'gia'])),
  ...(await liveRows(lake, TABLE, ['_submission', '_version', '_row', 'gia_tri'])),
];

/** Every file below a folder with its bytes. */
function contents(dir: string): Map<string, string> {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map(({ parentPath, name }) => [join(parentPath, name), readFileSync(join(parentPath, name)).toString('hex')]),
  );
}

describe('verify', () => {
  it('holds for a lake with shared files, retractions and submissions without rows', async () => {
    const lake = await harmed(() => {});
    await retract({ submission: 'so_cong_thuong/gia_thi_truong/2026-09', reason: 'thử' }, lake);
    expect(await failing(lake)).toEqual([]);
    const members = (await verifyLake(lake)).find(({ name }) => name === `${TABLE}: members`);
    expect(members?.detail.en).toMatch(/^1 files shared/);
    expect(await repairLake(lake, await verifyLake(lake))).toEqual({ done: [], failed: [], marts: [] });
  });

  it('finds bounds that do not enclose the rows: readers skip files by them', async () => {
    const lake = await harmed(() => {});
    const { curated } = lake.ports.zones;
    let isDone = false;
    // The same file again, said to hold nothing below the highest price text there is.
    await transact<void>('gia_thi_truong', tablePorts(lake.ports), async (head) => {
      const base = head!.metadata;
      const refs = await loadManifestList(curated, base, currentSnapshot(base));
      const read = await loadManifests(curated, base, refs);
      const entry = read.flatMap(({ ref, entries }) =>
        entries.filter(isLive).map((one) => ({ one, specId: ref.specId })),
      )[0];
      if (!entry || isDone) return { kind: 'done', answer: undefined };
      isDone = true;
      const file = storedFile({ entry: entry.one, specId: entry.specId }, base, tablePorts(lake.ports));
      const item = currentSchema(base).fields.find(({ name }) => name === 'ma_mat_hang')?.id ?? 0;
      const stat = file.stats.get(item);
      const raised = { ...stat!, lower: Buffer.from('Z'), upper: Buffer.from('ZZ') };
      const add = [{ ...file, stats: new Map([...file.stats, [item, raised]]) }];
      const change = { base, refs, read, add, remove: [entry.one], preservesRows: true, effects: [], rewrites: [] };
      return { kind: 'snapshot', change, answer: () => undefined };
    });
    const found = await failing(lake);
    expect(found.map(({ name }) => name)).toEqual(['gia_thi_truong: bounds']);
    expect(found[0]?.detail.en).toMatch(/column ma_mat_hang: values lie outside.*→ tamgiang rebuild gia_thi_truong/);
  });
});

describe('verify --repair', () => {
  it.each<[string, (home: string) => void, RegExp]>([
    [
      'a data file of one submission is gone',
      (home) => rmSync(pathIn(home, 'curated/gia_thi_truong/data/ky_du_lieu=2026-10', /\.parquet$/)),
      /gia_thi_truong: files/,
    ],
    [
      'a data file that submissions share is gone',
      (home) => rmSync(pathIn(home, `curated/${TABLE}`, /compact-.*\.parquet$/)),
      /so_lieu_quan_trac: files/,
    ],
    [
      'a data file is overwritten with as many bytes',
      (home) => {
        const path = pathIn(home, 'curated/gia_thi_truong/data/ky_du_lieu=2026-10', /\.parquet$/);
        writeFileSync(path, Buffer.alloc(readFileSync(path).length, 7));
      },
      /gia_thi_truong: files/,
    ],
    ['a table is gone', (home) => rmSync(join(home, 'curated/gia_thi_truong'), { recursive: true }), /newest versions/],
    [
      'a receipt is gone',
      (home) => rmSync(pathIn(home, 'receipts/so_cong_thuong', /receipt\.json$/)),
      /gia_thi_truong: receipts/,
    ],
    [
      'a receipt is damaged',
      (home) => writeFileSync(pathIn(home, 'receipts/so_nn_mt', /receipt\.json$/), '{'),
      /so_lieu_quan_trac: receipts/,
    ],
    [
      'the hint names a version there is not',
      (home) => writeFileSync(join(home, 'curated/gia_thi_truong/metadata/version-hint.text'), '99'),
      /gia_thi_truong: metadata/,
    ],
  ])('mends when %s: every row is back once, under its version', async (_, harm, name) => {
    const before = await everyRow(await openLake(sound));
    const lake = await harmed(harm);
    const found = await failing(lake);
    expect(found.map((check) => check.name)).toContainEqual(expect.stringMatching(name));
    for (const { problems } of found)
      for (const { repair, text } of problems)
        expect([text.en, repair]).toEqual([text.en, expect.stringContaining('tamgiang ')]);
    const repaired = await repairLake(lake, found);
    expect(repaired.failed).toEqual([]);
    expect(repaired.done.length).toBeGreaterThan(0);
    expect(await failing(lake)).toEqual([]);
    expect(await everyRow(lake)).toEqual(before);
  });

  it('leaves a lost file in the table when the raw file is lost too, and names both', async () => {
    const lake = await harmed((home) => {
      rmSync(pathIn(home, `curated/${TABLE}`, /compact-.*\.parquet$/));
      rmSync(pathIn(home, 'raw/so_nn_mt', /nuo002.*\.txt$/));
    });
    const before = contents(join(lake.ports.dir, 'curated'));
    const { failed } = await repairLake(lake, await verifyLake(lake));
    expect(failed.map(({ en }) => en).join('\n')).toMatch(/compact-.*cannot be taken in again: raw\/so_nn_mt/);
    const head = await lake.ports.catalog.load(TABLE);
    expect(head && history(head.metadata).at(-1)?.operation).toBe('replace');
    for (const [path, bytes] of before)
      expect([path, contents(join(lake.ports.dir, 'curated')).get(path)]).toEqual([path, bytes]);
  });

  it('only names what it cannot mend: a damaged metadata file, a damaged manifest', async () => {
    for (const harm of [
      (home: string) => writeFileSync(pathIn(home, 'curated/gia_thi_truong', /v1\.metadata\.json$/), '{'),
      (home: string) => {
        const dir = join(home, 'curated', TABLE, 'metadata');
        for (const name of readdirSync(dir)) if (name.startsWith('snap-')) writeFileSync(join(dir, name), 'x');
      },
    ]) {
      const lake = await harmed(harm);
      const found = (await failing(lake)).flatMap(({ problems }) => problems);
      expect(found.length).toBeGreaterThan(0);
      const before = contents(lake.ports.dir);
      await repairLake(lake, await verifyLake(lake));
      for (const [path, bytes] of before) expect([path, contents(lake.ports.dir).get(path)]).toEqual([path, bytes]);
    }
  });
});
