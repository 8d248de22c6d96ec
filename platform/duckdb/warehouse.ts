// The warehouse at home: tables are views over Parquet files, models are views over tables, questions may only read.
import { type DuckDBConnection, StatementType } from '@duckdb/node-api';
import type { Table } from 'apache-arrow';
import type { CodeLists } from '../../lake/contract/contract';
import { FaultError, InputError } from '../../lake/errors';
import { sqlList, sqlName } from '../../lake/intake/sql-text';
import type { TableField } from '../../lake/table/data-file';
import { codeListTable } from '../../lake/warehouse/code-list-name';
import { type GraphNode, inOrder, tableNames } from '../../lake/warehouse/graph';
import { checkReading, readOnly, severalStatements } from '../../lake/warehouse/read-only';
import { damagedFile, sqlError } from '../../lake/warehouse/sql-error';
import type { Warehouse } from '../ports';
import { arrowFromResult } from './arrow';
import { type Engine, type EngineOptions, openEngine } from './engine';
import { codeListSql, type LocalDeletes, tableViewSql } from './warehouse-sql';

export interface WarehouseTable {
  readonly name: string;
  readonly fields: readonly TableField[];
  /** Local Parquet files; none: the table answers with zero rows. */
  readonly files: readonly string[];
  /** Row-level deletes of other engines, for those of the files that have any. */
  readonly deletes?: readonly LocalDeletes[];
}

export interface WarehouseOptions {
  readonly tables: readonly WarehouseTable[];
  readonly codeLists: CodeLists;
  /** A table of the same name (a materialised mart) wins over the model. */
  readonly models: readonly GraphNode[];
  readonly engine?: EngineOptions;
}

/** Opens for reading. After this returns, the engine can reach no file but the tables' own, and no setting can be changed. */
export async function openWarehouse(options: WarehouseOptions): Promise<Warehouse> {
  const engine = await openEngine(options.engine);
  try {
    await defineWarehouse(engine, options);
    await lock(engine, options.tables);
  } catch (error) {
    await engine.close();
    throw error;
  }
  return {
    query: (sql) => query(engine, sql),
    close: () => engine.close(),
  };
}

/** Makes tables, code lists and models visible on an engine that is not locked, for those who write (materialising marts). */
export async function defineWarehouse(
  engine: Engine,
  { tables, codeLists, models }: Omit<WarehouseOptions, 'engine'>,
): Promise<void> {
  const names = new Set(tables.map((table) => table.name));
  const statements = [
    ...[...codeLists]
      .filter(([file]) => !names.has(codeListTable(file)))
      .map(([file, rows]) => codeListSql(file, rows)),
    ...tables.map(tableViewSql),
  ];
  await engine.run(statements.join(';\n') || 'select 1');
  const known = [...names, ...[...codeLists.keys()].map(codeListTable)];
  for (const model of inOrder(
    models.filter((candidate) => !names.has(candidate.name)),
    known,
  )) {
    try {
      await engine.run(`create view ${sqlName(model.name)} as\n${model.sql}`);
    } catch (cause) {
      throw damagedFile(cause) ?? new FaultError('F_MODEL', `${model.path}: ${String(cause)}`, { cause });
    }
  }
}

async function lock(engine: Engine, tables: readonly WarehouseTable[]): Promise<void> {
  const files = tables.flatMap(({ files: data, deletes = [] }) => [
    ...data,
    ...deletes.flatMap((one) => [...one.positions, ...one.equalities.map((equality) => equality.file)]),
  ]);
  await engine.run(`set allowed_paths = ${sqlList(files)}`);
  await engine.run('set enable_external_access = false');
  await engine.run('set lock_configuration = true');
}

async function query(engine: Engine, sql: string): Promise<Table> {
  const reading = checkReading(sql);
  const connection = await engine.connect();
  try {
    if (reading.kind === 'explain') await statementType(connection, reading.inner, [StatementType.SELECT]);
    await statementType(connection, sql, [StatementType.SELECT, StatementType.EXPLAIN]);
    return await arrowFromResult(await connection.stream(sql));
  } catch (error) {
    if (error instanceof InputError || error instanceof FaultError) throw error;
    throw sqlError(error, { sql, ...(await names(connection, sql)) });
  } finally {
    connection.closeSync();
  }
}

/** The engine's word on what the statement is; the first words of the text are only a courtesy. */
async function statementType(
  connection: DuckDBConnection,
  sql: string,
  allowed: readonly StatementType[],
): Promise<void> {
  const statements = await connection.extractStatements(sql);
  if (statements.count !== 1) throw severalStatements(statements.count);
  const prepared = await statements.prepare(0);
  const type = prepared.statementType;
  prepared.destroySync();
  if (!allowed.includes(type)) throw readOnly(StatementType[type] ?? String(type));
}

/** What could have been meant: all tables, and the columns of the tables the statement names. */
async function names(connection: DuckDBConnection, sql: string): Promise<{ tables: string[]; columns: string[] }> {
  const result = await connection.runAndReadAll(
    "select table_name, column_name from information_schema.columns where table_schema = 'main' order by table_name, ordinal_position",
  );
  const rows = result.getRowsJson().map(([table, column]) => [String(table), String(column)] as const);
  const tables = [...new Set(rows.map(([table]) => table))];
  const wanted = tableNames(sql).filter((name) => tables.includes(name));
  const columns = rows.filter(([table]) => wanted.length === 0 || wanted.includes(table)).map(([, column]) => column);
  return { tables, columns: [...new Set(columns)] };
}
