// Marts and KPIs become tables of the lake: computed by the engine, committed like any other rows, only when what they
// are made from has changed.
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CodeLists } from '../../lake/contract/contract';
import { LINEAGE_COLUMNS } from '../../lake/contract/contract';
import { icebergType } from '../../lake/contract/types';
import { sqlName, sqlString } from '../../lake/intake/sql-text';
import { placeFile } from '../../lake/place-file';
import { commit } from '../../lake/table/commit';
import type { TableDefinition, TableField } from '../../lake/table/data-file';
import { currentSchema } from '../../lake/table/metadata';
import { planFiles } from '../../lake/table/plan';
import { statsFromText } from '../../lake/table/stats';
import { tablePorts } from '../../lake/table/transact';
import type { Model } from '../../lake/warehouse/model';
import { fieldsFromArrow, refreshSteps } from '../../lake/warehouse/refresh';
import type { LakePorts } from '../ports';
import { arrowFromResult } from './arrow';
import { type Engine, openEngine } from './engine';
import { readColumnTexts } from './parquet-stats';
import { defineWarehouse, type WarehouseTable } from './warehouse';

export interface Refreshed {
  readonly model: string;
  readonly rows: number;
  readonly snapshot: string;
  /** False: nothing it is made from had changed. */
  readonly changed: boolean;
}

export interface RefreshRequest {
  readonly models: readonly Model[];
  readonly codeLists: CodeLists;
  /** Datasets only: marts are computed anew from them. */
  readonly tables: readonly WarehouseTable[];
  readonly onStep?: (model: string) => void;
}

/** Lineage of a mart: which model, and a hash of everything it was made from. */
const LINEAGE: readonly TableField[] = LINEAGE_COLUMNS.slice(0, 4).map((column) => ({
  id: column.fieldId,
  name: column.name,
  type: icebergType(column.type),
}));

export async function refreshMarts(request: RefreshRequest, ports: LakePorts): Promise<Refreshed[]> {
  const { models, codeLists, tables } = request;
  const state = createHash('sha256')
    .update(
      JSON.stringify([
        tables.map((table) => [table.name, [...table.files].sort()]),
        models.map((model) => [model.sql, model.unbounded]),
        [...codeLists],
      ]),
    )
    .digest('hex');
  const work = await ports.workspace.open();
  const engine = await openEngine({ threads: 2, memoryLimit: '400MB', tempDirectory: join(work.dir, 'spill') });
  try {
    await defineWarehouse(engine, { tables, codeLists, models });
    const known = [...tables.map((table) => table.name), ...[...codeLists.keys()].map((file) => `ma_${file}`)];
    const refreshed: Refreshed[] = [];
    for (const { model, selectSql } of refreshSteps(models, known)) {
      request.onStep?.(model.name);
      refreshed.push(await refreshOne(model, selectSql, state, engine, work.dir, ports));
    }
    return refreshed;
  } finally {
    await engine.close();
    await work.close();
  }
}

async function refreshOne(
  model: Model,
  selectSql: string,
  state: string,
  engine: Engine,
  workDir: string,
  ports: LakePorts,
): Promise<Refreshed> {
  const { zones, catalog, clock, rng } = ports;
  const submission = `kho/${model.name}/hien-hanh`;
  const effectKey = createHash('sha256').update(`${submission}\u0000${state}`).digest('hex');
  const head = await catalog.load(model.name);
  if (head) {
    const { files, snapshot } = await planFiles(zones.curated, head.metadata);
    const live = files.find((file) => file.path.includes(`/${effectKey.slice(0, 16)}-`));
    const path = live ? await zones.curated.toFile(live.path.slice(zones.curated.location('k').length - 1)) : undefined;
    if (live && path !== undefined) {
      await replaceView(engine, model.name, path);
      return { model: model.name, rows: live.rows, snapshot: String(snapshot?.['snapshot-id'] ?? ''), changed: false };
    }
  }
  const existing = head
    ? currentSchema(head.metadata).fields.flatMap(({ id, name, type }) =>
        typeof type === 'string' ? [{ id, name, type }] : [],
      )
    : LINEAGE;
  const schema = await engine.read(
    `SELECT * FROM (${selectSql}) LIMIT 0`,
    async (result) => (await arrowFromResult(result)).schema,
  );
  const own = fieldsFromArrow(schema, existing);
  const fields = [...LINEAGE, ...own];
  const version = state.slice(0, 12);
  const loadedAt = new Date(clock.now()).toISOString().replace('T', ' ').replace('Z', '');
  const lineage = `${sqlString(submission)} AS _submission, ${sqlString(version)} AS _version, row_number() OVER () AS _row, TIMESTAMP ${sqlString(loadedAt)} AS _loaded_at`;
  const ids = fields.map((field) => `${sqlName(field.name)}: ${field.id}`).join(', ');
  const path = join(workDir, `${model.name}.parquet`);
  const [row] = await engine.rows(
    `COPY (SELECT ${lineage}, ${own.map((field) => sqlName(field.name)).join(', ')} FROM (${selectSql})) TO ${sqlString(path)} (FORMAT parquet, COMPRESSION zstd, FIELD_IDS {${ids}}, RETURN_STATS)`,
  );
  const rows = Number(row?.count ?? 0);
  const definition: TableDefinition = {
    name: model.name,
    fields,
    boundedFields: fields.filter((field) => !model.unbounded.includes(field.name)).map((field) => field.id),
  };
  const key = `${model.name}/data/${effectKey.slice(0, 16)}-${rng.uuid()}.parquet`;
  const sizeBytes = (await stat(path)).size;
  await placeFile(zones.curated, key, { path, sizeBytes }, 'adopt');
  const texts = new Map(rows > 0 ? readColumnTexts(row?.column_statistics) : []);
  const figures = texts.get('_submission') ?? { nullCount: 0, valueCount: 0 };
  texts.set('_submission', { ...figures, min: submission, max: submission });
  texts.set('_version', { ...figures, min: version, max: version });
  const stats = statsFromText(fields, texts, definition.boundedFields);
  const add = [{ path: zones.curated.location(key), sizeBytes, rows, period: null, stats }];
  const effect = {
    submission,
    version,
    effectKey,
    op: 'put',
    rowsIn: rows,
    rowsAccepted: rows,
    rowsRejected: 0,
    add,
  } as const;
  const { snapshotId } = await commit({ table: definition, effects: [effect] }, tablePorts(ports));
  await replaceView(engine, model.name, await zones.curated.toFile(key));
  return { model: model.name, rows, snapshot: snapshotId, changed: true };
}

/** Models further on read the finished rows instead of computing them again. */
async function replaceView(engine: Engine, name: string, path: string): Promise<void> {
  await engine.run(
    `CREATE OR REPLACE VIEW ${sqlName(name)} AS SELECT * EXCLUDE (_submission, _version, _row, _loaded_at) FROM read_parquet(${sqlString(path)}, hive_partitioning = false)`,
  );
}
