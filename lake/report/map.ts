// A map of communes coloured by one figure. Equirectangular with longitudes shrunk by cos(latitude): true enough for one province.
import { type Html, html } from '../html';
import { type ChartFrame, INK, isMissed } from './charts';
import type { CommuneMap } from './figure';
import { formatValue } from './format';

export interface CommuneValue {
  readonly label: string;
  readonly value: number | null;
}

type Point = readonly [x: number, y: number];
interface Shape {
  readonly code: string;
  readonly name: string;
  readonly path: string;
  readonly centre: Point;
}

const WORDS = {
  vi: { none: 'chưa có số liệu', met: 'đạt mục tiêu', units: 'xã', map: 'Bản đồ' },
  en: { none: 'no data yet', met: 'target met', units: 'communes', map: 'Map' },
} as const;
const WIDTH = 260;
const MAX_HEIGHT = 230;
const MARKED = 5;
/** Darkest is worst, so the order survives a grey print. */
const MISSED_FILLS = ['#8a1813', '#d9776d'];
const MET_FILLS = ['#a9c0d4', '#dbe6ef'];
const PLAIN_FILLS = ['#2b5680', '#6d94b8', '#a9c0d4', '#dbe6ef'];

function ringsOf(feature: CommuneMap['features'][number]): readonly (readonly (readonly number[])[])[] {
  return feature.geometry.type === 'Polygon' ? feature.geometry.coordinates : feature.geometry.coordinates.flat();
}

/** Leaves out points nearer than a third of a unit to the last one kept. */
function thin(points: readonly Point[]): readonly Point[] {
  const kept: Point[] = [];
  for (const point of points) {
    const last = kept.at(-1);
    if (!last || Math.hypot(point[0] - last[0], point[1] - last[1]) >= 0.35) kept.push(point);
  }
  return kept.length >= 3 ? kept : points;
}

function ringArea(ring: readonly Point[]): { area: number; centre: Point } {
  let twice = 0;
  let cx = 0;
  let cy = 0;
  ring.forEach(([x1, y1], i) => {
    const [x2, y2] = ring[(i + 1) % ring.length]!;
    const cross = x1 * y2 - x2 * y1;
    twice += cross;
    cx += (x1 + x2) * cross;
    cy += (y1 + y2) * cross;
  });
  return twice === 0
    ? { area: 0, centre: ring[0]! }
    : { area: Math.abs(twice / 2), centre: [cx / (3 * twice), cy / (3 * twice)] };
}

function project(map: CommuneMap): { shapes: readonly Shape[]; height: number } {
  let west = Number.POSITIVE_INFINITY;
  let east = Number.NEGATIVE_INFINITY;
  let south = Number.POSITIVE_INFINITY;
  let north = Number.NEGATIVE_INFINITY;
  for (const feature of map.features) {
    for (const [lon = 0, lat = 0] of ringsOf(feature).flat()) {
      west = Math.min(west, lon);
      east = Math.max(east, lon);
      south = Math.min(south, lat);
      north = Math.max(north, lat);
    }
  }
  const shrink = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const margin = 2;
  const scale = Math.min(
    (WIDTH - 2 * margin) / ((east - west) * shrink || 1),
    (MAX_HEIGHT - 2 * margin) / (north - south || 1),
  );
  const indent = (WIDTH - (east - west) * shrink * scale) / 2;
  const place = ([lon = 0, lat = 0]: readonly number[]): Point => [
    indent + (lon - west) * shrink * scale,
    margin + (north - lat) * scale,
  ];

  const shapes = map.features.map((feature) => {
    const rings = ringsOf(feature).map((ring) => thin(ring.map(place)));
    const largest = rings
      .map(ringArea)
      .reduce((a, b) => (b.area > a.area ? b : a), { area: -1, centre: [0, 0] as Point });
    const path = rings.map((ring) => `M${ring.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join('L')}Z`).join('');
    return { code: feature.properties.code, name: feature.properties.name, path, centre: largest.centre };
  });
  return { shapes, height: Math.ceil((north - south) * scale + 2 * margin) };
}

interface Class {
  readonly fill: string;
  readonly label: string;
  readonly count: number;
  readonly holds: (value: number) => boolean;
}

/** Worst first. With a target: missed and met, each cut in half; without: quarters by rank. Empty classes are left out. */
function classesOf(values: readonly number[], frame: ChartFrame): readonly Class[] {
  const { lang, better, target } = frame;
  const worstFirst = [...values].sort((a, b) => (better === 'higher' ? a - b : b - a));
  const groups: { fill: string; members: number[]; note: string }[] = [];
  const halve = (members: number[], fills: readonly string[], note: string) => {
    const distinct = [...new Set(members)];
    const parts = Math.min(fills.length, distinct.length);
    for (let i = 0; i < parts; i++) {
      const part = new Set(
        distinct.slice(Math.round((i * distinct.length) / parts), Math.round(((i + 1) * distinct.length) / parts)),
      );
      groups.push({ fill: fills[i]!, members: members.filter((value) => part.has(value)), note });
    }
  };
  if (target === undefined) halve(worstFirst, PLAIN_FILLS, '');
  else {
    halve(
      worstFirst.filter((value) => isMissed(value, better, target)),
      MISSED_FILLS,
      '',
    );
    halve(
      worstFirst.filter((value) => !isMissed(value, better, target)),
      MET_FILLS,
      WORDS[lang].met,
    );
  }
  const write = (value: number) => formatValue(value, frame.unit, lang);
  return groups.map(({ fill, members, note }) => {
    const low = Math.min(...members);
    const high = Math.max(...members);
    const range = write(low) === write(high) ? write(low) : `${write(low)} – ${write(high)}`;
    return {
      fill,
      count: members.length,
      label: note === '' ? range : `${range}, ${note}`,
      holds: (value) => low <= value && value <= high,
    };
  });
}

