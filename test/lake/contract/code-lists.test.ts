import { parseCodeList } from '../../../lake/contract/code-lists';
import { InputError } from '../../../lake/errors';
import { codeLists } from './load';

describe('parseCodeList', () => {
  it('reads quoted commas, quotes and line breaks, a BOM and CRLF', () => {
    const text = '\uFEFFma,ten,nguon\r\n"PM2,5","Bụi ""mịn""","hai\r\ndòng"\r\n\r\n00,Đang đo,\r\n';
    expect(parseCodeList(text, 'x.csv')).toEqual([
      { ma: 'PM2,5', ten: 'Bụi "mịn"', nguon: 'hai\r\ndòng' },
      { ma: '00', ten: 'Đang đo', nguon: '' },
    ]);
  });

  it('reads a last line without a line break, and a trailing empty cell', () => {
    expect(parseCodeList('ma,ten\n1,', 'x.csv')).toEqual([{ ma: '1', ten: '' }]);
  });

  it('gives names in NFC', () => {
    expect(parseCodeList(`ma,ten\n1,${'Tốt'.normalize('NFD')}\n`, 'x.csv')[0]?.ten).toBe('Tốt');
  });

  it.each([
    ['an empty file', '', 'x.csv, line 1'],
    ['a row of another width', 'ma,ten\n1,a\n2,b,c\n', 'x.csv, line 3'],
    ['a code given twice', 'ma,ten\n1,a\n1,b\n', 'x.csv, line 3: the code "1" is already on line 2'],
    ['an empty code', 'ma,ten\n,a\n', 'x.csv, line 2'],
    ['a quote out of place', 'ma,ten\n1,a"b\n', 'x.csv, line 2'],
    ['a quote never closed', 'ma,ten\n1,"a\n', 'x.csv, line 2'],
  ])('refuses %s and names the line', (_what, text, said) => {
    expect(() => parseCodeList(text, 'x.csv')).toThrow(InputError);
    expect(() => parseCodeList(text, 'x.csv')).toThrow(said);
  });
});

describe('the published code lists', () => {
  const lists = codeLists();
  const of = (name: string) => lists.get(name) ?? [];

  it('say where every value comes from', () => {
    for (const [name, rows] of lists)
      for (const row of rows) expect({ name, source: row.nguon ?? row.can_cu }).not.toEqual({ name, source: '' });
  });

  it('put the new administrative units in force on 1 July 2025', () => {
    expect(of('ky_don_vi_hanh_chinh').map((row) => [row.ky_du_lieu, row.hieu_luc_tu])).toEqual([
      ['2025-03', ''],
      ['2026-07', '2025-07-01'],
    ]);
  });

  it('know the parameter whose symbol has a comma', () => {
    expect(of('thong_so_quan_trac').map((row) => row.ma)).toContain('PM2,5');
  });

  it('invent no limit of QCVN 40:2025 and flag every other one as not verified', () => {
    for (const row of of('nguong_quy_chuan')) {
      const isNew = row.quy_chuan?.startsWith('QCVN40_2025');
      expect(row.trang_thai).toBe(isNew ? 'cho_xac_nhan' : 'chua_kiem_chung');
      if (isNew) expect([row.nho_nhat, row.lon_nhat]).toEqual(['', '']);
      else expect(Number(row.lon_nhat)).toBeGreaterThan(0);
    }
  });

  it('give limits only for standards and columns a station can name', () => {
    const standards = of('quy_chuan').map((row) => row.ma);
    for (const row of of('nguong_quy_chuan')) {
      expect(standards).toContain(row.quy_chuan);
      expect(row.quy_chuan?.endsWith(`_${row.cot}`)).toBe(true);
    }
  });

  it('list each holiday once, as a date that exists', () => {
    const days = of('ngay_nghi').map((row) => row.ma ?? '');
    for (const day of days) expect(new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10)).toBe(day);
    expect([...days].sort()).toEqual(days);
  });
});
