// What a commit has to do, given a head: which effects are already live, which files leave. No writing here.

import type { ObjectStore } from '../../platform/ports';
import { FaultError, InputError } from '../errors';
import { SUBMISSION_FIELD, VERSION_FIELD } from './data-file';
import type { Effect } from './effect';
import type { Long } from './json';
import { isLive, type ManifestEntry, statOf } from './manifest';
import { liveFiles, type ManifestRef, mayHoldPartition } from './manifest-list';
import { defaultSpec, type TableMetadata } from './metadata';
import { mayHold, onlyText } from './ownership';
import { ancestors, preservesRows, recordedIn, shortKey } from './record';
import { type LoadedManifest, loadManifests } from './tree';

/**
 * Snapshots without our record are taken over only when they did not change the rows.
 * @throws InputError E_FOREIGN_WRITE
 */
export function assertKnownWrites(table: string, metadata: TableMetadata): void {
  for (const snapshot of ancestors(metadata)) {
    // Whoever wrote this record has checked everything before it.
    if (snapshot.summary['lake.record'] !== undefined) return;
    if (preservesRows(metadata, snapshot)) continue;
    const id = snapshot['snapshot-id'];
    const operation = snapshot.summary.operation ?? '?';
    throw new InputError('E_FOREIGN_WRITE', {
      vi: `Bảng ${table} có lần ghi ${id} (${operation}) do phần mềm khác thực hiện và đã làm thay đổi dữ liệu. Chỉ chấp nhận thao tác sắp xếp lại tệp, không đổi số dòng. Hệ thống dừng ghi bảng này; người phụ trách dữ liệu cần xem "tamgiang history ${table}", rồi quay lại bản trước bằng phần mềm đã ghi.`,
      en: `Table ${table} has snapshot ${id} (${operation}), written by other software, which changed the data. Only a rearrangement of files that keeps the rows is accepted. Writing to this table stops; the data steward should look at "tamgiang history ${table}" and go back to the snapshot before with the software that wrote after it.`,
    });
  }
}

/** Manifests that may hold files of these effects. A submission lives in one partition, which its new files name. */
function mayConcern(metadata: TableMetadata, ref: ManifestRef, effects: readonly Effect[]): boolean {
  if (ref.content !== 0 || liveFiles(ref) === 0) return false;
  const spec = defaultSpec(metadata);
  const index = ref.specId === spec['spec-id'] && spec.fields.length === 1 ? 0 : undefined;
  return effects.some((effect) => {
    const period = effect.add[0]?.period ?? undefined;
    return period === undefined || mayHoldPartition(ref, index, period);
  });
}

export interface Decision {
  readonly effect: Effect;
  readonly outcome: 'commit' | 'already-live' | 'superseded';
  /** Live files of the submission before this commit. */
  readonly own: readonly ManifestEntry[];
  readonly formerVersion: string | null;
  /** Where an effect that is already live was committed. */
  readonly liveIn: Long | null;
}

function ownFiles(manifests: readonly LoadedManifest[], submission: string): readonly ManifestEntry[] {
  const own: ManifestEntry[] = [];
  for (const { entries } of manifests)
    for (const entry of entries) {
      const stat = statOf(entry, SUBMISSION_FIELD);
      if (!isLive(entry) || !mayHold(stat, submission)) continue;
      if (onlyText(stat) !== submission)
        throw new FaultError(
          'F_SHARED_FILE',
          `${entry.data_file.file_path} may hold rows of ${submission} beside others; it cannot be replaced as a whole.`,
        );
      own.push(entry);
    }
  return own;
}

function isNamedAfter(entry: ManifestEntry, effectKey: string): boolean {
  const path = entry.data_file.file_path;
  return path.slice(path.lastIndexOf('/') + 1).startsWith(`${shortKey(effectKey)}-`);
}

async function decideOne(
  store: ObjectStore,
  base: TableMetadata,
  effect: Effect,
  own: readonly ManifestEntry[],
): Promise<Decision> {
  const versions = new Set(own.map((entry) => onlyText(statOf(entry, VERSION_FIELD))));
  const formerVersion = versions.size === 1 ? ([...versions][0] ?? null) : null;
  const live = (liveIn: Long | null): Decision => ({ effect, outcome: 'already-live', own, formerVersion, liveIn });
  if (own.length > 0 && effect.add.length > 0 && own.every((entry) => isNamedAfter(entry, effect.effectKey)))
    return live(own[0]?.snapshot_id ?? null);
  if (own.length === 0 && effect.add.length === 0) {
    const recorded = await recordedIn(store, base, effect.effectKey);
    if (recorded || effect.op === 'retract') return live(recorded?.['snapshot-id'] ?? null);
  }
  return { effect, outcome: 'commit', own, formerVersion, liveIn: null };
}

export interface Decided {
  readonly decisions: readonly Decision[];
  /** The manifests that were read, of all in the list. */
  readonly read: readonly LoadedManifest[];
}

/** One decision an effect, in their order. Of two effects of one submission the later one counts. */
export async function decide(
  store: ObjectStore,
  base: TableMetadata,
  refs: readonly ManifestRef[],
  effects: readonly Effect[],
  wanted: ReadonlySet<string>,
): Promise<Decided> {
  const last = new Map(effects.filter((e) => wanted.has(e.effectKey)).map((e) => [e.submission, e]));
  const todo = [...last.values()];
  const read = await loadManifests(
    store,
    base,
    refs.filter((ref) => mayConcern(base, ref, todo)),
  );
  const decisions: Decision[] = [];
  for (const effect of effects)
    decisions.push(
      last.get(effect.submission) === effect
        ? await decideOne(store, base, effect, ownFiles(read, effect.submission))
        : { effect, outcome: 'superseded', own: [], formerVersion: null, liveIn: null },
    );
  return { decisions, read };
}
