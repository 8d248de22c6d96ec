// A fault of ours over one file ends in an answer; trouble of the surroundings never does. Real engine, real errors of it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { erase } from '../../lake/erasure/erase';
import { FaultError } from '../../lake/errors';
import { readReceipt } from '../../lake/submission/receipt-store';
import { listVersions } from '../../lake/submission/versions';
import { openEngine } from '../../platform/duckdb/engine';
import type { Converter, LakePorts, ObjectStore } from '../../platform/ports';
import { HO_SO, OTHER, openMade, PERSON } from '../lake/erasure/made-lake';
import { liveRows, openLake, type TestLake } from '../support/lake';
import { prices } from '../support/made-files';
import { tempFolder } from '../support/temp';
import { MadeAws } from './made-host';

const folder = tempFolder();
const PRICES = 'gia_thi_truong';
const NAME = 'so_cong_thuong/gia_thi_truong';
const SUBMISSION = `${NAME}/2026-10`;
const KEY = `${SUBMISSION}/giá.csv`;
const HEAVY = { hint: { submission: SUBMISSION }, lane: 'heavy' };
const priceRows = (lake: TestLake) => liveRows(lake, PRICES, ['ma_mat_hang', 'gia']);
let homes = 0;
let lake: TestLake;
let aws: MadeAws;
beforeEach(async () => {
  const opened = await openLake(join(folder, `${homes++}`, 'home'));
  lake = { ...opened, contracts: new Map([...opened.contracts].filter(([name]) => name === NAME)) };
  aws = new MadeAws(lake);
});

/** The same functions over the same lake, but for some ports. */
function functionsWith(ports: Partial<LakePorts>, more: Partial<TestLake> = {}): MadeAws {
  const other = new MadeAws({ ...lake, ...more, ports: { ...lake.ports, ...ports } });
  other.held.push(...aws.held);
  return other;
}

/** What a real engine throws at a statement. */
function failing(sql: string, memoryLimit = '400MB'): Converter {
  return {
    async convert() {
      const engine = await openEngine({ threads: 1, memoryLimit });
      try {
        await engine.run(sql);
      } finally {
        await engine.close();
      }
      throw new Error('the statement was to fail');
    },
  };
}

async function receiptOf(arrival: number, submission = SUBMISSION) {
  const version = (await listVersions(lake.ports.zones.control, submission))[arrival];
  return version && readReceipt(lake.ports.zones.receipts, version);
}

const BACK = { batchItemFailures: [{ itemIdentifier: 'message-0' }] };
const DONE = { batchItemFailures: [] };

