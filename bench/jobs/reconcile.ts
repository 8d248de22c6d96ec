// A round of reconcile over a made-up city: the two hours of every quarter of an hour, and everything, as at night.
import { z } from 'zod';
import { FaultError } from '../../lake/errors';
import { watch } from '../../lake/submission/watch';
import { loadContracts } from '../../platform/local/schemas';
import { madeCity } from '../data/made-city';

const BASE = 'so_nn_mt/so_lieu_quan_trac';
const inputShape = z.object({
  datasets: z.number(),
  versions: z.number(),
  latencyMs: z.number(),
  scope: z.enum(['list', 'tail', 'full']),
});

/** Answers seconds, requests, and how many uploads were recent. `list`: all uploads in one list, as a measure. */
export async function reconcileJob(input: unknown, root: string): Promise<unknown> {
  const { datasets, versions, latencyMs, scope } = inputShape.parse(input);
  const base = loadContracts(root).get(BASE);
  if (!base) throw new FaultError('F_BENCH', `no contract ${BASE}`);
  const pace = { latencyMs: 0, requests: 0 };
  const { due: _, ...quiet } = base;
  const { lake, uploads, recent } = await madeCity(quiet, datasets, versions, pace);
  Object.assign(pace, { latencyMs, requests: 0 });
  const started = performance.now();
  if (scope === 'list') await uploads.list('');
  else {
    const silent = async () => undefined;
    const desk = {
      uploads,
      hints: { send: silent },
      bells: { ring: silent },
      notices: { tell: silent },
      awaitsScan: false,
    };
    const { healed } = await watch(lake, desk, scope === 'full' ? 0 : lake.ports.clock.now() - 7_200_000);
    if (healed > 0) throw new FaultError('F_BENCH', `${healed} things were found where all was done`);
  }
  return { seconds: (performance.now() - started) / 1000, requests: pace.requests, recent };
}
