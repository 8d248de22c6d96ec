// One spelling for every value, so that what readers of different languages give can be compared as text.
import type { TableField } from '../../lake/table/data-file';

/** Column name → canonical text, null for no value. */
export type Row = Readonly<Record<string, string | null>>;

/**
 * What all readers must agree on: decimals with all digits of their scale, timestamps with six, doubles as JavaScript
 * prints them.
 */
export function canonical(type: string, text: string | null): string | null {
  if (text === null) return null;
  if (type === 'double') return String(Number(text));
  if (type === 'timestamp') {
    const [, day, time, fraction = ''] = /^([\d-]+)[ T](\d\d:\d\d:\d\d)(?:\.(\d+))?$/.exec(text) ?? [];
    return day === undefined ? `? ${text}` : `${day} ${time}.${fraction.padEnd(6, '0')}`;
  }
  const scale = /^decimal\(\d+, ?(\d+)\)$/.exec(type)?.[1];
  if (scale === undefined || Number(scale) === 0) return text;
  const [whole = '', fraction = ''] = text.split('.');
  return `${whole}.${fraction.padEnd(Number(scale), '0')}`;
}

/** Rows as one sorted list of texts: equal lists are equal multisets of rows. */
export function multiset(fields: readonly Pick<TableField, 'name' | 'type'>[], rows: readonly Row[]): string[] {
  return rows.map((row) => JSON.stringify(fields.map(({ name, type }) => canonical(type, row[name] ?? null)))).sort();
}

/** Order of two values of a type: numbers by size, text by its UTF-8 bytes. */
export function compare(type: string, a: string, b: string): number {
  if (type === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  if (type === 'double') return Number(a) - Number(b);
  if (type === 'date' || type === 'timestamp' || type === 'boolean') return a < b ? -1 : a > b ? 1 : 0;
  const digits = (text: string) => BigInt((canonical(type, text) ?? '').replace('.', ''));
  const [x, y] = [digits(a), digits(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

const OPERATORS = ['=', '<', '>=', 'is null', 'is not null'] as const;

export interface Filter {
  readonly column: string;
  readonly type: string;
  readonly operator: (typeof OPERATORS)[number];
  /** Canonical text. */
  readonly value: string | null;
}

export function matches(filter: Filter, row: Row): boolean {
  const value = canonical(filter.type, row[filter.column] ?? null);
  if (filter.operator === 'is null') return value === null;
  if (filter.operator === 'is not null') return value !== null;
  if (value === null || filter.value === null) return false;
  const order = compare(filter.type, value, filter.value);
  return filter.operator === '=' ? order === 0 : filter.operator === '<' ? order < 0 : order >= 0;
}

/** Filters whose edges are values of the column: where a wrong bound would hide a row. */
export function filtersOf(fields: readonly TableField[], rows: readonly Row[], bounded: readonly number[]): Filter[] {
  const filters: Filter[] = [];
  for (const { id, name, type } of fields) {
    if (!bounded.includes(id)) continue;
    const values = [...new Set(rows.flatMap((row) => canonical(type, row[name] ?? null) ?? []))];
    values.sort((a, b) => compare(type, a, b));
    const edges = new Set([values[0], values[1], values[Math.floor(values.length / 2)], values.at(-1)]);
    for (const operator of OPERATORS) {
      if (operator.startsWith('is')) filters.push({ column: name, type, operator, value: null });
      // Readers do not order truth values.
      else if (type !== 'boolean' || operator === '=')
        for (const value of edges) if (value !== undefined) filters.push({ column: name, type, operator, value });
    }
  }
  return filters;
}

/** Names a row across readers. */
export function rowName(row: Row): string {
  return `${row._submission}#${row._row}`;
}
