// Where receipts lie: the department's own prefix of the receipts zone, one folder a version. The JSON is written last:
// a version with a receipt is done.
import { z } from 'zod';
import type { LakePorts, ObjectStore } from '../../platform/ports';
import { FaultError, InputError } from '../errors';
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

/** Whether the rows beside a version's receipt are those of a judging that set so many bytes of them aside. */
export async function areRejectsOf(ports: LakePorts, version: Version, sizeBytes: number): Promise<boolean> {
  const { receipts, quarantine } = ports.zones;
  for (const zone of [quarantine, receipts])
    if (((await zone.head(`${receiptFolder(version)}/rejects.csv`))?.sizeBytes ?? 0) !== sizeBytes) return false;
  return true;
}

const MOST_ROUNDS = 5;

/**
 * Two judgings of one version under different contracts may meet here. Whoever wrote its receipt last makes sure that the
 * rows beside it are its own.
 * @param rejectsPath local file of the rows set aside; undefined: there are none
 * @throws FaultError F_PUT
 */
export async function writeReceipt(
  ports: LakePorts,
  version: Version,
  receipt: Receipt,
  rejectsPath: string | undefined,
): Promise<void> {
  const { receipts } = ports.zones;
  const folder = receiptFolder(version);
  const sizeBytes = rejectsPath === undefined ? 0 : (await ports.files.digest(rejectsPath)).sizeBytes;
  for (let round = 1; round <= MOST_ROUNDS; round++) {
    await placeRejects(ports, version, rejectsPath);
    await putReceipt(receipts, folder, receipt);
    if (await areRejectsOf(ports, version, sizeBytes)) return;
    const held = await receipts.get(`${folder}/receipt.json`);
    if (held && Buffer.from(held).toString('utf8') !== textOf(receipt)) return;
  }
  throw new FaultError('F_PUT', `${receipts.location(folder)}: another judging keeps writing over this one.`);
}

const textOf = (receipt: Receipt): string => `${JSON.stringify(receipt, null, 2)}\n`;

/** @param folder key without a slash at the end */
export async function putReceipt(receipts: ObjectStore, folder: string, receipt: Receipt): Promise<void> {
  await receipts.put(`${folder}/receipt.html`, receiptPage(receipt, { lang: 'vi' }));
  await receipts.put(`${folder}/receipt.json`, textOf(receipt));
}

/** Versions of a submission that have their answer. */
export async function answeredVersions(receipts: ObjectStore, submission: string): Promise<ReadonlySet<string>> {
  const start = `${submission}/v/`;
  const end = '/receipt.json';
  const keys = (await receipts.list(start)).map(({ key }) => key).filter((key) => key.endsWith(end));
  return new Set(keys.map((key) => key.slice(start.length, -end.length)));
}
