// One thing wrong (or worth saying) about a file, a row or a cell, placed where a spreadsheet would show it.
import type { Severity } from '../contract/contract';
import type { Bilingual } from '../errors';

export interface Finding {
  /** Stable, with a heading in docs/errors.md, for example E_DATE. */
  readonly code: string;
  readonly severity: Severity;
  /** Row as a spreadsheet counts it, header and title rows included; null: the whole file. */
  readonly row: number | null;
  /** Physical line of the text file; differs from `row` after a line break inside quotes. */
  readonly line: number | null;
  /** Data record from 1, as in the lineage column `_row`. */
  readonly record: number | null;
  /** Header as the sender wrote it, or the contract's column when the file has none. */
  readonly column: string | null;
  /** Spreadsheet address, for example C12. */
  readonly cell: string | null;
  /** The sender's text; masked where the column is personal. */
  readonly found: string | null;
  readonly expected: Bilingual;
  /** What, where, found, expected, next step. */
  readonly message: Bilingual;
}

/** How often one rule was broken, with the rule in words. */
export interface RuleCount {
  readonly code: string;
  readonly severity: Severity;
  readonly column: string | null;
  readonly rule: Bilingual;
  readonly fix: Bilingual;
  readonly count: number;
}
