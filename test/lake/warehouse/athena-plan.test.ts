// What a refresh on Athena sets out to do: order, nothing twice, nothing that has not changed.
import {
  type AthenaPlanRequest,
  athenaPlan,
  tidyStatements,
  type WarehouseObject,
  warehouseDataset,
} from '../../../lake/warehouse/athena-plan';
import type { Model, ModelKind } from '../../../lake/warehouse/model';
import { erasureRun, refreshRunAt } from '../../../lake/warehouse/refresh-run';
import { mergedState, parseRefreshState } from '../../../lake/warehouse/refresh-state';
import { repositoryCodeLists, repositoryModels, repositoryTables } from '../../queries/fixtures';
import { contractNamed } from '../../support/repository';

const words = { vi: 'mẫu', en: 'made' };
const model = (name: string, kind: ModelKind, sql: string): Model => ({
  ...{ name, kind, sql, path: `queries/${name}.sql`, title: words, grain: words, description: words },
  ...{ unbounded: [], tests: [] },
});
const MODELS = [
  model('kpi_k', 'kpi', 'select so from fct_a'),
  model('fct_a', 'mart', 'select so from stg_a join ma_loai on true'),
  model('fct_b', 'mart', 'select so from stg_b'),
  model('stg_a', 'staging', 'select so from bang_a'),
  model('stg_b', 'staging', 'select so from bang_b'),
];
const FIELDS = [{ id: 1, name: 'so', type: 'long' }];
const dataset = (name: string) => ({ name, fields: FIELDS, boundedFields: [] });

function request(over: Partial<AthenaPlanRequest> = {}): AthenaPlanRequest {
  return {
    models: MODELS,
    datasets: [dataset('bang_a'), dataset('bang_b')],
    codeLists: new Map([['loai', [{ ma: "1'", ten: 'Một' }]]]),
    snapshots: new Map([
      ['bang_a', '11'],
      ['bang_b', '22'],
    ]),
    curatedDatabase: 'tg_mau_curated',
    place: 's3://tg-mau-curated/_warehouse',
    run: 'R-1',
    state: { views: {}, tables: {} },
    there: [],
    ...over,
  };
}

/** Glue after every statement of a plan has run. */
function carriedOut(asked: AthenaPlanRequest): Partial<AthenaPlanRequest> {
  const there = new Map(asked.there.map((one) => [one.name, one]));
  const { levels, made } = athenaPlan(asked);
  for (const { sql } of levels.flat().flatMap(({ statements }) => statements)) {
    const [, kind, name = ''] = /^create (or replace view|table) "(\w+)"/.exec(sql) ?? [];
    const text = kind === 'table' ? undefined : sql.slice(sql.indexOf(' as\n') + 4);
    there.set(name, { name, createdAtMs: 0, sql: text });
  }
  const state = mergedState({ ...asked.state, sources: [] }, { ...made, sources: [] });
  return { state, there: [...there.values()] };
}

const planned = (asked: AthenaPlanRequest) =>
  athenaPlan(asked).levels.map((level) => level.map(({ name }) => name).sort());

