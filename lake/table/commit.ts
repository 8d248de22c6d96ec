// The commit protocol: read the head, THEN ask what is still wanted, THEN swap. The order is load-bearing: whoever swaps
// over a base has looked for newer versions after reading that base, so an older version can never come back.
// A conflict or an unclear answer is never believed: the head is read again and everything is decided anew.

import type { Clock, Head, ObjectStore, Rng, TableCatalog } from '../../platform/ports';
import { FaultError } from '../errors';
import type { TableDefinition } from './data-file';
import { assertKnownWrites, type Decision, decide } from './decide';
import { checkEffect, type Effect } from './effect';
import { currentSnapshot, snapshotById, type TableMetadata } from './metadata';
import { addSnapshot, createTable, evolve } from './metadata-builder';
import { keyOf, loadManifestList } from './tree';
import { type WrittenManifest, writeTree } from './write-tree';

export interface CommitPorts {
  /** The curated zone: `<table>/data/…` and `<table>/metadata/…`. */
  readonly store: ObjectStore;
  readonly catalog: TableCatalog;
  readonly clock: Clock;
  readonly rng: Rng;
}

export interface CommitRequest {
  readonly table: TableDefinition;
  /** All become visible in one snapshot. Of several effects of one submission the last counts. */
  readonly effects: readonly Effect[];
  /** Called after the head is read, before the swap, on every attempt: which effects are still the newest of their submission. */
  readonly stillWanted?: (effects: readonly Effect[]) => Promise<readonly Effect[]>;
  readonly maxAttempts?: number;
}

export interface EffectOutcome {
  readonly submission: string;
  readonly effectKey: string;
  /** `already-live`: nothing to do, the very same effect is visible · `superseded`: a newer version is known. */
  readonly outcome: 'committed' | 'already-live' | 'superseded';
  /** Rows of the submission that left in this commit. */
  readonly removedRows: number;
  /** Version that was live before; null: none, or the files do not tell. */
  readonly formerVersion: string | null;
  /** Snapshot that made the effect visible; null for superseded ones and retractions of nothing. */
  readonly snapshotId: string | null;
}

export interface CommitResult {
  /** The current snapshot afterwards: the new one, or the head's when nothing had to be done; '' for a table without any. */
  readonly snapshotId: string;
  readonly head: Head;
  /** In the order of the effects. */
  readonly outcomes: readonly EffectOutcome[];
}

const MAX_ATTEMPTS = 64;
/** From this many new files on, folders are listed instead of single files. */
const LIST_FOLDERS_FROM = 8;

/** @throws FaultError F_DATA_FILE when a file to be added is not in the store with the size it should have */
async function assertFilesExist(store: ObjectStore, base: TableMetadata, effects: readonly Effect[]): Promise<void> {
  const files = effects.flatMap((effect) => effect.add);
  const expected = new Map(files.map((file) => [keyOf(store, base, file.path), file.sizeBytes]));
  const folders = [...expected.keys()].map((key) => key.slice(0, key.lastIndexOf('/') + 1));
  const prefixes = expected.size < LIST_FOLDERS_FROM ? [...expected.keys()] : [...new Set(folders)];
  const found = new Map<string, number>();
  for (const prefix of prefixes) for (const item of await store.list(prefix)) found.set(item.key, item.sizeBytes);
  for (const [key, size] of expected)
    if (found.get(key) !== size)
      throw new FaultError(
        'F_DATA_FILE',
        `${store.location(key)} should have ${size} bytes, found ${found.get(key) ?? 'no file'}.`,
      );
}

function freshId(rng: Rng, base: TableMetadata): number {
  let id = rng.safeId();
  while (snapshotById(base, id)) id = rng.safeId();
  return id;
}

function outcomes(decisions: readonly Decision[], snapshotId: string): readonly EffectOutcome[] {
  return decisions.map(({ effect, outcome, own, formerVersion, liveIn }) => ({
    submission: effect.submission,
    effectKey: effect.effectKey,
    outcome: outcome === 'commit' ? 'committed' : outcome,
    removedRows: outcome === 'commit' ? own.reduce((sum, entry) => sum + Number(entry.data_file.record_count), 0) : 0,
    formerVersion,
    snapshotId: outcome === 'commit' ? snapshotId : liveIn === null ? null : String(liveIn),
  }));
}

/**
 * Makes effects visible, all in one snapshot, each exactly once whatever is repeated or runs in parallel.
 * @throws InputError E_FOREIGN_WRITE, E_EVOLUTION, E_METADATA, E_MANIFEST; FaultError F_EFFECT, F_DATA_FILE, F_SHARED_FILE, F_CONFLICT
 */
export async function commit(request: CommitRequest, ports: CommitPorts): Promise<CommitResult> {
  for (const effect of request.effects) checkEffect(effect);
  let reuse: WrittenManifest | undefined;
  const attempts = request.maxAttempts ?? MAX_ATTEMPTS;
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const tried = await tryOnce(request, ports, attempt, reuse);
    if ('head' in tried) return tried;
    reuse = tried.reuse;
  }
  throw new FaultError('F_CONFLICT', `${request.table.name}: ${attempts} attempts lost against other writers.`);
}

async function tryOnce(
  request: CommitRequest,
  ports: CommitPorts,
  attempt: number,
  reuse: WrittenManifest | undefined,
): Promise<CommitResult | { readonly reuse: WrittenManifest | undefined }> {
  const { store, catalog, clock, rng } = ports;
  const { table: definition, effects } = request;
  const table = definition.name;

  const head = await catalog.load(table);
  if (head) assertKnownWrites(table, head.metadata);
  const wanted = request.stillWanted ? await request.stillWanted(effects) : effects;

  const base = head
    ? evolve(head.metadata, definition)
    : createTable(definition, store.location(table), rng.uuid(), clock.now());
  const refs = await loadManifestList(store, base, currentSnapshot(base));
  const wantedKeys = new Set(wanted.map((effect) => effect.effectKey));
  const { decisions, read } = await decide(store, base, refs, effects, wantedKeys);
  const committed = decisions.filter((decision) => decision.outcome === 'commit').map((decision) => decision.effect);

  if (committed.length === 0) {
    if (head)
      return {
        snapshotId: String(currentSnapshot(base)?.['snapshot-id'] ?? ''),
        head,
        outcomes: outcomes(decisions, ''),
      };
    // An empty table is swapped in, so that the caller has a head; whoever won instead is read on the next attempt.
    await catalog.swap(table, undefined, base);
    return { reuse };
  }

  await assertFilesExist(store, base, committed);
  const snapshotId = freshId(rng, base);
  const nowMs = clock.now();
  const tree = await writeTree({ store, rng, table, base, refs, read, decisions, snapshotId, attempt, nowMs, reuse });
  const next = addSnapshot(base, {
    snapshotId,
    operation: tree.operation,
    manifestList: tree.manifestList,
    summary: tree.summary,
    nowMs,
    ...(head ? { baseLocation: head.location } : {}),
  });

  const swapped = await catalog.swap(table, head, next);
  // Whatever the answer was, only the head tells: a lost reply followed by a retry below us also looks like a conflict.
  const after = await catalog.load(table);
  if (after && snapshotById(after.metadata, snapshotId))
    return { snapshotId: String(snapshotId), head: after, outcomes: outcomes(decisions, String(snapshotId)) };
  if (swapped === 'OK')
    throw new FaultError('F_SWAP', `${table}: the swap was confirmed, but snapshot ${snapshotId} is not there.`);
  return { reuse: tree.added };
}
