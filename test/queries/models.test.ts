// Every model of queries/ against its given and expected rows, on the real engine.
import { codeListTable } from '../../lake/warehouse/code-list-name';
import { inOrder, tableNames } from '../../lake/warehouse/graph';
import type { CaseRow } from '../../lake/warehouse/model';
import { type Engine, openEngine } from '../../platform/duckdb/engine';
import { defineWarehouse } from '../../platform/duckdb/warehouse';
import { repositoryCodeLists, repositoryContracts, repositoryModels, repositoryTables, runCase } from './fixtures';

const models = repositoryModels();
const codeLists = repositoryCodeLists();
const tables = repositoryTables();

describe('the models of queries/', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine({ memoryLimit: '300MB' });
    await defineWarehouse(engine, { tables, codeLists, models });
  });
  afterAll(() => engine.close());

  const cases = models.flatMap((model) => model.tests.map((test) => [model.name, test.name, model, test] as const));
  it.each(cases)('%s: %s', async (_model, _name, model, test) => {
    const rows = await runCase(engine, model, test);
    const unmatched = [...rows];
    for (const expected of test.expect) {
      const at = unmatched.findIndex((row) => matches(row, expected));
      if (at < 0) expect(rows).toContainEqual(expect.objectContaining(expected));
      unmatched.splice(at, 1);
    }
    expect(unmatched).toEqual([]);
  });

  it('have at least one case each, except a plain renaming', () => {
    const without = models.filter((model) => model.tests.length === 0).map((model) => model.name);
    expect(without).toEqual(['stg_don_vi_hanh_chinh']);
  });

  it('read staging from tables, marts from staging, KPIs from marts and staging, in one order', () => {
    const known = [...tables.map((table) => table.name), ...[...codeLists.keys()].map(codeListTable)];
    const kinds = inOrder(models, known).map((model) => model.kind);
    expect(kinds.indexOf('kpi')).toBeGreaterThan(kinds.indexOf('mart'));
    expect(
      models
        .filter((model) => model.kind === 'kpi')
        .map((model) => model.kpi?.id)
        .sort(),
    ).toEqual(['K01', 'K02', 'K03', 'K05', 'K11', 'K15', 'K16', 'K17']);
  });

  it('answer every KPI with the same five columns, and muc_do where it has a measure', async () => {
    for (const model of models.filter((candidate) => candidate.kind === 'kpi')) {
      const columns = await engine.rows(`select column_name as name from (describe select * from ${model.name})`);
      expect([model.name, ...columns.map((row) => row.name)]).toEqual([
        model.name,
        'ky',
        'don_vi_ma',
        'don_vi_ten',
        'tu_so',
        'mau_so',
        ...(model.kpi?.measure ? ['muc_do'] : []),
      ]);
    }
  });

  it('carry no personal column of a contract past staging', async () => {
    const personal = ['chu_ho_so', 'so_dinh_danh_chu_ho_so', 'so_dien_thoai', 'email', 'dia_chi'];
    for (const model of models) {
      const columns = await engine.rows(`select column_name as name from (describe select * from ${model.name})`);
      expect(columns.map((row) => row.name)).not.toEqual(
        expect.arrayContaining([expect.stringMatching(`^(${personal.join('|')})$`)]),
      );
    }
  });

  it('name every column made from a personal one of a contract, so that metadata holds no bounds of it', async () => {
    const contracts = repositoryContracts();
    const byName = new Map(models.map((model) => [model.name, model]));
    const personalBelow = (name: string): string[] => {
      const model = byName.get(name);
      if (model) return tableNames(model.sql).flatMap(personalBelow);
      const columns = contracts.find(({ dataset }) => dataset === name)?.columns ?? [];
      return columns.filter(({ personal }) => personal !== 'none').map((column) => column.name);
    };
    const listed: Record<string, readonly string[]> = {};
    for (const model of models.filter(({ kind }) => kind === 'mart' || kind === 'kpi')) {
      const rows = await engine.rows(`select column_name as name from (describe select * from ${model.name})`);
      const columns = rows.map((row) => String(row.name));
      const personal = personalBelow(model.name);
      expect(columns).toEqual(expect.arrayContaining([...model.unbounded]));
      expect(model.unbounded).toEqual(expect.arrayContaining(columns.filter((column) => personal.includes(column))));
      if (model.unbounded.length > 0) listed[model.name] = model.unbounded;
    }
    // What the commune's code leads to tells as much as the code.
    expect(listed).toEqual({ fct_ho_so: ['ma_ho_so', 'ma_xa', 'sk_dvhc', 'ten_xa', 'ten_tinh'] });
  });
});

/** Only the columns named; a number also equals the exact text of a decimal or 64-bit integer. */
function matches(row: Readonly<Record<string, unknown>>, expected: CaseRow): boolean {
  return Object.entries(expected).every(([column, value]) => {
    const found = row[column];
    if (typeof value === 'number' && found !== null) return Math.abs(Number(found) - value) < 1e-9;
    return found === value;
  });
}
