// Who was erased from a dataset: a list that only grows, one object an epoch. It holds keyed hashes, so that the list
// itself names nobody; whoever reads rows asks it value by value.
import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { ObjectStore, Rng } from '../../platform/ports';
import { placeRecord } from '../place-file';
import { readStored } from '../submission/stored';

const epochShape = z.object({
  epoch: z.number().int().positive(),
  requestId: z.string(),
  /** All erased so far, HMAC-SHA256 in hex. */
  subjects: z.array(z.string()),
});

const keyShape = z.object({ key: z.string() });

const KEY = 'erasure/key.json';
const KEY_BYTES = 32;

const prefix = (dataset: string): string => `erasure/${dataset}/`;

/**
 * The same person however the number was typed: letters and digits only, upper case. Eleven digits are a personal
 * identity number whose leading 0 a spreadsheet took for nothing: no number of persons in use has eleven.
 */
export function normaliseSubject(value: string): string {
  const bare = value
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
  return /^\d{11}$/.test(bare) ? `0${bare}` : bare;
}

/** The home's own secret, made on first need. @throws InputError E_RECORD */
async function secret(control: ObjectStore, rng: Rng): Promise<string> {
  const known = await readStored(control, KEY, keyShape);
  if (known) return known.key;
  const key = Buffer.from(rng.bytes(KEY_BYTES)).toString('hex');
  // Hashes under a key that was lost would match nobody ever again.
  await placeRecord(control, KEY, JSON.stringify({ key }));
  return (await readStored(control, KEY, keyShape))?.key ?? key;
}

function hashOf(key: string, value: string): string {
  return createHmac('sha256', Buffer.from(key, 'hex')).update(normaliseSubject(value)).digest('hex');
}

/** What records may hold of a person: the number as the home's own key hashes it, in hex. @throws InputError E_RECORD */
export async function subjectHash(subject: string, control: ObjectStore, rng: Rng): Promise<string> {
  return hashOf(await secret(control, rng), subject);
}

export interface Suppression {
  /** 0: nobody was erased yet. */
  readonly epoch: number;
  readonly subjects: number;
  isErased(value: string): boolean;
}

const NOBODY: Suppression = { epoch: 0, subjects: 0, isErased: () => false };

/** The list as it is now. @throws InputError E_RECORD */
export async function suppressionOf(dataset: string, control: ObjectStore): Promise<Suppression> {
  const newest = (await control.list(prefix(dataset))).at(-1);
  const stored = newest && (await readStored(control, newest.key, epochShape));
  const key = stored && (await readStored(control, KEY, keyShape));
  if (!stored || !key) return NOBODY;
  const subjects = new Set(stored.subjects);
  const isErased = (value: string) => value !== '' && subjects.has(hashOf(key.key, value));
  return { epoch: stored.epoch, subjects: subjects.size, isErased };
}

/**
 * Adds a person to the list of a dataset. Twice the same changes nothing.
 * @returns the epoch from which on every reader of rows leaves the person out
 */
export async function suppress(
  dataset: string,
  subject: string,
  requestId: string,
  control: ObjectStore,
  rng: Rng,
): Promise<number> {
  const hash = hashOf(await secret(control, rng), subject);
  for (;;) {
    const newest = (await control.list(prefix(dataset))).at(-1);
    const stored = newest && (await readStored(control, newest.key, epochShape));
    if (stored?.subjects.includes(hash)) return stored.epoch;
    const epoch = (stored?.epoch ?? 0) + 1;
    const next: z.infer<typeof epochShape> = { epoch, requestId, subjects: [...(stored?.subjects ?? []), hash] };
    const key = `${prefix(dataset)}${String(epoch).padStart(6, '0')}.json`;
    const outcome = await control.putIfAbsent(key, JSON.stringify(next));
    if (outcome === 'CREATED') return epoch;
  }
}
