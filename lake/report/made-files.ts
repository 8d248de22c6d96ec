// What a leaders' report consists of, wherever it is written: the page in both languages and its figures as data.
import type { CommuneMap, Figure, LeadersPage } from './figure';
import { leadersPage } from './page';

export const REPORT_NAME = 'lanh_dao';

const TITLE = { vi: 'Số liệu điều hành', en: 'Figures for the leadership' };

export interface ReportFacts {
  /** As it stands on the page. */
  readonly province: string;
  readonly period: string;
  readonly nowMs: number;
  readonly figures: readonly Figure[];
  readonly sources: LeadersPage['sources'];
  readonly map?: CommuneMap | undefined;
  readonly note?: LeadersPage['note'];
}

export function makePage({ province, period, nowMs, figures, sources, map, note }: ReportFacts): LeadersPage {
  return {
    ...(note ? { note } : {}),
    title: TITLE,
    province,
    period,
    generatedAt: new Date(nowMs).toISOString(),
    figures,
    map: map ?? null,
    sources,
  };
}

export interface ReportFile {
  readonly name: 'index.html' | 'index.en.html' | 'figures.json';
  readonly mediaType: string;
  readonly text: string;
}

/** @param fontCss trusted @font-face rules; none: the reader's own fonts */
export function reportFiles(page: LeadersPage, fontCss?: string): readonly [ReportFile, ReportFile, ReportFile] {
  const font = fontCss === undefined ? {} : { fontCss };
  const figures = { ...page, map: page.map === null ? null : 'communes' };
  return [
    { name: 'index.html', mediaType: 'text/html; charset=utf-8', text: leadersPage(page, { lang: 'vi', ...font }) },
    { name: 'index.en.html', mediaType: 'text/html; charset=utf-8', text: leadersPage(page, { lang: 'en', ...font }) },
    { name: 'figures.json', mediaType: 'application/json', text: `${JSON.stringify(figures, null, 2)}\n` },
  ];
}

/** Month before a moment, in Vietnamese time. */
export function lastMonth(timeMs: number): string {
  const now = new Date(timeMs + 7 * 3_600_000);
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1)).toISOString().slice(0, 7);
}
