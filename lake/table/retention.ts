// Which snapshots a table keeps. Tagged ones stay for ever, the others for a day and at least a hundred of them.
import type { ObjectStore } from '../../platform/ports';
import type { Long } from './json';
import { copyToLedger } from './ledger';
import type { Snapshot, TableMetadata } from './metadata';
import { dropSnapshots } from './metadata-builder';

export interface Retention {
  /** Newest snapshots kept whatever their age. Default: the table's own property, 100. */
  readonly keepAtLeast?: number;
  /** Snapshots younger than this are kept. Default: the table's own property, 24 h. */
  readonly maxAgeMs?: number;
}

function property(metadata: TableMetadata, name: string, otherwise: number): number {
  const value = Number(metadata.properties?.[name]);
  return Number.isFinite(value) ? value : otherwise;
}

const DAY_MS = 86_400_000;

/** Snapshots that may go, oldest first: not current, not tagged, older than the age, not among the newest. */
export function expired(metadata: TableMetadata, nowMs: number, retention: Retention): readonly Snapshot[] {
  const keepAtLeast = retention.keepAtLeast ?? property(metadata, 'history.expire.min-snapshots-to-keep', 100);
  const maxAgeMs = retention.maxAgeMs ?? property(metadata, 'history.expire.max-snapshot-age-ms', DAY_MS);
  const pinned = new Set<Long | undefined>([
    metadata['current-snapshot-id'],
    ...Object.values(metadata.refs ?? {}).map((ref) => ref['snapshot-id']),
  ]);
  const bySequence = [...(metadata.snapshots ?? [])].sort((a, b) => a['sequence-number'] - b['sequence-number']);
  return bySequence
    .slice(0, Math.max(0, bySequence.length - Math.max(1, keepAtLeast)))
    .filter((snapshot) => snapshot['timestamp-ms'] < nowMs - maxAgeMs && !pinned.has(snapshot['snapshot-id']));
}

/** Snapshots that go when the history is over its budget go in one lot, so that most commits drop none. */
const LOT = 40;

/**
 * Keeps the metadata file small while committing: above the table's `lake.history.max-snapshots` the oldest go whatever
 * their age, because every commit writes and every reader reads all of them. Only time travel gets shorter; files stay.
 */
export async function trim(
  next: TableMetadata,
  ports: { readonly store: ObjectStore; readonly ledger: ObjectStore; readonly nowMs: number },
): Promise<TableMetadata> {
  const budget = property(next, 'lake.history.max-snapshots', 150);
  const count = next.snapshots?.length ?? 0;
  if (count <= budget) return next;
  const gone = expired(next, Number.POSITIVE_INFINITY, { keepAtLeast: Math.max(budget - LOT, 1), maxAgeMs: 0 });
  await copyToLedger(ports.store, ports.ledger, next, gone);
  return dropSnapshots(next, new Set(gone.map((snapshot) => snapshot['snapshot-id'])));
}
