// Many small files become few large ones. Rows, their lineage and their effects stay what they are; only files change.
// Whoever replaces a submission meanwhile wins: then this compaction comes to nothing and its files are left to expiry.
import { FaultError } from '../errors';
import { placeFile } from '../place-file';
import { type FileSizes, limitsOf, packed } from './bins';
import { type Copy, fieldsOf, type Placed, storedFile } from './copy-on-write';
import type { DataFile, TableField } from './data-file';
import { LEASE_MS } from './decide';
import { MemberReader } from './holdings';
import { keyAt } from './location';
import { isLive, type ManifestEntry } from './manifest';
import { currentSnapshot, type TableMetadata } from './metadata';
import { keptMetrics } from './metadata-builder';
import type { Member } from './record';
import { type TablePorts, transact } from './transact';
import { type LoadedManifest, loadManifestList, loadManifests } from './tree';

export interface CompactRequest extends FileSizes {
  readonly table: string;
  /** Which partitions may be compacted; those still being written would only be written again. null: no partition. */
  readonly isClosed: (period: string | null) => boolean;
  /** Fewer small files than this in a partition are left alone. Default 2. */
  readonly minFiles?: number;
  /** Most new files of one call; the next call goes on. Default: all there are to make. */
  readonly mostFiles?: number;
  readonly onStep?: (done: number, of: number) => void;
}

export interface Compacted {
  readonly period: string | null;
  /**
   * `aborted`: somebody changed the files meanwhile; the next run takes them up again. `large`: files above 512 MiB stay
   * whole, because the name of each says which one submission it is; engines divide them by row groups.
   */
  readonly outcome: 'compacted' | 'aborted' | 'large';
  readonly filesBefore: number;
  readonly filesAfter: number;
  readonly rows: number;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

type Input = Placed & { readonly file: DataFile };

interface Bin {
  readonly period: string | null;
  readonly inputs: readonly Input[];
}

/** Live files with rows of closed partitions, by partition. */
function partitionsOf(
  manifests: readonly LoadedManifest[],
  base: TableMetadata,
  isClosed: CompactRequest['isClosed'],
  ports: TablePorts,
): readonly (readonly Input[])[] {
  const partitions = new Map<string, Input[]>();
  for (const { ref, entries } of manifests)
    for (const entry of entries) {
      const placed = { entry, specId: ref.specId };
      // A file without rows says by its name that its submission is empty: merged, it would be forgotten.
      if (!isLive(entry) || Number(entry.data_file.record_count) === 0) continue;
      const file = storedFile(placed, base, ports);
      if (!isClosed(file.period)) continue;
      const key = `${ref.specId} ${JSON.stringify(entry.data_file.partition)}`;
      partitions.set(key, [...(partitions.get(key) ?? []), { ...placed, file }]);
    }
  return [...partitions.values()];
}

const periodOf = (inputs: readonly Input[]): string | null => inputs[0]?.file.period ?? null;
const bytesOf = (inputs: readonly Input[]): number => inputs.reduce((sum, { file }) => sum + file.sizeBytes, 0);
const rowsOf = (inputs: readonly Input[]): number => inputs.reduce((sum, { file }) => sum + file.rows, 0);

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
  const { small, target, large } = limitsOf(request);
  const bins: Bin[] = [];
  const left: Compacted[] = [];
  for (const files of partitionsOf(await loadManifests(store, base, refs), base, request.isClosed, ports)) {
    const merged = files.filter(({ file }) => file.sizeBytes < small);
    if (merged.length >= Math.max(2, request.minFiles ?? 2))
      bins.push(...packed(merged, { target }).map((inputs) => ({ period: periodOf(inputs), inputs })));
    const over = files.filter(({ file }) => file.sizeBytes >= large);
    if (over.length > 0) left.push(told(periodOf(over), 'large', over, over.length, bytesOf(over)));
  }
  const members = new MemberReader(ports, base);
  const done: Compacted[] = [];
  bins.splice(request.mostFiles ?? bins.length);
  for (const bin of bins) {
    request.onStep?.(done.length, bins.length);
    const startedAtMs = ports.clock.now();
    const copy = await merge(bin, base, members, ports);
    const outcome = await replace(request.table, bin, copy, base, startedAtMs, ports);
    const after = outcome === 'compacted' ? 1 : bin.inputs.length;
    done.push(told(bin.period, outcome, bin.inputs, after, copy.file?.sizeBytes ?? 0));
  }
  request.onStep?.(bins.length, bins.length);
  return [...done, ...left];
}

function told(
  period: string | null,
  outcome: Compacted['outcome'],
  inputs: readonly Input[],
  filesAfter: number,
  bytesAfter: number,
): Compacted {
  const bytesBefore = bytesOf(inputs);
  return { period, outcome, filesBefore: inputs.length, filesAfter, rows: rowsOf(inputs), bytesBefore, bytesAfter };
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

/** Columns of the table's order, and what a file sorted by them may say: the engine sorts upwards, nulls first, nothing else. */
function orderOf(
  base: TableMetadata,
  fields: readonly TableField[],
): { readonly sortBy: readonly string[]; readonly claimed: Pick<DataFile, 'sortOrderId'> } {
  const order = base['sort-orders'].find((one) => one['order-id'] === base['default-sort-order-id']);
  const sortBy: string[] = [];
  for (const { transform, direction, 'null-order': nulls, 'source-id': source } of order?.fields ?? []) {
    const name = fields.find((field) => field.id === source)?.name;
    // Other software may have set an order we do not write.
    if (name === undefined || transform !== 'identity' || direction !== 'asc' || nulls !== 'nulls-first')
      return { sortBy, claimed: {} };
    sortBy.push(name);
  }
  return { sortBy, claimed: order && sortBy.length > 0 ? { sortOrderId: order['order-id'] } : {} };
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
  const fields = fieldsOf(base);
  const { sortBy, claimed } = orderOf(base, fields);
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
    const rows = rowsOf(inputs);
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
      ...claimed,
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
