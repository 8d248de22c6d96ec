// Row-level deletes of other engines: which delete file applies to which data file (spec, "Scan Planning").
import { writeAvro } from '../../../lake/table/avro';
import { encodeBound } from '../../../lake/table/bounds';
import { type ManifestRef, writeManifestList } from '../../../lake/table/manifest-list';
import { manifestSchema } from '../../../lake/table/manifest-schema';
import type { TableMetadata } from '../../../lake/table/metadata';
import { createTable } from '../../../lake/table/metadata-builder';
import { planFiles, planScan } from '../../../lake/table/plan';
import { memoryObjectStore } from '../../../platform/memory/object-store';
import { TABLE } from './made-up';

interface Entry {
  readonly name: string;
  /** 0 data, 1 position deletes, 2 equality deletes. */
  readonly content: number;
  readonly sequence: number;
  readonly period?: string | null;
  /** Files of the unpartitioned spec. */
  readonly whole?: boolean;
  readonly format?: string;
  readonly ids?: readonly number[];
  /** Bounds of the paths a position delete file names. */
  readonly paths?: readonly [string, string];
  readonly status?: number;
}

const PATH_FIELD = 2147483546;

/** A table whose one snapshot has these files. */
async function tableOf(entries: readonly Entry[]) {
  const store = memoryObjectStore();
  const at = (name: string) => store.location(`${TABLE.name}/data/${name}.parquet`);
  const base = createTable(TABLE, store.location(TABLE.name), 'e5b1c1f0-0000-4000-8000-000000000000', 1);
  const specs = [...base['partition-specs'], { 'spec-id': 1, fields: [] }];
  const refs: ManifestRef[] = [];
  for (const [i, entry] of entries.entries()) {
    const spec = specs[entry.whole ? 1 : 0]!;
    const bound = (path: string | undefined) =>
      path === undefined ? [] : [{ key: PATH_FIELD, value: Buffer.from(encodeBound('string', at(path))) }];
    const file = {
      content: entry.content,
      file_path: at(entry.name),
      file_format: entry.format ?? 'PARQUET',
      partition: entry.whole ? {} : { ky_du_lieu: entry.period ?? null },
      record_count: 5,
      file_size_in_bytes: 100,
      column_sizes: null,
      value_counts: null,
      null_value_counts: null,
      nan_value_counts: null,
      lower_bounds: bound(entry.paths?.[0]),
      upper_bounds: bound(entry.paths?.[1]),
      key_metadata: null,
      split_offsets: null,
      equality_ids: entry.ids ?? null,
      sort_order_id: 0,
    };
    const { sequence, status = 1 } = entry;
    const row = { status, snapshot_id: 7, sequence_number: sequence, file_sequence_number: sequence, data_file: file };
    const key = `${TABLE.name}/metadata/m${i}.avro`;
    const bytes = writeAvro({ schema: manifestSchema(spec), meta: {}, rows: [row] }, new Uint8Array(16));
    await store.putIfAbsent(key, bytes);
    refs.push({
      path: store.location(key),
      length: bytes.length,
      specId: spec['spec-id'],
      content: entry.content === 0 ? 0 : 1,
      sequenceNumber: sequence,
      minSequenceNumber: sequence,
      addedSnapshotId: 7,
      addedFiles: 1,
      existingFiles: 0,
      deletedFiles: 0,
      addedRows: 5,
      existingRows: 0,
      deletedRows: 0,
      partitions: null,
      keyMetadata: null,
      submissions: null,
    });
  }
  const list = `${TABLE.name}/metadata/snap-7.avro`;
  const header = { snapshotId: 7, parentSnapshotId: null, sequenceNumber: 9 };
  await store.putIfAbsent(list, writeManifestList(refs, header, new Uint8Array(16)));
  const metadata: TableMetadata = {
    ...base,
    'partition-specs': specs,
    'last-sequence-number': 9,
    'current-snapshot-id': 7,
    snapshots: [
      {
        'snapshot-id': 7,
        'sequence-number': 9,
        'timestamp-ms': 2,
        'manifest-list': store.location(list),
        summary: { operation: 'overwrite' },
      },
    ],
  };
  return { store, metadata, at };
}

/** Name of a data file → names of the delete files that apply to it. */
async function applied(entries: readonly Entry[]): Promise<Record<string, string[]>> {
  const { store, metadata } = await tableOf(entries);
  const { deletes } = await planScan(store, metadata);
  const short = (path: string) => path.replace(/^.*\/|\.parquet$/g, '');
  return Object.fromEntries(
    [...deletes].map(([path, one]) => [
      short(path),
      [...one.positions, ...one.equalities.map((equality) => equality.path)].map(short),
    ]),
  );
}

