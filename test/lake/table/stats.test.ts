import { decodeBound } from '../../../lake/table/bounds';
import { type ColumnText, statsFromText, valueFromText } from '../../../lake/table/stats';

const column = (min: string, max: string): ColumnText => ({ nullCount: 0, valueCount: 3, sizeBytes: 40, min, max });

describe('valueFromText', () => {
  it.each([
    ['date', '1970-01-02', 1],
    ['date', '1969-12-31', -1],
    ['date', '0044-01-02', -703_456],
    ['date', '2026-02-30', undefined],
    ['date', '0044-03-15 (BC)', undefined],
    ['timestamp', '1969-12-31 23:59:59.999999', -1n],
    ['timestamp', '1970-01-01 00:00:01.12', 1_120_000n],
    ['timestamp', 'infinity', undefined],
    ['decimal(18,2)', '-0.05', -5n],
    ['decimal(18,2)', '1234.5', 123_450n],
    ['decimal(18,2)', '1.234', undefined],
    ['long', '9007199254740993', 9_007_199_254_740_993n],
    ['int', '1e3', undefined],
    ['double', '0.30000000000000004', 0.30000000000000004],
    ['double', 'nan', undefined],
    ['boolean', '1', true],
    ['boolean', 'false', false],
    ['string', '', ''],
  ])('reads %s %p as %p', (type, text, value) => {
    expect(valueFromText(type, text)).toBe(value);
  });
});

describe('statsFromText', () => {
  const fields = [
    { id: 1, name: '_submission', type: 'string' },
    { id: 11, name: 'ten_xa', type: 'string' },
    { id: 12, name: 'so_cccd', type: 'string' },
    { id: 13, name: 'ty_le', type: 'double' },
  ];
  const long = 'so_noi_vu/don_vi_hanh_chinh/2026-07';
  const texts = new Map([
    ['_submission', column(long, long)],
    ['ten_xa', column('Phường Thuận Hóa thứ nhất', 'Xã Vinh Lộc của huyện không có thật')],
    ['so_cccd', column('000000000001', '000000000009')],
    ['ty_le', column('0.0', '0.0')],
  ]);

  it('keeps lineage whole, shortens public text and says nothing of the rest', () => {
    const stats = statsFromText(fields, texts, [11, 13]);
    const bounds = (id: number, type: string) => {
      const stat = stats.get(id);
      return [stat?.lower, stat?.upper].map((bytes) => bytes && decodeBound(type, bytes));
    };
    expect([...stats.keys()]).toEqual([1, 11, 13]);
    expect(bounds(1, 'string')).toEqual([long, long]);
    expect(bounds(11, 'string')).toEqual(['Phường Thuận Hóa', 'Xã Vinh Lộc của!']);
    expect(stats.get(11)).toMatchObject({ valueCount: 3, nullCount: 0, sizeBytes: 40 });
    expect(bounds(13, 'double')).toEqual([-0, 0]);
  });

  it('gives no bounds to lineage text that the writer may have shortened', () => {
    const cut = 'x'.repeat(256);
    expect(statsFromText(fields, new Map([['_submission', column(cut, cut)]]), []).get(1)?.lower).toBeUndefined();
  });

  it('gives no bounds where the writer gave one side only', () => {
    const stat = statsFromText(fields, new Map([['ten_xa', { nullCount: 0, valueCount: 1, min: 'a' }]]), [11]).get(11);
    expect(stat).toEqual({ nullCount: 0, valueCount: 1 });
  });
});
