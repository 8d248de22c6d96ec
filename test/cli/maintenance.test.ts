// history, trace, retract, compact, expire, rebuild and verify --repair as people run them.
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAge, parseCount, sizeText } from '../../cli/flags';
import { main } from '../../cli/main';
import { isClosedPeriod } from '../../lake/submission/key';
import { openLake, send } from '../support/lake';
import { prices, readings } from '../support/made-files';
import { ROOT } from '../support/repository';
import { tempFolder } from '../support/temp';

jest.setTimeout(120_000);
const cwd = tempFolder();
const home = join(cwd, 'home');
const PRICES = 'so_cong_thuong/gia_thi_truong';

/** Runs a command line in this process, in English, with one JSON document. */
async function run(...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const spies = [
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0),
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => err.push(String(text)) > 0),
  ];
  try {
    const status = await main([...args, '--home', home, '--lang', 'en'], ROOT);
    const stdout = out.join('');
    return { status, stdout, stderr: err.join(''), json: () => JSON.parse(stdout) };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

const rows = async (table: string) => {
  const { json } = await run('sql', `select _submission, _version, _row from ${table} order by 1, 2, 3`, '--json');
  return json().rows;
};
const dataFiles = (table: string) =>
  readdirSync(join(home, 'curated', table, 'data'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.parquet'),
  );

beforeAll(async () => {
  const lake = await openLake(home);
  await send(lake, prices(['1.000', '2.000']));
  await send(lake, prices(['1.100', '2.100', '3.100']));
  await send(lake, prices(['5.000'], { period: '2023-09' }));
  await send(lake, ...['NUO001', 'NUO002', 'NUO003'].map((station) => readings(station, ['7.1', '8'])));
  await send(lake, readings('NUO004', ['7.1'], { time: '20261020110500' }));
});

describe('compact', () => {
  it('merges the files of closed periods; rows and where they came from stay', async () => {
    const before = await rows('so_lieu_quan_trac');
    const ran = await run('compact', 'so_lieu_quan_trac', '--all', '--json');
    expect(ran.status).toBe(0);
    expect(ran.json().compacted).toMatchObject([
      {
        table: 'so_lieu_quan_trac',
        period: '2026-10-20',
        outcome: 'compacted',
        filesBefore: 4,
        filesAfter: 1,
        rows: 7,
      },
    ]);
    expect(await rows('so_lieu_quan_trac')).toEqual(before);
    const traced = await run('trace', 'so_lieu_quan_trac', '--where', "_submission like '%nuo002%'", '--json');
    expect(traced.json().rows).toMatchObject([
      { file: 'TTH_CTYTHIDU_NUO002_20261020100500.txt', record: 1 },
      { file: 'TTH_CTYTHIDU_NUO002_20261020100500.txt', record: 2 },
    ]);
    expect((await run('compact', 'so_lieu_quan_trac', '--all', '--json')).json()).toEqual({ compacted: [] });
  });

  it.each([
    ['2026-10-31', true],
    ['2026-11-01', false],
    ['2026-10', true],
    ['2026-11', false],
    ['2026-Q3', true],
    ['2026-Q4', false],
    ['2025', true],
    ['2026', false],
    [null, true],
    ['tháng mười', false],
  ])('holds %s for closed: %s, on 1 November in Vietnam', (period, closed) => {
    // 31 October 17:00 UTC is midnight of 1 November there.
    expect(isClosedPeriod(period, Date.parse('2026-10-31T17:00:00Z'))).toBe(closed);
  });
});

describe('history', () => {
  it('says in words what each snapshot was for', async () => {
    const { json } = await run('history', 'so_lieu_quan_trac', '--json');
    expect(json().snapshots.map(({ kinds }: { kinds: string[] }) => kinds)).toEqual([['put'], ['put'], ['compaction']]);
    const { stdout } = await run('history', 'gia_thi_truong');
    expect(stdout).toMatch(/taken in.*\n.*replaced.*\n.*taken in/);
  });

  it('of the whole lake is in order of time, and --limit keeps the newest', async () => {
    const all = (await run('history', '--json')).json();
    expect(all.total).toBe(6);
    const times = all.snapshots.map(({ committedAt }: { committedAt: string }) => committedAt);
    expect(times).toEqual([...times].sort());
    const two = (await run('history', '--limit', '2', '--json')).json();
    expect([two.total, two.snapshots]).toEqual([6, all.snapshots.slice(-2)]);
    expect((await run('history', '--limit', 'x', '--json')).json().error.code).toBe('E_FLAG');
  });
});

describe('expire', () => {
  it('with --dry-run names what would go and deletes nothing', async () => {
    const before = dataFiles('so_lieu_quan_trac');
    const ran = await run(
      'expire',
      '--keep',
      '1',
      '--max-age',
      '0',
      '--orphans-older-than',
      '0',
      '--dry-run',
      '--json',
    );
    const line = ran.json().expired.find(({ table }: { table: string }) => table === 'so_lieu_quan_trac');
    expect(line).toMatchObject({ snapshots: 2, bytes: expect.any(Number) });
    expect(line.files.filter((key: string) => key.endsWith('.parquet'))).toHaveLength(4);
    expect(dataFiles('so_lieu_quan_trac')).toEqual(before);
  });

  it('refuses a grace below two days while somebody is at work, and says who', async () => {
    const marker = join(home, 'tmp', 'may-khac~12~x');
    mkdirSync(marker);
    const refused = await run('expire', '--orphans-older-than', '47h', '--json');
    expect([refused.status, refused.json().error]).toMatchObject([
      2,
      { code: 'E_GRACE', message: expect.stringContaining('tmp/may-khac~12~x') },
    ]);
    expect((await run('expire', '--orphans-older-than', '48h')).status).toBe(0);
    rmSync(marker, { recursive: true });
  });

  it('refuses a grace below two days while an offer is open', async () => {
    const offer = join(home, 'control', 'handoff', 'gia_thi_truong', 'x.json');
    mkdirSync(join(offer, '..'), { recursive: true });
    const effect = {
      submission: `${PRICES}/2026-10`,
      version: '000009-x',
      effectKey: 'a'.repeat(64),
      op: 'retract',
      rowsIn: 0,
      rowsAccepted: 0,
      rowsRejected: 0,
      writerEpoch: 0,
      erasureEpoch: 0,
      sealedAtMs: Date.now(),
      add: [],
    };
    writeFileSync(offer, JSON.stringify({ owner: 'x~1', effects: [effect] }));
    const refused = await run('expire', 'gia_thi_truong', '--orphans-older-than', '0', '--json');
    expect(refused.json().error).toMatchObject({
      code: 'E_GRACE',
      message: expect.stringContaining('control/handoff'),
    });
    rmSync(offer);
  });

  it('drops the past, deletes what nothing names, and the history still tells of it', async () => {
    const before = await rows('so_lieu_quan_trac');
    const ran = await run('expire', '--keep', '1', '--max-age', '0', '--orphans-older-than', '0', '--json');
    expect(ran.status).toBe(0);
    expect(dataFiles('so_lieu_quan_trac')).toHaveLength(1);
    expect(await rows('so_lieu_quan_trac')).toEqual(before);
    const { json } = await run('history', 'so_lieu_quan_trac', '--json');
    expect(json().snapshots).toMatchObject([
      { kinds: ['put'], isRetained: false, addedRows: 6 },
      { kinds: ['put'], isRetained: false },
      { kinds: ['compaction'], isRetained: true },
    ]);
    const checked = await run('verify', '--json');
    expect(checked.json().checks.filter(({ ok }: { ok: boolean }) => !ok)).toEqual([]);
  });
});

describe('retract', () => {
  it('takes one version back and shows the one before; taking back all leaves nothing; sending again undoes it', async () => {
    const now = (await rows('gia_thi_truong')).find(([key]: string[]) => key === `${PRICES}/2026-10`)?.[1];
    const one = await run('retract', `${PRICES}/2026-10`, '--only', now, '--reason', 'gửi nhầm tệp', '--json');
    expect(one.json()).toMatchObject({ retracted: [now], before: { rows: 3 }, after: { rows: 2 } });
    const all = await run('retract', `${PRICES}/2026-10`, '--reason', 'gửi nhầm kỳ');
    expect([all.status, all.stdout]).toEqual([
      0,
      expect.stringMatching(/Before: .*2 rows[\s\S]*no row is visible[\s\S]*tamgiang put/),
    ]);
    const { json } = await run('history', 'gia_thi_truong', '--json');
    expect(json().snapshots.at(-1).kinds).toEqual(['retract']);
    const lake = await openLake(home);
    expect((await send(lake, prices(['1.100', '2.100', '3.100'])))[0]?.verdict).toBe('accepted');
    expect(await rows('gia_thi_truong')).toHaveLength(4);
  });

  it('refuses a submission or version there is not, and a missing reason', async () => {
    const none = await run('retract', `${PRICES}/1999-01`, '--reason', 'x', '--json');
    const version = await run('retract', `${PRICES}/2026-10`, '--only', '000099-x', '--reason', 'x', '--json');
    const reason = await run('retract', `${PRICES}/2026-10`, '--reason', ' ', '--json');
    expect([none, version, reason].map((ran) => [ran.status, ran.json().error.code])).toEqual([
      [2, 'E_SUBMISSION'],
      [2, 'E_SUBMISSION'],
      [2, 'E_FLAG'],
    ]);
  });
});

describe('rebuild and verify --repair', () => {
  it('compare, refuse, replace and mend, with the exit status to tell', async () => {
    const before = await rows('gia_thi_truong');
    const checked = await run('rebuild', '--check', '--json');
    expect([checked.status, checked.json().isPlaced]).toEqual([0, false]);
    // The newest file is the one of the file sent last.
    const paths = dataFiles('gia_thi_truong').map((name) => join(home, 'curated', 'gia_thi_truong', 'data', name));
    rmSync(paths.sort((a, b) => statSync(a).mtimeMs - statSync(b).mtimeMs).at(-1) ?? '');
    const found = await run('verify');
    expect([found.status, found.stdout]).toEqual([1, expect.stringContaining('is missing → tamgiang verify --repair')]);
    const repaired = await run('verify', '--repair');
    expect([repaired.status, repaired.stdout]).toEqual([
      0,
      expect.stringMatching(/\+ Took the damaged file[\s\S]*checks hold/),
    ]);
    expect(await rows('gia_thi_truong')).toEqual(before);
    const rebuilt = await run('rebuild', 'gia_thi_truong', '--discard');
    expect([rebuilt.status, rebuilt.stdout]).toEqual([0, expect.stringContaining('is in place')]);
    expect(await rows('gia_thi_truong')).toEqual(before);
    expect((await run('verify')).status).toBe(0);
    expect((await run('rebuild', 'khong_co', '--json')).json().error.code).toBe('E_TABLE');
  });
});

describe('flags', () => {
  it('take lengths of time and counts in one way only', () => {
    expect(['0', '90m', '24h', '7d'].map((text) => parseAge('--x', text))).toEqual([
      0, 5_400_000, 86_400_000, 604_800_000,
    ]);
    for (const text of ['', '7', '1w', '-1d', '1.5h']) expect(() => parseAge('--x', text)).toThrow('expected a length');
    expect(parseCount('--x', '12', 1)).toBe(12);
    for (const text of ['0', '-1', 'x', '1.5']) expect(() => parseCount('--x', text, 1)).toThrow('whole number');
    expect([sizeText(999, 'en'), sizeText(1536, 'vi'), sizeText(5 * 1024 ** 3, 'en')]).toEqual([
      '999 B',
      '1,5 KB',
      '5 GB',
    ]);
  });
});
