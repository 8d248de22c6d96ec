// What a leaders' report consists of, wherever it is written.
import { lastMonth, makePage, reportFiles } from '../../../lake/report/made-files';

const FACTS = {
  province: 'Tỉnh Mẫu',
  period: '2026-10',
  nowMs: Date.parse('2026-11-02T00:00:00Z'),
  figures: [],
  sources: [],
};

describe('lastMonth', () => {
  it.each([
    ['2026-10-31T16:59:59Z', '2026-09'],
    ['2026-10-31T17:00:00Z', '2026-10'],
    ['2026-12-31T17:00:00Z', '2026-12'],
    ['2027-01-15T00:00:00Z', '2026-12'],
  ])('at %s is %s in Vietnamese time', (at, period) => {
    expect(lastMonth(Date.parse(at))).toBe(period);
  });
});

describe('reportFiles', () => {
  it('are the page in both languages and the figures, without the outlines of a map', () => {
    const map = { features: [] };
    const files = reportFiles(makePage({ ...FACTS, map }), '@font-face{}');
    expect(files.map(({ name, mediaType }) => [name, mediaType])).toEqual([
      ['index.html', 'text/html; charset=utf-8'],
      ['index.en.html', 'text/html; charset=utf-8'],
      ['figures.json', 'application/json'],
    ]);
    expect(files[0].text).toContain('<html lang="vi">');
    expect(files[1].text).toContain('<html lang="en">');
    expect(files[0].text).toContain('@font-face{}');
    expect(JSON.parse(files[2].text)).toMatchObject({ period: '2026-10', province: 'Tỉnh Mẫu', map: 'communes' });
    expect(JSON.parse(reportFiles(makePage(FACTS))[2].text).map).toBeNull();
  });
});
