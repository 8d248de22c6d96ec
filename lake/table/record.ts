// The commit record: what one snapshot did to which submission, chained by hash. Written before the swap; it counts only
// when a snapshot names it, and moves to the ledger when that snapshot leaves the history. Holds no row values.
import { createHash } from 'node:crypto';
import type { ObjectStore } from '../../platform/ports';
import { currentSnapshot, type Snapshot, snapshotById, type TableMetadata } from './metadata';

export interface RecordedEffect {
  readonly sk: string;
  readonly version: string;
  readonly ek: string;
  readonly op: 'put' | 'retract';
  readonly rowsIn: number;
  readonly rowsOk: number;
  readonly rowsRejected: number;
  readonly rowsRemoved: number;
  /** Version that was live before; null: none, or the files did not tell. */
  readonly formerVersion: string | null;
  readonly filesAdded: readonly string[];
  readonly filesRemoved: readonly string[];
}

/** One submission's part of a file that holds several. */
export interface Member {
  readonly sk: string;
  readonly version: string;
  /** First 16 hex digits of the effect that brought the rows; null: another engine moved them, and only the version is known. */
  readonly ek16: string | null;
  readonly rows: number;
}

/** Rows that moved to another file unchanged: copy-on-write, compaction, erasure. */
export interface RecordedRewrite {
  readonly filesRemoved: readonly string[];
  /** null: no row was left. */
  readonly fileAdded: string | null;
  /** Whose rows the new file holds. */
  readonly members: readonly Member[];
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
  readonly rewrites: readonly RecordedRewrite[];
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
  let snapshot = currentSnapshot(metadata);
  while (snapshot) {
    yield snapshot;
    snapshot = snapshotById(metadata, snapshot['parent-snapshot-id']);
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
  if (typeof value !== 'object' || value === null) return false;
  const { effects, rewrites }: { effects?: unknown; rewrites?: unknown } = value;
  return Array.isArray(effects) && Array.isArray(rewrites);
}

/** undefined: not a record. */
export function parseRecord(text: string): CommitRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
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
  return parseRecord(Buffer.from(bytes).toString('utf8'));
}
