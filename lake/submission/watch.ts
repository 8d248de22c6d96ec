// What reconcile does where others do the work: compares what arrived with what was done, what readers should see with what
// they see, and offers with the clock. Sends hints and rings bells; each is harmless when nothing is left to do.
import type { Bells, Hints, Notices, Uploads } from '../../platform/ports';
import { pendingOf, refOf, sortArrivals } from './arrivals';
import { retractedVersions, wantedVersion } from './candidates';
import { listDrafts } from './drafts';
import { liveOf } from './live';
import { readMark, readMarks } from './marks';
import { duePeriod } from './overdue';
import { answeredVersions } from './receipt-store';
import { BAD } from './refuse';
import { scanOf } from './scan-results';
import { contractOf, type Lake } from './submit';
import { listVersions } from './versions';

export interface WatchDesk {
  readonly uploads: Uploads;
  readonly hints: Hints;
  readonly bells: Bells;
  readonly notices: Notices;
  readonly awaitsScan: boolean;
}

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

/** Younger things are in somebody's hands. */
const YOUNG_MS = 300_000;
const AT_WORK_MS = 1_200_000;

/** @param sinceMs only what came after this moment; 0: everything */
export async function watch(lake: Lake, desk: WatchDesk, sinceMs: number): Promise<Watched> {
  const { zones, clock } = lake.ports;
  const now = clock.now();
  const isOld = (atMs: number, age = YOUNG_MS) => now - atMs > age;
  const hints = new Set<string>();

  const { submissions, bad } = sortArrivals(await desk.uploads.list(''), lake.contracts);
  let healed = 0;
  for (const { upload } of bad) {
    if (upload.modifiedAtMs < sinceMs || !isOld(upload.modifiedAtMs)) continue;
    if (await readMark(zones.control, BAD, refOf(upload))) continue;
    await desk.hints.send({ key: upload.key });
    healed++;
  }
  for (const [submission, arrivals] of submissions) {
    if (arrivals.every(({ upload }) => upload.modifiedAtMs < sinceMs)) continue;
    const versions = await listVersions(zones.control, submission);
    for (const { upload } of pendingOf(arrivals, versions, await readMarks(zones.control, submission))) {
      const isWaiting = desk.awaitsScan && (await scanOf(refOf(upload), zones.control, now)) === 'waiting';
      if (!isWaiting && isOld(upload.modifiedAtMs)) hints.add(submission);
    }
  }

  for (const { submission, modifiedAtMs } of await listDrafts(zones.quarantine, ''))
    if (isOld(modifiedAtMs, AT_WORK_MS)) hints.add(submission);

  let unknown = 0;
  for (const submission of await touchedSince(sinceMs, lake)) {
    if (hints.has(submission)) continue;
    const verdict = await compare(submission, lake, (atMs) => isOld(atMs, AT_WORK_MS));
    if (verdict === 'differs') hints.add(submission);
    if (verdict === 'unknown') unknown++;
  }
  for (const submission of hints) await desk.hints.send({ submission });

  let oldestOfferMs = 0;
  let bells = 0;
  for (const { dataset } of lake.contracts.values()) {
    const ages = (await zones.control.list(`handoff/${dataset}/`)).map(({ modifiedAtMs }) => now - modifiedAtMs);
    oldestOfferMs = Math.max(oldestOfferMs, ...ages);
    if (!ages.some((age) => age > YOUNG_MS)) continue;
    await desk.bells.ring(dataset);
    bells++;
  }
  const overdue = await tellOverdue(lake, desk);
  return { healed: healed + hints.size + bells, oldestOfferMs, overdue, unknown };
}

/** Submissions with a version or a retraction since. */
async function touchedSince(sinceMs: number, lake: Lake): Promise<readonly string[]> {
  const { control } = lake.ports.zones;
  const touched = new Set<string>();
  for (const [prefix, end] of [
    ['version/', '/v/'],
    ['retract/', '/r/'],
  ] as const)
    for (const { key, modifiedAtMs } of await control.list(prefix))
      if (modifiedAtMs >= sinceMs) touched.add(key.slice(prefix.length, key.lastIndexOf(end)));
  return [...touched].sort();
}

async function compare(
  submission: string,
  lake: Lake,
  isOld: (atMs: number) => boolean,
): Promise<'same' | 'differs' | 'unknown'> {
  const { control, receipts } = lake.ports.zones;
  const contract = contractOf(submission, lake);
  if (!contract) return 'same';
  const answered = await answeredVersions(receipts, submission);
  const versions = await listVersions(control, submission);
  const gone = await retractedVersions(control, submission);
  const open = versions.filter(({ version }) => !answered.has(version) && !gone.has(version));
  // Not answered yet: with intake or with commit, unless for too long.
  if (open.length > 0) return open.some(({ receivedAtMs }) => isOld(receivedAtMs)) ? 'differs' : 'same';
  const wanted = await wantedVersion(control, submission);
  try {
    const live = await liveOf(submission, contract, lake.ports);
    if (wanted) return live?.isWhole && live.version === wanted.version ? 'same' : 'differs';
    return live && gone.size > 0 ? 'differs' : 'same';
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'F_ENGINE') return 'unknown';
    throw error;
  }
}

/** Says so once a period. */
async function tellOverdue(lake: Lake, { notices }: WatchDesk): Promise<readonly string[]> {
  const { zones, clock } = lake.ports;
  const overdue: string[] = [];
  for (const contract of lake.contracts.values()) {
    const period = duePeriod(contract, clock.now());
    if (period === undefined) continue;
    const name = `${contract.name}/${period}`;
    if ((await zones.control.list(`version/${name}/`)).length > 0) continue;
    overdue.push(name);
    if (await zones.control.head(`overdue/${name}.json`)) continue;
    await notices.tell('alerts', {
      subject: `Tam Giang: CHUA CO ${contract.dataset} ${period}`,
      text: `Chưa nhận được “${contract.title}” kỳ ${period}, đã quá hạn ${contract.due?.graceDays} ngày sau khi hết kỳ.\n\n---\n“${contract.title}” for ${period} has not come; it was due ${contract.due?.graceDays} days after the end of the period.\n`,
    });
    await zones.control.putIfAbsent(`overdue/${name}.json`, '{}');
  }
  return overdue;
}
