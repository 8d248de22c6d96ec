// The contract as one SELECT: cells → typed values → verdict of each row. The quick pass keeps rows no check objects
// to; the slow pass asks the same checks, one by one, about the rows the quick pass left out.
import type { CodeLists, Column, Contract, RowRule } from '../contract/contract';
import { duckdbType } from '../contract/types';
import { FaultError } from '../errors';
import { sqlName, sqlString } from './sql-text';
import { cellSql, valueSql } from './values';

/** Why a row or cell is refused; `violation` is never NULL. */
export interface Check {
  readonly kind: 'required' | 'type' | 'code' | 'pattern' | 'length' | 'range' | 'reference' | 'rule';
  readonly column: Column;
  readonly rule?: RowRule;
  readonly violation: string;
}

/** A code list kept as a lake table: codes, each with the editions it stands in. */
export interface Reference {
  readonly column: Column;
  /** Temporary table (code VARCHAR, editions UBIGINT bit set). */
  readonly table: string;
  /** First day of each edition, oldest first; null: open start. Empty: dates do not matter. */
  readonly editions: readonly { readonly period: string; readonly from: string | null }[];
}

export interface JudgingInput {
  readonly contract: Contract;
  readonly codeLists: CodeLists;
  readonly references: readonly Reference[];
  /** Contract column at each field of the file, or undefined where a field is kept out. */
  readonly fields: readonly (Column | undefined)[];
  readonly padded: boolean;
}

export interface Judging {
  /** Names and types for read_csv. */
  readonly csvColumns: string;
  readonly checks: readonly Check[];
  /** Rows numbered in file order as `_row`, with cells `c_…`, values under their own names and `ok`. */
  numbered(source: string): string;
  /** `numbered` with references joined, and the condition under which a row is kept. */
  joined(source: string): string;
  readonly kept: string;
}

const cellName = (column: Column): string => sqlName(`c_${column.name}`);
const stageName = (column: Column): string => sqlName(`s_${column.name}`);

export function planJudging(input: JudgingInput): Judging {
  const { contract } = input;
  const present = new Set(input.fields);
  const cells: string[] = [];
  const stages: string[] = [];
  const values: string[] = [];
  for (const column of contract.columns) {
    const type = duckdbType(column.type);
    if (!present.has(column)) {
      cells.push(`CAST(NULL AS VARCHAR) AS ${cellName(column)}`);
      values.push(`CAST(NULL AS ${type}) AS ${sqlName(column.name)}`);
      continue;
    }
    const raw = sqlName(`f${input.fields.indexOf(column)}`);
    const tokens = column.nullTokens ?? contract.intake.nullTokens;
    cells.push(`${cellSql(raw, tokens, input.padded)} AS ${cellName(column)}`);
    const { staged, value } = valueSql(
      cellName(column),
      stageName(column),
      column,
      contract,
      codesOf(column, input.codeLists),
    );
    if (staged !== undefined) stages.push(`${staged} AS ${stageName(column)}`);
    values.push(
      column.type.kind === 'string' && value === cellName(column)
        ? `${value} AS ${sqlName(column.name)}`
        : `CAST(${value} AS ${type}) AS ${sqlName(column.name)}`,
    );
  }
  const cellChecks = contract.columns.flatMap((column) => columnChecks(column, present.has(column)));
  const ruleChecks = contract.rules
    .filter((rule) => rule.severity === 'error')
    .map(
      (rule): Check => ({
        kind: 'rule',
        column: ruleColumn(rule, contract),
        rule,
        violation: `coalesce((${rule.violation}), false)`,
      }),
    );
  const referenceChecks = input.references
    .filter(
      (reference) => reference.column.codeList?.kind === 'table' && reference.column.codeList.severity === 'error',
    )
    .map(
      (reference): Check => ({ kind: 'reference', column: reference.column, violation: referenceViolation(reference) }),
    );
  const ok = [...cellChecks, ...ruleChecks].map((check) => `NOT ${check.violation}`);
  const numbered = (source: string): string => {
    const cellLayer = `SELECT ${cells.join(', ')} FROM ${source}`;
    const stageLayer = stages.length > 0 ? `SELECT *, ${stages.join(', ')} FROM (${cellLayer})` : cellLayer;
    const valueLayer = `SELECT *, ${values.join(', ')} FROM (${stageLayer})`;
    const okLayer = `SELECT *, ${ok.length > 0 ? ok.join(' AND ') : 'true'} AS ok FROM (${valueLayer})`;
    // The window stands between the values and every filter: a filter pushed below it would compute the values twice.
    return `SELECT row_number() OVER () AS _row, * FROM (${okLayer})`;
  };
  const joined = (source: string): string =>
    input.references.reduce(
      (sql, reference) =>
        `SELECT j.*, ${reference.table}.editions AS ${sqlName(`e_${reference.column.name}`)} FROM (${sql}) j LEFT JOIN ${reference.table} ON ${reference.table}.code = j.${sqlName(reference.column.name)}`,
      numbered(source),
    );
  return {
    csvColumns: `{${input.fields.map((_, i) => `'f${i}': 'VARCHAR'`).join(', ')}}`,
    checks: [...cellChecks, ...ruleChecks, ...referenceChecks],
    numbered,
    joined,
    kept: ['ok', ...referenceChecks.map((check) => `NOT ${check.violation}`)].join(' AND '),
  };
}

