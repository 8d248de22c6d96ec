// The warehouse at home: what it shows, what it refuses, and in which words.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FaultError, InputError } from '../../../lake/errors';
import type { TableField } from '../../../lake/table/data-file';
import { cellRows } from '../../../lake/warehouse/values';
import { openEngine } from '../../../platform/duckdb/engine';
import { openWarehouse } from '../../../platform/duckdb/warehouse';
import type { Warehouse } from '../../../platform/ports';

const fields: readonly TableField[] = [
  { id: 5, name: 'ky_du_lieu', type: 'string' },
  { id: 11, name: 'ma_xa', type: 'string' },
  { id: 12, name: 'so_luong', type: 'long' },
  { id: 13, name: 'gia', type: 'decimal(18,2)' },
  { id: 14, name: 'ngay', type: 'date' },
];

/** A folder that looks like a Hive partition and a quote in the name: neither may change what is read. */
const NEWER = "ky_du_lieu=sai/bản 'mới'.parquet";

let folder: string;
let warehouse: Warehouse;
const path = (name: string) => join(folder, name);
const rows = async (sql: string) => cellRows(await warehouse.query(sql));

async function refusal(sql: string): Promise<InputError> {
  try {
    await warehouse.query(sql);
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  throw new Error(`not refused: ${sql}`);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kho-'));
  mkdirSync(path('ky_du_lieu=sai'));
  const engine = await openEngine();
  // The older file lacks gia and ngay, has so_luong as int and calls it by its former name.
  await engine.run(
    `copy (select '2026-09' as ky_du_lieu, '03646' as ma_xa, 7::integer as sl) to '${path('cu.parquet')}'
     (format parquet, field_ids {ky_du_lieu: 5, ma_xa: 11, sl: 12})`,
  );
  await engine.run(
    `copy (select date '2026-10-01' as ngay, -1.50::decimal(18,2) as gia, 8::bigint as so_luong, '19753' as ma_xa, '2026-10' as ky_du_lieu)
     to '${path(NEWER).replaceAll("'", "''")}' (format parquet, field_ids {ky_du_lieu: 5, ma_xa: 11, so_luong: 12, gia: 13, ngay: 14})`,
  );
  await engine.run(`copy (select 'bí mật' as x) to '${path('khac.parquet')}' (format parquet)`);
  await engine.close();
  warehouse = await openWarehouse({
    tables: [
      { name: 'so_lieu', fields, files: [path('cu.parquet'), path(NEWER)] },
      { name: 'chua_co', fields, files: [] },
      { name: 'da_dung_san', fields: [{ id: 1, name: 'n', type: 'long' }], files: [] },
    ],
    codeLists: new Map([['loai', [{ ma: '01', ten: "Loại 'một'" }]]]),
    models: [
      { name: 'tong', path: 'queries/tong.sql', sql: 'select ky, sum(n) as n from dem group by ky' },
      {
        name: 'dem',
        path: 'queries/dem.sql',
        sql: 'select ky_du_lieu as ky, count(*) as n from so_lieu group by ky_du_lieu',
      },
      { name: 'da_dung_san', path: 'queries/da_dung_san.sql', sql: 'select 1 as n' },
    ],
    engine: { memoryLimit: '60MB', tempDirectory: path('tam') },
  });
});

afterAll(async () => {
  await warehouse.close();
  rmSync(folder, { recursive: true });
});

describe('openWarehouse', () => {
  it('reads files by field id: columns of later versions are null in older files, widened and renamed ones keep their values', async () => {
    expect(await rows('select * from so_lieu order by ky_du_lieu')).toEqual([
      ['2026-09', '03646', '7', null, null],
      ['2026-10', '19753', '8', '-1.50', '2026-10-01'],
    ]);
  });

  it('answers a table without files with its columns and no rows', async () => {
    const table = await warehouse.query('select * from chua_co');
    expect(table.schema.fields.map((field) => field.name)).toEqual(fields.map((field) => field.name));
    expect(table.numRows).toBe(0);
  });

  it('shows code lists as text tables and models whatever their order', async () => {
    expect(await rows('select * from ma_loai')).toEqual([['01', "Loại 'một'"]]);
    expect(await rows('select * from tong order by ky')).toEqual([
      ['2026-09', '1'],
      ['2026-10', '1'],
    ]);
  });

  it('prefers a materialised table to the model of its name', async () => {
    expect(await rows('select * from da_dung_san')).toEqual([]);
  });

  it.each([
    'from so_lieu',
    'describe so_lieu',
    'show tables',
    'summarize so_lieu',
    'explain select 1',
    '(select 1)',
    'values (1);',
    '-- lời dẫn\nselect 1',
  ])('reads %j', async (sql) => {
    expect((await warehouse.query(sql)).numRows).toBeGreaterThan(0);
  });

  it('answers several questions at once', async () => {
    const answers = await Promise.all([1, 2, 3].map((n) => rows(`select ${n}, count(*) from range(100000)`)));
    expect(answers).toEqual([1, 2, 3].map((n) => [[n, '100000']]));
  });

  it('spills to its folder instead of failing', async () => {
    expect(
      await rows('select count(*) from (select md5(i::varchar) as m from range(2000000) t (i) order by m)'),
    ).toEqual([['2000000']]);
  });
});

