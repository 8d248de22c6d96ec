// Small charts as SVG text: bars by unit, a line of periods. Readable without colour; a missing value is a gap, never a zero.
import { type Html, html } from '../html';
import { formatPeriod, formatPeriodShort, formatValue, type Lang } from './format';
import { fitText, textWidth } from './text-width';

/** Fill colours of every chart and map; missed ones are also the darkest, so a grey print tells the same. */
export const INK = {
  text: '#1b2733',
  quiet: '#5a6876',
  grid: '#d5dce3',
  plain: '#7d9bb8',
  met: '#9db6cc',
  missed: '#a8201a',
} as const;
const NO_VALUE = { vi: 'chưa có số liệu', en: 'no data yet' } as const;

export interface ChartFrame {
  /** Unique in the page; letters, digits, `-` and `_`. */
  readonly id: string;
  readonly title: string;
  readonly lang: Lang;
  readonly unit: 'percent' | 'count';
  readonly better: 'higher' | 'lower';
  readonly target?: number | undefined;
  /** Said above the bars where the line at `target` is no target but something this explains. */
  readonly caption?: string;
}

/** True only where there is a value, a target, and the value lies on the wrong side of it. */
export function isMissed(value: number | null, better: 'higher' | 'lower', target: number | undefined): boolean {
  if (value === null || target === undefined) return false;
  return better === 'higher' ? value < target : value > target;
}

function svg(frame: ChartFrame, width: number, height: number, description: string, content: readonly Html[]): Html {
  return html`<svg class="chart" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${frame.id}-t ${frame.id}-d" font-size="${FONT}" fill="${INK.text}">
<title id="${frame.id}-t">${frame.title}</title><desc id="${frame.id}-d">${description}</desc>
${content}</svg>`;
}

const WIDTH = 328;
const FONT = 9;
const round = (n: number) => Math.round(n * 100) / 100;
const show = (value: number | null, frame: ChartFrame) =>
  value === null ? NO_VALUE[frame.lang] : formatValue(value, frame.unit, frame.lang);

function colour(value: number, frame: ChartFrame): string {
  if (frame.target === undefined) return INK.plain;
  return isMissed(value, frame.better, frame.target) ? INK.missed : INK.met;
}

export interface Bar {
  readonly label: string;
  readonly value: number | null;
  /** Small text after the value, for example `41/50`. */
  readonly note?: string;
}

