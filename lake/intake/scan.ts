// One pass over the bytes of a delimited text: counts records independently of the engine, checks the encoding and,
// when asked, their shape, and keeps a sparse index so that any record can be found again. Speed matters: under 1 ns a byte.
import { isUtf8 } from 'node:buffer';
import { recordsOf } from './records';

/** Every BLOCK records the index keeps a place to start looking from. */
export const BLOCK = 8;
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
  /** Ordinals of records of nothing but delimiters and white space: not rows. */
  readonly blank: readonly number[];
  /** Ordinal → what is wrong with its shape. */
  readonly misshapen: ReadonlyMap<number, { readonly kind: Misshapen; readonly fields: number }>;
  /** Byte after the last record. */
  readonly end: number;
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
  | { readonly kind: 'endless_record'; readonly line: number; readonly record: number }
  | { readonly kind: 'truncated'; readonly line: number; readonly fields: number; readonly wanted: number };

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
  /**
   * Count the fields of every record, look for white space around values and for carriage returns that end a line by
   * themselves: costs more than everything else. Without it the engine objects to wrong shapes and line ends, and rows
   * with such white space turn out good when they are looked at again.
   */
  readonly thorough: boolean;
  /** Byte offset of the first data record, and its spreadsheet row and physical line (from 1). */
  readonly offset: number;
  readonly row: number;
  readonly line: number;
  /** Bytes above the first data record: its line ends count too. */
  readonly head: Uint8Array;
}

const LF = 10;
const CR = 13;
const QUOTE = 34;
const SPACE = 32;
const TAB = 9;
/** White space that may stand around a value; TAB is searched for too, unless it is the delimiter. */
const PADDING = [' ', '\t'];

/** Feed the chunks of the file from `start.offset` in order, then call `end`. */
export class RecordScanner {
  readonly #start: ScanStart;
  readonly #delimiter: string;
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
  /** TABs beside values, in a text with quotes. */
  #tabs = false;
  #crlf = 0;
  #lf = 0;
  #loneCr = 0;
  #empty = 0;
  #white = 0;
  #fatal: Fatal | undefined;

