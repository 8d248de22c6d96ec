// What a figure says in words: against its target, against earlier periods, how complete, and what needs attention.
import { isMissed } from './charts';
import type { Figure } from './figure';
import {
  formatAsOf,
  formatBeside,
  formatNumber,
  formatPercent,
  formatPeriod,
  formatReach,
  formatValue,
  type Lang,
} from './format';

const NBSP = '\u00a0';

/** Not enough data is a state of its own, neither met nor missed. */
export type Standing = 'missed' | 'met' | 'no-target' | 'no-data';

export function standing(figure: Figure): Standing {
  if (figure.value === null) return 'no-data';
  if (!figure.target) return 'no-target';
  return isMissed(figure.value, figure.better, figure.target.value) ? 'missed' : 'met';
}

/** `≥ 95 %` */
export function targetText(figure: Figure, lang: Lang): string {
  if (!figure.target) return lang === 'vi' ? 'chưa giao' : 'none set';
  return `${figure.better === 'higher' ? '≥' : '≤'}${NBSP}${formatValue(figure.target.value, figure.unit, lang)}`;
}

/** The value as shown large: never looks equal to a target it misses. */
export function valueText(figure: Figure, lang: Lang): string {
  if (figure.value === null) return lang === 'vi' ? 'chưa đủ dữ liệu' : 'not enough data';
  return figure.target
    ? formatBeside(figure.value, figure.target.value, figure.unit, lang)
    : formatValue(figure.value, figure.unit, lang);
}

/** Size of a difference: percentage points for ratios, plain for counts. */
function distance(difference: number, figure: Figure, lang: Lang): string {
  const size = Math.abs(difference);
  if (figure.unit === 'count') return formatNumber(size, lang);
  const points = size * 100;
  return `${formatNumber(points, lang, points < 0.1 ? 3 : 1)}${NBSP}${lang === 'vi' ? 'điểm' : 'pts'}`;
}

/** Below this share of the period, a target that is met is met only where somebody looked. */
const WIDE_COVERAGE = 0.8;

function isNarrow({ coverage }: Figure): boolean {
  return coverage !== undefined && coverage.have < coverage.due * WIDE_COVERAGE;
}

/** `đạt`, or how far off in words: `còn thiếu 9,7 điểm`, `vượt 17`. */
export function standingText(figure: Figure, lang: Lang): string {
  if (figure.value === null || !figure.target) return '';
  if (standing(figure) === 'met') {
    if (isNarrow(figure)) return lang === 'vi' ? 'đạt trong phần đã có số liệu' : 'met where there is data';
    return lang === 'vi' ? 'đạt' : 'met';
  }
  const gap = distance(figure.value - figure.target.value, figure, lang);
  if (figure.better === 'higher') return lang === 'vi' ? `còn thiếu ${gap}` : `missed by ${gap}`;
  return lang === 'vi' ? `vượt ${gap}` : `${gap} over`;
}

/** `↑ tăng 1,2 điểm`, `↓ giảm 3`, `không đổi`; undefined when either side is unknown. */
export function changeText(figure: Figure, earlier: number | null, lang: Lang): string | undefined {
  if (figure.value === null || earlier === null) return undefined;
  const difference = figure.value - earlier;
  if (Math.abs(difference) < (figure.unit === 'percent' ? 0.0005 : 1e-9))
    return lang === 'vi' ? '→ không đổi' : '→ unchanged';
  const size = distance(difference, figure, lang);
  if (difference > 0) return lang === 'vi' ? `↑ tăng ${size}` : `↑ up ${size}`;
  return lang === 'vi' ? `↓ giảm ${size}` : `↓ down ${size}`;
}

/** `92/95 xã đã báo cáo`; also how much of the period that covers: `3/4 trạm đã báo cáo, mới có 24/2.976 giờ-trạm (0,8 %)`. */
export function completenessText(figure: Figure, lang: Lang): string {
  if (!figure.completeness) return lang === 'vi' ? 'chưa rõ mức đầy đủ' : 'completeness not known';
  const { have, due, of } = figure.completeness;
  const ratio = (part: number, whole: number) => `${formatNumber(part, lang)}/${formatNumber(whole, lang)}`;
  const reported = `${ratio(have, due)} ${of[lang]} ${lang === 'vi' ? 'đã báo cáo' : 'have reported'}`;
  const { coverage } = figure;
  if (!coverage) return reported;
  const so = coverage.have < coverage.due ? (lang === 'vi' ? 'mới có ' : 'only ') : '';
  const share = formatPercent(Math.min(1, coverage.have / coverage.due), lang);
  return `${reported}, ${so}${ratio(coverage.have, coverage.due)} ${coverage.of[lang]} (${share})`;
}

/** Whether some reporter, or some of the period, is missing. */
export function isPartial({ completeness, coverage }: Figure): boolean {
  return [completeness, coverage].some((share) => share && share.have < share.due);
}

/** How far the data itself reaches: `số liệu đến 13:55 15/10/2026`; undefined: it bears no time of its own. */
export function dataUntilText({ dataUntil }: Figure, lang: Lang): string | undefined {
  if (dataUntil === undefined) return undefined;
  if (!dataUntil.includes('T')) {
    const period = formatPeriod(dataUntil, lang);
    return lang === 'vi' ? `theo danh mục ${period.toLowerCase()}` : `by the list of ${period}`;
  }
  return `${lang === 'vi' ? 'số liệu đến' : 'data up to'} ${formatReach(dataUntil, lang)}`;
}

