// One pass over the bytes of a delimited text: counts records independently of the engine, checks their shape and
// the encoding, and keeps a sparse index so that any record can be found again. Speed matters: about 1 ns a byte.
import { isUtf8 } from 'node:buffer';
import { recordsOf } from './records';

/** Every BLOCK records the index keeps a place to start looking from. */
export const BLOCK = 64;
/** Longest record accepted, bytes; below DuckDB's own limit of 2,000,000. */
export const MAX_RECORD_BYTES = 1_000_000;
/** Records with a wrong shape kept one by one; beyond it only their number is known. */
const MAX_MISSHAPEN = 1_000_000;
/** A record still open after this many bytes is no record: most often a quote that never closes. */
const MAX_CARRY_BYTES = 32_000_000;

export type Misshapen = 'short' | 'long' | 'quote' | 'too_long' | 'nul';

export interface Scan {
  /** Records after the header, lines of nothing but white space left out; `_row` counts these from 1. */
  readonly records: number;
  /** Ordinals of records made of delimiters only: not rows. */
  readonly blank: readonly number[];
  /** Ordinal → what is wrong with its shape. */
  readonly misshapen: ReadonlyMap<number, { readonly kind: Misshapen; readonly fields: number }>;
  readonly bytes: number;
  /** The engine cannot read the bytes as they are: see clean.ts. */
  readonly needsCleaning: boolean;
  /** A field begins or ends with white space, so values must be trimmed. */
  readonly padded: boolean;
  readonly traits: ReadonlySet<Trait>;
  /** Refusals that make the rest meaningless. */
  readonly fatal: Fatal | undefined;
  readonly index: RecordIndex;
}

export type Trait = 'crlf' | 'mixed_line_ends' | 'lone_cr' | 'quotes' | 'nfd' | 'nbsp' | 'blank_lines';

export type Fatal =
  | { readonly kind: 'encoding'; readonly line: number; readonly byte: number }
  | { readonly kind: 'open_quote'; readonly line: number; readonly record: number }
  | { readonly kind: 'endless_record'; readonly line: number; readonly record: number };

/** Start of every BLOCK-th record: byte offset, spreadsheet row and physical line, from 0-based record 0. */
export interface RecordIndex {
  readonly offsets: readonly number[];
  readonly rows: readonly number[];
  readonly lines: readonly number[];
}

export interface ScanStart {
  readonly delimiter: number;
  /** Fields a record must have. */
  readonly fields: number;
  /** Byte offset of the first data record, and its spreadsheet row and physical line (from 1). */
  readonly offset: number;
  readonly row: number;
  readonly line: number;
}

const LF = 10;
const CR = 13;
const QUOTE = 34;

/** Feed the chunks of the file from `start.offset` in order, then call `end`. */
export class RecordScanner {
  readonly #start: ScanStart;
  readonly #special = new Uint8Array(256);
  readonly #index = { offsets: [] as number[], rows: [] as number[], lines: [] as number[] };
  readonly #blank: number[] = [];
  readonly #misshapen = new Map<number, { kind: Misshapen; fields: number }>();
  readonly #traits = new Set<Trait>();
  #carry: Uint8Array = new Uint8Array(0);
  #offset: number;
  #row: number;
  #line: number;
  #records = 0;
  #padded = false;
  #crlf = 0;
  #lf = 0;
  #loneCr = 0;
  #empty = 0;
  #fatal: Fatal | undefined;

  constructor(start: ScanStart) {
    this.#start = start;
    this.#offset = start.offset;
    this.#row = start.row;
    this.#line = start.line;
    for (const byte of [0, LF, CR, QUOTE, start.delimiter]) this.#special[byte] = 1;
  }

