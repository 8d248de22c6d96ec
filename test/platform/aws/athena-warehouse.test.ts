// The warehouse over Athena, its client played: types, pages, patience, and what a failure becomes.
import { AthenaClient } from '@aws-sdk/client-athena';
import { cellRows, typeName } from '../../../lake/warehouse/values';
import { athenaWarehouse } from '../../../platform/aws/athena-warehouse';
import { fixedClock } from '../../../platform/memory/clock-rng';
import { played } from './played';

interface Play {
  readonly columns?: readonly (readonly [name: string, type: string, precision?: number, scale?: number])[];
  readonly pages?: readonly (readonly (readonly (string | undefined)[])[])[];
  /** States of the query, one a look; the last one stays. */
  readonly states?: readonly string[];
  readonly reason?: string;
  readonly refusal?: { readonly name: string; readonly status: number };
}

function play({ columns = [], pages = [[]], states = ['SUCCEEDED'], reason, refusal }: Play) {
  const calls: { readonly name: string; readonly input: object }[] = [];
  let looks = 0;
  const client = played(new AthenaClient({ region: 'ap-southeast-1' }), (name, input) => {
    calls.push({ name, input });
    if (refusal)
      throw Object.assign(new Error('no'), { name: refusal.name, $metadata: { httpStatusCode: refusal.status } });
    const $metadata = {};
    if (name === 'StartQueryExecutionCommand') return { $metadata, QueryExecutionId: 'q1' };
    if (name === 'GetQueryExecutionCommand') {
      const State = states[Math.min(looks++, states.length - 1)];
      const Status = { State, StateChangeReason: reason };
      return { $metadata, QueryExecution: { QueryExecutionId: 'q1', WorkGroup: 'nhom', Status } };
    }
    if (name === 'StopQueryExecutionCommand') return { $metadata };
    if (name !== 'GetQueryResultsCommand') throw new Error(`not played: ${name}`);
    const page = Number(('NextToken' in input ? input.NextToken : undefined) ?? 0);
    const header = page === 0 ? [columns.map(([Name]) => Name)] : [];
    return {
      $metadata,
      ResultSet: {
        Rows: [...header, ...(pages[page] ?? [])].map((row) => ({
          Data: row.map((VarCharValue) => ({ VarCharValue })),
        })),
        ResultSetMetadata: {
          ColumnInfo: columns.map(([Name, Type, Precision = 0, Scale = 0]) => ({ Name, Type, Precision, Scale })),
        },
      },
      ...(page + 1 < pages.length ? { NextToken: String(page + 1) } : {}),
    };
  });
  const clock = fixedClock(0);
  const options = { client, workgroup: 'nhom', database: 'kho', clock };
  return { warehouse: athenaWarehouse({ ...options, patienceMs: 10_000 }), calls, clock };
}

const asked = (how: Play, sql = 'select 1') => play(how).warehouse.query(sql);

