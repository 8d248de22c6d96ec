// From judged versions to visible rows and answered senders: offer, commit together with whatever others offer, then write
// the receipts from what the table says happened.
import type { Contract } from '../contract/contract';
import { tableDefinition } from '../contract/types';
import { FaultError, InputError } from '../errors';
import { commit, type EffectOutcome } from '../table/commit';
import type { Effect } from '../table/effect';
import { tablePorts } from '../table/transact';
import { wantedVersion } from './candidates';
import { completeReceipt, draftReceipt } from './compose-receipt';
import { MAX_TAKEN, type Offer, offerEffects, openOffers, type SealedEffect, settleOffer } from './handoff';
import { clearInFlight } from './in-flight';
import type { Judged } from './judged';
import { liveOf } from './live';
import type { Receipt } from './receipt';
import { receiptFolder, writeReceipt } from './receipt-store';
import { judge } from './seal';
import type { Lake, Submitted } from './submit';
import { awaitTurn, endTurn } from './turn';
import { writerEpoch } from './verdict';
import type { Version } from './versions';

/** A version is judged again at most this often because its files could not be used any more. */
const MAX_SEALINGS = 5;

/** Makes the good ones visible in one snapshot, then answers every sender. All are of one contract. */
export async function commitJudged(batch: readonly Judged[], lake: Lake): Promise<Submitted[]> {
  let waiting = [...batch];
  const submitted = new Map<string, Submitted>();
  for (let sealing = 1; waiting.length > 0; sealing++) {
    const outcomes = await commitOffered(waiting, lake);
    const again: Judged[] = [];
    for (const judged of waiting) {
      const outcome = outcomes.find((candidate) => candidate.effectKey === judged.effect?.effectKey);
      if (outcome?.outcome === 'reseal' && sealing < MAX_SEALINGS) {
        await judged.close();
        again.push(await judge(judged.version, judged.contract, lake, judged.leadNotes));
      } else if (outcome?.outcome === 'reseal') {
        throw new FaultError('F_RESEAL', `${judged.version.submission}: sealed ${sealing} times, each time too late.`);
      } else submitted.set(judged.version.submission, await answer(judged, outcome, lake));
    }
    waiting = again;
  }
  return batch.flatMap((judged) => submitted.get(judged.version.submission) ?? []);
}

/** Commits the effects of a batch with those others have offered to the same table. */
async function commitOffered(batch: readonly Judged[], lake: Lake): Promise<readonly EffectOutcome[]> {
  const contract = batch[0]?.contract;
  const effects = batch.flatMap((judged) => (judged.effect ? [judged.effect] : []));
  if (!contract || effects.length === 0) return [];
  return commitSealed(effects, contract, lake);
}

/** Offers sealed effects, commits them, and settles every offer that was decided along the way. */
export async function commitSealed(
  effects: readonly SealedEffect[],
  contract: Contract,
  lake: Lake,
): Promise<readonly EffectOutcome[]> {
  const { ports } = lake;
  const { dataset } = contract;
  const own = await offerEffects(dataset, effects, ports);
  const isAlone = (await openOffers(dataset, own, ports, 1)).length === 0;
  const turn = isAlone ? 'alone' : await awaitTurn(dataset, own, ports);
  try {
    return await commitOffer(effects, own, turn !== 'settled', contract, lake);
  } catch (error) {
    // Nobody may write this table now: an offer for each try would pile up. The marker of unfinished work stays.
    if (error instanceof InputError) await settleOffer(ports.zones.control, own);
    throw error;
  } finally {
    if (turn === 'mine') await endTurn(dataset, ports);
  }
}

async function commitOffer(
  effects: readonly SealedEffect[],
  own: string,
  takesOthers: boolean,
  contract: Contract,
  lake: Lake,
): Promise<readonly EffectOutcome[]> {
  const { outcomes, taken } = await commitTogether(effects, own, takesOthers, contract, lake);
  for (const key of [own, ...taken.map((offer) => offer.key)]) await settleOffer(lake.ports.zones.control, key);
  return outcomes;
}

/** One snapshot of some effects and of what others offer; no offer is settled yet. @param own key of the effects' offer */
export async function commitTogether(
  effects: readonly SealedEffect[],
  own: string | undefined,
  takesOthers: boolean,
  contract: Contract,
  lake: Lake,
): Promise<{ readonly outcomes: readonly EffectOutcome[]; readonly taken: readonly Offer[] }> {
  const { ports } = lake;
  const epoch = writerEpoch(contract);
  let taken: readonly Offer[] = [];
  const alsoOffered = async () => {
    // What was judged by newer rules than ours needs a table this process cannot make: left to its owner.
    taken = (await openOffers(contract.dataset, own, ports, MAX_TAKEN)).filter((offer) =>
      offer.effects.every((effect) => effect.writerEpoch <= epoch),
    );
    return taken.flatMap((offer) => offer.effects);
  };
  const { outcomes } = await commit(
    {
      table: tableDefinition(contract),
      effects,
      writerEpoch: epoch,
      ...(takesOthers ? { alsoOffered } : {}),
      stillWanted: (wanted) => stillWanted(wanted, lake),
    },
    tablePorts(ports),
  );
  return { outcomes, taken };
}

/** A put is wanted while its version is; a retraction while no version is. */
async function stillWanted(effects: readonly Effect[], lake: Lake): Promise<readonly Effect[]> {
  const { control } = lake.ports.zones;
  const verdicts = await Promise.all(
    effects.map(async (effect) => {
      const version = await wantedVersion(control, effect.submission);
      return effect.op === 'put' ? version?.version === effect.version : version === undefined;
    }),
  );
  return effects.filter((_, i) => verdicts[i]);
}

/** Writes the receipt, from the outcome the table gave, and closes the work. */
async function answer(judged: Judged, outcome: EffectOutcome | undefined, lake: Lake): Promise<Submitted> {
  const { zones } = lake.ports;
  // Files of effects that were not needed stay until they expire: somebody who read the offer may still name them.
  const former = await formerOf(judged.version, judged.contract, outcome, lake);
  const receipt = completeReceipt(draftReceipt(judged), outcome, former);
  await writeReceipt(lake.ports, judged.version, receipt, judged.conversion.rejectsPath);
  await clearInFlight(judged.version, zones.control);
  await judged.close();
  return {
    file: judged.file,
    verdict: receipt.verdict,
    receipt,
    receiptFolder: receiptFolder(judged.version),
    notes: judged.leadNotes,
  };
}

/** What was visible before, or stays so. */
export async function formerOf(
  { submission, version }: Version,
  contract: Contract,
  outcome: EffectOutcome | undefined,
  lake: Lake,
): Promise<Receipt['former']> {
  // Another writer may have committed it for us: then the record of that commit tells what it replaced.
  if (outcome?.outcome === 'committed' || outcome?.outcome === 'already-live') {
    return outcome.formerVersion === null || outcome.formerVersion === version
      ? null
      : { version: outcome.formerVersion, rows: outcome.removedRows, state: 'replaced' };
  }
  const live = await liveOf(submission, contract, lake.ports);
  return live && live.version !== version ? { version: live.version, rows: live.rows, state: 'kept' } : null;
}
