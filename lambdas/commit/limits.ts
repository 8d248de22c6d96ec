// After a commit of readings: those over their limit are told, within the minute, from the files just made visible.
import { alertOnLimits } from '../../lake/report/alert';
import type { Model } from '../../lake/warehouse/model';
import { READINGS, readingsOverLimit } from '../../platform/duckdb/over-limits';
import type { Notices } from '../../platform/ports';
import type { AfterCommit } from './commit';

/** Half of what the function has is the rest of commit's. */
const ENGINE = { threads: 1, memoryLimit: '400MB', tempDirectory: '/tmp/lake/spill' };

/** @param models staging, marts and alerts */
export function tellLimits(models: readonly Model[], notices: Notices): AfterCommit {
  return async ({ contract, lake, decided }) => {
    if (contract.dataset !== READINGS) return 0;
    const { zones, catalog } = lake.ports;
    // Also what an earlier run made visible and could not tell of; what was told is not told again.
    const files = decided.flatMap(({ effect }) => effect.add.map(({ path }) => path));
    if (files.length === 0) return 0;
    const found = await readingsOverLimit({
      curated: zones.curated,
      catalog,
      contracts: lake.contracts,
      codeLists: lake.codeLists,
      models,
      files,
      engine: ENGINE,
    });
    const publish = (message: { readonly subject: string; readonly text: string }) => notices.tell('alerts', message);
    return alertOnLimits(found, { control: zones.control, publish });
  };
}