describe('athenaWarehouse', () => {
  it('answers with the types every home gives, exact to the last digit', async () => {
    const columns = [
      ['tien', 'decimal', 38, 2],
      ['lon', 'bigint'],
      ['nho', 'integer'],
      ['ty_le', 'double'],
      ['ten', 'varchar'],
      ['ngay', 'date'],
      ['luc', 'timestamp'],
      ['luc_vn', 'timestamp with time zone'],
      ['dung', 'boolean'],
    ] as const;
    const row = [
      '-123456789012345678901234567890123456.78',
      '9223372036854775807',
      '-5',
      '1.5E-7',
      'Đầm “=1”',
      '1945-09-02',
      '2026-10-05 08:05:00.123456',
      '2026-10-05 08:05:00.000 +07:00',
      'true',
    ];
    const table = await asked({ columns, pages: [[row, row.map(() => undefined)]] });
    expect(table.schema.fields.map((field) => [field.name, typeName(field.type)])).toEqual([
      ['tien', 'decimal(38,2)'],
      ['lon', 'long'],
      ['nho', 'int'],
      ['ty_le', 'double'],
      ['ten', 'string'],
      ['ngay', 'date'],
      ['luc', 'timestamp'],
      ['luc_vn', 'timestamptz'],
      ['dung', 'boolean'],
    ]);
    expect(cellRows(table)).toEqual([
      [
        '-123456789012345678901234567890123456.78',
        '9223372036854775807',
        -5,
        1.5e-7,
        'Đầm “=1”',
        '1945-09-02',
        '2026-10-05T08:05:00.123456',
        '2026-10-05T01:05:00Z',
        true,
      ],
      columns.map(() => null),
    ]);
  });

  it('keeps a row that repeats the names, and empty text apart from null', async () => {
    const table = await asked({ columns: [['a', 'varchar']], pages: [[['a'], [''], [undefined]]] });
    expect(cellRows(table)).toEqual([['a'], [''], [null]]);
  });

  it('reads every page, and an answer without rows keeps its types', async () => {
    expect(
      cellRows(await asked({ columns: [['n', 'bigint']], pages: [[['1'], ['2']], [['3']], [['4']]] })).flat(),
    ).toEqual(['1', '2', '3', '4']);
    const none = await asked({ columns: [['n', 'double']] });
    expect([none.numRows, ...none.schema.fields.map((field) => typeName(field.type))]).toEqual([0, 'double']);
  });

  it('hands values over beside the text, in the workgroup and database it was given', async () => {
    const { warehouse, calls } = play({});
    await warehouse.query('select * from kpi where ky = ?', ["'2026-10'"]);
    expect(calls[0]?.input).toEqual({
      QueryString: 'select * from kpi where ky = ?',
      WorkGroup: 'nhom',
      QueryExecutionContext: { Database: 'kho' },
      ExecutionParameters: ["'2026-10'"],
    });
  });

  it('sends nothing that is not a reading statement', async () => {
    const { warehouse, calls } = play({});
    await expect(warehouse.query('drop table fct_gia')).rejects.toMatchObject({ code: 'E_SQL_READ_ONLY' });
    expect(calls).toEqual([]);
  });

  it('looks again, less and less often, until the query ends', async () => {
    const { warehouse, calls, clock } = play({ states: ['QUEUED', 'RUNNING', 'RUNNING', 'SUCCEEDED'] });
    await warehouse.query('select 1');
    expect(calls.filter(({ name }) => name === 'GetQueryExecutionCommand')).toHaveLength(4);
    expect(clock.now()).toBeCloseTo(100 + 150 + 225 + 337.5);
  });

  it('stops a query it has no patience left for', async () => {
    const { warehouse, calls } = play({ states: ['RUNNING'] });
    await expect(warehouse.query('select 1')).rejects.toMatchObject({ name: 'FaultError', code: 'F_ATHENA' });
    expect(calls.at(-1)).toEqual({ name: 'StopQueryExecutionCommand', input: { QueryExecutionId: 'q1' } });
  });

  it.each([
    [
      "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.kho.fct_gja' does not exist",
      'InputError',
      'E_SQL_TABLE',
      /fct_gja.*line 1, column 15/,
    ],
    [
      "COLUMN_NOT_FOUND: line 2:8: Column 'gja' cannot be resolved",
      'InputError',
      'E_SQL_COLUMN',
      /gja.*line 2, column 8/,
    ],
    ["FUNCTION_NOT_FOUND: line 1:8: Function 'foo' not registered", 'InputError', 'E_SQL_FUNCTION', /line 1, column 8/],
    ["line 1:10: mismatched input 'frm'. Expecting: <EOF>", 'InputError', 'E_SQL_SYNTAX', /line 1, column 10/],
    [
      "SYNTAX_ERROR: line 1:8: '+' cannot be applied to varchar, integer",
      'InputError',
      'E_SQL_SYNTAX',
      /line 1, column 8/,
    ],
    ['Query exhausted resources: Bytes scanned limit was exceeded', 'InputError', 'E_SCAN_LIMIT', /nhom/],
    ['Insufficient permissions to execute the query.', 'InputError', 'E_ACCESS', /Lake Formation/],
    ['GENERIC_INTERNAL_ERROR: boom', 'FaultError', 'F_ATHENA', /q1.*GENERIC_INTERNAL_ERROR/],
  ])('says of “%s” what and where', async (reason, name, code, text) => {
    await expect(asked({ states: ['FAILED'], reason })).rejects.toMatchObject({
      name,
      code,
      message: expect.stringMatching(text),
    });
  });

  it('repeats no value of a row in what it says', async () => {
    const reason = "INVALID_CAST_ARGUMENT: Cannot cast '046199900001' to DATE";
    const error: unknown = await asked({ states: ['FAILED'], reason }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'E_SQL_VALUE', message: expect.not.stringContaining('046199900001') });
    const broken: unknown = await asked({ columns: [['n', 'bigint']], pages: [[['046-riêng']]] }).catch(
      (thrown: unknown) => thrown,
    );
    expect(broken).toMatchObject({ code: 'F_ATHENA', message: expect.not.stringContaining('riêng') });
  });

  it('tells a missing right from a fault', async () => {
    await expect(asked({ refusal: { name: 'AccessDeniedException', status: 400 } })).rejects.toMatchObject({
      code: 'E_ACCESS',
    });
    await expect(asked({ refusal: { name: 'InternalServerException', status: 500 } })).rejects.toMatchObject({
      code: 'F_ATHENA',
    });
  });

  it.each([
    ['double', '0x1F'],
    ['date', '2026-13-01'],
    ['timestamp', '2026-10-05T08:05'],
    ['timestamp with time zone', '2026-10-05 08:05:00.000 Asia/Ho_Chi_Minh'],
    ['decimal', '1,5'],
  ])('refuses a %s it cannot read', async (type, text) => {
    await expect(asked({ columns: [['x', type, 10, 2]], pages: [[[text]]] })).rejects.toMatchObject({
      code: 'F_ATHENA',
    });
  });
});
