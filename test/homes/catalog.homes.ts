// What every catalog promises: a table's pointer moves exactly once over each base, and metadata comes back as it was.
// Where moto plays Glue, the conflicts are those of a version check we added to it; glue.homes.ts shows what moto tells alone.
import { commit } from '../../lake/table/commit';
import { parseMetadata, type TableMetadata } from '../../lake/table/metadata';
import { createTable } from '../../lake/table/metadata-builder';
import { planFiles } from '../../lake/table/plan';
import type { Head, TableCatalog } from '../../platform/ports';
import { TABLE as MADE_UP, memoryPorts, putEffect } from '../lake/table/made-up';
import { HOMES, prepareHomes, type Room } from './homes';

prepareHomes();

const TABLE = 'so_lieu_thu';
const UUID = '00000000-0000-4000-8000-000000000001';
const A = 'so_thu/so_lieu_thu/2026-06';
const B = 'so_thu/so_lieu_thu/2026-07';

function created({ store }: Room, name = TABLE): TableMetadata {
  return createTable({ ...MADE_UP, name }, store.location(name), UUID, 0);
}

const at = (metadata: TableMetadata, ms: number): TableMetadata => ({ ...metadata, 'last-updated-ms': ms });

async function headOf(catalog: TableCatalog, table = TABLE): Promise<Head> {
  const head = await catalog.load(table);
  if (!head) throw new Error(`no table ${table}`);
  return head;
}

describe.each(HOMES)('the catalog: %s', (_name, make) => {
  it('creates a table once, whoever else tries', async () => {
    const room = await make();
    const catalogs = [room.catalog, room.again().catalog];
    expect(await room.catalog.load(TABLE)).toBeUndefined();
    const outcomes = await Promise.all(
      Array.from({ length: 16 }, (_, i) => catalogs[i % 2]!.swap(TABLE, undefined, at(created(room), i))),
    );
    expect(outcomes.filter((outcome) => outcome === 'OK')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'CONFLICT')).toHaveLength(15);
    const winner = outcomes.indexOf('OK');
    expect((await headOf(room.again().catalog)).metadata).toEqual(at(created(room), winner));
  });

  it('lets exactly one of 16 racing swaps over one base happen', async () => {
    const room = await make();
    await room.catalog.swap(TABLE, undefined, created(room));
    const catalogs = [room.catalog, room.again().catalog, room.again().catalog];
    const heads = await Promise.all(catalogs.map((catalog) => headOf(catalog)));
    const outcomes = await Promise.all(
      Array.from({ length: 16 }, (_, i) => catalogs[i % 3]!.swap(TABLE, heads[i % 3], at(created(room), i + 1))),
    );
    expect(outcomes.filter((outcome) => outcome === 'OK')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'CONFLICT')).toHaveLength(15);
    const winner = at(created(room), outcomes.indexOf('OK') + 1);
    for (const catalog of [...catalogs, room.again().catalog]) expect((await headOf(catalog)).metadata).toEqual(winner);
  });

  it('refuses a stale base, also one that another process made stale, and takes the fresh one', async () => {
    const room = await make();
    const other = room.again().catalog;
    await room.catalog.swap(TABLE, undefined, created(room));
    const stale = await headOf(room.catalog);
    for (let i = 1; i <= 3; i++) expect(await other.swap(TABLE, await headOf(other), at(created(room), i))).toBe('OK');
    expect(await room.catalog.swap(TABLE, stale, at(created(room), 90))).toBe('CONFLICT');
    const fresh = await headOf(room.catalog);
    expect(fresh.metadata['last-updated-ms']).toBe(3);
    expect(await room.catalog.swap(TABLE, fresh, at(created(room), 91))).toBe('OK');
    // A head is a value: one written down and read again is as good.
    const copied = { ...(await headOf(other)) };
    expect(await room.again().catalog.swap(TABLE, copied, at(created(room), 92))).toBe('OK');
    expect((await headOf(other)).metadata['last-updated-ms']).toBe(92);
    expect(await room.catalog.swap(TABLE, stale, at(created(room), 93))).toBe('CONFLICT');
  });

  it('lists its tables in byte order', async () => {
    const room = await make();
    expect(await room.catalog.list()).toEqual([]);
    for (const name of ['ho_so', 'gia', 'gia_2'])
      await room.catalog.swap(name, undefined, createTable({ ...MADE_UP, name }, room.store.location(name), UUID, 0));
    expect(await room.again().catalog.list()).toEqual(['gia', 'gia_2', 'ho_so']);
  });

  it('gives metadata back without loss: 63-bit ids of other writers, Vietnamese, unknown fields', async () => {
    const room = await make();
    const id = 3_051_729_675_574_597_004n;
    const foreign = parseMetadata(
      JSON.stringify({
        ...created(room),
        properties: { ghi_chú: 'Đã đối chiếu “ký hiệu”\n\u0000' },
        'next-thing': { a: [1.5, null] },
        'current-snapshot-id': 1,
        snapshots: [
          {
            'snapshot-id': 1,
            'sequence-number': 1,
            'timestamp-ms': 2,
            'manifest-list': 'x',
            summary: { operation: 'append' },
          },
        ],
      })
        .replaceAll('"snapshot-id":1', `"snapshot-id":${id}`)
        .replaceAll('"current-snapshot-id":1', `"current-snapshot-id":${id}`),
      'made up',
    );
    expect(foreign['current-snapshot-id']).toBe(id);
    await room.catalog.swap(TABLE, undefined, foreign);
    for (const catalog of [room.catalog, room.again().catalog]) {
      const { metadata } = await headOf(catalog);
      expect(metadata).toEqual(foreign);
      expect(metadata.snapshots?.[0]?.['snapshot-id']).toBe(id);
    }
  });

  it('carries whole commits: append, replace, the same again, and two processes at once', async () => {
    const room = await make();
    const portsOf = (place: Pick<Room, 'store' | 'catalog'>, seed: number) => ({
      ...memoryPorts({}, seed),
      store: place.store,
      catalog: place.catalog,
    });
    const mine = portsOf(room, 1);
    const other = portsOf(room.again(), 2);
    const put = async (ports: typeof mine, submission: string, version: string, rows: number) =>
      commit({ table: MADE_UP, effects: [await putEffect(ports.store, submission, version, rows)] }, ports);

    expect((await put(mine, A, 'v1', 3)).outcomes).toMatchObject([{ outcome: 'committed' }]);
    expect((await put(other, A, 'v2', 5)).outcomes).toMatchObject([{ outcome: 'committed', removedRows: 3 }]);
    expect((await put(mine, A, 'v2', 5)).outcomes).toMatchObject([{ outcome: 'already-live' }]);
    await Promise.all([put(mine, B, 'v1', 7), put(other, 'so_thu/so_lieu_thu/2026-08', 'v1', 11)]);

    const { metadata } = await headOf(room.again().catalog, MADE_UP.name);
    const { files } = await planFiles(room.store, metadata);
    expect(files.map((file) => file.rows).sort((a, b) => a - b)).toEqual([5, 7, 11]);
    expect(metadata.snapshots).toHaveLength(4);
  });

  it('refuses table names that are paths', async () => {
    const room = await make();
    if (_name === 'memory') return expect(await room.catalog.load('../x')).toBeUndefined();
    await expect(room.catalog.load('../x')).rejects.toMatchObject({ name: 'InputError', code: 'E_TABLE_NAME' });
    await expect(room.catalog.swap('a/b', undefined, created(room))).rejects.toMatchObject({ code: 'E_TABLE_NAME' });
  });
});
