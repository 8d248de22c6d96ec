// Arbitrary delimited texts, nasty on purpose, and ways to cut them into chunks.
import fc from 'fast-check';

export const DELIMITERS = [';', ',', '\t', '|'] as const;

const PIECES = [
  '"',
  '""',
  '\n',
  '\r\n',
  '\r',
  ' ',
  '\t',
  ';',
  ',',
  '|',
  'a',
  '12',
  'Huế',
  'e\u0301',
  '\u00a0',
  '\u2028',
];

/** Anything at all, made of the pieces that matter to a reader. */
export const anyText = fc
  .array(fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...PIECES) }, fc.constant('\u0000')), {
    maxLength: 50,
  })
  .map((pieces) => pieces.join(''));

const FIELD = fc
  .array(fc.constantFrom('a', 'Huế', '"', ';', ',', '\t', '|', '\n', ' ', '1.234,5', "'", '\\', '\u2028'), {
    maxLength: 6,
  })
  .map((pieces) => pieces.join(''));

/** Fields of any content, quoted as RFC 4180 says; some are quoted without need. */
export function wellFormed(delimiter: string, columns: number) {
  const field = fc.tuple(FIELD, fc.boolean()).map(([text, always]) => ({
    text,
    written:
      always || /["\n\r]/.test(text) || text.includes(delimiter) || text !== text.trim() || text === ''
        ? `"${text.replaceAll('"', '""')}"`
        : text,
  }));
  return fc
    .record({
      rows: fc.array(fc.array(field, { minLength: columns, maxLength: columns }), { maxLength: 12 }),
      newline: fc.constantFrom('\n', '\r\n'),
      lastNewline: fc.boolean(),
    })
    .map(({ rows, newline, lastNewline }) => ({
      rows: rows.map((row) => row.map(({ text }) => text)),
      text:
        rows.map((row) => row.map(({ written }) => written).join(delimiter)).join(newline) +
        (lastNewline && rows.length > 0 ? newline : ''),
    }));
}

/** The same bytes in pieces cut at any byte, inside characters and line ends too. */
export function chunksOf(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...places, bytes.length].map((end, i) => bytes.subarray(i === 0 ? 0 : places[i - 1]!, end));
}

export const anyCuts = fc.array(fc.nat(400), { maxLength: 8 });
