// Builders of one Arrow column each from DuckDB vectors; the mapping of types stands here and nowhere else.
import {
  DuckDBDateValue,
  DuckDBDecimalType,
  DuckDBDecimalValue,
  DuckDBListType,
  DuckDBListValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
  type DuckDBVector,
} from '@duckdb/node-api';
import * as arrow from 'apache-arrow';

export interface ColumnBuilder {
  append(vector: DuckDBVector, count: number): void;
  finish(): arrow.Data;
}

/** boolean→Bool, up to 32 bits→Int32, 64 bits→Int64, floats→Float64, decimal and hugeint→Decimal 128, list of text→List, others→text. */
export function columnBuilder(type: DuckDBType): ColumnBuilder {
  switch (type.typeId) {
    case DuckDBTypeId.BOOLEAN:
      return bools();
    case DuckDBTypeId.TINYINT:
    case DuckDBTypeId.SMALLINT:
    case DuckDBTypeId.INTEGER:
    case DuckDBTypeId.UTINYINT:
    case DuckDBTypeId.USMALLINT:
      return column(Number, (items, bits) =>
        arrow.makeData({ type: new arrow.Int32(), ...bits, data: Int32Array.from(items, (v) => v ?? 0) }),
      );
    case DuckDBTypeId.BIGINT:
    case DuckDBTypeId.UINTEGER:
      return column(integer, (items, bits) =>
        arrow.makeData({ type: new arrow.Int64(), ...bits, data: BigInt64Array.from(items, (v) => v ?? 0n) }),
      );
    case DuckDBTypeId.FLOAT:
    case DuckDBTypeId.DOUBLE:
      return column(Number, (items, bits) =>
        arrow.makeData({ type: new arrow.Float64(), ...bits, data: Float64Array.from(items, (v) => v ?? 0) }),
      );
    case DuckDBTypeId.DATE:
      return column(days, (items, bits) =>
        arrow.makeData({ type: new arrow.DateDay(), ...bits, data: Int32Array.from(items, (v) => v ?? 0) }),
      );
    case DuckDBTypeId.TIMESTAMP:
    case DuckDBTypeId.TIMESTAMP_S:
    case DuckDBTypeId.TIMESTAMP_MS:
    case DuckDBTypeId.TIMESTAMP_NS:
      return timestamps(new arrow.TimestampMicrosecond());
    case DuckDBTypeId.TIMESTAMP_TZ:
      return timestamps(new arrow.TimestampMicrosecond('UTC'));
    case DuckDBTypeId.HUGEINT:
    case DuckDBTypeId.UHUGEINT:
    case DuckDBTypeId.UBIGINT:
      return decimals(new arrow.Decimal(0, 38, 128));
    case DuckDBTypeId.DECIMAL:
      return type instanceof DuckDBDecimalType ? decimals(new arrow.Decimal(type.scale, type.width, 128)) : texts();
    case DuckDBTypeId.LIST:
      return type instanceof DuckDBListType && type.valueType.typeId === DuckDBTypeId.VARCHAR ? textLists() : texts();
    default:
      return texts();
  }
}

interface Bits {
  readonly length: number;
  readonly nullCount: number;
  readonly nullBitmap: Uint8Array;
}

/** Collects converted values, then hands them with their validity bitmap to `make`. A conversion to null is a null. */
function column<T>(
  convert: (value: Exclude<DuckDBValue, null>) => T | null,
  make: (items: readonly (T | null)[], bits: Bits) => arrow.Data,
): ColumnBuilder {
  const items: (T | null)[] = [];
  return {
    append(vector, count) {
      for (let i = 0; i < count; i++) {
        const value: DuckDBValue = vector.getItem(i);
        items.push(value === null || value === undefined ? null : convert(value));
      }
    },
    finish: () => make(items, validity(items)),
  };
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

function bools(): ColumnBuilder {
  return column(
    (value) => value === true,
    (items, bits) => {
      const data = new Uint8Array(bits.nullBitmap.length);
      items.forEach((item, i) => {
        if (item) data[i >> 3] = data[i >> 3]! | (1 << (i & 7));
      });
      return arrow.makeData({ type: new arrow.Bool(), ...bits, data });
    },
  );
}

function timestamps(type: arrow.TimestampMicrosecond): ColumnBuilder {
  return column(micros, (items, bits) =>
    arrow.makeData({ type, ...bits, data: BigInt64Array.from(items, (v) => v ?? 0n) }),
  );
}

/** Arrow keeps a 128-bit decimal as two's complement, least significant word first. */
function decimals(type: arrow.Decimal): ColumnBuilder {
  return column(unscaled, (items, bits) => {
    const words = new BigUint64Array(items.length * 2);
    items.forEach((item, i) => {
      words[i * 2] = BigInt.asUintN(64, item ?? 0n);
      words[i * 2 + 1] = BigInt.asUintN(64, (item ?? 0n) >> 64n);
    });
    return arrow.makeData({ type, ...bits, data: new Uint32Array(words.buffer) });
  });
}

function texts(): ColumnBuilder {
  return column(String, (items, bits) => arrow.makeData({ type: new arrow.Utf8(), ...bits, ...utf8(items) }));
}

function utf8(items: readonly (string | null)[]): { readonly valueOffsets: Int32Array; readonly data: Uint8Array } {
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

function textLists(): ColumnBuilder {
  const entry = (value: DuckDBValue) => (value instanceof DuckDBListValue ? value.items : []);
  return column(entry, (lists, bits) => {
    const valueOffsets = new Int32Array(lists.length + 1);
    const items: (string | null)[] = [];
    lists.forEach((list, i) => {
      for (const item of list ?? []) items.push(item === null ? null : String(item));
      valueOffsets[i + 1] = items.length;
    });
    const child = arrow.makeData({ type: new arrow.Utf8(), ...validity(items), ...utf8(items) });
    return arrow.makeData({
      type: new arrow.List(new arrow.Field('item', child.type, true)),
      ...bits,
      valueOffsets,
      child,
    });
  });
}

function integer(value: DuckDBValue): bigint | null {
  return typeof value === 'bigint' || typeof value === 'number' ? BigInt(value) : null;
}

function unscaled(value: DuckDBValue): bigint | null {
  return value instanceof DuckDBDecimalValue ? value.value : integer(value);
}

/** Days since 1970-01-01; the engine's infinity has no Arrow form and becomes null. */
function days(value: DuckDBValue): number | null {
  return value instanceof DuckDBDateValue && value.isFinite ? value.days : null;
}

function micros(value: DuckDBValue): bigint | null {
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue) {
    return value.isFinite ? value.micros : null;
  }
  if (value instanceof DuckDBTimestampSecondsValue) return value.isFinite ? value.seconds * 1_000_000n : null;
  if (value instanceof DuckDBTimestampMillisecondsValue) return value.isFinite ? value.millis * 1_000n : null;
  if (value instanceof DuckDBTimestampNanosecondsValue) return value.isFinite ? value.nanos / 1_000n : null;
  return null;
}
