// Questions to a lake: sql, tables, history, trace; none of them changes it.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tableFromIPC } from 'apache-arrow';
import { type Ran, tamgiang } from '../support/command';
import { openLake, send, snapshots } from '../support/lake';
import { prices, readings } from '../support/made-files';
import { tempFolder } from '../support/temp';

const cwd = tempFolder();
const home = join(cwd, 'home');
const run = (...args: string[]): Promise<Ran> => tamgiang([...args, '--home', home], { cwd });
let first = { snapshotId: '', committedAt: '' };

beforeAll(async () => {
  const lake = await openLake(home);
  await send(lake, prices(['1.000', '2.000,5']));
  [first = first] = await snapshots(lake, 'gia_thi_truong');
  await send(lake, prices(['1.500', '2.000,5', '3.000']), readings('NUO001', ['7.1', '60']));
});

/** Every file of the home with its hash. */
const state = (): string[] =>
  readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => `${path} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`)
    .sort();

describe('sql', () => {
  it('answers typed JSON: decimals and long integers as strings, dates and times ISO', async () => {
    const question =
      "select ma_mat_hang, gia, _row, ngay, count(*) over () as n, 1.5e0 as d, true as b, null as x, timestamp '2026-10-05 08:05:00' as t from gia_thi_truong order by _row limit 1";
    const ran = await run('sql', question, '--format', 'json');
    expect(ran.status).toBe(0);
    expect(ran.json()).toEqual({
      columns: [
        { name: 'ma_mat_hang', type: 'string' },
        { name: 'gia', type: 'decimal(18,2)' },
        { name: '_row', type: 'long' },
        { name: 'ngay', type: 'date' },
        { name: 'n', type: 'long' },
        { name: 'd', type: 'double' },
        { name: 'b', type: 'boolean' },
        { name: 'x', type: 'int' },
        { name: 't', type: 'timestamp' },
      ],
      rows: [['HANG1', '1500.00', '1', '2026-10-05', '3', 1.5, true, null, '2026-10-05T08:05:00']],
    });
  });

  it('answers as of an earlier snapshot or time with the earlier rows, and says when the lake begins', async () => {
    const count = 'select count(*), sum(gia) from gia_thi_truong';
    const asOf = (when: string) => run('sql', count, '--as-of', when, '--json');
    const [now, bySnapshot, byTime, before, nonsense, unknown] = await Promise.all([
      run('sql', count, '--json'),
      asOf(first.snapshotId),
      asOf(first.committedAt),
      asOf('2020-01-01 08:00'),
      asOf('hôm qua'),
      asOf('123456789'),
    ]);
    const rows = (ran: Ran) => ran.json().rows[0].map(String);
    expect(rows(now)).toEqual(['3', '6500.50']);
    expect(rows(bySnapshot)).toEqual(['2', '3000.50']);
    expect(rows(byTime)).toEqual(['2', '3000.50']);
    expect([before, nonsense, unknown].map((ran) => [ran.status, ran.json().error.code])).toEqual([
      [2, 'E_SNAPSHOT'],
      [2, 'E_AS_OF'],
      [2, 'E_SNAPSHOT'],
    ]);
  });

  it('refuses to write, in any disguise, with 2, and nothing changes', async () => {
    const untouched = state();
    const writes = [
      'delete from gia_thi_truong',
      "select 1; copy gia_thi_truong to 'x.csv'",
      "select * from read_csv('/etc/passwd')",
    ];
    const ran = await Promise.all(writes.map((sql) => run('sql', sql, '--json')));
    expect(ran.map(({ status }) => status)).toEqual(writes.map(() => 2));
    for (const { stdout } of ran) expect(JSON.parse(stdout).error.code).toMatch(/^E_SQL/);
    expect(ran[0]?.json().error).toEqual({ code: 'E_SQL_READ_ONLY', message: expect.stringContaining('DELETE') });
    expect(state()).toEqual(untouched);
    expect(readdirSync(cwd)).not.toContain('x.csv');
  });

  it('says where a question is wrong and what was probably meant', async () => {
    const [table, column, syntax, format] = await Promise.all([
      run('sql', 'select * from gia_thi_truon', '--json'),
      run('sql', 'select giaa from gia_thi_truong', '--lang', 'vi'),
      run('sql', 'select from where', '--json'),
      run('sql', 'select 1', '--format', 'xml'),
    ]);
    expect(table.json().error).toMatchObject({
      code: 'E_SQL_TABLE',
      message: expect.stringContaining('Did you mean "gia_thi_truong"?'),
    });
    expect(column.stderr).toContain('Có phải bạn muốn "gia"?');
    expect(syntax.json().error.code).toBe('E_SQL_SYNTAX');
    expect(format.stderr).toContain('table, csv, json, arrow');
    expect([table, column, syntax, format].map(({ status }) => status)).toEqual([2, 2, 2, 2]);
  });

  it('writes CSV and a table for people', async () => {
    const [csv, table] = await Promise.all([
      run('sql', 'select ma_mat_hang, gia from gia_thi_truong order by 1', '--format', 'csv'),
      run('sql', 'select ma_mat_hang, gia from gia_thi_truong order by 1', '--lang', 'vi'),
    ]);
    expect(csv.stdout).toBe('ma_mat_hang,gia\r\nHANG1,1500.00\r\nHANG2,2000.50\r\nHANG3,3000.00\r\n');
    expect(table.stdout).toContain('3 dòng');
  });
});

