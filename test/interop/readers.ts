// Four readers behind one shape. Only the first is ours; the others share no code with it.
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tableFields } from '../../cli/warehouse';
import { sqlName, sqlString } from '../../lake/intake/sql-text';
import type { TableField } from '../../lake/table/data-file';
import { currentSnapshot, printMetadata, type TableMetadata } from '../../lake/table/metadata';
import type { PointInTime } from '../../lake/table/plan';
import { cellRecords } from '../../lake/warehouse/values';
import { localFiles } from '../../platform/duckdb/local-files';
import { openWarehouse } from '../../platform/duckdb/warehouse';
import type { ObjectStore } from '../../platform/ports';
import { type Filter, type Row, rowName } from './values';

export interface Trino {
  readonly url: string;
  query(sql: string): Promise<{ readonly columns: readonly string[]; readonly rows: readonly (readonly unknown[])[] }>;
  stop(): Promise<void>;
}

/** Our own: planned files and deletes through the warehouse. */
export async function byWarehouse(
  store: ObjectStore,
  metadata: TableMetadata,
  at?: PointInTime,
): Promise<readonly Row[]> {
  const fields = tableFields(metadata);
  const files = await localFiles(store, metadata, at);
  const warehouse = await openWarehouse({
    tables: [{ name: 'bang', fields, ...files }],
    codeLists: new Map(),
    models: [],
  });
  try {
    const columns = fields.map(({ name }) => `CAST(${sqlName(name)} AS VARCHAR) AS ${sqlName(name)}`);
    const rows = cellRecords(await warehouse.query(`SELECT ${columns.join(', ')} FROM bang`));
    return rows.map((row) =>
      Object.fromEntries(Object.entries(row).map(([k, v]) => [k, v === null ? null : String(v)])),
    );
  } finally {
    await warehouse.close();
  }
}

const ICEBIRD = 'test/lake/table/icebird-reader.mjs';

/** icebird looks for columns under the names Iceberg's own writers give them in Parquet; other letters are rewritten there. */
export function icebirdFields(fields: readonly TableField[]): readonly TableField[] {
  return fields.filter(({ name }) => /^[A-Za-z_]\w*$/.test(name));
}

/** Values as far as icebird keeps them: see `roughly`. */
export function byIcebird(root: string, metadata: TableMetadata): readonly Row[] {
  // Printed without loss; the reader rounds long ids, all alike.
  const input = `{"tableUrl": ${JSON.stringify(metadata.location)}, "metadata": ${printMetadata(metadata)}}`;
  const printed = execFileSync(process.execPath, [join(root, ICEBIRD)], {
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 29,
  });
  const rows: Readonly<Record<string, unknown>>[] = JSON.parse(printed);
  const fields = tableFields(metadata);
  return rows.map((row) =>
    Object.fromEntries(
      fields.map(({ name, type }) => {
        const value = row[name] ?? null;
        if (value === null) return [name, null];
        if (type.startsWith('decimal')) return [name, Number(value).toPrecision(12)];
        return [name, type === 'double' ? String(value) : String(value)];
      }),
    ),
  );
}

/** A value as icebird can give it: decimals are floating-point numbers there, dates and timestamps milliseconds. */
export function roughly(fields: readonly TableField[], row: Row): Row {
  return Object.fromEntries(
    fields.map(({ name, type }) => {
      const value = row[name] ?? null;
      if (value === null) return [name, null];
      if (type.startsWith('decimal')) return [name, Number(value).toPrecision(12)];
      if (type === 'date') return [name, String(Date.parse(`${value}T00:00:00Z`))];
      if (type === 'timestamp') {
        // Thousandths of a millisecond are cut off towards 1970.
        const seconds = BigInt(Date.parse(`${value.slice(0, 19).replace(' ', 'T')}Z`)) * 1000n;
        return [name, String((seconds + BigInt(value.slice(20))) / 1000n)];
      }
      return [name, type === 'double' ? String(Number(value)) : value];
    }),
  );
}

