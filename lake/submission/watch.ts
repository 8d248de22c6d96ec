// What reconcile does where others do the work: compares what arrived with what was done, what readers should see with what
// they see, and offers with the clock. Sends hints and rings bells; each is harmless when nothing is left to do.
import type { StoredUpload } from '../../platform/ports';
import type { Contract } from '../contract/contract';
import { parallel } from '../parallel';
import { sortArrivals } from './arrivals';
import type { WatchDesk } from './desk';
import { listDrafts } from './drafts';
import { givenUpSubmissions, judgeableAgain } from './given-up';
import { inFlightSubmissions } from './in-flight';
import { readMarks, uploadId } from './marks';
import { tellOverdue } from './overdue-notice';
import { BAD } from './refuse';
import { strayUploads } from './strays';
import { contractOf, type Lake } from './submit';
import { watchDataset, YOUNG_MS } from './watch-dataset';

export interface Watched {
  /** Hints and bells that were sent. */
  readonly healed: number;
  /** Of the oldest open offer. */
  readonly oldestOfferMs: number;
  /** `agency/dataset/period` that should be there and is not. */
  readonly overdue: readonly string[];
  /** Submissions nobody could look into here: files that other engines wrote. */
  readonly unknown: number;
}

const AT_WORK_MS = 1_200_000;

/** Each with its lists in memory, and several requests at a time of its own. */
const DATASETS_AT_ONCE = 6;
const REQUESTS_AT_ONCE = 16;

/** @param sinceMs only what came after this moment; 0: everything */
export async function watch(lake: Lake, desk: WatchDesk, sinceMs: number): Promise<Watched> {
  const { zones, clock } = lake.ports;
  const now = clock.now();
  const isOld = (atMs: number) => now - atMs > AT_WORK_MS;
  const contracts = [...lake.contracts.values()];

  const hints = new Set<string>();
  for (const { submission, modifiedAtMs } of await listDrafts(zones.quarantine, ''))
    if (isOld(modifiedAtMs)) hints.add(submission);
  for (const { submission, sinceMs: atMs } of await inFlightSubmissions(zones.control))
    if (isOld(atMs)) hints.add(submission);
  for (const submission of await givenUpSubmissions(zones.control)) {
    const contract = contractOf(submission, lake);
    if (contract && (await judgeableAgain(submission, contract, zones.control)).size > 0) hints.add(submission);
  }
  const retractions = await retractionsOf(lake);

  const strays = sortArrivals(await strayUploads(desk.uploads, lake.contracts), lake.contracts).bad;
  const about = { sinceMs, isOld, hinted: hints, retractions };
  const datasets = await parallel(DATASETS_AT_ONCE, contracts, (contract) => watchDataset(contract, about, lake, desk));
  const bad = [...strays, ...datasets.flatMap((one) => one.bad)].map(({ upload }) => upload);
  const unread = await unreadOf(bad, sinceMs, lake);
  await parallel(REQUESTS_AT_ONCE, unread, ({ key }) => desk.hints.send({ key }));
  for (const { differing } of datasets) for (const submission of differing) hints.add(submission);
  await parallel(REQUESTS_AT_ONCE, [...hints], (submission) => desk.hints.send({ submission }));

  const offers = await parallel(REQUESTS_AT_ONCE, contracts, (contract) => ringFor(contract, lake, desk));
  const overdue = await parallel(REQUESTS_AT_ONCE, contracts, (contract) => tellOverdue(contract, lake, desk.notices));
  return {
    healed: unread.length + hints.size + offers.filter(({ rang }) => rang).length,
    oldestOfferMs: Math.max(0, ...offers.map(({ oldestMs }) => oldestMs)),
    overdue: overdue.flatMap((name) => name ?? []),
    unknown: datasets.reduce((sum, { unknown }) => sum + unknown, 0),
  };
}

/** Submissions of which versions were taken back, and when last. */
async function retractionsOf({ ports }: Lake): Promise<ReadonlyMap<string, number>> {
  const last = new Map<string, number>();
  for (const { key, modifiedAtMs } of await ports.zones.control.list('retract/')) {
    const submission = key.slice('retract/'.length, key.lastIndexOf('/r/'));
    last.set(submission, Math.max(modifiedAtMs, last.get(submission) ?? 0));
  }
  return last;
}

/** Uploads under keys that say nothing, which nobody has answered for too long. */
async function unreadOf(
  bad: readonly StoredUpload[],
  sinceMs: number,
  { ports }: Lake,
): Promise<readonly StoredUpload[]> {
  const now = ports.clock.now();
  const due = bad.filter(({ modifiedAtMs }) => modifiedAtMs >= sinceMs && now - modifiedAtMs > YOUNG_MS);
  const marks = due.length > 0 ? await readMarks(ports.zones.control, BAD) : new Map();
  return due.filter((upload) => !marks.has(uploadId(upload)));
}

/** Of offers nobody has heard of. */
async function ringFor(
  { dataset }: Contract,
  { ports }: Lake,
  { bells }: WatchDesk,
): Promise<{ readonly oldestMs: number; readonly rang: boolean }> {
  const now = ports.clock.now();
  const ages = (await ports.zones.control.list(`handoff/${dataset}/`)).map(({ modifiedAtMs }) => now - modifiedAtMs);
  const rang = ages.some((age) => age > YOUNG_MS);
  if (rang) await bells.ring(dataset);
  return { oldestMs: Math.max(0, ...ages), rang };
}
