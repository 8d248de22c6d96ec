// Which of the readings just committed are over their limit: asked by the embedded engine of their own files only, with the
// station register as it stands and the limits of the code list. Seconds, whatever the table has grown to.
import type { CodeLists, Contract } from '../../lake/contract/contract';
import { tableDefinition } from '../../lake/contract/types';
import { FaultError } from '../../lake/errors';
import { type OverLimit, overLimits } from '../../lake/report/alert';
import { keyAt } from '../../lake/table/location';
import { neededBy } from '../../lake/warehouse/graph';
import type { Model } from '../../lake/warehouse/model';
import type { ObjectStore, TableCatalog } from '../ports';
import type { EngineOptions } from './engine';
import { localFiles } from './local-files';
import { openWarehouse, type WarehouseTable } from './warehouse';

export const READINGS = 'so_lieu_quan_trac';
const QUESTION = 'vuot_nguong';

export interface OverLimitsRequest {
  readonly curated: ObjectStore;
  readonly catalog: Pick<TableCatalog, 'load'>;
  /** By name `agency/dataset`; only those asked for are looked at. */
  readonly contracts: ReadonlyMap<string, Contract>;
  readonly codeLists: CodeLists;
  /** Staging and marts, and the alerts of queries/alerts. */
  readonly models: readonly Model[];
  /** Locations of the data files of `so_lieu_quan_trac` that a commit has just made visible. */
  readonly files: readonly string[];
  readonly engine?: EngineOptions;
}

export async function readingsOverLimit(request: OverLimitsRequest): Promise<OverLimit[]> {
  const { curated, catalog, contracts, codeLists, files } = request;
  const { models, tables: names } = neededBy(QUESTION, request.models);
  const question = models.find((model) => model.name === QUESTION);
  if (!question) throw new FaultError('F_MODEL', `queries/alerts/${QUESTION}.sql is not there`);
  const tables: WarehouseTable[] = [];
  for (const key of contracts.keys()) {
    const contract = names.includes(key.split('/')[1] ?? '') ? contracts.get(key) : undefined;
    if (!contract) continue;
    const { name, fields } = tableDefinition(contract);
    if (name === READINGS) {
      const local = await Promise.all(files.map((file) => curated.toFile(keyAt(curated, file))));
      tables.push({ name, fields, files: local });
      continue;
    }
    const head = await catalog.load(name);
    tables.push({ name, fields, ...(head ? await localFiles(curated, head.metadata) : { files: [] }) });
  }
  const warehouse = await openWarehouse({
    tables,
    codeLists,
    models,
    ...(request.engine ? { engine: request.engine } : {}),
  });
  try {
    return overLimits(await warehouse.query(`select * from ${QUESTION}`));
  } finally {
    await warehouse.close();
  }
}
