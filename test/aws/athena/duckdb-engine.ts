// What answers where Trino cannot be had: DuckDB over the same tables, found through the emulated Glue, their files fetched
// from the emulated S3. Views and tables it makes are told to Glue, as Athena would. It shares our code and is no witness.
import {
  CreateTableCommand,
  DeleteTableCommand,
  GetTableCommand,
  type GlueClient,
  type TableInput,
  UpdateTableCommand,
} from '@aws-sdk/client-glue';
import { sqlName } from '../../../lake/intake/sql-text';
import { currentSchema } from '../../../lake/table/metadata';
import { openEngine } from '../../../platform/duckdb/engine';
import { localFiles } from '../../../platform/duckdb/local-files';
import { tableViewSql } from '../../../platform/duckdb/warehouse-sql';
import type { ObjectStore, TableCatalog } from '../../../platform/ports';
import { type Answer, type Column, EngineError, type Session } from './trino-client';

export interface DuckdbOptions {
  readonly glue: GlueClient;
  readonly catalog: TableCatalog;
  /** The curated zone. */
  readonly store: ObjectStore;
  readonly curatedDatabase: string;
  readonly warehouseDatabase: string;
}

export interface DuckdbAthena {
  readonly run: (sql: string, session: Session) => Promise<Answer>;
  close(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  VARCHAR: 'varchar',
  BIGINT: 'bigint',
  HUGEINT: 'bigint',
  INTEGER: 'integer',
  DOUBLE: 'double',
  BOOLEAN: 'boolean',
  DATE: 'date',
  TIMESTAMP: 'timestamp(6)',
};

function typeOf(duckdb: string): string {
  const decimal = /^DECIMAL(\(\d+,\d+\))$/.exec(duckdb)?.[1];
  const known = decimal === undefined ? TYPES[duckdb] : `decimal${decimal}`;
  if (known === undefined) throw new EngineError(`NOT_SUPPORTED: ${duckdb} has no name in Athena here`);
  return known;
}

/** As Trino prints them: a DOUBLE always has a point, a time six digits. */
function printed(value: string | null, type: string): string | null {
  if (value === null) return null;
  if (type === 'timestamp(6)') return value.replace(/(\.\d*)?$/, (part) => `.${part.slice(1).padEnd(6, '0')}`);
  return value;
}

const missing = (error: unknown) => error instanceof Error && error.name === 'EntityNotFoundException';

export async function openDuckdbAthena(options: DuckdbOptions): Promise<DuckdbAthena> {
  const { glue, catalog, store, curatedDatabase, warehouseDatabase } = options;
  const engine = await openEngine({ memoryLimit: '800MB' });
  for (const database of [curatedDatabase, warehouseDatabase]) await engine.run(`CREATE SCHEMA ${sqlName(database)}`);
  const seen = new Map<string, string>();
  // One statement at a time: which schema is meant is a setting of the connection.
  let last: Promise<unknown> = Promise.resolve();

  /** Tables as Glue points to them now. */
  async function refresh(): Promise<void> {
    await engine.run(`USE ${sqlName(curatedDatabase)}`);
    for (const name of await catalog.list()) {
      const head = await catalog.load(name);
      if (!head || seen.get(name) === head.location) continue;
      const fields = currentSchema(head.metadata).fields.flatMap(({ id, name: column, type }) =>
        typeof type === 'string' ? [{ id, name: column, type }] : [],
      );
      const view = tableViewSql({ name, fields, ...(await localFiles(store, head.metadata)) });
      await engine.run(view.replace(/^create view/, 'create or replace view'));
      seen.set(name, head.location);
    }
  }

  async function tell(database: string, input: TableInput): Promise<void> {
    const table = { DatabaseName: database, TableInput: input };
    try {
      await glue.send(new GetTableCommand({ DatabaseName: database, Name: input.Name }));
      await glue.send(new UpdateTableCommand(table));
    } catch (error) {
      if (!missing(error)) throw error;
      await glue.send(new CreateTableCommand(table));
    }
  }

  async function define(sql: string, database: string): Promise<boolean> {
    const [, isView, name = ''] = /^create\s+(?:or\s+replace\s+)?(view|table)\s+"?(\w+)"?/i.exec(sql) ?? [];
    const [, dropped] = /^drop\s+(?:table|view)\s+if\s+exists\s+"?(\w+)"?$/i.exec(sql) ?? [];
    if (dropped !== undefined) {
      await engine.run(sql);
      await glue.send(new DeleteTableCommand({ DatabaseName: database, Name: dropped })).catch((error: unknown) => {
        if (!missing(error)) throw error;
      });
      return true;
    }
    if (isView === undefined) return false;
    if (isView.toLowerCase() === 'view') {
      await engine.run(sql);
      const originalSql = sql.replace(/^[\s\S]*?\bas\b\s*/i, '');
      const packed = Buffer.from(JSON.stringify({ originalSql, catalog: 'awsdatacatalog', columns: [] })).toString(
        'base64',
      );
      await tell(database, { Name: name, TableType: 'VIRTUAL_VIEW', ViewOriginalText: `/* Presto View: ${packed} */` });
    } else {
      await engine.run(sql.replace(/\bWITH\s*\([^)]*\)/i, ''));
      await tell(database, { Name: name, TableType: 'EXTERNAL_TABLE', Parameters: { table_type: 'ICEBERG' } });
    }
    return true;
  }

  async function once(sql: string, { database = warehouseDatabase, parameters }: Session): Promise<Answer> {
    if (parameters.length > 0) throw new EngineError('NOT_SUPPORTED: values for question marks');
    await refresh();
    await engine.run(`USE ${sqlName(database)}`);
    try {
      if (await define(sql, database)) return { columns: [], rows: [], scannedBytes: 0 };
      const columns = (await engine.rows(`DESCRIBE ${sql}`)).map(
        (row): Column => ({ name: String(row.column_name), type: typeOf(String(row.column_type)) }),
      );
      const texts = columns.map(({ name }) => `CAST(${sqlName(name)} AS VARCHAR) AS ${sqlName(name)}`);
      const found = await engine.rows(`SELECT ${texts.join(', ')} FROM (${sql})`);
      const rows = found.map((row) =>
        columns.map(({ name, type }) => printed(row[name] === null ? null : String(row[name]), type)),
      );
      return { columns, rows, scannedBytes: 0 };
    } catch (error) {
      throw error instanceof EngineError ? error : new EngineError(`GENERIC_USER_ERROR: ${String(error)}`);
    }
  }

  return {
    run(sql, session) {
      const next = last.then(
        () => once(sql, session),
        () => once(sql, session),
      );
      last = next;
      return next;
    },
    close: () => engine.close(),
  };
}
