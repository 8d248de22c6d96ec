// The receipt: what the sender gets back for every file, green ones too. JSON is this type as it stands.
import type { Bilingual } from '../errors';
import type { Finding, RuleCount } from './finding';

export type Verdict = 'accepted' | 'partial' | 'rejected';

export interface Receipt {
  /** Submission key `agency/dataset/period[/part]`. */
  readonly submission: string;
  /** Version in the raw zone, `<arrival>-<first 12 hex digits of the hash>`. */
  readonly version: string;
  /** File name as sent. */
  readonly file: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** ISO 8601 UTC. */
  readonly receivedAt: string;
  readonly agency: string;
  readonly dataset: string;
  /** Dataset title, Vietnamese. */
  readonly title: string;
  readonly period: string;
  readonly contractVersion: string;
  readonly verdict: Verdict;
  /** rowsIn = rowsAccepted + rowsRejected, always; blank rows are not rows. */
  readonly rowsIn: number;
  readonly rowsAccepted: number;
  readonly rowsRejected: number;
  readonly blankRows: number;
  /** At most the first 1,000; `findingCount` says how many there are. */
  readonly findings: readonly Finding[];
  readonly findingCount: number;
  readonly byRule: readonly RuleCount[];
  /** What was converted and how the file was read: encoding, delimiter, number style, dates, period taken from the name … */
  readonly notes: readonly Bilingual[];
  /** Header of the file → column of the contract, in file order; column null: kept out. */
  readonly headers: readonly {
    readonly header: string;
    readonly column: string | null;
    readonly businessName: string | null;
  }[];
  /** Spreadsheet row of the header; null: the format has none. Absent on receipts of earlier versions of the lake. */
  readonly headerRow?: number | null;
  /** Snapshot that made the rows visible; null when nothing became visible. */
  readonly snapshot: string | null;
  /** Version this one replaced, or the version that stays visible when this one was refused; null: none. */
  readonly former: { readonly version: string; readonly rows: number; readonly state: 'replaced' | 'kept' } | null;
  /** Lists that had no rows yet when the file was judged, so that codes were not held against them. */
  readonly unchecked?: readonly string[];
  /** File name, beside the receipt, of the rows set aside with their reasons; null: none. */
  readonly rejects: string | null;
}
