// The contract as the rest of the lake sees it: every default stated, nothing optional that a default can fill.
// Text (ODCS YAML) becomes this in parse.ts; nothing else reads YAML.
import type { Bilingual } from '../errors';

/** Types a contract may use; mapping to DuckDB, Parquet and Iceberg in types.ts. */
export type ColumnType =
  | { readonly kind: 'string' | 'integer' | 'long' | 'double' | 'boolean' | 'date' | 'timestamp' }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number };

export type Severity = 'error' | 'warning';

/** A closed list of values. `file` names schemas/codes/<file>.csv; `table` names a dataset of the lake. */
export type CodeListRef =
  | { readonly kind: 'file'; readonly file: string }
  | {
      readonly kind: 'table';
      readonly table: string;
      readonly column: string;
      /** Column of this dataset whose date decides which edition of the list applies; none: any edition. */
      readonly validAt?: string;
      /** schemas/codes/<file>.csv giving `ky_du_lieu,hieu_luc_tu`: from when each edition (period) of the list applies. */
      readonly editions?: string;
      readonly severity: Severity;
    };

export interface Column {
  readonly name: string;
  /** Iceberg field id, from 11 up, never reused. */
  readonly fieldId: number;
  /** With diacritics, as people write it. */
  readonly businessName: string;
  readonly description: string;
  readonly type: ColumnType;
  readonly required: boolean;
  /** Position in the primary key from 1, else 0. */
  readonly keyPosition: number;
  readonly unit?: string;
  /** Header spellings departments use, besides name and businessName. */
  readonly aliases: readonly string[];
  /** RE2-compatible regular expression the whole value must match. */
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly codeList?: CodeListRef;
  readonly personal: 'none' | 'basic' | 'sensitive' | 'quasi';
  readonly mask: 'none' | 'middle' | 'all';
  /** The cell names a person, by a number nobody else has: erasing a person finds the rows by it. */
  readonly subjectId: boolean;
  /** Overrides of the dataset's intake hints. */
  readonly decimalStyle?: DecimalStyle;
  readonly datePatterns?: readonly string[];
  readonly nullTokens?: readonly string[];
  /** One example value as a department writes it. */
  readonly example?: string;
}

/** `vi` 1.234,5 · `en` 1,234.5 · `plain` 1234.5 · `either` 1234,5 or 1234.5, no thousands marks. */
export type DecimalStyle = 'vi' | 'en' | 'plain' | 'either';

/** A rule over one row. `violation` is SQL over the typed columns, true where the row breaks the rule. */
export interface RowRule {
  readonly id: string;
  readonly description: Bilingual;
  readonly violation: string;
  /** Columns to point at; the first is the cell named in findings. */
  readonly columns: readonly string[];
  readonly fix: Bilingual;
  readonly severity: Severity;
}

export interface Intake {
  readonly formats: readonly ('csv' | 'station')[];
  readonly decimalStyle: DecimalStyle;
  /** strptime patterns in order of preference, for dates and for timestamps. */
  readonly datePatterns: readonly string[];
  readonly timestampPatterns: readonly string[];
  /** Cell texts that mean "no value", besides the empty cell. */
  readonly nullTokens: readonly string[];
  /** The header is looked for in this many first records. */
  readonly headerSearch: number;
  /** Share of rejected rows (0 to 1) above which the whole file is refused. */
  readonly maxRejectedShare: number;
  /** Fewest rows a file may hold. */
  readonly minRows: number;
}

export interface Contract {
  readonly id: string;
  /** `<agency>/<dataset>` */
  readonly name: string;
  readonly agency: string;
  /** Table name in the warehouse. */
  readonly dataset: string;
  readonly title: string;
  readonly description: string;
  readonly version: string;
  /** Grain sentence: what one row is. */
  readonly grain: string;
  readonly steward: string;
  readonly sharing: 'mo' | 'dung_chung' | 'rieng';
  readonly legalBasis?: string;
  readonly dataClass: 'cot_loi' | 'quan_trong' | 'thuong';
  readonly storagePlace: 'trong_nuoc' | 'aws_ngoai_nuoc' | 'ca_hai';
  /** How a submission replaces another: one per period, or one per file of the period. */
  readonly slot: 'period' | 'file';
  /** Form of the period segment. */
  readonly period: 'day' | 'month' | 'quarter' | 'year';
  readonly mode: 'replace';
  readonly intake: Intake;
  readonly open: { readonly publish: boolean; readonly licence?: string; readonly suppressBelow?: number };
  /** When the next submission is expected, for example `P1M` after the period's end plus days of grace. */
  readonly due?: { readonly every: string; readonly graceDays: number };
  readonly columns: readonly Column[];
  readonly rules: readonly RowRule[];
}

/** No column can name a person, directly or together with others. */
export const namesNobody = ({ columns }: Pick<Contract, 'columns'>): boolean =>
  columns.every(({ personal }) => personal === 'none');

/** Rows of schemas/codes/<file>.csv; `ma` is the code, `ten` its label, the rest as the file has it. */
export type CodeRow = Readonly<Record<string, string>>;
export type CodeLists = ReadonlyMap<string, readonly CodeRow[]>;

/** Columns the lake adds to every table, before the contract's own. */
export const LINEAGE_COLUMNS = [
  { name: '_submission', fieldId: 1, type: { kind: 'string' } },
  { name: '_version', fieldId: 2, type: { kind: 'string' } },
  { name: '_row', fieldId: 3, type: { kind: 'long' } },
  { name: '_loaded_at', fieldId: 4, type: { kind: 'timestamp' } },
  { name: 'ky_du_lieu', fieldId: 5, type: { kind: 'string' } },
] as const satisfies readonly { name: string; fieldId: number; type: ColumnType }[];
