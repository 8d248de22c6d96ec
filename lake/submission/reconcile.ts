// Holds what readers see against what they should see, and mends the difference. Looks at effects only, never at times or
// events: run twice, or beside other writers, it changes nothing more.
import type { Contract } from '../contract/contract';
import { suppressionOf } from '../erasure/suppression';
import type { Bilingual } from '../errors';
import { retractedVersions, wantedVersion } from './candidates';
import { commitJudged, commitSealed } from './commit-judged';
import type { SealedEffect } from './handoff';
import { markInFlight, TAKE_OVER_AFTER_MS } from './in-flight';
import { liveOf } from './live';
import { judge } from './seal';
import { contractOf, type Lake, type Submitted } from './submit';
import { withdrawUnjudgeable } from './unjudgeable';
import { effectKey, hasGoodVerdict, readVerdicts, writerEpoch } from './verdict';
import { readVersion, type Version, versionKeys, versionKeysOf } from './versions';

export interface ReconcileRequest {
  /** Default: every submission of every dataset. */
  readonly submissions?: readonly string[];
  /** Only submissions of these datasets. */
  readonly datasets?: readonly string[];
  readonly onStep?: (submission: string, done: number, of: number) => void;
}

export interface Reconciled {
  /** Versions judged and made visible, with their new receipts. */
  readonly submitted: readonly Submitted[];
  /** Submissions whose rows were taken back. */
  readonly retracted: readonly string[];
}

export const BACK: Bilingual = {
  vi: 'Bảng không hiển thị đúng bản này: đã nhận lại từ tệp gốc.',
  en: 'The table did not show this version: it was taken in again from the raw file.',
};

/** Every submission that was ever sent. */
export async function allSubmissions(lake: Lake): Promise<readonly string[]> {
  const keys = await versionKeys(lake.ports.zones.control);
  return [...new Set(keys.map((key) => key.slice('version/'.length, key.lastIndexOf('/v/'))))];
}

/** @throws InputError E_RECORD and whatever judging and committing may throw */
export async function reconcile(lake: Lake, request: ReconcileRequest = {}): Promise<Reconciled> {
  const wanted = request.submissions ?? (await allSubmissions(lake));
  const submitted: Submitted[] = [];
  const retracted: string[] = [];
  let done = 0;
  for (const submission of wanted) {
    request.onStep?.(submission, done++, wanted.length);
    const contract = contractOf(submission, lake);
    if (!contract || (request.datasets && !request.datasets.includes(contract.dataset))) continue;
    await judgeUnjudged(submission, contract, lake);
    const version = await wantedVersion(lake.ports.zones.control, submission);
    const live = await liveOf(submission, contract, lake.ports);
    if (version && !(live?.isWhole && live.version === version.version)) {
      await markInFlight(version, lake.ports);
      submitted.push(...(await commitJudged([await judge(version, contract, lake, [BACK])], lake)));
    } else if (!version && live && (await wasRetracted(submission, lake))) {
      await takeBack(submission, contract, lake);
      retracted.push(submission);
    }
  }
  return { submitted, retracted };
}

/** Versions from the newest down to the first good one that nobody has judged: their process died too early to say so. */
async function judgeUnjudged(submission: string, contract: Contract, lake: Lake): Promise<void> {
  const { control } = lake.ports.zones;
  const gone = await retractedVersions(control, submission);
  const unjudged: Version[] = [];
  for (const key of (await versionKeysOf(control, submission)).toReversed()) {
    const version = await readVersion(control, key);
    if (gone.has(version.version)) continue;
    if (await hasGoodVerdict(control, version)) break;
    if ((await readVerdicts(control, version)).length === 0) unjudged.push(version);
  }
  for (const version of unjudged.toReversed()) {
    // Younger ones may be in the hands of a living process that is about to bring the bytes.
    const isOld = lake.ports.clock.now() - version.receivedAtMs > TAKE_OVER_AFTER_MS;
    if (isOld && (await withdrawUnjudgeable(version, lake.ports))) continue;
    await markInFlight(version, lake.ports);
    await commitJudged([await judge(version, contract, lake)], lake);
  }
}

async function wasRetracted(submission: string, lake: Lake): Promise<boolean> {
  return (await retractedVersions(lake.ports.zones.control, submission)).size > 0;
}

/** Removes the rows of a submission of which no version is left. */
async function takeBack(submission: string, contract: Contract, lake: Lake): Promise<void> {
  await commitSealed([await takeBackEffect(submission, contract, lake)], contract, lake);
}

export async function takeBackEffect(submission: string, contract: Contract, lake: Lake): Promise<SealedEffect> {
  const { clock, zones } = lake.ports;
  const keys = await versionKeysOf(zones.control, submission);
  const last = await readVersion(zones.control, keys.at(-1)!);
  const { epoch } = await suppressionOf(contract.dataset, zones.control);
  return {
    submission,
    version: last.version,
    effectKey: effectKey(last, contract, 'retract', epoch),
    op: 'retract',
    rowsIn: 0,
    rowsAccepted: 0,
    rowsRejected: 0,
    writerEpoch: writerEpoch(contract),
    erasureEpoch: epoch,
    sealedAtMs: clock.now(),
    add: [],
  };
}
