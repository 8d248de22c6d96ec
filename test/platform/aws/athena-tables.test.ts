// What Glue says of the warehouse database, its client played.
import { GlueClient, type Table } from '@aws-sdk/client-glue';
import { viewSql, warehouseObjects } from '../../../platform/aws/athena-tables';
import { played } from './played';

/** As Athena stores a view. */
const packed = (view: object) => `/* Presto View: ${Buffer.from(JSON.stringify(view)).toString('base64')} */`;
const VIEW = { originalSql: 'select * from "fct_gia__r1"', catalog: 'awsdatacatalog', schema: 'kho', columns: [] };

function play(pages: readonly Table[][], failure?: string) {
  return played(new GlueClient({ region: 'ap-southeast-1' }), (command, input) => {
    if (command !== 'GetTablesCommand' || !('DatabaseName' in input) || input.DatabaseName !== 'kho')
      throw new Error(`not played: ${command}`);
    if (failure) throw Object.assign(new Error('no'), { name: failure, $metadata: { httpStatusCode: 400 } });
    const page = Number(('NextToken' in input ? input.NextToken : undefined) ?? 0);
    const next = page + 1 < pages.length ? { NextToken: String(page + 1) } : {};
    return { $metadata: {}, TableList: pages[page] ?? [], ...next };
  });
}

describe('viewSql', () => {
  it('reads the SQL an Athena view was made from', () => {
    expect(viewSql(packed(VIEW))).toBe('select * from "fct_gia__r1"');
    expect(viewSql(`${packed(VIEW)}\n`)).toBe('select * from "fct_gia__r1"');
  });

  it('takes nothing from tables, from other engines’ views, and from what is no view at all', () => {
    expect(viewSql(undefined)).toBeUndefined();
    expect(viewSql('select * from fct_gia__r1')).toBeUndefined();
    expect(viewSql('/* Presto View: e30= */')).toBeUndefined();
    expect(viewSql('/* Presto View: bm90IGpzb24= */')).toBeUndefined();
  });
});

describe('warehouseObjects', () => {
  it('lists every page, tables with their age, views with their SQL', async () => {
    const CreateTime = new Date('2026-11-26T00:00:00Z');
    const client = play([
      [{ Name: 'fct_gia', TableType: 'VIRTUAL_VIEW', CreateTime, ViewOriginalText: packed(VIEW) }],
      [{ Name: 'fct_gia__r1', CreateTime, Parameters: { table_type: 'ICEBERG' } }],
    ]);
    expect(await warehouseObjects(client, 'kho')).toEqual([
      { name: 'fct_gia', createdAtMs: CreateTime.getTime(), sql: 'select * from "fct_gia__r1"' },
      { name: 'fct_gia__r1', createdAtMs: CreateTime.getTime(), sql: undefined },
    ]);
  });

  it('counts a table without an age as young, so that it is not dropped', async () => {
    const [found] = await warehouseObjects(play([[{ Name: 'fct_gia__r1' }]]), 'kho');
    expect(Date.now() - found!.createdAtMs).toBeLessThan(60_000);
  });

  it('tells a missing right from a fault', async () => {
    await expect(warehouseObjects(play([], 'AccessDeniedException'), 'kho')).rejects.toMatchObject({
      code: 'E_ACCESS',
    });
    await expect(warehouseObjects(play([], 'InternalServiceException'), 'kho')).rejects.toMatchObject({
      code: 'F_CATALOG',
    });
  });
});
