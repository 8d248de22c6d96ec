// From a claimed version to an offer and the draft of a receipt, or to the receipt of a refused file.
import type { Contract } from '../contract/contract';
import type { Bilingual } from '../errors';
import { formerOf } from './commit-judged';
import { completeReceipt, draftReceipt } from './compose-receipt';
import type { IntakeDesk } from './desk';
import { deleteDraft, writeDraft } from './drafts';
import { blaming } from './file-fault';
import { recordGivenUp } from './given-up';
import { offerEffects } from './handoff';
import { clearInFlight, releaseInFlight } from './in-flight';
import type { Judged } from './judged';
import { receiptNotice } from './notice';
import { ourFault } from './our-fault';
import { placeRejects, receiptFolder, writeReceipt } from './receipt-store';
import type { Received } from './receive';
import { takeBackEffect } from './reconcile';
import { type Refusal, refusedVersion } from './refuse';
import { judge } from './seal';
import type { Lake } from './submit';
import { hasGoodVerdict } from './verdict';
import type { Version } from './versions';

/** A fault over the file itself that has been met so often, the last time where there is most memory, is answered. */
const MOST_FAULTS = 3;

export const isLastTry = (tries: number, { maxBytes }: Pick<IntakeDesk, 'maxBytes'>): boolean =>
  tries >= MOST_FAULTS && maxBytes === Number.POSITIVE_INFINITY;

/** @param tries this one included, as its marker says */
export async function handOver(
  version: Version,
  contract: Contract,
  lake: Lake,
  desk: Pick<IntakeDesk, 'bells' | 'notices' | 'maxBytes'>,
  { tries, notes = [] }: { readonly tries: number; readonly notes?: readonly Bilingual[] },
): Promise<Received> {
  const blamed = blaming(lake);
  try {
    const judged = await judge(version, contract, blamed.lake, notes);
    try {
      return await handOverJudged(judged, lake, desk);
    } finally {
      await judged.close();
    }
  } catch (error) {
    const fault = blamed.faultOf(error);
    // What was good once is not refused: its rows may be what readers should see.
    if (fault && isLastTry(tries, desk) && !(await hasGoodVerdict(lake.ports.zones.control, version)))
      return { ...(await giveUp(version, contract, ourFault(fault, true), lake, desk.notices)), fault: error };
    await releaseInFlight(version, lake.ports, fault ? tries : tries - 1);
    throw error;
  }
}

async function handOverJudged(
  judged: Judged,
  lake: Lake,
  desk: Pick<IntakeDesk, 'bells' | 'notices'>,
): Promise<Received> {
  const { version, contract, effect } = judged;
  const { zones } = lake.ports;
  const { submission } = version;
  const draft = draftReceipt(judged);
  if (!effect) {
    const receipt = completeReceipt(draft, undefined, await formerOf(version, contract, undefined, lake));
    await writeReceipt(lake.ports, version, receipt, judged.conversion.rejectsPath);
    await desk.notices.tell({ agency: contract.agency }, receiptNotice(receipt, receiptFolder(version)));
    await deleteDraft(zones.quarantine, version);
    await clearInFlight(version, zones.control);
    return { what: 'rejected', submission, receipt };
  }
  const { rejectsPath } = judged.conversion;
  const rejectsBytes = rejectsPath === undefined ? 0 : (await lake.ports.files.digest(rejectsPath)).sizeBytes;
  await placeRejects(lake.ports, version, rejectsPath);
  // The draft first: an offer is committed as soon as anybody sees it.
  await writeDraft(zones.quarantine, version, { effectKey: effect.effectKey, receipt: draft, rejectsBytes });
  await offerEffects(contract.dataset, [effect], lake.ports);
  await desk.bells.ring(contract.dataset);
  return { what: 'offered', submission, receipt: draft };
}

/** Answers a version that could not be judged; the one before it stays. */
export async function giveUp(
  version: Version,
  contract: Contract,
  refusal: Refusal,
  lake: Lake,
  notices: IntakeDesk['notices'],
): Promise<Received> {
  const { submission } = version;
  const former = await formerOf(version, contract, undefined, lake);
  const receipt = { ...refusedVersion(version, contract, refusal), former };
  await recordGivenUp(version, contract, refusal.code, lake.ports.zones.control);
  await writeReceipt(lake.ports, version, receipt, undefined);
  await notices.tell({ agency: contract.agency }, receiptNotice(receipt, receiptFolder(version)));
  await clearInFlight(version, lake.ports.zones.control);
  return { what: 'refused', submission, receipt, code: refusal.code };
}

/** Rows of a submission of which no version is left are to go. */
export async function offerTakeBack(
  submission: string,
  contract: Contract,
  lake: Lake,
  desk: Pick<IntakeDesk, 'bells'>,
): Promise<void> {
  await offerEffects(contract.dataset, [await takeBackEffect(submission, contract, lake)], lake.ports);
  await desk.bells.ring(contract.dataset);
}
