// Reading a table: which files make up a snapshot, and what its history was.

import type { ObjectStore } from '../../platform/ports';
import { FaultError, InputError } from '../errors';
import { type DataFile, SUBMISSION_FIELD, VERSION_FIELD } from './data-file';
import { applyDeletes, type FileDeletes, type PlacedEntry } from './deletes';
import { isLive, partitionName, toDataFile } from './manifest';
import { liveFiles } from './manifest-list';
import { currentSnapshot, partitionSource, type Snapshot, type TableMetadata } from './metadata';
import { onlyText } from './ownership';
import { keyOf, loadManifestList, loadManifests, tableOf } from './tree';

/** A moment of the table: a snapshot by its id, or what was current at a time. */
export type PointInTime = { readonly snapshotId: string } | { readonly timestampMs: number };

export interface Plan {
  /** null: the table has no snapshot yet. */
  readonly snapshot: Snapshot | null;
  readonly files: readonly DataFile[];
}

function named(snapshot: Snapshot): string {
  return `${snapshot['snapshot-id']} (${new Date(snapshot['timestamp-ms']).toISOString()})`;
}

/** The snapshots nearest to a moment, for messages. */
function nearby(snapshots: readonly Snapshot[], distance: (snapshot: Snapshot) => number): string {
  const near = [...snapshots].sort((a, b) => distance(a) - distance(b)).slice(0, 3);
  return near.length === 0 ? '–' : near.map(named).join(', ');
}

function sharedPrefix(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}

/**
 * The snapshot that was current at a moment.
 * @throws InputError E_SNAPSHOT naming the nearest ones
 */
function snapshotAt(metadata: TableMetadata, at: PointInTime): Snapshot {
  const snapshots = metadata.snapshots ?? [];
  if ('snapshotId' in at) {
    const snapshot = snapshots.find((s) => String(s['snapshot-id']) === at.snapshotId);
    if (snapshot) return snapshot;
    const near = nearby(snapshots.toReversed(), (s) => -sharedPrefix(String(s['snapshot-id']), at.snapshotId));
    throw new InputError('E_SNAPSHOT', {
      vi: `Bảng không có lần ghi ${at.snapshotId}. Các lần ghi gần nhất: ${near}. Hãy chọn một mã trong "tamgiang history".`,
      en: `The table has no snapshot ${at.snapshotId}. Nearest: ${near}. Choose an id from "tamgiang history".`,
    });
  }
  const entry = metadata['snapshot-log']?.findLast((e) => e['timestamp-ms'] <= at.timestampMs);
  const snapshot = entry && snapshots.find((s) => s['snapshot-id'] === entry['snapshot-id']);
  if (snapshot) return snapshot;
  const near = nearby(snapshots, (s) => Math.abs(s['timestamp-ms'] - at.timestampMs));
  const time = new Date(at.timestampMs).toISOString();
  throw new InputError('E_SNAPSHOT', {
    vi: `Bảng không có dữ liệu nào tại thời điểm ${time}. Các lần ghi gần nhất: ${near}. Hãy chọn thời điểm từ lần ghi đầu tiên trở đi.`,
    en: `The table had no data at ${time}. Nearest snapshots: ${near}. Choose a time at or after the first one.`,
  });
}

export interface Scan extends Plan {
  /** Row-level deletes that apply, by `path` of the data file; files without any are not in it. */
  readonly deletes: ReadonlyMap<string, FileDeletes>;
}

/**
 * Live data files of the current snapshot, or of a moment in the past, and what hides rows of them. For readers that apply
 * row-level deletes; all others take planFiles. Paths are where the store has them now.
 * @throws InputError E_SNAPSHOT, E_DELETE_FILES, E_MANIFEST, E_FILE_MISSING
 */
export async function planScan(store: ObjectStore, metadata: TableMetadata, at?: PointInTime): Promise<Scan> {
  const table = tableOf(metadata);
  const snapshot = at ? snapshotAt(metadata, at) : currentSnapshot(metadata);
  if (!snapshot) return { snapshot: null, files: [], deletes: new Map() };
  const refs = (await loadManifestList(store, metadata, snapshot)).filter((ref) => liveFiles(ref) > 0);
  const source = partitionSource(metadata);
  // Most files are where their metadata says; asking the store for each would cost more than reading the manifests.
  const here = `${store.location(table)}/`;
  const locate = (location: string) =>
    location.startsWith(here) ? location : store.location(keyOf(store, metadata, location));
  const files: DataFile[] = [];
  const manifests = (await loadManifests(store, metadata, refs)).map(({ ref, entries }) => {
    const spec = metadata['partition-specs'].find((s) => s['spec-id'] === ref.specId);
    if (!spec) throw new FaultError('F_PARTITION', `${table}: partition spec ${ref.specId} is missing.`);
    return { spec, isData: ref.content === 0, live: entries.filter(isLive) };
  });
  for (const { spec, isData, live } of manifests) {
    const period = partitionName(spec, source);
    if (isData) for (const entry of live) files.push(toDataFile(entry, period, locate(entry.data_file.file_path)));
  }
  const placed = (isData: boolean): PlacedEntry[] =>
    manifests.flatMap((one) => (one.isData === isData ? one.live.map((entry) => ({ entry, spec: one.spec })) : []));
  const deleting = placed(false);
  const applied = deleting.length === 0 ? new Map() : applyDeletes(placed(true), deleting, metadata, locate);
  const deletes = new Map([...applied.values()].map((one) => [locate(one.named), one]));
  return { snapshot, files, deletes };
}

