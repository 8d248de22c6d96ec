// Athena's answer, which is text with types beside it, as an Arrow table: parsed here once, typed as on the other homes.
import type { ColumnInfo } from '@aws-sdk/client-athena';
import type { Data, Table } from 'apache-arrow';
import { FaultError } from '../../lake/errors';
import { bools, dates, decimals, doubles, int32s, int64s, tableOf, texts, timestamps } from '../arrow-data';

type Texts = readonly (string | null)[];

const map = <T>(items: Texts, convert: (text: string) => T): (T | null)[] =>
  items.map((text) => (text === null ? null : convert(text)));

/** @param rows cells by column position; null where Athena leaves the value out */
export function arrowFromTexts(columns: readonly ColumnInfo[], rows: readonly Texts[]): Table {
  const children = columns.map((column, i) => {
    const items = rows.map((row) => row[i] ?? null);
    try {
      return columnData(column, items);
    } catch (cause) {
      throw new FaultError('F_ATHENA', `Column ${column.Name} has type ${column.Type} and a value that is none.`, {
        cause,
      });
    }
  });
  return tableOf(unique(columns.map(({ Name = '' }) => Name)), children, rows.length);
}

/** A second `v` is called `v:1`, as DuckDB's answers have it. */
function unique(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const times = seen.get(name) ?? 0;
    seen.set(name, times + 1);
    return times === 0 ? name : `${name}:${times}`;
  });
}

function columnData({ Type = '', Precision = 0, Scale = 0 }: ColumnInfo, items: Texts): Data {
  switch (Type) {
    case 'boolean':
      return bools(map(items, (text) => text === 'true'));
    case 'tinyint':
    case 'smallint':
    case 'integer':
      return int32s(map(items, whole));
    case 'bigint':
      return int64s(map(items, long));
    case 'real':
    case 'float':
    case 'double':
      return doubles(map(items, double));
    case 'decimal':
      return decimals(
        map(items, (text) => unscaled(text, Scale)),
        Precision,
        Scale,
      );
    case 'date':
      return dates(map(items, days));
    case 'timestamp':
      return timestamps(map(items, micros));
    case 'timestamp with time zone':
      return timestamps(map(items, zoned), 'UTC');
    default:
      return texts(items);
  }
}

function wrong(text: string): never {
  // The text itself may be of a person: it stays out of the message.
  throw new FaultError('F_ATHENA', `a value of ${text.length} characters cannot be read`);
}

function whole(text: string): number {
  return /^-?\d+$/.test(text) ? Number(text) : wrong(text);
}

function long(text: string): bigint {
  return /^-?\d+$/.test(text) ? BigInt(text) : wrong(text);
}

const SPECIAL: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

function double(text: string): number {
  return SPECIAL[text] ?? (/^-?\d+(\.\d+)?(E-?\d+)?$/.test(text) ? Number(text) : wrong(text));
}

function unscaled(text: string, scale: number): bigint {
  const [, sign = '', before = '', after = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? wrong(text);
  if (after.length > scale) wrong(text);
  return BigInt(`${sign}${before}${after.padEnd(scale, '0')}`);
}

function days(text: string): number {
  const ms = /^-?\d{4,}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(ms) ? wrong(text) : ms / 86_400_000;
}

/** `2026-10-05 08:05:00.123456`, with any number of decimals; finer ones than microseconds are cut off. */
function micros(text: string): bigint {
  const [, day = '', time = '', fraction = ''] =
    /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))?$/.exec(text) ?? wrong(text);
  const ms = Date.parse(`${day}T${time}Z`);
  if (Number.isNaN(ms)) wrong(text);
  return BigInt(ms) * 1000n + BigInt(fraction.slice(0, 6).padEnd(6, '0'));
}

/** `… UTC` or `… +07:00`; no names of places, whose offsets would have to be known. */
function zoned(text: string): bigint {
  const [, local = '', sign = '', hours = '0', minutes = '0'] =
    /^(.+) (?:UTC|Z|([+-])(\d\d):(\d\d))$/.exec(text) ?? wrong(text);
  const offset = BigInt(Number(hours) * 60 + Number(minutes)) * 60_000_000n;
  return micros(local) - (sign === '-' ? -offset : offset);
}
