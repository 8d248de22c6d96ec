// SQL that turns the text of a cell into a typed value, or NULL where the text is no such value. Casts of the engine
// are lax (12.6 → 13, year 24 → 0024), so each is guarded. Common spellings are tried first: this runs a billion times.
import type { CodeRow, Column, Contract, DecimalStyle } from '../contract/contract';
import { searchKey } from '../text';
import { sqlList, sqlString } from './sql-text';

/** Dates outside are typing errors: the oldest decisions cited are of the 20th century. */
export const MIN_YEAR = 1900;
export const MAX_YEAR = 2100;

const TRUE_WORDS = ['co', 'c', 'true', '1', 'yes', 'y', 'dung'];
const FALSE_WORDS = ['khong', 'k', 'false', '0', 'no', 'n', 'sai'];

/** Text of a cell without outer white space and without "no value" marks; NULL when nothing is left. */
export function cellSql(raw: string, nullTokens: readonly string[], padded: boolean): string {
  const trimmed = padded ? `nullif(trim(${raw}, ' \t\r\n\u00a0'), '')` : raw;
  if (nullTokens.length === 0) return trimmed;
  const tests = nullTokens.map((token) => `${trimmed} = ${sqlString(token)}`).join(' OR ');
  return `CASE WHEN ${tests} THEN NULL ELSE ${trimmed} END`;
}

/**
 * A typed value in two steps, because the engine evaluates an expression again wherever it stands inside a CASE:
 * `staged` is computed once under the name given, `value` guards it.
 */
export interface ValueSql {
  readonly staged: string | undefined;
  readonly value: string;
}

/**
 * @param cell SQL name of the cleaned text
 * @param stage SQL name `value` may use for what `staged` gives
 */
export function valueSql(
  cell: string,
  stage: string,
  column: Column,
  contract: Contract,
  codes: readonly CodeRow[] | undefined,
): ValueSql {
  const style = column.decimalStyle ?? contract.intake.decimalStyle;
  const { type } = column;
  if (codes)
    return { staged: undefined, value: codeSql(cell, codes, type.kind === 'string' ? sqlString : (code) => code) };
  switch (type.kind) {
    case 'string':
      return { staged: undefined, value: cell };
    case 'integer':
      return integerSql(cell, stage, 'INTEGER', style);
    case 'long':
      return integerSql(cell, stage, 'BIGINT', style);
    case 'decimal':
      return {
        staged: undefined,
        value: decimalSql(cell, `DECIMAL(${type.precision},${type.scale})`, type.scale, style),
      };
    case 'double':
      return {
        staged: decimalSql(cell, 'DOUBLE', undefined, style),
        value: `CASE WHEN isfinite(${stage}) THEN ${stage} END`,
      };
    case 'boolean':
      return { staged: undefined, value: booleanSql(cell) };
    case 'date':
      return {
        staged: parsedDate(cell, column.datePatterns ?? contract.intake.datePatterns),
        value: `CASE WHEN ${inRange(stage)} THEN CAST(${stage} AS DATE) END`,
      };
    case 'timestamp':
      return timestampSql(cell, stage, column.datePatterns ?? contract.intake.timestampPatterns);
  }
}

/** The same words without case and diacritics: slow, so only where the quick comparison failed. */
const keySql = (cell: string): string =>
  `trim(regexp_replace(replace(strip_accents(lower(${cell})), 'đ', 'd'), '[^a-z0-9]+', ' ', 'g'))`;

function codeSql(cell: string, codes: readonly CodeRow[], literal: (code: string) => string): string {
  const exact = codes.map((row) => `WHEN ${sqlString(row.ma ?? '')} THEN ${literal(row.ma ?? '')}`).join(' ');
  const labels = new Map<string, string>();
  for (const row of codes) for (const text of [row.ma, row.ten]) if (text) labels.set(searchKey(text), row.ma ?? '');
  const spelled = [...labels].map(([key, code]) => `WHEN ${sqlString(key)} THEN ${literal(code)}`).join(' ');
  return `CASE ${cell} ${exact} ELSE CASE ${keySql(cell)} ${spelled} END END`;
}

function integerSql(cell: string, stage: string, type: string, style: DecimalStyle): ValueSql {
  const number = `try_cast(${plainNumber(cell, style, true)} AS ${type})`;
  return {
    staged: `try_cast(${cell} AS ${type})`,
    value: `CASE WHEN CAST(${stage} AS VARCHAR) = ${cell} THEN ${stage} WHEN regexp_full_match(${cell}, ${sqlString(numberPattern(style, 0))}) THEN ${number} END`,
  };
}

function decimalSql(cell: string, type: string, scale: number | undefined, style: DecimalStyle): string {
  return `CASE WHEN regexp_full_match(${cell}, ${sqlString(numberPattern(style, scale))}) THEN try_cast(${plainNumber(cell, style, false)} AS ${type}) END`;
}

/** @param scale most digits after the mark; 0: only zeros may follow it; undefined: any number */
export function numberPattern(style: DecimalStyle, scale: number | undefined): string {
  const fraction = scale === undefined ? '\\d+' : scale === 0 ? '0+' : `\\d{1,${scale}}0*`;
  switch (style) {
    case 'vi':
      return `[+-]?(?:\\d{1,3}(?:\\.\\d{3})+|\\d+)(?:,${fraction})?`;
    case 'en':
      return `[+-]?(?:\\d{1,3}(?:,\\d{3})+|\\d+)(?:\\.${fraction})?`;
    case 'plain':
      return `[+-]?\\d+(?:\\.${fraction})?`;
    case 'either':
      return `[+-]?\\d+(?:[.,]${fraction})?`;
  }
}

