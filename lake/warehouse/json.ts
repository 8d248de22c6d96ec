// Answers as JSON and CSV text. Exact values; CSV cells cannot become spreadsheet formulas.
import { DataType, type Table } from 'apache-arrow';
import { type Cell, cellRows, typeName } from './values';

export interface JsonTable {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Decimals and 64-bit integers as strings, dates and timestamps as ISO 8601 text; NaN and infinities as null, as JSON has none. */
export function arrowToJson(table: Table): JsonTable {
  return {
    columns: table.schema.fields.map((field) => ({ name: field.name, type: typeName(field.type) })),
    rows: cellRows(table).map((row) =>
      row.map((cell) => (typeof cell === 'number' && !Number.isFinite(cell) ? null : cell)),
    ),
  };
}

/**
 * RFC 4180 with CRLF. Text that a spreadsheet would run as a formula (it starts with `=`, `+`, `-`, `@`, TAB or CR) gets a
 * leading apostrophe; numbers keep their sign. Null is the empty cell, empty text is `""`.
 */
export function arrowToCsv(table: Table, options: { readonly bom?: boolean } = {}): string {
  const isText = table.schema.fields.map((field) => DataType.isUtf8(field.type) || DataType.isList(field.type));
  const header = table.schema.fields.map((field) => quoted(harmless(field.name)));
  const lines = cellRows(table).map((row) => row.map((cell, i) => csvCell(cell, isText[i] ?? true)));
  return (options.bom ? '\uFEFF' : '') + [header, ...lines].map((line) => `${line.join(',')}\r\n`).join('');
}

function csvCell(cell: Cell, isText: boolean): string {
  if (cell === null) return '';
  const text = typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
  return isText ? quoted(harmless(text)) : text;
}

function harmless(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

function quoted(text: string): string {
  return text === '' || /[",\r\n']|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