describe('a statement that does not only read', () => {
  it.each([
    "insert into so_lieu values ('x')",
    'delete from so_lieu',
    'update so_lieu set ma_xa = null',
    'drop view so_lieu',
    'create table t (a integer)',
    'with a as (select 1) insert into ma_loai select 1, 2',
    "copy so_lieu to 'x.csv'",
    "attach 'x.db'",
    'set threads = 1',
    'pragma database_list',
    'call pragma_version()',
    'explain analyze create table t (a integer)',
    'explain delete from ma_loai',
    'explain analyze with a as (select 1) insert into ma_loai select 1, 2',
    'select 1; select 2',
    'select 1; drop table ma_loai',
  ])('is refused: %s', async (sql) => {
    const error = await refusal(sql);
    expect(error.code).toBe('E_SQL_READ_ONLY');
    expect(error.text.vi).toMatch(/Chỉ được đọc|Mỗi lần chỉ một câu lệnh/);
    expect(await rows('select count(*) from ma_loai')).toEqual([['1']]);
  });

  it('is refused when there is none', async () => {
    expect((await refusal('  -- chỉ lời dẫn')).code).toBe('E_SQL_EMPTY');
  });
});

describe('files outside the tables', () => {
  it.each(["read_text('/etc/passwd')", "glob('/etc/*')", "'/etc/passwd.csv'"])(
    'cannot be reached: %s',
    async (source) => {
      const error = await refusal(`select * from ${source}`);
      expect(error.code).toBe('E_SQL_ACCESS');
      expect(error.text.en).toContain('lake');
    },
  );

  it('cannot be reached beside the tables either', async () => {
    expect((await refusal(`select * from read_parquet('${path('khac.parquet')}')`)).code).toBe('E_SQL_ACCESS');
  });
});

describe('a wrong question', () => {
  it('names the nearest table and lists all', async () => {
    const error = await refusal('select * from so_liu');
    expect(error.code).toBe('E_SQL_TABLE');
    expect(error.text.en).toContain('"so_lieu"');
    expect(error.text.vi).toContain('Có phải bạn muốn "so_lieu"?');
    expect(error.text.en).toContain('chua_co, da_dung_san, dem, ma_loai, so_lieu, tong');
  });

  it('names the nearest column of the table asked', async () => {
    const error = await refusal('select t.soluong from so_lieu t');
    expect(error.code).toBe('E_SQL_COLUMN');
    expect(error.text.en).toContain('Did you mean "so_luong"?');
    expect(error.text.en).not.toContain('ten');
    expect((await refusal('select mã_xã from so_lieu')).text.vi).toContain('Có phải bạn muốn "ma_xa"?');
  });

  it('shows line, column and a caret', async () => {
    const error = await refusal('select ma_xa\nfrm so_lieu\nwhere 1 = 1');
    expect(error.code).toBe('E_SQL_SYNTAX');
    expect(error.text.vi).toContain('Dòng 2, cột 5:\n  frm so_lieu\n      ^');
  });

  it('says that the end is missing', async () => {
    expect((await refusal('select (1')).text.en).toContain('its end is missing');
  });

  it('names an unknown function', async () => {
    expect((await refusal('select coutn(1) from so_lieu')).code).toBe('E_SQL_FUNCTION');
  });

  it('says which value could not be worked with', async () => {
    const error = await refusal('select cast(ten as integer) from ma_loai');
    expect(error.code).toBe('E_SQL_VALUE');
    expect(error.text.en).toContain("Loại 'một'");
  });
});

describe('a model that does not run', () => {
  it('is our fault and names its file', async () => {
    const open = openWarehouse({
      tables: [],
      codeLists: new Map(),
      models: [{ name: 'hong', path: 'queries/hong.sql', sql: 'select khong_co(1)' }],
    });
    await expect(open).rejects.toMatchObject({
      code: 'F_MODEL',
      message: expect.stringContaining('queries/hong.sql'),
    } satisfies Partial<FaultError>);
  });
});