  constructor(start: ScanStart) {
    this.#start = start;
    this.#offset = start.offset;
    this.#row = start.row;
    this.#line = start.line;
    this.#delimiter = String.fromCharCode(start.delimiter);
    start.head.forEach((byte, i) => {
      if (byte === LF && start.head[i - 1] === CR) this.#crlf++;
      else if (byte === LF) this.#lf++;
      else if (byte === CR && start.head[i + 1] !== LF) this.#loneCr++;
    });
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
    if (this.#empty + this.#white > 0) this.#traits.add('blank_lines');
    const traits = this.#traits;
    return {
      records: this.#records,
      blank: this.#blank,
      misshapen: this.#misshapen,
      end: this.#offset,
      needsCleaning:
        this.#misshapen.size > 0 ||
        traits.has('mixed_line_ends') ||
        traits.has('lone_cr') ||
        traits.has('nfd') ||
        this.#tabs ||
        this.#white > 0,
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
    const used = careful ? this.#carefully(buffer, last) : this.#quickly(buffer, last);
    if (this.#fatal) return;
    const whole = buffer.subarray(0, used);
    if (!isUtf8(whole)) this.#fatal = badByte(whole, this.#line - countLines(whole));
    if (whole.indexOf(0xcc) >= 0 || whole.indexOf(0xcd) >= 0) this.#traits.add('nfd');
    if (hasNoBreakSpace(whole)) this.#traits.add('nbsp');
    this.#offset += used;
    this.#carry = used < bytes.length ? bytes.slice(used) : new Uint8Array(0);
    if (this.#carry.length > MAX_CARRY_BYTES) {
      this.#fatal = { kind: careful ? 'open_quote' : 'endless_record', line: this.#line, record: this.#records + 1 };
    }
  }

  /** Text without quotes: line ends are all that has to be found, and native searches find them fastest. */
  #quickly(bytes: Buffer, last: boolean): number {
    const noLines = bytes.indexOf(LF) < 0 && bytes.indexOf(CR) >= 0;
    if (noLines || (this.#start.thorough && this.#hasLoneCr(bytes, last))) return this.#carefully(bytes, last);
    if (bytes.indexOf(0) >= 0) return this.#carefully(bytes, last);
    let start = 0;
    for (let newline = bytes.indexOf(LF); newline >= 0; newline = bytes.indexOf(LF, start)) {
      const crlf = bytes[newline - 1] === CR;
      if (crlf) this.#crlf++;
      else this.#lf++;
      const end = crlf ? newline - 1 : newline;
      this.#record(bytes, start, end, this.#start.thorough ? this.#count(bytes, start, end) : undefined, 1);
      start = newline + 1;
    }
    if (last && start < bytes.length) {
      this.#unended(
        this.#count(bytes, start, bytes.length),
        isOnly(bytes, start, bytes.length, SPACE, TAB, this.#start.delimiter),
      );
      this.#record(bytes, start, bytes.length, this.#count(bytes, start, bytes.length), 1);
      start = bytes.length;
    }
    if (this.#start.thorough && !this.#padded)
      this.#padded = PADDING.some(
        (space) =>
          space !== this.#delimiter &&
          (bytes.includes(space + this.#delimiter) || bytes.includes(this.#delimiter + space)),
      );
    return start;
  }

  /** A last record without line end and with too few fields was cut off on its way. */
  #unended(fields: number, nothing: boolean): void {
    const wanted = this.#start.fields;
    if (!nothing && fields < wanted) this.#fatal = { kind: 'truncated', line: this.#line, fields, wanted };
  }

  /** A carriage return that ends a line by itself. The last byte of a chunk may belong to a pair. */
  #hasLoneCr(bytes: Buffer, last: boolean): boolean {
    let at = bytes.indexOf(CR);
    while (at >= 0 && (bytes[at + 1] === LF || (at + 1 === bytes.length && !last))) at = bytes.indexOf(CR, at + 1);
    return at >= 0;
  }

  /** Fields of a record without quotes. */
  #count(bytes: Buffer, start: number, end: number): number {
    const delimiter = this.#start.delimiter;
    let fields = 1;
    for (let i = start; i < end; i++) if (bytes[i] === delimiter) fields++;
    return fields;
  }

  #carefully(bytes: Buffer, last: boolean): number {
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
      if (!ended) this.#unended(span.fields, span.kind === 'empty' || span.kind === 'blank');
      if (span.tabs) this.#tabs = true;
      if (span.kind === 'quote') this.#misshape(this.#records + 1, 'quote', span.fields);
      this.#record(bytes, span.start, span.end, span.fields, span.lines);
      used = span.next;
    }
    if (bytes.indexOf(QUOTE) >= 0) this.#traits.add('quotes');
    // Inside quotes white space is not looked for: in a small text it is simply taken for granted.
    if (this.#start.thorough) this.#padded = true;
    return used;
  }

  /** @param fields undefined: not counted, the engine will object to a wrong number */
  #record(bytes: Buffer, start: number, end: number, fields: number | undefined, lines: number): void {
    const length = end - start;
    const first = bytes[start];
    const final = bytes[end - 1];
    const delimiter = this.#start.delimiter;
    const outerSpace = first === SPACE || first === TAB || final === SPACE || final === TAB;
    const nothing = (outerSpace || first === delimiter) && isOnly(bytes, start, end, SPACE, TAB, delimiter);
    const found = nothing ? this.#count(bytes, start, end) : fields;
    if (length === 0 || (nothing && found === 1)) {
      if (length > 0) this.#white++;
      else this.#empty++;
    } else {
      if (this.#records % BLOCK === 0) {
        this.#index.offsets.push(this.#offset + start);
        this.#index.rows.push(this.#row);
        this.#index.lines.push(this.#line);
      }
      const ordinal = ++this.#records;
      const wanted = this.#start.fields;
      if (nothing) {
        this.#blank.push(ordinal);
        if (found !== wanted) this.#white++;
      } else if (length > MAX_RECORD_BYTES) this.#misshape(ordinal, 'too_long', found ?? wanted);
      else if (found !== undefined && found !== wanted)
        this.#misshape(ordinal, found < wanted ? 'short' : 'long', found);
      if (outerSpace) this.#padded = true;
    }
    this.#row++;
    this.#line += lines;
  }

  #misshape(ordinal: number, kind: Misshapen, fields: number): void {
    if (this.#misshapen.size < MAX_MISSHAPEN && !this.#misshapen.has(ordinal))
      this.#misshapen.set(ordinal, { kind, fields });
  }
}

/** U+00A0, bytes C2 A0. A search for one byte is many times faster than one for two. */
function hasNoBreakSpace(bytes: Buffer): boolean {
  let at = bytes.indexOf(0xc2);
  while (at >= 0 && bytes[at + 1] !== 0xa0) at = bytes.indexOf(0xc2, at + 1);
  return at >= 0;
}

/** Every byte of the range is one of `allowed`. */
function isOnly(bytes: Uint8Array, start: number, end: number, ...allowed: number[]): boolean {
  for (let i = start; i < end; i++) if (!allowed.includes(bytes[i]!)) return false;
  return true;
}

function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] === LF || (bytes[i] === CR && bytes[i + 1] !== LF)) lines++;
  }
  return lines;
}

/** undefined: all of it is UTF-8, but for a letter the end may cut through. */
export function refuseEncoding(bytes: Uint8Array, firstLine: number): Fatal | undefined {
  for (let cut = 0; cut < 4; cut++) if (isUtf8(bytes.subarray(0, bytes.length - cut))) return undefined;
  return badByte(Buffer.from(bytes), firstLine);
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
