// Cells of an Arrow table as plain values, exactly: no float stands between a decimal or a timestamp and its text.
import { type Data, DataType, type Table } from 'apache-arrow';

/** A cell: decimals, 64-bit integers, dates and timestamps are text, doubles and 32-bit integers numbers. */
export type Cell = string | number | boolean | null | readonly (string | null)[];

/** Name of a column's type as the lake writes it: string, int, long, double, boolean, date, timestamp, decimal(P,S), list<string>. */
export function typeName(type: DataType): string {
  if (DataType.isBool(type)) return 'boolean';
  if (DataType.isInt(type)) return type.bitWidth === 64 ? 'long' : 'int';
  if (DataType.isFloat(type)) return 'double';
  if (DataType.isDecimal(type)) return `decimal(${type.precision},${type.scale})`;
  if (DataType.isDate(type)) return 'date';
  if (DataType.isTimestamp(type)) return type.timezone ? 'timestamptz' : 'timestamp';
  if (DataType.isList(type)) return `list<${typeName(type.valueType)}>`;
  return 'string';
}

/** All rows of a table, in order; values by column position, so equal column names do no harm. */
export function cellRows(table: Table): Cell[][] {
  const columns = table.schema.fields.map((_, i) => cellColumn(table, i));
  return Array.from({ length: table.numRows }, (_, row) => columns.map((column) => column[row] ?? null));
}

/** One object per row, for readers that know their columns. */
export function cellRecords(table: Table): Readonly<Record<string, Cell>>[] {
  const names = table.schema.fields.map((field) => field.name);
  return cellRows(table).map((row) => Object.fromEntries(names.map((name, i) => [name, row[i] ?? null])));
}

function cellColumn(table: Table, index: number): Cell[] {
  const out: Cell[] = [];
  for (const batch of table.batches) {
    const data = batch.data.children[index];
    if (!data) continue;
    const read = reader(data, table.getChildAt(index)?.type ?? data.type);
    for (let i = 0; i < batch.numRows; i++) out.push(data.getValid(i) ? read(i) : null);
  }
  return out;
}

function reader(data: Data, type: DataType): (row: number) => Cell {
  const { values } = data;
  if (DataType.isTimestamp(type)) return (i) => timestampText(BigInt(values[i]), type.timezone ? 'Z' : '');
  if (DataType.isDate(type)) return (i) => dateText(Number(values[i]));
  if (DataType.isDecimal(type)) return (i) => decimalText(unscaled(values, i), type.scale);
  if (DataType.isInt(type)) return (i) => (type.bitWidth === 64 ? String(values[i]) : Number(values[i]));
  if (DataType.isFloat(type)) return (i) => Number(values[i]);
  if (DataType.isBool(type)) return (i) => ((values[(data.offset + i) >> 3] >> ((data.offset + i) & 7)) & 1) === 1;
  if (DataType.isUtf8(type)) return (i) => utf8.decode(values.subarray(data.valueOffsets[i], data.valueOffsets[i + 1]));
  if (DataType.isList(type)) return listReader(data);
  return (i) => String(values[i]);
}

function listReader(data: Data): (row: number) => Cell {
  const child = data.children[0];
  if (!child) return () => [];
  const read = reader(child, child.type);
  return (row) => {
    const from = Number(data.valueOffsets[row]);
    return Array.from({ length: Number(data.valueOffsets[row + 1]) - from }, (_, i) =>
      child.getValid(from + i) ? String(read(from + i)) : null,
    );
  };
}

const utf8 = new TextDecoder();

function unscaled(words: Uint32Array, row: number): bigint {
  let value = 0n;
  for (let word = 3; word >= 0; word--) value = (value << 32n) | BigInt(words[row * 4 + word]!);
  return BigInt.asIntN(128, value);
}

function decimalText(value: bigint, scale: number): string {
  if (scale === 0) return String(value);
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function dateText(days: number): string {
  return new Date(days * 86_400_000).toISOString().slice(0, -'T00:00:00.000Z'.length);
}

/** `2026-10-05T08:05:00`, with as many decimals of a second as are not zero. */
function timestampText(micros: bigint, zone: string): string {
  const rest = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const seconds = new Date(Number((micros - rest) / 1000n)).toISOString().slice(0, -'.000Z'.length);
  const fraction = rest === 0n ? '' : `.${String(rest).padStart(6, '0').replace(/0+$/, '')}`;
  return `${seconds}${fraction}${zone}`;
}
