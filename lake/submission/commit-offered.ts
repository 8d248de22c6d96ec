// What commit does about a bell: takes the open offers of one dataset, makes them visible in one snapshot, and completes the
// receipts of everything that was decided, whoever judged it. Offers are settled last: whatever a crash left out is done by
// the next bell, to which the table says that the effects are live already.
import type { Contract } from '../contract/contract';
import { suppressionOf } from '../erasure/suppression';
import type { EffectOutcome } from '../table/commit';
import { wantedVersion } from './candidates';
import { commitTogether, formerOf } from './commit-judged';
import { completeReceipt } from './compose-receipt';
import type { CommitDesk } from './desk';
import { deleteDraft, readDraft } from './drafts';
import { dropStaleOffers, openOffers, type SealedEffect, settleOffer } from './handoff';
import { clearInFlight } from './in-flight';
import { receiptNotice } from './notice';
import type { Receipt } from './receipt';
import { areRejectsOf, putReceipt, readWholeReceipt, receiptFolder } from './receipt-store';
import type { Lake } from './submit';
import { type Version, versionOf } from './versions';

export interface Decided {
  readonly effect: SealedEffect;
  readonly outcome: EffectOutcome['outcome'];
  readonly snapshotId: string | null;
  /** Completed now; undefined: nobody waits for one, or intake is to judge again. */
  readonly receipt: Receipt | undefined;
}

/** Answers written at one time: each is a handful of small requests. */
const AT_ONCE = 16;

/**
 * @param onVisible told what readers see now, before the offers are settled: where it fails, it is told again by the next bell
 * @returns one entry an effect; empty: nothing was offered
 */
export async function commitOffered(
  contract: Contract,
  lake: Lake,
  desk: CommitDesk,
  onVisible: (decided: readonly Decided[]) => Promise<void> = async () => {},
): Promise<readonly Decided[]> {
  const { ports } = lake;
  if ((await openOffers(contract.dataset, undefined, ports, 1)).length === 0) {
    await dropStaleOffers(contract.dataset, ports);
    return [];
  }
  const { outcomes, taken } = await commitTogether([], undefined, true, contract, lake);
  const effects = new Map(
    taken.flatMap((offer) => offer.effects).map((effect): [string, SealedEffect] => [effect.effectKey, effect]),
  );
  const { epoch } = await suppressionOf(contract.dataset, ports.zones.control);
  const decided: Decided[] = [];
  // The same effect may have been offered twice: of its outcomes the best is what became of it.
  const best = new Map<string, EffectOutcome>();
  for (const outcome of outcomes) {
    const other = best.get(outcome.effectKey);
    if (!other || other.outcome === 'superseded') best.set(outcome.effectKey, outcome);
  }
  const todo = [...best.values()];
  const problems: unknown[] = [];
  for (let at = 0; at < todo.length; at += AT_ONCE) {
    const answering = todo.slice(at, at + AT_ONCE).map(async (outcome) => {
      const effect = effects.get(outcome.effectKey);
      if (!effect) return;
      const entry = { effect, outcome: outcome.outcome, snapshotId: outcome.snapshotId };
      try {
        const receipt = effect.op === 'put' ? await answer(effect, outcome, epoch, contract, lake, desk) : undefined;
        decided.push({ ...entry, receipt });
      } catch (problem) {
        // One department that cannot be told does not keep the others waiting.
        problems.push(problem);
        decided.push({ ...entry, receipt: undefined });
      }
    });
    await Promise.all(answering);
  }
  const visible = decided.filter(({ outcome }) => outcome === 'committed' || outcome === 'already-live');
  if (visible.length > 0) await onVisible(visible);
  // The offers stay: the next bell finds everything live, and answers whoever has not been answered.
  if (problems.length > 0) throw problems[0];
  for (const { key } of taken) await settleOffer(ports.zones.control, key);
  return decided;
}

async function answer(
  effect: SealedEffect,
  outcome: EffectOutcome,
  erasureEpoch: number,
  contract: Contract,
  lake: Lake,
  desk: CommitDesk,
): Promise<Receipt | undefined> {
  const { control, quarantine, receipts } = lake.ports.zones;
  const { submission } = effect;
  const version = await versionOf(control, submission, effect.version);
  const draft = await readDraft(quarantine, version);
  const isOther = draft !== undefined && draft.effectKey !== effect.effectKey;
  if (outcome.outcome === 'reseal' || (await isStillWanted(version, outcome, lake))) {
    // Judged again from the raw file, unless a later sealing of the same version is on its way already.
    if (!isOther) await judgeAgain(version, lake, desk);
    return undefined;
  }
  if (isOther) return undefined;
  const answered = await readWholeReceipt(receipts, version);
  if (answered && (!draft || outcome.outcome === 'superseded')) {
    // Answered before a crash, or judged a second time after it had been replaced: the answer stands.
    await deleteDraft(quarantine, version);
    await clearInFlight(version, control);
    return undefined;
  }
  if (!draft || effect.erasureEpoch < erasureEpoch) {
    // Lost, or made before somebody was erased, who may stand in it.
    await judgeAgain(version, lake, desk);
    return undefined;
  }
  if (draft.rejectsBytes !== undefined && !(await areRejectsOf(lake.ports, version, draft.rejectsBytes))) {
    // Two judgings of one version met, and the rows set aside are those of the other.
    await judgeAgain(version, lake, desk);
    return undefined;
  }
  const receipt = completeReceipt(draft.receipt, outcome, await formerOf(version, contract, outcome, lake));
  const folder = receiptFolder(version);
  await putReceipt(receipts, folder, receipt);
  await desk.notices.tell({ agency: contract.agency }, receiptNotice(receipt, folder));
  await deleteDraft(quarantine, version);
  await clearInFlight(version, control);
  return receipt;
}

/** Two sealings of one version met in one commit, and this is the one that lost. */
async function isStillWanted(version: Version, outcome: EffectOutcome, lake: Lake): Promise<boolean> {
  if (outcome.outcome !== 'superseded') return false;
  return (await wantedVersion(lake.ports.zones.control, version.submission))?.version === version.version;
}

async function judgeAgain(version: Version, lake: Lake, desk: CommitDesk): Promise<void> {
  const { control, quarantine } = lake.ports.zones;
  await deleteDraft(quarantine, version);
  await clearInFlight(version, control);
  await desk.hints.send({ submission: version.submission });
}
