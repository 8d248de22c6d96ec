// Where receipts lie: the department's own prefix of the receipts zone, one folder a version. The JSON is written last:
// a version with a receipt is done.
import { z } from 'zod';
import type { LakePorts, ObjectStore } from '../../platform/ports';
import { InputError } from '../errors';
import type { Receipt } from './receipt';
import { receiptPage } from './receipt-page';
import { readStored } from './stored';
import type { Version } from './versions';

export const receiptFolder = (version: Version): string => `${version.submission}/v/${version.version}`;

/** What every reader of receipts counts on; the rest is shown as it stands. */
function isReceipt(value: unknown): value is Receipt {
  if (typeof value !== 'object' || value === null) return false;
  const receipt: Readonly<Record<string, unknown>> = { ...value };
  const texts = ['submission', 'version', 'file', 'sha256', 'contractVersion', 'verdict'];
  const numbers = ['rowsIn', 'rowsAccepted', 'rowsRejected', 'blankRows', 'findingCount'];
  return (
    texts.every((key) => typeof receipt[key] === 'string') &&
    numbers.every((key) => typeof receipt[key] === 'number') &&
    Array.isArray(receipt.findings) &&
    Array.isArray(receipt.notes)
  );
}

export const receiptShape = z.custom<Receipt>(isReceipt);

/** @throws InputError E_RECORD */
export function readReceipt(receipts: ObjectStore, version: Version): Promise<Receipt | undefined> {
  return readStored(receipts, `${receiptFolder(version)}/receipt.json`, receiptShape);
}

/** As readReceipt; a damaged one counts as none, for those who will write it again. */
export async function readWholeReceipt(receipts: ObjectStore, version: Version): Promise<Receipt | undefined> {
  try {
    return await readReceipt(receipts, version);
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

/**
 * Rows set aside, for the steward and for the department: those of the judging that is answered now. A version judged again
 * (another contract, another code list) may have others.
 * @param path undefined: none; what an earlier judging left is emptied, for intake may delete nothing here
 */
export async function placeRejects(ports: LakePorts, version: Version, path: string | undefined): Promise<void> {
  const { receipts, quarantine } = ports.zones;
  const key = `${receiptFolder(version)}/rejects.csv`;
  for (const zone of [quarantine, receipts]) {
    if (path !== undefined) await zone.putFile(key, path);
    else if (((await zone.head(key))?.sizeBytes ?? 0) > 0) await zone.put(key, '');
  }
}

/** @param rejectsPath local file of the rows set aside; undefined: there are none */
export async function writeReceipt(
  ports: LakePorts,
  version: Version,
  receipt: Receipt,
  rejectsPath: string | undefined,
): Promise<void> {
  await placeRejects(ports, version, rejectsPath);
  await putReceipt(ports.zones.receipts, receiptFolder(version), receipt);
}

/** @param folder key without a slash at the end */
export async function putReceipt(receipts: ObjectStore, folder: string, receipt: Receipt): Promise<void> {
  await receipts.put(`${folder}/receipt.html`, receiptPage(receipt, { lang: 'vi' }));
  await receipts.put(`${folder}/receipt.json`, `${JSON.stringify(receipt, null, 2)}\n`);
}

/** Versions of a submission that have their answer. */
export async function answeredVersions(receipts: ObjectStore, submission: string): Promise<ReadonlySet<string>> {
  const start = `${submission}/v/`;
  const end = '/receipt.json';
  const keys = (await receipts.list(start)).map(({ key }) => key).filter((key) => key.endsWith(end));
  return new Set(keys.map((key) => key.slice(start.length, -end.length)));
}