export interface PyIceberg {
  readonly rows: readonly Row[];
  readonly at: Readonly<Record<string, readonly Row[]>>;
  readonly filtered: readonly { readonly rows: readonly string[]; readonly files: number }[];
  readonly files: readonly (readonly [string, number, number])[];
  readonly snapshots: readonly string[];
  readonly manifests: number;
}

export function byPyIceberg(
  { root, python }: { readonly root: string; readonly python: string },
  metadataFile: string,
  snapshots: readonly string[],
  filters: readonly Filter[],
): PyIceberg {
  const input = JSON.stringify({ metadata: metadataFile, snapshots, filters });
  const script = join(root, 'test', 'interop', 'pyiceberg_reader.py');
  return JSON.parse(execFileSync(python, ['-W', 'ignore', script], { input, encoding: 'utf8', maxBuffer: 2 ** 29 }));
}

/** Values as text, because Trino's JSON has numbers that JavaScript cannot hold. */
export async function byTrino(
  trino: Trino,
  table: string,
  fields: readonly TableField[],
  tail = '',
): Promise<readonly Row[]> {
  const columns = fields.map(({ name }) => `CAST(${sqlName(name)} AS varchar)`);
  const { rows } = await trino.query(`SELECT ${columns.join(', ')} FROM ${table} ${tail}`);
  return rows.map((row) =>
    Object.fromEntries(fields.map(({ name }, i) => [name, row[i] === null ? null : String(row[i])])),
  );
}

function trinoCondition({ column, type, operator, value }: Filter): string {
  if (value === null) return `${sqlName(column)} ${operator}`;
  const typed = { string: 'varchar', int: 'integer', long: 'bigint', timestamp: 'timestamp(6)' }[type] ?? type;
  return `${sqlName(column)} ${operator} CAST(${sqlString(value)} AS ${typed})`;
}

/** Names of the rows each filter finds. Many filters a statement, because a statement costs more than its rows. */
export async function trinoFinds(
  trino: Trino,
  table: string,
  filters: readonly Filter[],
): Promise<readonly (readonly string[])[]> {
  const found = filters.map((): string[] => []);
  const scans = filters.map(
    (filter, i) => `SELECT ${i}, _submission, CAST(_row AS varchar) FROM ${table} WHERE ${trinoCondition(filter)}`,
  );
  for (let i = 0; i < scans.length; i += 25) {
    const { rows } = await trino.query(scans.slice(i, i + 25).join('\nUNION ALL '));
    for (const [at, submission, row] of rows)
      found[Number(at)]?.push(rowName({ _submission: String(submission), _row: String(row) }));
  }
  return found;
}

/** A spelling the spec allows and older Java readers refuse. */
export const NARROW_DECIMAL = /decimal\((\d+),(\d+)\)/g;

/**
 * Makes a table known to Trino from a metadata file of ours. This release wants names that begin with digits and a
 * hyphen, as catalogs with a service give them; the directory home's are copied under such a name.
 */
export async function register(trino: Trino, name: string, location: string, metadataFile: string): Promise<string> {
  let file = metadataFile.slice(metadataFile.lastIndexOf('/') + 1);
  if (!/^\d+-/.test(file)) {
    const folder = join(fileURLToPath(encodeURI(location)), 'metadata');
    const version = /\d+/.exec(file)?.[0] ?? '0';
    const known = `${version.padStart(5, '0')}-${randomUUID()}.metadata.json`;
    // Readers of Iceberg before 1.2 want a space in `decimal(9, 2)`; main.ts says so when ours lacks it.
    const text = readFileSync(join(folder, file), 'utf8').replace(NARROW_DECIMAL, 'decimal($1, $2)');
    writeFileSync(join(folder, known), text);
    file = known;
  }
  await trino.query(
    `CALL lake.system.register_table('thu', ${sqlString(name)}, ${sqlString(location)}, ${sqlString(file)})`,
  );
  return `lake.thu.${name}`;
}

export function snapshotIds(metadata: TableMetadata): string[] {
  return (metadata.snapshots ?? []).map((snapshot) => String(snapshot['snapshot-id']));
}

export function currentId(metadata: TableMetadata): string {
  return String(currentSnapshot(metadata)?.['snapshot-id'] ?? '');
}
