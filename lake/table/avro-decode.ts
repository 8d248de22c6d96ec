// Decoding Avro binary by any writer's schema (Avro spec, "Binary Encoding"). Ours rather than the library's for two
// reasons: longs are exact beyond 2^53 without a bigint for each, and parts can be passed over unread. Column figures are
// nine tenths of a manifest, and a commit looks at one of them.
import type { AvroField, AvroObject, AvroSchema } from './avro';
import { type Long, long } from './json';

export interface Cursor {
  readonly bytes: Buffer;
  at: number;
}

type Decode = (cursor: Cursor) => unknown;
type Skip = (cursor: Cursor) => void;

/** How to read a value and how to pass over it. */
export interface Codec {
  readonly decode: Decode;
  readonly skip: Skip;
  /** Of arrays of key–value records, and unions with one: the value at a key, the others passed over. */
  readonly at?: (cursor: Cursor, key: number) => unknown;
}

class CutOff extends Error {
  constructor() {
    super('a record is cut off');
  }
}

function byte(cursor: Cursor): number {
  const value = cursor.bytes[cursor.at++];
  if (value === undefined) throw new CutOff();
  return value;
}

/** Zig-zag variable-length integer. */
export function readLong(cursor: Cursor): Long {
  const first = byte(cursor);
  if (first < 0x80) return first & 1 ? -((first + 1) >> 1) : first >> 1;
  cursor.at--;
  let low = 0;
  let scale = 1;
  // Seven groups of seven bits are exact as a number; longer ones are read again as bigint.
  for (let i = 0; i < 7; i++) {
    const next = byte(cursor);
    low += (next & 0x7f) * scale;
    if (next < 0x80) return low % 2 === 0 ? low / 2 : -(low + 1) / 2;
    scale *= 128;
  }
  let value = BigInt(low);
  for (let shift = 49n; ; shift += 7n) {
    const next = byte(cursor);
    value |= BigInt(next & 0x7f) << shift;
    if (next < 0x80) break;
    if (shift > 63n) throw new Error('a long has more than ten bytes');
  }
  return long(value & 1n ? -((value + 1n) >> 1n) : value >> 1n);
}

function skipLong(cursor: Cursor): void {
  while (byte(cursor) >= 0x80);
}

/** Moves on by `length` bytes. @returns where they begin */
function pass(cursor: Cursor, length: number): number {
  const from = cursor.at;
  if (length < 0 || from + length > cursor.bytes.length) throw new CutOff();
  cursor.at = from + length;
  return from;
}

function skipBytes(cursor: Cursor): void {
  pass(cursor, Number(readLong(cursor)));
}

function readBytes(cursor: Cursor): Buffer {
  return take(cursor, Number(readLong(cursor)));
}

function take(cursor: Cursor, length: number): Buffer {
  const from = pass(cursor, length);
  return cursor.bytes.subarray(from, cursor.at);
}

function readText(cursor: Cursor): string {
  const from = pass(cursor, Number(readLong(cursor)));
  return cursor.bytes.toString('utf8', from, cursor.at);
}

const nothing = { decode: () => null, skip: () => {} };
const longCodec: Codec = { decode: readLong, skip: skipLong };
const bytesCodec: Codec = { decode: readBytes, skip: skipBytes };

const PRIMITIVES: Readonly<Record<string, Codec>> = {
  null: nothing,
  boolean: { decode: (cursor) => byte(cursor) === 1, skip: byte },
  int: longCodec,
  long: longCodec,
  float: { decode: (cursor) => take(cursor, 4).readFloatLE(0), skip: (cursor) => take(cursor, 4) },
  double: { decode: (cursor) => take(cursor, 8).readDoubleLE(0), skip: (cursor) => take(cursor, 8) },
  bytes: bytesCodec,
  string: { decode: readText, skip: skipBytes },
};

/** Blocks of items; a negative count is followed by the block's length, by which it can be passed over whole. */
function blocks(cursor: Cursor, item: (cursor: Cursor) => void, whole: boolean): void {
  for (let count = Number(readLong(cursor)); count !== 0; count = Number(readLong(cursor))) {
    const length = count < 0 ? Number(readLong(cursor)) : undefined;
    if (whole && length !== undefined) pass(cursor, length);
    else for (let i = 0; i < Math.abs(count); i++) item(cursor);
  }
}

interface Pair {
  readonly key: Codec;
  readonly value: Codec;
}

function findIn({ key, value }: Pair) {
  return (cursor: Cursor, wanted: number): unknown => {
    for (let count = Number(readLong(cursor)); count !== 0; count = Number(readLong(cursor))) {
      if (count < 0) readLong(cursor);
      for (let i = 0; i < Math.abs(count); i++) {
        if (key.decode(cursor) === wanted) return value.decode(cursor);
        value.skip(cursor);
      }
    }
    return undefined;
  };
}

/**
 * Passes over pairs of an integer and a long, or an integer and bytes, without a call for each: nine tenths of a manifest
 * are such pairs.
 */
