// Records and fields: what is written can be read back, whatever it holds.
import fc from 'fast-check';
import { cleanText } from '../../../lake/intake/clean';
import { fieldsOf, quoteField, recordsOf, splitFields } from '../../../lake/intake/records';
import { RecordScanner } from '../../../lake/intake/scan';
import { anyCuts, anyText, chunksOf, DELIMITERS, wellFormed } from '../../support/texts';

const RUNS = { numRuns: 300 };

describe('quoteField and splitFields', () => {
  it('give back the very texts that were written', () => {
    const text = fc.array(fc.constantFrom('a', 'Huế', '"', ';', ',', '\t', '|', '\n', '\r', "'"), { maxLength: 8 });
    fc.assert(
      fc.property(
        fc.constantFrom(...DELIMITERS),
        fc.array(text, { minLength: 1, maxLength: 5 }),
        (delimiter, fields) => {
          const texts = fields.map((pieces) => pieces.join(''));
          const line = texts.map((one) => quoteField(one, delimiter)).join(delimiter);
          expect(splitFields(line, delimiter)).toEqual(texts);
        },
      ),
      RUNS,
    );
  });
});

describe('recordsOf', () => {
  it('finds the rows and fields of any RFC 4180 text', () => {
    const text = fc
      .constantFrom(...DELIMITERS)
      .chain((delimiter) => fc.tuple(fc.constant(delimiter), wellFormed(delimiter, 3)));
    fc.assert(
      fc.property(text, ([delimiter, { rows, text: written }]) => {
        const bytes = Buffer.from(written);
        const code = delimiter.charCodeAt(0);
        const read = [...recordsOf(bytes, code)].map((span) => fieldsOf(bytes, code, span));
        expect(read).toEqual(rows);
      }),
      RUNS,
    );
  });

  it('covers every byte once and every line once', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const bytes = Buffer.from(text);
        const spans = [...recordsOf(bytes, 59)];
        let at = 0;
        for (const span of spans) {
          expect(span.start).toBe(at);
          at = span.next;
        }
        expect(at).toBe(bytes.length);
        const lines = text.split(/\r\n|\n|\r/);
        const physical = lines.at(-1) === '' ? lines.length - 1 : lines.length;
        expect(spans.reduce((sum, span) => sum + span.lines, 0)).toBe(
          text === '' ? 0 : physical + openTail(spans, text),
        );
      }),
      RUNS,
    );
  });
});

/** A quote that never closes counts the line after its last line end, too. */
const openTail = (spans: readonly { kind: string }[], text: string): number =>
  spans.at(-1)?.kind === 'open' && /[\n\r]$/.test(text) ? 1 : 0;

describe('cleanText', () => {
  it('keeps the number of records and fills in empty cells where a record cannot be read', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, fc.constantFrom(...DELIMITERS), anyCuts, async (text, delimiter, cuts) => {
        const bytes = Buffer.from(text);
        const code = delimiter.charCodeAt(0);
        const scanner = new RecordScanner({
          delimiter: code,
          fields: 2,
          thorough: true,
          head: new Uint8Array(0),
          offset: 0,
          row: 1,
          line: 1,
        });
        scanner.push(bytes);
        const scan = scanner.end();
        if (scan.fatal) return;
        const request = { delimiter: code, fields: 2, misshapen: scan.misshapen };
        let clean = '';
        for await (const piece of cleanText(toAsync(chunksOf(bytes, cuts)), request)) clean += piece;
        const cleaned = Buffer.from(clean);
        const records = [...recordsOf(cleaned, code)];
        expect(records).toHaveLength(scan.records);
        records.forEach((span, i) => {
          const fields = fieldsOf(cleaned, code, span);
          expect(fields).toHaveLength(2);
          if (scan.misshapen.has(i + 1) || scan.blank.includes(i + 1)) expect(fields).toEqual(['', '']);
        });
        expect(clean).toBe(clean.normalize('NFC'));
      }),
      RUNS,
    );
  });
});

async function* toAsync(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}
