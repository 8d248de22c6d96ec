// The harness, not the speed: medians, the JSON shape others read, limits, arguments, and that made-up files never change.
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArguments } from '../../bench/arguments';
import type { Bench } from '../../bench/bench';
import { communeCode, dossierLines } from '../../bench/data/dossiers';
import { placeOf, placesAfter } from '../../bench/data/places';
import { stampOf } from '../../bench/data/stamp';
import { pyicebergPython } from '../../bench/measure';
import { reportTable } from '../../bench/report';
import { interleave, isMissed, median, toRow } from '../../bench/statistics';
import { InputError } from '../../lake/errors';

describe('median', () => {
  it('is the middle one, or the mean of the two middle ones, whatever the order', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([10, 9, 1, 2])).toBe(5.5);
  });

  it('of nothing is refused', () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe('a row of measurements', () => {
  const judged = { name: 'convert', unit: 'CPU s', ours: [8, 6, 7], peer: { name: 'plain', runs: [4, 3.5, 9] } };

  it('has exactly the fields the JSON file promises, in their order', () => {
    expect(JSON.stringify(toRow({ ...judged, limit: 1.5 }))).toBe(
      '{"name":"convert","value":7,"unit":"CPU s","peer":"plain","peerValue":4,"ratio":1.75,"limit":1.5}',
    );
  });

  it('says null where there is no peer and no limit', () => {
    expect(toRow({ name: 'commit', unit: 'ms', ours: [24.123456] })).toEqual({
      name: 'commit',
      value: 24.12,
      unit: 'ms',
      peer: null,
      peerValue: null,
      ratio: null,
      limit: null,
    });
  });

  it('is held against the peer in CPU seconds, against the limit itself in ms and MB', () => {
    expect(isMissed(toRow({ ...judged, limit: 1.5 }))).toBe(true);
    expect(isMissed(toRow({ ...judged, limit: 2 }))).toBe(false);
    const memory = { name: 'memory', unit: 'MB', ours: [500], peer: { name: 'plain', runs: [100] } };
    expect(isMissed(toRow({ ...memory, limit: 512 }))).toBe(false);
    expect(isMissed(toRow({ ...memory, limit: 499 }))).toBe(true);
    expect(isMissed(toRow(memory))).toBe(false);
  });

  it('has a limit from below where more is better: the value in commits/s, the ratio in rows/s', () => {
    const commits = { name: 'writers', unit: 'commits/s', ours: [50], peer: { name: 'other', runs: [500] } };
    expect(isMissed(toRow({ ...commits, limit: 50 }))).toBe(false);
    expect(isMissed(toRow({ ...commits, limit: 51 }))).toBe(true);
    const rebuilt = { name: 'rebuild', unit: 'rows/s', ours: [79], peer: { name: 'first load', runs: [100] } };
    expect(isMissed(toRow({ ...rebuilt, limit: 0.8 }))).toBe(true);
    expect(isMissed(toRow({ ...rebuilt, limit: 0.79 }))).toBe(false);
  });

  it('keeps the name of a peer that could not be run, without figures', () => {
    const row = toRow({ name: 'plan', unit: 'CPU ms', ours: [3], peer: { name: 'PyIceberg', runs: [] }, limit: 1 });
    expect(row).toMatchObject({ peer: 'PyIceberg', peerValue: null, ratio: null });
    expect(isMissed(row)).toBe(false);
  });

  it('has no ratio to a peer’s nothing', () => {
    expect(toRow({ name: 'n', unit: 's', ours: [3], peer: { name: 'other', runs: [0] } }).ratio).toBeNull();
  });
});

describe('the printed table', () => {
  it('marks a row over its limit, and only that one', () => {
    const slow = toRow({ name: 'slow', unit: 'ms', ours: [1200], limit: 1000 });
    const fast = toRow({ name: 'fast', unit: 'ms', ours: [700], limit: 1000 });
    const lines = reportTable([slow, fast]).split('\n');
    expect(lines.find((line) => line.startsWith('slow'))).toMatch(/1200 .*≤ 1000 ms {2}OVER$/);
    expect(lines.find((line) => line.startsWith('fast'))).toMatch(/ok$/);
    expect(lines.at(-1)).toBe('1 missed the limit: slow');
    expect(reportTable([fast])).not.toContain('missed the limit');
  });
});

describe('the printed limits', () => {
  const line = (row: Parameters<typeof toRow>[0]) => reportTable([toRow(row)]).split('\n')[2];

  it('say least where more is better, and mark what stays below', () => {
    const commits = { name: 'writers', unit: 'commits/s', limit: 50 };
    expect(line({ ...commits, ours: [49] })).toMatch(/≥ 50 commits\/s {2}UNDER$/);
    expect(line({ ...commits, ours: [51] })).toMatch(/≥ 50 commits\/s {2}ok$/);
    const peer = { name: 'first load', runs: [10] };
    expect(line({ name: 'rebuild', unit: 'rows/s', ours: [9], peer, limit: 0.8 })).toMatch(/≥ 0\.8× {2}ok$/);
    expect(line({ name: 'age', unit: '×', ours: [1.6], limit: 1.5 })).toMatch(/≤ 1\.5× {2}OVER$/);
  });

  it('do not call a missing peer well done', () => {
    const peer = { name: 'PyIceberg', runs: [] };
    const row = { name: 'plan', unit: 'CPU ms', ours: [1], peer, limit: 1 };
    expect(line(row)).toMatch(/≤ 1× {2}NO PEER$/);
    expect(reportTable([toRow(row)])).toMatch(/NOT COMPARED: the peer of 1 rows/);
    expect(reportTable([toRow({ ...row, peer: { name: 'PyIceberg', runs: [2] } })])).not.toContain('NOT COMPARED');
  });
});

describe('the python of the peer', () => {
  let root: string;
  const installer = (body: string) => writeFileSync(join(root, 'tools', 'python', 'venv.mjs'), body);
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'bench-'));
    mkdirSync(join(root, 'tools', 'python'), { recursive: true });
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('is what the installer prints, and nothing where PyPI cannot be reached', async () => {
    installer("console.log('/somewhere/python ' + process.argv[2])");
    expect(await pyicebergPython(root)).toBe('/somewhere/python pyiceberg');
    installer('process.exitCode = 75');
    expect(await pyicebergPython(root)).toBeUndefined();
  });

  it('is not given up silently for any other reason', async () => {
    installer("console.error('no such version'); process.exitCode = 1");
    await expect(pyicebergPython(root)).rejects.toThrow(/ended with 1: no such version/);
  });
});

