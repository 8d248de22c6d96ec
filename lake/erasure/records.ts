// Finds what of a text file as sent names erased people, as byte ranges and what stands there instead. Whole records
// become rows of empty cells, so that every other record keeps its number and its bytes; cells of columns the lake does
// not take in are emptied alone, because the row is somebody else's.
import { fieldsOf, type RecordSpan, recordsOf } from '../intake/records';

/** `instead` takes the place of the bytes from `start` to `end`. */
export interface Cut {
  readonly start: number;
  readonly end: number;
  readonly instead: string;
}

export interface Layout {
  readonly delimiter: number;
  /** Fields a record must have. */
  readonly fields: number;
  /** Positions of the subject columns: a match there makes the record the person's. */
  readonly subjects: readonly number[];
  /** Positions of columns outside the contract. */
  readonly outside: readonly number[];
  /** Byte offset of the first data record. */
  readonly offset: number;
}

export interface Found {
  readonly cuts: readonly Cut[];
  /** Numbers of the records left out, from 1, as `_row` counts them. */
  readonly records: readonly number[];
}

const QUOTE = 34;
const SPACE = 32;
const TAB = 9;

/** An open quote swallows everything: beyond this the text is no table. */
const MAX_RECORD_BYTES = 32_000_000;

/** Byte ranges of a record's fields, quotes included. */
function fieldRanges(bytes: Uint8Array, delimiter: number, span: RecordSpan): { start: number; end: number }[] {
  const ranges: { start: number; end: number }[] = [];
  let start = span.start;
  let place: 'before' | 'in' | 'quoted' = 'before';
  for (let i = span.start; i < span.end; i++) {
    const byte = bytes[i]!;
    if (place === 'quoted') {
      if (byte === QUOTE && bytes[i + 1] === QUOTE) i++;
      else if (byte === QUOTE) place = 'in';
    } else if (byte === delimiter) {
      ranges.push({ start, end: i });
      start = i + 1;
      place = 'before';
    } else if (byte === QUOTE && place === 'before') place = 'quoted';
    else if (byte !== SPACE && byte !== TAB) place = 'in';
  }
  return [...ranges, { start, end: span.end }];
}

/** Feed the chunks of the file from `layout.offset` on in order, then call `end`. */
export class RecordSearch {
  readonly #cuts: Cut[] = [];
  readonly #records: number[] = [];
  #carry: Uint8Array = new Uint8Array(0);
  #offset: number;
  #ordinal = 0;
  #isLost = false;

  constructor(
    private readonly layout: Layout,
    private readonly isErased: (value: string) => boolean,
  ) {
    this.#offset = layout.offset;
  }

  push(chunk: Uint8Array): void {
    if (this.#isLost) return;
    const bytes = this.#carry.length > 0 ? Buffer.concat([this.#carry, chunk]) : chunk;
    let used = 0;
    for (const span of recordsOf(bytes, this.layout.delimiter)) {
      // The last record of a chunk may go on in the next one.
      if (span.next >= bytes.length) break;
      this.#record(bytes, span);
      used = span.next;
    }
    this.#offset += used;
    this.#carry = bytes.slice(used);
    this.#isLost = this.#carry.length > MAX_RECORD_BYTES;
  }

  /** undefined: the text is no table of records after all. */
  end(): Found | undefined {
    for (const span of recordsOf(this.#carry, this.layout.delimiter)) this.#record(this.#carry, span);
    return this.#isLost ? undefined : { cuts: this.#cuts, records: this.#records };
  }

  #record(bytes: Uint8Array, span: RecordSpan): void {
    if (span.kind === 'open') this.#isLost = true;
    if (span.kind === 'empty' || this.#isLost) return;
    this.#ordinal++;
    if (span.kind === 'blank') return;
    const { delimiter, fields, subjects, outside } = this.layout;
    const cells = fieldsOf(bytes, delimiter, span);
    const isShapeless = span.kind === 'quote' || cells.length !== fields;
    const isTheirs = isShapeless
      ? cells.some((cell) => this.isErased(cell))
      : subjects.some((i) => this.isErased(cells[i] ?? ''));
    if (isTheirs) {
      // A row of empty cells is a record that is no row; an empty line would be no record.
      const instead = String.fromCharCode(delimiter).repeat(Math.max(1, fields - 1));
      this.#cuts.push({ start: this.#offset + span.start, end: this.#offset + span.end, instead });
      this.#records.push(this.#ordinal);
    } else if (!isShapeless && outside.some((i) => this.isErased(cells[i] ?? ''))) {
      const ranges = fieldRanges(bytes, delimiter, span);
      for (const i of outside) {
        const range = ranges[i];
        if (range && this.isErased(cells[i] ?? ''))
          this.#cuts.push({ start: this.#offset + range.start, end: this.#offset + range.end, instead: '' });
      }
    }
  }
}

/** Most words a number is written in: 046 000 000 000. */
const MAX_WORDS = 5;

/** Whether a line of a text that is no table names an erased person: any cell, word, or run of a few words is asked about. */
export function namesErased(line: string, isErased: (value: string) => boolean): boolean {
  for (const cell of line.split(/[;,\t|"<>]/)) {
    if (/\p{N}/u.test(cell) && isErased(cell)) return true;
    const words = cell.split(/[^\p{L}\p{N}.'’-]+/u).filter((word) => word !== '');
    for (let from = 0; from < words.length; from++)
      for (let count = 1; count <= MAX_WORDS && from + count <= words.length; count++) {
        const text = words.slice(from, from + count).join('');
        if (/\p{N}/u.test(text) && isErased(text)) return true;
      }
  }
  return false;
}

/** Feed the chunks of a text from its beginning; every line that names an erased person becomes an empty one. */
export class LineSearch {
  readonly #cuts: Cut[] = [];
  #carry: Uint8Array = new Uint8Array(0);
  #offset = 0;

  constructor(private readonly isErased: (value: string) => boolean) {}

  push(chunk: Uint8Array, isLast = false): void {
    const bytes = Buffer.concat([this.#carry, chunk]);
    let start = 0;
    while (start < bytes.length) {
      let end = start;
      while (end < bytes.length && bytes[end] !== 10 && bytes[end] !== 13) end++;
      // A line without end is not read for ever: what is too long for a line is looked at in pieces.
      if (end === bytes.length && !isLast && end - start < MAX_LINE_BYTES) break;
      // latin1 keeps every byte; numbers are ASCII in whatever encoding the file has.
      const line = bytes.toString('latin1', start, end);
      if (end > start && namesErased(line, this.isErased))
        this.#cuts.push({ start: this.#offset + start, end: this.#offset + end, instead: '' });
      start = end === bytes.length ? end : end + 1;
    }
    this.#offset += start;
    this.#carry = bytes.slice(start);
  }

  end(): Found {
    this.push(new Uint8Array(0), true);
    return { cuts: this.#cuts, records: this.#cuts.map((_, i) => i + 1) };
  }
}

const MAX_LINE_BYTES = 4_000_000;
