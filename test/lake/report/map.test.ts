// The map, on made-up squares.
import type { ChartFrame } from '../../../lake/report/charts';
import type { CommuneMap } from '../../../lake/report/figure';
import { communeMap } from '../../../lake/report/map';

const frame: ChartFrame = { id: 'm', title: 'Số hóa', lang: 'vi', unit: 'percent', better: 'higher', target: 0.8 };

function square(code: string, lon: number, lat: number, size = 0.1): CommuneMap['features'][number] {
  const ring = [
    [lon, lat],
    [lon + size, lat],
    [lon + size, lat + size],
    [lon, lat + size],
    [lon, lat],
  ];
  return { properties: { code, name: `Xã ${code}` }, geometry: { type: 'Polygon', coordinates: [ring] } };
}

const map: CommuneMap = {
  features: [square('01', 107, 16), square('02', 107.1, 16), square('03', 107, 16.1), square('04', 107.1, 16.1)],
};
const values = new Map([
  ['01', { label: 'Xã Một', value: 0.5 }],
  ['02', { label: 'Xã Hai', value: 0.7 }],
  ['03', { label: 'Xã Ba', value: 0.95 }],
  ['04', { label: 'Xã Bốn', value: null }],
]);

function area(markup: string, name: string): string {
  return new RegExp(`<path data-commune="[^"]*" class="[^"]*" d="[^"]*" fill="[^"]*"><title>${name}:.*?</path>`).exec(
    markup,
  )![0];
}
const fill = (path: string) => /fill="([^"]*)"/.exec(path)![1]!;
const points = (path: string) =>
  [...path.matchAll(/([\d.]+),([\d.]+)/g)].map((match) => [Number(match[1]), Number(match[2])] as const);

describe('communeMap', () => {
  const markup = communeMap(frame, map, values).toString();

  it('draws one area a commune with its value as tooltip', () => {
    expect(markup.match(/<path data-commune="[^"]*" class="area/g)).toHaveLength(4);
    expect(area(markup, 'Xã 01')).toContain('Xã 01: 50\u00a0%');
  });

  it('hatches a commune without data, and one the figure does not know, and never calls it 0', () => {
    expect(fill(area(markup, 'Xã 04'))).toBe('url(#m-hatch)');
    expect(area(markup, 'Xã 04')).toContain('chưa có số liệu');
    const unknown = communeMap(frame, map, new Map([...values].slice(0, 2))).toString();
    expect(fill(area(unknown, 'Xã 03'))).toBe('url(#m-hatch)');
    expect(unknown).toMatch(/chưa có số liệu<\/span> <span class="n">2 xã/);
  });

  it('colours those that miss the target differently from those that meet it', () => {
    expect(fill(area(markup, 'Xã 01'))).not.toBe(fill(area(markup, 'Xã 03')));
    expect(markup).toMatch(/95\u00a0%, đạt mục tiêu<\/span> <span class="n">1 xã/);
  });

  it('has a legend whose counts add up to the communes', () => {
    const counts = [...markup.matchAll(/<span class="n">(\d+) xã/g)].map((match) => Number(match[1]));
    expect(counts.reduce((a, b) => a + b, 0)).toBe(4);
  });

  it('numbers the worst first and names them beside the map', () => {
    const worst = /<ol class="worst">(.*?)<\/ol>/s.exec(markup)![1]!;
    expect(worst.indexOf('Xã Một')).toBeLessThan(worst.indexOf('Xã Hai'));
    const rising = communeMap({ ...frame, better: 'lower' }, map, values).toString();
    const worstRising = /<ol class="worst">(.*?)<\/ol>/s.exec(rising)![1]!;
    expect(worstRising.indexOf('Xã Ba')).toBeLessThan(worstRising.indexOf('Xã Một'));
  });

  it('shrinks longitudes by the cosine of the latitude and puts north on top', () => {
    const sw = points(area(markup, 'Xã 01'));
    const [x, y] = [sw.map((p) => p[0]), sw.map((p) => p[1])];
    const ratio = (Math.max(...x) - Math.min(...x)) / (Math.max(...y) - Math.min(...y));
    expect(ratio).toBeCloseTo(Math.cos((16.1 * Math.PI) / 180), 2);
    expect(Math.min(...points(area(markup, 'Xã 03')).map((p) => p[1]))).toBeLessThan(Math.min(...y));
  });

  it('keeps the whole map inside its box, islands of a multipolygon too', () => {
    const island: CommuneMap = {
      features: [
        ...map.features,
        {
          properties: { code: '05', name: 'Xã Đảo' },
          geometry: {
            type: 'MultiPolygon',
            coordinates: [
              [
                [
                  [109, 15.2],
                  [109.1, 15.2],
                  [109.1, 15.3],
                  [109, 15.2],
                ],
              ],
              [
                [
                  [107, 16.3],
                  [107.1, 16.3],
                  [107.1, 16.4],
                  [107, 16.3],
                ],
              ],
            ],
          },
        },
      ],
    };
    const drawn = communeMap(frame, island, values).toString();
    const [, width, height] = /viewBox="0 0 (\d+) (\d+)" role/.exec(drawn)!;
    const all = [...drawn.matchAll(/ d="(M[^"]*)" fill="(?:url|#)/g)].flatMap((match) => points(match[1]!));
    for (const [x, y] of all) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x).toBeLessThanOrEqual(Number(width));
      expect(y).toBeGreaterThanOrEqual(0);
      expect(y).toBeLessThanOrEqual(Number(height));
    }
    expect(area(drawn, 'Xã Đảo').match(/M/g)).toHaveLength(2);
  });

  it('keeps the numbers of neighbouring small communes apart', () => {
    const crowd: CommuneMap = {
      features: [square('01', 107, 16, 0.001), square('02', 107.001, 16, 0.001), square('03', 108, 16.5, 0.2)],
    };
    const drawn = communeMap(frame, crowd, values).toString();
    const marks = [...drawn.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)" r="6.5"/g)].map(
      (match) => [Number(match[1]), Number(match[2])] as const,
    );
    expect(marks).toHaveLength(3);
    expect(Math.hypot(marks[0]![0] - marks[1]![0], marks[0]![1] - marks[1]![1])).toBeGreaterThan(12);
  });
});
