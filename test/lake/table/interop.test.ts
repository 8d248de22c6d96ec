// Tables on disk with real Parquet files, read back by readers that share no code with us.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { commit } from '../../../lake/table/commit';
import type { DataFile, TableDefinition } from '../../../lake/table/data-file';
import type { Effect } from '../../../lake/table/effect';
import type { TableMetadata } from '../../../lake/table/metadata';
import { planFiles } from '../../../lake/table/plan';
import { statsFromText } from '../../../lake/table/stats';
import type { TablePorts } from '../../../lake/table/transact';
import { readColumnTexts } from '../../../platform/duckdb/parquet-stats';
import { directoryCatalog } from '../../../platform/local/directory-catalog';
import { localObjectStore } from '../../../platform/local/object-store';
import { fixedClock, seededRng } from '../../../platform/memory/clock-rng';
import { memoryObjectStore } from '../../../platform/memory/object-store';
import { effectKey, headOf, NO_REWRITER, NO_WORKSPACE, retractEffect } from './made-up';

const TABLE: TableDefinition = {
  name: 'gia_thu',
  fields: [
    { id: 1, name: '_submission', type: 'string' },
    { id: 2, name: '_version', type: 'string' },
    { id: 5, name: 'ky_du_lieu', type: 'string' },
    { id: 11, name: 'ten', type: 'string' },
    { id: 12, name: 'so_luong', type: 'int' },
    { id: 13, name: 'ma_lon', type: 'long' },
    { id: 14, name: 'gia', type: 'decimal(18,2)' },
    { id: 15, name: 'ngay', type: 'date' },
    { id: 16, name: 'luc', type: 'timestamp' },
    { id: 17, name: 'dung', type: 'boolean' },
  ],
  partitionBy: 5,
  boundedFields: [11, 12, 13, 14, 15, 16, 17],
};
const COLUMNS = TABLE.fields.map((field) => field.name);
const A = 'so_thu/gia_thu/2026-06';
const B = 'so_thu/gia_thu/2026-07';

const ROWS = [
  `('Thừa Thiên Huế', 1, 9007199254740993, 1234.50, date '2026-07-01', timestamp '2026-07-01 08:00:00.12', true)`,
  `('', -2147483648, -1, -0.05, date '1969-12-31', timestamp '1969-12-31 23:59:59.999999', false)`,
  `(null, null, null, null, null, null, null)`,
  `('${'Đầm phá Tam Giang '.repeat(20)}', 2, 0, 0, date '0044-01-02', timestamp '2000-01-01 00:00:00', true)`,
];

let home: string;
let duckdb: DuckDBConnection;
let ports: TablePorts;

beforeAll(async () => {
  duckdb = await (await DuckDBInstance.create(':memory:')).connect();
});
afterAll(() => {
  duckdb.closeSync();
});
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'Nhà dữ liệu '));
  const store = localObjectStore(join(home, 'curated'));
  ports = {
    store,
    ledger: memoryObjectStore('memory://control'),
    rewriter: NO_REWRITER,
    workspace: NO_WORKSPACE,
    catalog: directoryCatalog(store),
    clock: fixedClock(Date.UTC(2026, 6, 1)),
    rng: seededRng(11),
  };
});
afterEach(() => rmSync(home, { recursive: true }));

async function parquet(submission: string, version: string, rows: readonly string[]): Promise<DataFile> {
  const path = join(home, `${version}.parquet`);
  const period = submission.split('/')[2]!;
  const ids = TABLE.fields.map((field) => `${field.name}: ${field.id}`).join(', ');
  const reader = await duckdb.runAndReadAll(`copy (
      select '${submission}' as _submission, '${version}' as _version, '${period}' as ky_du_lieu, ten::varchar as ten,
        so_luong::integer as so_luong, ma_lon::bigint as ma_lon, gia::decimal(18,2) as gia, ngay::date as ngay,
        luc::timestamp as luc, dung::boolean as dung
      from (values ${rows.join(', ')}) t(ten, so_luong, ma_lon, gia, ngay, luc, dung)
    ) to '${path}' (format parquet, compression zstd, field_ids {${ids}}, return_stats)`);
  const [told] = reader.getRowObjectsJson();
  const key = `${TABLE.name}/data/${effectKey(submission, version).slice(0, 16)}-a1.parquet`;
  await ports.store.adoptFileIfAbsent(key, path);
  return {
    path: ports.store.location(key),
    sizeBytes: Number(told?.file_size_bytes),
    rows: rows.length,
    period,
    stats: statsFromText(TABLE.fields, readColumnTexts(told?.column_statistics), TABLE.boundedFields),
  };
}