/**
 * Live data files of the current snapshot, or of a moment in the past, all of whose rows count.
 * @throws InputError E_SNAPSHOT, E_DELETE_FILES when deletes of other software hide rows, E_MANIFEST, E_FILE_MISSING
 */
export async function planFiles(store: ObjectStore, metadata: TableMetadata, at?: PointInTime): Promise<Plan> {
  const { snapshot, files, deletes } = await planScan(store, metadata, at);
  if (snapshot && deletes.size > 0) {
    const table = tableOf(metadata);
    throw new InputError('E_DELETE_FILES', {
      vi: `Bảng ${table} có tệp xóa dòng do phần mềm khác ghi, tính đến lần ghi ${named(snapshot)}; thao tác này không áp dụng chúng nên sẽ cho kết quả sai. Câu hỏi SQL (“tamgiang sql”) vẫn đọc đúng; để làm thao tác này, trước hết hãy gộp tệp (OPTIMIZE) bằng phần mềm đã ghi.`,
      en: `Table ${table} has row-level delete files written by other software, as of snapshot ${named(snapshot)}; what was asked for does not apply them and would be wrong. SQL questions (“tamgiang sql”) read the table rightly; for this, compact it (OPTIMIZE) first with the software that wrote them.`,
    });
  }
  return { snapshot, files };
}

export interface LiveVersion {
  /** null: the files do not tell. */
  readonly version: string | null;
  readonly rows: number;
  readonly files: number;
}

/**
 * Submission → what of it is live.
 * @throws FaultError F_SHARED_FILE when a file holds rows of several submissions
 */
export function liveVersions(files: readonly DataFile[]): ReadonlyMap<string, LiveVersion> {
  const live = new Map<string, LiveVersion>();
  for (const file of files) {
    const submission = onlyText(file.stats.get(SUBMISSION_FIELD));
    if (submission === undefined)
      throw new FaultError(
        'F_SHARED_FILE',
        `${file.path} holds rows of several submissions; their versions are unknown.`,
      );
    const version = onlyText(file.stats.get(VERSION_FIELD)) ?? null;
    const former = live.get(submission);
    live.set(submission, {
      version: former && former.version !== version ? null : version,
      rows: (former?.rows ?? 0) + file.rows,
      files: (former?.files ?? 0) + 1,
    });
  }
  return live;
}

export interface HistoryEntry {
  readonly snapshotId: string;
  readonly sequenceNumber: number;
  /** ISO 8601 UTC. */
  readonly committedAt: string;
  readonly operation: string;
  readonly addedRows: number;
  readonly deletedRows: number;
  readonly totalRows: number;
  /** Submission keys, the first eight; then `+n`. Empty for foreign snapshots. */
  readonly submissions: readonly string[];
  /** First 16 hex digits of the effect keys, the first 32; then `+n`. */
  readonly effects: readonly string[];
  /** File name of the commit record in `metadata/`; null: another engine wrote the snapshot. */
  readonly record: string | null;
  /** Whether readers see this one now. */
  readonly isCurrent: boolean;
}

/** All retained snapshots, oldest first. */
export function history(metadata: TableMetadata): readonly HistoryEntry[] {
  const listed = (text: string | undefined) => text?.split(',') ?? [];
  return (metadata.snapshots ?? []).map((snapshot) => ({
    snapshotId: String(snapshot['snapshot-id']),
    sequenceNumber: snapshot['sequence-number'],
    committedAt: new Date(snapshot['timestamp-ms']).toISOString(),
    operation: snapshot.summary.operation ?? '?',
    addedRows: Number(snapshot.summary['added-records'] ?? 0),
    deletedRows: Number(snapshot.summary['deleted-records'] ?? 0),
    totalRows: Number(snapshot.summary['total-records'] ?? 0),
    submissions: listed(snapshot.summary['lake.submissions']),
    effects: listed(snapshot.summary['lake.effects']),
    record: snapshot.summary['lake.record'] ?? null,
    isCurrent: snapshot['snapshot-id'] === metadata['current-snapshot-id'],
  }));
}
