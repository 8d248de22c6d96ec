// Finds the header of a delimited text and maps its cells to the contract's columns.
import type { Column, Contract } from '../contract/contract';
import { nearest, searchKey } from '../text';
import { fieldsOf, recordsOf } from './records';

export interface HeaderCell {
  readonly text: string;
  readonly column: Column | undefined;
}

export interface Header {
  readonly delimiter: number;
  readonly cells: readonly HeaderCell[];
  /** Spreadsheet row and physical line (from 1) of the header, and byte offset of the first data record. */
  readonly row: number;
  readonly line: number;
  readonly dataOffset: number;
  readonly dataLine: number;
  /** Non-empty records above the header. */
  readonly titles: number;
  /** A cell of the header or of a title row covers several lines. */
  readonly multiline: boolean;
}

export interface HeaderProblems {
  readonly missing: readonly { readonly column: Column; readonly nearest: string | undefined }[];
  readonly doubled: readonly { readonly column: Column; readonly headers: readonly string[] }[];
}

const DELIMITERS = [';', ',', '\t', '|'].map((text) => text.charCodeAt(0));

/** Spellings under which a column is known, as search keys. */
export function spellings(column: Column): string[] {
  return [column.name, column.businessName, ...column.aliases].map(searchKey);
}

/**
 * The record among the first `contract.intake.headerSearch` ones, read with each delimiter, in which most cells name
 * columns. undefined: no record names two columns (or the only one).
 * @param sample first bytes of the file, byte order mark taken off
 */
export function findHeader(sample: Uint8Array, contract: Contract): Header | undefined {
  const known = new Map<string, Column>();
  for (const column of contract.columns) for (const spelling of spellings(column)) known.set(spelling, column);
  let best: { header: Header; matches: number } | undefined;
  for (const delimiter of DELIMITERS) {
    let row = 0;
    let line = 1;
    let titles = 0;
    let multiline = false;
    for (const span of recordsOf(sample, delimiter)) {
      row++;
      multiline ||= span.lines > 1;
      if (span.kind !== 'empty' && span.kind !== 'blank') {
        const cells = fieldsOf(sample, delimiter, span).map((text) => ({
          text: text.trim(),
          column: known.get(searchKey(text)),
        }));
        const matches = new Set(cells.map((cell) => cell.column).filter((column) => column !== undefined)).size;
        if (matches > (best?.matches ?? 0)) {
          const dataLine = line + span.lines;
          const header = { delimiter, cells, row, line, dataOffset: span.next, dataLine, titles, multiline };
          best = { header, matches };
        }
        if (++titles >= contract.intake.headerSearch) break;
      }
      line += span.lines;
    }
  }
  return best && best.matches >= Math.min(2, contract.columns.length) ? best.header : undefined;
}

export function headerProblems(header: Header, contract: Contract): HeaderProblems {
  const headers = header.cells.map((cell) => cell.text);
  const found = new Map<Column, string[]>();
  for (const cell of header.cells) {
    if (cell.column) found.set(cell.column, [...(found.get(cell.column) ?? []), cell.text]);
  }
  const free = header.cells.filter((cell) => !cell.column && cell.text !== '').map((cell) => cell.text);
  return {
    missing: contract.columns
      .filter((column) => column.required && !found.has(column))
      .map((column) => ({ column, nearest: nearestHeader(column, free.length > 0 ? free : headers) })),
    doubled: [...found].filter(([, texts]) => texts.length > 1).map(([column, texts]) => ({ column, headers: texts })),
  };
}

function nearestHeader(column: Column, headers: readonly string[]): string | undefined {
  for (const spelling of [column.businessName, column.name, ...column.aliases]) {
    const near = nearest(spelling, headers);
    if (near !== undefined) return near;
  }
  // A longer or shorter name of the same thing: the header that shares most words.
  const words = new Set(searchKey(column.businessName).split(' '));
  const shared = (text: string) =>
    searchKey(text)
      .split(' ')
      .filter((word) => words.has(word)).length;
  const best = headers.reduce((most, text) => (shared(text) > shared(most) ? text : most), headers[0] ?? '');
  return shared(best) > 0 ? best : undefined;
}

/** Letters of a spreadsheet column, from 0: A, B, … Z, AA. */
export function columnLetters(index: number): string {
  let letters = '';
  for (let i = index; i >= 0; i = Math.floor(i / 26) - 1) letters = String.fromCharCode(65 + (i % 26)) + letters;
  return letters;
}