async function effect(submission: string, version: string, rows: readonly string[]): Promise<Effect> {
  const add = [await parquet(submission, version, rows)];
  const counts = { rowsIn: rows.length, rowsAccepted: rows.length, rowsRejected: 0 };
  return { submission, version, effectKey: effectKey(submission, version), op: 'put', ...counts, add };
}

const put = async (submission: string, version: string, rows: readonly string[]) =>
  commit({ table: TABLE, effects: [await effect(submission, version, rows)] }, ports);

/** Rows as comparable text, in any order. */
function multiset(rows: readonly Readonly<Record<string, unknown>>[]): readonly string[] {
  const plain = (value: unknown) =>
    value instanceof Date ? value.getTime() : typeof value === 'bigint' ? String(value) : (value ?? null);
  return rows.map((row) => JSON.stringify(COLUMNS.map((name) => plain(row[name])))).sort();
}

/** icebird lives in a process of its own; jest cannot load it. */
function icebird(tableUrl: string, metadata?: TableMetadata): readonly string[] {
  const input = JSON.stringify({ tableUrl, metadata });
  const printed = execFileSync(process.execPath, [join(__dirname, 'icebird-reader.mjs')], { input, encoding: 'utf8' });
  return multiset(JSON.parse(printed));
}

function byIcebird(metadata: TableMetadata, snapshotId?: string): readonly string[] {
  const at = metadata.snapshots?.find((s) => String(s['snapshot-id']) === snapshotId)?.['snapshot-id'];
  return icebird(metadata.location, at === undefined ? metadata : { ...metadata, 'current-snapshot-id': at });
}

/** The planned files through DuckDB, typed as icebird types them. */
async function byDuckdb(metadata: TableMetadata, snapshotId?: string) {
  const { files } = await planFiles(ports.store, metadata, snapshotId === undefined ? undefined : { snapshotId });
  const list = files.map((file) => `'${file.path.replaceAll("'", "''")}'`).join(', ');
  const result = await duckdb.runAndReadAll(`select _submission, _version, ky_du_lieu, ten, so_luong, ma_lon,
    gia::double as gia, epoch_ms(ngay::timestamp) as ngay, epoch_ms(luc) as luc, dung from read_parquet([${list}])`);
  const rows = result.getRowObjects();
  return multiset(rows.map((row) => ({ ...row, ngay: number(row.ngay), luc: number(row.luc) })));
}
const number = (value: unknown) => (typeof value === 'bigint' ? Number(value) : value);

