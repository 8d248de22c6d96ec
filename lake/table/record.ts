// The commit record: what one snapshot did to which submission, chained by hash. Written before the swap; it counts only
// when a snapshot names it. Holds no row values.
import { createHash } from 'node:crypto';
import type { ObjectStore } from '../../platform/ports';
import type { Long } from './json';
import { type Snapshot, snapshotById, type TableMetadata } from './metadata';
import { tableOf } from './tree';

interface RecordedEffect {
  readonly sk: string;
  readonly version: string;
  readonly ek: string;
  readonly op: 'put' | 'retract';
  readonly rowsIn: number;
  readonly rowsOk: number;
  readonly rowsRejected: number;
  readonly rowsRemoved: number;
  readonly filesAdded: readonly string[];
  readonly filesRemoved: readonly string[];
}

/** Ids are text, so that 63-bit parents survive every JSON reader. */
export interface CommitRecord {
  readonly table: string;
  readonly snapshotId: string;
  readonly parentSnapshotId: string | null;
  readonly sequenceNumber: number;
  readonly writerEpoch: number;
  readonly erasureEpoch: number;
  readonly prevRecordSha256: string | null;
  readonly effects: readonly RecordedEffect[];
}

const EFFECTS_IN_SUMMARY = 32;
const SUBMISSIONS_IN_SUMMARY = 8;

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The first `most` of a list and how many more there are; the metadata JSON keeps every snapshot, so this stays short. */
function capped(values: readonly string[], most: number): string {
  const more = values.length - most;
  return [...values.slice(0, most), ...(more > 0 ? [`+${more}`] : [])].join(',');
}

/** First 16 hex digits of an effect key: the part that data files carry in their names. */
export function shortKey(effectKey: string): string {
  return effectKey.slice(0, 16);
}

/** `lake.*` keys of a snapshot summary. `name` is the record's file name in `metadata/`. */
export function recordSummary(record: CommitRecord, name: string, digest: string): Record<string, string> {
  return {
    'lake.record': name,
    'lake.record-sha256': digest,
    'lake.effects': capped(
      record.effects.map((effect) => shortKey(effect.ek)),
      EFFECTS_IN_SUMMARY,
    ),
    'lake.submissions': capped(
      record.effects.map((effect) => effect.sk),
      SUBMISSIONS_IN_SUMMARY,
    ),
    'lake.writer-epoch': String(record.writerEpoch),
    'lake.erasure-epoch': String(record.erasureEpoch),
  };
}

/** The current snapshot and its ancestors, newest first. */
export function* ancestors(metadata: TableMetadata): Generator<Snapshot> {
  const byId = new Map<Long, Snapshot>((metadata.snapshots ?? []).map((s) => [s['snapshot-id'], s]));
  let id = metadata['current-snapshot-id'];
  while (id !== undefined && id !== null) {
    const snapshot = byId.get(id);
    if (!snapshot) return;
    yield snapshot;
    id = snapshot['parent-snapshot-id'];
  }
}

/** Digest of the newest record in the history; null: none yet. */
export function lastRecordDigest(metadata: TableMetadata): string | null {
  for (const snapshot of ancestors(metadata)) {
    const digest = snapshot.summary['lake.record-sha256'];
    if (digest !== undefined) return digest;
  }
  return null;
}

function isRecord(value: unknown): value is CommitRecord {
  return typeof value === 'object' && value !== null && 'effects' in value && Array.isArray(value.effects);
}

/** The record a snapshot names; undefined when it has none or the file does not match its digest. */
export async function readRecord(
  store: ObjectStore,
  table: string,
  snapshot: Snapshot,
): Promise<CommitRecord | undefined> {
  const name = snapshot.summary['lake.record'];
  const bytes = name === undefined ? undefined : await store.get(`${table}/metadata/${name}`);
  if (!bytes || sha256(bytes) !== snapshot.summary['lake.record-sha256']) return undefined;
  const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
  return isRecord(value) ? value : undefined;
}

/**
 * The newest ancestor whose effects include this key. An effect without rows leaves no file, so only the history tells
 * whether it happened.
 */
export async function recordedIn(
  store: ObjectStore,
  metadata: TableMetadata,
  effectKey: string,
): Promise<Snapshot | undefined> {
  for (const snapshot of ancestors(metadata)) {
    const listed = snapshot.summary['lake.effects']?.split(',') ?? [];
    if (listed.includes(shortKey(effectKey))) return snapshot;
    if (!listed.at(-1)?.startsWith('+')) continue;
    const record = await readRecord(store, tableOf(metadata), snapshot);
    if (record?.effects.some((effect) => effect.ek === effectKey)) return snapshot;
  }
  return undefined;
}

/** Whether a snapshot only rearranged rows: `replace` with as many rows as before. */
export function preservesRows(metadata: TableMetadata, snapshot: Snapshot): boolean {
  const { operation, 'total-records': total, 'added-records': added, 'deleted-records': deleted } = snapshot.summary;
  if (operation !== 'replace') return false;
  const parent = snapshotById(metadata, snapshot['parent-snapshot-id']);
  const before = parent?.summary['total-records'];
  return before === undefined || total === undefined ? added !== undefined && added === deleted : before === total;
}
