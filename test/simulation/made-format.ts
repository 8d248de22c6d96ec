// A made-up text format and a made-up stand-in for Parquet. One line, one row: `key|value|subject`.
//   #poison      the file is refused as a whole, whatever the contract
//   #poison-old  refused under contract 1.0.0, accepted from 1.1.0 on
//   !…           this line is set aside; it may name a subject too
//   @…           a remark: no row
// A "Parquet" file is JSON: its rows. What the lake's code may know of it (size, rows, statistics) is told honestly.
import type { Contract } from '../../lake/contract/contract';
import type { ColumnStat, TableField } from '../../lake/table/data-file';
import { type ColumnText, statsFromText } from '../../lake/table/stats';
import { madeColumn, madeContract } from '../support/made-contract';

export type Cell = string | number | null;
/** By column name. */
export type Row = Readonly<Record<string, Cell>>;

export const SUBJECT_COLUMN = 'nguoi';
/** Subjects are spelled so that a search of any object's bytes finds them. */
export const SUBJECT_MARK = 'NGUOI-THU-';
export const SUBJECTS = [1, 2, 3, 4].map((n) => `${SUBJECT_MARK}${n}`);

const COLUMNS = [
  madeColumn('ma', { keyPosition: 1 }),
  madeColumn('gia_tri', { fieldId: 12, type: { kind: 'long' } }),
  madeColumn(SUBJECT_COLUMN, { fieldId: 13, personal: 'basic', mask: 'all', subjectId: true }),
];

/** Files are slots, so that several submissions share one partition. */
const BASE: Contract = { ...madeContract(COLUMNS), slot: 'file' };

export const OLD_CONTRACT: Contract = BASE;
/** A column more, and a kind of file more that is accepted. */
export const NEW_CONTRACT: Contract = {
  ...BASE,
  version: '1.1.0',
  columns: [...COLUMNS, madeColumn('ghi_chu', { fieldId: 14 })],
};

export function contractOf(version: string): Contract {
  return version === NEW_CONTRACT.version ? NEW_CONTRACT : OLD_CONTRACT;
}

export interface JudgedText {
  readonly verdict: 'accepted' | 'partial' | 'rejected';
  /** Of the good lines; contract columns only, in file order with the number of the line. */
  readonly good: readonly { readonly line: number; readonly cells: Row }[];
  readonly setAside: readonly string[];
}

/** Pure: what a text is worth under a contract. Both the converter of the run and the model ask here. */
export function judgeText(text: string, contractVersion: string): JudgedText {
  const lines = text.split('\n');
  const isNew = contractVersion === NEW_CONTRACT.version;
  const isRow = (line: string) => line !== '' && !/^[#@]/.test(line);
  if (lines.includes('#poison') || (lines.includes('#poison-old') && !isNew))
    return { verdict: 'rejected', good: [], setAside: lines.filter(isRow) };
  const good: { line: number; cells: Row }[] = [];
  const setAside: string[] = [];
  lines.forEach((line, i) => {
    if (!isRow(line)) return;
    if (line.startsWith('!')) {
      setAside.push(line);
      return;
    }
    const [ma = '', value = '0', nguoi = ''] = line.split('|');
    const cells: Row = { ma, gia_tri: Number(value), nguoi, ...(isNew ? { ghi_chu: `n${value}` } : {}) };
    good.push({ line: i + 1, cells });
  });
  return { verdict: setAside.length > 0 ? 'partial' : 'accepted', good, setAside };
}

/** The text less the lines that tell of somebody erased: they become blank, so that the others keep their numbers. */
export function redactText(
  text: string,
  isErased: (value: string) => boolean,
): { text: string; records: readonly number[] } {
  const records: number[] = [];
  const lines = text.split('\n').map((line, i) => {
    if (/^[#@]/.test(line) || !isErased(line.split('|')[2] ?? '')) return line;
    records.push(i + 1);
    return '';
  });
  return { text: lines.join('\n'), records };
}

export function encodeRows(rows: readonly Row[]): Buffer {
  return Buffer.from(JSON.stringify({ rows }));
}

export function decodeRows(bytes: Uint8Array, name: string): readonly Row[] {
  const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
  if (typeof value !== 'object' || value === null || !('rows' in value) || !Array.isArray(value.rows))
    throw new Error(`${name} is no data file of the simulation`);
  return value.rows;
}

/** Statistics as an engine would report them, through the lake's own encoding of bounds. */
export function statsOf(
  rows: readonly Row[],
  fields: readonly TableField[],
  boundedFields: readonly number[],
): ReadonlyMap<number, ColumnStat> {
  const texts = new Map<string, ColumnText>();
  for (const field of fields) {
    let [min, max]: (Cell | undefined)[] = [];
    let nullCount = 0;
    for (const row of rows) {
      const cell = row[field.name] ?? null;
      if (cell === null) nullCount++;
      else {
        if (min === undefined || min === null || cell < min) min = cell;
        if (max === undefined || max === null || cell > max) max = cell;
      }
    }
    texts.set(field.name, {
      nullCount,
      valueCount: rows.length,
      sizeBytes: rows.length,
      ...(min === undefined || max === undefined ? {} : { min: String(min), max: String(max) }),
    });
  }
  return statsFromText(fields, texts, boundedFields);
}
