// What intake does about a hint, where judging and committing are two processes: claims what was uploaded, judges what was
// claimed, hands over what is good, answers what is not. Looks at what is there, never at what the hint said, so that it may
// be run again, late, twice at once, or not at all until the next hint.

import type { Contract } from '../contract/contract';
import type { Bilingual } from '../errors';
import { type Arrival, originOf, pendingOf, refOf, sortArrivals } from './arrivals';
import { retractedVersions, wantedVersion } from './candidates';
import type { IntakeDesk } from './desk';
import { readDraft } from './drafts';
import { blaming, type FileFault } from './file-fault';
import { finish, isOffered, TRIES_TO_HEAVY, underWay } from './finish';
import { judgeableAgain } from './given-up';
import { handOver, isLastTry, offerTakeBack } from './hand-over';
import { clearInFlight, inFlightOf, markInFlight, releaseInFlight } from './in-flight';
import { liveOf } from './live';
import { readMarks, uploadId, writeMark } from './marks';
import { ourFault } from './our-fault';
import type { Receipt } from './receipt';
import { answeredVersions } from './receipt-store';
import { BACK } from './reconcile';
import { BAD, MOST_BYTES, overtaken, refuseUpload, scanRefusal, tooLarge } from './refuse';
import { scanOf } from './scan-results';
import { contractOf, type Lake } from './submit';
import { takeIn } from './take-in';
import { listVersions, type Version } from './versions';

/** One thing that was done; for logs and counts. */
export interface Received {
  readonly what: /** Good rows were offered. */
    | 'offered'
    /** Answered at once. */
    | 'rejected'
    | 'unchanged'
    | 'overtaken'
    /** A key that says nothing, the scanner's word, or a fault of ours met time and again. */
    | 'refused'
    /** Left to the lane with more memory. */
    | 'forwarded'
    /** The scanner has not spoken. */
    | 'waiting'
    /** Somebody else is at it, or commit has it. */
    | 'under-way'
    | 'taken-back';
  /** '' for keys that belong to none. */
  readonly submission: string;
  readonly receipt?: Receipt;
  readonly code?: string;
  /** Why it was refused, where the fault is ours: for the log, never for the sender. */
  readonly fault?: unknown;
}

export interface Look {
  /** Of the ingest zone. */
  readonly prefix: string;
  /** Of the submissions below it, this one alone. */
  readonly submission?: string;
  /** Also hold what readers see against what they should see. */
  readonly mends?: boolean;
}

/** What is pending after that many looks is left to the next hint. */
const MOST_ROUNDS = 3;

export async function receive(look: Look, lake: Lake, desk: IntakeDesk): Promise<readonly Received[]> {
  const { submissions, bad } = sortArrivals(await desk.uploads.list(look.prefix), lake.contracts);
  const received: Received[] = [];
  // Hints about one submission do not see to their neighbours.
  const unread = look.submission === undefined ? bad : [];
  const known = unread.length === 0 ? new Map() : await readMarks(lake.ports.zones.control, BAD);
  for (const { upload, problem } of unread) {
    if (known.has(uploadId(upload))) continue;
    await refuseUpload(upload, problem, undefined, 'refused', lake, desk.notices);
    received.push({ what: 'refused', submission: '', code: problem.code });
  }
  const wanted = look.submission === undefined ? [...submissions.keys()].sort() : [look.submission];
  const problems: unknown[] = [];
  for (const submission of wanted) {
    const contract = contractOf(submission, lake);
    if (!contract) continue;
    try {
      received.push(...(await receiveOne(submission, submissions.get(submission) ?? [], contract, look, lake, desk)));
    } catch (problem) {
      // One submission's trouble is not its neighbours'.
      problems.push(problem);
    }
  }
  if (problems.length > 0) throw problems[0];
  return received;
}

async function receiveOne(
  submission: string,
  arrivals: readonly Arrival[],
  contract: Contract,
  look: Look,
  lake: Lake,
  desk: IntakeDesk,
): Promise<readonly Received[]> {
  const taken = await takeArrivals(submission, arrivals, lake, desk);
  if (taken.some(({ what }) => what === 'forwarded')) return taken;
  const offered = taken.flatMap(({ what, receipt }) => (what === 'offered' && receipt ? [receipt.version] : []));
  const again = look.mends ? await judgeableAgain(submission, contract, lake.ports.zones.control) : new Set<string>();
  const finished = await finish(submission, { contract, arrivals, offered: new Set(offered), again }, lake, desk);
  return [...taken, ...finished, ...(look.mends ? await mend(submission, contract, lake, desk) : [])];
}

/** Gives every upload of a submission that has none its place, in order, and judges it. */
async function takeArrivals(
  submission: string,
  arrivals: readonly Arrival[],
  lake: Lake,
  desk: IntakeDesk,
): Promise<readonly Received[]> {
  const { control } = lake.ports.zones;
  const received: Received[] = [];
  for (let round = 1; round <= MOST_ROUNDS; round++) {
    const versions = await listVersions(control, submission);
    const marks = await readMarks(control, submission);
    const pending = await pendingOf(submission, arrivals, versions, marks, control);
    for (const arrival of pending) {
      const taken = await takeNext(arrival, lake, desk);
      received.push(...taken);
      // Later ones wait with it: taken first, they would overtake it.
      if (taken.some(({ what }) => what === 'waiting' || what === 'forwarded')) return received;
    }
    // What brought nothing new may do so now that an earlier upload has come between.
    const mayReturn = [...marks.values()].includes('unchanged');
    if (pending.length === 0 || !mayReturn) break;
  }
  return received;
}

