// The leaders' page as a mail: what mail programs show alike. Tables with styles on each cell, no pictures, no style sheet, no
// links out; the same said as plain text beside it. Charts stay on the page itself.
import { type Html, html, raw } from '../html';
import { isMissed } from './charts';
import type { Figure, LeadersPage } from './figure';
import { formatMoment, formatNumber, formatPeriod, formatValue, type Lang } from './format';
import * as reading from './reading';

export interface Mail {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

/** Units named below a figure. */
const UNITS = 3;

const WORDS = {
  vi: {
    attention: 'Cần chú ý',
    allWell: 'Các chỉ tiêu có mục tiêu đều đạt.',
    noneJudged: 'Chưa có chỉ tiêu nào được giao mục tiêu.',
    target: 'Mục tiêu',
    month: 'Tháng trước',
    lastYear: 'Cùng kỳ năm trước',
    noValue: 'chưa có số liệu',
    worst: { higher: 'Thấp nhất', lower: 'Cao nhất' },
    made: 'Lập lúc',
    zone: 'giờ Việt Nam',
    sources: 'Nguồn số liệu',
    rows: 'dòng',
    whole: (place: string) => `Trang đầy đủ có biểu đồ, cách tính và câu truy vấn: ${place}`,
  },
  en: {
    attention: 'Needs attention',
    allWell: 'Every figure with a target meets it.',
    noneJudged: 'No figure has a target yet.',
    target: 'Target',
    month: 'Previous month',
    lastYear: 'Same period last year',
    noValue: 'no data yet',
    worst: { higher: 'Lowest', lower: 'Highest' },
    made: 'Made at',
    zone: 'Vietnam time',
    sources: 'Sources',
    rows: 'rows',
    whole: (place: string) => `The whole page with charts, definitions and queries: ${place}`,
  },
} as const;

interface Entry {
  readonly number: number;
  readonly title: string;
  readonly value: string;
  readonly unit: string;
  readonly standing: reading.Standing;
  /** Each a line below the title. */
  readonly lines: readonly string[];
}

function entryOf(figure: Figure, number: number, lang: Lang): Entry {
  const words = WORDS[lang];
  const against = reading.standingText(figure, lang);
  const earlier = (label: string, value: number | null) => {
    const change = reading.changeText(figure, value, lang);
    const shown = value === null ? words.noValue : formatValue(value, figure.unit, lang);
    return `${label}: ${shown}${change === undefined ? '' : ` (${change})`}`;
  };
  const until = reading.dataUntilText(figure, lang);
  const data = [until, reading.loadedText(figure, lang), reading.completenessText(figure, lang)].filter(Boolean);
  const lines = [
    ...(figure.value === null && figure.reason ? [figure.reason[lang]] : []),
    `${words.target}: ${reading.targetText(figure, lang)}${against === '' ? '' : ` – ${against}`}`,
    `${earlier(words.month, figure.previous)}; ${earlier(words.lastYear, figure.lastYear)}`,
    ...unitsLine(figure, lang),
    `${capital(data.join(' · '))} · ${figure.owner}`,
  ];
  const unit = figure.value === null ? '' : (figure.countUnit?.[lang] ?? '');
  const standing = reading.standing(figure);
  return { number, title: figure.title[lang], value: reading.valueText(figure, lang), unit, standing, lines };
}

/** The units that pull a figure down, where it has a target and misses it. */
function unitsLine(figure: Figure, lang: Lang): string[] {
  if (reading.standing(figure) !== 'missed') return [];
  const isBad = (value: number | null) => isMissed(value, figure.better, figure.target?.value);
  const known = figure.breakdown.filter(({ value }) => isBad(value)).slice(0, UNITS);
  if (known.length === 0) return [];
  const named = known.map(({ label, value, measure }) =>
    measure === null || measure === undefined
      ? `${label} ${formatValue(value!, figure.unit, lang)}`
      : `${label} ${measure > 0 ? '+' : ''}${formatValue(measure, 'percent', lang)}`,
  );
  return [`${WORDS[lang].worst[figure.better]}: ${named.join('; ')}`];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** @param place where the whole page is, in words or as an address */
export function leadersMail(page: LeadersPage, options: { readonly lang: Lang; readonly place: string }): Mail {
  const { lang, place } = options;
  const entries = page.figures.map((figure, i) => entryOf(figure, i + 1, lang));
  const subject = `${page.title[lang]} ${formatPeriod(page.period, lang)} – ${page.province}`;
  return { subject, html: asHtml(page, entries, subject, lang, place), text: asText(page, entries, lang, place) };
}

function headline(page: LeadersPage, lang: Lang): string {
  const judged = page.figures.some((figure) => figure.target !== undefined && figure.value !== null);
  return judged ? WORDS[lang].allWell : WORDS[lang].noneJudged;
}

const FONT = "font-family:'Be Vietnam Pro',Roboto,'Segoe UI',Arial,sans-serif";
const INK = 'color:#1b2733';
const QUIET = 'color:#5a6876';
const RED = 'color:#a8201a';
/** Attributes without which some programs put space between cells. */
const TABLE = raw('role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"');

function badge(number: number, isMissed: boolean): Html {
  const colours = isMissed ? 'background:#a8201a;color:#ffffff' : 'background:#e3e9ef;color:#1f4468';
  return html`<span style="${colours};font-size:12px;font-weight:bold;padding:1px 7px;border-radius:9px">${number}</span>`;
}

function attentionHtml(page: LeadersPage, lang: Lang): Html {
  const points = reading.attention(page.figures, lang);
  const line = `${FONT};${INK};font-size:14px;line-height:20px;padding:6px 0;border-top:1px solid #e3e8ec`;
  if (points.length === 0) return html`<tr><td style="${line}">${headline(page, lang)}</td></tr>`;
  return html`${points.map(
    (point) =>
      html`<tr><td style="${line}">${badge(point.number, point.standing === 'missed')} <b>${point.title}</b>: ${point.sentence}</td></tr>`,
  )}`;
}

function entryHtml({ number, title, value, unit, standing, lines }: Entry): Html {
  const top = standing === 'missed' ? '#a8201a' : '#7d9bb8';
  const big = standing === 'no-data' ? 'font-size:15px' : 'font-size:24px';
  return html`<tr><td style="padding:0 0 12px 0"><table ${TABLE} style="border:1px solid #cfd8e0;border-top:3px solid ${top}">
<tr><td valign="top" style="${FONT};${INK};font-size:15px;line-height:20px;font-weight:bold;padding:10px 8px 2px 12px">${badge(number, standing === 'missed')} ${title}</td>
<td valign="top" align="right" style="${FONT};${standing === 'missed' ? RED : INK};${big};line-height:28px;font-weight:bold;padding:8px 12px 2px 4px">${value}${
    unit !== '' && html` <span style="${FONT};${QUIET};font-size:12px;font-weight:normal">${unit}</span>`
  }</td></tr>
<tr><td colspan="2" style="${FONT};${QUIET};font-size:13px;line-height:19px;padding:2px 12px 10px 12px">${lines.map(
    (line, i) => html`${i > 0 && raw('<br>')}${line}`,
  )}</td></tr></table></td></tr>`;
}

function asHtml(page: LeadersPage, entries: readonly Entry[], subject: string, lang: Lang, place: string): string {
  const words = WORDS[lang];
  const small = `${FONT};${QUIET};font-size:12px;line-height:18px`;
  const heading = `${FONT};color:#1f4468;font-size:16px;line-height:22px;font-weight:bold;padding:14px 0 6px 0`;
  const sources = page.sources.map(
    ({ table, rows, committedAt }) =>
      `${table} (${formatNumber(rows, lang)} ${words.rows}, ${formatMoment(committedAt)})`,
  );
  const note =
    page.note &&
    html`<tr><td style="${FONT};color:#5c3a00;font-size:14px;line-height:20px;font-weight:bold;padding:8px 12px;border:2px solid #7d4f00;background:#fdf3dc;text-align:center">${page.note[lang]}</td></tr>`;
  return html`<!doctype html>
<html lang="${lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${subject}</title></head>
<body style="margin:0;padding:0;background:#eef1f4"><table ${TABLE} style="background:#eef1f4"><tr><td align="center" style="padding:12px 6px">
<table ${TABLE} style="max-width:640px;background:#ffffff"><tr><td style="padding:16px 14px">
<table ${TABLE}>
<tr><td style="${FONT};color:#1f4468;font-size:12px;line-height:16px;font-weight:bold;text-transform:uppercase">${page.province}</td></tr>
<tr><td style="${FONT};${INK};font-size:22px;line-height:28px;font-weight:bold">${page.title[lang]}</td></tr>
<tr><td style="${FONT};${INK};font-size:16px;line-height:22px;font-weight:bold;padding-bottom:10px">${formatPeriod(page.period, lang)} <span style="${small};font-weight:normal">${words.made} ${formatMoment(page.generatedAt)}, ${words.zone}</span></td></tr>
${note}
<tr><td style="${heading}">${words.attention}</td></tr>
<tr><td style="padding-bottom:14px"><table ${TABLE}>${attentionHtml(page, lang)}</table></td></tr>
${entries.map(entryHtml)}
<tr><td style="${small};padding-top:4px"><b>${words.sources}:</b> ${sources.join('; ')}</td></tr>
<tr><td style="${small};padding-top:8px">${words.whole(place)}</td></tr>
</table></td></tr></table></td></tr></table></body></html>
`.toString();
}

function asText(page: LeadersPage, entries: readonly Entry[], lang: Lang, place: string): string {
  const words = WORDS[lang];
  const points = reading.attention(page.figures, lang);
  const paragraphs = [
    `${page.province}\n${page.title[lang].toLocaleUpperCase(lang)} – ${formatPeriod(page.period, lang)}\n${words.made} ${formatMoment(page.generatedAt)}, ${words.zone}`,
    ...(page.note ? [`*** ${page.note[lang]} ***`] : []),
    `${words.attention.toLocaleUpperCase(lang)}\n${
      points.length === 0
        ? headline(page, lang)
        : points.map(({ number, title, sentence }) => `[${number}] ${title}: ${sentence}`).join('\n')
    }`,
    ...entries.map(({ number, title, value, unit, lines }) =>
      [`[${number}] ${title}: ${value}${unit === '' ? '' : ` ${unit}`}`, ...lines.map((line) => `    ${line}`)].join(
        '\n',
      ),
    ),
    `${words.sources}: ${page.sources.map(({ table, rows }) => `${table} (${formatNumber(rows, lang)} ${words.rows})`).join('; ')}`,
    words.whole(place),
  ];
  return `${paragraphs.join('\n\n')}\n`;
}
