// Charts are judged by what they tell: lengths, gaps, words; not by their exact markup.
import { barChart, type ChartFrame, INK, lineChart } from '../../../lake/report/charts';
import { fitText, textWidth } from '../../../lake/report/text-width';

const frame: ChartFrame = { id: 'c', title: 'Tỷ lệ <mẫu>', lang: 'vi', unit: 'percent', better: 'higher', target: 0.9 };

function widths(svg: string): readonly number[] {
  return [...svg.matchAll(/<rect[^>]* width="([\d.]+)"/g)].map((match) => Number(match[1]));
}

/** Estimated left and right edge of every text, from its anchor. */
function edges(svg: string): readonly { text: string; left: number; right: number }[] {
  return [...svg.matchAll(/<text x="([\d.-]+)"([^>]*)>(.*?)<\/text>/gs)].map(([, x, attributes, inner]) => {
    const text = inner!.replace(/<[^>]+>/g, '').replace(/&lt;/g, '<');
    const width = textWidth(text, 9);
    const left = Number(x) - (attributes!.includes('"end"') ? width : attributes!.includes('"middle"') ? width / 2 : 0);
    return { text, left, right: left + width };
  });
}

describe('barChart', () => {
  it('draws bars in proportion to their values', () => {
    const svg = barChart(frame, [
      { label: 'A', value: 0.3 },
      { label: 'B', value: 0.6 },
      { label: 'C', value: 0.9 },
    ]).toString();
    const [a, b, c] = widths(svg);
    expect(b! / a!).toBeCloseTo(2, 1);
    expect(c! / a!).toBeCloseTo(3, 1);
  });

  it('says that a value is missing, draws no bar for it, and never writes 0', () => {
    const svg = barChart(frame, [
      { label: 'A', value: 0.3, note: '3/10' },
      { label: 'B', value: null, note: '0/0' },
    ]).toString();
    expect(widths(svg)).toHaveLength(1);
    expect(svg).toContain('chưa có số liệu');
    expect(svg).not.toMatch(/>0( |\u00a0)?%?</);
  });

  it('uses red only for bars that miss the target', () => {
    const svg = barChart(frame, [
      { label: 'A', value: 0.5 },
      { label: 'B', value: 0.95 },
    ]).toString();
    expect(svg.split(INK.missed)).toHaveLength(2);
    const { target: _none, ...untargeted } = frame;
    expect(barChart(untargeted, [{ label: 'A', value: 0.01 }]).toString()).not.toContain(INK.missed);
    expect(barChart({ ...frame, better: 'lower' }, [{ label: 'A', value: 0.01 }]).toString()).not.toContain(INK.missed);
  });

  it('marks the target by a line and by words', () => {
    const svg = barChart(frame, [{ label: 'A', value: 0.5 }]).toString();
    expect(svg).toContain('class="target"');
    expect(svg).toContain('mục tiêu 90\u00a0%');
  });

  it('keeps every label inside the picture, cutting long names with an ellipsis and telling them whole in the tooltip', () => {
    const long = 'Trung tâm Kỹ thuật Quan trắc Tài nguyên và Môi trường liên phường Mẫu Số Một';
    const svg = barChart(frame, [{ label: long, value: 0.52, note: '1.234/2.345' }]).toString();
    expect(svg).toContain('…</text>');
    expect(svg).toContain(`<title>${long}: `);
    for (const { left, right } of edges(svg)) {
      expect(left).toBeGreaterThanOrEqual(0);
      expect(right).toBeLessThanOrEqual(328.5);
    }
  });

  it('shows the first few and says how many there are', () => {
    const bars = Array.from({ length: 9 }, (_, i) => ({ label: `Đơn vị ${i}`, value: i / 10 }));
    const svg = barChart(frame, bars, 4).toString();
    expect(widths(svg)).toHaveLength(4);
    expect(svg).toContain('4/9 kém nhất');
  });

  it('has a title and a description for those who cannot see it, escaped', () => {
    const svg = barChart(frame, [{ label: '<b>', value: 0.5 }]).toString();
    expect(svg).toContain('role="img"');
    expect(svg).toContain('<title id="c-t">Tỷ lệ &lt;mẫu&gt;</title>');
    expect(svg).toMatch(/<desc id="c-d">&lt;b&gt;: 50/);
    expect(svg).not.toContain('<b>');
  });

  it('survives nothing at all and zeros only', () => {
    expect(barChart(frame, []).toString()).toContain('chưa có số liệu');
    const zeros = barChart({ ...frame, unit: 'count', target: 0, better: 'lower' }, [
      { label: 'A', value: 0 },
    ]).toString();
    expect(zeros).not.toContain('NaN');
    expect(widths(zeros)).toEqual([0]);
  });
});

