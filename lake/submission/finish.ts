// Versions of one submission that were claimed and never answered: whoever had them was killed, or failed.
import type { Contract } from '../contract/contract';
import type { Arrival } from './arrivals';
import { retractedVersions } from './candidates';
import type { IntakeDesk } from './desk';
import { deleteDraft, listDrafts, readDraft } from './drafts';
import { giveUp, handOver } from './hand-over';
import { openOffers } from './handoff';
import { clearInFlight, inFlightOf, inFlightVersions, markInFlight, NOBODY } from './in-flight';
import { answerLostBytes } from './lost-bytes';
import { AGAIN, tooMuch } from './our-fault';
import { answeredVersions } from './receipt-store';
import type { Received } from './receive';
import type { Lake } from './submit';
import { readVerdicts } from './verdict';
import { isSameUpload, listVersions, type Version } from './versions';

/** As long as the slowest function runs, and a little: whoever marked a version this long ago is gone. */
const AT_WORK_MS = 960_000;

/** Tries over one version that killed their process or met a fault over it, before the lane with more memory has it. */
export const TRIES_TO_HEAVY = 2;
/** Processes that may die before it is answered as too much for any. */
const MOST_DEATHS = 5;

interface About {
  readonly contract: Contract;
  readonly arrivals: readonly Arrival[];
  /** Versions just offered. */
  readonly offered: ReadonlySet<string>;
  /** Answered, and all the same to be judged. */
  readonly again: ReadonlySet<string>;
}

/** Versions that were claimed and have no answer yet, but for those just offered: left by an interrupted run. */
export async function finish(
  submission: string,
  { contract, arrivals, offered, again }: About,
  lake: Lake,
  desk: IntakeDesk,
): Promise<readonly Received[]> {
  const { zones } = lake.ports;
  const received: Received[] = [];
  const withReceipt = await answeredVersions(zones.receipts, submission);
  const answered = new Set([...withReceipt].filter((id) => !again.has(id)));
  for (const draft of await listDrafts(zones.quarantine, submission))
    if (answered.has(draft.version)) await deleteDraft(zones.quarantine, draft);
  const marked = await inFlightVersions(submission, zones.control);
  const versions = await listVersions(zones.control, submission);
  // Also of uploads that have their place, or their answer, by now.
  for (const version of marked)
    if (answered.has(version) || !versions.some((one) => one.version === version))
      await clearInFlight({ submission, version }, zones.control);
  if (versions.every(({ version }) => answered.has(version))) return received;
  const retracted = await retractedVersions(zones.control, submission);
  const problems: unknown[] = [];
  for (const version of versions) {
    if (answered.has(version.version) || offered.has(version.version)) continue;
    // Taken back before anybody had judged it: nobody waits for an answer.
    if (retracted.has(version.version) && (await readVerdicts(zones.control, version)).length === 0) continue;
    try {
      received.push(await finishOne(version, { contract, arrivals, again }, lake, desk));
    } catch (problem) {
      // Later ones are not kept waiting by it.
      problems.push(problem);
    }
  }
  if (problems.length > 0) throw problems[0];
  return received;
}

async function finishOne(
  version: Version,
  { contract, arrivals, again }: Omit<About, 'offered'>,
  lake: Lake,
  desk: IntakeDesk,
): Promise<Received> {
  const { zones, clock, workspace } = lake.ports;
  const { submission } = version;
  const wasJudged = (await readDraft(zones.quarantine, version)) !== undefined;
  if (wasJudged && (await isOffered(version, contract, lake))) return underWay(submission, contract, desk);
  const marker = await inFlightOf(version, zones.control);
  const isOthers = marker !== undefined && marker.owner !== workspace.owner;
  const isAtWork = isOthers && marker.owner !== NOBODY && clock.now() - marker.sinceMs < AT_WORK_MS;
  if (isAtWork) return { what: 'under-way', submission };
  // Whoever failed through the surroundings has taken its own try away, and whoever left a draft had judged it, only to see
  // its offer grow too old: all others ended over the file itself.
  const before = isOthers && !wasJudged ? (marker.tries ?? 1) : 0;
  const isNormal = desk.maxBytes !== Number.POSITIVE_INFINITY;
  if (before >= MOST_DEATHS) return giveUp(version, contract, tooMuch, lake, desk.notices);
  if (version.sizeBytes > desk.maxBytes || (isNormal && before >= TRIES_TO_HEAVY)) {
    await desk.hints.send({ submission }, 'heavy');
    return { what: 'forwarded', submission };
  }
  const arrival = arrivals.find(({ upload }) => version.upload && isSameUpload(upload, version.upload));
  const lost = await answerLostBytes(version, arrival, contract, lake, desk);
  if (lost) return lost;
  const tries = before + 1;
  await markInFlight(version, lake.ports, tries);
  if (wasJudged) await deleteDraft(zones.quarantine, version);
  return handOver(version, contract, lake, desk, { tries, notes: again.has(version.version) ? [AGAIN] : [] });
}

/** Commit may not have heard of it. */
export async function underWay(submission: string, { dataset }: Contract, desk: IntakeDesk): Promise<Received> {
  await desk.bells.ring(dataset);
  return { what: 'under-way', submission };
}

/** Asked where there is a draft: there is no offer without one. */
export async function isOffered(version: Version, { dataset }: Contract, lake: Lake): Promise<boolean> {
  return (await openOffers(dataset, undefined, lake.ports)).some(({ effects }) =>
    effects.some((effect) => effect.submission === version.submission && effect.version === version.version),
  );
}
