// The files of one new snapshot, below its metadata: manifests (new, rewritten, merged), the manifest list, the record.

import type { ObjectStore, Rng } from '../../platform/ports';
import { FaultError } from '../errors';
import type { Decision } from './decide';
import type { Long } from './json';
import {
  type CountedEntry,
  DELETED,
  describeManifest,
  EXISTING,
  isLive,
  type ManifestEntry,
  writeAdded,
  writeCarried,
} from './manifest';
import { liveFiles, type ManifestRef, writeManifestList } from './manifest-list';
import { currentSchema, currentSnapshot, defaultSpec, type PartitionSpec, type TableMetadata } from './metadata';
import { keptMetrics, nextInOrder } from './metadata-builder';
import { type CommitRecord, lastRecordDigest, recordSummary, sha256 } from './record';
import { type LoadedManifest, loadManifests, writeOwn } from './tree';

const MERGE_FROM = 100;
/** Manifests with this many files are left alone, so that merging costs the same however old the table is. */
const FULL_MANIFEST_FILES = 2000;
const SYNC_LENGTH = 16;

/** The manifest of new files, kept between attempts. */
export interface WrittenManifest {
  readonly of: string;
  readonly path: string;
  readonly length: number;
  readonly entries: readonly CountedEntry[];
}

export interface TreeInput {
  readonly store: ObjectStore;
  readonly rng: Rng;
  readonly table: string;
  /** Schema already evolved. */
  readonly base: TableMetadata;
  readonly refs: readonly ManifestRef[];
  readonly read: readonly LoadedManifest[];
  readonly decisions: readonly Decision[];
  readonly snapshotId: number;
  readonly attempt: number;
  readonly nowMs: number;
  readonly reuse: WrittenManifest | undefined;
}

export interface Tree {
  readonly manifestList: string;
  readonly operation: 'append' | 'overwrite' | 'delete';
  readonly summary: Readonly<Record<string, string>>;
  readonly added: WrittenManifest | undefined;
}

