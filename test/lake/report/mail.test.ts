// The mail is judged by what mail programs leave of it: tables and words.
import type { Figure, LeadersPage } from '../../../lake/report/figure';
import { leadersMail } from '../../../lake/report/mail';

function figure(over: Partial<Figure> = {}): Figure {
  return {
    id: 'K01',
    title: { vi: 'Hồ sơ đúng hạn', en: 'Dossiers on time' },
    formula: { vi: 'Tử số chia mẫu số.', en: 'One over the other.' },
    unit: 'percent',
    better: 'higher',
    value: 0.853,
    target: { value: 0.95, source: 'Quyết định mẫu số 1' },
    previous: 0.841,
    lastYear: null,
    asOf: '2026-11-05T01:15:00Z',
    dataUntil: '2026-10-30T16:45:00',
    completeness: { have: 92, due: 95, of: { vi: 'xã', en: 'communes' } },
    owner: 'Văn phòng Mẫu',
    sql: 'select 1',
    chart: 'bars',
    series: [],
    breakdown: [
      { code: '01', label: 'Sở Mẫu <Một>', value: 0, numerator: 0, denominator: 10 },
      { code: '02', label: 'Sở Mẫu Hai', value: 0.5, numerator: 5, denominator: 10 },
      { code: '03', label: 'Sở Mẫu Ba', value: 0.97, numerator: 97, denominator: 100 },
    ],
    ...over,
  };
}

function mail(figures: readonly Figure[], over: Partial<LeadersPage> = {}, lang: 'vi' | 'en' = 'vi') {
  const page: LeadersPage = {
    title: { vi: 'Số liệu điều hành', en: 'Figures for the leadership' },
    province: 'Tỉnh Mẫu',
    period: '2026-10',
    generatedAt: '2026-11-05T01:30:00Z',
    figures,
    map: null,
    sources: [{ table: 'bang_mau', snapshot: '1', committedAt: '2026-11-04T18:00:00Z', rows: 12_345 }],
    ...over,
  };
  return leadersMail(page, { lang, place: 's3://kho-bao-cao/lanh_dao/2026-10/index.html' });
}

/** As it reads: tags gone, entities back, single spaces. */
const read = (markup: string) =>
  markup
    .replace(/<title>.*?<\/title>/s, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/\s+/g, ' ');

describe('leadersMail', () => {
  it('says of each figure its value, target, change, worst units, age and completeness, in both parts', () => {
    const { html, text } = mail([figure()]);
    for (const part of [read(html), text.replace(/\s+/g, ' ')]) {
      expect(part).toMatch(/Hồ sơ đúng hạn:? 85,3 %/);
      expect(part).toContain('Mục tiêu: ≥ 95 % – còn thiếu 9,7 điểm');
      expect(part).toContain('Tháng trước: 84,1 % (↑ tăng 1,2 điểm); Cùng kỳ năm trước: chưa có số liệu');
      expect(part).toContain('Thấp nhất: Sở Mẫu <Một> 0 %; Sở Mẫu Hai 50 %');
      expect(part).not.toContain('Sở Mẫu Ba');
      expect(part).toContain(
        'Số liệu đến 16:45 30/10/2026 · nhận lúc 08:15 05/11/2026 · 92/95 xã đã báo cáo · Văn phòng Mẫu',
      );
      expect(part).toContain('s3://kho-bao-cao/lanh_dao/2026-10/index.html');
    }
  });

  it('is named after report, period and province', () => {
    expect(mail([]).subject).toBe('Số liệu điều hành Tháng 10/2026 – Tỉnh Mẫu');
    expect(mail([], {}, 'en').subject).toBe('Figures for the leadership October 2026 – Tỉnh Mẫu');
  });

  it('uses nothing that mail programs drop or fetch', () => {
    const { html } = mail([figure(), figure({ value: null })], { note: { vi: 'Số liệu giả định', en: 'Made up' } });
    expect(html).not.toMatch(
      /<(svg|style|script|img|link|a|div|form|iframe)\b|url\(|https?:|class=|@import|position:|flex|grid/i,
    );
    for (const tag of html.match(/<table [^>]*>/g) ?? [])
      expect(tag).toContain('role="presentation" width="100%" cellpadding="0"');
    expect(read(html)).toContain('Số liệu giả định');
  });

  it('escapes what comes from data', () => {
    const { html } = mail([figure({ owner: '<b onclick="x">' })]);
    expect(html).toContain('&lt;b onclick=&quot;x&quot;&gt;');
    expect(html).toContain('Sở Mẫu &lt;Một&gt;');
  });

  it('never shows a number where there is not enough data', () => {
    const reason = { vi: 'Chưa đủ dữ liệu: mới có 1/9 xã.', en: 'Not enough data: 1 of 9 communes.' };
    const { html, text } = mail([figure({ value: null, reason })]);
    for (const part of [read(html), text]) {
      expect(part).toContain('chưa đủ dữ liệu');
      expect(part).toContain('Chưa đủ dữ liệu: mới có 1/9 xã.');
      expect(part).not.toContain('85,3');
    }
  });

  it('begins with what needs attention, and says so when nothing does', () => {
    const worse = figure({ id: 'K02', title: { vi: 'Giấy tờ dùng lại', en: 'Reuse' }, value: 0.2 });
    const { text } = mail([figure(), worse]);
    expect(text.indexOf('[2] Giấy tờ dùng lại:')).toBeLessThan(text.indexOf('[1] Hồ sơ đúng hạn:'));
    expect(read(mail([figure({ value: 0.99 })]).html)).toContain('Các chỉ tiêu có mục tiêu đều đạt.');
    const { target: _, ...none } = figure();
    expect(mail([none]).text).toContain('Chưa có chỉ tiêu nào được giao mục tiêu.');
  });

  it('names goods by how much they rose, not by a count of one each', () => {
    const measure = { title: { vi: 'Mức tăng', en: 'Rise' }, limit: 0.1 };
    const breakdown = [{ code: 'R', label: 'Rau mẫu', value: 1, numerator: 1, denominator: 1, measure: 0.329 }];
    const count = { unit: 'count', better: 'lower', countUnit: { vi: 'mặt hàng', en: 'items' } } as const;
    const one = figure({ ...count, value: 1, target: { value: 0, source: 'mẫu' }, measure, breakdown });
    const text = mail([one]).text.replace(/\s+/g, ' ');
    expect(text).toContain('[1] Hồ sơ đúng hạn: 1 mặt hàng');
    expect(text).toContain('Cao nhất: Rau mẫu +32,9 %');
  });

  it('stays below what mail programs cut off', () => {
    const long = figure({ title: { vi: 'Chỉ tiêu có tên dài '.repeat(4), en: 'x' } });
    const { html } = mail(Array.from({ length: 30 }, () => long));
    expect(Buffer.byteLength(html)).toBeLessThan(100_000);
  });
});
