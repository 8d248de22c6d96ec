// One Arrow column each from plain values: the types an answer may have stand here and nowhere else, so that every home gives
// the same. Null is null; all items have been converted by the caller.
import * as arrow from 'apache-arrow';

type Items<T> = readonly (T | null)[];

interface Bits {
  readonly length: number;
  readonly nullCount: number;
  readonly nullBitmap: Uint8Array;
}

function validity(items: readonly unknown[]): Bits {
  const nullBitmap = new Uint8Array(((items.length + 63) >> 6) << 3);
  let nullCount = 0;
  items.forEach((item, i) => {
    if (item === null) nullCount++;
    else nullBitmap[i >> 3] = nullBitmap[i >> 3]! | (1 << (i & 7));
  });
  return { length: items.length, nullCount, nullBitmap };
}

export function bools(items: Items<boolean>): arrow.Data {
  const bits = validity(items);
  const data = new Uint8Array(bits.nullBitmap.length);
  items.forEach((item, i) => {
    if (item) data[i >> 3] = data[i >> 3]! | (1 << (i & 7));
  });
  return arrow.makeData({ type: new arrow.Bool(), ...bits, data });
}

export function int32s(items: Items<number>): arrow.Data {
  const data = Int32Array.from(items, (v) => v ?? 0);
  return arrow.makeData({ type: new arrow.Int32(), ...validity(items), data });
}

export function int64s(items: Items<bigint>): arrow.Data {
  const data = BigInt64Array.from(items, (v) => v ?? 0n);
  return arrow.makeData({ type: new arrow.Int64(), ...validity(items), data });
}

export function doubles(items: Items<number>): arrow.Data {
  const data = Float64Array.from(items, (v) => v ?? 0);
  return arrow.makeData({ type: new arrow.Float64(), ...validity(items), data });
}

/** Days since 1970-01-01. */
export function dates(items: Items<number>): arrow.Data {
  const data = Int32Array.from(items, (v) => v ?? 0);
  return arrow.makeData({ type: new arrow.DateDay(), ...validity(items), data });
}

/** Microseconds since 1970-01-01. */
export function timestamps(items: Items<bigint>, timezone?: 'UTC'): arrow.Data {
  const data = BigInt64Array.from(items, (v) => v ?? 0n);
  return arrow.makeData({ type: new arrow.TimestampMicrosecond(timezone), ...validity(items), data });
}

/** Unscaled values. Arrow keeps a 128-bit decimal as two's complement, least significant word first. */
export function decimals(items: Items<bigint>, precision: number, scale: number): arrow.Data {
  const words = new BigUint64Array(items.length * 2);
  items.forEach((item, i) => {
    words[i * 2] = BigInt.asUintN(64, item ?? 0n);
    words[i * 2 + 1] = BigInt.asUintN(64, (item ?? 0n) >> 64n);
  });
  const type = new arrow.Decimal(scale, precision, 128);
  return arrow.makeData({ type, ...validity(items), data: new Uint32Array(words.buffer) });
}

function utf8(items: Items<string>): { readonly valueOffsets: Int32Array; readonly data: Uint8Array } {
  const valueOffsets = new Int32Array(items.length + 1);
  let size = 0;
  items.forEach((item, i) => {
    size += item === null ? 0 : Buffer.byteLength(item);
    valueOffsets[i + 1] = size;
  });
  const data = Buffer.alloc(size);
  items.forEach((item, i) => {
    if (item !== null) data.write(item, valueOffsets[i]!);
  });
  return { valueOffsets, data: new Uint8Array(data.buffer, data.byteOffset, data.length) };
}

export function texts(items: Items<string>): arrow.Data {
  return arrow.makeData({ type: new arrow.Utf8(), ...validity(items), ...utf8(items) });
}

export function textLists(lists: Items<Items<string>>): arrow.Data {
  const valueOffsets = new Int32Array(lists.length + 1);
  const items: (string | null)[] = [];
  lists.forEach((list, i) => {
    items.push(...(list ?? []));
    valueOffsets[i + 1] = items.length;
  });
  const child = texts(items);
  const type = new arrow.List(new arrow.Field('item', child.type, true));
  return arrow.makeData({ type, ...validity(lists), valueOffsets, child });
}

/** Equal names must have been told apart: Arrow joins them. */
export function tableOf(names: readonly string[], children: readonly arrow.Data[], rows: number): arrow.Table {
  const fields = children.map((child, i) => new arrow.Field(names[i] ?? '', child.type, true));
  const schema = new arrow.Schema(fields);
  const struct = arrow.makeData({
    type: new arrow.Struct(fields),
    length: rows,
    nullCount: 0,
    children: [...children],
  });
  return new arrow.Table(schema, new arrow.RecordBatch(schema, struct));
}