describe('lineChart', () => {
  const month = (i: number) => `2026-${String(i).padStart(2, '0')}`;

  it('breaks the line where a month has no value and says so', () => {
    const svg = lineChart(
      frame,
      [0.5, 0.6, null, 0.7, 0.8].map((value, i) => ({ period: month(i + 1), value })),
    ).toString();
    expect(svg.match(/<polyline/g)).toHaveLength(2);
    expect(svg.match(/<circle/g)).toHaveLength(4);
    expect(svg).toContain('Tháng 03/2026: chưa có số liệu');
  });

  it('says that the last month has no value instead of repeating an older one', () => {
    const svg = lineChart(frame, [
      { period: '2026-09', value: 0.5 },
      { period: '2026-10', value: null },
    ]).toString();
    expect(svg).toMatch(/10\/26: <\/tspan><tspan[^>]*>chưa có số liệu/);
  });

  it('says so when there is no value at all', () => {
    const svg = lineChart(frame, [{ period: '2026-10', value: null }]).toString();
    expect(svg).toContain('chưa có số liệu');
    expect(svg).not.toContain('NaN');
    expect(svg).not.toContain('<circle');
  });

  it('draws higher values higher, with the target inside the picture', () => {
    const svg = lineChart(frame, [
      { period: '2026-09', value: 0.4 },
      { period: '2026-10', value: 0.5 },
    ]).toString();
    const [first, second] = [...svg.matchAll(/<circle cx="[\d.]+" cy="([\d.]+)"/g)].map((match) => Number(match[1]));
    const target = Number(/class="target" x1="[\d.]+" y1="([\d.]+)"/.exec(svg)![1]);
    expect(second!).toBeLessThan(first!);
    expect(target).toBeLessThan(second!);
    expect(target).toBeGreaterThan(0);
  });

  it('leaves out month labels that would run into each other, never the last', () => {
    const svg = lineChart(
      { ...frame, unit: 'count', target: undefined },
      Array.from({ length: 24 }, (_, i) => ({
        period: `20${25 + Math.floor(i / 12)}-${month((i % 12) + 1).slice(5)}`,
        value: i,
      })),
    ).toString();
    const labels = edges(svg)
      .filter(({ text }) => /^\d\d\/\d\d$/.test(text))
      .sort((a, b) => a.left - b.left);
    expect(labels.at(-1)!.text).toBe('12/26');
    for (let i = 1; i < labels.length; i++) expect(labels[i]!.left).toBeGreaterThan(labels[i - 1]!.right);
  });

  it('draws a flat line without dividing by nothing', () => {
    const svg = lineChart({ ...frame, target: undefined }, [
      { period: '2026-09', value: 1 },
      { period: '2026-10', value: 1 },
    ]).toString();
    expect(svg).not.toMatch(/NaN|Infinity/);
  });
});

describe('fitText', () => {
  it('leaves short text alone and cuts long text to the width', () => {
    expect(fitText('Huế', 9, 100)).toBe('Huế');
    const cut = fitText('Sở Nông nghiệp và Môi trường', 9, 60);
    expect(cut.endsWith('…')).toBe(true);
    expect(textWidth(cut, 9)).toBeLessThanOrEqual(60);
  });
});