/** The number with a point as decimal mark and no thousands marks; `whole` drops the fraction (known to be zeros). */
function plainNumber(cell: string, style: DecimalStyle, whole: boolean): string {
  const mark = style === 'vi' || style === 'either' ? ',' : '.';
  const grouped = style === 'vi' ? `replace(${cell}, '.', '')` : style === 'en' ? `replace(${cell}, ',', '')` : cell;
  const pointed = mark === ',' ? `replace(${grouped}, ',', '.')` : grouped;
  return whole ? `split_part(${pointed}, '.', 1)` : pointed;
}

function booleanSql(cell: string): string {
  return `CASE WHEN ${cell} = 'Có' THEN true WHEN ${cell} = 'Không' THEN false WHEN list_contains(${sqlList(TRUE_WORDS)}, ${keySql(cell)}) THEN true WHEN list_contains(${sqlList(FALSE_WORDS)}, ${keySql(cell)}) THEN false END`;
}

const ISO_WITH_OFFSET =
  '\\d{4}-\\d{2}-\\d{2}[T ]\\d{2}:\\d{2}(?::\\d{2}(?:\\.\\d+)?)?(?:Z|[+-](?:0\\d|1[0-4])(?::?[0-5]\\d)?)';

/** Vietnamese wall time; a text with an offset is moved to UTC+7 (Vietnam has one zone and no summer time). */
function timestampSql(cell: string, stage: string, patterns: readonly string[]): ValueSql {
  const local = patterns.filter((pattern) => !pattern.includes('%z'));
  // The engine's own cast drops the offset without a word, so it is taken off and counted here.
  const wall = `try_cast(regexp_replace(${cell}, '(Z|[+-]\\d{2}(:?\\d{2})?)$', '') AS TIMESTAMP)`;
  const offset = `regexp_extract(${cell}, '([+-]\\d{2}):?(\\d{2})?$'`;
  const minutes = `coalesce(try_cast(${offset}, 1) AS INTEGER) * 60 + CASE WHEN ${offset}, 1) LIKE '-%' THEN -1 ELSE 1 END * coalesce(try_cast(${offset}, 2) AS INTEGER), 0), 0)`;
  const iso = `${wall} + to_minutes(420 - (${minutes}))`;
  return {
    staged: parsedDate(cell, local),
    value: `CASE WHEN ${inRange(stage)} THEN ${stage} WHEN ${stage} IS NULL AND regexp_full_match(${cell}, ${sqlString(ISO_WITH_OFFSET)}) AND ${inRange(wall)} THEN ${iso} END`,
  };
}

const patternList = (patterns: readonly string[]): string =>
  patterns.length === 1 ? sqlString(patterns[0]!) : sqlList(patterns);

const FIELD_WIDTHS: Readonly<Record<string, number>> = { '%d': 2, '%m': 2, '%Y': 4, '%H': 2, '%M': 2, '%S': 2 };

/**
 * The date a text spells, by the pattern of its own shape first: a list of patterns costs ten times as much, because the
 * engine tries and fails through it. Texts of another shape (5/10/2026) still go through the whole list.
 */
function parsedDate(cell: string, patterns: readonly string[]): string {
  const shapes = patterns.flatMap((pattern) => shapeOf(pattern) ?? []);
  const branches = new Map<string, string[]>();
  for (const shape of shapes) {
    const twins = shapes.filter((other) => other.length === shape.length);
    const marked =
      twins.length > 1 && shape.mark !== undefined
        ? ` AND ${cell}[${shape.mark.at}] = ${sqlString(shape.mark.text)}`
        : '';
    const test = `strlen(${cell}) = ${shape.length}${marked}`;
    branches.set(test, [...(branches.get(test) ?? []), shape.pattern]);
  }
  // The other patterns stand behind: 1/2/2026 8:05:30 is as long as dd/MM/yyyy HH:mm. They cost only where the first fails.
  const cases = [...branches].map(([test, group]) => {
    const others = patterns.filter((pattern) => !group.includes(pattern));
    return `WHEN ${test} THEN try_strptime(${cell}, ${patternList([...group, ...others])})`;
  });
  const any = `try_strptime(${cell}, ${patternList(patterns)})`;
  return cases.length === 0 ? any : `CASE ${cases.join(' ')} ELSE ${any} END`;
}

interface Shape {
  readonly pattern: string;
  readonly length: number;
  /** The first separator and where it stands, from 1: tells patterns of one length apart. */
  readonly mark: { readonly at: number; readonly text: string } | undefined;
}

/** undefined for patterns of no fixed length. */
function shapeOf(pattern: string): Shape | undefined {
  let length = 0;
  let mark: Shape['mark'];
  for (const [part] of pattern.matchAll(/%.|[^%]/g)) {
    const width = part.startsWith('%') ? FIELD_WIDTHS[part] : part.length;
    if (width === undefined) return undefined;
    length += width;
    if (!part.startsWith('%')) mark ??= { at: length, text: part };
  }
  return { pattern, length, mark };
}

const inRange = (value: string): string =>
  `${value} >= DATE '${MIN_YEAR}-01-01' AND ${value} < DATE '${MAX_YEAR}-01-01'`;
