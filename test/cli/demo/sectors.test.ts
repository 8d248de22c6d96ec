// OCOP products, prices, heritage, stations and readings of the demo.
import { eanCheckDigit, madeUpTaxCode, taxCheckDigit } from '../../../cli/demo/extracts/check-digit';
import { makeExtracts } from '../../../cli/demo/extracts/make-extracts';
import { momentOf, type Row, recordsOf, rowsOf, textOf } from './read-back';

const extracts = makeExtracts(7);
const filesOf = (dataset: string) => extracts.filter(({ to }) => to.startsWith(`${dataset}/`));
const rowsOfLast = (dataset: string): readonly Row[] => rowsOf(filesOf(dataset).at(-1)!);

const isRightGtin = (gtin: string): boolean => eanCheckDigit(gtin.slice(0, 12)) === Number(gtin[12]);
const isRightTaxCode = (code: string): boolean => taxCheckDigit(code.slice(0, 9)) === Number(code[9]);

describe('check digits', () => {
  it('agree with known tax codes and bar codes', () => {
    for (const code of ['0100233488', '3301001235', '2901001235', '5501001236'])
      expect(isRightTaxCode(code)).toBe(true);
    expect(isRightTaxCode('0100233480')).toBe(false);
    expect(isRightGtin('4006381333931')).toBe(true);
    expect(isRightGtin('4006381333932')).toBe(false);
  });

  it('make every made-up tax code different and right', () => {
    const codes = Array.from({ length: 2000 }, (_, nth) => madeUpTaxCode(nth));
    expect(codes.every(isRightTaxCode)).toBe(true);
    expect(new Set(codes).size).toBe(codes.length);
  });
});