function skipPairs(hasBytes: boolean): Skip {
  return (cursor) => {
    const { bytes } = cursor;
    for (let count = Number(readLong(cursor)); count !== 0; count = Number(readLong(cursor))) {
      if (count < 0) {
        pass(cursor, Number(readLong(cursor)));
        continue;
      }
      let at = cursor.at;
      for (let i = 0; i < count; i++) {
        if (at >= bytes.length) throw new CutOff();
        while (bytes[at++]! >= 0x80);
        const next = bytes[at]!;
        if (!hasBytes) while (bytes[at++]! >= 0x80);
        else if (next < 0x80 && next % 2 === 0) at += 1 + next / 2;
        else {
          cursor.at = at;
          skipBytes(cursor);
          at = cursor.at;
        }
      }
      if (at > bytes.length) throw new CutOff();
      cursor.at = at;
    }
  };
}

function skipArrayOf(item: Codec & { readonly pair?: Pair }): Skip {
  const { key, value } = item.pair ?? {};
  if (key === longCodec && value === longCodec) return skipPairs(false);
  if (key === longCodec && value === bytesCodec) return skipPairs(true);
  return (cursor) => blocks(cursor, item.skip, true);
}

function isObject(schema: AvroSchema): schema is AvroObject {
  return typeof schema === 'object' && !Array.isArray(schema);
}

function isUnion(schema: AvroSchema): schema is readonly AvroSchema[] {
  return Array.isArray(schema);
}

/** @param named types by name, so that a schema may refer to one it has spelled out before */
export function codecOf(schema: AvroSchema, named: Map<string, Codec> = new Map()): Codec {
  if (typeof schema === 'string') {
    const known = PRIMITIVES[schema] ?? named.get(schema);
    if (!known) throw new Error(`the Avro type ${schema} is unknown`);
    return known;
  }
  if (isUnion(schema)) return unionCodec(schema.map((branch) => codecOf(branch, named)));
  if (!isObject(schema)) throw new Error('a schema of no kind');
  const { type } = schema;
  const name = typeof schema.name === 'string' ? schema.name : undefined;
  switch (type) {
    case 'record':
      return recordCodec(schema.fields ?? [], name, named);
    case 'array': {
      const item: Codec & { readonly pair?: Pair } = codecOf(schema.items ?? 'null', named);
      return {
        decode: (cursor) => {
          const items: unknown[] = [];
          blocks(cursor, (inner) => items.push(item.decode(inner)), false);
          return items;
        },
        skip: skipArrayOf(item),
        ...(item.pair ? { at: findIn(item.pair) } : {}),
      };
    }
    case 'map': {
      const values = codecOf(isSchema(schema.values) ? schema.values : 'null', named);
      return {
        decode: (cursor) => {
          const map: Record<string, unknown> = {};
          blocks(
            cursor,
            (inner) => {
              const key = readText(inner);
              map[key] = values.decode(inner);
            },
            false,
          );
          return map;
        },
        skip: (cursor) =>
          blocks(
            cursor,
            (inner) => {
              skipBytes(inner);
              values.skip(inner);
            },
            true,
          ),
      };
    }
    case 'fixed': {
      const size = Number(schema.size);
      return remember({ decode: (cursor) => take(cursor, size), skip: (cursor) => take(cursor, size) }, name, named);
    }
    case 'enum': {
      const symbols = Array.isArray(schema.symbols) ? schema.symbols.map(String) : [];
      return remember({ decode: (cursor) => symbols[Number(readLong(cursor))], skip: skipLong }, name, named);
    }
    default:
      // A primitive with attributes, or a nested schema.
      return codecOf(type, named);
  }
}

function isSchema(value: unknown): value is AvroSchema {
  return typeof value === 'string' || (typeof value === 'object' && value !== null);
}

function remember(codec: Codec, name: string | undefined, named: Map<string, Codec>): Codec {
  if (name !== undefined) named.set(name, codec);
  return codec;
}

function unionCodec(branches: readonly Codec[]): Codec {
  const branch = (cursor: Cursor) => {
    const chosen = branches[Number(readLong(cursor))];
    if (!chosen) throw new Error('a union names a branch it does not have');
    return chosen;
  };
  return {
    decode: (cursor) => branch(cursor).decode(cursor),
    skip: (cursor) => branch(cursor).skip(cursor),
    ...(branches.some((one) => one.at) ? { at: (cursor, key) => branch(cursor).at?.(cursor, key) } : {}),
  };
}

function recordCodec(fields: readonly AvroField[], name: string | undefined, named: Map<string, Codec>): Codec {
  const inner: (Codec & { readonly name: string })[] = [];
  // Known before its fields are: a record may hold itself.
  const codec: Codec & { pair?: Pair } = {
    decode: (cursor) => {
      const record: Record<string, unknown> = {};
      for (const field of inner) record[field.name] = field.decode(cursor);
      return record;
    },
    skip: (cursor) => {
      for (const field of inner) field.skip(cursor);
    },
  };
  remember(codec, name, named);
  const own = fields.map((field) => ({ name: field.name, codec: codecOf(field.type, named) }));
  for (const { name: field, codec: its } of own) inner.push({ name: field, ...its });
  const [key, value] = own;
  if (own.length === 2 && key?.name === 'key' && value?.name === 'value')
    codec.pair = { key: key.codec, value: value.codec };
  return codec;
}

/** The codecs of a record's fields, in the order they are written. */
export function fieldCodecs(
  fields: readonly AvroField[],
  named: Map<string, Codec>,
): readonly (Codec & { readonly name: string })[] {
  return fields.map((field) => ({ name: field.name, ...codecOf(field.type, named) }));
}
