// The commit protocol: read the head, THEN ask what is still wanted, THEN swap. The order is load-bearing: whoever swaps
// over a base has looked for newer versions after reading that base, so an older version can never come back.

import type { Head } from '../../platform/ports';
import { InputError } from '../errors';
import { CopyOnWrite } from './copy-on-write';
import type { DataFile, TableDefinition } from './data-file';
import { type Decided, type Decision, decide } from './decide';
import { checkEffect, type Effect } from './effect';
import type { ManifestEntry } from './manifest';
import { currentSnapshot, type TableMetadata } from './metadata';
import { createTable, evolve } from './metadata-builder';
import type { RecordedEffect, RecordedRewrite } from './record';
import { type TablePorts, transact } from './transact';
import { loadManifestList } from './tree';

export interface CommitRequest {
  readonly table: TableDefinition;
  /** All become visible in one snapshot. Of several effects of one submission the last counts. */
  readonly effects: readonly Effect[];
  /** Effects that others offer to the same table, asked for after the head is read, on every attempt: taken along. */
  readonly alsoOffered?: () => Promise<readonly Effect[]>;
  /** Called after the head is read, before the swap, on every attempt: which effects are still the newest of their submission. */
  readonly stillWanted?: (effects: readonly Effect[]) => Promise<readonly Effect[]>;
  /** Rank of the contract and transform this writer follows. Default: whatever the table has. */
  readonly writerEpoch?: number;
  readonly maxAttempts?: number;
}

export interface EffectOutcome {
  readonly submission: string;
  readonly effectKey: string;
  /**
   * `already-live`: nothing to do, the very same effect is visible · `superseded`: another version is wanted by now ·
   * `reseal`: its files may no longer be used, the version must be judged again.
   */
  readonly outcome: 'committed' | 'already-live' | 'superseded' | 'reseal';
  /** Rows of the submission that left, in this commit or the one that made it live; as far as files tell. */
  readonly removedRows: number;
  /** Version that was live before; null: none, or the files do not tell. */
  readonly formerVersion: string | null;
  /** Snapshot that made the effect visible; null for superseded ones, retractions of nothing, and when it left the history. */
  readonly snapshotId: string | null;
}

export interface CommitResult {
  /** The current snapshot afterwards: the new one, or the head's when nothing had to be done; '' for a table without any. */
  readonly snapshotId: string;
  readonly head: Head;
  /** In the order of the effects, then those of others. */
  readonly outcomes: readonly EffectOutcome[];
}

function outcomes(decisions: readonly Decision[], snapshotId: string): readonly EffectOutcome[] {
  return decisions.map(({ effect, outcome, formerVersion, removedRows, liveIn }) => ({
    submission: effect.submission,
    effectKey: effect.effectKey,
    outcome: outcome === 'commit' ? 'committed' : outcome,
    removedRows,
    formerVersion,
    snapshotId: outcome === 'commit' ? snapshotId : liveIn === null ? null : String(liveIn),
  }));
}

/**
 * A writer that follows older rules than the table must not judge for it any more.
 * @throws InputError E_WRITER_EPOCH
 */
function assertNotFenced(request: CommitRequest, head: Head | undefined): void {
  const epoch = Number(head?.metadata.properties?.['lake.writer-epoch'] ?? '0');
  if (request.writerEpoch === undefined || request.writerEpoch >= epoch) return;
  const table = request.table.name;
  throw new InputError('E_WRITER_EPOCH', {
    vi: `Bảng ${table} đã được ghi theo hợp đồng dữ liệu hoặc phần mềm mới hơn (mốc ${epoch}, ở đây là ${request.writerEpoch}). Hãy cập nhật phần mềm và thư mục schemas/ trên máy này rồi chạy lại lệnh.`,
    en: `Table ${table} has been written under a newer contract or newer software (epoch ${epoch}, here ${request.writerEpoch}). Update the software and the folder schemas/ on this computer, then run the command again.`,
  });
}

function recordedEffect({ effect, own, formerVersion, removedRows }: Decision): RecordedEffect {
  return {
    sk: effect.submission,
    version: effect.version,
    ek: effect.effectKey,
    op: effect.op,
    rowsIn: effect.rowsIn,
    rowsOk: effect.rowsAccepted,
    rowsRejected: effect.rowsRejected,
    rowsRemoved: removedRows,
    formerVersion,
    filesAdded: effect.add.map((file) => file.path),
    filesRemoved: own.filter((holding) => holding.isPure).map((holding) => holding.entry.data_file.file_path),
  };
}

