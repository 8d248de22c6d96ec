// A version that was claimed and whose bytes are gone from the raw zone before anybody judged them. They are kept again from
// the upload while that is there; without it the sender is asked to send the file once more.
import type { Contract } from '../contract/contract';
import { suppressionOf } from '../erasure/suppression';
import type { Arrival } from './arrivals';
import type { IntakeDesk } from './desk';
import { clearInFlight } from './in-flight';
import { receiptNotice } from './notice';
import { rawOf } from './raw';
import { receiptFolder, writeReceipt } from './receipt-store';
import type { Received } from './receive';
import { type Refusal, refusedVersion } from './refuse';
import type { Lake } from './submit';
import { keepBytes } from './take-in';
import { withdrawUnjudgeable } from './unjudgeable';
import { readVerdicts } from './verdict';
import type { Version } from './versions';

const GONE: Refusal = {
  code: 'E_FILE_MISSING',
  text: {
    vi: 'Bản gốc của tệp này không còn trong hồ dữ liệu trước khi được xét, nên tệp chưa được nhận. Hãy gửi lại tệp.',
    en: 'The bytes of this file were gone from the lake before they were judged; it was not taken in. Send the file again.',
  },
};

/** @returns undefined: the bytes are at hand */
export async function answerLostBytes(
  version: Version,
  arrival: Arrival | undefined,
  contract: Contract,
  lake: Lake,
  desk: Pick<IntakeDesk, 'uploads' | 'notices'>,
): Promise<Received | undefined> {
  const { zones, workspace } = lake.ports;
  if (await zones.raw.head((await rawOf(version, zones.control)).key)) return undefined;
  if (arrival) {
    const work = await workspace.open();
    try {
      const path = await desk.uploads.fetch(arrival.upload, work.dir);
      if (path !== undefined) {
        const { epoch } = await suppressionOf(contract.dataset, zones.control);
        await keepBytes(version, { path, fileName: version.file, contract }, epoch, lake);
        return undefined;
      }
    } finally {
      await work.close();
    }
  }
  // Judged once: what readers should see may be this version, and only operations can bring its bytes back.
  if ((await readVerdicts(zones.control, version)).length > 0) return undefined;
  const { submission } = version;
  const receipt = refusedVersion(version, contract, GONE);
  await writeReceipt(lake.ports, version, receipt, undefined);
  await desk.notices.tell({ agency: contract.agency }, receiptNotice(receipt, receiptFolder(version)));
  await withdrawUnjudgeable(version, lake.ports);
  await clearInFlight(version, zones.control);
  return { what: 'refused', submission, receipt, code: GONE.code };
}
