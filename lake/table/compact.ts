// Many small files become few large ones. Rows, their lineage and their effects stay what they are; only files change.
// Whoever replaces a submission meanwhile wins: then this compaction comes to nothing and its files are left to expiry.
import { FaultError } from '../errors';
import { placeFile } from '../place-file';
import { type Copy, fieldsOf, type Placed, storedFile } from './copy-on-write';
import type { DataFile } from './data-file';
import { LEASE_MS } from './decide';
import { MemberReader } from './holdings';
import { keyAt } from './location';
import { isLive, type ManifestEntry } from './manifest';
import { currentSnapshot, type TableMetadata } from './metadata';
import { keptMetrics } from './metadata-builder';
import type { Member } from './record';
import { type TablePorts, transact } from './transact';
import { type LoadedManifest, loadManifestList, loadManifests } from './tree';

export interface CompactRequest {
  readonly table: string;
  /** Which partitions may be compacted; those still being written would only be written again. null: no partition. */
  readonly isClosed: (period: string | null) => boolean;
  /** Files below this take part. Default 128 MiB. */
  readonly smallBelowBytes?: number;
  /** Of one new file, by the sizes of what goes into it. Default 256 MiB: Iceberg readers like 128 to 512. */
  readonly targetBytes?: number;
  /** Fewer small files than this in a partition are left alone. Default 2. */
  readonly minFiles?: number;
  readonly onStep?: (done: number, of: number) => void;
}