  push(chunk: Uint8Array): void {
    if (this.#fatal) return;
    let bytes = chunk;
    if (this.#carry.length > 0) {
      bytes = Buffer.concat([this.#carry, chunk]);
      this.#carry = new Uint8Array(0);
    }
    this.#eat(bytes, false);
  }

  end(): Scan {
    if (!this.#fatal && this.#carry.length > 0) this.#eat(this.#carry, true);
    if (this.#crlf > 0) this.#traits.add('crlf');
    if (this.#crlf > 0 && this.#lf > 0) this.#traits.add('mixed_line_ends');
    if (this.#loneCr > 0) this.#traits.add('lone_cr');
    if (this.#empty > 0) this.#traits.add('blank_lines');
    const traits = this.#traits;
    return {
      records: this.#records,
      blank: this.#blank,
      misshapen: this.#misshapen,
      bytes: this.#offset - this.#start.offset,
      needsCleaning:
        this.#misshapen.size > 0 ||
        traits.has('mixed_line_ends') ||
        traits.has('lone_cr') ||
        traits.has('nfd') ||
        traits.has('blank_lines'),
      padded: this.#padded || traits.has('nbsp'),
      traits,
      fatal: this.#fatal,
      index: this.#index,
    };
  }

  /** Consumes whole records; the unfinished last one is carried to the next chunk. */
  #eat(bytes: Uint8Array, last: boolean): void {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const careful = buffer.indexOf(QUOTE) >= 0;
    const used = careful ? this.#carefully(bytes, last) : this.#quickly(bytes, last);
    if (this.#fatal) return;
    const whole = buffer.subarray(0, used);
    if (!isUtf8(whole)) this.#fatal = badByte(whole, this.#line - countLines(whole));
    if (whole.indexOf(0xcc) >= 0 || whole.indexOf(0xcd) >= 0) this.#traits.add('nfd');
    if (whole.indexOf('\u00a0') >= 0) this.#traits.add('nbsp');
    this.#offset += used;
    this.#carry = used < bytes.length ? bytes.slice(used) : new Uint8Array(0);
    if (this.#carry.length > MAX_CARRY_BYTES) {
      this.#fatal = { kind: careful ? 'open_quote' : 'endless_record', line: this.#line, record: this.#records + 1 };
    }
  }

  #quickly(bytes: Uint8Array, last: boolean): number {
    const special = this.#special;
    const delimiter = this.#start.delimiter;
    const length = bytes.length;
    let fields = 1;
    let start = 0;
    let i = 0;
    for (; i < length; i++) {
      const byte = bytes[i]!;
      if (special[byte] === 0) continue;
      if (byte === delimiter) {
        fields++;
        const before = bytes[i - 1];
        const after = bytes[i + 1];
        if (before === 32 || after === 32 || before === 9 || after === 9) this.#padded = true;
      } else if (byte === LF) {
        this.#lf++;
        this.#record(bytes, start, i, fields, 1);
        start = i + 1;
        fields = 1;
      } else if (byte === CR) {
        // The byte after the last one of a chunk is not known yet.
        if (i + 1 === length && !last) break;
        if (bytes[i + 1] === LF) this.#crlf++;
        else this.#loneCr++;
        this.#record(bytes, start, i, fields, 1);
        if (bytes[i + 1] === LF) i++;
        start = i + 1;
        fields = 1;
      } else if (byte === 0) {
        this.#misshape(this.#records + 1, 'nul', fields);
      }
    }
    if (last && start < length) {
      this.#record(bytes, start, length, fields, 1);
      start = length;
    }
    return start;
  }

  #carefully(bytes: Uint8Array, last: boolean): number {
    let used = 0;
    for (const span of recordsOf(bytes, this.#start.delimiter)) {
      const ended = span.next > span.end;
      const sure = ended && (bytes[span.end] !== CR || span.next < bytes.length);
      if (!last && !sure) break;
      if (span.kind === 'open') {
        this.#fatal = { kind: 'open_quote', line: this.#line, record: this.#records + 1 };
        break;
      }
      if (bytes.subarray(span.start, span.end).indexOf(0) >= 0) this.#misshape(this.#records + 1, 'nul', span.fields);
      if (ended) {
        if (bytes[span.end] === LF) this.#lf++;
        else if (span.next - span.end === 2) this.#crlf++;
        else this.#loneCr++;
      }
      if (span.kind === 'quote') this.#misshape(this.#records + 1, 'quote', span.fields);
      this.#record(bytes, span.start, span.end, span.fields, span.lines);
      used = span.next;
    }
    this.#traits.add('quotes');
    this.#padded = true;
    return used;
  }

  #record(bytes: Uint8Array, start: number, end: number, fields: number, lines: number): void {
    if (fields === 1 && isWhite(bytes, start, end)) {
      if (end > start) this.#empty++;
    } else {
      if (this.#records % BLOCK === 0) {
        this.#index.offsets.push(this.#offset + start);
        this.#index.rows.push(this.#row);
        this.#index.lines.push(this.#line);
      }
      const ordinal = ++this.#records;
      if (end - start === fields - 1) this.#blank.push(ordinal);
      else if (end - start > MAX_RECORD_BYTES) this.#misshape(ordinal, 'too_long', fields);
      else if (fields !== this.#start.fields)
        this.#misshape(ordinal, fields < this.#start.fields ? 'short' : 'long', fields);
      const first = bytes[start];
      const final = bytes[end - 1];
      if (first === 32 || first === 9 || final === 32 || final === 9) this.#padded = true;
    }
    this.#row++;
    this.#line += lines;
  }

  #misshape(ordinal: number, kind: Misshapen, fields: number): void {
    if (this.#misshapen.size < MAX_MISSHAPEN && !this.#misshapen.has(ordinal))
      this.#misshapen.set(ordinal, { kind, fields });
  }
}

function isWhite(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i] !== 32 && bytes[i] !== 9) return false;
  return true;
}

function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] === LF || (bytes[i] === CR && bytes[i + 1] !== LF)) lines++;
  }
  return lines;
}

/** Line and value of the first byte that is not UTF-8. */
function badByte(bytes: Buffer, firstLine: number): Fatal {
  let i = 0;
  while (i < bytes.length) {
    const lead = bytes[i]!;
    const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (!isUtf8(bytes.subarray(i, i + length))) break;
    i += length;
  }
  return { kind: 'encoding', line: firstLine + countLines(bytes.subarray(0, i)), byte: bytes[i] ?? 0 };
}
