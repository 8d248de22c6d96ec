// Avro object container files (Avro spec, "Object Container Files"), read and written whole. The header carries the schema
// object as given, because a compiled type would lose Iceberg's field ids.
import { inflateRawSync } from 'node:zlib';
import { Type, types } from 'avsc';
import { InputError } from '../errors';
import { type Long, long } from './json';

export interface AvroFile {
  readonly schema: AvroSchema;
  /** Header entries besides `avro.*`. */
  readonly meta: Readonly<Record<string, string>>;
  readonly rows: readonly unknown[];
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

const compiled = new Map<string, Type>();

function typeOf(schemaText: string): Type {
  const known = compiled.get(schemaText);
  if (known) return known;
  if (compiled.size > 50) compiled.clear();
  const type = Type.forSchema(JSON.parse(schemaText), { registry: { long: longType } });
  compiled.set(schemaText, type);
  return type;
}

/** @param syncMarker 16 bytes from the Rng port; the same input gives the same bytes */
export function writeAvro(file: AvroFile, syncMarker: Uint8Array): Uint8Array {
  const schemaText = JSON.stringify(file.schema);
  const type = typeOf(schemaText);
  const header: Record<string, Buffer> = {};
  for (const [key, value] of Object.entries(file.meta)) header[key] = Buffer.from(value);
  // Uncompressed: icebird's inflater reads past the end of some raw deflate blocks, and manifests are small.
  header['avro.codec'] = Buffer.from('null');
  header['avro.schema'] = Buffer.from(schemaText);
  const parts: Uint8Array[] = [MAGIC, headerType.toBuffer(header), syncMarker];
  for (let at = 0; at < file.rows.length; at += ROWS_A_BLOCK) {
    const rows = file.rows.slice(at, at + ROWS_A_BLOCK);
    const block = Buffer.concat(rows.map((row) => type.toBuffer(row)));
    parts.push(longType.toBuffer(rows.length), longType.toBuffer(block.length), block, syncMarker);
  }
  return Buffer.concat(parts);
}

function damaged(name: string, found: string): InputError {
  return new InputError('E_MANIFEST', {
    vi: `Tệp ${name} của bảng bị hỏng: ${found}. Cần một tệp Avro nguyên vẹn. Hãy khôi phục tệp này từ bản sao lưu.`,
    en: `The table file ${name} is damaged: ${found}. A whole Avro container file is expected. Restore it from a backup.`,
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
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!buffer.subarray(0, MAGIC.length).equals(MAGIC)) throw damaged(name, 'no Avro header');
  try {
    return readParts(buffer, name);
  } catch (cause) {
    throw cause instanceof InputError ? cause : damaged(name, cause instanceof Error ? cause.message : String(cause));
  }
}

function readParts(buffer: Buffer, name: string): AvroFile {
  const header = headerType.decode(buffer, MAGIC.length);
  if (header.offset < 0) throw damaged(name, 'the header is cut off');
  const meta: Record<string, string> = {};
  for (const [key, value] of Object.entries<Buffer>(header.value)) meta[key] = value.toString('utf8');
  const { 'avro.schema': schemaText = '', 'avro.codec': codec = 'null', ...own } = meta;
  const type = typeOf(schemaText);
  const sync = buffer.subarray(header.offset, header.offset + SYNC_LENGTH);
  const rows: unknown[] = [];
  let at = header.offset + SYNC_LENGTH;
  while (at < buffer.length) {
    const count = longType.decode(buffer, at);
    const size = longType.decode(buffer, count.offset);
    const end = size.offset + Number(size.value);
    if (size.offset < 0 || !buffer.subarray(end, end + SYNC_LENGTH).equals(sync))
      throw damaged(name, 'a block is cut off');
    const block = decodeBlock(codec, buffer.subarray(size.offset, end), name);
    for (let row = 0, offset = 0; row < Number(count.value); row++) {
      const decoded = type.decode(block, offset);
      if (decoded.offset < 0) throw damaged(name, 'a record is cut off');
      rows.push(decoded.value);
      offset = decoded.offset;
    }
    at = end + SYNC_LENGTH;
  }
  return { schema: JSON.parse(schemaText), meta: own, rows };
}
