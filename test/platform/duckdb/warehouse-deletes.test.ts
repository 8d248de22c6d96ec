// Tables with row-level deletes of other engines, as the warehouse reads them.
import { join } from 'node:path';
import { sqlString } from '../../../lake/intake/sql-text';
import type { TableField } from '../../../lake/table/data-file';
import { cellRows } from '../../../lake/warehouse/values';
import { type Engine, openEngine } from '../../../platform/duckdb/engine';
import { openWarehouse } from '../../../platform/duckdb/warehouse';
import type { LocalDeletes } from '../../../platform/duckdb/warehouse-sql';
import { tempFolder } from '../../support/temp';

const folder = tempFolder();
const at = (name: string) => join(folder, `${name}.parquet`);
const FIELDS: readonly TableField[] = [
  { id: 11, name: 'so', type: 'long' },
  { id: 12, name: 'tên', type: 'string' },
];
const NAMED = "file:///nơi/cũ/d'1.parquet";

let engine: Engine;
const write = (name: string, select: string, ids: string, options = '') =>
  engine.run(`copy (${select}) to ${sqlString(at(name))} (format parquet, field_ids {${ids}}${options})`);

beforeAll(async () => {
  engine = await openEngine({ threads: 1 });
  // 10,000 rows in row groups of 2,048, numbers narrower than the table's, a column the table has dropped.
  await write(
    'data',
    "select i::integer as so_cu, case when i % 2 = 0 then 'chẵn' end as ten, i % 3 as bo_di from range(10000) t(i)",
    'so_cu: 11, ten: 12, bo_di: 13',
    ', row_group_size 2048',
  );
  await write('other', "select 5::bigint as so, 'khác' as ten", 'so: 11, ten: 12');
  const deleted = 'file_path: 2147483546, pos: 2147483545';
  await write(
    'positions',
    `select * from (values (${sqlString(NAMED)}, 0::bigint), (${sqlString(NAMED)}, 4097), (${sqlString(NAMED)}, 9999), ('file:///khác', 1)) t(file_path, pos)`,
    deleted,
  );
  await write('more', `select ${sqlString(NAMED)} as file_path, 8191::bigint as pos`, deleted);
  await write('equal', 'select unnest([7, 9998])::bigint as so', 'so: 11');
  await write('nulls', 'select 4001::bigint as so, null::varchar as ten', 'so: 11, ten: 12');
  await write('dropped', 'select 2::bigint as bo_di', 'bo_di: 13');
  await engine.close();
});

/** The numbers that are gone, of 0 to 9999; the other file always stays. */
async function gone(deletes: Partial<LocalDeletes>): Promise<number[]> {
  const one = { file: at('data'), named: NAMED, positions: [], equalities: [], ...deletes };
  const table = { name: 'bang', fields: FIELDS, files: [at('data'), at('other')], deletes: [one] };
  const warehouse = await openWarehouse({ tables: [table], codeLists: new Map(), models: [] });
  try {
    const rows = cellRows(await warehouse.query('select so, "tên" from bang'));
    const numbers = new Set(rows.filter(([, name]) => name !== 'khác').map(([n]) => Number(n)));
    expect(rows.length - numbers.size).toBe(1);
    return Array.from({ length: 10_000 }, (_, i) => i).filter((i) => !numbers.has(i));
  } finally {
    await warehouse.close();
  }
}

const [SO, TEN] = FIELDS as [TableField, TableField];

describe('row-level deletes', () => {
  it('hide the rows at positions counted over all row groups, of this file only', async () => {
    expect(await gone({ positions: [at('positions')] })).toEqual([0, 4097, 9999]);
    expect(await gone({ positions: [at('positions'), at('more')] })).toEqual([0, 4097, 8191, 9999]);
  });

  it('hide rows equal in all columns named, null being equal to null', async () => {
    expect(await gone({ equalities: [{ file: at('equal'), fields: [SO] }] })).toEqual([7, 9998]);
    expect(await gone({ equalities: [{ file: at('nulls'), fields: [SO, TEN] }] })).toEqual([4001]);
  });

  it('compare columns the table has dropped since', async () => {
    const bo_di: TableField = { id: 13, name: 'bo_di', type: 'long' };
    const rows = await gone({ equalities: [{ file: at('dropped'), fields: [bo_di] }] });
    expect([rows.length, rows.every((n) => n % 3 === 2)]).toEqual([3333, true]);
  });

  it('add up', async () => {
    const deletes = { positions: [at('positions')], equalities: [{ file: at('equal'), fields: [SO] }] };
    expect(await gone(deletes)).toEqual([0, 7, 4097, 9998, 9999]);
  });
});
