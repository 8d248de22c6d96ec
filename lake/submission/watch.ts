// What reconcile does where others do the work: compares what arrived with what was done, what readers should see with what
// they see, and offers with the clock. Sends hints and rings bells; each is harmless when nothing is left to do.
import type { Bells, Hints, Notices, ObjectStore, StoredUpload, Uploads } from '../../platform/ports';
import type { Contract } from '../contract/contract';
import { FaultError } from '../errors';
import { type Arrival, pendingOf, refOf, sortArrivals } from './arrivals';
import { retractedVersions, wantedVersion } from './candidates';
import { listDrafts } from './drafts';
import { givenUpSubmissions, judgeableAgain } from './given-up';
import { inFlightSubmissions } from './in-flight';
import { type Live, liveOfAll } from './live';
import { type Marks, readMarks, readMarksBelow, uploadId } from './marks';
import { duePeriod } from './overdue';
import { allSubmissions } from './reconcile';
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
  const isRecent = ({ upload }: { readonly upload: StoredUpload }) => upload.modifiedAtMs >= sinceMs;

  const { submissions, bad } = sortArrivals(await desk.uploads.list(''), lake.contracts);
  const badMarks = bad.some(isRecent) ? await readMarks(zones.control, BAD) : new Map();
  let healed = 0;
  for (const { upload } of bad.filter(isRecent)) {
    if (!isOld(upload.modifiedAtMs) || badMarks.has(uploadId(upload))) continue;
    await desk.hints.send({ key: upload.key });
    healed++;
  }

  const hints = new Set<string>();
  for (const { submission, modifiedAtMs } of await listDrafts(zones.quarantine, ''))
    if (isOld(modifiedAtMs, AT_WORK_MS)) hints.add(submission);
  for (const { submission, sinceMs: atMs } of await inFlightSubmissions(zones.control))
    if (isOld(atMs, AT_WORK_MS)) hints.add(submission);
  for (const submission of await givenUpSubmissions(zones.control)) {
    const contract = contractOf(submission, lake);
    if (contract && (await judgeableAgain(submission, contract, zones.control)).size > 0) hints.add(submission);
  }
  const retracted = new Set(await retractedSince(sinceMs, zones.control));
  const touched = new Set(retracted);
  for (const [submission, arrivals] of submissions) if (arrivals.some(isRecent)) touched.add(submission);
  if (sinceMs === 0) for (const submission of await allSubmissions(lake)) touched.add(submission);
  const slots = new Map<string, string[]>();
  for (const submission of [...touched].sort()) {
    const slot = submission.split('/').slice(0, 3).join('/');
    slots.set(slot, [...(slots.get(slot) ?? []), submission]);
  }

  const look = new Comparison(lake, retracted, (atMs) => isOld(atMs, AT_WORK_MS));
  for (const [slot, inSlot] of slots) {
    // One listing for all submissions of a slot: a station sends hundreds of files a day.
    const marksOf = await readMarksBelow(zones.control, slot);
    const answered = await answeredBelow(slot, zones.receipts);
    for (const submission of inSlot) {
      if (hints.has(submission)) continue;
      const arrivals = submissions.get(submission) ?? [];
      const marks = marksOf.get(submission) ?? new Map();
      if (await hasPending(submission, arrivals, marks, sinceMs === 0, lake, desk)) hints.add(submission);
      else if ((await look.at(submission, arrivals, marks, answered)) === 'differs') hints.add(submission);
    }
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
  return { healed: healed + hints.size + bells, oldestOfferMs, overdue, unknown: look.unknown };
}

async function retractedSince(sinceMs: number, control: ObjectStore): Promise<readonly string[]> {
  const recent = (await control.list('retract/')).filter(({ modifiedAtMs }) => modifiedAtMs >= sinceMs);
  return recent.map(({ key }) => key.slice('retract/'.length, key.lastIndexOf('/r/')));
}

/** Versions with an answer, by submission. */
async function answeredBelow(slot: string, receipts: ObjectStore): Promise<ReadonlyMap<string, readonly string[]>> {
  const answered = new Map<string, string[]>();
  for (const { key } of await receipts.list(`${slot}/`)) {
    const [, submission = '', version = ''] = /^(.+)\/v\/([^/]+)\/receipt\.json$/.exec(key) ?? [];
    if (version !== '') answered.set(submission, [...(answered.get(submission) ?? []), version]);
  }
  return answered;
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

/** Holds what readers see against what they should see. */
class Comparison {
  unknown = 0;
  readonly #live = new Map<string, ReadonlyMap<string, Live> | undefined>();

  constructor(
    private readonly lake: Lake,
    /** Of some version, so that the newest may not be the wanted one. */
    private readonly retracted: ReadonlySet<string>,
    private readonly isOld: (atMs: number) => boolean,
  ) {}

  async at(
    submission: string,
    arrivals: readonly Arrival[],
    marks: Marks,
    answered: ReadonlyMap<string, readonly string[]>,
  ): Promise<'same' | 'differs' | 'unknown'> {
    const contract = contractOf(submission, this.lake);
    if (!contract) return 'same';
    const all = await this.#liveIn(contract);
    if (!all) {
      this.unknown++;
      return 'unknown';
    }
    const live = all.get(submission);
    const versions = answered.get(submission) ?? [];
    // The usual case, for which nothing more is asked: every claim is answered, and readers see the newest version. An
    // upload without a mark may have been claimed by somebody who died right after.
    const claims = [...marks.values()].filter((outcome) => outcome === 'claimed').length;
    const isSettled =
      claims === versions.length &&
      arrivals.every(({ upload }) => marks.has(uploadId(upload))) &&
      !this.retracted.has(submission);
    if (isSettled && live?.isWhole && live.version === versions.toSorted().at(-1)) return 'same';
    return this.#closely(submission, new Set(versions), live);
  }

  async #closely(
    submission: string,
    answered: ReadonlySet<string>,
    live: Live | undefined,
  ): Promise<'same' | 'differs'> {
    const { control } = this.lake.ports.zones;
    const versions = await listVersions(control, submission);
    const gone = await retractedVersions(control, submission);
    const open = versions.filter(({ version }) => !answered.has(version) && !gone.has(version));
    // Not answered yet: with intake or with commit, unless for too long.
    if (open.length > 0) return open.some(({ receivedAtMs }) => this.isOld(receivedAtMs)) ? 'differs' : 'same';
    const wanted = await wantedVersion(control, submission);
    if (wanted) return live?.isWhole && live.version === wanted.version ? 'same' : 'differs';
    return live && gone.size > 0 ? 'differs' : 'same';
  }

  /** undefined: files of other engines are among them, into which this function cannot look. */
  async #liveIn(contract: Contract): Promise<ReadonlyMap<string, Live> | undefined> {
    const { dataset } = contract;
    if (!this.#live.has(dataset)) this.#live.set(dataset, await this.#readLive(contract));
    return this.#live.get(dataset);
  }

  async #readLive(contract: Contract): Promise<ReadonlyMap<string, Live> | undefined> {
    try {
      return await liveOfAll(contract, this.lake.ports);
    } catch (error) {
      if (error instanceof FaultError && error.code === 'F_ENGINE') return undefined;
      throw error;
    }
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
