// One dataset's part of a round of reconcile: which of its submissions somebody should look at again.
import type { StoredUpload } from '../../platform/ports';
import type { Contract } from '../contract/contract';
import { parallel } from '../parallel';
import { type Arrival, pendingOf, refOf, type Sorted, sortArrivals } from './arrivals';
import { type Answered, answeredBelow, Comparison } from './comparison';
import type { WatchDesk } from './desk';
import { type Marks, readMarksBelow, uploadId } from './marks';
import { scanOf } from './scan-results';
import type { Lake } from './submit';
import { listVersions, versionKeysBelow } from './versions';

export interface About {
  /** Only what came after this moment; 0: everything. */
  readonly sinceMs: number;
  readonly isOld: (atMs: number) => boolean;
  /** Looked at anyway. */
  readonly hinted: ReadonlySet<string>;
  /** Submissions of which versions were taken back, and when last. */
  readonly retractions: ReadonlyMap<string, number>;
}

export interface WatchedDataset {
  readonly differing: readonly string[];
  /** Uploads in its folders under keys that say nothing. */
  readonly bad: Sorted['bad'];
  readonly unknown: number;
}

/** Younger things are in somebody's hands. */
export const YOUNG_MS = 300_000;

const SUBMISSIONS_AT_ONCE = 8;

/** Above so many slots the lists of the whole dataset are read in one go: they come by the thousand. */
const MOST_SLOTS = 500;

/** What was written down of the submissions of one slot, or of all. */
interface Written {
  readonly marks: ReadonlyMap<string, Marks>;
  readonly answered: Answered;
}

export async function watchDataset(
  contract: Contract,
  { sinceMs, isOld, hinted, retractions }: About,
  lake: Lake,
  desk: WatchDesk,
): Promise<WatchedDataset> {
  const { zones } = lake.ports;
  const folder = `${contract.name}/`;
  const isRecent = ({ upload }: { readonly upload: StoredUpload }) => upload.modifiedAtMs >= sinceMs;
  const { submissions, bad } = sortArrivals(await desk.uploads.list(folder), lake.contracts);
  const touched = new Set<string>();
  for (const [submission, atMs] of retractions)
    if (submission.startsWith(folder) && atMs >= sinceMs) touched.add(submission);
  for (const [submission, arrivals] of submissions) if (arrivals.some(isRecent)) touched.add(submission);
  if (sinceMs === 0)
    for (const key of await versionKeysBelow(zones.control, folder))
      touched.add(key.slice('version/'.length, key.lastIndexOf('/v/')));

  const slotOf = (submission: string) => submission.split('/').slice(0, 3).join('/');
  const open = [...touched].filter((submission) => !hinted.has(submission)).sort();
  const isMany = new Set(open.map(slotOf)).size > MOST_SLOTS;
  // One listing for all submissions of a slot: a station sends hundreds of files a day.
  const known = new Map<string, Promise<Written>>();
  const writtenOf = (submission: string): Promise<Written> => {
    const place = isMany ? contract.name : slotOf(submission);
    const written = known.get(place) ?? readWritten(place, lake);
    known.set(place, written);
    return written;
  };
  const look = new Comparison(contract, lake, retractions, isOld);
  const differs = await parallel(SUBMISSIONS_AT_ONCE, open, async (submission) => {
    const { marks: all, answered } = await writtenOf(submission);
    const arrivals = submissions.get(submission) ?? [];
    const marks = all.get(submission) ?? new Map();
    if (await hasPending(submission, arrivals, marks, sinceMs === 0, lake, desk)) return true;
    return (await look.at(submission, arrivals, marks, answered)) === 'differs';
  });
  return { differing: open.filter((_, i) => differs[i]), bad, unknown: look.unknown };
}

async function readWritten(place: string, { ports }: Lake): Promise<Written> {
  const { control, receipts } = ports.zones;
  const [marks, answered] = await Promise.all([readMarksBelow(control, place), answeredBelow(place, receipts)]);
  return { marks, answered };
}

/** Whether an upload has come to nothing for too long. Its marks tell, where there is none its claims do. */
async function hasPending(
  submission: string,
  arrivals: readonly Arrival[],
  marks: Marks,
  isFull: boolean,
  lake: Lake,
  desk: WatchDesk,
): Promise<boolean> {
  const { zones, clock } = lake.ports;
  const { control } = zones;
  const isOpen = ({ upload }: Arrival) => {
    const mark = marks.get(uploadId(upload));
    // That it brought nothing new may not hold any more; rarely, so that once a night is enough.
    return mark === undefined || (isFull && mark === 'unchanged');
  };
  if (!arrivals.some(isOpen)) return false;
  const versions = await listVersions(control, submission);
  for (const { upload } of await pendingOf(submission, arrivals, versions, marks, control)) {
    const isWaiting = desk.awaitsScan && (await scanOf(refOf(upload), control, clock.now())) === 'waiting';
    if (!isWaiting && clock.now() - upload.modifiedAtMs > YOUNG_MS) return true;
  }
  return false;
}
