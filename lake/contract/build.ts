// Judged shapes -> Contract, with every default filled in. Mistakes that need two places at once come out as problems.
import type { CodeListRef, Column, Contract, RowRule } from './contract';
import type { PathPart, Problem } from './problem';
import type {
  ColumnProperties,
  DatasetProperties,
  OdcsDocument,
  OdcsProperty,
  OdcsSqlRule,
  RuleProperties,
} from './shape';
import { readPredicate } from './sql-rule';
import { columnType, PHYSICAL_TYPES } from './types';

export interface Shaped {
  readonly document: OdcsDocument;
  readonly dataset: DatasetProperties;
  readonly columns: readonly ColumnProperties[];
  /** By index in `quality`; undefined for library rules. */
  readonly rules: readonly (RuleProperties | undefined)[];
}

/** A file with no data row would silently empty a period. */
const DEFAULT_MIN_ROWS = 1;

const OPTIONS_BY_TYPE: Readonly<Record<string, readonly string[]>> = {
  string: ['pattern', 'minLength', 'maxLength'],
  integer: ['minimum', 'maximum'],
  number: ['minimum', 'maximum'],
  timestamp: ['timezone', 'defaultTimezone'],
};

function codeListOf(
  list: ColumnProperties['codeList'],
  path: readonly PathPart[],
  problems: Problem[],
): CodeListRef | undefined {
  if (list === undefined) return undefined;
  const { file, table, column, validAt, editions, severity } = list;
  if (file !== undefined && Object.keys(list).length === 1) return { kind: 'file', file };
  if (file === undefined && table !== undefined && column !== undefined && severity !== undefined)
    return {
      kind: 'table',
      table,
      column,
      severity,
      ...(validAt === undefined ? {} : { validAt }),
      ...(editions === undefined ? {} : { editions }),
    };
  problems.push({
    code: 'C_CODE_LIST',
    path,
    found: JSON.stringify(list),
    expected: ['{file}', '{table, column, severity, validAt?, editions?}'],
    message: {
      vi: 'Danh mục phải là {file} hoặc {table, column, severity, validAt?, editions?}.',
      en: 'A code list is either {file} or {table, column, severity, validAt?, editions?}.',
    },
  });
  return undefined;
}

function columnOf(
  p: OdcsProperty,
  own: ColumnProperties,
  path: readonly PathPart[],
  problems: Problem[],
): Column | undefined {
  const type = columnType(p.logicalType, p.physicalType);
  const { codeList: list, ...rest } = own;
  const codeList = codeListOf(list, [...path, 'customProperties', 'codeList'], problems);
  if (type === undefined) {
    const allowed = PHYSICAL_TYPES[p.logicalType] ?? [];
    problems.push({
      code: 'C_TYPE',
      path: [...path, 'physicalType'],
      found: p.physicalType ?? null,
      expected: allowed,
      message: {
        vi: `Cột ${p.name}: logicalType ${p.logicalType} cần physicalType: ${allowed.join(' | ')}.`,
        en: `Column ${p.name}: logicalType ${p.logicalType} takes physicalType: ${allowed.join(' | ')}.`,
      },
    });
    return undefined;
  }
  const { timezone: _timezone, defaultTimezone: _zone, ...limits } = p.logicalTypeOptions ?? {};
  const allowed = OPTIONS_BY_TYPE[p.logicalType] ?? [];
  for (const option of Object.keys(p.logicalTypeOptions ?? {}))
    if (!allowed.includes(option))
      problems.push({
        code: 'C_UNKNOWN',
        path: [...path, 'logicalTypeOptions', option],
        atKey: true,
        found: option,
        expected: allowed,
        message: {
          vi: `Cột ${p.name} kiểu ${p.logicalType} không dùng "${option}". Được dùng: ${allowed.join(', ') || 'không có tùy chọn nào'}.`,
          en: `Column ${p.name} of type ${p.logicalType} has no "${option}". Allowed: ${allowed.join(', ') || 'none'}.`,
        },
      });
  const example = p.examples[0];
  return {
    name: p.name,
    businessName: p.businessName,
    description: p.description,
    type,
    required: p.required,
    keyPosition: p.primaryKey ? (p.primaryKeyPosition ?? 1) : 0,
    ...limits,
    ...rest,
    ...(codeList === undefined ? {} : { codeList }),
    ...(example === undefined ? {} : { example: String(example) }),
  };
}

function ruleOf(
  rule: OdcsSqlRule,
  own: RuleProperties,
  names: readonly string[],
  path: readonly PathPart[],
  problems: Problem[],
): RowRule | undefined {
  const read = readPredicate(rule.query, names);
  if ('violation' in read)
    return {
      id: rule.id,
      description: { vi: rule.description, en: own.descriptionEn },
      violation: read.violation,
      columns: own.columns,
      fix: { vi: own.fix, en: own.fixEn },
      severity: rule.severity,
    };
  for (const { message, found, expected } of read)
    problems.push({
      code: 'C_RULE',
      path: [...path, 'query'],
      found,
      expected,
      message: { vi: `Quy tắc ${rule.id}: ${message.vi}`, en: `Rule ${rule.id}: ${message.en}` },
    });
  return undefined;
}

export interface Built {
  /** Undefined when a column could not be read; to be used only when there are no problems. */
  readonly contract: Contract | undefined;
  /** Index in `quality` of each rule of the contract. */
  readonly ruleIndexes: readonly number[];
  readonly problems: readonly Problem[];
}

export function buildContract(shaped: Shaped): Built {
  const { document, dataset } = shaped;
  const table = document.schema[0];
  if (table === undefined) return { contract: undefined, ruleIndexes: [], problems: [] };
  const problems: Problem[] = [];
  const names = table.properties.map((p) => p.name);
  const columns = table.properties.flatMap((p, i) => {
    const own = shaped.columns[i];
    const column = own && columnOf(p, own, ['schema', 0, 'properties', i], problems);
    return column ? [column] : [];
  });
  const ruleIndexes: number[] = [];
  let minRows = DEFAULT_MIN_ROWS;
  const rules = table.quality.flatMap((rule, i) => {
    if (rule.type === 'library') {
      minRows = rule.mustBeGreaterOrEqualTo ?? (rule.mustBeGreaterThan ?? 0) + 1;
      return [];
    }
    const own = shaped.rules[i];
    const read = own && ruleOf(rule, own, names, ['schema', 0, 'quality', i], problems);
    if (!read) return [];
    ruleIndexes.push(i);
    return [read];
  });
  const { intake, agency, ...rest } = dataset;
  const contract: Contract = {
    id: document.id,
    name: `${agency}/${table.name}`,
    agency,
    dataset: table.name,
    title: table.businessName,
    description: document.description.purpose,
    version: document.version,
    grain: table.dataGranularityDescription,
    ...rest,
    intake: { ...intake, minRows },
    columns,
    rules,
  };
  return { contract: columns.length === names.length ? contract : undefined, ruleIndexes, problems };
}
