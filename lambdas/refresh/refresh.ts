// The two steps of a refresh that are no query: which views and tables are behind, and what is left over afterwards.
import { type Names, WAREHOUSE_PREFIX } from '../../infra/names';
import type { CodeLists, Contract } from '../../lake/contract/contract';
import { FaultError } from '../../lake/errors';
import { type Source, sourceOf } from '../../lake/report/sources';
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
import type { Clock, ObjectStore, TableCatalog } from '../../platform/ports';
import { type RefreshPlan, refreshRequest } from '../shared/messages';

export interface RefreshHost {
  readonly names: Names;
  /** Of the curated database; read only. */
  readonly catalog: Pick<TableCatalog, 'load'>;
  readonly control: ObjectStore;
  readonly clock: Clock;
  /** What Glue holds of the warehouse database. */
  objects(): Promise<readonly WarehouseObject[]>;
  readonly contracts: readonly Contract[];
  readonly codeLists: CodeLists;
  readonly models: readonly Model[];
  /** Told how many marts and KPIs a run makes. */
  count(metric: 'ModelsRefreshed', value: number): void;
}

/** Step Functions hands 256 KiB from state to state; a plan near that must be told, not cut. */
const MAX_PLAN_BYTES = 240 * 1024;

/** @throws ZodError for an event that is none */
export async function realHandler(
  event: unknown,
  host: RefreshHost,
): Promise<RefreshPlan | { readonly statements: readonly Statement[] }> {
  const { action, run } = refreshRequest.parse(event);
  return action === 'plan' ? plan(run, host) : { statements: await tidy(run, host) };
}

async function readText(store: ObjectStore, key: string): Promise<string | undefined> {
  const bytes = await store.get(key);
  return bytes && Buffer.from(bytes).toString('utf8');
}

async function plan(run: string, host: RefreshHost): Promise<RefreshPlan> {
  const { names, contracts, codeLists, models, control } = host;
  const snapshots = new Map<string, string>();
  const sources: Source[] = [];
  for (const { dataset } of contracts) {
    const head = await host.catalog.load(dataset);
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
    there: await host.objects(),
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
  host.count('ModelsRefreshed', Object.keys(made.tables).length);
  return answer;
}

/** Only called when every statement of the run has succeeded. */
async function tidy(run: string, host: RefreshHost): Promise<readonly Statement[]> {
  const { control, clock } = host;
  const made = await readText(control, runKey(run));
  if (made !== undefined) {
    const former = parseRefreshState(await readText(control, REFRESH_STATE));
    await control.put(REFRESH_STATE, JSON.stringify(mergedState(former, parseRefreshState(made)), null, 1));
  }
  return tidyStatements(run, await host.objects(), clock.now());
}
