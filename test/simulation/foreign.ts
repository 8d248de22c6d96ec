// Other software on the same tables: it rearranges files as an optimiser does, with figures of its own, or changes rows,
// which it may not. Written against the bytes, not with the lake's own writer.

import { FaultError } from '../../lake/errors';
import type { Lake } from '../../lake/submission/submit';
import { readAvro, writeAvro } from '../../lake/table/avro';
import type { Snapshot, TableMetadata } from '../../lake/table/metadata';
import { decodeRows, encodeRows, type Row } from './made-format';
import type { Run } from './run';

type Fields = Record<string, unknown>;

interface RawEntry extends Fields {
  status: number;
  snapshot_id: unknown;
  sequence_number: unknown;
  file_sequence_number: unknown;
  data_file: Fields & { file_path: string; record_count: number; file_size_in_bytes: number; partition: Fields };
}

interface RawList extends Fields {
  manifest_path: string;
  sequence_number: number;
  added_snapshot_id: unknown;
}

interface Loaded {
  readonly row: RawList;
  readonly schema: ReturnType<typeof readAvro>['schema'];
  readonly meta: Readonly<Record<string, string>>;
  readonly entries: readonly RawEntry[];
}

/** What an optimiser gives up with whose head is no longer the table's. */
export const GONE_WITH_ITS_HEAD = 'F_GONE_WITH_ITS_HEAD';

const SYNC = new Uint8Array(16).fill(7);

/** Bounds as foreign writers keep them: shortened, whole, or none at all. */
function figures(rows: readonly Row[], how: number): Fields {
  const pairs = (pick: (values: string[]) => string) =>
    [1, 2].map((key) => {
      const values = rows.map((row) => String(row[key === 1 ? '_submission' : '_version'])).sort();
      return { key, value: Buffer.from(pick(values)) };
    });
  const counts = [1, 2].map((key) => ({ key, value: rows.length }));
  const none = { lower_bounds: null, upper_bounds: null, value_counts: null, null_value_counts: null };
  if (how === 0 || rows.length === 0) return none;
  const cut = (text: string) => text.slice(0, 16);
  const over = (text: string) =>
    text.length <= 16 ? text : `${text.slice(0, 15)}${String.fromCharCode(text.charCodeAt(15) + 1)}`;
  return {
    value_counts: counts,
    null_value_counts: counts.map(({ key }) => ({ key, value: 0 })),
    lower_bounds: pairs((values) => (how === 1 ? cut(values[0] ?? '') : (values[0] ?? ''))),
    upper_bounds: pairs((values) => (how === 1 ? over(values.at(-1) ?? '') : (values.at(-1) ?? ''))),
  };
}

/**
 * Rewrites some files of one partition as one, in a `replace` snapshot; or, when `spoil`, drops a file in an `overwrite`.
 * @returns whether a snapshot was written
 */