describe('a file the engine fails over, time and again', () => {
  const broken = failing("SELECT error('ô của ai đó')");

  it('has two tries, one more with more memory, and an answer that says whose fault it is', async () => {
    await aws.intake([aws.event(aws.upload(KEY, prices(['1.000']).text))]);
    await aws.deliver();
    const upload = aws.upload(KEY, prices(['2.000']).text);
    const functions = functionsWith({ converter: broken });
    expect(await functions.intake([functions.event(upload)])).toEqual(BACK);
    expect(await functions.intake([functions.event(upload)], 2)).toEqual(BACK);
    expect(await functions.intake([functions.event(upload)], 3)).toEqual(DONE);
    expect(functions.hints.splice(0)).toEqual([HEAVY]);
    expect(functions.told).toEqual([]);
    functions.lane = 'heavy';
    functions.counts.clear();
    expect(await functions.intake([HEAVY.hint])).toEqual(DONE);

    expect(await receiptOf(1)).toMatchObject({
      verdict: 'rejected',
      findings: [{ code: 'F_JUDGE' }],
      former: { rows: 1, state: 'kept' },
    });
    expect(functions.told).toMatchObject([{ whom: { agency: 'so_cong_thuong' } }]);
    expect(functions.told[0]?.text).toMatch(/Chưa phải làm gì[\s\S]*F_JUDGE[\s\S]*the fault is ours/);
    expect(functions.count('IntakeFaults')).toBe(1);
    expect(functions.lines).toContainEqual(expect.objectContaining({ message: 'answered as a fault of ours' }));
    expect(await lake.ports.zones.control.list('in-flight/')).toEqual([]);
    expect(await priceRows(lake)).toEqual(['HANG1|1000.00']);
    // Nothing waits for it: neither the clock's round nor the next upload.
    functions.nowMs = Date.now() + 3_600_000;
    expect(await functions.reconcile({ scope: 'full' })).toEqual({ healed: 0 });
    await aws.intake([aws.event(aws.upload(KEY, prices(['3.000']).text))]);
    await aws.deliver();
    expect(await priceRows(lake)).toEqual(['HANG1|3000.00']);
  });

  it('also when its messages are lost: the clock’s rounds bring it to its answer', async () => {
    aws.upload(KEY, prices(['1.000']).text);
    const functions = functionsWith({ converter: broken });
    for (let round = 1; round <= 4; round++) {
      functions.nowMs = Date.now() + round * 3_600_000;
      await functions.reconcile();
      for (const { hint, lane } of functions.hints.splice(0)) {
        functions.lane = lane === 'heavy' ? 'heavy' : 'normal';
        await functions.intake([hint]);
      }
      for (const { hint } of functions.hints.splice(0)) {
        functions.lane = 'heavy';
        await functions.intake([hint]);
      }
    }
    expect(await receiptOf(0)).toMatchObject({ findings: [{ code: 'F_JUDGE' }] });
    functions.nowMs = Date.now() + 6 * 3_600_000;
    expect(await functions.reconcile({ scope: 'full' })).toEqual({ healed: 0 });
  });

  it('for want of memory is answered as that', async () => {
    const functions = functionsWith({
      converter: failing('CREATE TABLE t AS SELECT range AS a, random() AS b FROM range(30000000)', '20MB'),
    });
    functions.upload(KEY, prices(['1.000']).text);
    functions.lane = 'heavy';
    const tries = [];
    for (let i = 0; i < 3; i++) tries.push(await functions.intake([{ submission: SUBMISSION }]));
    expect(tries).toEqual([BACK, BACK, DONE]);
    expect(await receiptOf(0)).toMatchObject({ findings: [{ code: 'E_RESOURCE' }] });
    expect(functions.count('IntakeFaults')).toBe(3);
  });
});

describe('a version answered so', () => {
  /** The real converter, with a code list of the contract left out of the package. */
  async function givenUp() {
    const functions = functionsWith({}, { codeLists: new Map() });
    functions.upload(KEY, prices(['1.000']).text);
    aws.held.push(...functions.held);
    functions.lane = 'heavy';
    for (let i = 0; i < 3; i++) await functions.intake([{ submission: SUBMISSION }]);
    expect(await receiptOf(0)).toMatchObject({ findings: [{ code: 'F_JUDGE' }] });
    expect(JSON.stringify(functions.lines)).toContain('code list loai_gia of column loai_gia is not loaded');
    return functions;
  }

  it('is left alone under the rules it was tried by, and judged by the next ones of itself', async () => {
    const before = await givenUp();
    before.nowMs = Date.now() + 3_600_000;
    expect(await before.reconcile({ scope: 'full' })).toEqual({ healed: 0 });
    expect(await before.intake([{ submission: SUBMISSION }])).toEqual(DONE);
    expect(before.count('FilesRejected')).toBe(1);

    const [contract] = lake.contracts.values();
    if (!contract) throw new Error('no contract');
    const contracts = new Map([[NAME, { ...contract, version: '99.0.0' }]]);
    const mended = functionsWith({}, { contracts });
    mended.nowMs = Date.now() + 3_600_000;
    expect(await mended.reconcile()).toEqual({ healed: 1 });
    await mended.deliver();
    expect(await priceRows(lake)).toEqual(['HANG1|1000.00']);
    expect(await receiptOf(0)).toMatchObject({
      verdict: 'accepted',
      contractVersion: '99.0.0',
      notes: expect.arrayContaining([expect.objectContaining({ en: expect.stringContaining('fault of its own') })]),
    });
    expect(mended.told.filter(({ whom }) => whom !== 'alerts')).toHaveLength(1);
    expect(await mended.reconcile({ scope: 'full' })).toEqual({ healed: 0 });
  });

  it('may fail under the next rules too, and is then answered once more and left alone', async () => {
    await givenUp();
    const [contract] = lake.contracts.values();
    if (!contract) throw new Error('no contract');
    const functions = functionsWith(
      {},
      { contracts: new Map([[NAME, { ...contract, version: '99.0.0' }]]), codeLists: new Map() },
    );
    functions.lane = 'heavy';
    const tries = [];
    for (let i = 0; i < 3; i++) tries.push(await functions.intake([{ submission: SUBMISSION }]));
    expect(tries).toEqual([BACK, BACK, DONE]);
    functions.nowMs = Date.now() + 3_600_000;
    expect(await functions.reconcile({ scope: 'full' })).toEqual({ healed: 0 });
  });

  it('is not dug out again once a later good file has its place', async () => {
    await givenUp();
    await aws.intake([aws.event(aws.upload(KEY, prices(['5.000']).text))]);
    await aws.deliver();
    const [contract] = lake.contracts.values();
    if (!contract) throw new Error('no contract');
    const later = functionsWith({}, { contracts: new Map([[NAME, { ...contract, version: '99.0.0' }]]) });
    later.nowMs = Date.now() + 3_600_000;
    expect(await later.reconcile()).toEqual({ healed: 0 });
    expect(await priceRows(lake)).toEqual(['HANG1|5000.00']);
  });

  it('is taken in when its sender sends the same bytes once more', async () => {
    await givenUp();
    await aws.intake([aws.event(aws.upload(KEY, prices(['1.000']).text))]);
    await aws.deliver();
    expect(await priceRows(lake)).toEqual(['HANG1|1000.00']);
    expect(await receiptOf(1)).toMatchObject({ verdict: 'accepted' });
  });
});