describe('athenaPlan', () => {
  it('makes each level from earlier ones: datasets and code lists, staging, marts, KPIs', () => {
    expect(planned(request())).toEqual([
      ['bang_a', 'bang_b', 'ma_loai'],
      ['stg_a', 'stg_b'],
      ['fct_a', 'fct_b'],
      ['kpi_k'],
    ]);
  });

  it('makes a mart as an Iceberg table of the run, then points its view there', () => {
    const { levels } = athenaPlan(request());
    const mart = levels[2]!.find(({ name }) => name === 'fct_a')!;
    expect(mart.statements.map(({ sql }) => sql)).toEqual([
      `create table "fct_a__r_1" with (table_type = 'ICEBERG', is_external = false, location = 's3://tg-mau-curated/_warehouse/fct_a__r_1', format = 'PARQUET') as\nselect so from stg_a join ma_loai on true`,
      'create or replace view "fct_a" as\nselect * from "fct_a__r_1"',
    ]);
  });

  it('names columns of a dataset one by one and quotes values of a code list', () => {
    const sql = athenaPlan(request()).levels[0]!.map(({ statements }) => statements[0]!.sql);
    expect(sql[0]).toBe('create or replace view "bang_a" as\nselect "so" from "tg_mau_curated"."bang_a"');
    expect(sql[2]).toContain("('1''', 'Một')");
  });

  it('shows no column that names a person', () => {
    const { name, fields } = warehouseDataset(contractNamed('van_phong_ubnd/ho_so_tthc'));
    const columns = fields.map((field) => field.name);
    expect(name).toBe('ho_so_tthc');
    expect(columns).toEqual(expect.arrayContaining(['_submission', 'ky_du_lieu', 'ma_ho_so', 'ma_xa']));
    expect(
      columns.filter((column) => /^(chu_ho_so|so_dinh_danh_chu_ho_so|so_dien_thoai|email|dia_chi)$/.test(column)),
    ).toEqual([]);
  });

  it('lets a dataset without a table answer with typed columns and no rows', () => {
    const { levels } = athenaPlan(request({ snapshots: new Map([['bang_a', '11']]) }));
    const sql = levels[0]!.find(({ name }) => name === 'bang_b')!.statements[0]!.sql;
    expect(sql).toBe('create or replace view "bang_b" as\nselect cast(null as bigint) as "so" where false');
  });

  it('does nothing for an unchanged lake', () => {
    expect(planned(request({ ...carriedOut(request()), run: 'r2' }))).toEqual([]);
  });

  it('makes only what reads a changed dataset', () => {
    const snapshots = new Map([
      ['bang_a', '11'],
      ['bang_b', '23'],
    ]);
    expect(planned(request({ ...carriedOut(request()), snapshots, run: 'r2' }))).toEqual([['fct_b']]);
  });

  it('makes what a changed code list, SQL or contract reaches', () => {
    const done = carriedOut(request());
    const codeLists = new Map([['loai', [{ ma: '2', ten: 'Hai' }]]]);
    expect(planned(request({ ...done, codeLists }))).toEqual([['ma_loai'], ['fct_a'], ['kpi_k']]);
    const models = MODELS.map((one) =>
      one.name === 'stg_b' ? { ...one, sql: 'select so + 1 as so from bang_b' } : one,
    );
    expect(planned(request({ ...done, models }))).toEqual([['stg_b'], ['fct_b']]);
    const datasets = [
      dataset('bang_a'),
      { ...dataset('bang_b'), fields: [...FIELDS, { id: 2, name: 'ten', type: 'string' }] },
    ];
    expect(planned(request({ ...done, datasets }))).toEqual([['bang_b'], ['stg_b'], ['fct_b']]);
  });

  it('believes Glue, not the state: a view that is gone or points elsewhere is made again', () => {
    const done = carriedOut(request());
    const without = (name: string) => done.there!.filter((one) => one.name !== name);
    expect(planned(request({ ...done, there: without('stg_a') }))).toEqual([['stg_a']]);
    expect(planned(request({ ...done, there: without('fct_b__r_1') }))).toEqual([['fct_b']]);
    const elsewhere = [...without('fct_b'), { name: 'fct_b', createdAtMs: 0, sql: 'select * from fct_b__r_0' }];
    expect(planned(request({ ...done, there: elsewhere }))).toEqual([['fct_b']]);
  });

  it('gives a statement one token a run, so that a repeated start is the same query', () => {
    const ids = (run: string) =>
      athenaPlan(request({ run }))
        .levels.flat()
        .flatMap(({ statements }) => statements.map(({ id }) => id));
    expect(ids('r1')).toEqual(ids('r1'));
    expect(ids('r1').filter((id) => ids('r2').includes(id))).toEqual([]);
    expect(ids('r1').every((id) => id.length >= 32 && id.length <= 128)).toBe(true);
  });

  it('keeps within what Athena and Step Functions take, for the whole of queries/', () => {
    const all = request({
      models: repositoryModels().filter(({ kind }) => kind === 'staging' || kind === 'mart' || kind === 'kpi'),
      datasets: repositoryTables().map(({ name, fields }) => ({ name, fields, boundedFields: [] })),
      codeLists: repositoryCodeLists(),
    });
    const { levels } = athenaPlan(all);
    const sizes = levels.flat().flatMap(({ statements }) => statements.map(({ sql }) => Buffer.byteLength(sql)));
    expect(sizes.length).toBeGreaterThan(50);
    expect(Math.max(...sizes)).toBeLessThan(262_144);
    expect(Buffer.byteLength(JSON.stringify(levels))).toBeLessThan(120 * 1024);
  });
});

describe('tidyStatements', () => {
  const NOW = Date.parse('2026-11-26T00:00:00Z');
  const old = NOW - 25 * 3_600_000;
  const table = (name: string, createdAtMs = old): WarehouseObject => ({ name, createdAtMs });
  const view = (name: string, to: string): WarehouseObject => ({ name, createdAtMs: 0, sql: `select * from "${to}"` });
  const dropped = (there: readonly WarehouseObject[]) => tidyStatements('r9', there, NOW).map(({ sql }) => sql);

  it('drops tables of former runs after a day, not the one a view points to', () => {
    const there = [
      view('fct_a', 'fct_a__r2'),
      table('fct_a__r1'),
      table('fct_a__r2'),
      table('fct_a__r3', NOW - 3_600_000),
    ];
    expect(dropped(there)).toEqual(['drop table if exists fct_a__r1']);
  });

  it('leaves no former table after an erasure, however young', () => {
    const there = [view('fct_a', 'fct_a__r2'), table('fct_a__r1', NOW - 1), table('fct_a__r2', NOW - 1)];
    const run = erasureRun('20261126t000000-1');
    expect(tidyStatements(run, there, NOW).map(({ sql }) => sql)).toEqual(['drop table if exists fct_a__r1']);
  });

  it('drops nothing whose view is gone or cannot be read, and nothing of others', () => {
    expect(
      dropped([table('fct_a__r1'), { name: 'fct_b', createdAtMs: 0 }, table('fct_b__r1'), table('bang_cua_ai')]),
    ).toEqual([]);
  });
});

describe('the state of refreshes', () => {
  it('is empty before the first run and refuses what no refresh wrote', () => {
    expect(parseRefreshState(undefined)).toEqual({ views: {}, tables: {}, sources: [] });
    expect(() => parseRefreshState('{"views": 1}')).toThrow();
  });
});

describe('refreshRunAt', () => {
  const at = (text: string) => refreshRunAt(Date.parse(text));
  it('is one run for all commits of a quarter of an hour, begun when it is over', () => {
    const run = { name: 'commit-20261126t1715', input: { gatherUntil: '2026-11-26T17:15:30Z' } };
    expect(at('2026-11-26T17:00:00Z')).toEqual(run);
    expect(at('2026-11-26T17:14:59.999Z')).toEqual(run);
    expect(at('2026-11-26T17:15:00Z').name).toBe('commit-20261126t1730');
    expect(at('2026-12-31T23:50:00Z').name).toBe('commit-20270101t0000');
  });
});