export async function foreignWrite(
  lake: Lake,
  run: Run,
  table: string,
  pick: number,
  spoil: boolean,
): Promise<boolean> {
  const { curated } = lake.ports.zones;
  const { catalog, rng, clock } = lake.ports;
  const head = await catalog.load(table);
  const parent = head?.metadata.snapshots?.find((s) => s['snapshot-id'] === head.metadata['current-snapshot-id']);
  if (!head || !parent || run.watch.spoilt.has(String(parent['snapshot-id']))) return false;
  const root = curated.location('');
  const read = async (location: string) => {
    const bytes = await curated.get(location.slice(root.length));
    if (bytes) return bytes;
    // An erasure, or expiry long after, takes files away from under those who still read a former head.
    if (run.world.heads.get(table)?.token !== head.token) throw new FaultError(GONE_WITH_ITS_HEAD, location);
    throw new Error(`${location} is missing, though the head names it`);
  };
  const list = readAvro(await read(parent['manifest-list']), 'list');
  const loaded: Loaded[] = [];
  for (const row of list.rows as RawList[]) {
    const manifest = readAvro(await read(row.manifest_path), row.manifest_path);
    loaded.push({ row, schema: manifest.schema, meta: manifest.meta, entries: manifest.rows as RawEntry[] });
  }
  const live = loaded.flatMap(({ entries }) => entries.filter((entry) => entry.status !== 2));
  const first = live[pick % Math.max(1, live.length)];
  if (!first) return false;
  const inPartition = live.filter(
    (e) => JSON.stringify(e.data_file.partition) === JSON.stringify(first.data_file.partition),
  );
  const chosen = spoil ? [first] : inPartition.filter((entry, i) => entry === first || (pick >>> (i % 16)) & 1);
  const gone = new Set(chosen.map((entry) => entry.data_file.file_path));
  const rows: Row[] = [];
  for (const path of gone) rows.push(...decodeRows(await read(path), path));
  if (rows.length === 0) return false;

  // 63 bits, as the others do; the highest set, so that it is never a safe integer.
  const snapshotId = (1n << 62n) + BigInt(rng.safeId());
  const sequence = head.metadata['last-sequence-number'] + 1;
  const put = async (name: string, bytes: Uint8Array) => {
    while ((await curated.putIfAbsent(name, bytes)) === 'UNKNOWN');
    return { path: curated.location(name), length: bytes.length };
  };
  const listed: RawList[] = [];
  const describe = (entries: readonly RawEntry[], base: RawList, at: { path: string; length: number }): RawList => {
    const of = (status: number) => entries.filter((entry) => entry.status === status);
    const count = (status: number) => of(status).reduce((sum, entry) => sum + entry.data_file.record_count, 0);
    return {
      ...base,
      manifest_path: at.path,
      manifest_length: at.length,
      content: 0,
      sequence_number: sequence,
      min_sequence_number: Math.min(
        sequence,
        ...entries.filter((e) => e.status !== 2).map((e) => Number(e.sequence_number ?? sequence)),
      ),
      added_snapshot_id: snapshotId,
      added_files_count: of(1).length,
      existing_files_count: of(0).length,
      deleted_files_count: of(2).length,
      added_rows_count: count(1),
      existing_rows_count: count(0),
      deleted_rows_count: count(2),
      partitions: null,
    };
  };
  for (const { row, schema, meta, entries } of loaded) {
    if (!entries.some((entry) => entry.status !== 2 && gone.has(entry.data_file.file_path))) {
      listed.push(row);
      continue;
    }
    const carried = entries
      .filter((entry) => entry.status !== 2)
      .map((entry): RawEntry => {
        const lost = gone.has(entry.data_file.file_path);
        return {
          ...entry,
          status: lost ? 2 : 0,
          snapshot_id: lost ? snapshotId : (entry.snapshot_id ?? row.added_snapshot_id),
          sequence_number: entry.sequence_number ?? row.sequence_number,
          file_sequence_number: entry.file_sequence_number ?? row.sequence_number,
        };
      });
    const at = await put(
      `${table}/metadata/foreign-${rng.uuid()}-m0.avro`,
      writeAvro({ schema, meta, rows: carried }, SYNC),
    );
    listed.push(describe(carried, row, at));
  }
  const newest = loaded.at(-1)!;
  if (!spoil) {
    const bytes = encodeRows(rows);
    const file = await put(`${table}/data/foreign-${rng.uuid()}.parquet`, bytes);
    const entry: RawEntry = {
      ...first,
      status: 1,
      snapshot_id: null,
      sequence_number: null,
      file_sequence_number: null,
      data_file: {
        ...first.data_file,
        file_path: file.path,
        record_count: rows.length,
        file_size_in_bytes: file.length,
        column_sizes: null,
        ...figures(rows, (pick >>> 3) % 3),
      },
    };
    const home = loaded.find(({ entries }) => entries.includes(first)) ?? newest;
    const content = writeAvro({ schema: home.schema, meta: home.meta, rows: [entry] }, SYNC);
    const at = await put(`${table}/metadata/foreign-${rng.uuid()}-m1.avro`, content);
    listed.unshift(describe([entry], home.row, at));
  }
  const place = await put(
    `${table}/metadata/foreign-snap-${rng.uuid()}.avro`,
    writeAvro({ schema: list.schema, meta: { 'format-version': '2' }, rows: listed }, SYNC),
  );
  const total = Number(parent.summary['total-records']);
  const files = Number(parent.summary['total-data-files']);
  const snapshot: Snapshot = {
    'snapshot-id': snapshotId,
    'parent-snapshot-id': parent['snapshot-id'],
    'sequence-number': sequence,
    'timestamp-ms': Math.max(clock.now(), head.metadata['last-updated-ms'] + 1),
    'manifest-list': place.path,
    'schema-id': head.metadata['current-schema-id'],
    summary: {
      operation: spoil ? 'overwrite' : 'replace',
      'added-data-files': spoil ? '0' : '1',
      'deleted-data-files': String(gone.size),
      'added-records': spoil ? '0' : String(rows.length),
      'deleted-records': String(rows.length),
      'total-records': String(spoil ? total - rows.length : total),
      'total-data-files': String(files - gone.size + (spoil ? 0 : 1)),
    },
  };
  if (spoil) run.watch.spoilt.add(String(snapshotId));
  const swapped = await catalog.swap(table, head, withSnapshot(head.metadata, head.location, snapshot));
  return swapped === 'OK';
}