const data = (name: string, sequence: number, period: string | null = '2026-06'): Entry => ({
  name,
  content: 0,
  sequence,
  period,
});

describe('planScan', () => {
  it('applies position deletes to files of their commit or before, in their partition', async () => {
    const entries = [
      data('before', 1),
      data('same', 2),
      data('after', 3),
      data('elsewhere', 1, '2026-07'),
      data('nowhere', 1, null),
      { name: 'p', content: 1, sequence: 2, period: '2026-06' },
      { name: 'q', content: 1, sequence: 2, period: null },
    ];
    expect(await applied(entries)).toEqual({ before: ['p'], same: ['p'], nowhere: ['q'] });
  });

  it('leaves out position deletes that by their own bounds name other files', async () => {
    const entries = [
      data('a', 1),
      data('b', 1),
      data('c', 1),
      { name: 'p', content: 1, sequence: 2, period: '2026-06', paths: ['b', 'c'] as const },
    ];
    expect(await applied(entries)).toEqual({ b: ['p'], c: ['p'] });
  });

  it('applies equality deletes to files of commits before only', async () => {
    const entries = [
      data('before', 1),
      data('same', 2),
      data('elsewhere', 1, '2026-07'),
      { name: 'e', content: 2, sequence: 2, period: '2026-06', ids: [11] },
    ];
    expect(await applied(entries)).toEqual({ before: ['e'] });
  });

  it('applies equality deletes without partition everywhere, position deletes without partition nowhere else', async () => {
    const entries = [
      data('a', 1),
      data('b', 1, '2026-07'),
      { name: 'e', content: 2, sequence: 2, whole: true, ids: [11] },
      { name: 'p', content: 1, sequence: 2, whole: true },
    ];
    expect(await applied(entries)).toEqual({ a: ['e'], b: ['e'] });
  });

  it('forgets delete files that were removed', async () => {
    const { store, metadata } = await tableOf([
      data('a', 1),
      { name: 'p', content: 1, sequence: 2, period: '2026-06', status: 2 },
    ]);
    expect((await planScan(store, metadata)).deletes.size).toBe(0);
    expect((await planFiles(store, metadata)).files).toHaveLength(1);
  });

  it('names the columns of an equality delete, and the data file as the metadata does', async () => {
    const { store, metadata, at } = await tableOf([
      data('a', 1),
      { name: 'e', content: 2, sequence: 2, period: '2026-06', ids: [12, 11] },
    ]);
    const moved = { ...store, location: (key: string) => `memory://noi-moi/${key}` };
    const { deletes } = await planScan(moved, metadata);
    expect([...deletes]).toEqual([
      [
        `memory://noi-moi/${TABLE.name}/data/a.parquet`,
        {
          named: at('a'),
          positions: [],
          equalities: [
            {
              path: `memory://noi-moi/${TABLE.name}/data/e.parquet`,
              fields: [
                { id: 12, name: 'ho_ten', type: 'string' },
                { id: 11, name: 'so_luong', type: 'int' },
              ],
            },
          ],
        },
      ],
    ]);
  });

  it.each([
    ['is not Parquet', { name: 'p', content: 1, sequence: 2, period: '2026-06', format: 'PUFFIN' }],
    ['names no columns', { name: 'e', content: 2, sequence: 2, period: '2026-06' }],
    ['names a column that never was', { name: 'e', content: 2, sequence: 2, period: '2026-06', ids: [99] }],
    ['is of an unknown kind', { name: 'x', content: 3, sequence: 2, period: '2026-06' }],
  ])('refuses a delete file that %s', async (_, entry: Entry) => {
    const { store, metadata, at } = await tableOf([data('a', 1), entry]);
    await expect(planScan(store, metadata)).rejects.toMatchObject({
      name: 'InputError',
      code: 'E_DELETE_FILES',
      message: expect.stringContaining(at(entry.name)),
    });
  });
});

describe('planFiles', () => {
  it('refuses a snapshot whose rows are hidden in part: its callers would count them', async () => {
    const { store, metadata } = await tableOf([
      data('a', 1),
      { name: 'p', content: 1, sequence: 2, period: '2026-06' },
    ]);
    await expect(planFiles(store, metadata)).rejects.toMatchObject({ name: 'InputError', code: 'E_DELETE_FILES' });
  });
});
