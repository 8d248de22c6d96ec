// A receipt after a person left the file it answers: the figures, findings and words that still hold.
import type { Bilingual } from '../errors';
import type { Finding, RuleCount } from '../submission/finding';
import type { Receipt } from '../submission/receipt';
import type { CorrectedReceipt } from './journal';
import { COVERED } from './spelling';

const LEFT_OUT = /^(\d+) rows about people erased on request /;

function leftOutNote(rows: number): Bilingual {
  return {
    vi: `${rows} dòng về người đã được xóa dữ liệu theo yêu cầu bị bỏ ra, không nhận và không lưu.`,
    en: `${rows} rows about people erased on request were left out: neither taken in nor kept.`,
  };
}

/** Rows the receipt says were left out because their people are erased. */
export function toldLeftOut(receipt: Receipt): number {
  return receipt.notes.reduce((sum, note) => sum + Number(LEFT_OUT.exec(note.en)?.[1] ?? 0), 0);
}

/** One finding less for the rule it counted under. */
function less(counts: readonly RuleCount[], gone: readonly Finding[]): RuleCount[] {
  const left = counts.map((count) => ({ ...count }));
  for (const finding of gone) {
    const same = left.filter((count) => count.code === finding.code && count.count > 0);
    const rule = same.find((count) => count.column === finding.column) ?? same[0];
    if (rule) rule.count--;
  }
  return left.filter((count) => count.count > 0);
}

/** Correcting twice changes nothing more. */
export function corrected(receipt: Receipt, figures: CorrectedReceipt): Receipt {
  const records = new Set(figures.records);
  const gone = receipt.findings.filter(({ record }) => record !== null && records.has(record));
  const { rowsIn, rowsAccepted, rowsRejected, blankRows, leftOut } = figures;
  return {
    ...receipt,
    rowsIn,
    rowsAccepted,
    rowsRejected,
    blankRows,
    findings: receipt.findings.filter((finding) => !gone.includes(finding)),
    findingCount: receipt.findingCount - gone.length,
    byRule: less(receipt.byRule, gone),
    notes: [...receipt.notes.filter((note) => !LEFT_OUT.test(note.en)), leftOutNote(leftOut)],
  };
}

/** Any value with every occurrence of the pattern in its texts covered. */
export function covered<T>(value: T, pattern: RegExp): T;
export function covered(value: unknown, pattern: RegExp): unknown {
  if (typeof value === 'string') return value.replace(pattern, COVERED);
  if (Array.isArray(value)) return value.map((one: unknown) => covered(one, pattern));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]: [string, unknown]) => [key, covered(one, pattern)]));
}