/** When the newest data behind the figure was loaded: `nhận lúc 04:48 22/11/2026`. */
export function loadedText(figure: Figure, lang: Lang): string {
  if (figure.asOf === null) return lang === 'vi' ? 'chưa có số liệu' : 'no data yet';
  return `${lang === 'vi' ? 'nhận lúc' : 'received'} ${formatAsOf(figure.asOf)}`;
}

/** How far from the target, relative to it, so that ratios and counts can be ranked together. */
function shortfall(figure: Figure): number {
  if (figure.value === null || !figure.target) return 0;
  const base = Math.max(Math.abs(figure.target.value), figure.unit === 'percent' ? 0.01 : 1);
  return Math.abs(figure.value - figure.target.value) / base;
}

export interface Attention {
  /** Position of the figure in the page, from 1. */
  readonly number: number;
  readonly standing: 'missed' | 'no-data';
  readonly title: string;
  /** Continues the title after a colon. */
  readonly sentence: string;
}

function missedSentence(figure: Figure, lang: Lang): string {
  const value = valueText(figure, lang);
  const unit = figure.unit === 'count' && figure.countUnit ? ` ${figure.countUnit[lang]}` : '';
  const gap = distance(figure.value! - figure.target!.value, figure, lang);
  const target = formatValue(figure.target!.value, figure.unit, lang);
  const low = figure.better === 'higher';
  const points = figure.unit === 'percent' && lang === 'vi' ? `${gap} phần trăm` : gap;
  const against = {
    vi: low
      ? `${value}${unit}, thấp hơn mục tiêu ${target} là ${points}`
      : `${value}${unit}, mục tiêu không quá ${target}`,
    en: low
      ? `${value}${unit}, ${gap} below the target of ${target}`
      : `${value}${unit}; the target is at most ${target}`,
  }[lang];
  const { coverage } = figure;
  const ratio =
    coverage && `${formatNumber(coverage.have, lang)}/${formatNumber(coverage.due, lang)} ${coverage.of[lang]}`;
  const seen = isNarrow(figure) ? (lang === 'vi' ? `; mới có số liệu của ${ratio}` : `; data for only ${ratio}`) : '';
  return `${against}${unitsSentence(figure, lang)}${seen}.`;
}

const NAMED_ITEMS = 5;
const NAMED_TIES = 2;

/** Who stands behind a missed figure: the worst unit, those that share its value, or each item where every one counts once. */
function unitsSentence(figure: Figure, lang: Lang): string {
  const known = figure.breakdown.filter((entry) => entry.value !== null);
  const worst = known[0];
  if (!worst || !isMissed(worst.value, figure.better, figure.target!.value)) return '';
  const low = figure.better === 'higher';
  const vi = lang === 'vi';
  if (figure.unit === 'count' && worst.value === 1 && !low) {
    const named = known.filter(({ value }) => value === 1).slice(0, NAMED_ITEMS);
    const rest = figure.value! - named.length;
    const names = named.map(({ label, measure }) =>
      measure === null || measure === undefined ? label : `${label} ${signedPercent(measure, lang)}`,
    );
    const more = vi
      ? ` và ${formatNumber(rest, lang)} ${figure.countUnit?.vi ?? 'nơi'} khác`
      : ` and ${formatNumber(rest, lang)} more`;
    return `: ${names.join(', ')}${rest > 0 ? more : ''}`;
  }
  const ties = known.filter(({ value }) => value === worst.value);
  const value = formatValue(worst.value!, figure.unit, lang);
  if (ties.length === 1) {
    const extreme = vi ? (low ? 'thấp nhất là' : 'cao nhất là') : low ? 'lowest:' : 'highest:';
    return `; ${extreme} ${worst.label} (${value})`;
  }
  const names = ties.slice(0, NAMED_TIES).map(({ label }) => label);
  const rest = ties.length - names.length;
  const more = rest === 0 ? '' : vi ? ` và ${rest} nơi khác` : ` and ${rest} more`;
  // Where all are alike, none is the lowest.
  const word =
    ties.length === known.length ? '' : vi ? (low ? 'thấp nhất: ' : 'cao nhất: ') : low ? 'lowest: ' : 'highest: ';
  return `; ${word}${names.join(', ')}${more} (${vi ? 'cùng' : 'each'} ${value})`;
}

function signedPercent(ratio: number, lang: Lang): string {
  return `${ratio > 0 ? '+' : ''}${formatPercent(ratio, lang)}`;
}

/** Figures furthest from their target first, then those without enough data; one sentence each. */
export function attention(figures: readonly Figure[], lang: Lang): readonly Attention[] {
  const numbered = figures.map((figure, i) => ({ figure, number: i + 1 }));
  const missed = numbered
    .filter(({ figure }) => standing(figure) === 'missed')
    .sort((a, b) => shortfall(b.figure) - shortfall(a.figure))
    .map(({ figure, number }) => ({
      number,
      standing: 'missed' as const,
      title: figure.title[lang],
      sentence: missedSentence(figure, lang),
    }));
  const unknown = numbered
    .filter(({ figure }) => figure.value === null)
    .map(({ figure, number }) => ({
      number,
      standing: 'no-data' as const,
      title: figure.title[lang],
      sentence: `${valueText(figure, lang)}${figure.reason ? ` (${figure.reason[lang]})` : ''}.`,
    }));
  return [...missed, ...unknown];
}
