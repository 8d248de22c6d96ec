// The harness, not the speed: medians, the JSON shape others read, limits, arguments, and that made-up files never change.
import { createHash } from 'node:crypto';
import { parseArguments } from '../../bench/arguments';
import type { Bench } from '../../bench/bench';
import { communeCode, dossierLines } from '../../bench/data/dossiers';
import { reportTable } from '../../bench/report';
import { interleave, isOver, median, toRow } from '../../bench/statistics';
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
    expect(isOver(toRow({ ...judged, limit: 1.5 }))).toBe(true);
    expect(isOver(toRow({ ...judged, limit: 2 }))).toBe(false);
    const memory = { name: 'memory', unit: 'MB', ours: [500], peer: { name: 'plain', runs: [100] } };
    expect(isOver(toRow({ ...memory, limit: 512 }))).toBe(false);
    expect(isOver(toRow({ ...memory, limit: 499 }))).toBe(true);
    expect(isOver(toRow(memory))).toBe(false);
  });
});

describe('the printed table', () => {
  it('marks a row over its limit, and only that one', () => {
    const slow = toRow({ name: 'slow', unit: 'ms', ours: [1200], limit: 1000 });
    const fast = toRow({ name: 'fast', unit: 'ms', ours: [700], limit: 1000 });
    const lines = reportTable([slow, fast]).split('\n');
    expect(lines.find((line) => line.startsWith('slow'))).toMatch(/1200 .*≤ 1000 ms {2}OVER$/);
    expect(lines.find((line) => line.startsWith('fast'))).toMatch(/ok$/);
    expect(lines.at(-1)).toBe('1 over the limit: slow');
    expect(reportTable([fast])).not.toContain('over the limit');
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
    });
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
