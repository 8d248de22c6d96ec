// A model's description and SQL: what is refused, and whether the message names file and field.
import { DateDay, Decimal, Field, Int64, List, Schema, Utf8 } from 'apache-arrow';
import { parseModel, parseModels } from '../../../lake/warehouse/model';
import { fieldsFromArrow, refreshSteps } from '../../../lake/warehouse/refresh';

const two = '{ vi: Việt, en: English }';
const mart = `name: dem\nkind: mart\ntitle: ${two}\ngrain: ${two}\ndescription: ${two}\n`;
const kpi = `${mart.replace('dem', 'kpi_dem').replace('mart', 'kpi')}id: K01\nformula: ${two}\nunit: percent\nbetter: higher
period: month\nowner: Sở Mẫu\nchart: bars\nminCompleteness: 0.8\ncompletenessOf: ${two}\n`;
const parse = (yml: string, sql = 'select 1 as n;\n') =>
  parseModel({ path: `queries/marts/${/name: (\w+)/.exec(yml)?.[1]}.sql`, sql, yml });

describe('parseModel', () => {
  it('gives the statement without its semicolon and the description as it stands', () => {
    expect(parse(mart)).toMatchObject({
      name: 'dem',
      kind: 'mart',
      sql: 'select 1 as n',
      title: { vi: 'Việt', en: 'English' },
      tests: [],
    });
    expect(parse(mart).kpi).toBeUndefined();
    expect(parse(kpi).kpi).toMatchObject({ id: 'K01', unit: 'percent', minCompleteness: 0.8 });
  });

  it('gives the columns that may not be bounded, none unless named', () => {
    expect(parse(mart).unbounded).toEqual([]);
    expect(parse(`${mart}unbounded: [ma_xa, ten_xa]\n`).unbounded).toEqual(['ma_xa', 'ten_xa']);
    expect(() => parse(`${mart}unbounded: ma_xa\n`)).toThrow(/unbounded/);
  });

  it('gives what a KPI measures and covers where it says so', () => {
    expect(parse(kpi).kpi).not.toHaveProperty('measure');
    const words = { vi: 'Việt', en: 'English' };
    expect(parse(`${kpi}coverageOf: ${two}\nmeasure: { title: ${two}, limit: 0.1 }\n`).kpi).toMatchObject({
      coverageOf: words,
      measure: { title: words, limit: 0.1 },
    });
  });

  it.each([
    ['an unknown field', `${mart}grian: x\n`, /queries\/marts\/dem\.yml[\s\S]*grian/],
    ['a missing field', mart.replace(/grain.*\n/, ''), /grain/],
    ['one language only', mart.replace(`title: ${two}`, 'title: { vi: Việt }'), /title\.en/],
    ['a KPI without its unit of count', kpi.replace('percent', 'count'), /countUnit: a count needs its unit/],
    ['a KPI field on a mart', `${mart}chart: bars\n`, /chart/],
    ['broken YAML', `${mart}a: [`, /dem\.yml/],
  ])('refuses %s', (_what, yml, message) => {
    expect(() => parse(yml)).toThrow(
      expect.objectContaining({ code: 'E_MODEL_SPEC', message: expect.stringMatching(message) }),
    );
  });

  it('refuses a name that is not the file name', () => {
    expect(() => parseModel({ path: 'queries/marts/khac.sql', sql: 'select 1', yml: mart })).toThrow(/khac/);
  });

  it('refuses SQL that only one engine understands, with its line', () => {
    expect(() => parse(mart, '-- câu hỏi\nselect a::date from t')).toThrow(
      expect.objectContaining({ code: 'E_MODEL_DIALECT', message: expect.stringContaining('queries/marts/dem.sql:2') }),
    );
  });
});

describe('parseModels', () => {
  it('misses neither a .sql without .yml nor the other way round', () => {
    expect(() => parseModels([{ path: 'queries/a.sql', text: 'select 1' }])).toThrow(/queries\/a\.yml is missing/);
    expect(() => parseModels([{ path: 'queries/a.yml', text: mart }])).toThrow(/queries\/a\.sql is missing/);
  });

  it('refuses one name twice', () => {
    const files = ['queries/x/dem', 'queries/y/dem'].flatMap((stem) => [
      { path: `${stem}.sql`, text: 'select 1' },
      { path: `${stem}.yml`, text: mart },
    ]);
    expect(() => parseModels(files)).toThrow(/used twice/);
  });
});

describe('refreshSteps', () => {
  it('gives marts and KPIs in order and leaves staging as views', () => {
    const stg = { ...parse(mart.replace('dem', 'stg_a').replace('mart', 'staging')), sql: 'select * from t' };
    const dem = { ...parse(mart), sql: 'select * from stg_a' };
    const figure = { ...parse(kpi), sql: 'select * from dem' };
    expect(refreshSteps([figure, dem, stg], ['t']).map((step) => [step.model.name, step.selectSql])).toEqual([
      ['dem', 'select * from dem'],
      ['kpi_dem', 'select * from kpi_dem'],
    ]);
  });
});

describe('fieldsFromArrow', () => {
  const schema = new Schema([
    new Field('n', new Int64(), true),
    new Field('gia', new Decimal(2, 18, 128), true),
    new Field('ngay', new DateDay(), true),
  ]);

  it('numbers new columns from 1 with their Iceberg types', () => {
    expect(fieldsFromArrow(schema)).toEqual([
      { id: 1, name: 'n', type: 'long' },
      { id: 2, name: 'gia', type: 'decimal(18,2)' },
      { id: 3, name: 'ngay', type: 'date' },
    ]);
  });

  it('keeps the ids a table already has and never gives one out twice', () => {
    const existing = [
      { id: 1, name: 'bo_di', type: 'long' },
      { id: 2, name: 'ngay', type: 'date', doc: 'Ngày' },
    ];
    expect(fieldsFromArrow(schema, existing)).toEqual([
      { id: 3, name: 'n', type: 'long' },
      { id: 4, name: 'gia', type: 'decimal(18,2)' },
      { id: 2, name: 'ngay', type: 'date', doc: 'Ngày' },
    ]);
  });

  it('refuses a list, which a mart may not have', () => {
    const list = new Schema([new Field('ds', new List(new Field('item', new Utf8(), true)), true)]);
    expect(() => fieldsFromArrow(list)).toThrow(/ds.*list<string>/);
  });
});