/**
 * Makes effects visible, all in one snapshot, each exactly once whatever is repeated or runs in parallel. Files they
 * share with other submissions are rewritten without them in the same snapshot.
 * @throws InputError E_FOREIGN_WRITE, E_WRITER_EPOCH, E_EVOLUTION, E_METADATA, E_MANIFEST; FaultError F_EFFECT, F_REWRITE, F_CONFLICT
 */
export async function commit(request: CommitRequest, ports: TablePorts): Promise<CommitResult> {
  for (const effect of request.effects) checkEffect(effect);
  const { store, rng, clock } = ports;
  const { table: definition, maxAttempts } = request;
  const copies = new CopyOnWrite(ports);
  return transact<CommitResult>(
    definition.name,
    ports,
    async (head) => {
      assertNotFenced(request, head);
      const others = request.alsoOffered ? await request.alsoOffered() : [];
      const own = new Set(request.effects.map((effect) => effect.effectKey));
      const effects = [...others.filter((effect) => !own.has(effect.effectKey)), ...request.effects];
      const wanted = request.stillWanted ? await request.stillWanted(effects) : effects;
      const base = raised(
        head
          ? evolve(head.metadata, definition)
          : createTable(definition, store.location(definition.name), rng.uuid(), clock.now()),
        request.writerEpoch,
      );
      const refs = await loadManifestList(store, base, currentSnapshot(base));
      const decided = await decide(base, refs, effects, new Set(wanted.map((effect) => effect.effectKey)), ports);
      const committed = decided.decisions.filter((decision) => decision.outcome === 'commit');
      if (committed.length === 0) {
        // An empty table is swapped in, so that the caller has a head.
        if (!head) return { kind: 'metadata', metadata: base };
        const snapshotId = String(currentSnapshot(base)?.['snapshot-id'] ?? '');
        return { kind: 'done', answer: { snapshotId, head, outcomes: outcomes(decided.decisions, '') } };
      }
      const { add, remove, rewrites } = await leaving(committed, decided, base, copies);
      // Bounds said that rows might be there to take back; none were.
      if (head && remove.length === 0 && committed.every(({ effect }) => effect.op === 'retract')) {
        const nothing = decided.decisions.map(
          (one): Decision => (one.outcome === 'commit' ? { ...one, outcome: 'already-live' } : one),
        );
        const snapshotId = String(currentSnapshot(base)?.['snapshot-id'] ?? '');
        return { kind: 'done', answer: { snapshotId, head, outcomes: outcomes(nothing, '') } };
      }
      return {
        kind: 'snapshot',
        change: {
          base,
          refs,
          read: decided.read,
          add: [...committed.flatMap((decision) => decision.effect.add), ...add],
          remove,
          preservesRows: false,
          effects: committed.map(recordedEffect),
          rewrites,
        },
        answer: (snapshotId, after) => ({ snapshotId, head: after, outcomes: outcomes(decided.decisions, snapshotId) }),
      };
    },
    maxAttempts === undefined ? {} : { maxAttempts },
  );
}

/** The table under this writer's epoch, which only grows. */
export function raised(base: TableMetadata, writerEpoch: number | undefined): TableMetadata {
  const known = Number(base.properties?.['lake.writer-epoch'] ?? '0');
  if (writerEpoch === undefined || writerEpoch <= known) return base;
  return { ...base, properties: { ...base.properties, 'lake.writer-epoch': String(writerEpoch) } };
}

/** What leaves with the committed effects: pure files whole, shared ones rewritten without their submissions. */
async function leaving(
  committed: readonly Decision[],
  { members }: Decided,
  base: TableMetadata,
  copies: CopyOnWrite,
): Promise<{
  readonly add: readonly DataFile[];
  readonly remove: readonly ManifestEntry[];
  readonly rewrites: readonly RecordedRewrite[];
}> {
  const remove: ManifestEntry[] = [];
  const shared = new Map<ManifestEntry, { readonly specId: number; readonly submissions: string[] }>();
  for (const { effect, own } of committed)
    for (const { entry, specId, isPure } of own) {
      if (isPure) remove.push(entry);
      else shared.set(entry, { specId, submissions: [...(shared.get(entry)?.submissions ?? []), effect.submission] });
    }
  const add: DataFile[] = [];
  const rewrites: RecordedRewrite[] = [];
  for (const [entry, { specId, submissions }] of shared) {
    const copy = await copies.without({ entry, specId }, submissions, await members.membersOf(entry), base);
    if (!copy) continue;
    remove.push(entry);
    rewrites.push(copy.rewrite);
    if (copy.file) add.push(copy.file);
  }
  return { add, remove, rewrites };
}
