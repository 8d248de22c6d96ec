import fc from 'fast-check';
import { parseLossless, printLossless } from '../../../lake/table/json';

describe('lossless JSON', () => {
  it('keeps a 63-bit snapshot id that JSON.parse would round', () => {
    const text =
      '{"snapshot-id":3051729675574597004,"note":"3051729675574597004","small":41,"neg":-9223372036854775808}';
    const value = parseLossless(text);
    expect(value).toEqual({
      'snapshot-id': 3051729675574597004n,
      note: '3051729675574597004',
      small: 41,
      neg: -9223372036854775808n,
    });
    expect(printLossless(value)).toBe(text);
  });

  it('leaves numbers inside texts alone, also after escaped quotes', () => {
    const text = '{"a":"x\\"9007199254740993\\\\","b":[9007199254740993]}';
    expect(printLossless(parseLossless(text))).toBe(text);
  });

  it('prints what it parsed, byte for byte', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ noUnicodeString: false }),
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        (json, id) => {
          const text = JSON.stringify({ json }).replace(/}$/, `,"id":${id}}`);
          expect(printLossless(parseLossless(text))).toBe(text);
        },
      ),
      { numRuns: 200 },
    );
  });
});