describe('OCOP products of the demo', () => {
  const products = rowsOfLast('so_nn_mt/san_pham_ocop');

  it('have right bar codes and tax codes but for two bar codes', () => {
    expect(products).toHaveLength(60);
    const gtins = products.map((row) => row.gtin ?? '').filter((gtin) => gtin !== '');
    expect(gtins.every((gtin) => /^893\d{10}$/.test(gtin))).toBe(true);
    expect(gtins.filter((gtin) => !isRightGtin(gtin))).toHaveLength(2);
    const taxCodes = products.map((row) => row.ma_so_thue ?? '').filter((code) => code !== '');
    expect(taxCodes.every(isRightTaxCode)).toBe(true);
  });

  it('expire 36 months after recognition', () => {
    for (const row of products) {
      const [from, to] = [new Date(momentOf(row.ngay_cong_nhan ?? '')), new Date(momentOf(row.ngay_het_han ?? ''))];
      const months = (to.getUTCFullYear() - from.getUTCFullYear()) * 12 + to.getUTCMonth() - from.getUTCMonth();
      expect(months).toBe(36);
    }
  });

  it('are sold online, some of them without a trace code', () => {
    const listed = products.filter((row) => row.duong_dan_tmdt !== '');
    const untraced = listed.filter((row) => row.ma_truy_xuat === '');
    expect(untraced.length).toBeGreaterThan(0);
    expect(untraced.length).toBeLessThan(listed.length / 2);
    expect(listed.every((row) => /^https:\/\/\w+\.example\.vn\//.test(row.duong_dan_tmdt ?? ''))).toBe(true);
  });
});

describe('prices of the demo', () => {
  const priceOf = (row: Row | undefined): number => Number((row?.gia ?? '').replaceAll('.', ''));

  it('rise by more than 10 % in a week of October for four items only', () => {
    const rows = rowsOfLast('so_cong_thuong/gia_thi_truong');
    const byKey = new Map(rows.map((row) => [`${row.ma_mat_hang}|${row.ma_cho}|${momentOf(row.ngay ?? '')}`, row]));
    const jumped = rows.filter((row) => {
      const before = byKey.get(`${row.ma_mat_hang}|${row.ma_cho}|${momentOf(row.ngay ?? '') - 7 * 86_400_000}`);
      return before !== undefined && priceOf(row) > 1.1 * priceOf(before);
    });
    expect(new Set(jumped.map((row) => row.ma_mat_hang))).toEqual(new Set(['LON01', 'RAU01', 'RAU02', 'CAC01']));
  });

  it('name 20 items at 4 markets once a day', () => {
    const rows = rowsOf(filesOf('so_cong_thuong/gia_thi_truong')[0]!);
    expect(rows).toHaveLength(20 * 4 * 30);
    expect(new Set(rows.map((row) => `${row.ma_mat_hang}|${row.ma_cho}|${row.ngay}`)).size).toBe(rows.length);
    expect(rows.every((row) => /^\d{1,3}(\.\d{3})+$/.test(row.gia ?? ''))).toBe(true);
  });
});

describe('heritage of the demo', () => {
  it('has 80 items, three of them wrong, and names made up by their number', () => {
    const items = rowsOfLast('so_vh_tt/di_san_di_tich');
    expect(items).toHaveLength(80);
    const wrong = items.filter(
      (row) => !/^\d{5}$/.test(row.ma_xa ?? '') || !/^[0-3]$/.test(row.muc_so_hoa ?? '') || row.ten === '',
    );
    expect(wrong).toHaveLength(3);
    expect(items.filter((row) => !/ Mẫu \d\d, /.test(row.ten ?? ''))).toHaveLength(1);
    expect(items.every((row) => /^16,\d{4}$/.test(row.lat ?? '') && /^10[78],\d{4}$/.test(row.lon ?? ''))).toBe(true);
  });
});

describe('station files of the demo', () => {
  const files = filesOf('so_nn_mt/so_lieu_quan_trac');
  const readings = files.flatMap((file) =>
    recordsOf(file).map(([symbol = '', value = '', unit = '', moment = '', state = '']) => ({
      station: file.fileName.split('_').at(-2) ?? '',
      symbol,
      value,
      unit,
      moment,
      state,
    })),
  );

  it('are 24 files of one hour under the prefixes of the station list', () => {
    const prefixes = rowsOfLast('so_nn_mt/tram_quan_trac').map((row) => row.tien_to_tep);
    expect(prefixes).toHaveLength(4);
    expect(files).toHaveLength(24);
    for (const file of files) {
      const [, prefix, stamp = ''] = /^(.+)_(\d{14})\.txt$/.exec(file.fileName) ?? [];
      expect(prefixes).toContain(prefix);
      const moments = recordsOf(file).map((cells) => cells[3] ?? '');
      expect(moments).toHaveLength(72);
      expect(moments.every((moment) => moment.startsWith(stamp.slice(0, 10)) && moment <= stamp)).toBe(true);
    }
  });

  it('leave a value out only while calibrating or failing', () => {
    const empty = readings.filter(({ value }) => value === '');
    expect(new Set(empty.map(({ state }) => state))).toEqual(new Set(['01', '02']));
    expect(readings.filter(({ state }) => !['00', '01', '02'].includes(state)).map(({ station }) => station)).toEqual([
      'NUO003',
      'NUO003',
      'NUO003',
    ]);
    expect(files.filter(({ expect: verdict }) => verdict === 'partial')).toHaveLength(1);
  });

  it('exceed the COD limit of 135 mg/L at one station for three hours', () => {
    const over = readings.filter(({ symbol, value }) => symbol === 'COD' && Number(value) > 135);
    expect(over).toHaveLength(36);
    expect(new Set(over.map(({ station }) => station))).toEqual(new Set(['NUO001']));
    expect(new Set(over.map(({ moment }) => moment.slice(8, 10)))).toEqual(new Set(['09', '10', '11']));
  });

  it('hold one file with decimal commas, and line ends and marks of different makers', () => {
    expect(files.filter((file) => textOf(file).includes('pH\t7,') || textOf(file).includes('pH\t6,'))).toHaveLength(1);
    expect(files.filter((file) => textOf(file).includes('\r\n'))).toHaveLength(8);
    expect(files.filter((file) => textOf(file).startsWith('\ufeff'))).toHaveLength(8);
  });
});