describe('interleaved runs', () => {
  it('take turns, and results stay with their side', async () => {
    const order: string[] = [];
    const side = (name: string) => async () => order.push(name);
    expect(await interleave(2, [side('ours'), side('peer')])).toEqual([
      [1, 3],
      [2, 4],
    ]);
    expect(order).toEqual(['ours', 'peer', 'ours', 'peer']);
  });
});

describe('the arguments', () => {
  const bench = (name: string): Bench => ({ name, description: name, run: async () => [] });
  const all = [bench('put-100'), bench('convert-1m')];

  it('name benches, or mean all of them', () => {
    expect(parseArguments([], all).benches).toBe(all);
    expect(parseArguments(['convert-1m', '--json', 'out.json', '--keep'], all)).toEqual({
      benches: [all[1]],
      json: 'out.json',
      list: false,
      keep: true,
      small: false,
    });
  });

  it('take only benches with a small size for --small, and name them when asked for another', () => {
    const some = [...all, { ...bench('plan-10000'), hasSmall: true as const }];
    expect(parseArguments(['--small'], some)).toMatchObject({ benches: [some[2]], small: true });
    expect(() => parseArguments(['put-100', '--small'], some)).toThrow(/“put-100” has no small size.*: plan-10000/);
  });

  it('refuse an unknown name with the nearest one and the list', () => {
    const ask = () => parseArguments(['convrt-1m'], all);
    expect(ask).toThrow(InputError);
    expect(ask).toThrow(/“convrt-1m”.*Nearest: “convert-1m”.*put-100, convert-1m/);
  });

  it('refuse an unknown flag and a --json without its file', () => {
    expect(() => parseArguments(['--jsn'], all)).toThrow(/Nearest: “--json”/);
    expect(() => parseArguments(['--json'], all)).toThrow(/needs a file name/);
    expect(() => parseArguments(['--json', '--keep'], all)).toThrow(/needs a file name/);
  });
});

