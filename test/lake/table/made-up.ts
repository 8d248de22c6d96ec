// Made-up tables, files and effects shared by the tests of this room.
import { createHash } from 'node:crypto';
import { encodeBound } from '../../../lake/table/bounds';
import type { DataFile, TableDefinition } from '../../../lake/table/data-file';
import type { Effect } from '../../../lake/table/effect';
import type { TablePorts } from '../../../lake/table/transact';
import { type MemoryCatalogOptions, memoryCatalog } from '../../../platform/memory/catalog';
import { fixedClock, seededRng } from '../../../platform/memory/clock-rng';
import { memoryObjectStore } from '../../../platform/memory/object-store';
import type { Head, ObjectStore, Rewriter, TableCatalog, Workspace } from '../../../platform/ports';

export const TABLE: TableDefinition = {
  name: 'so_lieu_thu',
  fields: [
    { id: 1, name: '_submission', type: 'string' },
    { id: 2, name: '_version', type: 'string' },
    { id: 3, name: '_row', type: 'long' },
    { id: 5, name: 'ky_du_lieu', type: 'string', doc: 'Kỳ dữ liệu' },
    { id: 11, name: 'so_luong', type: 'int' },
    { id: 12, name: 'ho_ten', type: 'string', doc: 'Họ tên (dữ liệu cá nhân)' },
  ],
  partitionBy: 5,
  boundedFields: [11],
};

export function effectKey(submission: string, version: string): string {
  return createHash('sha256').update(`${submission} ${version}`).digest('hex');
}

/** A data file that says it holds `rows` rows of one version; only its size is real. */
export async function madeUpFile(
  store: ObjectStore,
  submission: string,
  version: string,
  rows: number,
  options: { readonly table?: TableDefinition; readonly attempt?: string } = {},
): Promise<DataFile> {
  const { table = TABLE, attempt = 'a1' } = options;
  const key = `${table.name}/data/${effectKey(submission, version).slice(0, 16)}-${attempt}.parquet`;
  const body = `${submission} ${version} ${rows}`;
  await store.putIfAbsent(key, body);
  const text = (value: string) => {
    const bound = encodeBound('string', value);
    return { valueCount: rows, nullCount: 0, lower: bound, upper: bound };
  };
  return {
    path: store.location(key),
    sizeBytes: body.length,
    rows,
    period: table.partitionBy === undefined ? null : submission.split('/')[2]!,
    stats: new Map([
      [1, text(submission)],
      [2, text(version)],
      [11, { valueCount: rows, nullCount: 0, lower: encodeBound('int', 1), upper: encodeBound('int', rows) }],
      [12, text('Nguyễn Văn Không Có Thật')],
    ]),
  };
}

export async function putEffect(
  store: ObjectStore,
  submission: string,
  version: string,
  rows: number,
): Promise<Effect> {
  return {
    submission,
    version,
    effectKey: effectKey(submission, version),
    op: 'put',
    rowsIn: rows,
    rowsAccepted: rows,
    rowsRejected: 0,
    add: [await madeUpFile(store, submission, version, rows)],
  };
}

const fails = (): never => {
  throw new Error('made-up files cannot be rewritten');
};
export const NO_REWRITER: Rewriter = { rewrite: fails, rowsHeld: fails };
export const NO_WORKSPACE: Workspace = { owner: 'test', isAlive: () => true, open: fails };

export function retractEffect(submission: string, version: string): Effect {
  const key = effectKey(submission, version);
  return { submission, version, effectKey: key, op: 'retract', rowsIn: 0, rowsAccepted: 0, rowsRejected: 0, add: [] };
}

/** A table's whole world in memory; files are made up, so nothing can rewrite them. */
export function memoryPorts(options: MemoryCatalogOptions = {}, seed = 7): TablePorts {
  return {
    store: memoryObjectStore(),
    ledger: memoryObjectStore('memory://control'),
    rewriter: NO_REWRITER,
    workspace: NO_WORKSPACE,
    catalog: memoryCatalog(options),
    clock: fixedClock(Date.UTC(2026, 6, 1)),
    rng: seededRng(seed),
  };
}

export async function headOf(catalog: TableCatalog, table = TABLE.name): Promise<Head> {
  const head = await catalog.load(table);
  if (!head) throw new Error(`no table ${table}`);
  return head;
}
