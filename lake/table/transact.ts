// One change of a table: read the head, decide, write the tree, swap. A conflict or an unclear answer is never believed:
// the head is read again and everything is decided anew. Every writer of the lake goes through here.

import type { Clock, Head, LakePorts, ObjectStore, Rewriter, Rng, TableCatalog, Workspace } from '../../platform/ports';
import { FaultError } from '../errors';
import { assertKnownWrites } from './foreign';
import { snapshotById, type TableMetadata } from './metadata';
import { addSnapshot } from './metadata-builder';
import { trim } from './retention';
import { type Change, type WrittenManifest, writeTree } from './write-tree';

/** What changing tables needs of the world. */
export interface TablePorts {
  /** The curated zone: `<table>/data/…` and `<table>/metadata/…`. */
  readonly store: ObjectStore;
  /** The control zone: `ledger/…`. */
  readonly ledger: ObjectStore;
  readonly catalog: TableCatalog;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly rewriter: Rewriter;
  readonly workspace: Workspace;
}

export function tablePorts({ zones, catalog, clock, rng, rewriter, workspace }: LakePorts): TablePorts {
  return { store: zones.curated, ledger: zones.control, catalog, clock, rng, rewriter, workspace };
}

/** What one attempt wants, given a head. */
export type Step<T> =
  /** Nothing has to be written. */
  | { readonly kind: 'done'; readonly answer: T }
  /** A snapshot; `answer` is made when it is there. */
  | { readonly kind: 'snapshot'; readonly change: Change; readonly answer: (snapshotId: string, head: Head) => T }
  /** Another version of the metadata without a new snapshot; asked again afterwards, until it answers `done`. */
  | { readonly kind: 'metadata'; readonly metadata: TableMetadata };

export interface TransactOptions {
  readonly maxAttempts?: number;
  /** Maintenance that must work on tables others have written to (expiry, erasure). */
  readonly allowForeign?: boolean;
}

const MAX_ATTEMPTS = 64;
/** Far below the grace of orphans, which is days. */
const LONGEST_ATTEMPT_MS = 3_600_000;
const FIRST_PAUSE_MS = 4;
const LONGEST_PAUSE_MS = 2_000;

/** Full jitter: whoever lost waits a random while, longer each time, so that writers stop meeting. */
function pause(attempt: number, rng: Rng): number {
  const ceiling = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempt, 12));
  return Math.floor(((rng.safeId() % 1000) / 1000) * ceiling);
}

function freshId(rng: Rng, base: TableMetadata): number {
  let id = rng.safeId();
  while (snapshotById(base, id)) id = rng.safeId();
  return id;
}

/**
 * @param decide called with a fresh head on every attempt; must look at everything else it depends on after that
 * @throws InputError E_FOREIGN_WRITE, E_METADATA, E_MANIFEST, E_FILE_MISSING; FaultError F_CONFLICT
 */
export async function transact<T>(
  table: string,
  ports: TablePorts,
  decide: (head: Head | undefined) => Promise<Step<T>>,
  options: TransactOptions = {},
): Promise<T> {
  const { store, ledger, catalog, clock, rng } = ports;
  const attempts = options.maxAttempts ?? MAX_ATTEMPTS;
  let reuse: readonly WrittenManifest[] = [];
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const head = await catalog.load(table);
    if (head && !options.allowForeign) assertKnownWrites(table, head.metadata);
    const startedMs = clock.now();
    const step = await decide(head);
    if (step.kind === 'done') return step.answer;
    if (step.kind === 'metadata') {
      const swapped = await catalog.swap(table, head, step.metadata);
      if (swapped !== 'OK') await clock.sleep(pause(attempt, rng));
      continue;
    }
    const { change } = step;
    const snapshotId = freshId(rng, change.base);
    const nowMs = clock.now();
    const tree = await writeTree({ store, rng, table, change, snapshotId, attempt, nowMs, reuse });
    reuse = tree.added;
    const { manifestList, operation, summary } = tree;
    const baseLocation = head ? { baseLocation: head.location } : {};
    const next = addSnapshot(change.base, { snapshotId, operation, manifestList, summary, nowMs, ...baseLocation });
    const kept = await trim(next, { store, ledger, nowMs });
    // A process that slept for days may have had its files taken for orphans: it starts over.
    if (clock.now() - startedMs > LONGEST_ATTEMPT_MS) continue;
    const swapped = await catalog.swap(table, head, kept);
    // Whatever else the answer was, only the head tells: a lost reply followed by a retry below us looks like a conflict.
    const after = await catalog.load(table);
    if (after && (swapped === 'OK' || snapshotById(after.metadata, snapshotId)))
      return step.answer(String(snapshotId), after);
    if (swapped === 'OK')
      throw new FaultError('F_SWAP', `${table}: the swap was confirmed, but the table is not there.`);
    await clock.sleep(pause(attempt, rng));
  }
  throw new FaultError('F_CONFLICT', `${table}: ${attempts} attempts lost against other writers.`);
}
