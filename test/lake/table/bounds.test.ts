import fc from 'fast-check';
import { type BoundValue, decodeBound, encodeBound, lowerTextBound, upperTextBound } from '../../../lake/table/bounds';

// A lone surrogate does not survive UTF-8.
const isWellFormed = (value: string) => Buffer.from(value).toString() === value;
const runs = { numRuns: 500 };
const text = fc.string({ unit: 'binary', maxLength: 40 }).filter((value) => isWellFormed(value));

describe('bounds', () => {
  const cases: [string, fc.Arbitrary<BoundValue>][] = [
    ['string', text],
    ['boolean', fc.boolean()],
    ['int', fc.integer()],
    ['date', fc.integer()],
    ['long', fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })],
    ['timestamp', fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })],
    ['double', fc.double({ noNaN: true })],
    ['decimal(18,2)', fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n })],
    ['decimal(38, 4)', fc.bigInt({ min: -(10n ** 38n), max: 10n ** 38n })],
  ];
  it.each(cases)('of type %s come back as they went', (type, values) => {
    fc.assert(
      fc.property(values, (value) => {
        expect(decodeBound(type, encodeBound(type, value))).toBe(value);
      }),
      runs,
    );
  });

  it('write decimals in the fewest bytes of big-endian two’s complement', () => {
    const hex = (value: bigint) => Buffer.from(encodeBound('decimal(18,2)', value)).toString('hex');
    expect([0n, 1n, 127n, 128n, 255n, -1n, -128n, -129n, 1420n].map(hex)).toEqual([
      '00',
      '01',
      '7f',
      '0080',
      '00ff',
      'ff',
      '80',
      'ff7f',
      '058c',
    ]);
  });

  it('write the other types as Appendix D says', () => {
    const hex = (type: string, value: BoundValue) => Buffer.from(encodeBound(type, value)).toString('hex');
    expect(hex('int', 34)).toBe('22000000');
    expect(hex('long', 34n)).toBe('2200000000000000');
    expect(hex('date', -1)).toBe('ffffffff');
    expect(hex('double', 1.5)).toBe('000000000000f83f');
    expect(hex('string', 'Huế')).toBe('4875e1babf');
  });

  it('read bounds from before a type was widened', () => {
    expect(decodeBound('long', encodeBound('int', -5))).toBe(-5n);
  });

  it('refuse a value of another type', () => {
    expect(() => encodeBound('int', 5n)).toThrow(expect.objectContaining({ code: 'F_BOUND' }));
  });

  it('of shortened text still enclose it, in the byte order engines compare by', () => {
    fc.assert(
      fc.property(text, (value) => {
        const compare = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
        const upper = upperTextBound(value);
        expect(compare(lowerTextBound(value), value)).toBeLessThanOrEqual(0);
        if (upper !== undefined) expect(compare(value, upper)).toBeLessThanOrEqual(0);
        expect([...lowerTextBound(value)].length).toBeLessThanOrEqual(16);
        expect([...(upper ?? '')].length).toBeLessThanOrEqual(16);
        expect(isWellFormed(upper ?? '')).toBe(true);
      }),
      runs,
    );
  });

  it('round text up at a code point, past surrogates, and give up where nothing is above', () => {
    expect(lowerTextBound('Thừa Thiên Huế mến yêu')).toBe('Thừa Thiên Huế m');
    expect(upperTextBound('Thừa Thiên Huế mến yêu')).toBe('Thừa Thiên Huế n');
    expect(upperTextBound('Huế')).toBe('Huế');
    expect(upperTextBound('ab', 1)).toBe('b');
    expect(upperTextBound('\ud7ffx', 1)).toBe('\ue000');
    expect(upperTextBound('a\u{10ffff}x', 2)).toBe('b');
    expect(upperTextBound('\u{10ffff}x', 1)).toBeUndefined();
  });
});
