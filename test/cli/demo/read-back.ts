// Reads a made-up extract back without the lake's own reader: a plain split that knows quotes, and header to column by spelling.
import type { Extract } from '../../../cli/demo/extracts/extract';
import { HEADERS } from '../../../cli/demo/extracts/headers';

export type Row = Readonly<Record<string, string>>;

const DELIMITERS: Readonly<Record<string, string>> = {
  'Danh mục ĐVHC trước sắp xếp.csv': ';',
  'don-vi-hanh-chinh-2026-07.csv': ',',
  'Danh sach co quan.csv': '\t',
  'Tram quan trac nuoc thai.csv': ';',
  'HSTTHC_06_2025.csv': ';',
  'HSTTHC_07_2025.csv': ',',
  'Hồ sơ TTHC tháng 8-2026.csv': ';',
  'Hồ sơ TTHC tháng 9-2026.csv': ',',
  'ho_so_tthc_T10_2026.tsv': '\t',
  'Danh sách OCOP T10-2026.csv': ';',
  'GIA_THI_TRUONG_T9.csv': ';',
  'GIA_THI_TRUONG_T10.csv': ';',
  'Di sản - di tích (10-2026).csv': ',',
};

export const textOf = (extract: Extract): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(extract.bytes);

/** Every record with its cells; blank lines are left out. */
export function recordsOf(extract: Extract): readonly (readonly string[])[] {
  const delimiter = extract.fileName.endsWith('.txt') ? '\t' : DELIMITERS[extract.fileName];
  if (delimiter === undefined) throw new Error(`no delimiter declared for ${extract.fileName}`);
  const cell = new RegExp(`("(?:[^"]|"")*"|[^"${delimiter}\\r\\n]*)(${delimiter}|\\r?\\n)`, 'gy');
  const records: string[][] = [];
  let record: string[] = [];
  const text = textOf(extract).replace(/^\ufeff/, '');
  let end = 0;
  for (const [whole, raw = '', mark] of text.matchAll(cell)) {
    end += whole.length;
    record.push(raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw);
    if (mark !== delimiter) {
      records.push(record);
      record = [];
    }
  }
  if (end !== text.length) throw new Error(`${extract.fileName}: not readable from character ${end} on`);
  return records.filter((cells) => cells.length > 1 || cells[0] !== '');
}

const datasetOf = (extract: Extract): string => extract.to.split('/').slice(0, 2).join('/');

/** Rows by contract column, composed Unicode; columns the contract does not know are left out. */
export function rowsOf(extract: Extract): readonly Row[] {
  const spellings = HEADERS[datasetOf(extract)] ?? {};
  const columnOf = new Map(
    Object.entries(spellings).flatMap(([column, titles]) => titles.map((title) => [title, column] as const)),
  );
  const records = recordsOf(extract).map((record) => record.map((text) => text.normalize('NFC')));
  const start = records.findIndex((record) => record.filter((text) => columnOf.has(text)).length > 3);
  const columns = (records[start] ?? []).map((title) => columnOf.get(title));
  return records.slice(start + 1).map((record) => {
    const named = record.map((text, index) => [columns[index], text] as const);
    return Object.fromEntries(named.filter((entry): entry is [string, string] => entry[0] !== undefined));
  });
}

/** `15/10/2026 08:05` → a moment that can be compared. */
export function momentOf(text: string): number {
  const [, day, month, year, hour = '0', minute = '0'] = /^(\d\d)\/(\d\d)\/(\d{4})(?: (\d\d):(\d\d))?/.exec(text) ?? [];
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute));
}
