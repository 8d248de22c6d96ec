// Dossiers of the demo: right where they should be, visibly different by agency, wrong only where the story says so, and of nobody.
import { COMMUNES_AFTER, COMMUNES_BEFORE } from '../../../cli/demo/extracts/hue-units';
import { makeExtracts } from '../../../cli/demo/extracts/make-extracts';
import { momentOf, type Row, rowsOf } from './read-back';

const DATASET = 'van_phong_ubnd/ho_so_tthc';
const extracts = makeExtracts(7);
const month = (period: string): readonly Row[] => rowsOf(extracts.find(({ to }) => to === `${DATASET}/${period}`)!);

const CODE = /^(?:\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}|[A-Z]\d{2}(?:\.[0-9A-Z]{1,3}){0,4})-(?:\d{6}|\d{8})-\d{4,7}$/;
const VN_MOMENT = /^(0[1-9]|[12]\d|3[01])\/(0[1-9]|1[0-2])\/\d{4} \d\d:\d\d(:\d\d)?$/;
const AFTER = new Set(COMMUNES_AFTER.map(({ maXa }) => maXa));
const BEFORE = new Set(COMMUNES_BEFORE.map(({ maXa }) => maXa));
const OPTIONAL = ['so_dien_thoai', 'email', 'dia_chi', 'ngay_ket_thuc_xu_ly', 'ngay_tra', 'ma_ket_qua_giay_to'];
const OPTIONAL_TOO = ['phi_le_phi', 'da_thanh_toan_truc_tuyen', 'muc_hai_long', 'chu_ho_so', 'so_dinh_danh_chu_ho_so'];

/** What is wrong with one row, by a reading of the contract's rules that is the test's own. */
function complaints(row: Row, communes: ReadonlySet<string>): string[] {
  const found: string[] = [];
  const cell = (name: string): string => row[name] ?? '';
  const optional = new Set([...OPTIONAL, ...OPTIONAL_TOO]);
  for (const [name, text] of Object.entries(row)) if (text === '' && !optional.has(name)) found.push(`${name} missing`);
  if (!CODE.test(cell('ma_ho_so'))) found.push('ma_ho_so');
  if (!communes.has(cell('ma_xa'))) found.push('ma_xa');
  const steps = ['ngay_nop', 'ngay_tiep_nhan', 'ngay_ket_thuc_xu_ly', 'ngay_tra']
    .map(cell)
    .filter((text) => text !== '');
  if (![...steps, cell('ngay_hen_tra')].every((text) => VN_MOMENT.test(text) && !text.startsWith('31/02')))
    found.push('date');
  if (steps.some((text, index) => index > 0 && momentOf(text) < momentOf(steps[index - 1]!))) found.push('order');
  if (/^(9|10)$/.test(cell('trang_thai')) && cell('ngay_ket_thuc_xu_ly') === '') found.push('not finished');
  if (cell('trang_thai') === '10' && cell('ngay_tra') === '') found.push('not returned');
  if (!/^([1-9]|10)$/.test(cell('trang_thai'))) found.push('trang_thai');
  if (!/^\d+$/.test(cell('so_giay_to_phai_nop'))) found.push('so_giay_to_phai_nop');
  if (Number(cell('so_giay_to_tai_su_dung')) > Number(cell('so_giay_to_phai_nop'))) found.push('reuse');
  if (!/^(Có|Không)$/.test(cell('co_so_hoa_ket_qua'))) found.push('co_so_hoa_ket_qua');
  if (!/^(\d{1,3}(\.\d{3})*(,\d+)?)?$/.test(cell('phi_le_phi'))) found.push('phi_le_phi');
  return found;
}

const share = (rows: readonly Row[], of: (row: Row) => boolean): number => rows.filter(of).length / rows.length;
const finished = (rows: readonly Row[], agency?: string): readonly Row[] =>
  rows.filter(
    (row) =>
      ['9', '10'].includes(row.trang_thai ?? '') &&
      row.ngay_ket_thuc_xu_ly !== '' &&
      (agency === undefined || row.don_vi_xu_ly === agency),
  );
const onTime = (row: Row): boolean => momentOf(row.ngay_ket_thuc_xu_ly ?? '') <= momentOf(row.ngay_hen_tra ?? '');

