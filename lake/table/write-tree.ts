// The files of one new snapshot, below its metadata: manifests (new, rewritten, merged), the manifest list, the record.

import type { ObjectStore, Rng } from '../../platform/ports';
import { FaultError } from '../errors';
import { type DataFile, SUBMISSION_FIELD } from './data-file';
import type { Long } from './json';
import {
  type CountedEntry,
  DELETED,
  describeManifest,
  EXISTING,
  isLive,
  type ManifestEntry,
  statOf,
  writeAdded,
  writeCarried,
} from './manifest';
import { liveFiles, type ManifestRef, mayHoldSubmission, writeManifestList } from './manifest-list';
import { currentSchema, currentSnapshot, defaultSpec, type PartitionSpec, type TableMetadata } from './metadata';
import { keptMetrics, nextInOrder } from './metadata-builder';
import {
  type CommitRecord,
  lastRecordDigest,
  type RecordedEffect,
  type RecordedRewrite,
  recordSummary,
  sha256,
} from './record';
import { type LoadedManifest, loadManifests, writeOwn } from './tree';

/** As `commit.manifest.min-count-to-merge` says. */
const MERGE_FROM = 100;
/**
 * Merged manifests are cut into pieces of this many files, in the order of their submissions: a commit then reads the
 * one piece its submission belongs to, and pieces nothing falls into are left alone.
 */
const FULL_MANIFEST_FILES = 250;
const SYNC_LENGTH = 16;

/** A manifest of new files, kept between attempts. */
export interface WrittenManifest {
  readonly of: string;
  readonly specId: number;
  readonly path: string;
  readonly length: number;
  readonly entries: readonly CountedEntry[];
}

/** What a commit changes. */
export interface Change {
  /** The head, evolved: schema, specs, properties as they will be. */
  readonly base: TableMetadata;
  readonly refs: readonly ManifestRef[];
  /** The manifests that were read; all that hold removed files are among them. */
  readonly read: readonly LoadedManifest[];
  readonly add: readonly DataFile[];
  readonly remove: readonly ManifestEntry[];
  /** Rows are as before, only in other files. */
  readonly preservesRows: boolean;
  readonly effects: readonly RecordedEffect[];
  readonly rewrites: readonly RecordedRewrite[];
}

export interface TreeInput {
  readonly store: ObjectStore;
  readonly rng: Rng;
  readonly table: string;
  readonly change: Change;
  readonly snapshotId: number;
  readonly attempt: number;
  readonly nowMs: number;
  readonly reuse: readonly WrittenManifest[];
}

export interface Tree {
  readonly manifestList: string;
  readonly operation: 'append' | 'overwrite' | 'delete' | 'replace';
  readonly summary: Readonly<Record<string, string>>;
  readonly added: readonly WrittenManifest[];
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
  /** By key: put together one after the other, written at once, because each write waits for the disk. */
  private readonly files = new Map<string, Uint8Array>();
  private readonly prefix: string;
  private readonly sequenceNumber: number;

  private readonly base: TableMetadata;

  constructor(private readonly input: TreeInput) {
    this.base = input.change.base;
    this.prefix = `${input.table}/metadata/${input.rng.uuid()}`;
    this.sequenceNumber = nextInOrder(this.base, input.nowMs).sequenceNumber;
  }

  private sync(): Uint8Array {
    return this.input.rng.bytes(SYNC_LENGTH);
  }

  private async put(bytes: Uint8Array): Promise<{ readonly path: string; readonly length: number }> {
    const key = `${this.prefix}-m${this.written++}.avro`;
    this.files.set(key, bytes);
    return { path: this.input.store.location(key), length: bytes.length };
  }

  private describe(
    entries: readonly CountedEntry[],
    specId: number,
    place: { path: string; length: number },
  ): ManifestRef {
    return describeManifest(entries, specOf(this.base, specId), {
      ...place,
      snapshotId: this.input.snapshotId,
      sequenceNumber: this.sequenceNumber,
    });
  }

  /** New files, one manifest a partition spec; those of a former attempt serve again when they say the same. */
  async added(): Promise<readonly WrittenManifest[]> {
    const { base } = this;
    const { reuse, change } = this.input;
    const schema = currentSchema(base);
    const kept = keptMetrics(base);
    const bySpec = new Map<number, DataFile[]>();
    for (const file of change.add) {
      const specId = file.placed?.specId ?? defaultSpec(base)['spec-id'];
      bySpec.set(specId, [...(bySpec.get(specId) ?? []), file]);
    }
    const written: WrittenManifest[] = [];
    for (const [specId, files] of bySpec) {
      const of = JSON.stringify([schema, specId, [...kept], files.map((file) => file.path)]);
      const known = reuse.find((candidate) => candidate.of === of);
      if (known) written.push(known);
      else {
        const manifest = writeAdded(files, schema, specOf(base, specId), kept, this.sync());
        written.push({ of, specId, entries: manifest.entries, ...(await this.put(manifest.bytes)) });
      }
    }
    return written;
  }

