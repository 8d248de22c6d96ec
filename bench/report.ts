// The table a person reads. A row over its limit is marked; measuring is no test, so nothing fails.
import { textTable } from '../cli/text-table';
import { isOver, limitedBy, type Row } from './statistics';

const number = (value: number | null): string => (value === null ? '' : String(value));

function limitText(row: Row): string {
  if (row.limit === null) return '';
  return `≤ ${row.limit}${limitedBy(row) === 'ratio' ? '×' : ` ${row.unit}`}`;
}

export function reportTable(rows: readonly Row[]): string {
  const table = textTable(
    [
      { title: 'bench' },
      { title: 'value', align: 'right' },
      { title: 'unit' },
      { title: 'peer' },
      { title: 'peer value', align: 'right' },
      { title: 'ratio', align: 'right' },
      { title: 'limit', align: 'right' },
      { title: '' },
    ],
    rows.map((row) => [
      row.name,
      number(row.value),
      row.unit,
      row.peer ?? '–',
      number(row.peerValue),
      number(row.ratio),
      limitText(row),
      isOver(row) ? 'OVER' : row.limit === null ? '' : 'ok',
    ]),
  );
  const over = rows.filter(isOver);
  if (over.length === 0) return table;
  return `${table}\n\n${over.length} over the limit: ${over.map((row) => row.name).join(', ')}`;
}