/** The metadata after a change that is not ours. */
function after(metadata: TableMetadata, location: string, change: Partial<TableMetadata>): TableMetadata {
  return {
    ...metadata,
    'last-updated-ms': metadata['last-updated-ms'] + 1,
    'metadata-log': [
      ...(metadata['metadata-log'] ?? []),
      { 'timestamp-ms': metadata['last-updated-ms'], 'metadata-file': location },
    ],
    ...change,
  };
}

function withSnapshot(metadata: TableMetadata, location: string, snapshot: Snapshot): TableMetadata {
  return after(metadata, location, {
    'last-sequence-number': snapshot['sequence-number'],
    'last-updated-ms': snapshot['timestamp-ms'],
    'current-snapshot-id': snapshot['snapshot-id'],
    snapshots: [...(metadata.snapshots ?? []), snapshot],
    'snapshot-log': [
      ...(metadata['snapshot-log'] ?? []),
      { 'timestamp-ms': snapshot['timestamp-ms'], 'snapshot-id': snapshot['snapshot-id'] },
    ],
    refs: { ...metadata.refs, main: { 'snapshot-id': snapshot['snapshot-id'], type: 'branch' } },
  });
}

/** The steward goes back to the snapshot before a foreign one that changed rows. */
export async function setBack(lake: Lake, run: Run, table: string): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const head = await lake.ports.catalog.load(table);
    const spoilt = head?.metadata.snapshots?.find((s) => run.watch.spoilt.has(String(s['snapshot-id'])));
    if (!head || !spoilt) return;
    const { metadata, location } = head;
    const parent = metadata.snapshots?.find((s) => s['snapshot-id'] === spoilt['parent-snapshot-id']);
    if (!parent || metadata['current-snapshot-id'] !== spoilt['snapshot-id']) return;
    await lake.ports.catalog.swap(
      table,
      head,
      after(metadata, location, {
        'current-snapshot-id': parent['snapshot-id'],
        snapshots: (metadata.snapshots ?? []).filter((s) => s !== spoilt),
        'snapshot-log': (metadata['snapshot-log'] ?? []).filter((e) => e['snapshot-id'] !== spoilt['snapshot-id']),
        refs: {
          ...Object.fromEntries(
            Object.entries(metadata.refs ?? {}).filter(([, ref]) => ref['snapshot-id'] !== spoilt['snapshot-id']),
          ),
          main: { 'snapshot-id': parent['snapshot-id'], type: 'branch' },
        },
      }),
    );
  }
}

/** A release: a tag on what readers see now. */
export async function tagCurrent(lake: Lake, table: string, name: string): Promise<boolean> {
  const head = await lake.ports.catalog.load(table);
  const current = head?.metadata['current-snapshot-id'];
  // A table without rows has none.
  if (!head || current === undefined || current === -1) return false;
  const refs = { ...head.metadata.refs, [name]: { 'snapshot-id': current, type: 'tag' as const } };
  return (await lake.ports.catalog.swap(table, head, after(head.metadata, head.location, { refs }))) === 'OK';
}
