// What a commit has to do, given a head: which effects are already live, which files leave, which are shared with others.
// No writing here.

import type { Effect } from './effect';
import { type Holding, holdingsOf, MemberReader, mayConcern, membersOf } from './holdings';
import type { Long } from './json';
import { recordAt } from './ledger';
import { type ManifestRef, mayNameSubmission } from './manifest-list';
import { snapshotById, type TableMetadata } from './metadata';
import { shortKey } from './record';
import type { TablePorts } from './transact';
import { keyOf, type LoadedManifest, loadManifests } from './tree';

export interface Decision {
  readonly effect: Effect;
  /** `reseal`: its files are too old, gone, or were made under rules the table has left behind. */
  readonly outcome: 'commit' | 'already-live' | 'superseded' | 'reseal';
  /** Live files of the submission before this commit. */
  readonly own: readonly Holding[];
  readonly formerVersion: string | null;
  /** Rows of the submission that leave, or left when it went live; as far as files tell. */
  readonly removedRows: number;
  /** Where an effect that is already live was committed. */
  readonly liveIn: Long | null;
}

/** Offered files are good for a day; nothing younger than two is deleted beside others, so that what is committed is there. */
export const LEASE_MS = 86_400_000;

const erasureEpochOf = (base: TableMetadata): number => Number(base.properties?.['lake.erasure-epoch'] ?? '0');
const writerEpochOf = (base: TableMetadata): number => Number(base.properties?.['lake.writer-epoch'] ?? '0');

/** Whether an effect's files may still be named by this table. */
async function isFresh(effect: Effect, base: TableMetadata, ports: TablePorts): Promise<boolean> {
  if ((effect.erasureEpoch ?? Number.POSITIVE_INFINITY) < erasureEpochOf(base)) return false;
  if ((effect.writerEpoch ?? Number.POSITIVE_INFINITY) < writerEpochOf(base)) return false;
  const now = ports.clock.now();
  if (now - (effect.sealedAtMs ?? now) > LEASE_MS) return false;
  for (const file of effect.add) {
    const found = await ports.store.head(keyOf(ports.store, base, file.path));
    if (found?.sizeBytes !== file.sizeBytes) return false;
  }
  return true;
}

/** Whether every file is there with the size it should have: rows nobody can read are not live, whatever the table says. */
async function areWhole(own: readonly Holding[], base: TableMetadata, { store }: TablePorts): Promise<boolean> {
  for (const { entry } of own) {
    const found = await store.head(keyOf(store, base, entry.data_file.file_path));
    if (found?.sizeBytes !== Number(entry.data_file.file_size_in_bytes)) return false;
  }
  return true;
}

function formerOf(own: readonly Holding[], submission: string): Pick<Decision, 'formerVersion' | 'removedRows'> {
  const members = own.flatMap((holding) => membersOf(holding, submission));
  const versions = new Set(members.map((member) => member.version));
  return {
    formerVersion: versions.size === 1 ? ([...versions][0] ?? null) : null,
    removedRows: members.reduce((sum, member) => sum + member.rows, 0),
  };
}

/** What the commit that made an effect live said of it; compaction keeps the effect and forgets the commit. */
async function liveDecision(
  effect: Effect,
  own: readonly Holding[],
  base: TableMetadata,
  ports: TablePorts,
): Promise<Decision> {
  const entry = own[0]?.entry;
  const record =
    entry === undefined ? undefined : await recordAt(ports.store, ports.ledger, base, entry.file_sequence_number);
  const recorded = record?.effects.find((one) => one.ek === effect.effectKey);
  return {
    effect,
    outcome: 'already-live',
    own,
    formerVersion: recorded?.formerVersion ?? null,
    removedRows: recorded?.rowsRemoved ?? 0,
    liveIn: entry === undefined ? null : (snapshotById(base, entry.snapshot_id)?.['snapshot-id'] ?? null),
  };
}

export interface Decided {
  readonly decisions: readonly Decision[];
  /** The manifests that were read, of all in the list. */
  readonly read: readonly LoadedManifest[];
  readonly members: MemberReader;
}

/** One decision an effect, in their order. Of two effects of one submission the later one counts. */
export async function decide(
  base: TableMetadata,
  refs: readonly ManifestRef[],
  effects: readonly Effect[],
  wanted: ReadonlySet<string>,
  ports: TablePorts,
): Promise<Decided> {
  const last = new Map(effects.filter((e) => wanted.has(e.effectKey)).map((e) => [e.submission, e]));
  const todo = [...last.values()];
  const concerned = refs.filter((ref) =>
    todo.some((effect) => mayConcern(base, ref, effect.submission, effect.add[0]?.period)),
  );
  const read = await loadManifests(ports.store, base, concerned, (ref, bytes) =>
    todo.some((effect) => mayNameSubmission(ref, bytes, effect.submission)),
  );
  const members = new MemberReader(ports, base);
  const decisions: Decision[] = [];
  for (const effect of effects) {
    if (last.get(effect.submission) !== effect) {
      decisions.push({ effect, outcome: 'superseded', own: [], formerVersion: null, removedRows: 0, liveIn: null });
      continue;
    }
    const own = await holdingsOf(effect.submission, read, members);
    const isThis = (holding: Holding) =>
      effect.op === 'put' &&
      membersOf(holding, effect.submission).every(
        // Where another engine moved the rows, the version they name is all there is to go by.
        ({ ek16, version }) => ek16 === shortKey(effect.effectKey) || (ek16 === null && version === effect.version),
      );
    const isLive = own.every(isThis) && (own.length > 0 || effect.op === 'retract');
    if (isLive && (await areWhole(own, base, ports))) decisions.push(await liveDecision(effect, own, base, ports));
    else {
      const outcome = (await isFresh(effect, base, ports)) ? 'commit' : 'reseal';
      decisions.push({ effect, outcome, own, ...formerOf(own, effect.submission), liveIn: null });
    }
  }
  return { decisions, read, members };
}
