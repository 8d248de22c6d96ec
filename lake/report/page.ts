// The leaders' page: one A4 sheet that says what needs attention, how each figure stands, and how old and complete it is.
import { type Html, html, htmlPage, raw } from '../html';
import { slug } from '../text';
import { barChart, type ChartFrame, lineChart } from './charts';
import type { Figure, LeadersPage } from './figure';
import { formatMoment, formatNumber, formatPeriod, formatValue, type Lang } from './format';
import { communeMap } from './map';
import { PAGE_CSS } from './page-style';
import * as reading from './reading';

/** More points than this are left to the tiles, so that the sheet stays one page. */
const MAX_ATTENTION = 5;
/** Up to this many tiles shrink their charts to share one sheet; more go on to a second. */
const MAX_ONE_PAGE = 8;
/** Up to this many tiles leave room for taller charts. */
const MAX_ROOMY = 6;

const WORDS = {
  vi: {
    attention: 'Cần chú ý',
    allWell: 'Các chỉ tiêu có mục tiêu đều đạt.',
    noneJudged: 'Chưa có chỉ tiêu nào được giao mục tiêu.',
    more: (n: number) => `và ${n} chỉ tiêu khác, xem bên dưới`,
    figures: 'Các chỉ tiêu',
    target: 'Mục tiêu',
    month: 'Tháng trước',
    earlier: 'Kỳ trước',
    lastYear: 'Cùng kỳ năm trước',
    noValue: 'chưa có số liệu',
    howCounted: 'Cách tính và câu truy vấn',
    targetSource: 'Căn cứ mục tiêu',
    sources: 'Nguồn số liệu',
    table: 'Bảng',
    snapshot: 'Lần ghi',
    committedAt: 'Ghi lúc',
    limit: 'vạch là ngưỡng',
    rows: 'Số dòng',
    made: 'Lập lúc',
    zone: 'giờ Việt Nam',
  },
  en: {
    attention: 'Needs attention',
    allWell: 'Every figure with a target meets it.',
    noneJudged: 'No figure has a target yet.',
    more: (n: number) => `and ${n} more, see below`,
    figures: 'Figures',
    target: 'Target',
    month: 'Previous month',
    earlier: 'Previous period',
    lastYear: 'Same period last year',
    noValue: 'no data yet',
    howCounted: 'How it is counted, and the query',
    targetSource: 'Source of the target',
    sources: 'Sources',
    table: 'Table',
    snapshot: 'Snapshot',
    committedAt: 'Written at',
    limit: 'the line is the limit,',
    rows: 'Rows',
    made: 'Made at',
    zone: 'Vietnam time',
  },
} as const;

function frameOf(figure: Figure, lang: Lang, prefix: string): ChartFrame {
  return {
    id: `${prefix}-${slug(figure.id).replace(/\./g, '-')}`,
    title: figure.title[lang],
    lang,
    unit: figure.unit,
    better: figure.better,
    target: figure.target?.value,
  };
}

function chartOf(figure: Figure, lang: Lang, roomy: boolean): Html {
  const frame = frameOf(figure, lang, 'c');
  if (figure.chart === 'line') return lineChart(frame, figure.series, roomy ? 110 : 82);
  const rows = roomy ? 7 : 5;
  if (figure.measure) {
    const { title, limit } = figure.measure;
    const bars = figure.breakdown.map(({ label, measure }) => ({ label, value: measure ?? null }));
    const caption = `${title[lang]}; ${WORDS[lang].limit} ${formatValue(limit, 'percent', lang)}`;
    const by = { ...frame, title: title[lang], unit: 'percent', better: 'lower', target: limit, caption } as const;
    return barChart(by, bars.slice(0, rows));
  }
  const bars = figure.breakdown.map(({ label, value, numerator, denominator }) => ({
    label,
    value,
    ...(figure.unit === 'percent'
      ? { note: `${formatNumber(numerator, lang)}/${formatNumber(denominator, lang)}` }
      : {}),
  }));
  return barChart(frame, bars, rows);
}

function comparison(figure: Figure, period: string, lang: Lang): Html {
  const words = WORDS[lang];
  const row = (label: string, earlier: number | null) => {
    const change = reading.changeText(figure, earlier, lang);
    const value =
      earlier === null ? html`<span class="none">${words.noValue}</span>` : formatValue(earlier, figure.unit, lang);
    return html`<tr><th scope="row">${label}</th>${
      change === undefined ? html`<td colspan="2">${value}</td>` : html`<td>${value}</td><td>${change}</td>`
    }</tr>`;
  };
  return html`<table class="compare">
<tr><th scope="row">${words.target}</th><td>${reading.targetText(figure, lang)}</td><td class="against">${reading.standingText(figure, lang)}</td></tr>
${row(/^\d{4}-\d\d$/.test(period) ? words.month : words.earlier, figure.previous)}
${row(words.lastYear, figure.lastYear)}
</table>`;
}

