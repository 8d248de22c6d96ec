// A person is erased from a real home, and is nowhere any more; everybody else is as before.
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { erase } from '../../../lake/erasure/erase';
import { InputError } from '../../../lake/errors';
import { commitSealed } from '../../../lake/submission/commit-judged';
import { rawOf } from '../../../lake/submission/raw';
import { readReceipt } from '../../../lake/submission/receipt-store';
import { reconcile } from '../../../lake/submission/reconcile';
import { judge } from '../../../lake/submission/seal';
import { listVersions, newestVersion } from '../../../lake/submission/versions';
import { compact } from '../../../lake/table/compact';
import { ledgerEntries } from '../../../lake/table/ledger';
import { tablePorts } from '../../../lake/table/transact';
import { localPlaces } from '../../../platform/local/erasure-places';
import { verifyLake } from '../../../platform/local/verify';
import type { TestLake } from '../../support/lake';
import { tempFolder } from '../../support/temp';
import {
  DON,
  filesOf,
  fill,
  HO_SO,
  holding,
  MOT,
  OTHER,
  openMade,
  PERSON,
  put,
  rowsOf,
  text,
  workbook,
} from './made-lake';

jest.setTimeout(120_000);

const folder = tempFolder();
const template = join(folder, 'template');

beforeAll(async () => {
  await fill(await openMade(template));
});

let copies = 0;

/** The filled lake again, at a place of its own. */
async function filled(): Promise<TestLake> {
  const dir = join(folder, `lake-${copies++}`);
  cpSync(template, dir, { recursive: true });
  return openMade(dir);
}

const REQUEST = { subject: '046 000 000 001', reason: 'Đơn 12/2026' };

const eraseFrom = (lake: TestLake, request: Parameters<typeof erase>[0] = REQUEST) =>
  erase(request, lake, undefined, localPlaces(lake));

