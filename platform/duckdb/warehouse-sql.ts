// SQL that makes tables and code lists visible to the engine. Only text is made here.
import type { CodeRow } from '../../lake/contract/contract';
import { FaultError } from '../../lake/errors';
import { sqlList, sqlName, sqlString } from '../../lake/intake/sql-text';
import type { TableField } from '../../lake/table/data-file';
import { DELETED_PATH_FIELD, DELETED_POSITION_FIELD } from '../../lake/table/deletes';
import { codeListTable } from '../../lake/warehouse/code-list-name';

const TYPES: Readonly<Record<string, string>> = {
  string: 'VARCHAR',
  int: 'INTEGER',
  long: 'BIGINT',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
};

/** The engine's type for an Iceberg primitive. */
export function duckdbType(type: string): string {
  const known = TYPES[type] ?? (/^decimal\(\d+,\s*\d+\)$/.test(type) ? type.toUpperCase() : undefined);
  if (known === undefined) throw new FaultError('F_TABLE_TYPE', `no engine type for Iceberg type ${type}`);
  return known;
}

/** Row-level deletes of one data file, as local files. */
export interface LocalDeletes {
  /** The data file. */
  readonly file: string;
  /** The data file as position deletes call it. */
  readonly named: string;
  readonly positions: readonly string[];
  readonly equalities: readonly { readonly file: string; readonly fields: readonly TableField[] }[];
}

interface TableFiles {
  readonly name: string;
  readonly fields: readonly TableField[];
  readonly files: readonly string[];
  readonly deletes?: readonly LocalDeletes[];
}

/** `options` are further arguments of read_parquet. Absent columns answer NULL. */
function parquet(files: readonly string[], fields: readonly TableField[], options = ''): string {
  const schema = fields.map(
    (field) =>
      `${field.id}: {name: ${sqlString(field.name)}, type: ${sqlString(duckdbType(field.type))}, default_value: NULL}`,
  );
  return `read_parquet(${sqlList(files)}, hive_partitioning = false${options}, schema = map {${schema.join(', ')}})`;
}

/** Columns are found by field id: files written before a column existed answer NULL, a renamed column keeps its values. */
export function tableViewSql({ name, fields, files, deletes = [] }: TableFiles): string {
  if (files.length === 0) {
    const columns = fields.map((field) => `cast(null as ${duckdbType(field.type)}) as ${sqlName(field.name)}`);
    return `create view ${sqlName(name)} as select ${columns.join(', ')} where false`;
  }
  const columns = fields.map((field) => sqlName(field.name)).join(', ');
  const touched = new Set(deletes.map(({ file }) => file));
  const whole = files.filter((file) => !touched.has(file));
  const parts = deletes.map((one) => remainingSql(one, fields));
  if (whole.length > 0) parts.unshift(`select ${columns} from ${parquet(whole, fields)}`);
  return `create view ${sqlName(name)} as ${parts.join(' union all ')}`;
}

const DELETED_PATH: TableField = { id: DELETED_PATH_FIELD, name: 'file_path', type: 'string' };
const DELETED_POSITION: TableField = { id: DELETED_POSITION_FIELD, name: 'pos', type: 'long' };

/** The rows of a data file that no delete hides. Columns are called by their ids inside, so that no name can clash. */
function remainingSql({ file, named, positions, equalities }: LocalDeletes, fields: readonly TableField[]): string {
  const byId = new Map(fields.map((field) => [field.id, field]));
  for (const field of equalities.flatMap((one) => one.fields)) if (!byId.has(field.id)) byId.set(field.id, field);
  const inner = (field: TableField): TableField => ({ ...field, name: `f${field.id}` });
  const columns = fields.map((field) => `d.f${field.id} as ${sqlName(field.name)}`).join(', ');
  const conditions: string[] = [];
  if (positions.length > 0) {
    const gone = parquet(positions, [DELETED_PATH, DELETED_POSITION]);
    conditions.push(
      `d.file_row_number not in (select pos from ${gone} where file_path = ${sqlString(named)} and pos is not null)`,
    );
  }
  for (const one of equalities) {
    const same = one.fields.map((field) => `e.f${field.id} is not distinct from d.f${field.id}`).join(' and ');
    // The delete file's columns as the table has them now, for what was widened since.
    const compared = one.fields.map((field) => inner(byId.get(field.id) ?? field));
    conditions.push(`not exists (select 1 from ${parquet([one.file], compared)} e where ${same})`);
  }
  const source = parquet([file], [...byId.values()].map(inner), ', file_row_number = true');
  return `select ${columns} from ${source} d where ${conditions.join(' and ')}`;
}

/** All columns are text; an empty cell is empty text, as in the file. */
export function codeListSql(file: string, rows: readonly CodeRow[]): string {
  const columns = rows[0] ? Object.keys(rows[0]) : ['ma', 'ten'];
  const name = sqlName(codeListTable(file));
  const create = `create table ${name} (${columns.map((column) => `${sqlName(column)} varchar`).join(', ')})`;
  if (rows.length === 0) return create;
  const values = rows.map((row) => `(${columns.map((column) => sqlString(row[column] ?? '')).join(', ')})`);
  return `${create};\ninsert into ${name} values ${values.join(', ')}`;
}
