// Uploads that become no version, and are told so: wrong key, not let through by the scanner, overtaken. A receipt all the
// same, because nothing that was sent ends in silence.
import type { LakePorts, Notices, StoredUpload } from '../../platform/ports';
import type { Contract } from '../contract/contract';
import type { Bilingual } from '../errors';
import { refusal } from '../intake/refusals';
import { refOf } from './arrivals';
import { type Outcome, uploadId, writeMark } from './marks';
import { receiptNotice } from './notice';
import type { Receipt } from './receipt';
import { putReceipt } from './receipt-store';
import type { Placed } from './upload-key';
import type { Version } from './versions';

export interface Refusal {
  readonly code: string;
  readonly text: Bilingual;
}

const EXPECTED: Bilingual = { vi: 'xem hướng dẫn', en: 'see the message' };

/** Folder for marks of uploads that belong to no submission. */
export const BAD = '_bad';
const UNKNOWN_AGENCY = '_unknown';

export const overtaken = (file: string): Refusal => ({
  code: 'E_OVERTAKEN',
  text: {
    vi: `Tệp “${file}” đến sau khi một bản gửi muộn hơn của cùng bài gửi đã được nhận, nên không được xét. Nếu tệp này mới là bản đúng, hãy gửi lại.`,
    en: `The file “${file}” came into view after a later upload of the same submission had been taken in, and was not judged. If this file is the right one, send it again.`,
  },
});

/** Of one upload: the disk of the largest function is 10 GB, and holds the file beside all that is made of it. */
export const MOST_BYTES = 4_000_000_000;

export const tooLarge = (file: string, sizeBytes: number): Refusal => ({
  code: 'E_TOO_LARGE',
  text: {
    vi: `Tệp “${file}” lớn ${sizeBytes} byte; cần không quá ${MOST_BYTES} byte. Hãy chia dữ liệu theo kỳ hoặc theo đơn vị rồi gửi lại.`,
    en: `The file “${file}” has ${sizeBytes} bytes; expected at most ${MOST_BYTES}. Split the data by period or by office and send it again.`,
  },
});

export const scanRefusal = (file: string, result: string): Refusal => ({
  code: 'E_SCAN',
  text: {
    vi: `Tệp “${file}” không qua được bước quét mã độc (kết quả: ${result}) nên chưa được mở. Hãy kiểm tra máy đã tạo tệp, xuất lại tệp rồi gửi lại.`,
    en: `The file “${file}” did not pass the malware scan (result: ${result}) and was not opened. Check the computer it was made on, export the file again and resend it.`,
  },
});

/** A receipt without a version. */
function receiptOf(upload: StoredUpload, { code, text }: Refusal, placed: Placed | undefined, atMs: number): Receipt {
  const [agency = '', dataset = ''] = upload.key.split('/');
  const known = placed?.contract;
  return {
    submission: placed?.submission ?? '',
    version: '',
    file: placed?.fileName ?? upload.key,
    sizeBytes: upload.sizeBytes,
    sha256: '',
    receivedAt: new Date(atMs).toISOString(),
    agency: known?.agency ?? agency,
    dataset: known?.dataset ?? dataset,
    title: known?.title ?? dataset,
    period: placed?.period ?? '',
    contractVersion: known?.version ?? '',
    verdict: 'rejected',
    rowsIn: 0,
    rowsAccepted: 0,
    rowsRejected: 0,
    blankRows: 0,
    findings: [refusal(code, EXPECTED, text)],
    findingCount: 1,
    byRule: [],
    notes: [],
    headers: [],
    headerRow: null,
    snapshot: null,
    former: null,
    rejects: null,
  };
}

/** Of a version nobody could judge. */
export function refusedVersion(version: Version, contract: Contract, problem: Refusal): Receipt {
  const { submission, version: id, file, sizeBytes, sha256, receivedAtMs, period } = version;
  const upload = { key: file, versionId: id, sizeBytes, modifiedAtMs: receivedAtMs };
  const placed = { contract, period, fileName: file, submission };
  return { ...receiptOf(upload, problem, placed, receivedAtMs), version: id, sha256 };
}

function agencyOf(key: string, contracts: ReadonlyMap<string, Contract>): string | undefined {
  const agency = key.split('/')[0] ?? '';
  return [...contracts.keys()].some((name) => name.startsWith(`${agency}/`)) ? agency : undefined;
}

/** Answers, tells the department, and marks the upload as done with; in this order, so that a crash repeats and loses nothing. */
export async function refuseUpload(
  upload: StoredUpload,
  problem: Refusal,
  placed: Placed | undefined,
  outcome: Outcome,
  lake: { readonly ports: LakePorts; readonly contracts: ReadonlyMap<string, Contract> },
  notices: Notices,
): Promise<Receipt> {
  const { zones, clock } = lake.ports;
  const agency = agencyOf(upload.key, lake.contracts);
  const receipt = receiptOf(upload, problem, placed, clock.now());
  const folder = placed
    ? `${placed.submission}/u/${uploadId(upload)}`
    : `${agency === undefined ? UNKNOWN_AGENCY : `${agency}/_refused`}/${uploadId(upload)}`;
  await putReceipt(zones.receipts, folder, receipt);
  if (agency !== undefined) await notices.tell({ agency }, receiptNotice(receipt, folder));
  await writeMark(zones.control, placed?.submission ?? BAD, { upload: refOf(upload), outcome });
  return receipt;
}
