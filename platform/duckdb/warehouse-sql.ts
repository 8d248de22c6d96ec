// SQL that makes tables and code lists visible to the engine. Only text is made here.
import type { CodeRow } from '../../lake/contract/contract';
import { FaultError } from '../../lake/errors';
import { sqlList, sqlName, sqlString } from '../../lake/intake/sql-text';
import type { TableField } from '../../lake/table/data-file';

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

/** Columns are found by field id: files written before a column existed answer NULL, a renamed column keeps its values. */
export function tableViewSql(table: {
  readonly name: string;
  readonly fields: readonly TableField[];
  readonly files: readonly string[];
}): string {
  const { name, fields, files } = table;
  if (files.length === 0) {
    const columns = fields.map((field) => `cast(null as ${duckdbType(field.type)}) as ${sqlName(field.name)}`);
    return `create view ${sqlName(name)} as select ${columns.join(', ')} where false`;
  }
  const schema = fields.map(
    (field) =>
      `${field.id}: {name: ${sqlString(field.name)}, type: ${sqlString(duckdbType(field.type))}, default_value: NULL}`,
  );
  const source = `read_parquet(${sqlList(files)}, hive_partitioning = false, schema = map {${schema.join(', ')}})`;
  return `create view ${sqlName(name)} as select ${fields.map((field) => sqlName(field.name)).join(', ')} from ${source}`;
}

/** schemas/codes/<file>.csv is the table `ma_<file>`. */
export function codeListTable(file: string): string {
  return `ma_${file.replace(/[^A-Za-z0-9_]/g, '_').toLowerCase()}`;
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
