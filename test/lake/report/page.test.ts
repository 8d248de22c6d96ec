// The leaders' page is judged by what a leader can read off it.
import type { Figure, LeadersPage } from '../../../lake/report/figure';
import { leadersPage } from '../../../lake/report/page';

function figure(over: Partial<Figure> = {}): Figure {
  return {
    id: 'k_mau',
    title: { vi: 'Chỉ tiêu mẫu', en: 'Sample figure' },
    formula: { vi: 'Tử số mẫu chia mẫu số mẫu.', en: 'Sample over sample.' },
    unit: 'percent',
    better: 'higher',
    value: 0.853,
    target: { value: 0.95, source: 'Quyết định mẫu số 1' },
    previous: 0.841,
    lastYear: 0.873,
    asOf: '2026-11-05T01:15:00Z',
    dataUntil: '2026-10-30T16:45:00',
    completeness: { have: 92, due: 95, of: { vi: 'xã', en: 'communes' } },
    owner: 'Văn phòng Mẫu',
    sql: "select 1 as a where 'x' < 'y'",
    chart: 'bars',
    series: [],
    breakdown: [
      { code: '01', label: 'Sở Mẫu Một', value: 0.5, numerator: 5, denominator: 10 },
      { code: '02', label: 'Sở Mẫu Hai', value: 0.97, numerator: 97, denominator: 100 },
    ],
    ...over,
  };
}

function page(figures: readonly Figure[], over: Partial<LeadersPage> = {}): LeadersPage {
  return {
    title: { vi: 'Trang điều hành', en: 'Leaders’ page' },
    province: 'Tỉnh Mẫu',
    period: '2026-10',
    generatedAt: '2026-11-05T01:30:00Z',
    figures,
    map: null,
    sources: [{ table: 'bang_mau', snapshot: '9007199254740993', committedAt: '2026-11-04T18:00:00Z', rows: 12_345 }],
    ...over,
  };
}

/** The page as it reads: tags gone, entities back, single spaces. */
function read(markup: string): string {
  return markup
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&#39;/g, "'")
    .replace(/&lt;/g, '<')
    .replace(/\s+/g, ' ');
}

const tiles = (markup: string) => markup.match(/<article class="tile [^"]*"/g) ?? [];
const vi = (figures: readonly Figure[], over: Partial<LeadersPage> = {}) =>
  leadersPage(page(figures, over), { lang: 'vi' });

const COMMUNES: LeadersPage['map'] = {
  features: [
    {
      properties: { code: '01', name: 'Xã Một' },
      geometry: {
        type: 'Polygon',
        coordinates: [
          [
            [107, 16],
            [107.1, 16],
            [107.1, 16.1],
            [107, 16],
          ],
        ],
      },
    },
  ],
};

