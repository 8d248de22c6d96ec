// The fast scanner against its readable twin, on any text cut anywhere.
import fc from 'fast-check';
import { type RecordSpan, recordsOf } from '../../../lake/intake/records';
import { BLOCK, RecordScanner, type Scan } from '../../../lake/intake/scan';
import { anyCuts, anyText, chunksOf, DELIMITERS } from '../../support/texts';

const RUNS = { numRuns: 400 };

function scanOf(bytes: Uint8Array, delimiter: string, fields: number, cuts: readonly number[] = []): Scan {
  const scanner = new RecordScanner({
    delimiter: delimiter.charCodeAt(0),
    fields,
    thorough: true,
    head: new Uint8Array(0),
    offset: 100,
    row: 2,
    line: 2,
  });
  for (const chunk of chunksOf(bytes, cuts)) scanner.push(chunk);
  return scanner.end();
}

interface Expected {
  readonly records: number;
  readonly blank: readonly number[];
  readonly misshapen: readonly (readonly [number, string])[];
  readonly index: Scan['index'];
  readonly fatal: Scan['fatal'];
}

/** What the scan must say, read off the twin record by record. */
function expectedOf(bytes: Uint8Array, delimiter: string, fields: number): Expected {
  let row = 2;
  let line = 2;
  let records = 0;
  const blank: number[] = [];
  const misshapen: [number, string][] = [];
  const index = { offsets: [] as number[], rows: [] as number[], lines: [] as number[] };
  let fatal: Scan['fatal'];
  for (const span of recordsOf(bytes, delimiter.charCodeAt(0))) {
    if (span.kind === 'open') {
      fatal = { kind: 'open_quote', line, record: records + 1 };
      break;
    }
    const isContent = span.kind === 'row' || span.kind === 'quote';
    if (isContent && span.next === span.end && span.fields < fields) {
      fatal = { kind: 'truncated', line, fields: span.fields, wanted: fields };
      break;
    }
    if (span.kind !== 'empty') {
      if (records % BLOCK === 0) {
        index.offsets.push(100 + span.start);
        index.rows.push(row);
        index.lines.push(line);
      }
      records++;
      if (span.kind === 'blank') blank.push(records);
      else {
        const kind = kindOf(bytes, span, fields);
        if (kind) misshapen.push([records, kind]);
      }
    }
    row++;
    line += span.lines;
  }
  return { records, blank, misshapen, index, fatal };
}

function kindOf(bytes: Uint8Array, span: RecordSpan, fields: number): string | undefined {
  if (bytes.subarray(span.start, span.end).includes(0)) return 'nul';
  if (span.kind === 'quote') return 'quote';
  if (span.fields < fields) return 'short';
  return span.fields > fields ? 'long' : undefined;
}

/** All a scan says, but hints that may say yes too often, and field counts nobody is shown. */
const essence = ({ padded: _, traits, misshapen, ...rest }: Scan) => ({
  ...rest,
  traits: [...traits].sort(),
  misshapen: [...misshapen].map(([ordinal, { kind, fields }]) => [ordinal, kind, kind === 'nul' ? 0 : fields]),
});

describe('RecordScanner', () => {
  it('counts, places and faults records as the readable twin does, however the bytes are cut', () => {
    fc.assert(
      fc.property(
        anyText,
        fc.constantFrom(...DELIMITERS),
        fc.integer({ min: 1, max: 4 }),
        anyCuts,
        (text, delimiter, fields, cuts) => {
          const bytes = Buffer.from(text);
          const scan = scanOf(bytes, delimiter, fields, cuts);
          const expected = expectedOf(bytes, delimiter, fields);
          expect(scan.fatal).toEqual(expected.fatal);
          if (expected.fatal) return;
          expect(scan.records).toBe(expected.records);
          expect(scan.blank).toEqual(expected.blank);
          expect([...scan.misshapen].map(([ordinal, { kind }]) => [ordinal, kind])).toEqual(expected.misshapen);
          expect(scan.index).toEqual(expected.index);
          expect(scan.end).toBe(100 + bytes.length);
        },
      ),
      RUNS,
    );
  });

  it('indexes every block of records in a long text', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 50, max: 200 }), anyCuts, (text, times, cuts) => {
        const bytes = Buffer.from(`${text.replaceAll('"', '')}\n`.repeat(times));
        const scan = scanOf(
          bytes,
          ';',
          2,
          cuts.map((cut) => cut * 37),
        );
        expect(scan.index).toEqual(expectedOf(bytes, ';', 2).index);
      }),
      RUNS,
    );
  });

  it('says the same of one text however it is cut', () => {
    fc.assert(
      fc.property(anyText, anyCuts, (text, cuts) => {
        const bytes = Buffer.from(text);
        const whole = essence(scanOf(bytes, ';', 2));
        const cut = essence(scanOf(bytes, ';', 2, cuts));
        if (whole.fatal) {
          expect(cut.fatal).toEqual(whole.fatal);
          return;
        }
        expect(cut).toEqual(whole);
      }),
      RUNS,
    );
  });

  it('names the line and the byte where a text stops being UTF-8', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a;b\n', 'Huế;1\r\n', '"x\ny";2\n', '\n'), { maxLength: 20 }),
        fc.constantFrom(
          [0xff],
          [0xc3, 0x28],
          [0xe1, 0xbb],
          [0xed, 0xa0, 0x80],
          [0xc0, 0xaf],
          [0xf5, 0x80, 0x80, 0x80],
          [0x80],
        ),
        anyCuts,
        (lines, bad, cuts) => {
          const before = Buffer.from(`${lines.join('')}x;`);
          const scan = scanOf(Buffer.concat([before, Buffer.from(bad), Buffer.from(';1\nc;d\n')]), ';', 2, cuts);
          const line = 2 + before.toString().split('\n').length - 1;
          expect(scan.fatal).toEqual({ kind: 'encoding', line, byte: bad[0] });
        },
      ),
      RUNS,
    );
  });

  it('keeps a record of more than a megabyte out and reads on', () => {
    const bytes = Buffer.from(`1;2\n${'x'.repeat(1_000_001)};2\n3;4\n`);
    const scan = scanOf(bytes, ';', 2, [3, 500_000, 1_000_004]);
    expect(scan.records).toBe(3);
    expect([...scan.misshapen]).toEqual([[2, { kind: 'too_long', fields: 2 }]]);
  });
});
