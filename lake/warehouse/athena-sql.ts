// The statements that make the warehouse database on Athena: views over datasets and code lists, models as views, marts as
// Iceberg tables behind a view. Trino's dialect; only text is made here. Names are ours (contracts, models, code lists).
import type { CodeRow } from '../contract/contract';
import { FaultError } from '../errors';
import { sqlName, sqlString } from '../intake/sql-text';
import type { TableField } from '../table/data-file';

const TYPES: Readonly<Record<string, string>> = {
  string: 'varchar',
  int: 'integer',
  long: 'bigint',
  double: 'double',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'timestamp(6)',
};

/** Trino's type of an Iceberg primitive. */
export function trinoType(type: string): string {
  const known = TYPES[type] ?? (/^decimal\(\d+,\s*\d+\)$/.test(type) ? type : undefined);
  if (known === undefined) throw new FaultError('F_TABLE_TYPE', `no Trino type for Iceberg type ${type}`);
  return known;
}

const view = (name: string, select: string) => `create or replace view ${sqlName(name)} as\n${select}`;

/** Columns one by one, so that a column the contract does not know yet stays unseen. */
export function datasetView(name: string, fields: readonly TableField[], database: string): string {
  const columns = fields.map((field) => sqlName(field.name)).join(', ');
  return view(name, `select ${columns} from ${sqlName(database)}.${sqlName(name)}`);
}

/** A dataset that no commit has made a table of yet answers with no rows. */
export function emptyView(name: string, fields: readonly TableField[]): string {
  const columns = fields.map((field) => `cast(null as ${trinoType(field.type)}) as ${sqlName(field.name)}`);
  return view(name, `select ${columns.join(', ')} where false`);
}

/** All columns are text; an empty cell is empty text, as in the file. */
export function codeListView(name: string, rows: readonly CodeRow[]): string {
  const columns = rows[0] ? Object.keys(rows[0]) : ['ma', 'ten'];
  const typed = columns.map((column) => `cast(${sqlName(column)} as varchar) as ${sqlName(column)}`).join(', ');
  if (rows.length === 0) {
    const none = columns.map((column) => `cast(null as varchar) as ${sqlName(column)}`);
    return view(name, `select ${none.join(', ')} where false`);
  }
  const values = rows.map((row) => `(${columns.map((column) => sqlString(row[column] ?? '')).join(', ')})`);
  return view(name, `select ${typed} from (values\n${values.join(',\n')}\n) as t (${columns.map(sqlName).join(', ')})`);
}

export function modelView(name: string, sql: string): string {
  return view(name, sql);
}

/** @param place location of the table’s own folder, without a slash at its end: Athena drops tables with one badly (dbt-athena #74) */
export function tableFrom(table: string, place: string, sql: string): string {
  return `create table ${sqlName(table)} with (table_type = 'ICEBERG', is_external = false, location = ${sqlString(place)}, format = 'PARQUET') as\n${sql}`;
}

/** Readers see the former table's rows until this, the new one's after. */
export function pointTo(name: string, table: string): string {
  return view(name, `select * from ${sqlName(table)}`);
}

/** DDL of Athena is Hive's: a name stands bare, which ours (lower-case letters, digits, `_`) may. */
export function dropTable(table: string): string {
  if (!/^[a-z][a-z0-9_]*$/.test(table)) throw new FaultError('F_TABLE_TYPE', `${table} is no name of a table of ours`);
  return `drop table if exists ${table}`;
}
