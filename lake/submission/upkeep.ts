// What every table needs from time to time: small files merged, history shortened, files that nothing names deleted. May be
// killed anywhere; run again, it goes on.
import { z } from 'zod';
import type { LakePorts, ObjectStore } from '../../platform/ports';
import { InputError } from '../errors';
import { type Compacted, compact } from '../table/compact';
import { expireSnapshots, removeOrphans } from '../table/expire';
import { tablePorts } from '../table/transact';
import { dropStaleOffers, offeredKeys } from './handoff';
import { isClosedPeriod } from './key';
import { readStored } from './stored';

/** Unreferenced files younger than this stay, far longer than anybody may be about to name them. */
const GRACE_MS = 7 * 86_400_000;
/** A question runs for half an hour at most (Athena): the files it reads stay for an hour after the table has dropped them. */
const READERS_MS = 3_600_000;
/** Fewer small files in a period are not worth a rewriting by night. */
const MIN_FILES = 8;

export interface Shortened {
  readonly snapshots: number;
  readonly files: number;
  readonly bytes: number;
  readonly offers: number;
}

/** History and files no longer needed. @throws FaultError F_CONFLICT, what the store says */
export async function shorten(table: string, ports: LakePorts): Promise<Shortened> {
  const of = tablePorts(ports);
  const snapshots = await expireSnapshots({ table }, of);
  const offered = () => offeredKeys(table, ports);
  const { keys, bytes } = await removeOrphans({ table, graceMs: GRACE_MS, readersMs: READERS_MS, offered }, of);
  return { snapshots, files: keys.length, bytes, offers: await dropStaleOffers(table, ports) };
}

/**
 * One new file in place of small ones of a closed period; undefined: nothing (more) to merge, or a table that other software
 * changed and nobody merges until a person has decided.
 */
export async function mergeOnce(table: string, ports: LakePorts): Promise<Compacted | undefined> {
  const now = ports.clock.now();
  const isClosed = (period: string | null) => isClosedPeriod(period, now);
  try {
    const done = await compact({ table, isClosed, minFiles: MIN_FILES, mostFiles: 1 }, tablePorts(ports));
    return done.find(({ outcome }) => outcome === 'compacted');
  } catch (error) {
    if (error instanceof InputError && error.code === 'E_FOREIGN_WRITE') return undefined;
    throw error;
  }
}

const markShape = z.object({ triedAtMs: z.number(), keptAtMs: z.number(), isDone: z.boolean() });

/** Of one table: begun with last, brought to an end last (before the first end: begun with first), and whether the last try ended. */
export type Mark = z.infer<typeof markShape>;

const keyOf = (table: string): string => `upkeep/${table}.json`;

export const readMark = (control: ObjectStore, table: string): Promise<Mark | undefined> =>
  readStored(control, keyOf(table), markShape);

export async function begin(table: string, { zones, clock }: LakePorts): Promise<void> {
  const triedAtMs = clock.now();
  const before = await readMark(zones.control, table);
  await put(table, { triedAtMs, keptAtMs: before?.keptAtMs ?? triedAtMs, isDone: false }, zones.control);
}

export async function end(table: string, { zones, clock }: LakePorts): Promise<void> {
  const keptAtMs = clock.now();
  await put(table, { triedAtMs: keptAtMs, keptAtMs, isDone: true }, zones.control);
}

const put = (table: string, mark: Mark, control: ObjectStore) => control.put(keyOf(table), JSON.stringify(mark));

/** Tables that wait for their turn, those untouched longest first: one that always breaks off does not hold up the others. */
export function inTurn(
  marks: ReadonlyMap<string, Mark | undefined>,
  { nowMs, restMs }: { readonly nowMs: number; readonly restMs: number },
): readonly string[] {
  return [...marks]
    .filter(([, mark]) => !mark?.isDone || nowMs - mark.keptAtMs >= restMs)
    .sort(([, a], [, b]) => (a?.triedAtMs ?? 0) - (b?.triedAtMs ?? 0))
    .map(([table]) => table);
}