export function codesOf(column: Column, codeLists: CodeLists) {
  if (column.codeList?.kind !== 'file') return undefined;
  const rows = codeLists.get(column.codeList.file);
  if (!rows)
    throw new FaultError('F_CODE_LIST', `code list ${column.codeList.file} of column ${column.name} is not loaded`);
  return rows;
}

function columnChecks(column: Column, present: boolean): Check[] {
  const cell = cellName(column);
  const value = sqlName(column.name);
  const checks: Check[] = [];
  const add = (kind: Check['kind'], violation: string) => checks.push({ kind, column, violation });
  if (column.required) add('required', `(${cell} IS NULL)`);
  if (!present) return checks;
  if (column.codeList?.kind === 'file') add('code', `(${value} IS NULL AND ${cell} IS NOT NULL)`);
  else if (column.type.kind !== 'string') add('type', `(${value} IS NULL AND ${cell} IS NOT NULL)`);
  if (column.pattern !== undefined)
    add('pattern', `coalesce(NOT regexp_full_match(${cell}, ${sqlString(column.pattern)}), false)`);
  const lengths = [
    ...(column.minLength === undefined ? [] : [`length(${cell}) < ${column.minLength}`]),
    ...(column.maxLength === undefined ? [] : [`length(${cell}) > ${column.maxLength}`]),
  ];
  if (lengths.length > 0) add('length', `coalesce(${lengths.join(' OR ')}, false)`);
  const limits = [
    ...(column.minimum === undefined ? [] : [`${value} < ${column.minimum}`]),
    ...(column.maximum === undefined ? [] : [`${value} > ${column.maximum}`]),
  ];
  if (limits.length > 0) add('range', `coalesce(${limits.join(' OR ')}, false)`);
  return checks;
}

export function ruleColumn(rule: RowRule, contract: Contract): Column {
  const column = contract.columns.find((candidate) => candidate.name === rule.columns[0]) ?? contract.columns[0];
  if (!column) throw new FaultError('F_CONTRACT', `contract ${contract.name} has no columns`);
  return column;
}

/** True where the code stands in no edition, or not in the edition of the row's date. */
export function referenceViolation(reference: Reference): string {
  const ref = reference.column.codeList;
  const mask = sqlName(`e_${reference.column.name}`);
  const value = sqlName(reference.column.name);
  if (ref?.kind !== 'table' || ref.validAt === undefined || reference.editions.length === 0) {
    return `(${value} IS NOT NULL AND ${mask} IS NULL)`;
  }
  const date = sqlName(ref.validAt);
  const starts = reference.editions
    .map((edition, i) => ({ from: edition.from, i }))
    .filter((edition) => edition.from !== null)
    .reverse();
  // Before the first known day nothing better is known than the oldest edition.
  const index =
    starts.length === 0
      ? '0'
      : `CASE ${starts.map(({ from, i }) => `WHEN ${date} >= DATE ${sqlString(from ?? '')} THEN ${i}`).join(' ')} ELSE 0 END`;
  return `(${value} IS NOT NULL AND ${date} IS NOT NULL AND (${mask} IS NULL OR ((${mask} >> (${index})) & 1) = 0))`;
}