async function takeNext(arrival: Arrival, lake: Lake, desk: IntakeDesk): Promise<readonly Received[]> {
  const { upload, placed } = arrival;
  const { submission, fileName } = placed;
  const { zones, clock } = lake.ports;
  const scan = desk.awaitsScan ? await scanOf(refOf(upload), zones.control, clock.now()) : 'clean';
  if (scan === 'waiting') return [{ what: 'waiting', submission }];
  if (scan !== 'clean') {
    const problem = scanRefusal(fileName, scan);
    const receipt = await refuseUpload(upload, problem, placed, 'refused', lake, desk.notices);
    return [{ what: 'refused', submission, receipt, code: problem.code }];
  }
  if (upload.sizeBytes > MOST_BYTES) {
    const problem = tooLarge(fileName, upload.sizeBytes);
    const receipt = await refuseUpload(upload, problem, placed, 'refused', lake, desk.notices);
    return [{ what: 'refused', submission, receipt, code: problem.code }];
  }
  if (upload.sizeBytes > desk.maxBytes) {
    await desk.hints.send({ submission }, 'heavy');
    return [{ what: 'forwarded', submission }];
  }
  return takeOne(arrival, lake, desk);
}

async function takeOne({ upload, placed }: Arrival, lake: Lake, desk: IntakeDesk): Promise<readonly Received[]> {
  const { submission, contract, fileName, period } = placed;
  const { control } = lake.ports.zones;
  const work = await lake.ports.workspace.open();
  let version: Version;
  let note: Bilingual | undefined;
  try {
    const path = await desk.uploads.fetch(upload, work.dir);
    // Removed for good by whoever sent it: as if it had never been sent.
    if (path === undefined) return [];
    const item = { path, fileName, contract, origin: originOf(upload, desk.uploads) };
    const blamed = blaming(lake);
    let taken: Awaited<ReturnType<typeof takeIn>>;
    try {
      taken = await takeIn(item, submission, period, blamed.lake);
    } catch (error) {
      const fault = blamed.faultOf(error);
      if (!fault) throw error;
      return [await notKept({ upload, placed }, fault, error, lake, desk)];
    }
    if (taken === 'overtaken') {
      const problem = overtaken(fileName);
      const receipt = await refuseUpload(upload, problem, placed, 'overtaken', lake, desk.notices);
      return [{ what: 'overtaken', submission, receipt, code: problem.code }];
    }
    const isOurs = 'version' in taken && taken.version.upload?.versionId === upload.versionId;
    if ('done' in taken || !isOurs) {
      // The newest version has these bytes; where its answer is still to come, it is seen to afterwards.
      const { sha256 } = 'done' in taken ? taken.done.receipt : taken.version;
      await writeMark(control, submission, { upload: refOf(upload), outcome: 'unchanged', sha256 });
      return [{ what: 'unchanged', submission }];
    }
    ({ version, note } = taken);
    await writeMark(control, submission, { upload: refOf(upload), outcome: 'claimed' });
  } finally {
    // Before judging, which needs the room.
    await work.close();
  }
  return [await handOver(version, contract, lake, desk, { tries: 1, notes: note ? [note] : [] })];
}

/** A fault over an upload's bytes before they had a place: those after it are not kept waiting for ever. */
async function notKept(
  { upload, placed }: Arrival,
  fault: FileFault,
  error: unknown,
  lake: Lake,
  desk: IntakeDesk,
): Promise<Received> {
  const { control } = lake.ports.zones;
  const { submission } = placed;
  const id = { submission, version: uploadId(upload) };
  const tries = ((await inFlightOf(id, control))?.tries ?? 0) + 1;
  if (!isLastTry(tries, desk)) {
    await releaseInFlight(id, lake.ports, tries);
    if (desk.maxBytes === Number.POSITIVE_INFINITY || tries < TRIES_TO_HEAVY) throw error;
    await desk.hints.send({ submission }, 'heavy');
    return { what: 'forwarded', submission };
  }
  const problem = ourFault(fault, false);
  const receipt = await refuseUpload(upload, problem, placed, 'refused', lake, desk.notices);
  await clearInFlight(id, control);
  return { what: 'refused', submission, receipt, code: problem.code, fault: error };
}

/** Where readers do not see the version they should, it is offered again; where they see one that was taken back, its end. */
async function mend(
  submission: string,
  contract: Contract,
  lake: Lake,
  desk: IntakeDesk,
): Promise<readonly Received[]> {
  const { control, receipts } = lake.ports.zones;
  const version = await wantedVersion(control, submission);
  const live = await liveOf(submission, contract, lake.ports);
  if (version) {
    const isAnswered = (await answeredVersions(receipts, submission)).has(version.version);
    if (!isAnswered || (live?.isWhole && live.version === version.version)) return [];
    const draft = await readDraft(lake.ports.zones.quarantine, version);
    if (draft && (await isOffered(version, contract, lake))) return [await underWay(submission, contract, desk)];
    await markInFlight(version, lake.ports);
    return [await handOver(version, contract, lake, desk, { tries: 1, notes: [BACK] })];
  }
  if (!live || (await retractedVersions(control, submission)).size === 0) return [];
  await offerTakeBack(submission, contract, lake, desk);
  return [{ what: 'taken-back', submission }];
}
