// Where receipts lie: the department's own prefix of the receipts zone, one folder a version. The JSON is written last:
// a version with a receipt is done.
import type { LakePorts, ObjectStore } from '../../platform/ports';
import type { Receipt } from './receipt';
import { receiptPage } from './receipt-page';
import type { Version } from './versions';

export const receiptFolder = (version: Version): string => `${version.submission}/v/${version.version}`;

export async function readReceipt(receipts: ObjectStore, version: Version): Promise<Receipt | undefined> {
  const body = await receipts.get(`${receiptFolder(version)}/receipt.json`);
  return body ? (JSON.parse(Buffer.from(body).toString('utf8')) as Receipt) : undefined;
}

export async function writeReceipt(
  ports: LakePorts,
  version: Version,
  receipt: Receipt,
  rejectsPath: string | undefined,
): Promise<void> {
  const folder = receiptFolder(version);
  const { receipts, quarantine } = ports.zones;
  if (rejectsPath !== undefined) {
    await quarantine.putFileIfAbsent(`${folder}/rejects.csv`, rejectsPath);
    await receipts.putFileIfAbsent(`${folder}/rejects.csv`, rejectsPath);
  }
  await receipts.put(`${folder}/receipt.html`, receiptPage(receipt, { lang: 'vi' }));
  await receipts.put(`${folder}/receipt.json`, `${JSON.stringify(receipt, null, 2)}\n`);
}