function tile(figure: Figure, number: number, page: LeadersPage, lang: Lang): Html {
  const words = WORDS[lang];
  const value = reading.valueText(figure, lang);
  const under =
    figure.value === null
      ? figure.reason && html`<small>${figure.reason[lang]}</small>`
      : figure.countUnit && html`<small>${figure.countUnit[lang]}</small>`;
  const until = reading.dataUntilText(figure, lang);
  const loaded = reading.loadedText(figure, lang);
  const asOf = until === undefined ? loaded : html`${until} <small>(${loaded})</small>`;
  return html`<article class="tile ${reading.standing(figure)}">
<h3><span class="no">${number}</span> ${figure.title[lang]}</h3>
<div class="now"><p class="value"><b${value.length > 7 && raw(' class="long"')}>${value}</b>${under}</p>${comparison(figure, page.period, lang)}</div>
<div class="plot">${chartOf(figure, lang, page.figures.length <= MAX_ROOMY)}</div>
<p class="foot"><span class="asof">${asOf}</span> · <span class="${reading.isPartial(figure) ? 'partial' : 'complete'}">${reading.completenessText(figure, lang)}</span> · ${figure.owner}</p>
<details><summary>${words.howCounted}</summary><p>${figure.formula[lang]}</p>${
    figure.target && html`<p>${words.targetSource}: ${figure.target.source}</p>`
  }<pre><code>${figure.sql.trim()}</code></pre></details>
</article>`;
}

function attentionList(page: LeadersPage, lang: Lang): Html {
  const words = WORDS[lang];
  const points = reading.attention(page.figures, lang);
  const judged = page.figures.some((figure) => figure.target !== undefined && figure.value !== null);
  if (points.length === 0) {
    return html`<section class="attention"><h2>${words.attention}</h2><p>${judged ? words.allWell : words.noneJudged}</p></section>`;
  }
  const shown = points.slice(0, MAX_ATTENTION);
  const rest = points.length - shown.length;
  return html`<section class="attention"><h2>${words.attention}</h2><ol>${shown.map(
    (point) =>
      html`<li class="${point.standing}"><span class="no">${point.number}</span> <b>${point.title}</b>: ${point.sentence}</li>`,
  )}</ol>${rest > 0 && html`<p class="more">${words.more(rest)}</p>`}</section>`;
}

/** The figure the map shows: the first that asks for a map, else the first counted by commune. */
function mappedFigure(page: LeadersPage): Figure | undefined {
  const codes = new Set(page.map?.features.map(({ properties }) => properties.code));
  const byCommune = page.figures.filter(({ breakdown }) => breakdown.some(({ code }) => codes.has(code)));
  // Without any figures by commune the outlines are still drawn, all marked as without data.
  return (
    byCommune.find(({ chart }) => chart === 'map') ?? byCommune[0] ?? page.figures.find(({ chart }) => chart === 'map')
  );
}

function mapSection(page: LeadersPage, lang: Lang): Html | undefined {
  const figure = mappedFigure(page);
  if (!page.map || !figure) return undefined;
  const values = new Map(figure.breakdown.map(({ code, label, value }) => [code, { label, value }]));
  return html`<section><h2><span class="no">${page.figures.indexOf(figure) + 1}</span> ${figure.title[lang]}</h2>${communeMap(frameOf(figure, lang, 'map'), page.map, values)}</section>`;
}

function targetSources(figures: readonly Figure[]): string {
  const bySource = new Map<string, number[]>();
  figures.forEach((figure, i) => {
    if (figure.target) bySource.set(figure.target.source, [...(bySource.get(figure.target.source) ?? []), i + 1]);
  });
  return [...bySource].map(([source, numbers]) => `(${numbers.join(', ')}) ${source}`).join('; ');
}

function sourcesTable(sources: LeadersPage['sources'], lang: Lang): Html {
  const words = WORDS[lang];
  const cut = sources.length > 3 ? Math.ceil(sources.length / 2) : sources.length;
  const halves = [sources.slice(0, cut), sources.slice(cut)].filter((half) => half.length > 0);
  const table = (rows: LeadersPage['sources']) => html`<table>
<tr><th scope="col">${words.table}</th><th scope="col">${words.snapshot}</th><th scope="col">${words.committedAt}</th><th scope="col" class="num">${words.rows}</th></tr>
${rows.map(
  (source) =>
    html`<tr><td>${source.table}</td><td>${source.snapshot}</td><td>${formatMoment(source.committedAt)}</td><td class="num">${formatNumber(source.rows, lang)}</td></tr>`,
)}</table>`;
  return html`<div class="${halves.length > 1 ? 'sources halves' : 'sources'}">${halves.map(table)}</div>`;
}

/** The whole page as one HTML document in one language. `fontCss`: trusted @font-face rules with data URLs. */
export function leadersPage(page: LeadersPage, options: { readonly lang: Lang; readonly fontCss?: string }): string {
  const { lang } = options;
  const words = WORDS[lang];
  const map = mapSection(page, lang);
  const targets = targetSources(page.figures);
  const body = html`<main class="${page.figures.length > MAX_ONE_PAGE ? 'sheet' : 'sheet one-page'}">
<header><div><p class="province">${page.province}</p><h1>${page.title[lang]}</h1></div>
<p class="period">${formatPeriod(page.period, lang)}<small>${words.made} ${formatMoment(page.generatedAt)}, ${words.zone}</small></p></header>
${page.note && html`<p class="banner" role="note">${page.note[lang]}</p>`}
<div class="${map ? 'top with-map' : 'top'}">${attentionList(page, lang)}${map}</div>
<h2 class="skip">${words.figures}</h2>
<div class="tiles">${page.figures.map((figure, i) => tile(figure, i + 1, page, lang))}</div>
<footer class="end"><h2>${words.sources}</h2>${sourcesTable(page.sources, lang)}${targets !== '' && html`<p>${words.targetSource}: ${targets}</p>`}</footer>
</main>`;
  return htmlPage({
    lang,
    title: `${page.title[lang]} · ${formatPeriod(page.period, lang)}`,
    css: PAGE_CSS,
    fontCss: options.fontCss,
    body,
  });
}