describe('a table on disk, in a home with spaces and Vietnamese letters', () => {
  it('reads the same through icebird and through DuckDB: every type, nulls, long and Vietnamese text', async () => {
    const { head } = await put(A, 'v1', ROWS);
    const rows = byIcebird(head.metadata);
    expect(rows).toEqual(await byDuckdb(head.metadata));
    expect(rows).toHaveLength(4);
    expect(rows.join()).toContain('"Thừa Thiên Huế",1,"9007199254740993",1234.5,1782864000000,1782892800120,true');
    expect(rows.join()).toContain(`"",-2147483648,"-1",-0.05,-86400000,`);
    expect(rows.join()).toContain('"2026-06",null,null,null,null,null,null,null');
  });

  it('shows the new rows of a replaced submission, the old ones at the old snapshot, the neighbour untouched', async () => {
    const first = await put(A, 'v1', ROWS);
    await put(B, 'v1b', ROWS.slice(0, 1));
    const { head } = await put(A, 'v2', ROWS.slice(1, 3));
    const now = byIcebird(head.metadata);
    expect(now.map((row) => JSON.parse(row)[1]).sort()).toEqual(['v1b', 'v2', 'v2']);
    expect(now).toEqual(await byDuckdb(head.metadata));
    const then = byIcebird(head.metadata, first.snapshotId);
    expect(then.map((row) => JSON.parse(row)[1])).toEqual(['v1', 'v1', 'v1', 'v1']);
    expect(then).toEqual(await byDuckdb(head.metadata, first.snapshotId));
  });

  it('is found by readers that follow version-hint.text', async () => {
    await put(A, 'v1', ROWS);
    const { head } = await put(B, 'v1b', ROWS.slice(0, 2));
    const rows = icebird(head.metadata.location);
    expect(rows).toHaveLength(6);
  });

  it('stays readable when a column is added', async () => {
    await put(A, 'v1', ROWS.slice(0, 1));
    const table = { ...TABLE, fields: [...TABLE.fields, { id: 18, name: 'ghi_chu', type: 'string' }] };
    const { head } = await commit(
      { table, effects: [retractEffect(B, 'r1'), await effect(A, 'v2', ROWS.slice(1, 2))] },
      ports,
    );
    expect(head.metadata.schemas.map((schema) => schema.fields.length)).toEqual([10, 11]);
    expect(head.metadata.snapshots?.at(-1)?.['schema-id']).toBe(1);
    expect(byIcebird(head.metadata)).toEqual(await byDuckdb(head.metadata));
  });

  it('keeps bounds that enclose every value', async () => {
    await put(A, 'v1', ROWS);
    const { files } = await planFiles(ports.store, (await headOf(ports.catalog, TABLE.name)).metadata);
    const hex = (id: number) =>
      [files[0]?.stats.get(id)?.lower, files[0]?.stats.get(id)?.upper].map((b) => b && Buffer.from(b).toString('hex'));
    expect(hex(14)).toEqual(['fb', '01e23a']);
    expect(hex(12)).toEqual(['00000080', '02000000']);
    expect(hex(17)).toEqual(['00', '01']);
    expect(files[0]?.stats.get(14)).toMatchObject({ valueCount: 4, nullCount: 1 });
  });

  it('loses nothing to sixteen writers at once', async () => {
    const effects = await Promise.all(
      Array.from({ length: 16 }, (_, i) =>
        effect(`so_thu/gia_thu/2026-07/p${i}`, `v-${i}`, ROWS.slice(0, 1 + (i % 3))),
      ),
    );
    const results = await Promise.all(
      effects.map((one, i) => {
        const store = localObjectStore(join(home, 'curated'));
        return commit(
          { table: TABLE, effects: [one] },
          { ...ports, store, catalog: directoryCatalog(store), rng: seededRng(100 + i) },
        );
      }),
    );
    expect(results.flatMap((result) => result.outcomes.map((o) => o.outcome))).toEqual(Array(16).fill('committed'));
    const { metadata } = await headOf(directoryCatalog(ports.store), TABLE.name);
    expect(metadata.snapshots?.map((s) => s['sequence-number'])).toEqual(Array.from({ length: 16 }, (_, i) => i + 1));
    const rows = byIcebird(metadata);
    expect(rows).toHaveLength(effects.reduce((sum, one) => sum + one.rowsIn, 0));
    expect(new Set(rows.map((row) => JSON.parse(row)[0])).size).toBe(16);
  });

  it('is as it was when the writer dies before the swap', async () => {
    const first = await put(A, 'v1', ROWS);
    const dying = { ...ports.catalog, swap: () => Promise.reject(new Error('killed')) };
    const next = await effect(A, 'v2', ROWS.slice(0, 1));
    await expect(commit({ table: TABLE, effects: [next] }, { ...ports, catalog: dying })).rejects.toThrow('killed');
    const { metadata } = await headOf(directoryCatalog(ports.store), TABLE.name);
    expect(String(metadata['current-snapshot-id'])).toBe(first.snapshotId);
    expect(byIcebird(metadata)).toEqual(await byDuckdb(metadata));
    expect(byIcebird(metadata).map((row) => JSON.parse(row)[1])).toEqual(['v1', 'v1', 'v1', 'v1']);
    const again = await commit({ table: TABLE, effects: [next] }, ports);
    expect(byIcebird(again.head.metadata).map((row) => JSON.parse(row)[1])).toEqual(['v2']);
  });
});