function specOf(base: TableMetadata, id: number): PartitionSpec {
  const spec = base['partition-specs'].find((s) => s['spec-id'] === id);
  if (!spec) throw new FaultError('F_PARTITION', `${base.location}: partition spec ${id} is missing.`);
  return spec;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** One commit's writer: names are unique an attempt, so that no attempt can touch the files of another. */
class TreeWriter {
  private written = 0;
  private readonly prefix: string;
  private readonly sequenceNumber: number;

  constructor(private readonly input: TreeInput) {
    this.prefix = `${input.table}/metadata/${input.rng.uuid()}`;
    this.sequenceNumber = nextInOrder(input.base, input.nowMs).sequenceNumber;
  }

  private sync(): Uint8Array {
    return this.input.rng.bytes(SYNC_LENGTH);
  }

  private async put(bytes: Uint8Array): Promise<{ readonly path: string; readonly length: number }> {
    const key = `${this.prefix}-m${this.written++}.avro`;
    await writeOwn(this.input.store, key, bytes);
    return { path: this.input.store.location(key), length: bytes.length };
  }

  private describe(
    entries: readonly CountedEntry[],
    specId: number,
    place: { path: string; length: number },
  ): ManifestRef {
    const { base, snapshotId } = this.input;
    return describeManifest(entries, specOf(base, specId), {
      ...place,
      snapshotId,
      sequenceNumber: this.sequenceNumber,
    });
  }

  /** New files in one manifest; the one of a former attempt serves again when it says the same. */
  async added(committed: readonly Decision[]): Promise<WrittenManifest | undefined> {
    const { base, reuse } = this.input;
    const files = committed.flatMap((decision) => decision.effect.add);
    if (files.length === 0) return undefined;
    const schema = currentSchema(base);
    const kept = keptMetrics(base);
    const of = JSON.stringify([schema, [...kept], files.map((file) => file.path)]);
    if (reuse?.of === of) return reuse;
    const manifest = writeAdded(files, schema, defaultSpec(base), kept, this.sync());
    return { of, entries: manifest.entries, ...(await this.put(manifest.bytes)) };
  }

  addedRef(added: WrittenManifest): ManifestRef {
    return this.describe(added.entries, defaultSpec(this.input.base)['spec-id'], added);
  }

  /** A manifest that loses files: the rest is carried with its own numbers, the lost are marked. */
  async without(manifest: LoadedManifest, removed: ReadonlySet<string>): Promise<ManifestRef> {
    const entries = manifest.entries
      .filter(isLive)
      .map(
        (entry): ManifestEntry =>
          removed.has(entry.data_file.file_path)
            ? { ...entry, status: DELETED, snapshot_id: this.input.snapshotId }
            : { ...entry, status: EXISTING },
      );
    const place = await this.put(writeCarried(manifest, entries, this.sync()));
    return this.describe(entries, manifest.ref.specId, place);
  }

  /** Small manifests as one, for each way they are partitioned and spelled. */
  async merged(refs: readonly ManifestRef[]): Promise<readonly ManifestRef[]> {
    const { store, base } = this.input;
    const groups = new Map<string, LoadedManifest[]>();
    for (const manifest of await loadManifests(store, base, refs)) {
      const kind = `${manifest.ref.specId} ${JSON.stringify(manifest.schema)}`;
      groups.set(kind, [...(groups.get(kind) ?? []), manifest]);
    }
    const merged: ManifestRef[] = [];
    for (const group of groups.values()) {
      const newest = group.at(-1)!;
      const entries = group.flatMap((manifest) =>
        manifest.entries.filter(isLive).map((entry): ManifestEntry => ({ ...entry, status: EXISTING })),
      );
      const place = await this.put(writeCarried(newest, entries, this.sync()));
      merged.push(this.describe(entries, newest.ref.specId, place));
    }
    return merged;
  }

  async list(refs: readonly ManifestRef[], parent: Long | null): Promise<string> {
    const { store, rng, table, snapshotId, attempt } = this.input;
    const key = `${table}/metadata/snap-${snapshotId}-${attempt}-${rng.uuid()}.avro`;
    const header = { snapshotId, parentSnapshotId: parent, sequenceNumber: this.sequenceNumber };
    await writeOwn(store, key, writeManifestList(refs, header, this.sync()));
    return store.location(key);
  }

  async record(committed: readonly Decision[], parent: Long | null): Promise<Record<string, string>> {
    const { store, table, base, snapshotId, attempt } = this.input;
    const record: CommitRecord = {
      table,
      snapshotId: String(snapshotId),
      parentSnapshotId: parent === null ? null : String(parent),
      sequenceNumber: this.sequenceNumber,
      writerEpoch: Number(base.properties?.['lake.writer-epoch'] ?? '0'),
      erasureEpoch: Number(base.properties?.['lake.erasure-epoch'] ?? '0'),
      prevRecordSha256: lastRecordDigest(base),
      effects: committed.map(({ effect, own }) => ({
        sk: effect.submission,
        version: effect.version,
        ek: effect.effectKey,
        op: effect.op,
        rowsIn: effect.rowsIn,
        rowsOk: effect.rowsAccepted,
        rowsRejected: effect.rowsRejected,
        rowsRemoved: sum(own.map((entry) => Number(entry.data_file.record_count))),
        filesAdded: effect.add.map((file) => file.path),
        filesRemoved: own.map((entry) => entry.data_file.file_path),
      })),
    };
    const name = `record-${snapshotId}-${attempt}.json`;
    const bytes = Buffer.from(`${JSON.stringify(record)}\n`);
    await writeOwn(store, `${table}/metadata/${name}`, bytes);
    return recordSummary(record, name, sha256(bytes));
  }
}

/** The nine metrics of a summary; totals are counted from the list itself and must agree with the parent's. */
function metrics(
  base: TableMetadata,
  refs: readonly ManifestRef[],
  committed: readonly Decision[],
): Record<string, string> {
  const added = committed.flatMap((decision) => decision.effect.add);
  const removed = committed.flatMap((decision) => decision.own.map((entry) => entry.data_file));
  const addedRows = sum(added.map((file) => file.rows));
  const removedRows = sum(removed.map((file) => Number(file.record_count)));
  const addedBytes = sum(added.map((file) => file.sizeBytes));
  const removedBytes = sum(removed.map((file) => Number(file.file_size_in_bytes)));
  const data = refs.filter((ref) => ref.content === 0);
  const totalRows = sum(data.map((ref) => ref.addedRows + ref.existingRows));
  const before = currentSnapshot(base)?.summary;
  const expected = before?.['total-records'];
  if (expected !== undefined && Number(expected) + addedRows - removedRows !== totalRows)
    throw new FaultError(
      'F_CONSERVATION',
      `${base.location}: ${expected} rows + ${addedRows} − ${removedRows} should be live, the manifests count ${totalRows}.`,
    );
  const beforeBytes = before ? before['total-files-size'] : '0';
  return {
    'added-data-files': String(added.length),
    'deleted-data-files': String(removed.length),
    'total-data-files': String(sum(data.map(liveFiles))),
    'added-records': String(addedRows),
    'deleted-records': String(removedRows),
    'total-records': String(totalRows),
    'added-files-size': String(addedBytes),
    'removed-files-size': String(removedBytes),
    // A foreign parent may not have counted its bytes; then the sum is unknown, not zero.
    ...(beforeBytes === undefined
      ? {}
      : { 'total-files-size': String(Number(beforeBytes) + addedBytes - removedBytes) }),
  };
}

/** Writes everything a snapshot needs except the table metadata. Nothing is visible before the swap. */
export async function writeTree(input: TreeInput): Promise<Tree> {
  const writer = new TreeWriter(input);
  const committed = input.decisions.filter((decision) => decision.outcome === 'commit');
  const removed = new Set(committed.flatMap((decision) => decision.own.map((entry) => entry.data_file.file_path)));
  const losing = input.read.filter(({ entries }) =>
    entries.some((e) => isLive(e) && removed.has(e.data_file.file_path)),
  );
  const losingRefs = new Set(losing.map((manifest) => manifest.ref));

  const added = await writer.added(committed);
  const rewritten: ManifestRef[] = [];
  for (const manifest of losing) rewritten.push(await writer.without(manifest, removed));
  // Manifests without live files only tell what an earlier snapshot removed.
  let carried = input.refs.filter((ref) => !losingRefs.has(ref) && (ref.content !== 0 || liveFiles(ref) > 0));
  const small = carried.filter((ref) => ref.content === 0 && liveFiles(ref) < FULL_MANIFEST_FILES);
  if (small.length + rewritten.length + 1 >= MERGE_FROM && small.length > 1) {
    const merged = await writer.merged(small);
    carried = [...carried.filter((ref) => !small.includes(ref)), ...merged];
  }
  const refs = [...(added ? [writer.addedRef(added)] : []), ...rewritten, ...carried];
  const parent = currentSnapshot(input.base)?.['snapshot-id'] ?? null;
  return {
    manifestList: await writer.list(refs, parent),
    operation: removed.size === 0 ? 'append' : added ? 'overwrite' : 'delete',
    summary: { ...metrics(input.base, refs, committed), ...(await writer.record(committed, parent)) },
    added,
  };
}
