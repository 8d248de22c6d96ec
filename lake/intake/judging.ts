// The contract as one SELECT: cells → typed values → verdict of each row. The quick pass keeps rows no check objects
// to; the slow pass asks the same checks, one by one, about the rows the quick pass left out.
import type { CodeLists, Column, Contract, RowRule, Severity } from '../contract/contract';
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
  /** For types and codes: true where the cell holds no value. */
  readonly none?: string;
}

/** A code list kept as a lake table; each edition is an ENUM type of the engine, because casting to one is the quickest look-up. */
export interface Reference {
  readonly column: Column;
  /** Oldest first; `from` null: open start. One entry without dates when they do not matter. */
  readonly editions: readonly { readonly type: string; readonly from: string | null }[];
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
  /** Rows numbered in file order as `_row`, with cells `c_…`, values under their own names, and `ok`: no check objects. */
  rows(source: string): string;
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
    // Values of other types than text are NULL for a mark of "no value" anyway; their checks look for it.
    const tokens = column.type.kind === 'string' ? tokensOf(column, contract) : [];
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
  const cellChecks = contract.columns.flatMap((column) => columnChecks(column, contract, present.has(column)));
  const checks = [...cellChecks, ...rowChecks(contract, input.references, 'error')];
  const ok = [...quickConditions(checks), ...(input.padded ? [] : trimmedConditions(checks, input.fields))];
  return {
    csvColumns: `{${input.fields.map((_, i) => `'f${i}': 'VARCHAR'`).join(', ')}}`,
    checks,
    rows(source) {
      const cellLayer = `SELECT ${cells.join(', ')} FROM ${source}`;
      const stageLayer = stages.length > 0 ? `SELECT *, ${stages.join(', ')} FROM (${cellLayer})` : cellLayer;
      const valueLayer = `SELECT *, ${values.join(', ')} FROM (${stageLayer})`;
      const okLayer = `SELECT *, ${ok.length > 0 ? ok.join(' AND ') : 'true'} AS ok FROM (${valueLayer})`;
      // The window stands between the values and every filter: a filter pushed below it would compute the values twice.
      return `SELECT row_number() OVER () AS _row, * FROM (${okLayer})`;
    },
  };
}

/** The contract's row rules and references of one severity. */
export function rowChecks(contract: Contract, references: readonly Reference[], severity: Severity): Check[] {
  const rules = contract.rules
    .filter((rule) => rule.severity === severity)
    .map(
      (rule): Check => ({
        kind: 'rule',
        column: ruleColumn(rule, contract),
        rule,
        violation: `coalesce((${rule.violation}), false)`,
      }),
    );
  const lists = references
    .filter(({ column }) => column.codeList?.kind === 'table' && column.codeList.severity === severity)
    .map(
      (reference): Check => ({ kind: 'reference', column: reference.column, violation: referenceViolation(reference) }),
    );
  return [...rules, ...lists];
}

const tokensOf = (column: Column, contract: Contract): readonly string[] =>
  column.nullTokens ?? contract.intake.nullTokens;

/**
 * The checks as conditions a good row meets; NULL counts as not met. They say the same as the violations in fewer words,
 * because a million rows are asked: a required column with a pattern needs one question, not three.
 */
function quickConditions(checks: readonly Check[]): string[] {
  const has = (column: Column, ...kinds: Check['kind'][]) =>
    checks.some((check) => check.column === column && kinds.includes(check.kind));
  return checks.flatMap((check) => {
    const { column, kind } = check;
    const value = sqlName(column.name);
    if (kind === 'required' && has(column, 'type', 'code')) return [`${value} IS NOT NULL`];
    if (kind === 'required' && has(column, 'pattern')) return [];
    if (kind === 'type' || kind === 'code') {
      // Values first: an empty cell and a right one are told apart from a wrong one without looking at its text.
      return column.required ? [] : [`(${value} IS NOT NULL OR ${check.none ?? 'false'})`];
    }
    if (kind === 'pattern') {
      const matches = `regexp_full_match(${cellName(column)}, ${sqlString(column.pattern ?? '')})`;
      return [column.required ? matches : `(${cellName(column)} IS NULL OR ${matches})`];
    }
    if (kind === 'rule') return [`(${check.rule?.violation ?? 'false'}) IS NOT TRUE`];
    return [`NOT ${check.violation}`];
  });
}

/** Texts nothing else looks at must not begin or end with a space, where nobody looked for that before. */
function trimmedConditions(checks: readonly Check[], fields: readonly (Column | undefined)[]): string[] {
  return fields.flatMap((column) => {
    if (
      column?.type.kind !== 'string' ||
      checks.some((check) => check.column === column && (check.kind === 'pattern' || check.kind === 'code'))
    )
      return [];
    const cell = cellName(column);
    // Anything up to the space in the order of characters is white space or a control character.
    return [`(${cell} IS NULL OR (${cell} >= '!' AND NOT ends_with(${cell}, ' ')))`];
  });
}

export function codesOf(column: Column, codeLists: CodeLists) {
  if (column.codeList?.kind !== 'file') return undefined;
  const rows = codeLists.get(column.codeList.file);
  if (!rows)
    throw new FaultError('F_CODE_LIST', `code list ${column.codeList.file} of column ${column.name} is not loaded`);
  return rows;
}

function columnChecks(column: Column, contract: Contract, present: boolean): Check[] {
  const cell = cellName(column);
  const tokens = column.type.kind === 'string' ? [] : tokensOf(column, contract);
  const none = [`${cell} IS NULL`, ...tokens.map((token) => `${cell} = ${sqlString(token)}`)].join(' OR ');
  const value = sqlName(column.name);
  const checks: Check[] = [];
  const add = (kind: Check['kind'], violation: string, none?: string) =>
    checks.push({ kind, column, violation, ...(none === undefined ? {} : { none }) });
  if (column.required) add('required', `coalesce(${none}, true)`);
  if (!present) return checks;
  const unread = `(${value} IS NULL AND NOT coalesce(${none}, true))`;
  if (column.codeList?.kind === 'file') add('code', unread, none);
  else if (column.type.kind !== 'string') add('type', unread, none);
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

function ruleColumn(rule: RowRule, contract: Contract): Column {
  const column = contract.columns.find((candidate) => candidate.name === rule.columns[0]) ?? contract.columns[0];
  if (!column) throw new FaultError('F_CONTRACT', `contract ${contract.name} has no columns`);
  return column;
}

/** True where the code does not stand in the list, or not in the edition of the row's date. */
function referenceViolation(reference: Reference): string {
  const ref = reference.column.codeList;
  const value = sqlName(reference.column.name);
  const absent = (type: string) => `try_cast(${value} AS ${type}) IS NULL`;
  const [oldest, ...later] = reference.editions;
  if (!oldest) throw new FaultError('F_REFERENCE', `reference of ${reference.column.name} has no edition`);
  if (ref?.kind !== 'table' || ref.validAt === undefined) return `(${value} IS NOT NULL AND ${absent(oldest.type)})`;
  const date = sqlName(ref.validAt);
  const newestFirst = later
    .flatMap(({ from, type }) =>
      from === null ? [] : [`WHEN ${date} >= DATE ${sqlString(from)} THEN ${absent(type)}`],
    )
    .reverse();
  // Before the first known day nothing better is known than the oldest edition.
  const dated =
    newestFirst.length === 0 ? absent(oldest.type) : `CASE ${newestFirst.join(' ')} ELSE ${absent(oldest.type)} END`;
  return `(${value} IS NOT NULL AND ${date} IS NOT NULL AND ${dated})`;
}
