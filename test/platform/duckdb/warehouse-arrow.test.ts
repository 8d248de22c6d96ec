// DuckDB results as Arrow tables and back to exact text.
import { DataType } from 'apache-arrow';
import { arrowToCsv, arrowToJson } from '../../../lake/warehouse/json';
import { cellRows } from '../../../lake/warehouse/values';
import { arrowFromResult } from '../../../platform/duckdb/arrow';
import { type Engine, openEngine } from '../../../platform/duckdb/engine';

describe('arrowFromResult', () => {
  let engine: Engine;
  const arrow = (sql: string) => engine.read(sql, arrowFromResult);
  beforeAll(async () => {
    engine = await openEngine();
  });
  afterAll(() => engine.close());

  it.each([
    ["'Tệp số 1 – đã nhận'::varchar", 'string', 'Tệp số 1 – đã nhận'],
    ["''::varchar", 'string', ''],
    ['(-2147483648)::integer', 'int', -2147483648],
    ['-7::smallint', 'int', -7],
    ['(-9223372036854775808)::bigint', 'long', '-9223372036854775808'],
    ['4294967295::uinteger', 'long', '4294967295'],
    ['18446744073709551615::ubigint', 'decimal(38,0)', '18446744073709551615'],
    ['-170141183460469231731687303715884105727::hugeint', 'decimal(38,0)', '-170141183460469231731687303715884105727'],
    ['-0.05::decimal(4,2)', 'decimal(4,2)', '-0.05'],
    ['-1234567.89::decimal(9,2)', 'decimal(9,2)', '-1234567.89'],
    ['-9007199254740993.25::decimal(18,2)', 'decimal(18,2)', '-9007199254740993.25'],
    [
      '-12345678901234567890123456789012345.678::decimal(38,3)',
      'decimal(38,3)',
      '-12345678901234567890123456789012345.678',
    ],
    ['7::decimal(18,0)', 'decimal(18,0)', '7'],
    ['-1.5e-300::double', 'double', -1.5e-300],
    ['0.25::float', 'double', 0.25],
    ['true', 'boolean', true],
    ['false', 'boolean', false],
    ["date '1969-12-31'", 'date', '1969-12-31'],
    ["date '0001-01-01'", 'date', '0001-01-01'],
    ["date '2026-02-28'", 'date', '2026-02-28'],
    ["timestamp '1969-12-31 23:59:59.999999'", 'timestamp', '1969-12-31T23:59:59.999999'],
    ["timestamp '2026-10-05 08:05:00'", 'timestamp', '2026-10-05T08:05:00'],
    ["timestamp '2026-10-05 08:05:00.120'", 'timestamp', '2026-10-05T08:05:00.12'],
    ["timestamp_s '2026-10-05 08:05:00'", 'timestamp', '2026-10-05T08:05:00'],
    ["timestamp_ms '2026-10-05 08:05:00.120'", 'timestamp', '2026-10-05T08:05:00.12'],
    ["timestamp_ns '2026-10-05 08:05:00.123456'", 'timestamp', '2026-10-05T08:05:00.123456'],
    ["'infinity'::date", 'date', null],
    ["uuid '00000000-0000-0000-0000-000000000001'", 'string', '00000000-0000-0000-0000-000000000001'],
    ["interval '1' day", 'string', '1 day'],
  ])('carries %s as %s', async (sql, type, value) => {
    const json = arrowToJson(await arrow(`select ${sql} as v union all select null`));
    expect(json.columns).toEqual([{ name: 'v', type }]);
    expect(json.rows).toEqual([[value], [null]]);
  });

  it('carries lists of text with their nulls', async () => {
    const table = await arrow("select * from (values (['a', null]), (null), ([]::varchar[]), (['b'])) as t (v)");
    expect(DataType.isList(table.schema.fields[0]!.type)).toBe(true);
    expect(cellRows(table)).toEqual([[['a', null]], [null], [[]], [['b']]]);
    expect(table.getChildAt(0)?.get(3)?.get(0)).toBe('b');
  });

  it('keeps the types of an empty result', async () => {
    const table = await arrow("select 1::decimal(18,2) as d, 'x' as s, date '2026-01-01' as n, ['a'] as l where false");
    expect(table.numRows).toBe(0);
    expect(arrowToJson(table)).toEqual({
      columns: [
        { name: 'd', type: 'decimal(18,2)' },
        { name: 's', type: 'string' },
        { name: 'n', type: 'date' },
        { name: 'l', type: 'list<string>' },
      ],
      rows: [],
    });
  });

  it('joins many chunks in order, nulls in their places, and keeps columns of the same name apart', async () => {
    const table = await arrow(
      "select case when i % 3 = 0 then null else i end as v, (i % 2 = 0) as v, 'dòng ' || i as s from range(10000) t (i) order by i",
    );
    expect(table.numRows).toBe(10_000);
    expect(table.schema.fields.map((field) => field.name)).toEqual(['v', 'v:1', 's']);
    const rows = cellRows(table);
    expect(rows[9_999]).toEqual([null, false, 'dòng 9999']);
    expect(rows[2_048]).toEqual(['2048', true, 'dòng 2048']);
    expect(rows.filter((row) => row[0] === null)).toHaveLength(3_334);
  });
});

describe('arrowToJson', () => {
  it('writes NaN and infinities, which JSON lacks, as null', async () => {
    const engine = await openEngine();
    const table = await engine.read("select 'nan'::double as a, '-infinity'::double as b", arrowFromResult);
    await engine.close();
    expect(arrowToJson(table).rows).toEqual([[null, null]]);
  });
});

describe('arrowToCsv', () => {
  it('disarms text that a spreadsheet would run, and leaves negative numbers alone', async () => {
    const engine = await openEngine();
    const cells = ["=cmd|''/C calc''!A0", '+1', '-1', '@x', '\tx', '\rx', 'bình thường', 'có "nháy", phẩy', 'dòng\n=2'];
    const values = cells.map((cell) => `('${cell}', -1.50::decimal(9,2))`).join(', ');
    const csv = arrowToCsv(await engine.read(`select * from (values ${values}) as t (chu, so)`, arrowFromResult));
    await engine.close();
    expect(csv).toBe(
      'chu,so\r\n' +
        `"'=cmd|'/C calc'!A0",-1.50\r\n"'+1",-1.50\r\n"'-1",-1.50\r\n"'@x",-1.50\r\n"'\tx",-1.50\r\n"'\rx",-1.50\r\n` +
        'bình thường,-1.50\r\n"có ""nháy"", phẩy",-1.50\r\n"dòng\n=2",-1.50\r\n',
    );
  });

  it('tells an empty text from no value', async () => {
    const engine = await openEngine();
    const table = await engine.read("select '' as a, null::varchar as b", arrowFromResult);
    await engine.close();
    expect(arrowToCsv(table, { bom: true })).toBe('\uFEFFa,b\r\n"",\r\n');
  });
});
