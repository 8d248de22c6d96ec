// Avro object container files (Avro spec, "Object Container Files"), read and written whole. The header carries the schema
// object as given, because a compiled type would lose Iceberg's field ids.
import { inflateRawSync } from 'node:zlib';
import { Type, types } from 'avsc';
import { InputError } from '../errors';
import { type Codec, type Cursor, codecOf, readLong } from './avro-decode';
import { type Long, long } from './json';

export interface AvroFile {
  readonly schema: AvroSchema;
  /** Header entries besides `avro.*`. */
  readonly meta: Readonly<Record<string, string>>;
  readonly rows: readonly unknown[];
  /** Of a file that was read: each row as it is written there. */
  readonly encoded?: readonly Uint8Array[];
}

/** Avro schema as JSON; `field-id` and its kin are kept. */
export type AvroSchema = string | readonly AvroSchema[] | AvroObject;
export interface AvroObject {
  readonly type: AvroSchema;
  readonly fields?: readonly AvroField[];
  readonly items?: AvroSchema;
  readonly [attribute: string]: unknown;
}
export interface AvroField {
  readonly name: string;
  readonly type: AvroSchema;
  readonly 'field-id'?: number;
  readonly [attribute: string]: unknown;
}

const MAGIC = Buffer.from('Obj\x01', 'latin1');
const SYNC_LENGTH = 16;
const ROWS_A_BLOCK = 1000;

// avsc's own long throws above 2^53; foreign snapshot ids use all 63 bits.
const longType = types.LongType.__with({
  fromBuffer: (buffer: Buffer) => long(buffer.readBigInt64LE()),
  toBuffer: (value: Long) => {
    const buffer = Buffer.alloc(8);
    buffer.writeBigInt64LE(BigInt(value));
    return buffer;
  },
  fromJSON: (value: Long) => long(value),
  toJSON: Number,
  isValid: (value: unknown) => typeof value === 'bigint' || Number.isSafeInteger(value),
  compare: (a: Long, b: Long) => (a < b ? -1 : a > b ? 1 : 0),
});
const headerType = Type.forSchema({ type: 'map', values: 'bytes' });

/** Few schemas are in use at once; what is made of each is kept. */
const MOST_SCHEMAS = 50;

function remembered<K, V>(kept: Map<K, V>, key: K, make: () => V): V {
  const known = kept.get(key);
  if (known !== undefined) return known;
  if (kept.size > MOST_SCHEMAS) kept.clear();
  const made = make();
  kept.set(key, made);
  return made;
}

const compiled = new Map<string, Type>();
const typeOf = (schemaText: string): Type =>
  remembered(compiled, schemaText, () => Type.forSchema(JSON.parse(schemaText), { registry: { long: longType } }));

/** Schemas as they stand in headers: the same text is the same object, so that others may keep what they make of it. */
const parsedSchemas = new Map<string, AvroSchema>();
const parseSchema = (text: string): AvroSchema => remembered(parsedSchemas, text, (): AvroSchema => JSON.parse(text));

const printedSchemas = new Map<AvroSchema, string>();
const printSchema = (schema: AvroSchema): string => remembered(printedSchemas, schema, () => JSON.stringify(schema));

const codecs = new Map<AvroSchema, Codec>();

/** @param syncMarker 16 bytes from the Rng port; the same input gives the same bytes */
export function writeAvro(file: AvroFile, syncMarker: Uint8Array): Uint8Array {
  const encode = encoderOf(file.schema);
  return writeEncoded({ schema: file.schema, meta: file.meta, rows: file.rows.map(encode) }, syncMarker);
}

/** As writeAvro, of records that are encoded already. */
export function writeEncoded(
  file: Pick<AvroFile, 'schema' | 'meta'> & { readonly rows: readonly Uint8Array[] },
  syncMarker: Uint8Array,
): Uint8Array {
  const header: Record<string, Buffer> = {};
  for (const [key, value] of Object.entries(file.meta)) header[key] = Buffer.from(value);
  // Uncompressed: icebird's inflater reads past the end of some raw deflate blocks, and manifests are small.
  header['avro.codec'] = Buffer.from('null');
  header['avro.schema'] = Buffer.from(printSchema(file.schema));
  const parts: Uint8Array[] = [MAGIC, headerType.toBuffer(header), syncMarker];
  for (let at = 0; at < file.rows.length; at += ROWS_A_BLOCK) {
    const rows = file.rows.slice(at, at + ROWS_A_BLOCK);
    const block = Buffer.concat(rows);
    parts.push(longType.toBuffer(rows.length), longType.toBuffer(block.length), block, syncMarker);
  }
  return Buffer.concat(parts);
}

