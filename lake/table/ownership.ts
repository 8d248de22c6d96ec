// Whose rows a data file holds, from the bounds of its lineage columns alone. Sound whatever a foreign writer shortened,
// because bounds enclose all values and equal bounds force equal values.
import type { ColumnStat } from './data-file';

/** False only when no row can be of the submission. */
export function mayHold(stat: ColumnStat | undefined, submission: string): boolean {
  if (!stat?.lower || !stat.upper) return true;
  const wanted = Buffer.from(submission, 'utf8');
  return Buffer.compare(stat.lower, wanted) <= 0 && Buffer.compare(wanted, stat.upper) <= 0;
}

/** The one text in a column, undefined when there may be several, or nulls. */
export function onlyText(stat: ColumnStat | undefined): string | undefined {
  if (!stat?.lower || !stat.upper || stat.nullCount !== 0 || Buffer.compare(stat.lower, stat.upper) !== 0)
    return undefined;
  return Buffer.from(stat.lower).toString('utf8');
}
