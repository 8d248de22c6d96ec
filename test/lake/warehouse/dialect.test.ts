// What may not stand in a model because Trino and DuckDB would not answer the same.
import { dialectFindings } from '../../../lake/warehouse/dialect';

const found = (sql: string) =>
  dialectFindings(sql, 'queries/x.sql').map((finding) => `${finding.line}:${finding.found}`);

describe('dialectFindings', () => {
  it.each([
    ['select a / b from t', '/'],
    ['select cast(a as double) / b from t', '/'],
    ['select a / nullif(b, 0) from t', '/'],
    ['select 1 / 0', '/'],
    ['select a::date from t', '::'],
    ["select date_diff('day', a, b) from t", 'date_diff'],
    ["select date_add('day', 1, a) from t", 'date_add'],
    ['select try(a) from t', 'try'],
    ['select try_cast(a as date) from t', 'try_cast'],
    ["select a at time zone 'UTC' from t", 'at'],
    ['select now()', 'now'],
    ['select current_date', 'current_date'],
    ["select * from t where a ilike 'x'", 'ilike'],
    ['select a from t qualify row_number() over (order by a) = 1', 'qualify'],
    ['select a, count(*) from t group by all', 'all'],
    ['select distinct on (a) a, b from t', 'on'],
    ['select * exclude (a) from t', 'exclude'],
    ['select greatest(a, b) from t', 'greatest'],
    ["select concat(a, 'x') from t", 'concat'],
    ['select cast(a as integer) from t', 'integer'],
    ['select avg(a) from t', 'avg'],
    ['select avg(cast(a as double)) from t', 'avg'],
    ["select a from t where d >= '2026-10-01'", '2026-10-01'],
    ["select strftime(d, '%Y') from t", 'strftime'],
    ["select regexp_like(a, 'x') from t", 'regexp_like'],
    ['select [1, 2]', '['],
    ['select a == b from t', '=='],
    ["select string_agg(a, ',') from t", 'string_agg'],
    ['select extract(year from a) from t', 'extract'],
  ])('refuses %s', (sql, what) => {
    expect(found(sql)).toContain(`1:${what}`);
  });

  it.each([
    'select cast(a as double) / nullif(b, 0) from t',
    'select cast(sum(a) as double) / 100 from t',
    "select a + interval '1' day, d >= date '2026-10-01', substr(cast(cast(a as date) as varchar), 1, 7) from t",
    'select cast(sum(coalesce(a, b)) as double) / nullif(count(a), 0) as try from t',
    'select \'a / b :: now()\' as "date_diff" from t -- now() / 2',
    'select t.first, count_if(a) filter (where b), row_number() over (partition by a order by b) from t as first',
    "select * from (values ('a'), ('b')) as t (kpi)",
  ])('accepts %s', (sql) => {
    expect(found(sql)).toEqual([]);
  });

  it('says the line in the file, past comments and multi-line text', () => {
    expect(found("-- a / b\nselect 'x\ny',\n/* now()\n*/ a::date\nfrom t")).toEqual(['5:::']);
  });
});
