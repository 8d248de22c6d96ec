// What of a submission readers see now.
import type { LakePorts } from '../../platform/ports';
import type { Contract } from '../contract/contract';
import { SUBMISSION_FIELD } from '../table/data-file';
import { keyAt } from '../table/location';
import { onlyText } from '../table/ownership';
import { liveVersions, planFiles } from '../table/plan';
import type { Receipt } from './receipt';

export interface Live {
  readonly version: string;
  readonly rows: number;
  /** Every data file is in the store with the size its manifest states. */
  readonly isWhole: boolean;
}

/** undefined: no rows of the submission are visible. */
export async function liveOf(submission: string, contract: Contract, ports: LakePorts): Promise<Live | undefined> {
  const { curated } = ports.zones;
  const head = await ports.catalog.load(contract.dataset);
  if (!head) return undefined;
  const { files } = await planFiles(curated, head.metadata);
  const live = liveVersions(files).get(submission);
  if (!live) return undefined;
  let isWhole = true;
  for (const file of files) {
    if (onlyText(file.stats.get(SUBMISSION_FIELD)) !== submission) continue;
    const key = keyAt(curated, file.path);
    const found = (await curated.list(key)).find((object) => object.key === key);
    isWhole &&= found?.sizeBytes === file.sizeBytes;
  }
  return { version: live.version ?? '', rows: live.rows, isWhole };
}

/** Whether readers see what a receipt says they do: a table may have been lost or set back since it was written. */
export function isShown(receipt: Receipt, live: Live | undefined): boolean {
  if (receipt.rowsAccepted === 0) return live === undefined;
  return live?.version === receipt.version && live.rows === receipt.rowsAccepted && live.isWhole;
}
