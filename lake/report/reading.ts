// What a figure says in words: against its target, against earlier periods, how complete, and what needs attention.
import { isMissed } from './charts';
import type { Figure } from './figure';
import { formatAsOf, formatBeside, formatNumber, formatValue, type Lang } from './format';

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

/** `đạt`, or how far off in words: `còn thiếu 9,7 điểm`, `vượt 17`. */
export function standingText(figure: Figure, lang: Lang): string {
  if (figure.value === null || !figure.target) return '';
  if (standing(figure) === 'met') return lang === 'vi' ? 'đạt' : 'met';
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

/** `92/95 xã đã báo cáo` */
export function completenessText(figure: Figure, lang: Lang): string {
  if (!figure.completeness) return lang === 'vi' ? 'chưa rõ mức đầy đủ' : 'completeness not known';
  const { have, due, of } = figure.completeness;
  return `${formatNumber(have, lang)}/${formatNumber(due, lang)} ${of[lang]} ${lang === 'vi' ? 'đã báo cáo' : 'have reported'}`;
}

export function asOfText(figure: Figure, lang: Lang): string {
  if (figure.asOf === null) return lang === 'vi' ? 'chưa có số liệu' : 'no data yet';
  return `${lang === 'vi' ? 'số liệu đến' : 'data as of'} ${formatAsOf(figure.asOf)}`;
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
  const worst = figure.breakdown.find((entry) => entry.value !== null);
  if (!worst || !isMissed(worst.value, figure.better, figure.target!.value)) return `${against}.`;
  const extreme = lang === 'vi' ? (low ? 'thấp nhất là' : 'cao nhất là') : low ? 'lowest:' : 'highest:';
  return `${against}; ${extreme} ${worst.label} (${formatValue(worst.value!, figure.unit, lang)}).`;
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
