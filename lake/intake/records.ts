// Splits bytes of delimited text into records and fields: the careful, readable twin of scan.ts.
// RFC 4180 with what departments add: any line ending, blank lines, spaces around quotes.

const LF = 10;
const CR = 13;
const QUOTE = 34;
const SPACE = 32;
const TAB = 9;

export interface RecordSpan {
  /** Byte range without the line ending. */
  readonly start: number;
  readonly end: number;
  /** Byte after the line ending. */
  readonly next: number;
  readonly fields: number;
  /** Physical lines the record covers: more than one after a line break inside quotes. */
  readonly lines: number;
  /** White space beside values is a TAB somewhere: engines pass over spaces after a closing quote, not over a TAB. */
  readonly tabs: boolean;
  /** `empty`: nothing or only white space. `blank`: only delimiters and white space. `quote`: text after a closing quote. `open`: a quote that never closes. */
  readonly kind: 'row' | 'empty' | 'blank' | 'quote' | 'open';
}

/** Records of `bytes` from `from`; the last one may lack a line ending. */
export function* recordsOf(bytes: Uint8Array, delimiter: number, from = 0): Generator<RecordSpan> {
  let start = from;
  while (start < bytes.length) {
    const span = recordAt(bytes, delimiter, start);
    yield span;
    start = span.next;
  }
}

function recordAt(bytes: Uint8Array, delimiter: number, start: number): RecordSpan {
  let fields = 1;
  let lines = 1;
  let content = false;
  let broken = false;
  let tabs = false;
  // Where in a field we are: before its first non-space byte, in it, inside quotes, after the closing quote.
  let place: 'before' | 'in' | 'quoted' | 'after' = 'before';
  let i = start;
  for (; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (place === 'quoted') {
      if (byte === QUOTE) {
        if (bytes[i + 1] === QUOTE) i++;
        else place = 'after';
      } else if (byte === LF || (byte === CR && bytes[i + 1] !== LF)) lines++;
      continue;
    }
    if (byte === LF || byte === CR) break;
    if (byte === delimiter) {
      fields++;
      place = 'before';
    } else if (byte === QUOTE && place === 'before') {
      place = 'quoted';
      content = true;
    } else if (byte === SPACE || byte === TAB) {
      if (place === 'in') content = true;
      else if (byte === TAB) tabs = true;
    } else {
      content = true;
      if (place === 'after') broken = true;
      else place = 'in';
    }
  }
  const next = bytes[i] === CR && bytes[i + 1] === LF ? i + 2 : i + 1;
  const kind = place === 'quoted' ? 'open' : broken ? 'quote' : content ? 'row' : fields === 1 ? 'empty' : 'blank';
  return { start, end: i, next: Math.min(next, bytes.length), fields, lines, kind, tabs };
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Texts of one record's fields, quotes taken off, outer spaces kept inside quotes only. */
export function fieldsOf(bytes: Uint8Array, delimiter: number, span: RecordSpan): string[] {
  const text = utf8.decode(bytes.subarray(span.start, span.end));
  return splitFields(text, String.fromCharCode(delimiter));
}

export function splitFields(text: string, delimiter: string): string[] {
  const fields: string[] = [];
  let i = 0;
  for (;;) {
    let j = i;
    while (j < text.length && (text[j] === ' ' || (text[j] === '\t' && delimiter !== '\t'))) j++;
    if (text[j] === '"') {
      let value = '';
      let k = j + 1;
      for (;;) {
        const quote = text.indexOf('"', k);
        if (quote < 0) return [...fields, value + text.slice(k)];
        value += text.slice(k, quote);
        if (text[quote + 1] !== '"') {
          k = quote + 1;
          break;
        }
        value += '"';
        k = quote + 2;
      }
      const end = text.indexOf(delimiter, k);
      fields.push(value);
      if (end < 0) return fields;
      i = end + 1;
    } else {
      const end = text.indexOf(delimiter, i);
      fields.push(end < 0 ? text.slice(i) : text.slice(i, end));
      if (end < 0) return fields;
      i = end + 1;
    }
  }
}

/** One field as clean text: quoted where it must be. */
export function quoteField(text: string, delimiter: string): string {
  return text.includes('"') || text.includes(delimiter) || text.includes('\n') || text.includes('\r')
    ? `"${text.replaceAll('"', '""')}"`
    : text;
}