describe('trouble of the surroundings', () => {
  const throttled = () => Promise.reject(new FaultError('F_STORE', 's3://thu: s3:PutObject: SlowDown'));
  const network = () => Promise.reject(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }));
  const disk = () => Promise.reject(Object.assign(new Error('EIO: i/o error'), { code: 'EIO', syscall: 'write' }));
  const binding = () => Promise.reject(Object.assign(new Error('duckdb.node'), { code: 'ERR_DLOPEN_FAILED' }));
  const zone = (name: 'raw' | 'receipts' | 'curated', broken: Partial<ObjectStore>) => (): Partial<LakePorts> => ({
    zones: { ...lake.ports.zones, [name]: { ...lake.ports.zones[name], ...broken } },
  });
  const troubles: readonly (readonly [string, () => Partial<LakePorts>])[] = [
    ['the raw zone does not answer', zone('raw', { toFile: network })],
    ['writes of rows are throttled', zone('curated', { adoptFileIfAbsent: throttled })],
    ['the catalogue is away', () => ({ catalog: { ...lake.ports.catalog, load: throttled } })],
    ['the disk of the function fails', () => ({ converter: { convert: disk } })],
    ['the store fails while the engine works', () => ({ converter: { convert: throttled } })],
    ['the engine cannot be loaded', () => ({ converter: { convert: binding } })],
    [
      'the engine cannot read its disk',
      () => ({ converter: failing("SELECT * FROM read_csv('/khong/co/tep.csv', columns = {'a': 'INT'})") }),
    ],
  ];

  it.each(troubles)('is never held against a file: %s', async (_, ports) => {
    aws.upload(KEY, prices(['1.000']).text);
    const functions = functionsWith(ports());
    functions.lane = 'heavy';
    for (let i = 0; i < 8; i++) expect(await functions.intake([{ submission: SUBMISSION }], i + 1)).toEqual(BACK);
    expect(functions.told).toEqual([]);
    expect(await lake.ports.zones.receipts.list('')).toEqual([]);
    expect(functions.count('IntakeFaults')).toBe(8);
    await aws.intake([{ submission: SUBMISSION }]);
    await aws.deliver();
    expect(await priceRows(lake)).toEqual(['HANG1|1000.00']);
  });

  it('between two faults over the file neither adds to them nor wipes them out', async () => {
    aws.upload(KEY, prices(['1.000']).text);
    const hint = [{ submission: SUBMISSION }];
    const file = functionsWith({ converter: failing("SELECT error('thử')") });
    const store = functionsWith(zone('raw', { toFile: network })());
    file.lane = 'heavy';
    store.lane = 'heavy';
    for (const functions of [file, store, store, file, store]) expect(await functions.intake(hint)).toEqual(BACK);
    expect(await file.intake(hint)).toEqual(DONE);
    expect(await receiptOf(0)).toMatchObject({ findings: [{ code: 'F_JUDGE' }] });
  });
});

