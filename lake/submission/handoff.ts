// Effects offered to a table before their writer tries to commit them. Whoever commits takes the open offers of others
// along, so that many writers make one snapshot together instead of conflicting one by one; and what a dead writer
// offered still becomes visible.
import { z } from 'zod';
import type { LakePorts, ObjectStore } from '../../platform/ports';
import { LEASE_MS } from '../table/decide';
import { checkEffect, type Effect } from '../table/effect';
import { keyAt } from '../table/location';
import { readStored } from './stored';

const statShape = z.object({
  sizeBytes: z.number().optional(),
  valueCount: z.number(),
  nullCount: z.number(),
  lower: z.string().optional(),
  upper: z.string().optional(),
});

const effectShape = z.object({
  submission: z.string(),
  version: z.string(),
  effectKey: z.string(),
  op: z.enum(['put', 'retract']),
  rowsIn: z.number(),
  rowsAccepted: z.number(),
  rowsRejected: z.number(),
  writerEpoch: z.number(),
  erasureEpoch: z.number(),
  sealedAtMs: z.number(),
  add: z.array(
    z.object({
      path: z.string(),
      sizeBytes: z.number(),
      rows: z.number(),
      period: z.string().nullable(),
      stats: z.array(z.tuple([z.number(), statShape])),
    }),
  ),
});

const offerShape = z.object({ owner: z.string(), effects: z.array(effectShape) });

/** An effect as intake seals it: the ranks and the time are always stated. */
export type SealedEffect = Effect & Required<Pick<Effect, 'writerEpoch' | 'erasureEpoch' | 'sealedAtMs'>>;

/** Most effects of others taken along in one snapshot. */
export const MAX_TAKEN = 500;

const prefix = (dataset: string): string => `handoff/${dataset}/`;
const base64 = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString('base64');
const fromBase64 = (text: string) => Uint8Array.from(Buffer.from(text, 'base64'));

/** @returns the offer's key */
export async function offerEffects(
  dataset: string,
  effects: readonly SealedEffect[],
  ports: LakePorts,
): Promise<string> {
  const offer: z.infer<typeof offerShape> = {
    owner: ports.workspace.owner,
    effects: effects.map((effect) => ({
      ...effect,
      add: effect.add.map(({ path, sizeBytes, rows, period, stats }) => ({
        path,
        sizeBytes,
        rows,
        period,
        stats: [...stats].map(([id, stat]) => [id, { ...stat, lower: base64(stat.lower), upper: base64(stat.upper) }]),
      })),
    })),
  };
  const key = `${prefix(dataset)}${ports.rng.uuid()}.json`;
  await ports.zones.control.put(key, JSON.stringify(offer));
  return key;
}

export interface Offer {
  readonly key: string;
  readonly effects: readonly SealedEffect[];
}

function toEffects(offer: z.infer<typeof offerShape>): readonly SealedEffect[] {
  return offer.effects.map((effect) => ({
    ...effect,
    add: effect.add.map((file) => ({
      ...file,
      stats: new Map(
        file.stats.map(([id, { sizeBytes, valueCount, nullCount, lower, upper }]) => [
          id,
          {
            valueCount,
            nullCount,
            ...(sizeBytes === undefined ? {} : { sizeBytes }),
            ...(lower === undefined || upper === undefined
              ? {}
              : { lower: fromBase64(lower), upper: fromBase64(upper) }),
          },
        ]),
      ),
    })),
  }));
}

function isSound(effect: Effect): boolean {
  try {
    checkEffect(effect);
    return true;
  } catch {
    // Somebody else's fault must not keep our own rows out; its owner will hear of it.
    return false;
  }
}

/** Open offers of a table, but for one's own; those past their lease or damaged are left to expiry. */
export async function openOffers(
  dataset: string,
  own: string | undefined,
  ports: LakePorts,
  max = Number.POSITIVE_INFINITY,
): Promise<readonly Offer[]> {
  const { control } = ports.zones;
  const offers: Offer[] = [];
  let taken = 0;
  for (const { key } of await control.list(prefix(dataset))) {
    if (key === own || taken >= max) continue;
    const offer = await readStored(control, key, offerShape).catch(() => undefined);
    if (!offer) continue;
    const now = ports.clock.now();
    const effects = toEffects(offer).filter((effect) => now - effect.sealedAtMs <= LEASE_MS && isSound(effect));
    taken += effects.length;
    if (effects.length > 0) offers.push({ key, effects });
  }
  return offers;
}

export async function settleOffer(control: ObjectStore, key: string): Promise<void> {
  await control.delete(key);
}

/** Data files that offers name, so that they are not taken for orphans (keys of the curated zone). */
export async function offeredKeys(dataset: string, ports: LakePorts): Promise<ReadonlySet<string>> {
  const keys = new Set<string>();
  for (const { effects } of await openOffers(dataset, undefined, ports))
    for (const effect of effects) for (const file of effect.add) keys.add(keyAt(ports.zones.curated, file.path));
  return keys;
}

/** Removes offers nobody may commit any more. @returns how many */
export async function dropStaleOffers(dataset: string, ports: LakePorts): Promise<number> {
  const { control } = ports.zones;
  const open = new Set((await openOffers(dataset, undefined, ports)).map((offer) => offer.key));
  let dropped = 0;
  for (const { key, modifiedAtMs } of await control.list(prefix(dataset))) {
    if (open.has(key) || ports.clock.now() - modifiedAtMs <= LEASE_MS) continue;
    await control.delete(key);
    dropped++;
  }
  return dropped;
}
