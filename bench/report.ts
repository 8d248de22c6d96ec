// The table a person reads. A row that misses its limit is marked; measuring is no test, so nothing fails.
import { textTable } from '../cli/text-table';
import { heldTo, isMissed, type Row } from './statistics';

const number = (value: number | null): string => (value === null ? '' : String(value));

function limitText(row: Row): string {
  if (row.limit === null) return '';
  const { by, at } = heldTo(row);
  const isRatio = by === 'ratio' || row.unit === '×';
  return `${at === 'most' ? '≤' : '≥'} ${row.limit}${isRatio ? '×' : ` ${row.unit}`}`;
}

function verdict(row: Row): string {
  if (row.limit === null) return '';
  if (isMissed(row)) return heldTo(row).at === 'most' ? 'OVER' : 'UNDER';
  // Nothing to hold it against is not the same as well done.
  return heldTo(row).by === 'ratio' && row.ratio === null ? 'NO PEER' : 'ok';
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
      verdict(row),
    ]),
  );
  const missed = rows.filter(isMissed);
  const alone = rows.filter((row) => row.peer !== null && row.peerValue === null);
  const below = [
    ...(missed.length > 0 ? [`${missed.length} missed the limit: ${missed.map((row) => row.name).join(', ')}`] : []),
    ...(alone.length > 0 ? [`!!! NOT COMPARED: the peer of ${alone.length} rows could not be run !!!`] : []),
  ];
  return below.length === 0 ? table : `${table}\n\n${below.join('\n')}`;
}
