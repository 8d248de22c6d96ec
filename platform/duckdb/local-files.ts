// The files of a table as the engine opens them: local paths, with the deletes other engines wrote beside them.
import { parallel } from '../../lake/parallel';
import { keyAt } from '../../lake/table/location';
import type { TableMetadata } from '../../lake/table/metadata';
import { type PointInTime, planScan } from '../../lake/table/plan';
import type { ObjectStore } from '../ports';
import type { WarehouseTable } from './warehouse';
import type { LocalDeletes } from './warehouse-sql';

/** Downloads at one time, where the store is not this disk. */
const AT_ONCE = 8;

/** What a table's rows are in, on local disk. */
export async function localFiles(
  store: ObjectStore,
  metadata: TableMetadata,
  at?: PointInTime,
): Promise<Pick<WarehouseTable, 'files' | 'deletes'>> {
  const plan = await planScan(store, metadata, at);
  const local = (location: string) => store.toFile(keyAt(store, location));
  const files = await parallel(AT_ONCE, plan.files, (file) => local(file.path));
  const deletes: LocalDeletes[] = [];
  for (const [path, { named, positions, equalities }] of plan.deletes)
    deletes.push({
      file: await local(path),
      named,
      positions: await Promise.all(positions.map(local)),
      equalities: await Promise.all(
        equalities.map(async (one) => ({ file: await local(one.path), fields: one.fields })),
      ),
    });
  return { files, deletes };
}