function damaged(name: string, found: string): InputError {
  return new InputError('E_MANIFEST', {
    vi: `Tệp ${name} của bảng bị hỏng: ${found}. Cần một tệp Avro nguyên vẹn. Hãy khôi phục tệp này từ bản sao lưu; không có bản sao thì dựng lại bảng từ tệp gốc: “tamgiang rebuild”.`,
    en: `The table file ${name} is damaged: ${found}. A whole Avro container file is expected. Restore it from a backup; without one, build the table anew from the raw files: “tamgiang rebuild”.`,
  });
}

function decodeBlock(codec: string, bytes: Buffer, name: string): Buffer {
  if (codec === 'null') return bytes;
  if (codec !== 'deflate') throw damaged(name, `codec ${codec}`);
  return inflateRawSync(bytes);
}

/**
 * @param name the file's location, for errors
 * @throws InputError E_MANIFEST
 */
export function readAvro(bytes: Uint8Array, name: string): AvroFile {
  return withAvro(bytes, name, (buffer) => readParts(buffer, name));
}

/** As readAvro, for those who decode the records themselves. `use` may throw anything: the file is said to be damaged. */
export function readAvroBlocks<T>(bytes: Uint8Array, name: string, use: (blocks: AvroBlocks) => T): T {
  return withAvro(bytes, name, (buffer) => use(readBlocks(buffer, name)));
}

function withAvro<T>(bytes: Uint8Array, name: string, read: (buffer: Buffer) => T): T {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!buffer.subarray(0, MAGIC.length).equals(MAGIC)) throw damaged(name, 'no Avro header');
  try {
    return read(buffer);
  } catch (cause) {
    throw cause instanceof InputError ? cause : damaged(name, cause instanceof Error ? cause.message : String(cause));
  }
}

/** The encoder of a schema: for records put together from parts that are already encoded. */
export function encoderOf(schema: AvroSchema): (value: unknown) => Buffer {
  const type = typeOf(printSchema(schema));
  return (value) => type.toBuffer(value);
}

function readParts(buffer: Buffer, name: string): AvroFile {
  const { schema, meta, blocks } = readBlocks(buffer, name);
  const { decode } = remembered(codecs, schema, () => codecOf(schema));
  const rows: unknown[] = [];
  const encoded: Uint8Array[] = [];
  for (const { count, bytes } of blocks) {
    const cursor: Cursor = { bytes, at: 0 };
    for (let row = 0; row < count; row++) {
      const from = cursor.at;
      rows.push(decode(cursor));
      encoded.push(bytes.subarray(from, cursor.at));
    }
  }
  return { schema, meta, rows, encoded };
}

export interface AvroBlocks {
  readonly schema: AvroSchema;
  readonly meta: Readonly<Record<string, string>>;
  /** Uncompressed; `count` records each. */
  readonly blocks: readonly { readonly count: number; readonly bytes: Buffer }[];
}

const HEADER = codecOf({ type: 'map', values: 'bytes' });

function readBlocks(buffer: Buffer, name: string): AvroBlocks {
  const cursor: Cursor = { bytes: buffer, at: MAGIC.length };
  const header = HEADER.decode(cursor);
  const meta: Record<string, string> = {};
  if (typeof header === 'object' && header !== null)
    for (const [key, value] of Object.entries(header)) meta[key] = Buffer.from(value).toString('utf8');
  const { 'avro.schema': schemaText = '', 'avro.codec': codec = 'null', ...own } = meta;
  const sync = buffer.subarray(cursor.at, cursor.at + SYNC_LENGTH);
  cursor.at += SYNC_LENGTH;
  const blocks: { count: number; bytes: Buffer }[] = [];
  while (cursor.at < buffer.length) {
    const count = Number(readLong(cursor));
    const size = Number(readLong(cursor));
    const end = cursor.at + size;
    if (size < 0 || !buffer.subarray(end, end + SYNC_LENGTH).equals(sync)) throw damaged(name, 'a block is cut off');
    blocks.push({ count, bytes: decodeBlock(codec, buffer.subarray(cursor.at, end), name) });
    cursor.at = end + SYNC_LENGTH;
  }
  return { schema: parseSchema(schemaText), meta: own, blocks };
}
