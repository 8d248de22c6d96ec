// What the scanner counts is what the engine reads: every text is read as it is, or cleaned first.
import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { fieldsOf, type RecordSpan, recordsOf } from '../../../../lake/intake/records';
import { type Engine, openEngine } from '../../../../platform/duckdb/engine';
import { openTextSource, type TextSource } from '../../../../platform/duckdb/text-source';
import { madeColumn, madeContract } from '../../../support/made-contract';
import { tempFolder } from '../../../support/temp';
import { anyText, DELIMITERS, wellFormed } from '../../../support/texts';

const folder = tempFolder();
const contract = madeContract([madeColumn('cot_a'), madeColumn('cot_b'), madeColumn('cot_c')]);
let engine: Engine;
let files = 0;

beforeAll(async () => {
  engine = await openEngine({ threads: 1 });
});
afterAll(() => engine.close());

/** Opens header + text; undefined when the text as a whole cannot be read (an open quote, a last row cut off). */
async function open(text: string, delimiter: string, headerEnd = '\n'): Promise<TextSource | undefined> {
  const path = join(folder, `${files++}.csv`);
  writeFileSync(path, `cot_a${delimiter}cot_b${delimiter}cot_c${headerEnd}${text}`);
  const opened = await openTextSource(path, 'thi_du.csv', contract, folder, true);
  if (opened.source && 'locate' in opened.source) return opened.source;
  expect(opened.refused?.map((finding) => finding.code).join()).toMatch(/^(E_OPEN_QUOTE|E_TRUNCATED)$/);
  return undefined;
}

async function engineRows(source: TextSource): Promise<(string | null)[][]> {
  const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
  const rows = await engine.rows(
    `SELECT f0, f1, f2 FROM read_csv(${quoted(source.path)}, auto_detect=false, header=false, skip=${source.skipLines}, delim=${quoted(String.fromCharCode(source.delimiter))}, quote='"', escape='"', columns={'f0': 'VARCHAR', 'f1': 'VARCHAR', 'f2': 'VARCHAR'}, strict_mode=true)`,
  );
  return rows.map((row) => [row.f0, row.f1, row.f2].map((value) => (typeof value === 'string' ? value : null)));
}

/** Fields as the readable twin sees them; rows that cannot be read and empty cells are null. */
function twinRows(text: string, delimiter: string): (string | null)[][] {
  const bytes = Buffer.from(text);
  const code = delimiter.charCodeAt(0);
  const readable = (span: RecordSpan) =>
    span.kind === 'row' && span.fields === 3 && !bytes.subarray(span.start, span.end).includes(0);
  return [...recordsOf(bytes, code)]
    .filter((span) => span.kind !== 'empty')
    .map((span) => (readable(span) ? fieldsOf(bytes, code, span) : ['', '', '']))
    .map((fields) => fields.map(trimmed));
}

const trimmed = (text: string | null): string | null =>
  (text ?? '')
    .normalize('NFC')
    .replace(/^[ \t\r\n\u00a0]+|[ \t\r\n\u00a0]+$/g, '')
    .replace(/\r\n?/g, '\n') || null;

describe('reading a delimited text', () => {
  it('gives the engine as many records as were counted, with the same cells, for any text', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyText,
        fc.constantFrom(...DELIMITERS),
        fc.constantFrom('\n', '\r\n'),
        async (text, delimiter, end) => {
          const source = await open(text, delimiter, end);
          if (!source) return;
          const rows = await engineRows(source);
          expect(rows).toHaveLength(source.scan.records);
          expect(rows.map((row) => row.map(trimmed))).toEqual(twinRows(text, delimiter));
        },
      ),
      { numRuns: 500, examples: [['""\t||', '|', '\n']] },
    );
  }, 30_000);

  it('gives the engine every character of a well-formed text', async () => {
    const text = fc
      .constantFrom(...DELIMITERS)
      .chain((delimiter) => fc.tuple(fc.constant(delimiter), wellFormed(delimiter, 3)));
    await fc.assert(
      fc.asyncProperty(text, async ([delimiter, { rows, text: written }]) => {
        const source = await open(written, delimiter);
        expect(source?.scan.records).toBe(rows.length);
        expect(source?.scan.misshapen.size).toBe(0);
        if (source) expect((await engineRows(source)).map((row) => row.map((cell) => cell ?? ''))).toEqual(rows);
      }),
      { numRuns: 300 },
    );
  }, 30_000);

  it('finds any record again, byte for byte, with its row and line', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyText,
        fc.integer({ min: 1, max: 80 }),
        fc.array(fc.nat(999), { minLength: 1, maxLength: 6 }),
        async (piece, times, wanted) => {
          const text = `${piece.replaceAll('\u0000', '')}\n`.repeat(times);
          const source = await open(text, ';');
          if (!source || source.scan.records === 0) return;
          const ordinals = [...new Set(wanted.map((n) => (n % source.scan.records) + 1))].sort((a, b) => a - b);
          const found: unknown[] = [];
          for await (const { place, raw } of source.locate(ordinals))
            found.push([place.record, place.row, place.line, raw]);
          const bytes = Buffer.from(text);
          let row = 1;
          let line = 2;
          let record = 0;
          const expected: unknown[] = [];
          for (const span of recordsOf(bytes, 59)) {
            row++;
            if (span.kind !== 'empty' && ordinals.includes(++record))
              expected.push([record, row, line, bytes.toString('utf8', span.start, span.end)]);
            line += span.lines;
          }
          expect(found).toEqual(expected);
        },
      ),
      { numRuns: 300 },
    );
  }, 30_000);

  it.each([
    ['\n', '\r\n'],
    ['\r\n', '\n'],
    ['\r', '\n'],
    ['\r', '\r'],
    ['\r\n', '\r'],
    ['\n\n', '\r\n'],
  ])('reads a header ending in %j over rows ending in %j', async (headerEnd, rowEnd) => {
    const source = await open(['1;2;3', '4;5;6', ''].join(rowEnd), ';', headerEnd);
    expect(source && (await engineRows(source))).toEqual([
      ['1', '2', '3'],
      ['4', '5', '6'],
    ]);
  });

  it('leaves the file as it was sent', async () => {
    const text = 'cot_a;cot_b;cot_c\r1;2;3\n\n4;5\r\n';
    const path = join(folder, 'nguyen.csv');
    writeFileSync(path, text);
    await openTextSource(path, 'nguyen.csv', contract, folder, true);
    expect(await readFile(path, 'utf8')).toBe(text);
  });
});
