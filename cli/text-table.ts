// Aligned columns for a terminal.

export interface TableColumn {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

/** Letters as a terminal counts them: combining marks take no place. */
const width = (text: string): number => [...text.normalize('NFC').replace(/\p{M}/gu, '')].length;

export function textTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  maxWidth = 48,
): string {
  const cut = (text: string) => (width(text) > maxWidth ? `${[...text].slice(0, maxWidth - 1).join('')}…` : text);
  const cells = rows.map((row) => row.map((text) => cut(text.replace(/\s+/g, ' '))));
  const widths = columns.map((column, i) => Math.max(width(column.title), ...cells.map((row) => width(row[i] ?? ''))));
  const pad = (text: string, i: number) => {
    const space = ' '.repeat(Math.max(0, widths[i]! - width(text)));
    return columns[i]?.align === 'right' ? space + text : text + space;
  };
  const line = (row: readonly string[]) => row.map(pad).join('  ').trimEnd();
  return [
    line(columns.map((column) => column.title)),
    widths.map((w) => '─'.repeat(w)).join('  '),
    ...cells.map(line),
  ].join('\n');
}