export interface Compacted {
  readonly period: string | null;
  /** `aborted`: somebody changed the files meanwhile; the next run takes them up again. */
  readonly outcome: 'compacted' | 'aborted';
  readonly filesBefore: number;
  readonly filesAfter: number;
  readonly rows: number;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

const MIB = 1024 * 1024;

interface Bin {
  readonly period: string | null;
  readonly inputs: readonly (Placed & { readonly file: DataFile })[];
}

/** Small live files of one partition together, as many as make one file of the target size. */
function binsOf(
  manifests: readonly LoadedManifest[],
  base: TableMetadata,
  request: CompactRequest,
  ports: TablePorts,
): Bin[] {
  const { isClosed, smallBelowBytes = 128 * MIB, targetBytes = 256 * MIB, minFiles = 2 } = request;
  const partitions = new Map<string, (Placed & { readonly file: DataFile })[]>();
  for (const { ref, entries } of manifests)
    for (const entry of entries) {
      const placed = { entry, specId: ref.specId };
      // A file without rows says by its name that its submission is empty: merged, it would be forgotten.
      if (!isLive(entry) || Number(entry.data_file.record_count) === 0) continue;
      const file = storedFile(placed, base, ports);
      if (file.sizeBytes >= smallBelowBytes || !isClosed(file.period)) continue;
      const key = `${ref.specId} ${JSON.stringify(entry.data_file.partition)}`;
      partitions.set(key, [...(partitions.get(key) ?? []), { ...placed, file }]);
    }
  const bins: Bin[] = [];
  for (const files of partitions.values()) {
    let inputs: (typeof files)[number][] = [];
    let bytes = 0;
    const close = () => {
      if (inputs.length >= Math.max(2, minFiles)) bins.push({ period: inputs[0]?.file.period ?? null, inputs });
      inputs = [];
      bytes = 0;
    };
    for (const input of files) {
      if (inputs.length > 0 && bytes + input.file.sizeBytes > targetBytes) close();
      inputs.push(input);
      bytes += input.file.sizeBytes;
    }
    close();
  }
  return bins;
}

const erasureEpoch = (base: TableMetadata): string => base.properties?.['lake.erasure-epoch'] ?? '0';

/**
 * Compacts every closed partition that has small files.
 * @returns one entry a new file; none: nothing to do, or no such table
 * @throws InputError E_FOREIGN_WRITE, E_MANIFEST, E_FILE_MISSING; FaultError F_REWRITE, F_CONFLICT
 */
export async function compact(request: CompactRequest, ports: TablePorts): Promise<readonly Compacted[]> {
  const { store, catalog } = ports;
  const head = await catalog.load(request.table);
  const snapshot = head && currentSnapshot(head.metadata);
  if (!head || !snapshot) return [];
  const base = head.metadata;
  const refs = await loadManifestList(store, base, snapshot);
  // Rows that delete files of other engines hide would come back.
  if (refs.some((ref) => ref.content !== 0)) return [];
  const bins = binsOf(await loadManifests(store, base, refs), base, request, ports);
  const members = new MemberReader(ports, base);
  const done: Compacted[] = [];
  for (const bin of bins) {
    request.onStep?.(done.length, bins.length);
    const startedAtMs = ports.clock.now();
    const copy = await merge(bin, base, members, ports);
    const outcome = await replace(request.table, bin, copy, base, startedAtMs, ports);
    const rows = bin.inputs.reduce((sum, { file }) => sum + file.rows, 0);
    done.push({
      period: bin.period,
      outcome,
      filesBefore: bin.inputs.length,
      filesAfter: outcome === 'compacted' ? 1 : bin.inputs.length,
      rows,
      bytesBefore: bin.inputs.reduce((sum, { file }) => sum + file.sizeBytes, 0),
      bytesAfter: copy.file?.sizeBytes ?? 0,
    });
  }
  request.onStep?.(bins.length, bins.length);
  return done;
}

/** A submission with several files is one member of the new one. */
function together(members: readonly Member[]): readonly Member[] {
  const byEffect = new Map<string, Member>();
  for (const member of members) {
    const key = `${member.sk} ${member.version} ${member.ek16}`;
    byEffect.set(key, { ...member, rows: member.rows + (byEffect.get(key)?.rows ?? 0) });
  }
  return [...byEffect.values()];
}

/** The rows of several files as one file, sorted by the table's order. */
async function merge(
  { inputs }: Bin,
  base: TableMetadata,
  memberReader: MemberReader,
  ports: TablePorts,
): Promise<Copy> {
  const { store, rng, rewriter, workspace } = ports;
  const held = await Promise.all(inputs.map(({ entry }) => memberReader.membersOf(entry)));
  const members = together(held.flat());
  const order = base['sort-orders'].find((one) => one['order-id'] === base['default-sort-order-id']);
  const fields = fieldsOf(base);
  const sortBy = (order?.fields ?? []).flatMap(
    (field) => fields.find((one) => one.id === field['source-id'])?.name ?? [],
  );
  const work = await workspace.open();
  try {
    const rewritten = await rewriter.rewrite({
      store,
      inputs: inputs.map(({ file }) => file),
      fields,
      boundedFields: [...keptMetrics(base)],
      sortBy,
      workDir: work.dir,
    });
    const rows = inputs.reduce((sum, { file }) => sum + file.rows, 0);
    if (!rewritten.file || rewritten.file.rows !== rows || rewritten.digestIn !== rewritten.digestOut)
      throw new FaultError(
        'F_REWRITE',
        `${base.location}: ${rows} rows of ${inputs.length} files became ${rewritten.file?.rows ?? 0} rows or other ones.`,
      );
    const first = inputs[0]!.file;
    const key = `${keyAt(store, first.path).replace(/[^/]*$/, '')}compact-${rng.uuid()}.parquet`;
    await placeFile(store, key, rewritten.file, 'adopt');
    const file: DataFile = {
      path: store.location(key),
      sizeBytes: rewritten.file.sizeBytes,
      rows,
      period: first.period,
      stats: rewritten.file.stats,
      ...(first.placed ? { placed: first.placed } : {}),
      ...(order && order['order-id'] !== 0 ? { sortOrderId: order['order-id'] } : {}),
    };
    const filesRemoved = inputs.map(({ entry }) => entry.data_file.file_path);
    return { file, rewrite: { filesRemoved, fileAdded: file.path, members } };
  } finally {
    await work.close();
  }
}

/** Puts the new file in the place of its inputs, if they are all still live and nobody was erased meanwhile. */
async function replace(
  table: string,
  { inputs }: Bin,
  { file, rewrite }: Copy,
  from: TableMetadata,
  startedAtMs: number,
  ports: TablePorts,
): Promise<Compacted['outcome']> {
  const paths = new Set(inputs.map(({ entry }) => entry.data_file.file_path));
  return transact<Compacted['outcome']>(table, ports, async (head) => {
    const base = head?.metadata;
    // A process that slept longer than files are kept must not name its own any more.
    const isLate = ports.clock.now() - startedAtMs > LEASE_MS;
    if (!base || !file || isLate) return { kind: 'done', answer: 'aborted' };
    if (erasureEpoch(base) !== erasureEpoch(from) || base['current-schema-id'] !== from['current-schema-id'])
      return { kind: 'done', answer: 'aborted' };
    const refs = await loadManifestList(ports.store, base, currentSnapshot(base));
    const read = await loadManifests(ports.store, base, refs);
    const live = read.flatMap(({ entries }) => entries.filter(isLive));
    const remove: ManifestEntry[] = live.filter((entry) => paths.has(entry.data_file.file_path));
    // Its own work seen again after an unclear answer.
    if (live.some((entry) => entry.data_file.file_path === file.path)) return { kind: 'done', answer: 'compacted' };
    if (remove.length !== paths.size) return { kind: 'done', answer: 'aborted' };
    return {
      kind: 'snapshot',
      change: { base, refs, read, add: [file], remove, preservesRows: true, effects: [], rewrites: [rewrite] },
      answer: () => 'compacted',
    };
  });
}
