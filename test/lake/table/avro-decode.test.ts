// Our decoder against the library's encoder: every type, made-up schemas, longs of all 63 bits, parts passed over.
import fc from 'fast-check';
import type { AvroSchema } from '../../../lake/table/avro';
import { encoderOf } from '../../../lake/table/avro';
import { codecOf } from '../../../lake/table/avro-decode';
import { long } from '../../../lake/table/json';

interface Case {
  readonly schema: AvroSchema;
  readonly value: unknown;
  readonly expected: unknown;
}

const same = (schema: AvroSchema, value: unknown): Case => ({ schema, value, expected: value });
const bytesOf = fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes));
let names = 0;

const leaf: fc.Arbitrary<Case> = fc.oneof(
  fc.constant(same('null', null)),
  fc.boolean().map((value) => same('boolean', value)),
  fc.integer().map((value) => same('int', value)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => same('long', long(value))),
  fc.double({ noNaN: true }).map((value) => same('double', value)),
  fc.string({ unit: 'grapheme' }).map((value) => same('string', value)),
  bytesOf.map((value) => same('bytes', value)),
  fc.uint8Array({ minLength: 5, maxLength: 5 }).map((bytes) => {
    const value = Buffer.from(bytes);
    return { schema: { type: 'fixed', name: `f${names++}`, size: 5 }, value, expected: value };
  }),
);

const { anything } = fc.letrec<{ anything: Case }>((tie) => ({
  anything: fc.oneof(
    { maxDepth: 3 },
    { arbitrary: leaf, weight: 4 },
    {
      arbitrary: fc.array(tie('anything'), { maxLength: 4 }).map((inner) => ({
        schema: {
          type: 'record',
          name: `r${names++}`,
          fields: inner.map((one, i) => ({ name: `x${i}`, type: one.schema })),
        },
        value: Object.fromEntries(inner.map((one, i) => [`x${i}`, one.value])),
        expected: Object.fromEntries(inner.map((one, i) => [`x${i}`, one.expected])),
      })),
      weight: 2,
    },
    {
      arbitrary: fc.tuple(tie('anything'), fc.nat(3)).map(([one, count]) => ({
        schema: { type: 'array', items: one.schema },
        value: Array.from({ length: count }, () => one.value),
        expected: Array.from({ length: count }, () => one.expected),
      })),
      weight: 2,
    },
  ),
}));

describe('decoding Avro', () => {
  it('gives back what the library wrote, and passes over exactly as many bytes', () => {
    fc.assert(
      fc.property(anything, fc.boolean(), ({ schema, value, expected }, isNull) => {
        const optional: AvroSchema = [
          'null',
          { type: 'record', name: `o${names++}`, fields: [{ name: 'v', type: schema }] },
        ];
        const bytes = encoderOf(optional)(isNull ? null : { v: value });
        const { decode, skip } = codecOf(optional);
        const cursor = { bytes, at: 0 };
        expect(decode(cursor)).toEqual(isNull ? null : { v: expected });
        expect(cursor.at).toBe(bytes.length);
        const passed = { bytes, at: 0 };
        skip(passed);
        expect(passed.at).toBe(bytes.length);
      }),
      { numRuns: 500 },
    );
  });

  it('finds the value at a key without reading the others', () => {
    const schema: AvroSchema = [
      'null',
      {
        type: 'array',
        items: {
          type: 'record',
          name: 'k117_v118',
          fields: [
            { name: 'key', type: 'int' },
            { name: 'value', type: 'long' },
          ],
        },
      },
    ];
    const bytes = encoderOf(schema)([
      { key: 3, value: 30 },
      { key: 7, value: 70 },
    ]);
    const { at } = codecOf(schema);
    expect([3, 7, 8].map((key) => at?.({ bytes, at: 0 }, key))).toEqual([30, 70, undefined]);
    expect(at?.({ bytes: encoderOf(schema)(null), at: 0 }, 3)).toBeUndefined();
  });

  it('passes over blocks by their stated length', () => {
    // Count -2, 3 bytes long, then the items 1, 1, 1 that are not two ints: only the length is believed.
    const bytes = Buffer.from([0x03, 0x06, 0x02, 0x02, 0x02, 0x00]);
    const cursor = { bytes, at: 0 };
    codecOf({ type: 'array', items: 'int' }).skip(cursor);
    expect(cursor.at).toBe(bytes.length);
  });

  it.each([
    ['a cut record', Buffer.from([0x06, 0x61])],
    ['a length below nothing', Buffer.from([0x01])],
    ['a long without end', Buffer.alloc(12, 0xff)],
  ])('refuses %s', (_what, bytes) => {
    expect(() => codecOf('string').decode({ bytes, at: 0 })).toThrow();
  });
});
