// Rows to bytes the way department software writes them, and values the way Vietnamese offices type them.
import type { Cells } from './extract';

export interface CsvStyle {
  readonly delimiter: ',' | ';' | '\t';
  readonly eol: '\r\n' | '\n';
  /** `needed` quotes cells that hold the delimiter, a quote or a line break; `all` quotes every cell. */
  readonly quote: 'needed' | 'all';
  readonly bom: boolean;
  /** Decomposed Unicode ("tổ hợp"), as some older systems write it. */
  readonly nfd: boolean;
}

/** UTF-8 bytes of a delimited file; an empty row becomes a blank line. */
export function csv(rows: readonly (readonly string[])[], style: CsvStyle): Uint8Array {
  const special = new RegExp(`["\\r\\n${style.delimiter}]`);
  const cell = (text: string): string =>
    style.quote === 'all' || special.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  const body = rows.map((row) => row.map(cell).join(style.delimiter) + style.eol).join('');
  return new TextEncoder().encode((style.bom ? '\ufeff' : '') + (style.nfd ? body.normalize('NFD') : body));
}

/** Header spellings of one dataset by contract column; `variant` picks one, the last where there are fewer. */
export type HeaderSpellings = Readonly<Record<string, readonly string[]>>;

export interface SheetLayout {
  readonly headers: HeaderSpellings;
  /** Contract columns in the order of the file. */
  readonly columns: readonly string[];
  readonly variant: number;
  /** Adds the running number departments put first; the contract does not know it. */
  readonly numbered?: string;
}

/** Header row and data rows of one sheet. */
export function sheet(layout: SheetLayout, records: readonly Cells[]): string[][] {
  const { headers, columns, variant, numbered } = layout;
  const titles = columns.map((column) => {
    const spellings = headers[column] ?? [column];
    return spellings[Math.min(variant, spellings.length - 1)] ?? column;
  });
  const rows = records.map((record) => columns.map((column) => record[column] ?? ''));
  if (numbered === undefined) return [titles, ...rows];
  return [[numbered, ...titles], ...rows.map((row, index) => [String(index + 1), ...row])];
}

/** Title lines above the header, padded with empty cells as a spreadsheet exports them. */
export function withTitles(titles: readonly string[], rows: readonly (readonly string[])[]): string[][] {
  const width = rows[0]?.length ?? 1;
  const padded = titles.map((title) => [title, ...Array.from({ length: width - 1 }, () => '')]);
  return [...padded, ...rows.map((row) => [...row])];
}

/** 1234567.5 → `1.234.567,50` with two decimals, `1.234.568` with none. */
export function vnNumber(value: number, decimals = 0): string {
  const [whole = '0', part] = Math.abs(value).toFixed(decimals).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, '.');
  return `${value < 0 ? '-' : ''}${grouped}${part === undefined ? '' : `,${part}`}`;
}

export const vnBool = (value: boolean): string => (value ? 'Có' : 'Không');

/** `7` → `007` */
export const padded = (value: number, width: number): string => String(value).padStart(width, '0');
