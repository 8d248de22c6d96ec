// History gets shorter in two steps with a long pause between them: snapshots leave the metadata, and much later what no
// retained snapshot names is deleted. A file in use is named by a snapshot, by an offer, or is young.

import type { ObjectStore } from '../../platform/ports';
import { copyToLedger } from './ledger';
import { keyAt } from './location';
import { isLive } from './manifest';
import { metadataText, parseMetadata, type TableMetadata } from './metadata';
import { dropSnapshots, withoutSnapshot } from './metadata-builder';
import { expired, type Retention } from './retention';
import { type TablePorts, transact } from './transact';
import { keyOf, loadManifestList, loadManifests, tableOf } from './tree';

export interface ExpireRequest extends Retention {
  readonly table: string;
}

/** @returns snapshots dropped; 0 also when there is no such table */
export async function expireSnapshots(request: ExpireRequest, ports: TablePorts): Promise<number> {
  const { store, ledger, clock } = ports;
  let dropped = 0;
  return transact<number>(
    request.table,
    ports,
    async (head) => {
      const gone = head ? expired(head.metadata, clock.now(), request) : [];
      if (!head || gone.length === 0) return { kind: 'done', answer: dropped };
      // The record of a snapshot must be safe before the snapshot is gone.
      await copyToLedger(store, ledger, head.metadata, gone);
      dropped = Math.max(dropped, gone.length);
      const base = withoutSnapshot(head.metadata, clock.now(), head.location);
      return {
        kind: 'metadata',
        metadata: dropSnapshots(base, new Set(gone.map((snapshot) => snapshot['snapshot-id']))),
      };
    },
    { allowForeign: true },
  );
}

/** Keys of everything the retained snapshots of a table hang together by, its metadata files aside. */
export async function referencedKeys(store: ObjectStore, metadata: TableMetadata): Promise<ReadonlySet<string>> {
  const keys = new Set<string>();
  const seen = new Set<string>();
  for (const snapshot of metadata.snapshots ?? []) {
    keys.add(keyOf(store, metadata, snapshot['manifest-list']));
    const record = snapshot.summary['lake.record'];
    if (record !== undefined) keys.add(`${tableOf(metadata)}/metadata/${record}`);
    const refs = (await loadManifestList(store, metadata, snapshot)).filter((ref) => !seen.has(ref.path));
    for (const ref of refs) seen.add(ref.path);
    for (const { ref, entries } of await loadManifests(store, metadata, refs)) {
      keys.add(keyOf(store, metadata, ref.path));
      // A manifest may be shared by snapshots before and after a removal: what it lists as live is live in one of them.
      for (const entry of entries) if (isLive(entry)) keys.add(keyOf(store, metadata, entry.data_file.file_path));
    }
  }
  for (const { 'statistics-path': path } of [
    ...(metadata.statistics ?? []),
    ...(metadata['partition-statistics'] ?? []),
  ])
    keys.add(keyAt(store, path));
  return keys;
}

/** What was current at a time, or the oldest the log still names; undefined: what is current now, or no longer there. */
async function metadataAt(
  store: ObjectStore,
  metadata: TableMetadata,
  timeMs: number,
): Promise<TableMetadata | undefined> {
  if (metadata['last-updated-ms'] <= timeMs) return undefined;
  const log = metadata['metadata-log'] ?? [];
  const then = log.findLast((entry) => entry['timestamp-ms'] <= timeMs) ?? log[0];
  const bytes = then && (await store.get(keyAt(store, then['metadata-file'])));
  return then && bytes && parseMetadata(metadataText(bytes), then['metadata-file']);
}

export interface OrphanRequest {
  readonly table: string;
  /** Unreferenced files younger than this stay: a writer may still be about to name them. At least twice the lease of offers. */
  readonly graceMs: number;
  /** Files the table still named so long ago stay: a question under way may be reading them. Default: they go. */
  readonly readersMs?: number;
  /** Data files that open offers name (keys of the curated zone): never touched. Asked after the listing. */
  readonly offered: () => Promise<ReadonlySet<string>>;
  /** Only says what would go. */
  readonly dryRun?: boolean;
}

export interface Orphans {
  readonly keys: readonly string[];
  readonly bytes: number;
}

const VERSIONED = /\/metadata\/v(\d+)\.metadata\.json$/;
/** Metadata files kept whatever their age: a deleted `v<N>` that is still the newest would let history fork. */
const METADATA_FILES_KEPT = 100;

/** Deletes what no retained snapshot and no open offer names and what is older than the grace. */
export async function removeOrphans(request: OrphanRequest, ports: TablePorts): Promise<Orphans> {
  const { store, catalog, clock } = ports;
  const { table, graceMs } = request;
  const listed = await store.list(`${table}/`);
  const cutoff = clock.now() - graceMs;
  const old = listed.filter((object) => object.modifiedAtMs <= cutoff);
  // References are read after the listing: whatever was named in between is seen.
  const offered = await request.offered();
  const head = await catalog.load(table);
  if (!head || old.length === 0) return { keys: [], bytes: 0 };
  const named = new Set(await referencedKeys(store, head.metadata));
  // What was named since then is named by this too, or young: old files come into a table by way of what was there before.
  const { readersMs } = request;
  const before = readersMs && (await metadataAt(store, head.metadata, clock.now() - readersMs));
  for (const key of before ? await referencedKeys(store, before) : []) named.add(key);
  const kept = metadataKept(
    store,
    head.metadata,
    head.location,
    listed.map(({ key }) => key),
  );
  const dead = old.filter(
    ({ key }) => !named.has(key) && !offered.has(key) && !kept.has(key) && !key.endsWith('/metadata/version-hint.text'),
  );
  if (!request.dryRun) await deleteAll(dead, store);
  return { keys: dead.map(({ key }) => key), bytes: dead.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) };
}

/** The current metadata file, those its log names, and the newest hundred of the directory catalog. */
function metadataKept(
  store: ObjectStore,
  metadata: TableMetadata,
  location: string,
  keys: readonly string[],
): ReadonlySet<string> {
  const kept = new Set([keyAt(store, location)]);
  // A catalog may keep its metadata files elsewhere; those are not ours to keep.
  for (const { 'metadata-file': file } of metadata['metadata-log'] ?? []) kept.add(keyAt(store, file));
  const versions = keys.flatMap((key) => {
    const found = VERSIONED.exec(key);
    return found ? [{ key, version: Number(found[1]) }] : [];
  });
  versions.sort((a, b) => b.version - a.version);
  for (const { key } of versions.slice(0, METADATA_FILES_KEPT)) kept.add(key);
  return kept;
}

/** At one time: an object store answers slowly and takes many requests. */
const DELETES = 16;

async function deleteAll(dead: readonly { readonly key: string }[], store: ObjectStore): Promise<void> {
  const version = ({ key }: { readonly key: string }) => Number(VERSIONED.exec(key)?.[1] ?? -1);
  const plain = dead.filter((one) => version(one) < 0);
  for (let i = 0; i < plain.length; i += DELETES)
    await Promise.all(plain.slice(i, i + DELETES).map(({ key }) => store.delete(key)));
  // Metadata files go oldest first: a successor that is absent while its predecessor is present has never existed.
  const versioned = dead.filter((one) => version(one) >= 0).sort((a, b) => version(a) - version(b));
  for (const { key } of versioned) await store.delete(key);
}
