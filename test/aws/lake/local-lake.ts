// The same extracts taken in by the home on this computer: what the lake on AWS is compared with.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Extract } from '../../../cli/demo/extracts/extract';
import type { Contract } from '../../../lake/contract/contract';
import { tableDefinition } from '../../../lake/contract/types';
import type { Figure } from '../../../lake/report/figure';
import { computeFigures } from '../../../lake/report/figures';
import { parseTarget } from '../../../lake/submission/key';
import { type Submitted, submitAll } from '../../../lake/submission/submit';
import { localFiles } from '../../../platform/duckdb/local-files';
import { openWarehouse, type WarehouseTable } from '../../../platform/duckdb/warehouse';
import { createHome } from '../../../platform/local/home';
import { loadModels } from '../../../platform/local/models';
import { loadCodeLists, loadContracts } from '../../../platform/local/schemas';
import { byWarehouse } from '../../interop/readers';
import type { Row } from '../../interop/values';

export interface LocalLake {
  readonly contracts: ReadonlyMap<string, Contract>;
  readonly submitted: readonly Submitted[];
  rows(dataset: string): Promise<readonly Row[]>;
  /** Of the leaders' page. */
  figures(period: string): Promise<readonly Figure[]>;
  /** Values that must not be in any log: of columns that hold personal data. */
  personalValues(): Promise<ReadonlySet<string>>;
}

export async function takeInLocally(root: string, dir: string, extracts: readonly Extract[]): Promise<LocalLake> {
  const ports = await createHome(join(dir, 'kho'));
  const contracts = loadContracts(root, undefined);
  const codeLists = loadCodeLists(root);
  const incoming = extracts.map(({ to, fileName, bytes }, i) => {
    const folder = join(dir, 'tep', String(i));
    mkdirSync(folder, { recursive: true });
    const path = join(folder, fileName);
    writeFileSync(path, bytes);
    return { path, fileName, ...parseTarget(to, contracts) };
  });
  const submitted = await submitAll(incoming, { ports, contracts, codeLists });
  const rows = async (dataset: string) => {
    const head = await ports.catalog.load(dataset);
    return head ? byWarehouse(ports.zones.curated, head.metadata) : [];
  };
  return {
    contracts,
    submitted,
    rows,
    async figures(period) {
      const tables: WarehouseTable[] = [];
      for (const contract of contracts.values()) {
        const { fields } = tableDefinition(contract);
        const head = await ports.catalog.load(contract.dataset);
        const files = head ? await localFiles(ports.zones.curated, head.metadata) : { files: [] };
        tables.push({ name: contract.dataset, fields, ...files });
      }
      const models = loadModels(root);
      const warehouse = await openWarehouse({ tables, codeLists, models });
      try {
        return await computeFigures(warehouse, models, period);
      } finally {
        await warehouse.close();
      }
    },
    async personalValues() {
      const found = new Set<string>();
      for (const { dataset, columns } of contracts.values()) {
        const personal = columns.filter((column) => column.personal === 'basic' || column.personal === 'sensitive');
        if (personal.length === 0) continue;
        for (const row of await rows(dataset))
          for (const { name } of personal) {
            const value = row[name];
            if (value !== null && value !== undefined && value.length > 5) found.add(value);
          }
      }
      return found;
    },
  };
}
