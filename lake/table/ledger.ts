// Commit records outlive their snapshots: before a snapshot leaves the history its record is copied to the ledger, by
// sequence number, and is found there by whoever asks what a file holds or what happened long ago.
import type { ObjectStore } from '../../platform/ports';
import type { Long } from './json';
import type { Snapshot, TableMetadata } from './metadata';
import { type CommitRecord, readRecord } from './record';
import { tableOf, writeOwn } from './tree';

const digits = (sequence: number): string => String(sequence).padStart(12, '0');
const RANGE = /\/(\d{12})-(\d{12})-[^/]*\.ndjson$/;

/** One line of the ledger: a snapshot that left the history. */
export interface LedgerEntry {
  readonly snapshotId: string;
  readonly sequenceNumber: number;
  readonly timestampMs: number;
  readonly summary: Readonly<Record<string, string>>;
  /** null: another engine wrote the snapshot. */
  readonly record: CommitRecord | null;
}

const prefix = (metadata: TableMetadata): string => `ledger/${tableOf(metadata)}/${metadata['table-uuid']}/`;

/**
 * Writes what snapshots did into one object `<first>-<last>-<snapshot>.ndjson`. Written twice it says the same.
 * @throws FaultError F_PUT
 */
export async function copyToLedger(
  store: ObjectStore,
  ledger: ObjectStore,
  metadata: TableMetadata,
  snapshots: readonly Snapshot[],
): Promise<void> {
  const ordered = [...snapshots].sort((a, b) => a['sequence-number'] - b['sequence-number']);
  const [first, last] = [ordered[0], ordered.at(-1)];
  if (!first || !last) return;
  const lines: string[] = [];
  for (const snapshot of ordered) {
    const entry: LedgerEntry = {
      snapshotId: String(snapshot['snapshot-id']),
      sequenceNumber: snapshot['sequence-number'],
      timestampMs: snapshot['timestamp-ms'],
      summary: snapshot.summary,
      record: (await readRecord(store, tableOf(metadata), snapshot)) ?? null,
    };
    lines.push(`${JSON.stringify(entry)}\n`);
  }
  const name = `${digits(first['sequence-number'])}-${digits(last['sequence-number'])}-${ordered.length}-${last['snapshot-id']}`;
  await writeOwn(ledger, `${prefix(metadata)}${name}.ndjson`, Buffer.from(lines.join('')));
}

function isEntry(value: unknown): value is LedgerEntry {
  return typeof value === 'object' && value !== null && 'sequenceNumber' in value && 'record' in value;
}

async function readEntries(ledger: ObjectStore, key: string): Promise<readonly LedgerEntry[]> {
  const bytes = await ledger.get(key);
  if (!bytes) return [];
  return Buffer.from(bytes)
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line))
    .filter(isEntry);
}

/** Everything that left the history, oldest first. */
export async function ledgerEntries(ledger: ObjectStore, metadata: TableMetadata): Promise<readonly LedgerEntry[]> {
  const bySequence = new Map<number, LedgerEntry>();
  for (const { key } of await ledger.list(prefix(metadata)))
    for (const entry of await readEntries(ledger, key)) bySequence.set(entry.sequenceNumber, entry);
  return [...bySequence.values()].sort((a, b) => a.sequenceNumber - b.sequenceNumber);
}

/** The record of the snapshot with this sequence number, from the history or the ledger; undefined: it has none. */
export async function recordAt(
  store: ObjectStore,
  ledger: ObjectStore,
  metadata: TableMetadata,
  sequence: Long,
): Promise<CommitRecord | undefined> {
  const number = Number(sequence);
  const snapshot = metadata.snapshots?.findLast((candidate) => candidate['sequence-number'] === number);
  if (snapshot) return readRecord(store, tableOf(metadata), snapshot);
  for (const { key } of await ledger.list(prefix(metadata))) {
    const range = RANGE.exec(key);
    if (!range || Number(range[1]) > number || Number(range[2]) < number) continue;
    const found = (await readEntries(ledger, key)).find((entry) => entry.sequenceNumber === number);
    if (found) return found.record ?? undefined;
  }
  return undefined;
}
