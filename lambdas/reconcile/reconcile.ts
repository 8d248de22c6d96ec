// By the clock: what was missed is brought to mind again.
import { watch } from '../../lake/submission/watch';
import type { Published } from '../shared/journal';
import type { LakeAccess } from '../shared/lake';
import { reconcileRequest } from '../shared/messages';
import type { RECONCILE_METRICS } from './constants';

export interface ReconcileHost extends LakeAccess {
  readonly awaitsScan: boolean;
  readonly journal: Published<(typeof RECONCILE_METRICS)[number]>;
}

/** Eight rounds of the schedule; what is older is left to the night. */
const TAIL_MS = 2 * 3_600_000;

export async function realHandler(event: unknown, host: ReconcileHost): Promise<{ readonly healed: number }> {
  const { journal, uploads, hints, bells, notices, awaitsScan } = host;
  try {
    const { scope } = reconcileRequest.parse(event ?? {});
    const desk = { uploads, hints, bells, notices, awaitsScan };
    const watched = await host.withLake((lake) =>
      watch(lake, desk, scope === 'full' ? 0 : lake.ports.clock.now() - TAIL_MS),
    );
    const { healed, oldestOfferMs, overdue, unknown } = watched;
    journal.count('Healed', healed);
    journal.count('OldestOfferSeconds', Math.round(oldestOfferMs / 1000));
    journal.count('DatasetsOverdue', overdue.length);
    for (const submission of overdue) journal.info('overdue', { submission });
    journal.info('reconciled', { what: scope, count: healed });
    if (unknown > 0) journal.info('not looked into: files of other engines', { count: unknown });
    return { healed };
  } catch (error) {
    journal.count('ReconcileFaults');
    journal.problem('reconcile failed', error);
    throw error;
  } finally {
    journal.publish();
  }
}