describe('made-up dossiers', () => {
  const lines = [...dossierLines({ rows: 2000, seed: 5, badShare: 0.005 })];

  it('are as departments write them: BOM, semicolons, CRLF, days first, Vietnamese numbers', () => {
    expect(lines[0]).toMatch(/^\ufeffMã hồ sơ;Mã TTHC;.*\r\n$/);
    const first = lines[1]!.trimEnd().split(';');
    expect(first).toHaveLength(30);
    expect(first[16]).toMatch(/^\d{2}\/\d{2}\/2026 \d{2}:\d{2}$/);
    expect(['Có', 'Không']).toContain(first[22]);
    expect(lines.some((line) => /;\d{1,3}(\.\d{3})+,00;/.test(line))).toBe(true);
  });

  it('are the same for the same seed, and others for another', () => {
    const digest = (seed: number) =>
      createHash('sha256')
        .update([...dossierLines({ rows: 50, seed, badShare: 0 })].join(''))
        .digest('hex');
    expect(digest(5)).toBe(digest(5));
    expect(digest(5)).not.toBe(digest(6));
  });

  it('never use the commune code that stands for a wrong one', () => {
    expect(communeCode(3320)).toBe('89641');
    expect(lines.filter((line) => line.includes(';99999;')).length).toBeGreaterThan(0);
  });
});

describe('the past of a made-up table', () => {
  const past = (shape: 'one period' | 'months', commits: number) =>
    Array.from({ length: commits }, (_, nth) => placeOf(shape, nth, commits));

  it('lies in one period, or goes through ten years of months in their order', () => {
    expect(new Set(past('one period', 300).map(({ period }) => period))).toEqual(new Set(['2026-12']));
    const months = past('months', 300).map(({ period }) => period);
    expect(new Set(months).size).toBe(120);
    expect([months[0], months.at(-1)]).toEqual(['2017-01', '2026-12']);
    expect([...months].sort()).toEqual(months);
  });

  it('is never sent twice, and neither is what follows on it', () => {
    for (const shape of ['one period', 'months'] as const) {
      const after = placesAfter(shape, 300, 50);
      expect(new Set(after.map(({ period }) => period))).toEqual(new Set(['2026-12']));
      expect(new Set([...past(shape, 300), ...after].map(({ submission }) => submission)).size).toBe(350);
    }
  });
});

describe('the stamp of sources', () => {
  const stamp = (...files: readonly (readonly [string, string])[]) => stampOf(new Map(files));
  const whole = stamp(['a.ts', 'one'], ['b.ts', 'two']);

  it('is the same whatever the order of the files', () => {
    expect(whole).toMatch(/^[0-9a-f]{12}$/);
    expect(stamp(['b.ts', 'two'], ['a.ts', 'one'])).toBe(whole);
  });

  it('changes with a name, with a content, and when text moves from one file to the next', () => {
    const others = [
      stamp(['a.ts', 'one'], ['c.ts', 'two']),
      stamp(['a.ts', 'one'], ['b.ts', 'three']),
      stamp(['a.ts', 'onetwo'], ['b.ts', '']),
      stamp(['a.ts', 'one']),
    ];
    expect(new Set([whole, ...others]).size).toBe(5);
  });
});
