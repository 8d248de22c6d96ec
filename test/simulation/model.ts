// What the rows should be, as a pure function of what was sent, retracted and erased. Knows nothing of time, commits or files.
import { judgeText, NEW_CONTRACT, OLD_CONTRACT, type Row, SUBJECT_COLUMN } from './made-format';

/** One place in the order of a submission. */
export interface SentVersion {
  readonly submission: string;
  readonly version: string;
  readonly arrival: number;
  readonly period: string;
  readonly text: string;
  readonly sha256: string;
  /** Key of its bytes in the raw zone. */
  readonly raw: string;
}

/** Without the moment of loading, which may differ. */
export type PlainRow = string;

export function plain(row: Row): PlainRow {
  const entries = Object.entries(row).filter(([name, value]) => name !== '_loaded_at' && value !== null);
  return JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Rows of a version under a contract, sorted; undefined: the file is refused. */
export function rowsOf(
  sent: SentVersion,
  contractVersion: string,
): readonly { plain: PlainRow; subject: string }[] | undefined {
  const judged = judgeText(sent.text, contractVersion);
  if (judged.verdict === 'rejected') return undefined;
  return judged.good
    .map(({ line, cells }) => ({
      plain: plain({
        _submission: sent.submission,
        _version: sent.version,
        _row: line,
        ky_du_lieu: sent.period,
        ...cells,
      }),
      subject: String(cells[SUBJECT_COLUMN]),
    }))
    .sort((a, b) => (a.plain < b.plain ? -1 : 1));
}

export interface Facts {
  /** Oldest first, of every submission. */
  readonly versions: readonly SentVersion[];
  readonly retracted: ReadonlySet<string>;
  readonly erased: ReadonlySet<string>;
  /** Contracts under which a version was judged good, as stored; a verdict never changes. */
  readonly goodUnder: (sent: SentVersion) => readonly string[];
}

export const versionName = (submission: string, version: string): string => `${submission} ${version}`;

/** Newest version that was judged good under some contract and was not retracted. */
export function wanted(facts: Facts, submission: string): SentVersion | undefined {
  return facts.versions.findLast(
    (sent) =>
      sent.submission === submission &&
      !facts.retracted.has(versionName(sent.submission, sent.version)) &&
      facts.goodUnder(sent).length > 0,
  );
}

/** Rows of one submission readers should see in the end, sorted, under one of the contracts it was judged good under. */
export function expectedRows(facts: Facts, submission: string): readonly (readonly PlainRow[])[] {
  const sent = wanted(facts, submission);
  if (!sent) return [[]];
  return facts
    .goodUnder(sent)
    .map((contract) =>
      (rowsOf(sent, contract) ?? []).filter((row) => !facts.erased.has(row.subject)).map((row) => row.plain),
    );
}

export const CONTRACT_VERSIONS = [OLD_CONTRACT.version, NEW_CONTRACT.version] as const;