describe('dossiers of the demo', () => {
  it('break no rule in the files that are to be accepted', () => {
    for (const [period, communes] of [
      ['2025-06', BEFORE],
      ['2025-07', AFTER],
      ['2026-08', AFTER],
      ['2026-09', AFTER],
    ] as const) {
      const rows = month(period);
      expect(rows.flatMap((row) => complaints(row, communes))).toEqual([]);
      expect(new Set(rows.map((row) => row.ma_ho_so)).size).toBe(rows.length);
    }
  });

  it('break each rule once in October, and two codes stand twice', () => {
    const rows = month('2026-10');
    const found = rows.map((row) => complaints(row, AFTER)).filter((list) => list.length > 0);
    expect(found).toHaveLength(14);
    expect(new Set(found.flat())).toEqual(
      new Set([
        'ten_tthc missing',
        'ma_ho_so',
        'ma_xa',
        'date',
        'order',
        'not finished',
        'not returned',
        'trang_thai',
        'so_giay_to_phai_nop',
        'reuse',
        'co_so_hoa_ket_qua',
        'phi_le_phi',
      ]),
    );
    expect(rows.length - new Set(rows.map((row) => row.ma_ho_so)).size).toBe(2);
    expect(rows.map((row) => row.ma_xa)).toEqual(expect.arrayContaining(['3646', '99999', '19792']));
  });

  it('number 1,500 to 3,000 a month of 2026', () => {
    for (const period of ['2026-08', '2026-09', '2026-10']) {
      expect(month(period).length).toBeGreaterThanOrEqual(1500);
      expect(month(period).length).toBeLessThanOrEqual(3000);
    }
  });

  it('show agencies from about 78 % to about 97 % on time, and the slow one getting better', () => {
    const october = month('2026-10');
    expect(share(finished(october, 'H57.10'), onTime)).toBeGreaterThan(0.93);
    expect(share(finished(october, 'H57.15'), onTime)).toBeLessThan(0.86);
    expect(share(finished(month('2026-08'), 'H57.15'), onTime)).toBeLessThan(
      share(finished(october, 'H57.15'), onTime),
    );
  });

  it('stay above the digitising target of 80 % and below the reuse target of 80 % in October', () => {
    const october = finished(month('2026-10'));
    const digitised = share(october, (row) => row.co_so_hoa_thanh_phan === 'Có' && row.co_so_hoa_ket_qua === 'Có');
    const sum = (column: string): number => october.reduce((total, row) => total + (Number(row[column]) || 0), 0);
    const reuse = sum('so_giay_to_tai_su_dung') / sum('so_giay_to_phai_nop');
    expect(digitised).toBeGreaterThan(0.8);
    expect(digitised).toBeLessThan(1);
    expect(reuse).toBeGreaterThan(0.55);
    expect(reuse).toBeLessThan(0.8);
  });

  it('come from six agencies, of which one has not reported October', () => {
    const agencies = (period: string): Set<string | undefined> => new Set(month(period).map((row) => row.don_vi_xu_ly));
    expect(agencies('2026-09').size).toBe(6);
    expect(agencies('2026-10').size).toBe(5);
    expect(agencies('2026-10')).not.toContain('H57.05');
  });

  it('bear old commune codes in June 2025 that no longer exist in July 2025', () => {
    const june = new Set(month('2025-06').map((row) => row.ma_xa ?? ''));
    expect([...june].some((code) => !AFTER.has(code))).toBe(true);
    expect(COMMUNES_AFTER).toHaveLength(40);
    const name = (units: readonly { maXa: string; tenXa: string }[]) =>
      units.find(({ maXa }) => maXa === '19789')?.tenXa;
    expect([name(COMMUNES_BEFORE), name(COMMUNES_AFTER)]).toEqual(['Phường Phú Nhuận', 'Phường Thuận Hoá']);
  });

  it('use both forms of the dossier code, and words beside numbers for the channel', () => {
    const codes = month('2026-08').map((row) => row.ma_ho_so ?? '');
    const old = codes.filter((code) => code.startsWith('000.00.15.H57-'));
    expect(old.length).toBeGreaterThan(0);
    expect(old.length).toBeLessThan(40);
    expect(new Set(month('2026-10').map((row) => row.kenh_tiep_nhan))).toEqual(new Set(['1', '3', 'Trực tuyến']));
  });

  it('belong to nobody', () => {
    for (const row of ['2025-06', '2025-07', '2026-08', '2026-09', '2026-10'].flatMap(month)) {
      expect(row.chu_ho_so).toMatch(/^(Nguyễn Văn Thử|Công ty TNHH Thử Nghiệm) \d+$/);
      expect(row.so_dinh_danh_chu_ho_so).toMatch(/^(04600000\d{4}|3399\d{6})$/);
      expect(row.so_dien_thoai).toMatch(/^(090000\d{4})?$/);
      expect(row.email).toMatch(/^(thu\d+@example\.vn)?$/);
    }
  });
});