const isTheirs = (row: string) => row.replace(/[ .'-]/g, '').includes(PERSON.slice(1));

describe('erase', () => {
  it('leaves no byte of the number anywhere, and everybody else as they were', async () => {
    const lake = await filled();
    const { dir } = lake.ports;
    expect((await holding(dir)).length).toBeGreaterThan(12);
    const before = { hoSo: await rowsOf(lake, 'ho_so'), don: await rowsOf(lake, 'don') };
    expect(before.hoSo.filter(isTheirs)).toHaveLength(5);
    const others = filesOf(dir).length;

    const certificate = await eraseFrom(lake);

    expect(await holding(dir)).toEqual([]);
    expect(await rowsOf(lake, 'ho_so')).toEqual(before.hoSo.filter((row) => !isTheirs(row)));
    expect(await rowsOf(lake, 'don')).toEqual(before.don.filter((row) => !isTheirs(row)));
    expect(others).toBeGreaterThan(0);
    expect(certificate.removed.table).toEqual({ rows: 6, files: 4 });
    expect(certificate.probe.found).toBe(0);
    expect(existsSync(join(dir, 'curated.before-20261101000000'))).toBe(false);
    expect(existsSync(join(dir, 'reports', 'x', 'index.html'))).toBe(false);
    expect(existsSync(join(dir, 'reports', 'x', 'khac.html'))).toBe(true);
    expect(readFileSync(join(dir, 'ingest', 'so_thi_du', 'ho_so', '2026-11', 'hồ sơ.csv'), 'utf8')).toBe(
      text(['h1', PERSON, '', '1'], ['h2', OTHER, '', '2']).replace(/h1.*/, ';;;;'),
    );
  });

  it('corrects the receipts, so that they say what the table shows', async () => {
    const lake = await filled();
    const { control, receipts } = lake.ports.zones;
    const version = await newestVersion(control, 'so_thi_du/ho_so/2026-09/mot');
    if (!version) throw new Error('no version');
    const before = await readReceipt(receipts, version);
    expect(before).toMatchObject({ rowsIn: 7, rowsAccepted: 5, rowsRejected: 2, blankRows: 0, findingCount: 2 });
    await eraseFrom(lake);
    const after = await readReceipt(receipts, version);
    expect(after).toMatchObject({ rowsIn: 4, rowsAccepted: 3, rowsRejected: 1, blankRows: 3, findingCount: 1 });
    expect(after?.findings.map((finding) => finding.record)).toEqual([4]);
    expect(after?.byRule).toEqual(before?.byRule.map((rule) => ({ ...rule, count: 1 })));
    expect(after?.notes.at(-1)?.en).toBe(
      '3 rows about people erased on request were left out: neither taken in nor kept.',
    );
    const rejects = readFileSync(
      join(lake.ports.dir, 'quarantine', 'so_thi_du/ho_so/2026-09/mot/v', version.version, 'rejects.csv'),
      'utf8',
    );
    expect(rejects).toContain('a4;');
    expect(rejects).not.toContain('a3;');
  });

  it('is settled: reconciling finds nothing to mend, and a submission that lost all its rows is still visible', async () => {
    const lake = await filled();
    await eraseFrom(lake);
    expect(await reconcile(lake)).toEqual({ submitted: [], retracted: [] });
    const version = await newestVersion(lake.ports.zones.control, 'so_thi_du/ho_so/2026-10/ba');
    const receipt = version && (await readReceipt(lake.ports.zones.receipts, version));
    expect(receipt).toMatchObject({ verdict: 'accepted', rowsIn: 0, rowsAccepted: 0, blankRows: 1 });
  });

  it('leaves a home that verifies', async () => {
    const lake = await filled();
    await eraseFrom(lake);
    expect((await verifyLake(lake)).filter((check) => !check.ok)).toEqual([]);
  });

  it('drops a former state that shows the person even when it is tagged, says so, and keeps one that does not', async () => {
    const lake = await filled();
    const { catalog } = lake.ports;
    const clean = await put(lake, DON, '2026-08', 'sach.csv', text(['s1', OTHER, '', '1']));
    const before = await catalog.load('don');
    const head = before?.metadata;
    const [first] = head?.snapshots ?? [];
    if (!before || !head || !first) throw new Error('no snapshots');
    const refs = { ...head.refs, 'phat-hanh-1': { 'snapshot-id': first['snapshot-id'], type: 'tag' as const } };
    expect(await catalog.swap('don', before, { ...head, refs })).toBe('OK');
    const { retiredTags } = await eraseFrom(lake);
    expect(retiredTags).toEqual(['don: phat-hanh-1']);
    const after = (await catalog.load('don'))?.metadata;
    expect(Object.keys(after?.refs ?? {})).toEqual(['main']);
    expect(after?.snapshots?.map((snapshot) => String(snapshot['snapshot-id']))).not.toContain(clean.receipt.snapshot);
    expect((await ledgerEntries(lake.ports.zones.control, after ?? head)).length).toBe(head.snapshots?.length);
  });

  it('takes no effect any more that was held against the list before', async () => {
    const lake = await filled();
    const version = await newestVersion(lake.ports.zones.control, 'so_thi_du/don/2026-10/don');
    if (!version) throw new Error('no version');
    const old = await judge(version, DON, lake);
    if (!old.effect) throw new Error('no effect');
    await eraseFrom(lake);
    // Its file is gone as well; the fence would refuse it all the same.
    expect((await lake.ports.catalog.load('don'))?.metadata.properties?.['lake.erasure-epoch']).toBe('1');
    expect((await commitSealed([old.effect], DON, lake)).map((outcome) => outcome.outcome)).toEqual(['reseal']);
    expect((await rowsOf(lake, 'don')).filter(isTheirs)).toEqual([]);
  });

  it('keeps a refused workbook that names the person as an empty file, and one that does not as it was', async () => {
    const lake = await filled();
    await put(lake, HO_SO, '2026-12', 'so-tinh.csv', workbook('<c><v>46000000001</v></c>'));
    await put(lake, HO_SO, '2026-12', 'so-tinh-khac.csv', workbook('<c><v>46000000002</v></c>'));
    await eraseFrom(lake);
    const { control, raw } = lake.ports.zones;
    const size = async (submission: string) => {
      const version = await newestVersion(control, submission);
      return version && (await raw.head((await rawOf(version, control)).key))?.sizeBytes;
    };
    expect(await size('so_thi_du/ho_so/2026-12/so-tinh')).toBe(0);
    expect(await size('so_thi_du/ho_so/2026-12/so-tinh-khac')).toBeGreaterThan(100);
    expect((await raw.list('so_thi_du/ho_so/2026-12/')).length).toBe(2);
  });

  it('erases once: the second time changes nothing and answers with the same certificate', async () => {
    const lake = await filled();
    const first = await eraseFrom(lake);
    const state = () => filesOf(lake.ports.dir).map((path) => [path, readFileSync(path, 'latin1')]);
    const before = state();
    expect(await eraseFrom(lake)).toEqual(first);
    expect(state()).toEqual(before);
  });

  it('leaves the person out of the same file sent again, and says of how many rows', async () => {
    const lake = await filled();
    await eraseFrom(lake);
    const again = await put(lake, HO_SO, '2026-09', 'mot.csv', MOT);
    expect(again.verdict).toBe('unchanged');
    expect(again.receipt.notes.map((note) => note.en)).toContain(
      '3 rows about people erased on request were left out: neither taken in nor kept.',
    );
    const other = await put(lake, HO_SO, '2026-09', 'moi.csv', text(['m1', PERSON, '', '1'], ['m2', OTHER, '', '2']));
    expect(other.receipt).toMatchObject({ verdict: 'accepted', rowsIn: 1, rowsAccepted: 1 });
    expect(other.receipt.notes.map((note) => note.en)).toContain(
      '1 rows about people erased on request were left out: neither taken in nor kept.',
    );
    expect(await holding(lake.ports.dir)).toEqual([]);
  });

  it('works on the zones alone, where there is nothing to look into files with', async () => {
    const lake = await openMade(join(folder, 'plain'));
    await put(lake, HO_SO, '2026-09', 'mot.csv', MOT);
    await put(lake, HO_SO, '2026-09', 'hai.csv', text(['b1', OTHER, '', '1'], ['b2', PERSON, '', '2']));
    await compact({ table: 'ho_so', isClosed: () => true }, tablePorts(lake.ports));
    const before = await rowsOf(lake, 'ho_so');
    const { removed } = await erase(REQUEST, lake);
    expect(removed.table).toEqual({ rows: 3, files: 1 });
    expect(await rowsOf(lake, 'ho_so')).toEqual(before.filter((row) => !isTheirs(row)));
    expect(await holding(lake.ports.dir)).toEqual([]);
    expect(await reconcile(lake)).toEqual({ submitted: [], retracted: [] });
  });

  it('keeps nothing that tells who it was: certificate, audit and suppression list', async () => {
    const lake = await filled();
    const certificate = await eraseFrom(lake, { ...REQUEST, requestId: 'CV-34' });
    const { control } = lake.ports.zones;
    const stored = await Promise.all(
      (await control.list('erasure')).map(async ({ key }) => `${key} ${await control.get(key)}`),
    );
    expect(stored.map((one) => one.split(' ')[0])).toEqual([
      'erasure/audit/CV-34.json',
      'erasure/certificate/CV-34.html',
      'erasure/certificate/CV-34.json',
      'erasure/don/000001.json',
      'erasure/ho_so/000001.json',
      'erasure/key.json',
    ]);
    expect(stored.join('\n')).not.toContain(PERSON);
    expect(certificate.subject).toMatch(/^[0-9a-f]{16}$/);
  });

  it('refuses a number in the reason, a short number, a dataset without people, and an id of another person', async () => {
    const lake = await filled();
    const code = async (request: Parameters<typeof erase>[0]) => {
      const error: unknown = await eraseFrom(lake, request).catch((caught: unknown) => caught);
      if (!(error instanceof InputError)) throw error;
      expect(error.text.vi + error.text.en).not.toContain(PERSON);
      return error.code;
    };
    expect(await code({ ...REQUEST, reason: `ông ${PERSON}` })).toBe('E_ERASE_REQUEST');
    expect(await code({ ...REQUEST, requestId: PERSON })).toBe('E_ERASE_REQUEST');
    expect(await code({ ...REQUEST, requestId: '../x' })).toBe('E_ERASE_REQUEST');
    expect(await code({ ...REQUEST, subject: '12 34' })).toBe('E_ERASE_SUBJECT');
    expect(await code({ ...REQUEST, datasets: ['khong_co'] })).toBe('E_TABLE');
    await eraseFrom(lake, { ...REQUEST, requestId: 'A1' });
    expect(await code({ ...REQUEST, subject: OTHER, requestId: 'A1' })).toBe('E_ERASE_REQUEST');
  });

  it('covers the number where a department has written it into the name of a file', async () => {
    const opened = await openMade(join(folder, 'named'));
    const contract = { ...HO_SO, slot: 'period' } as const;
    const lake = { ...opened, contracts: new Map([[contract.name, contract]]) };
    const content = text(['a1', PERSON, '', '1'], ['a2', OTHER, '', '2']);
    await put(lake, contract, '2026-09', `hồ sơ ${PERSON}.csv`, content);
    expect((await eraseFrom(lake)).removed).toMatchObject({ records: { files: 1 }, table: { rows: 1 } });
    expect(await holding(lake.ports.dir)).toEqual([]);
    const [version] = await listVersions(lake.ports.zones.control, 'so_thi_du/ho_so/2026-09');
    expect(version?.file).toBe('hồ sơ *****.csv');
    expect((await verifyLake(lake)).filter(({ ok }) => !ok)).toEqual([]);
    // Sent again it is the same file still.
    expect((await put(lake, contract, '2026-09', 'hồ sơ.csv', content)).verdict).toBe('unchanged');
  });

  it('says what is left when the number stands in somebody else’s row, and issues nothing', async () => {
    const lake = await filled();
    await put(lake, HO_SO, '2026-11', 'ghi-chu.csv', text(['n1', OTHER, `nộp thay ${PERSON}`, '1']));
    const error: unknown = await eraseFrom(lake).catch((caught: unknown) => caught);
    if (!(error instanceof InputError)) throw error;
    expect(error.code).toBe('E_ERASE_LEFT');
    expect(await lake.ports.zones.control.list('erasure/certificate/')).toEqual([]);
    // Corrected at the source it can be finished.
    await put(lake, HO_SO, '2026-11', 'ghi-chu.csv', text(['n1', OTHER, 'nộp thay', '1']));
    await eraseFrom(lake);
    expect(await holding(lake.ports.dir)).toEqual([]);
    expect(await listVersions(lake.ports.zones.control, 'so_thi_du/ho_so/2026-11/ghi-chu')).toHaveLength(2);
  });
});
