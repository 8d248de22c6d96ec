// How long a round of reconcile takes where a month of uploads lies in the ingest zone.
import { z } from 'zod';
import type { Bench } from './bench';
import { toRow } from './statistics';

const FULL = { datasets: 60, versions: 200_000, latencyMs: 50 };
const SMALL = { datasets: 4, versions: 400, latencyMs: 1 };
/** reconcile has ten minutes. */
const LIMIT_S = 300;

const answerShape = z.object({ seconds: z.number(), requests: z.number(), recent: z.number() });

export const reconcileBench: Bench = {
  name: 'reconcile',
  description: 'a round of reconcile over 200,000 uploads of 60 datasets, 50 ms a request or page of 1,000',
  hasSmall: true,
  async run(context) {
    const size = context.isSmall ? SMALL : FULL;
    const measured = async (scope: 'list' | 'tail' | 'full') => {
      context.progress(scope);
      const { answer } = await context.job('reconcile', { ...size, scope });
      return answerShape.parse(answer);
    };
    const list = await measured('list');
    const tail = await measured('tail');
    const full = await measured('full');
    const name = `reconcile-${size.versions}`;
    const peer = { name: 'listing the uploads alone, page after page', runs: [list.seconds] };
    return [
      toRow({ name: `${name}: the last two hours`, unit: 's', ours: [tail.seconds], peer, limit: LIMIT_S }),
      toRow({ name: `${name}: everything`, unit: 's', ours: [full.seconds], peer, limit: LIMIT_S }),
      toRow({ name: `${name}: the last two hours, requests`, unit: '', ours: [tail.requests] }),
      toRow({ name: `${name}: everything, requests`, unit: '', ours: [full.requests] }),
    ];
  },
};
