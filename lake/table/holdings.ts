// What a table holds of a submission: files of its own, and its part of files it shares with others.
import { SUBMISSION_FIELD, VERSION_FIELD } from './data-file';
import { recordAt } from './ledger';
import { isLive, type ManifestEntry, statOf, toDataFile } from './manifest';
import { liveFiles, type ManifestRef, mayHoldPartition, mayHoldSubmission } from './manifest-list';
import { isPlain, partitionSource, type TableMetadata } from './metadata';
import { mayHold, onlyText } from './ownership';
import type { Member } from './record';
import type { TablePorts } from './transact';
import { keyOf, type LoadedManifest } from './tree';

/** A live file in which a submission has, or may have, rows. */
export interface Holding {
  readonly entry: ManifestEntry;
  readonly specId: number;
  /** Whose rows the file holds. */
  readonly members: readonly Member[];
  /** All its rows are of the one submission. */
  readonly isPure: boolean;
}

/** `<16 hex>-<uuid>.parquet` is named after an effect; compacted and rewritten files are not. */
const NAMED_AFTER_EFFECT = /^([0-9a-f]{16})-/;

function ek16Of(path: string): string | undefined {
  return NAMED_AFTER_EFFECT.exec(path.slice(path.lastIndexOf('/') + 1))?.[1];
}

/** Manifests that may hold files of a submission whose new files, if any, lie in `period`. */
export function mayConcern(
  metadata: TableMetadata,
  ref: ManifestRef,
  submission: string,
  period: string | null | undefined,
): boolean {
  if (ref.content !== 0 || liveFiles(ref) === 0) return false;
  if (ref.submissions) return mayHoldSubmission(ref, submission);
  if (period === undefined || period === null) return true;
  // Lists of other writers name no submissions; the partition still rules most manifests out.
  const spec = metadata['partition-specs'].find((one) => one['spec-id'] === ref.specId);
  const isByPeriod = spec && isPlain(spec) && spec.fields[0]?.['source-id'] === partitionSource(metadata);
  return mayHoldPartition(ref, isByPeriod ? 0 : undefined, period);
}

/**
 * Members of files, each asked for once: by the file's name, from the record of the commit that wrote it, and of files that
 * other engines wrote from the rows themselves.
 */
export class MemberReader {
  private readonly known = new Map<string, readonly Member[]>();

  constructor(
    private readonly ports: Pick<TablePorts, 'store' | 'ledger' | 'rewriter'>,
    private readonly metadata: TableMetadata,
  ) {}

  async membersOf(entry: ManifestEntry): Promise<readonly Member[]> {
    const { store, ledger, rewriter } = this.ports;
    const path = entry.data_file.file_path;
    const own = onlyText(statOf(entry, SUBMISSION_FIELD));
    const version = onlyText(statOf(entry, VERSION_FIELD));
    const ek16 = ek16Of(path);
    if (own !== undefined && version !== undefined && ek16 !== undefined)
      return [{ sk: own, version, ek16, rows: Number(entry.data_file.record_count) }];
    const known = this.known.get(path);
    if (known !== undefined) return known;
    const record = await recordAt(store, ledger, this.metadata, entry.file_sequence_number);
    // Names are unique, places may move: a home that was copied elsewhere still finds its records.
    const key = keyOf(store, this.metadata, path);
    const rewrite = record?.rewrites.find(
      ({ fileAdded }) => fileAdded !== null && keyOf(store, this.metadata, fileAdded) === key,
    );
    const members =
      rewrite?.members ??
      (await rewriter.rowsHeld(store, toDataFile(entry, undefined, store.location(key)))).map(
        ({ submission, version: held, rows }): Member => ({ sk: submission, version: held, ek16: null, rows }),
      );
    this.known.set(path, members);
    return members;
  }
}

/** Live files in which a submission has rows or may have some, of the manifests given. */
export async function holdingsOf(
  submission: string,
  manifests: readonly LoadedManifest[],
  members: MemberReader,
): Promise<readonly Holding[]> {
  const holdings: Holding[] = [];
  for (const { ref, entries } of manifests)
    for (const entry of entries) {
      const stat = statOf(entry, SUBMISSION_FIELD);
      if (!isLive(entry) || !mayHold(stat, submission)) continue;
      const held = await members.membersOf(entry);
      if (!held.some((member) => member.sk === submission)) continue;
      holdings.push({ entry, specId: ref.specId, members: held, isPure: onlyText(stat) === submission });
    }
  return holdings;
}

/** What a submission has in a holding: several versions only if other software mixed them. */
export function membersOf({ members }: Holding, submission: string): readonly Member[] {
  return members.filter((member) => member.sk === submission);
}
