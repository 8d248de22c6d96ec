// From a claimed version to an offer and the draft of a receipt, or to the receipt of a refused file.
import type { Contract } from '../contract/contract';
import type { Bilingual } from '../errors';
import { formerOf } from './commit-judged';
import { completeReceipt, draftReceipt } from './compose-receipt';
import type { IntakeDesk } from './desk';
import { deleteDraft, writeDraft } from './drafts';
import { offerEffects } from './handoff';
import { clearInFlight } from './in-flight';
import type { Judged } from './judged';
import { receiptNotice } from './notice';
import { placeRejects, receiptFolder, writeReceipt } from './receipt-store';
import type { Received } from './receive';
import { takeBackEffect } from './reconcile';
import { refusedVersion } from './refuse';
import { judge } from './seal';
import type { Lake } from './submit';
import type { Version } from './versions';

export async function handOver(
  version: Version,
  contract: Contract,
  lake: Lake,
  desk: Pick<IntakeDesk, 'bells' | 'notices'>,
  notes: readonly Bilingual[] = [],
): Promise<Received> {
  try {
    const judged = await judge(version, contract, lake, notes);
    try {
      return await handOverJudged(judged, lake, desk);
    } finally {
      await judged.close();
    }
  } catch (error) {
    // Whoever is woken next need not wait until this process counts as gone.
    await clearInFlight(version, lake.ports.zones.control);
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
  await placeRejects(lake.ports, version, judged.conversion.rejectsPath);
  // The draft first: an offer is committed as soon as anybody sees it.
  await writeDraft(zones.quarantine, version, { effectKey: effect.effectKey, receipt: draft });
  await offerEffects(contract.dataset, [effect], lake.ports);
  await desk.bells.ring(contract.dataset);
  return { what: 'offered', submission, receipt: draft };
}

const TOO_MUCH: Bilingual = {
  vi: 'Hệ thống đã thử nhiều lần nhưng không đủ bộ nhớ hoặc thời gian để xét tệp này, nên tệp chưa được nhận. Hãy chia nhỏ dữ liệu hoặc xuất lại tệp rồi gửi lại; nếu vẫn vậy, báo người vận hành kèm biên nhận này.',
  en: 'The system tried several times, but had too little memory or time to judge this file; it was not taken in. Split the data or export the file again and resend it; if that does not help, tell the operator and name this receipt.',
};

/** Answers a version over which every process has died; the one before it stays. */
export async function giveUp(
  version: Version,
  contract: Contract,
  lake: Lake,
  notices: IntakeDesk['notices'],
): Promise<Received> {
  const { submission } = version;
  const former = await formerOf(version, contract, undefined, lake);
  const receipt = { ...refusedVersion(version, contract, { code: 'E_RESOURCE', text: TOO_MUCH }), former };
  await writeReceipt(lake.ports, version, receipt, undefined);
  await notices.tell({ agency: contract.agency }, receiptNotice(receipt, receiptFolder(version)));
  await clearInFlight(version, lake.ports.zones.control);
  return { what: 'refused', submission, receipt, code: 'E_RESOURCE' };
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