/** Horizontal bars from zero, the first `limit` in the order given, with a line at the target. */
export function barChart(frame: ChartFrame, bars: readonly Bar[], limit = 5): Html {
  const { lang } = frame;
  const shown = bars.slice(0, limit);
  const values = shown.flatMap((bar) => (bar.value === null ? [] : [bar.value]));
  const description = shown.map((bar) => `${bar.label}: ${show(bar.value, frame)}`).join('; ');
  if (shown.length === 0) return svg(frame, WIDTH, 40, NO_VALUE[lang], [emptyText(24, lang)]);

  const widest = (texts: readonly string[]) => Math.max(0, ...texts.map((text) => textWidth(text, FONT)));
  const noteWidth = widest(shown.map((bar) => (bar.value === null ? '' : (bar.note ?? ''))));
  const valueWidth = widest(values.map((value) => show(value, frame)));
  const tail = valueWidth + (noteWidth > 0 ? noteWidth + 6 : 0) + 6;
  const labelWidth = Math.min(widest(shown.map((bar) => bar.label)), WIDTH - tail - 96);
  const left = round(labelWidth + 6);
  const room = WIDTH - tail - left;
  const largest = Math.max(...values, frame.target ?? 0, 0);
  const top = frame.unit === 'percent' && largest > 0.5 ? Math.max(1, largest) : largest * 1.1 || 1;
  const scale = (value: number) => round((Math.max(0, value) / top) * room);
  const rowHeight = 13.5;
  const headroom = 13;
  const height = headroom + shown.length * rowHeight + 1;

  const rows = shown.map((bar, i) => {
    const y = round(headroom + i * rowHeight);
    const label = html`<text x="${left - 6}" y="${y + 9.5}" text-anchor="end">${fitText(bar.label, FONT, labelWidth)}</text>`;
    const tooltip = html`<title>${bar.label}: ${show(bar.value, frame)}${bar.note ? ` (${bar.note})` : ''}</title>`;
    if (bar.value === null) {
      return html`<g class="bar none">${tooltip}${label}<text x="${left + 3}" y="${y + 9.5}" font-style="italic" fill="${INK.quiet}">${NO_VALUE[lang]}</text></g>`;
    }
    return html`<g class="bar">${tooltip}${label}<rect x="${left}" y="${y + 1.5}" width="${scale(bar.value)}" height="10" fill="${colour(bar.value, frame)}"/>
<text x="${round(WIDTH - tail + 6 + valueWidth)}" y="${y + 9.5}" text-anchor="end" font-weight="600">${show(bar.value, frame)}</text>${
      bar.note ? html`<text x="${WIDTH}" y="${y + 9.5}" text-anchor="end" fill="${INK.quiet}">${bar.note}</text>` : ''
    }</g>`;
  });
  const axis = html`<line x1="${left}" y1="${headroom}" x2="${left}" y2="${height}" stroke="${INK.quiet}"/>`;
  const rest = bars.length - shown.length;
  const ranked = rest > 0 ? `${shown.length}/${bars.length}${lang === 'vi' ? ' kém nhất' : ' lowest ranked'}` : '';
  const parts = [
    html`<text x="0" y="8" fill="${INK.quiet}">${fitText(frame.caption ?? ranked, FONT, WIDTH)}</text>`,
    ...rows,
    axis,
  ];
  if (frame.target !== undefined) {
    const text =
      frame.caption === undefined ? `${lang === 'vi' ? 'mục tiêu' : 'target'} ${show(frame.target, frame)}` : '';
    const half = textWidth(text, FONT) / 2;
    const x = left + scale(frame.target);
    const at = round(Math.min(Math.max(x, left + half), WIDTH - half));
    parts.push(
      html`<line class="target" x1="${x}" y1="11" x2="${x}" y2="${height}" stroke="${INK.text}" stroke-dasharray="3 2"/><text x="${at}" y="8" text-anchor="middle">${text}</text>`,
    );
  }
  return svg(frame, WIDTH, height, description, parts);
}

function emptyText(y: number, lang: Lang): Html {
  return html`<text x="${WIDTH / 2}" y="${y}" text-anchor="middle" font-style="italic" fill="${INK.quiet}">${NO_VALUE[lang]}</text>`;
}

/** A round step that cuts `span` into two to four parts. */
function niceStep(span: number): number {
  const power = 10 ** Math.floor(Math.log10(span / 2));
  return [5, 2, 1].map((factor) => factor * power).find((step) => span / step >= 2) ?? power;
}

function valueRange(frame: ChartFrame, values: readonly number[]): { low: number; high: number; step: number } {
  const all = [...values, ...(frame.target === undefined ? [] : [frame.target])];
  const least = frame.unit === 'count' ? Math.min(0, ...all) : Math.min(...all);
  const most = Math.max(...all);
  const span = most - least || (frame.unit === 'percent' ? 0.04 : Math.max(1, Math.abs(most)));
  const step = frame.unit === 'count' ? Math.max(1, niceStep(span)) : niceStep(span);
  const low = Math.floor(least / step + 1e-9) * step;
  const high = Math.ceil(most / step - 1e-9) * step;
  return { low, high: high > low ? high : low + step, step };
}