  addedRef(added: WrittenManifest): ManifestRef {
    return this.describe(added.entries, added.specId, added);
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

  /** Small manifests together, for each way they are partitioned and spelled, cut by submission. */
  async merged(refs: readonly ManifestRef[]): Promise<readonly ManifestRef[]> {
    const groups = new Map<string, LoadedManifest[]>();
    for (const manifest of await loadManifests(this.input.store, this.base, refs)) {
      const kind = `${manifest.ref.specId} ${JSON.stringify(manifest.schema)}`;
      groups.set(kind, [...(groups.get(kind) ?? []), manifest]);
    }
    const merged: ManifestRef[] = [];
    for (const group of groups.values()) {
      const newest = group.at(-1)!;
      const entries = group.flatMap((manifest) =>
        manifest.entries.filter(isLive).map((entry): ManifestEntry => ({ ...entry, status: EXISTING })),
      );
      const place = (piece: readonly ManifestEntry[]) => this.put(writeCarried(newest, piece, this.sync()));
      for (const piece of pieces(entries)) merged.push(this.describe(piece, newest.ref.specId, await place(piece)));
    }
    return merged;
  }

  async list(refs: readonly ManifestRef[], parent: Long | null): Promise<string> {
    const { store, rng, table, snapshotId, attempt } = this.input;
    const key = `${table}/metadata/snap-${snapshotId}-${attempt}-${rng.uuid()}.avro`;
    const header = { snapshotId, parentSnapshotId: parent, sequenceNumber: this.sequenceNumber };
    this.files.set(key, writeManifestList(refs, header, this.sync()));
    return store.location(key);
  }

  async record(parent: Long | null): Promise<Record<string, string>> {
    const { base } = this;
    const { table, snapshotId, attempt, change } = this.input;
    const record: CommitRecord = {
      table,
      snapshotId: String(snapshotId),
      parentSnapshotId: parent === null ? null : String(parent),
      sequenceNumber: this.sequenceNumber,
      writerEpoch: Number(base.properties?.['lake.writer-epoch'] ?? '0'),
      erasureEpoch: Number(base.properties?.['lake.erasure-epoch'] ?? '0'),
      prevRecordSha256: lastRecordDigest(base),
      effects: change.effects,
      rewrites: change.rewrites,
    };
    const name = `record-${snapshotId}-${attempt}.json`;
    const bytes = Buffer.from(`${JSON.stringify(record)}\n`);
    this.files.set(`${table}/metadata/${name}`, bytes);
    return recordSummary(record, name, sha256(bytes));
  }

  /** @throws FaultError F_PUT; nothing is under way any more by then */
  async write(): Promise<void> {
    const { store } = this.input;
    const writes = [...this.files].map(([key, bytes]) => writeOwn(store, key, bytes));
    for (const outcome of await Promise.allSettled(writes)) if (outcome.status === 'rejected') throw outcome.reason;
  }
}

/** Entries in the order of their submissions, those that do not tell first, in pieces of a full manifest. */
function pieces(entries: readonly ManifestEntry[]): readonly (readonly ManifestEntry[])[] {
  const keyed = entries.map((entry) => ({ entry, key: statOf(entry, SUBMISSION_FIELD)?.lower ?? new Uint8Array() }));
  keyed.sort((a, b) => Buffer.compare(a.key, b.key));
  const cut: ManifestEntry[][] = [];
  for (let at = 0; at < keyed.length; at += FULL_MANIFEST_FILES)
    cut.push(keyed.slice(at, at + FULL_MANIFEST_FILES).map(({ entry }) => entry));
  return cut;
}

/** The full manifests whose submissions lie between those of the small ones: merged along, so that pieces do not overlap. */
function overlapping(full: readonly ManifestRef[], small: readonly ManifestRef[]): readonly ManifestRef[] {
  const keys = small.flatMap((ref) => (ref.submissions ? [ref.submissions.lower, ref.submissions.upper] : []));
  return full.filter((ref) => ref.submissions !== null && keys.some((key) => mayHoldSubmission(ref, key)));
}

/** The nine metrics of a summary; totals are counted from the list itself and must agree with the parent's. */
function metrics({ base, add, remove }: Change, refs: readonly ManifestRef[]): Record<string, string> {
  const added = add;
  const removed = remove.map((entry) => entry.data_file);
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
  const { change } = input;
  const writer = new TreeWriter(input);
  const removed = new Set(change.remove.map((entry) => entry.data_file.file_path));
  const losing = change.read.filter(({ entries }) =>
    entries.some((e) => isLive(e) && removed.has(e.data_file.file_path)),
  );
  const losingRefs = new Set(losing.map((manifest) => manifest.ref));

  const added = await writer.added();
  const rewritten: ManifestRef[] = [];
  for (const manifest of losing) rewritten.push(await writer.without(manifest, removed));
  // Manifests without live files only tell what an earlier snapshot removed.
  let carried = change.refs.filter((ref) => !losingRefs.has(ref) && (ref.content !== 0 || liveFiles(ref) > 0));
  const small = carried.filter((ref) => ref.content === 0 && liveFiles(ref) < FULL_MANIFEST_FILES / 2);
  if (small.length + rewritten.length + 1 >= MERGE_FROM && small.length > 1) {
    const full = carried.filter((ref) => ref.content === 0 && !small.includes(ref));
    const merging = [...small, ...overlapping(full, small)];
    const merged = await writer.merged(merging);
    carried = [...carried.filter((ref) => !merging.includes(ref)), ...merged];
  }
  const refs = [...added.map((manifest) => writer.addedRef(manifest)), ...rewritten, ...carried];
  const parent = currentSnapshot(change.base)?.['snapshot-id'] ?? null;
  const tree: Tree = {
    manifestList: await writer.list(refs, parent),
    operation: operationOf(change, removed.size > 0, added.length > 0),
    summary: { ...metrics(change, refs), ...(await writer.record(parent)) },
    added,
  };
  await writer.write();
  return tree;
}

function operationOf(change: Change, removes: boolean, adds: boolean): Tree['operation'] {
  if (change.preservesRows) return 'replace';
  if (!removes) return 'append';
  return adds ? 'overwrite' : 'delete';
}
