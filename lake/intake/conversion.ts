// What intake asks of the engine that converts, and what it gets back.
import type { CodeLists, Column, Contract } from '../contract/contract';
import type { Finding, RuleCount } from '../submission/finding';
import type { ColumnStat } from '../table/data-file';
import type { HeaderCell } from './header';
import type { Scan } from './scan';

/** A code list that is a table of the lake, as the engine reads it. */
export interface ReferenceRows {
  readonly column: Column;
  /** SELECT giving `code` (VARCHAR, once each) and `editions` (BIGINT bit set). */
  readonly select: string;
  /** Oldest first; bit i of `editions` stands for entry i. `from` null: open start. */
  readonly editions: readonly { readonly period: string; readonly from: string | null }[];
}

export interface ConversionRequest {
  readonly contract: Contract;
  readonly codeLists: CodeLists;
  readonly references: readonly ReferenceRows[];
  /** Local file with the bytes as sent. */
  readonly path: string;
  readonly fileName: string;
  readonly submission: string;
  readonly version: string;
  readonly period: string;
  readonly loadedAtMs: number;
  /** Empty folder of this conversion's own; the caller removes it. */
  readonly workDir: string;
}

/** How the file was read. */
export interface SourceTraits {
  readonly delimiter: number;
  readonly headers: readonly HeaderCell[];
  /** Spreadsheet row of the header; null: the format has none. */
  readonly headerRow: number | null;
  readonly bom: boolean;
  /** Rows above the header. */
  readonly titles: number;
  readonly scan: Scan;
  /** Station named by the file, for station files. */
  readonly station: string | undefined;
}

export interface ConvertedData {
  readonly path: string;
  readonly sizeBytes: number;
  readonly rows: number;
  readonly stats: ReadonlyMap<number, ColumnStat>;
}

/** rowsIn = rowsAccepted + rowsRejected; `rowsIn` is counted from the bytes, not by the engine. */
export interface Conversion {
  readonly verdict: 'accepted' | 'partial' | 'rejected';
  readonly rowsIn: number;
  readonly rowsAccepted: number;
  readonly rowsRejected: number;
  readonly blankRows: number;
  readonly findings: readonly Finding[];
  readonly findingCount: number;
  readonly byRule: readonly RuleCount[];
  /** undefined: the file was refused before its header was understood. */
  readonly source: SourceTraits | undefined;
  /** Good rows, a file without rows when there are none; undefined when refused. */
  readonly data: ConvertedData | undefined;
  /** Local file of the rows set aside, as sent, with their reasons; undefined: none. */
  readonly rejectsPath: string | undefined;
}

/** Part of the effect key: a change in how rows are judged or written makes new effects of old versions. */
export const TRANSFORM_VERSION = '1';
