// Builders of one Arrow column each from DuckDB vectors.
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
import type { Data } from 'apache-arrow';
import { bools, dates, decimals, doubles, int32s, int64s, textLists, texts, timestamps } from '../arrow-data';

export interface ColumnBuilder {
  append(vector: DuckDBVector, count: number): void;
  finish(): Data;
}

/** boolean→Bool, up to 32 bits→Int32, 64 bits→Int64, floats→Float64, decimal and hugeint→Decimal 128, list of text→List, others→text. */
export function columnBuilder(type: DuckDBType): ColumnBuilder {
  switch (type.typeId) {
    case DuckDBTypeId.BOOLEAN:
      return column((value) => value === true, bools);
    case DuckDBTypeId.TINYINT:
    case DuckDBTypeId.SMALLINT:
    case DuckDBTypeId.INTEGER:
    case DuckDBTypeId.UTINYINT:
    case DuckDBTypeId.USMALLINT:
      return column(Number, int32s);
    case DuckDBTypeId.BIGINT:
    case DuckDBTypeId.UINTEGER:
      return column(integer, int64s);
    case DuckDBTypeId.FLOAT:
    case DuckDBTypeId.DOUBLE:
      return column(Number, doubles);
    case DuckDBTypeId.DATE:
      return column(days, dates);
    case DuckDBTypeId.TIMESTAMP:
    case DuckDBTypeId.TIMESTAMP_S:
    case DuckDBTypeId.TIMESTAMP_MS:
    case DuckDBTypeId.TIMESTAMP_NS:
      return column(micros, timestamps);
    case DuckDBTypeId.TIMESTAMP_TZ:
      return column(micros, (items) => timestamps(items, 'UTC'));
    case DuckDBTypeId.HUGEINT:
    case DuckDBTypeId.UHUGEINT:
    case DuckDBTypeId.UBIGINT:
      return column(unscaled, (items) => decimals(items, 38, 0));
    case DuckDBTypeId.DECIMAL:
      if (!(type instanceof DuckDBDecimalType)) return column(String, texts);
      return column(unscaled, (items) => decimals(items, type.width, type.scale));
    case DuckDBTypeId.LIST:
      if (!(type instanceof DuckDBListType) || type.valueType.typeId !== DuckDBTypeId.VARCHAR)
        return column(String, texts);
      return column(listItems, textLists);
    default:
      return column(String, texts);
  }
}

/** Collects converted values, then hands them to `make`. A conversion to null is a null. */
function column<T>(
  convert: (value: Exclude<DuckDBValue, null>) => T | null,
  make: (items: readonly (T | null)[]) => Data,
): ColumnBuilder {
  const items: (T | null)[] = [];
  return {
    append(vector, count) {
      for (let i = 0; i < count; i++) {
        const value: DuckDBValue = vector.getItem(i);
        items.push(value === null || value === undefined ? null : convert(value));
      }
    },
    finish: () => make(items),
  };
}

function listItems(value: DuckDBValue): (string | null)[] {
  if (!(value instanceof DuckDBListValue)) return [];
  return value.items.map((item) => (item === null ? null : String(item)));
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
