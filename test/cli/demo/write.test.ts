// How rows become bytes, and moments and numbers become text.
import { addMonths, addWorkingDays, at, compact, vnDate, vnMinute } from '../../../cli/demo/extracts/moment';
import { makeRng } from '../../../cli/demo/extracts/rng';
import { spoil } from '../../../cli/demo/extracts/spoil';
import { csv, sheet, vnNumber, withTitles } from '../../../cli/demo/extracts/write';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');
const plain = { delimiter: ',', eol: '\n', quote: 'needed', bom: false, nfd: false } as const;

describe('csv', () => {
  it('quotes only what needs it, doubles quotes, and writes an empty row as a blank line', () => {
    expect(text(csv([['a', 'b,c', 'd"e', 'f\ng'], [], ['h;i']], plain))).toBe('a,"b,c","d""e","f\ng"\n\nh;i\n');
  });

  it('writes a byte order mark, CRLF, all quotes and decomposed letters when asked', () => {
    const bytes = csv([['Huế']], { delimiter: ';', eol: '\r\n', quote: 'all', bom: true, nfd: true });
    expect(text(bytes)).toBe(`\ufeff"${'Huế'.normalize('NFD')}"\r\n`);
    expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  });
});

describe('sheet', () => {
  it('takes the spelling of the variant, the last where there are fewer, and numbers the rows', () => {
    const layout = { headers: { a: ['A', 'AA'], b: ['B'] }, columns: ['a', 'b'], variant: 1, numbered: 'STT' };
    expect(sheet(layout, [{ a: '1' }, { b: '2' }])).toEqual([
      ['STT', 'AA', 'B'],
      ['1', '1', ''],
      ['2', '', '2'],
    ]);
  });

  it('pads titles above the header to its width', () => {
    expect(withTitles(['T'], [['a', 'b', 'c']])).toEqual([
      ['T', '', ''],
      ['a', 'b', 'c'],
    ]);
  });
});

describe('spoil', () => {
  it('changes the first fitting row from there on, each fault in its own row, and can double one', () => {
    const rows = [{ n: '1' }, { n: '2' }, { n: '3' }, { n: '4' }];
    const faults = [
      { near: 0.5, change: { n: 'x' } },
      { near: 0, fits: (row: Readonly<Record<string, string>>) => row.n === '2', twice: true, change: { m: 'y' } },
    ];
    expect(spoil(rows, faults)).toEqual([{ n: '1' }, { n: '2' }, { n: '2', m: 'y' }, { n: 'x' }, { n: '4' }]);
    expect(() => spoil(rows, [{ near: 0, fits: () => false, change: {} }])).toThrow(RangeError);
  });
});

describe('moments and numbers', () => {
  it('are written the Vietnamese way, whatever the zone of the machine', () => {
    expect(vnMinute(at(2026, 10, 5, 8, 5))).toBe('05/10/2026 08:05');
    expect(compact(at(2026, 10, 15, 9, 55), true)).toBe('20261015095500');
    expect(vnNumber(1234567.891, 2)).toBe('1.234.567,89');
    expect(vnNumber(950)).toBe('950');
    expect(vnNumber(-1000)).toBe('-1.000');
  });

  it('skip weekends and end with the month', () => {
    expect(vnDate(addWorkingDays(at(2026, 10, 9), 1))).toBe('12/10/2026');
    expect(vnDate(addWorkingDays(at(2026, 10, 10), 0))).toBe('12/10/2026');
    expect(vnDate(addMonths(at(2024, 2, 29), 36))).toBe('28/02/2027');
    expect(vnDate(addMonths(at(2023, 12, 20), 36))).toBe('20/12/2026');
  });
});

describe('makeRng', () => {
  it('repeats for a seed, differs between near seeds and stays within bounds', () => {
    const draw = (seed: number): number[] => {
      const rng = makeRng(seed);
      return Array.from({ length: 500 }, () => rng.int(1, 6));
    };
    expect(draw(0)).toEqual(draw(0));
    expect(draw(0)).not.toEqual(draw(1));
    expect(new Set(draw(3))).toEqual(new Set([1, 2, 3, 4, 5, 6]));
  });

  it('picks by weight', () => {
    const rng = makeRng(5);
    const drawn = Array.from({ length: 2000 }, () => rng.weighted([1, 9], (weight) => weight));
    const heavy = drawn.filter((weight) => weight === 9).length / drawn.length;
    expect(heavy).toBeGreaterThan(0.86);
    expect(heavy).toBeLessThan(0.94);
  });
});