describe('leadersPage', () => {
  it('has one tile a figure', () => {
    expect(tiles(vi(Array.from({ length: 7 }, (_, i) => figure({ id: `k${i}` }))))).toHaveLength(7);
  });

  it('shows value, target, distance, both changes in words, age, completeness and owner', () => {
    const text = read(vi([figure()]));
    for (const part of [
      '85,3 %',
      'Mục tiêu ≥ 95 % còn thiếu 9,7 điểm',
      'Tháng trước 84,1 % ↑ tăng 1,2 điểm',
      'Cùng kỳ năm trước 87,3 % ↓ giảm 2 điểm',
      'số liệu đến 16:45 30/10/2026 (nhận lúc 08:15 05/11/2026)',
      '92/95 xã đã báo cáo',
      'Văn phòng Mẫu',
      'Tháng 10/2026',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('says the same in English with English numbers', () => {
    const markup = leadersPage(page([figure()]), { lang: 'en' });
    const text = read(markup);
    expect(markup).toContain('<html lang="en">');
    for (const part of [
      '85.3%',
      'missed by 9.7 pts',
      '↑ up 1.2 pts',
      'data up to 16:45 30/10/2026 (received 08:15 05/11/2026)',
      '92/95 communes have reported',
      'October 2026',
      '12,345',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).not.toContain('Mục tiêu');
  });

  it('never shows the hour of loading as the age of the data', () => {
    const foot = (over: Partial<Figure>) => read(/<p class="foot">.*?<\/p>/s.exec(vi([figure(over)]))![0]);
    expect(foot({ dataUntil: '2026-11-01T00:00:00' })).toContain('số liệu đến hết ngày 31/10/2026');
    expect(foot({ dataUntil: '2026-03' })).toContain('theo danh mục tháng 03/2026 (nhận lúc');
    const { dataUntil: _left, ...timeless } = figure();
    const without = read(vi([timeless]));
    expect(without).toContain('nhận lúc 08:15 05/11/2026');
    expect(without).not.toContain('số liệu đến');
  });

  it('says how little of the period is covered, and that a target is met only there', () => {
    const little = figure({
      unit: 'count',
      better: 'lower',
      value: 0,
      target: { value: 0, source: 'x' },
      completeness: { have: 4, due: 4, of: { vi: 'trạm', en: 'stations' } },
      coverage: { have: 24, due: 2976, of: { vi: 'giờ-trạm', en: 'station-hours' } },
    });
    const markup = vi([little]);
    expect(read(markup)).toContain('4/4 trạm đã báo cáo, mới có 24/2.976 giờ-trạm (0,8 %)');
    expect(markup).toContain('class="partial"');
    expect(read(markup)).toContain('đạt trong phần đã có số liệu');
    expect(read(vi([{ ...little, value: 3 }]))).toContain('; mới có số liệu của 24/2.976 giờ-trạm.');
    const whole = vi([{ ...little, coverage: { ...little.coverage!, have: 2976 } }]);
    expect(read(whole)).toContain('4/4 trạm đã báo cáo, 2.976/2.976 giờ-trạm (100 %)');
    expect(whole).toContain('class="complete"');
    expect(read(whole)).not.toContain('trong phần đã có số liệu');
  });

  it('names items that count once each instead of calling one of them the highest, and draws what they measure', () => {
    const unit = (code: string, label: string, value: number, measure: number) => ({
      ...{ code, label, value, measure },
      numerator: value,
      denominator: 1,
    });
    const prices = figure({
      unit: 'count',
      countUnit: { vi: 'mặt hàng', en: 'items' },
      better: 'lower',
      value: 2,
      target: { value: 0, source: 'x' },
      measure: { title: { vi: 'Mức tăng mẫu', en: 'Sample rise' }, limit: 0.1 },
      breakdown: [unit('R', 'Rau mẫu', 1, 0.321), unit('G', 'Gạo mẫu', 1, 0.12), unit('C', 'Cá mẫu', 0, 0.04)],
    });
    const markup = vi([prices]);
    const list = read(/<section class="attention">.*?<\/section>/s.exec(markup)![0]);
    expect(list).toContain('2 mặt hàng, mục tiêu không quá 0: Rau mẫu +32,1 %, Gạo mẫu +12 %.');
    expect(list).not.toContain('cao nhất');
    const plot = /<div class="plot">.*?<\/div>/s.exec(markup)![0];
    expect(read(plot)).toMatch(/Mức tăng mẫu; vạch là ngưỡng 10 % .*Rau mẫu 32,1 %.*Cá mẫu 4 %/);
    expect(read(plot)).not.toContain('mục tiêu');
    expect(plot.match(/fill="#a8201a"/g)).toHaveLength(2);
  });

  it('names at most five items and says how many more there are', () => {
    const breakdown = Array.from({ length: 10 }, (_, i) => ({
      ...{ code: `${i}`, label: `Món ${i}`, value: 1, numerator: 1, denominator: 1 },
    }));
    const many = figure({
      unit: 'count',
      countUnit: { vi: 'mặt hàng', en: 'items' },
      better: 'lower',
      value: 12,
      target: { value: 0, source: 'x' },
      breakdown,
    });
    expect(read(vi([many]))).toContain(': Món 0, Món 1, Món 2, Món 3, Món 4 và 7 mặt hàng khác.');
  });

  it('calls nobody the lowest who shares the place, and nobody at all where all are alike', () => {
    const unit = (label: string, value: number) => ({ code: label, label, value, numerator: value, denominator: 1 });
    const shared = vi([figure({ breakdown: [unit('Sở A', 0.5), unit('Sở B', 0.5), unit('Sở C', 0.9)] })]);
    expect(read(shared)).toContain('; thấp nhất: Sở A, Sở B (cùng 50 %).');
    const alike = vi([figure({ breakdown: [unit('Sở A', 0.5), unit('Sở B', 0.5)] })]);
    expect(read(alike)).toContain('; Sở A, Sở B (cùng 50 %).');
  });

  it('says above everything what the page must not be taken for', () => {
    const note = { vi: 'Số liệu giả định', en: 'Made-up data' };
    const markup = vi([figure()], { note });
    expect(markup).toContain('<p class="banner" role="note">Số liệu giả định</p>');
    expect(markup.indexOf('class="banner"')).toBeLessThan(markup.indexOf('class="attention"'));
    expect(markup).not.toMatch(/@media print\{.*\.banner\{[^}]*display:none/s);
    expect(leadersPage(page([figure()], { note }), { lang: 'en' })).toContain('Made-up data');
    expect(vi([figure()])).not.toContain('class="banner"');
  });

  it('says "chưa đủ dữ liệu" with the reason instead of a number, and never 0', () => {
    const markup = vi([
      figure({
        value: null,
        reason: { vi: 'mới có 3 tháng', en: 'only 3 months' },
        previous: null,
        lastYear: null,
        asOf: null,
        completeness: null,
        breakdown: [],
      }),
    ]);
    const tile = read(/<article.*?<details>/s.exec(markup)![0]);
    expect(tiles(markup)).toEqual(['<article class="tile no-data"']);
    expect(tile).toContain('chưa đủ dữ liệu mới có 3 tháng');
    expect(tile).toContain('Tháng trước chưa có số liệu');
    expect(tile).not.toMatch(/(^|\s)0([\s,%]|$)/);
  });

  it('says that an earlier period has no value without inventing a change', () => {
    const text = read(vi([figure({ previous: null })]));
    expect(text).toContain('Tháng trước chưa có số liệu Cùng kỳ năm trước');
  });

  it('marks as missed only what misses its target, by words as well', () => {
    const markup = vi([
      figure(),
      figure({ value: 0.95 }),
      figure({ better: 'lower', unit: 'count', value: 3, target: { value: 0, source: 'x' } }),
      figure({ better: 'lower', value: 0.2 }),
    ]);
    expect(tiles(markup).map((tile) => /tile ([^"]*)/.exec(tile)![1])).toEqual(['missed', 'met', 'missed', 'met']);
    expect(read(markup)).toContain('≤ 0 vượt 3');
    const untargeted: Figure = (({ target: _target, ...rest }) => rest)(figure());
    expect(tiles(vi([untargeted]))).toEqual(['<article class="tile no-target"']);
    expect(read(vi([untargeted]))).toContain('Mục tiêu chưa giao');
  });

  it('lists what is furthest from its target first, then what lacks data, each by number and in one sentence', () => {
    const markup = vi([
      figure({ title: { vi: 'Gần đạt', en: 'Near' }, value: 0.94, breakdown: [] }),
      figure({
        title: { vi: 'Thiếu số', en: 'Unknown' },
        value: null,
        reason: { vi: 'chưa ai gửi', en: 'nobody sent' },
      }),
      figure({ title: { vi: 'Còn xa', en: 'Far' }, value: 0.4 }),
      figure({ title: { vi: 'Đã đạt', en: 'Met' }, value: 0.99 }),
    ]);
    const list = read(/<section class="attention">.*?<\/section>/s.exec(markup)![0]);
    expect(list).toMatch(
      /3 Còn xa : 40 %, thấp hơn mục tiêu 95 % là 55 điểm phần trăm; thấp nhất là Sở Mẫu Một \(50 %\)\..*1 Gần đạt : 94 %.*2 Thiếu số : chưa đủ dữ liệu \(chưa ai gửi\)\./,
    );
    expect(list).not.toContain('Đã đạt');
  });

  it('says that all is well only when something was judged', () => {
    expect(read(vi([figure({ value: 0.99 })]))).toContain('Các chỉ tiêu có mục tiêu đều đạt.');
    const untargeted: Figure = (({ target: _target, ...rest }) => rest)(figure());
    expect(read(vi([untargeted]))).not.toContain('đều đạt');
  });

  it('is set for one A4 portrait sheet and lets charts shrink up to eight tiles', () => {
    const eight = vi(Array.from({ length: 8 }, () => figure()));
    expect(eight).toMatch(/@page\{size:A4 portrait/);
    expect(eight).toContain('class="sheet one-page"');
    expect(vi(Array.from({ length: 9 }, () => figure()))).not.toContain('class="sheet one-page"');
  });

  it('fetches nothing and runs nothing', () => {
    const markup = vi([figure()], { map: COMMUNES });
    expect(markup).not.toMatch(/https?:\/\/|<script|<link|<img|@import|url\((?!#)/);
    expect(leadersPage(page([figure()]), { lang: 'vi', fontCss: '@font-face{font-family:Mau}' })).toContain(
      '@font-face{font-family:Mau}',
    );
  });

  it('carries formula, source of the target and the SQL of each figure, escaped, outside the print', () => {
    const markup = vi([figure()]);
    const details = /<details>.*?<\/details>/s.exec(markup)![0];
    expect(details).toContain('select 1 as a where &#39;x&#39; &lt; &#39;y&#39;');
    expect(details).toContain('Tử số mẫu chia mẫu số mẫu.');
    expect(details).toContain('Quyết định mẫu số 1');
    expect(markup).toMatch(/@media print\{.*\.tile details\{display:none\}/s);
  });

  it('names tables, snapshots digit by digit, times in Vietnam and rows', () => {
    expect(read(vi([figure()]))).toContain('bang_mau 9007199254740993 05/11/2026 01:00 12.345');
  });

  it('colours the map by the figure that asks for one, else by the first counted by commune, else draws none', () => {
    const byCommune = figure({ title: { vi: 'Theo xã', en: 'By commune' } });
    const asked = figure({ title: { vi: 'Bản đồ này', en: 'This map' }, chart: 'map' });
    expect(vi([byCommune, asked], { map: COMMUNES })).toContain('Bản đồ: Bản đồ này</title>');
    expect(vi([byCommune], { map: COMMUNES })).toContain('Bản đồ: Theo xã</title>');
    expect(vi([figure({ breakdown: [] })], { map: COMMUNES })).not.toContain('<figure class="map">');
    expect(vi([byCommune])).not.toContain('<figure class="map">');
  });

  it('escapes hostile labels, owners and reasons', () => {
    const hostile = '<img src=x onerror=alert(1)>\u202E';
    const markup = vi([
      figure({
        title: { vi: hostile, en: hostile },
        owner: hostile,
        breakdown: [{ code: '"', label: hostile, value: 0.1, numerator: 1, denominator: 10 }],
      }),
    ]);
    expect(markup).not.toContain('<img');
    expect(markup).not.toContain('\u202E');
    expect(markup).toContain('[U+202E]');
  });

  it('gives every chart its own id', () => {
    const markup = vi([figure({ id: 'k1' }), figure({ id: 'k2', chart: 'map' })], { map: COMMUNES });
    const ids = [...markup.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