/** A line over the periods, oldest first. Periods without a value break the line and are marked by a grey band. */
export function lineChart(
  frame: ChartFrame,
  series: readonly { readonly period: string; readonly value: number | null }[],
  height = 82,
): Html {
  const { lang } = frame;
  const values = series.flatMap(({ value }) => (value === null ? [] : [value]));
  if (values.length === 0) return svg(frame, WIDTH, height, NO_VALUE[lang], [emptyText(44, lang)]);
  const description = series
    .map(({ period, value }) => `${formatPeriod(period, lang)}: ${show(value, frame)}`)
    .join('; ');

  const { low, high, step } = valueRange(frame, values);
  const ticks = Array.from({ length: Math.round((high - low) / step) + 1 }, (_, i) =>
    Number((low + i * step).toPrecision(12)),
  );
  const left = round(Math.max(...ticks.map((tick) => textWidth(show(tick, frame), FONT))) + 5);
  const right = WIDTH - 8;
  const topY = 14;
  const bottomY = height - 14;
  const slot = (right - left) / series.length;
  const x = (i: number) => round(left + slot * (i + 0.5));
  const y = (value: number) => round(bottomY - ((value - low) / (high - low)) * (bottomY - topY));

  const grid = ticks.map(
    (tick) =>
      html`<line x1="${left}" y1="${y(tick)}" x2="${right}" y2="${y(tick)}" stroke="${INK.grid}"/><text x="${left - 4}" y="${y(tick) + 3}" text-anchor="end" fill="${INK.quiet}">${show(tick, frame)}</text>`,
  );
  const gaps = series.flatMap(({ period, value }, i) =>
    value === null
      ? [
          html`<rect class="gap" x="${round(left + slot * i)}" y="${topY}" width="${round(slot)}" height="${bottomY - topY}" fill="#e8ebee"><title>${formatPeriod(period, lang)}: ${NO_VALUE[lang]}</title></rect>`,
        ]
      : [],
  );
  const runs = series.reduce<string[][]>(
    (all, { value }, i) => {
      if (value === null) all.push([]);
      else all.at(-1)!.push(`${x(i)},${y(value)}`);
      return all;
    },
    [[]],
  );
  const lines = runs
    .filter((run) => run.length > 1)
    .map(
      (run) =>
        html`<polyline points="${run.join(' ')}" fill="none" stroke="#2f5d8a" stroke-width="1.6" stroke-linejoin="round"/>`,
    );
  const last = series.length - 1;
  const dots = series.flatMap(({ period, value }, i) => {
    if (value === null) return [];
    const fill = i === last && isMissed(value, frame.better, frame.target) ? INK.missed : '#2f5d8a';
    return [
      html`<circle cx="${x(i)}" cy="${y(value)}" r="${i === last ? 3 : 1.6}" fill="${fill}"><title>${formatPeriod(period, lang)}: ${show(value, frame)}</title></circle>`,
    ];
  });
  const wanted = Math.ceil(series.length / Math.max(1, Math.floor((right - left) / 34)));
  const months = series.flatMap(({ period }, i) =>
    (last - i) % wanted === 0
      ? [
          html`<text x="${x(i)}" y="${height - 3}" text-anchor="middle" fill="${INK.quiet}">${formatPeriodShort(period)}</text>`,
        ]
      : [],
  );
  const parts = [...gaps, ...grid, ...lines, ...dots, ...months];
  if (frame.target !== undefined) {
    const at = y(frame.target);
    parts.push(
      html`<line class="target" x1="${left}" y1="${at}" x2="${right}" y2="${at}" stroke="${INK.text}" stroke-dasharray="4 2.5"/><text x="${left + 1}" y="8">${lang === 'vi' ? '- - mục tiêu' : '- - target'} ${show(frame.target, frame)}</text>`,
    );
  }
  const final = series[last]!.value;
  parts.push(
    html`<text x="${WIDTH}" y="8" text-anchor="end"><tspan fill="${INK.quiet}">${formatPeriodShort(series[last]!.period)}: </tspan><tspan font-weight="600">${show(final, frame)}</tspan></text>`,
  );
  return svg(frame, WIDTH, height, description, parts);
}
