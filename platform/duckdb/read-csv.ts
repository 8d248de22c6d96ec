// How the engine is told to read a scanned text.
import type { Judging } from '../../lake/intake/judging';
import { sqlString } from '../../lake/intake/sql-text';
import type { TextSource } from './text-source';

/**
 * strict_mode keeps every character; new_line stays unset because a wrong one gives no rows and no error; header names
 * would not be compared anyway, so the header is skipped by lines.
 */
export function readCsv(
  source: TextSource,
  judging: Judging,
  path = source.path,
  skipLines = source.skipLines,
): string {
  const delimiter = sqlString(String.fromCharCode(source.delimiter));
  return `read_csv(${sqlString(path)}, auto_detect=false, header=false, skip=${skipLines}, delim=${delimiter}, quote='"', escape='"', columns=${judging.csvColumns}, strict_mode=true, buffer_size=8000000)`;
}