/** Moves numbered marks apart until none covers another, inside the box; a line leads each back to its commune. */
function spread(homes: readonly Point[], height: number): readonly Point[] {
  const gap = 15;
  const edge = 7;
  const inside = (x: number, y: number): Point => [
    Math.min(Math.max(x, edge), WIDTH - edge),
    Math.min(Math.max(y, edge), height - edge),
  ];
  // Marks on one spot need a direction to part in.
  const marks = homes.map(([x, y], i) => inside(x, y + i * 0.01));
  for (let turn = 0; turn < 80; turn++) {
    for (let i = 0; i < marks.length; i++) {
      for (let j = i + 1; j < marks.length; j++) {
        const [ax, ay] = marks[i]!;
        const [bx, by] = marks[j]!;
        const distance = Math.hypot(bx - ax, by - ay);
        if (distance >= gap) continue;
        const push = (gap - distance) / 2;
        const [ux, uy] = distance < 0.001 ? [0, 1] : [(bx - ax) / distance, (by - ay) / distance];
        marks[i] = inside(ax - ux * push, ay - uy * push);
        marks[j] = inside(bx + ux * push, by + uy * push);
      }
    }
  }
  return marks;
}

/** Map, legend and the worst few communes by number. `values` is by commune code; a commune without one is hatched. */
export function communeMap(frame: ChartFrame, map: CommuneMap, values: ReadonlyMap<string, CommuneValue>): Html {
  const { lang, better } = frame;
  const words = WORDS[lang];
  const { shapes, height } = project(map);
  const known = shapes.flatMap((shape) => {
    const value = values.get(shape.code)?.value ?? null;
    return value === null ? [] : [{ shape, value }];
  });
  const classes = classesOf(
    known.map(({ value }) => value),
    frame,
  );
  const write = (value: number | null) => (value === null ? words.none : formatValue(value, frame.unit, lang));
  const areas = shapes.map((shape) => {
    const value = values.get(shape.code)?.value ?? null;
    const fill = value === null ? `url(#${frame.id}-hatch)` : classes.find((entry) => entry.holds(value))!.fill;
    return html`<path data-commune="${shape.code}" class="${value === null ? 'area none' : 'area'}" d="${shape.path}" fill="${fill}"><title>${shape.name}: ${write(value)}</title></path>`;
  });
  const worst = [...known]
    .sort((a, b) => (better === 'higher' ? a.value - b.value : b.value - a.value))
    .slice(0, Math.min(MARKED, known.length));
  const places = spread(
    worst.map(({ shape }) => shape.centre),
    height,
  );
  const marks = worst.map(({ shape }, i) => {
    const [x, y] = places[i]!;
    return html`<g><line x1="${shape.centre[0].toFixed(1)}" y1="${shape.centre[1].toFixed(1)}" x2="${x.toFixed(1)}" y2="${y.toFixed(1)}" stroke="${INK.text}"/><circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="6.5" fill="#fff" stroke="${INK.text}"/><text x="${x.toFixed(1)}" y="${(y + 3.2).toFixed(1)}" text-anchor="middle" font-size="9" font-weight="700" fill="${INK.text}">${i + 1}</text></g>`;
  });
  const missing = shapes.length - known.length;
  const swatch = (fill: Html, label: string, count: number) =>
    html`<li><svg class="swatch" viewBox="0 0 14 10" aria-hidden="true">${fill}</svg><span>${label}</span> <span class="n">${count} ${words.units}</span></li>`;
  const hatch = (id: string) =>
    html`<pattern id="${id}" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="4" height="4" fill="#fff"/><line x1="0" y1="0" x2="0" y2="4" stroke="${INK.quiet}" stroke-width="1.4"/></pattern>`;
  const description = worst.map(({ shape, value }) => `${shape.name}: ${write(value)}`).join('; ');
  return html`<figure class="map"><svg class="chart" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="${frame.id}-t ${frame.id}-d">
<title id="${frame.id}-t">${words.map}: ${frame.title}</title><desc id="${frame.id}-d">${description}</desc>
<defs>${hatch(`${frame.id}-hatch`)}</defs>
<g stroke="#fff" stroke-width="0.7" stroke-linejoin="round">${areas}</g>${marks}</svg>
<figcaption><ul class="legend">${classes.map((entry) =>
    swatch(html`<rect width="14" height="10" fill="${entry.fill}"/>`, entry.label, entry.count),
  )}${missing > 0 ? swatch(html`<rect width="14" height="10" fill="url(#${frame.id}-hatch)" stroke="${INK.quiet}"/>`, words.none, missing) : ''}</ul>
<ol class="worst">${worst.map(({ shape, value }) => html`<li><span>${values.get(shape.code)?.label ?? shape.name}</span> <b>${write(value)}</b></li>`)}</ol></figcaption></figure>`;
}
