// Who commits next when several writers have offers to one table. A courtesy, not a lock: the swap alone keeps tables
// right. Whoever has the turn takes the offers of all others along; the others wait until theirs is settled, and whoever
// loses patience commits by itself.
import { z } from 'zod';
import type { LakePorts } from '../../platform/ports';
import { readStored } from './stored';

const shape = z.object({ owner: z.string(), sinceMs: z.number() });

/** Longer than any commit should take: the holder has died, or sleeps. */
const STALE_MS = 10_000;
const PATIENCE_MS = 5_000;
const PAUSE_MS = 8;

/** `settled`: somebody else has decided the offer meanwhile. `impatient`: commit without the turn. */
export type Turn = 'mine' | 'settled' | 'impatient';

const keyFor = (dataset: string): string => `turn/${dataset}.json`;

/** @param offer key of one's own offer */
export async function awaitTurn(dataset: string, offer: string, ports: LakePorts): Promise<Turn> {
  const { clock, rng, workspace, zones } = ports;
  const { control } = zones;
  const key = keyFor(dataset);
  const started = clock.now();
  for (;;) {
    // Looking costs less than trying, and most looks are in vain.
    if (!(await control.head(key))) {
      const mine = JSON.stringify({ owner: workspace.owner, sinceMs: clock.now() });
      if ((await control.putIfAbsent(key, mine)) === 'CREATED') return 'mine';
    }
    if (!(await control.head(offer))) return 'settled';
    const held = await readStored(control, key, shape).catch(() => undefined);
    if (held && (clock.now() - held.sinceMs > STALE_MS || !workspace.isAlive(held.owner))) await control.delete(key);
    if (clock.now() - started > PATIENCE_MS) return 'impatient';
    await clock.sleep(PAUSE_MS + (rng.safeId() % PAUSE_MS));
  }
}

export async function endTurn(dataset: string, ports: LakePorts): Promise<void> {
  await ports.zones.control.delete(keyFor(dataset));
}