describe('a fault before a file has its place', () => {
  it('is answered too, so that what was sent after it gets its turn', async () => {
    lake = await openMade(join(folder, `${homes++}`, 'home'));
    aws = new MadeAws(lake);
    await erase({ subject: PERSON, reason: 'thử' }, lake);
    const submission = `${HO_SO.name}/2026-10/a`;
    const key = `${HO_SO.name}/2026-10/a.csv`;
    const text = (code: string) => `ma;so_dinh_danh;ghi_chu;so_luong\n${code};${OTHER};;1\n`;
    const first = aws.upload(key, text('A'));
    aws.upload(key, text('B'));
    const { redactor } = lake.ports;
    const poisoned: LakePorts['redactor'] = {
      async redact(request) {
        const upload = readFileSync(request.path, 'utf8');
        if (upload === text('A')) throw new RangeError('thử');
        return redactor.redact(request);
      },
    };
    const functions = functionsWith({ redactor: poisoned });
    expect(await functions.intake([functions.event(first)])).toEqual(BACK);
    expect(await functions.intake([functions.event(first)], 2)).toEqual(DONE);
    expect(functions.hints.splice(0)).toEqual([{ hint: { submission }, lane: 'heavy' }]);
    functions.lane = 'heavy';
    expect(await functions.intake([{ submission }])).toEqual(DONE);
    expect(functions.told.at(0)?.text).toContain('F_JUDGE');
    await functions.deliver();
    expect(await liveRows(lake, HO_SO.dataset, ['ma'])).toEqual(['B']);
    expect(await lake.ports.zones.control.list('in-flight/')).toEqual([]);
    functions.nowMs = Date.now() + 3_600_000;
    expect(await functions.reconcile({ scope: 'full' })).toEqual({ healed: 0 });
  });
});

describe('a file that was claimed, and whose bytes are gone before anybody judged them', () => {
  beforeEach(async () => {
    await aws.intake([aws.event(aws.upload(KEY, prices(['1.000']).text))]);
    await aws.deliver();
    const upload = aws.upload(KEY, prices(['2.000']).text);
    await functionsWith({ converter: failing("SELECT error('thử')") }).intake([aws.event(upload)]);
    const [, version] = await listVersions(lake.ports.zones.control, SUBMISSION);
    await lake.ports.zones.raw.delete(version?.raw ?? '');
    aws.told.length = 0;
  });

  it('is kept again from its upload', async () => {
    expect(await aws.intake([{ submission: SUBMISSION }])).toEqual(DONE);
    await aws.deliver();
    expect(await priceRows(lake)).toEqual(['HANG1|2000.00']);
    expect(await receiptOf(1)).toMatchObject({ verdict: 'accepted' });
  });

  it('whose upload is gone too is asked for again, once, and nothing waits for it', async () => {
    aws.held.pop();
    expect(await aws.intake([{ submission: SUBMISSION }])).toEqual(DONE);
    expect(await aws.intake([{ submission: SUBMISSION }])).toEqual(DONE);
    expect(aws.told).toHaveLength(1);
    expect(aws.told[0]?.text).toContain('E_FILE_MISSING');
    expect(await receiptOf(1)).toMatchObject({ verdict: 'rejected', findings: [{ code: 'E_FILE_MISSING' }] });
    expect(await priceRows(lake)).toEqual(['HANG1|1000.00']);
    aws.nowMs = Date.now() + 3_600_000;
    expect(await aws.reconcile({ scope: 'full' })).toEqual({ healed: 0 });
    await aws.intake([aws.event(aws.upload(`${SUBMISSION}/gửi lại.csv`, prices(['2.000']).text))]);
    await aws.deliver();
    expect(await priceRows(lake)).toEqual(['HANG1|2000.00']);
  });
});
