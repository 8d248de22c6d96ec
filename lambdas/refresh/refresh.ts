// The two steps of a refresh that are no query: which views and tables are behind, and what is left over afterwards.
import { type Names, WAREHOUSE_PREFIX } from '../../infra/names';
import { FaultError } from '../../lake/errors';
import { type Source, sourceOf } from '../../lake/report/sources';
import type { Lake } from '../../lake/submission/submit';
import { history } from '../../lake/table/plan';
import {
  athenaPlan,
  type Statement,
  tidyStatements,
  type WarehouseObject,
  warehouseDataset,
} from '../../lake/warehouse/athena-plan';
import type { Model } from '../../lake/warehouse/model';
import { mergedState, parseRefreshState, REFRESH_STATE, runKey } from '../../lake/warehouse/refresh-state';
import type { ObjectStore } from '../../platform/ports';
import type { Published } from '../shared/journal';
import type { LakeAccess } from '../shared/lake';
import { type RefreshPlan, refreshRequest } from '../shared/messages';
import type { REFRESH_METRICS } from './constants';

export interface RefreshHost extends Pick<LakeAccess, 'withLake'> {
  readonly names: Names;
  /** What Glue holds of the warehouse database. */
  objects(): Promise<readonly WarehouseObject[]>;
  /** Staging, marts and KPIs. */
  readonly models: readonly Model[];
  readonly journal: Published<(typeof REFRESH_METRICS)[number]>;
}

/** Step Functions hands 256 KiB from state to state; a plan near that must be told, not cut. */
const MAX_PLAN_BYTES = 240 * 1024;

/** @throws ZodError for an event that is none */
export async function realHandler(
  event: unknown,
  host: RefreshHost,
): Promise<RefreshPlan | { readonly statements: readonly Statement[] }> {
  const { journal } = host;
  try {
    const { action, run } = refreshRequest.parse(event);
    return await host.withLake(async (lake) => {
      if (action === 'plan') return plan(run, lake, host);
      const statements = await tidy(run, lake, host);
      journal.info('tidied', { what: run, count: statements.length });
      return { statements };
    });
  } catch (error) {
    journal.count('RefreshFaults');
    journal.problem('refresh failed', error);
    throw error;
  } finally {
    journal.publish();
  }
}

async function readText(store: ObjectStore, key: string): Promise<string | undefined> {
  const bytes = await store.get(key);
  return bytes && Buffer.from(bytes).toString('utf8');
}

async function plan(run: string, lake: Lake, { names, models, objects, journal }: RefreshHost): Promise<RefreshPlan> {
  const { codeLists, ports } = lake;
  const { control } = ports.zones;
  const contracts = [...lake.contracts.values()];
  const snapshots = new Map<string, string>();
  const sources: Source[] = [];
  for (const { dataset } of contracts) {
    const head = await ports.catalog.load(dataset);
    if (!head) continue;
    const entries = history(head.metadata);
    const current = entries.find((entry) => entry.isCurrent);
    if (current) sources.push(sourceOf(dataset, current));
    // Compaction moves rows and changes none.
    const changed = entries.findLast(
      (entry) => entry.operation !== 'replace' && entry.sequenceNumber <= (current?.sequenceNumber ?? 0),
    );
    snapshots.set(dataset, (changed ?? current)?.snapshotId ?? 'none');
  }
  const { levels, made } = athenaPlan({
    models,
    datasets: contracts.map(warehouseDataset),
    codeLists,
    snapshots,
    curatedDatabase: names.curatedDatabase,
    place: `s3://${names.bucket('curated')}/${WAREHOUSE_PREFIX}`.replace(/\/$/, ''),
    run,
    state: parseRefreshState(await readText(control, REFRESH_STATE)),
    there: await objects(),
  });
  if (levels.length > 0) await control.put(runKey(run), JSON.stringify({ ...made, sources }));
  const answer = { run, levels };
  const size = Buffer.byteLength(JSON.stringify(answer));
  if (size > MAX_PLAN_BYTES) {
    throw new FaultError(
      'F_PLAN_SIZE',
      `The plan of ${run} has ${size} bytes; at most ${MAX_PLAN_BYTES} can be handed on.`,
    );
  }
  const count = Object.keys(made.tables).length;
  journal.count('ModelsRefreshed', count);
  journal.info('planned', { what: run, count });
  return answer;
}

/** Only called when every statement of the run has succeeded. */
async function tidy(run: string, { ports }: Lake, { objects }: RefreshHost): Promise<readonly Statement[]> {
  const { control } = ports.zones;
  const made = await readText(control, runKey(run));
  if (made !== undefined) {
    const former = parseRefreshState(await readText(control, REFRESH_STATE));
    await control.put(REFRESH_STATE, JSON.stringify(mergedState(former, parseRefreshState(made)), null, 1));
  }
  return tidyStatements(run, await objects(), ports.clock.now());
}
