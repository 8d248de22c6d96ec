// Column figures from the text statistics a Parquet writer reports. Parsed by the column's type, never by guess:
// a text that is not exactly of the type gives no bound, which is always safe.
import { type BoundValue, decimalOf, encodeBound, lowerTextBound, upperTextBound } from './bounds';
import { type ColumnStat, FULL_BOUND_FIELDS, type TableField } from './data-file';

/** One column as DuckDB's RETURN_STATS tells it; `valueCount` includes nulls. */
export interface ColumnText {
  readonly nullCount: number;
  readonly valueCount: number;
  readonly sizeBytes?: number;
  readonly min?: string;
  readonly max?: string;
}

/** DuckDB shortens text statistics from this many bytes on, without saying so. */
const SHORTENED_FROM_BYTES = 256;
const MICROS_PER_DAY = 86_400_000_000n;

/** Days since 1970-01-01; years 1 to 9999 only. */
function days(text: string): number | undefined {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!found) return undefined;
  const [year, month, day] = [Number(found[1]), Number(found[2]), Number(found[3])];
  // setUTCFullYear, because Date.UTC reads the years 0 to 99 as 1900 to 1999.
  const at = new Date(0).setUTCFullYear(year, month - 1, day);
  return new Date(at).getUTCMonth() === month - 1 ? at / 86_400_000 : undefined;
}

function micros(text: string): bigint | undefined {
  const found = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,6}))?$/.exec(text);
  const day = found ? days(found[1]!) : undefined;
  if (!found || day === undefined) return undefined;
  const seconds = Number(found[2]) * 3600 + Number(found[3]) * 60 + Number(found[4]);
  return BigInt(day) * MICROS_PER_DAY + BigInt(seconds) * 1_000_000n + BigInt((found[5] ?? '').padEnd(6, '0'));
}

function unscaled(text: string, scale: number): bigint | undefined {
  const found = /^(-?)(\d*)(?:\.(\d+))?$/.exec(text);
  if (!found || (found[2] === '' && found[3] === undefined)) return undefined;
  const fraction = found[3] ?? '';
  if (fraction.length > scale) return undefined;
  const digits = BigInt(`${found[2]}${fraction.padEnd(scale, '0')}`);
  return found[1] === '-' ? -digits : digits;
}

/** The value a statistics text spells, undefined when it does not spell one exactly. */
export function valueFromText(type: string, text: string): BoundValue | undefined {
  const decimal = decimalOf(type);
  if (decimal) return unscaled(text, decimal.scale);
  switch (type) {
    case 'string':
      return text;
    case 'boolean':
      return text === '1' || text === 'true' ? true : text === '0' || text === 'false' ? false : undefined;
    case 'int':
      return /^-?\d{1,10}$/.test(text) ? Number(text) : undefined;
    case 'long':
      return /^-?\d{1,19}$/.test(text) ? BigInt(text) : undefined;
    case 'double': {
      const value = /^-?\d/.test(text) ? Number(text) : Number.NaN;
      return Number.isFinite(value) ? value : undefined;
    }
    case 'date':
      return days(text);
    case 'timestamp':
      return micros(text);
    default:
      return undefined;
  }
}

function bound(field: TableField, text: string | undefined, side: 'lower' | 'upper'): Uint8Array | undefined {
  const value = text === undefined ? undefined : valueFromText(field.type, text);
  if (value === undefined) return undefined;
  if (typeof value === 'string') {
    if (FULL_BOUND_FIELDS.includes(field.id))
      return Buffer.byteLength(value) < SHORTENED_FROM_BYTES ? encodeBound('string', value) : undefined;
    const kept = side === 'lower' ? lowerTextBound(value) : upperTextBound(value);
    return kept === undefined ? undefined : encodeBound('string', kept);
  }
  // The spec orders -0 below 0; a writer's text does not say which one it saw.
  if (field.type === 'double' && value === 0) return encodeBound('double', side === 'lower' ? -0 : 0);
  return encodeBound(field.type, value);
}

/**
 * Figures of the columns that may be kept in a manifest: `boundedFieldIds` and the lineage columns that say whose rows
 * a file holds. Other columns are left out altogether (metrics `none`), so a personal column leaks nothing.
 * @param texts by column name
 */
export function statsFromText(
  fields: readonly TableField[],
  texts: ReadonlyMap<string, ColumnText>,
  boundedFieldIds: readonly number[],
): ReadonlyMap<number, ColumnStat> {
  const stats = new Map<number, ColumnStat>();
  for (const field of fields) {
    const text = texts.get(field.name);
    if (!text || !(boundedFieldIds.includes(field.id) || FULL_BOUND_FIELDS.includes(field.id))) continue;
    const lower = bound(field, text.min, 'lower');
    const upper = bound(field, text.max, 'upper');
    stats.set(field.id, {
      ...(text.sizeBytes === undefined ? {} : { sizeBytes: text.sizeBytes }),
      valueCount: text.valueCount,
      nullCount: text.nullCount,
      ...(lower && upper ? { lower, upper } : {}),
    });
  }
  return stats;
}
