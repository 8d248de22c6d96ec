// The made-up deliveries as a whole: order, mishaps, determinism, shape of every file.
import { makeExtracts } from '../../../cli/demo/extracts/make-extracts';
import { recordsOf, rowsOf, textOf } from './read-back';

const extracts = makeExtracts(2026);
const slot = ({ to, fileName }: { to: string; fileName: string }): string => `${to}/${fileName}`;

describe('makeExtracts', () => {
  it('gives the same bytes for the same seed and others for another', () => {
    const again = makeExtracts(2026);
    const other = makeExtracts(2027);
    const differing = (others: typeof extracts): number =>
      extracts.filter((extract, index) => !Buffer.from(extract.bytes).equals(others[index]!.bytes)).length;
    expect(again.map(slot)).toEqual(extracts.map(slot));
    expect(differing(again)).toBe(0);
    // Reference lists are real or fixed; everything drawn differs.
    expect(differing(other)).toBe(extracts.length - 4);
    expect(other.map(slot)).toEqual(extracts.map(slot));
  });

  it('drops reference lists before what is judged against them', () => {
    expect(extracts.slice(0, 4).map(({ to }) => to)).toEqual([
      'so_noi_vu/don_vi_hanh_chinh/2025-03',
      'so_noi_vu/don_vi_hanh_chinh/2026-07',
      'so_noi_vu/co_quan/2026-07',
      'so_nn_mt/tram_quan_trac/2026-10',
    ]);
  });

  it('comes from at least five agencies, stays under 6 MB and tells a story of every file in both languages', () => {
    expect(new Set(extracts.map(({ to }) => to.split('/')[0])).size).toBeGreaterThanOrEqual(5);
    expect(extracts.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeLessThan(6_000_000);
    for (const { story } of extracts) {
      expect(story.vi).toMatch(/\.$/);
      expect(story.en).toMatch(/\.$/);
    }
  });

  it('expects every verdict somewhere', () => {
    expect(new Set(extracts.map(({ expect: verdict }) => verdict))).toEqual(
      new Set(['accepted', 'partial', 'rejected', 'unchanged']),
    );
  });

  it('sends one file twice, byte for byte', () => {
    const [again, ...more] = extracts.filter(({ expect: verdict }) => verdict === 'unchanged');
    expect(more).toEqual([]);
    const first = extracts.find((extract) => slot(extract) === slot(again!));
    expect(first?.expect).toBe('accepted');
    expect(Buffer.from(first!.bytes).equals(again!.bytes)).toBe(true);
  });

  it('sends the October prices again, corrected: only the wrong rows differ', () => {
    const [wrong, right, ...more] = extracts.filter(({ to }) => to === 'so_cong_thuong/gia_thi_truong/2026-10');
    expect(more).toEqual([]);
    expect([wrong?.expect, right?.expect, wrong?.fileName]).toEqual(['partial', 'accepted', right?.fileName]);
    const corrected = new Set(rowsOf(right!).map((row) => JSON.stringify(row)));
    const differing = rowsOf(wrong!).filter((row) => !corrected.has(JSON.stringify(row)));
    expect(differing).toHaveLength(9);
    expect(rowsOf(wrong!)).toHaveLength(rowsOf(right!).length + 2);
  });

  it('sends one file whole without its key column, into a slot already filled', () => {
    const [refused, ...more] = extracts.filter(({ expect: verdict }) => verdict === 'rejected');
    expect(more).toEqual([]);
    expect(Object.keys(rowsOf(refused!)[0] ?? {})).not.toContain('ma_ho_so');
    expect(extracts.findIndex((extract) => slot(extract) === slot(refused!))).toBeLessThan(extracts.indexOf(refused!));
  });

  it('writes every record of a file with the same number of cells', () => {
    for (const extract of extracts) {
      const widths = new Set(recordsOf(extract).map((record) => record.length));
      expect([extract.fileName, widths.size]).toEqual([extract.fileName, 1]);
    }
  });

  it('writes as departments write: three delimiters, marks and line ends of both kinds, NFD, titles, blank lines, line breaks', () => {
    const texts = extracts.filter(({ fileName }) => !fileName.endsWith('.txt')).map(textOf);
    const some = (test: (text: string) => boolean): boolean => texts.some(test) && !texts.every(test);
    expect(some((text) => text.startsWith('\ufeff'))).toBe(true);
    expect(some((text) => text.includes('\r\n'))).toBe(true);
    expect(some((text) => text !== text.normalize('NFC'))).toBe(true);
    expect(some((text) => /^\ufeff?SỞ NÔNG NGHIỆP/.test(text))).toBe(true);
    expect(some((text) => text.includes('\n\n'))).toBe(true);
    expect(some((text) => /"[^"\r\n\t;]*""Mẫu""[^"]*\n[^"]*"/.test(text))).toBe(true);
    expect(some((text) => text.includes('2.345.500,50'))).toBe(true);
    expect(some((text) => /^\ufeff?(STT|TT)[;\t]/m.test(text))).toBe(true);
  });
});
