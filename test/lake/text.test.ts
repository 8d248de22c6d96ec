// Spellings: what counts as the same label, and which label is nearest.
import fc from 'fast-check';
import { editDistance, nearest, searchKey } from '../../lake/text';

describe('searchKey', () => {
  it.each([
    ['Mã xã', 'ma xa'],
    ['  MÃ   XÃ ', 'ma xa'],
    ['Ma\u0303 xa\u0303', 'ma xa'],
    ['ma_xa', 'ma xa'],
    ['Mã\u00a0xã', 'ma xa'],
    ['Đường dẫn', 'duong dan'],
    ['ÐƯỜNG DẪN', 'duong dan'],
    ['Phí, lệ phí (đồng)', 'phi le phi dong'],
    ['...', ''],
  ])('of %j is %j', (text, key) => {
    expect(searchKey(text)).toBe(key);
  });

  it('does not depend on normal form or case, and is its own key', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'aăâeêioôơuưyđ ằặẫếợữỵẠỆ_-.,19') }), (text) => {
        const key = searchKey(text);
        expect(searchKey(text.normalize('NFD'))).toBe(key);
        expect(searchKey(text.toUpperCase())).toBe(key);
        expect(searchKey(key)).toBe(key);
      }),
      { numRuns: 500 },
    );
  });
});

describe('editDistance', () => {
  it('is nought only for equal texts, the same both ways, and never more than the longer text', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'ế'), maxLength: 8 });
    fc.assert(
      fc.property(text, text, (a, b) => {
        const distance = editDistance(a, b);
        expect(distance === 0).toBe(a === b);
        expect(editDistance(b, a)).toBe(distance);
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
        expect(distance).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
      }),
      { numRuns: 500 },
    );
  });
});

describe('nearest', () => {
  it('finds the spelling meant, and none where none is near', () => {
    const names = ['gia_thi_truong', 'don_vi_hanh_chinh', 'co_quan'];
    expect(nearest('gia_thi_truon', names)).toBe('gia_thi_truong');
    expect(nearest('Đơn vị hành chánh', names)).toBe('don_vi_hanh_chinh');
    expect(nearest('xyz', names)).toBeUndefined();
    expect(nearest('gia', [])).toBeUndefined();
  });

  it('finds the name a short text begins or is part of', () => {
    const names = ['fct_ho_so', 'ho_so_tthc', 'kpi_gia_tang', 'gia_thi_truong'];
    expect(nearest('hoso', names)).toBe('ho_so_tthc');
    expect(nearest('gia', names)).toBe('gia_thi_truong');
    expect(nearest('gi', names)).toBeUndefined();
  });
});
