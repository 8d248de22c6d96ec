// A file that several submissions share loses some of its rows: a new file takes its place, in the same snapshot.
import { FaultError } from '../errors';
import { placeFile } from '../place-file';
import type { DataFile, TableField } from './data-file';
import { keyAt } from './location';
import { type ManifestEntry, partitionName, toDataFile } from './manifest';
import { currentSchema, partitionSource, type TableMetadata } from './metadata';
import { keptMetrics } from './metadata-builder';
import type { Member, RecordedRewrite } from './record';
import type { TablePorts } from './transact';
import { keyOf } from './tree';

export interface Copy {
  /** undefined: no row is left. */
  readonly file: DataFile | undefined;
  readonly rewrite: RecordedRewrite;
}

/** A live file and the partition spec it was written under. */
export interface Placed {
  readonly entry: ManifestEntry;
  readonly specId: number;
}

/** Columns of a table as the engine must read and write them. @throws FaultError F_TABLE_TYPE */
export function fieldsOf(base: TableMetadata): readonly TableField[] {
  return currentSchema(base).fields.map(({ id, name, type }) => {
    if (typeof type !== 'string') throw new FaultError('F_TABLE_TYPE', `${base.location}: column ${name} is nested.`);
    return { id, name, type };
  });
}

/** The file as the store has it now, with its place among the partitions. */
export function storedFile({ entry, specId }: Placed, base: TableMetadata, ports: TablePorts): DataFile {
  const spec = base['partition-specs'].find((candidate) => candidate['spec-id'] === specId);
  const file = toDataFile(entry, partitionName(spec, partitionSource(base)));
  const path = ports.store.location(keyOf(ports.store, base, file.path));
  return { ...file, stats: file.stats, path, placed: { specId, partition: entry.data_file.partition } };
}

/** Well below the grace of orphans. */
const KEPT_MS = 3_600_000;

/** Rewrites files once a commit, however often the swap is tried. */
export class CopyOnWrite {
  private readonly made = new Map<string, { readonly copy: Copy | undefined; readonly atMs: number }>();

  constructor(private readonly ports: TablePorts) {}

  /**
   * The file without the rows of some submissions; undefined when it holds none of them after all.
   * @throws FaultError F_REWRITE when a row that stays was changed
   */
  async without(
    placed: Placed,
    submissions: readonly string[],
    members: readonly Member[],
    base: TableMetadata,
  ): Promise<Copy | undefined> {
    const path = placed.entry.data_file.file_path;
    const key = JSON.stringify([path, [...submissions].sort(), base['current-schema-id']]);
    const known = this.made.get(key);
    // After a long sleep the file may have been taken for an orphan: it is made anew.
    if (known && this.ports.clock.now() - known.atMs < KEPT_MS) return known.copy;
    const atMs = this.ports.clock.now();
    const left = members.filter((member) => !submissions.includes(member.sk));
    const copy = await rewriteFile(placed, base, this.ports, { withoutSubmissions: submissions }, () => left);
    this.made.set(key, { copy, atMs });
    return copy;
  }
}

/**
 * One file again, less some rows, stored under a name of its own.
 * @param members of the new file
 * @returns undefined when no row had to go
 */
export async function rewriteFile(
  placed: Placed,
  base: TableMetadata,
  ports: TablePorts,
  less: Pick<Parameters<TablePorts['rewriter']['rewrite']>[0], 'withoutSubmissions' | 'withoutSubjects'>,
  members: () => readonly Member[],
  fileName?: string,
): Promise<Copy | undefined> {
  const { store, rng, rewriter, workspace } = ports;
  const from = storedFile(placed, base, ports);
  const work = await workspace.open();
  try {
    const rewritten = await rewriter.rewrite({
      store,
      inputs: [from],
      fields: fieldsOf(base),
      boundedFields: [...keptMetrics(base)],
      sortBy: [],
      ...less,
      workDir: work.dir,
    });
    const path = placed.entry.data_file.file_path;
    if (rewritten.digestIn !== rewritten.digestOut)
      throw new FaultError('F_REWRITE', `${path}: the rows that stay differ after rewriting.`);
    if (rewritten.rowsLeftOut === 0) return undefined;
    if (!rewritten.file) return { file: undefined, rewrite: { filesRemoved: [path], fileAdded: null, members: [] } };
    const folder = keyAt(store, from.path).replace(/[^/]*$/, '');
    const key = `${folder}${fileName ?? `rewritten-${rng.uuid()}.parquet`}`;
    await placeFile(store, key, rewritten.file, 'adopt');
    const { sizeBytes, rows, stats } = rewritten.file;
    const { period, placed: place } = from;
    const file = { path: store.location(key), sizeBytes, rows, period, stats, ...(place ? { placed: place } : {}) };
    return { file, rewrite: { filesRemoved: [path], fileAdded: file.path, members: members() } };
  } finally {
    await work.close();
  }
}
