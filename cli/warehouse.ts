// The warehouse over a home's tables: current, or as it was at a snapshot or a time.
import { tableDefinition } from '../lake/contract/types';
import type { Lake } from '../lake/submission/submit';
import type { TableField } from '../lake/table/data-file';
import { currentSchema, type TableMetadata } from '../lake/table/metadata';
import { history, type PointInTime } from '../lake/table/plan';
import { neededBy } from '../lake/warehouse/graph';
import { localFiles } from '../platform/duckdb/local-files';
import { openWarehouse, type WarehouseTable } from '../platform/duckdb/warehouse';
import { loadModels } from '../platform/local/models';
import type { Warehouse } from '../platform/ports';
import type { Context } from './context';

/**
 * Every table with its fields and local files; datasets without data have no files.
 * @param isWanted leaves tables out, whose files would have to be fetched for nothing
 */
export async function readTables(
  lake: Lake,
  at?: PointInTime,
  isWanted: (table: string) => boolean = () => true,
): Promise<WarehouseTable[]> {
  const { catalog, zones } = lake.ports;
  const tables = new Map<string, WarehouseTable>();
  for (const contract of lake.contracts.values()) {
    if (isWanted(contract.dataset))
      tables.set(contract.dataset, { name: contract.dataset, fields: tableDefinition(contract).fields, files: [] });
  }
  for (const name of await catalog.list()) {
    const head = isWanted(name) ? await catalog.load(name) : undefined;
    if (!head) continue;
    const fields = tableFields(head.metadata);
    if (isAfterFirst(head.metadata, at))
      tables.set(name, { name, fields, ...(await localFiles(zones.curated, head.metadata, at)) });
    else tables.set(name, { name, fields, files: [] });
  }
  return [...tables.values()];
}

/** Columns of nested types (another engine's) are left out: our views are flat. */
export function tableFields(metadata: TableMetadata): TableField[] {
  return currentSchema(metadata).fields.flatMap(({ id, name, type }) =>
    typeof type === 'string' ? [{ id, name, type }] : [],
  );
}

/** A table younger than the moment asked for answers with no rows. */
function isAfterFirst(metadata: TableMetadata, at: PointInTime | undefined): boolean {
  if (!at || 'snapshotId' in at) return true;
  const first = history(metadata)[0];
  return first !== undefined && Date.parse(first.committedAt) <= at.timestampMs;
}

/** With the tables and models that one question reads, and no others. */
export async function openWarehouseFor(sql: string, context: Context, lake: Lake): Promise<Warehouse> {
  const models = loadModels(context.root);
  // The question is asked as if it were a model.
  const needed = neededBy('', [...models, { name: '', path: '', sql }]);
  const wanted = new Set([...needed.tables, ...needed.models.map(({ name }) => name)]);
  return openWarehouse({
    tables: await readTables(lake, undefined, (table) => wanted.has(table)),
    codeLists: lake.codeLists,
    models: needed.models.filter(({ name }) => name !== ''),
  });
}

export async function openLakeWarehouse(context: Context, lake: Lake, at?: PointInTime): Promise<Warehouse> {
  return openWarehouse({
    tables: await readTables(lake, at),
    codeLists: lake.codeLists,
    models: loadModels(context.root),
  });
}