describe('tables and history', () => {
  it('list what the lake holds and how it came there', async () => {
    const [tables, history, none] = await Promise.all([
      run('tables', '--json'),
      run('history', 'gia_thi_truong', '--json'),
      run('history', 'gia_thi_truon', '--json'),
    ]);
    const held = tables.json().tables.filter((table: { rows: number }) => table.rows > 0);
    expect(held.map(({ name, kind, rows, files }: Record<string, unknown>) => [name, kind, rows, files])).toEqual(
      expect.arrayContaining([
        ['gia_thi_truong', 'dataset', 3, 1],
        ['so_lieu_quan_trac', 'dataset', 2, 1],
      ]),
    );
    expect(history.json()).toMatchObject({
      table: 'gia_thi_truong',
      snapshots: [
        { snapshotId: first.snapshotId, addedRows: 2, deletedRows: 0, totalRows: 2, isCurrent: false },
        {
          addedRows: 3,
          deletedRows: 2,
          totalRows: 3,
          isCurrent: true,
          submissions: ['so_cong_thuong/gia_thi_truong/2026-10'],
        },
      ],
    });
    expect([none.status, none.json().error.code]).toEqual([2, 'E_TABLE']);
    expect(none.json().error.message).toContain('Nearest: gia_thi_truong');
  });
});

describe('trace', () => {
  it('walks rows back to file, hash, record and receipt', async () => {
    const ran = await run('trace', 'gia_thi_truong', '--where', "ma_mat_hang = 'HANG3'", '--json');
    expect(ran.status).toBe(0);
    const { rows, more } = ran.json();
    expect(more).toBe(false);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      key: { ma_mat_hang: 'HANG3' },
      submission: 'so_cong_thuong/gia_thi_truong/2026-10',
      record: 3,
      file: 'gia.csv',
    });
    const raw = readFileSync(rows[0].raw);
    expect(createHash('sha256').update(raw).digest('hex')).toBe(rows[0].sha256);
    expect(raw.toString().split('\n')[3]).toContain('HANG3');
    expect(readFileSync(rows[0].receipt, 'utf8')).toContain(rows[0].sha256.slice(0, 12));
  });

  it('cannot be talked into writing or into another question', async () => {
    const untouched = state();
    const ran = await Promise.all([
      run('trace', 'gia_thi_truong', '--where', 'true; delete from gia_thi_truong', '--json'),
      run('trace', 'gia_thi_truon', '--where', 'true', '--json'),
      run('trace', 'gia_thi_truong', '--json'),
    ]);
    expect(ran.map(({ status }) => status)).toEqual([2, 2, 2]);
    expect(state()).toEqual(untouched);
  });
});

describe('a question where there is no lake', () => {
  it('says how to make one, and makes none', async () => {
    const ran = await tamgiang(['sql', 'select 1', '--home', 'khong-co', '--json'], { cwd });
    expect([ran.status, ran.json().error.code]).toEqual([2, 'E_HOME']);
    expect(readdirSync(cwd)).not.toContain('khong-co');
  });
});

describe('an answer in Arrow', () => {
  it('is a stream that keeps the types', async () => {
    const answer = await new Promise<Buffer>((resolve, reject) => {
      import('node:child_process').then(({ execFile }) =>
        execFile(
          process.execPath,
          [
            join(__dirname, '../../cli/tamgiang.mjs'),
            'sql',
            'select gia, ngay from gia_thi_truong',
            '--format',
            'arrow',
            '--home',
            home,
          ],
          { encoding: 'buffer', cwd },
          (error, stdout) => (error ? reject(error) : resolve(stdout)),
        ),
      );
    });
    const table = tableFromIPC(answer);
    expect(table.numRows).toBe(3);
    expect(table.schema.fields.map((field) => String(field.type))).toEqual(['Decimal[18e+2]', 'Date32<DAY>']);
  });
});
