// Refreshing marts and KPIs, shared by refresh, report and demo.
import { type Refreshed, refreshMarts } from '../platform/duckdb/materialise';
import { loadModels } from '../platform/local/models';
import type { Context, LocalLake } from './context';
import { createProgress } from './progress';
import { readTables } from './warehouse';

export async function refreshLake(context: Context, lake: LocalLake): Promise<Refreshed[]> {
  const models = loadModels(context.root);
  const datasets = new Set([...lake.contracts.values()].map((contract) => contract.dataset));
  const tables = (await readTables(lake)).filter((table) => datasets.has(table.name));
  const steps = models.filter((model) => model.kind !== 'staging').length;
  const progress = createProgress(steps);
  let done = 0;
  try {
    return await refreshMarts(
      { models, codeLists: lake.codeLists, tables, onStep: (model) => progress.step(model, ++done) },
      lake.ports,
    );
  } finally {
    progress.end();
  }
}
