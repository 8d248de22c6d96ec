// The receipt of a judged version, in words and numbers: first what was found in the file, then what became of it.
import type { Bilingual } from '../errors';
import type { EffectOutcome } from '../table/commit';
import type { Judged } from './judged';
import { readingNotes } from './notes';
import type { Receipt } from './receipt';

/** What is known before anything became visible: the receipt without its outcome. */
export function draftReceipt(judged: Judged): Receipt {
  const { version, contract, conversion, references } = judged;
  const { source } = conversion;
  const notes: Bilingual[] = [...judged.leadNotes, ...(source ? readingNotes(source, contract) : [])];
  for (const table of references.empty) {
    notes.push({
      vi: `Chưa đối chiếu mã với danh mục “${table}” vì danh mục chưa có trong hồ dữ liệu.`,
      en: `Codes were not held against the list “${table}”: the lake does not have it yet.`,
    });
  }
  if (judged.rowsSuppressed > 0) {
    notes.push({
      vi: `${judged.rowsSuppressed} dòng về người đã được xóa dữ liệu theo yêu cầu bị bỏ ra, không nhận và không lưu.`,
      en: `${judged.rowsSuppressed} rows about people erased on request were left out: neither taken in nor kept.`,
    });
  }
  return {
    submission: version.submission,
    version: version.version,
    file: version.file,
    sizeBytes: version.sizeBytes,
    sha256: version.sha256,
    receivedAt: new Date(version.receivedAtMs).toISOString(),
    agency: contract.agency,
    dataset: contract.dataset,
    title: contract.title,
    period: version.period,
    contractVersion: contract.version,
    verdict: conversion.verdict,
    rowsIn: conversion.rowsIn,
    rowsAccepted: conversion.rowsAccepted,
    rowsRejected: conversion.rowsRejected,
    blankRows: conversion.blankRows,
    findings: conversion.findings,
    findingCount: conversion.findingCount,
    byRule: conversion.byRule,
    notes,
    headers: (source?.headers ?? []).map((cell) => ({
      header: cell.text,
      column: cell.column?.name ?? null,
      businessName: cell.column?.businessName ?? null,
    })),
    headerRow: source?.headerRow ?? null,
    snapshot: null,
    former: null,
    ...(references.empty.length > 0 ? { unchecked: references.empty } : {}),
    rejects: conversion.rejectsPath === undefined ? null : 'rejects.csv',
  };
}

const SUPERSEDED: Bilingual = {
  vi: 'Một bản mới hơn của bài gửi này đã được nhận trước: bản này không hiển thị.',
  en: 'A newer version of this submission was taken in first: this one is not visible.',
};

/** @param former what was live before, or stays live */
export function completeReceipt(
  draft: Receipt,
  outcome: EffectOutcome | undefined,
  former: Receipt['former'],
): Receipt {
  const notes = outcome?.outcome === 'superseded' ? [...draft.notes, SUPERSEDED] : draft.notes;
  return { ...draft, notes, snapshot: outcome?.snapshotId ?? null, former };
}
