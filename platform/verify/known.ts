// What the control zone says was received, judged, taken back and is still in work.

import { suppressionOf } from '../../lake/erasure/suppression';
import type { Bilingual } from '../../lake/errors';
import { parallel } from '../../lake/parallel';
import { retractedVersions } from '../../lake/submission/candidates';
import { inFlightKeys, readInFlight, TAKE_OVER_AFTER_MS } from '../../lake/submission/in-flight';
import { rawOf } from '../../lake/submission/raw';
import type { Lake } from '../../lake/submission/submit';
import { readVerdicts } from '../../lake/submission/verdict';
import { readVersion, type Version, versionKeys } from '../../lake/submission/versions';
import { check, type Problem, REPAIR, said, type VerifyCheck } from './check';
import type { VerifiedHome } from './home';

export interface JudgedVersion {
  readonly version: Version;
  /** The best of its verdicts, whatever lists it was held against. */
  readonly isGood: boolean;
  readonly isJudged: boolean;
  readonly rowsAccepted: number;
  readonly isRetracted: boolean;
  /** A process is at work on it, or died over it: the next put finishes it. */
  readonly isPending: boolean;
  /** Rows of people erased since it was judged. */
  readonly rowsErased: number;
}

export interface Known {
  readonly versions: readonly Version[];
  /** Dataset → submission → its versions, oldest first. */
  readonly judged: ReadonlyMap<string, ReadonlyMap<string, readonly JudgedVersion[]>>;
  readonly records: VerifyCheck;
  readonly inFlight: VerifyCheck;
}

/** Objects, and whole files, asked for at one time. */
const AT_ONCE = 16;
const FILES_AT_ONCE = 4;

/** Asks once for each key, however many ask. */
function remembered<T>(ask: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (key) => {
    const answer = known.get(key) ?? ask(key);
    known.set(key, answer);
    return answer;
  };
}

export const idOf = (version: Version): string => `${version.submission} ${version.version}`;

export async function readKnown(lake: Lake): Promise<Known> {
  const { zones, clock } = lake.ports;
  const { control } = zones;
  const { pending, inFlight } = await readPending(lake);
  const problems: Problem[] = [];
  const versions: Version[] = [];
  const judged = new Map<string, Map<string, JudgedVersion[]>>();
  const gone = remembered((submission: string) => retractedVersions(control, submission));
  const epoch = remembered(async (dataset: string) => (await suppressionOf(dataset, control)).epoch);
  const look = async (key: string) => {
    const version = await readVersion(control, key);
    const contract = lake.contracts.get(version.submission.split('/').slice(0, 2).join('/'));
    if (!contract) return { version, contract };
    const [verdicts, retracted, listEpoch] = await Promise.all([
      readVerdicts(control, version),
      gone(version.submission),
      epoch(contract.dataset),
    ]);
    const rowsErased = listEpoch === 0 ? 0 : (await rawOf(version, control)).rowsLeftOut;
    return { version, contract, verdicts, isRetracted: retracted.has(version.version), rowsErased };
  };
  const looked = await parallel(AT_ONCE, await versionKeys(control), (key) =>
    look(key).catch((error: unknown): Problem => ({ text: said(error) })),
  );
  for (const one of looked) {
    if ('text' in one) {
      problems.push(one);
      continue;
    }
    const { version } = one;
    const { submission } = version;
    versions.push(version);
    if (one.contract === undefined) {
      problems.push({
        text: { vi: `${submission} không còn hợp đồng dữ liệu`, en: `${submission} has no contract` },
        repair: 'tamgiang contract lint',
      });
      continue;
    }
    const { verdicts, isRetracted, rowsErased } = one;
    const { dataset } = one.contract;
    const good = verdicts.filter(({ verdict }) => verdict !== 'rejected');
    const isPending = pending.has(idOf(version));
    const isJudged = verdicts.length > 0;
    if (!isJudged && !isPending && !isRetracted) problems.push(unjudged(version, clock.now()));
    const entry: JudgedVersion = {
      version,
      isGood: good.length > 0,
      isJudged,
      rowsAccepted: Math.max(0, ...good.map((verdict) => verdict.rowsAccepted)),
      isRetracted,
      isPending,
      rowsErased,
    };
    const ofDataset = judged.get(dataset) ?? new Map<string, JudgedVersion[]>();
    ofDataset.set(submission, [...(ofDataset.get(submission) ?? []), entry]);
    judged.set(dataset, ofDataset);
  }
  const counted = { vi: `${versions.length} phiên bản`, en: `${versions.length} versions` };
  return { versions, judged, records: check('control: records', counted, problems), inFlight };
}

/** Its process died between keeping the bytes and saying so; for a while it may simply be at work. */
function unjudged(version: Version, nowMs: number): Problem {
  const young = nowMs - version.receivedAtMs <= TAKE_OVER_AFTER_MS;
  return {
    text: {
      vi: `${version.submission} ${version.version} (${version.file}) đã nhận mà chưa được xét`,
      en: `${version.submission} ${version.version} (${version.file}) was received and never judged`,
    },
    repair: REPAIR,
    mend: { kind: 'submission', submission: version.submission },
    ...(young ? { isNote: true as const } : {}),
  };
}

/** Markers of unfinished submissions. They are no loss: the next put finishes them, unless it has tried for too long. */
async function readPending(lake: Lake): Promise<{ pending: ReadonlySet<string>; inFlight: VerifyCheck }> {
  const { clock, zones } = lake.ports;
  const pending = new Set<string>();
  const problems: Problem[] = [];
  for (const key of await inFlightKeys(zones.control)) {
    try {
      const marker = await readInFlight(zones.control, key);
      if (!marker) continue;
      pending.add(`${marker.submission} ${marker.version}`);
      if (clock.now() - marker.sinceMs > TAKE_OVER_AFTER_MS)
        problems.push({
          text: {
            vi: `control/${key} dở dang đã hơn một giờ; “tamgiang put” nói lý do`,
            en: `control/${key} has been unfinished for over an hour; “tamgiang put” says why`,
          },
          repair: REPAIR,
          mend: { kind: 'unfinished' },
        });
    } catch (error) {
      problems.push({ text: said(error) });
    }
  }
  const looked: Bilingual =
    pending.size === 0
      ? { vi: 'không có tệp dở dang', en: 'none unfinished' }
      : {
          vi: `${pending.size} tệp dở dang, lần put sau sẽ làm nốt`,
          en: `${pending.size} unfinished, the next put finishes them`,
        };
  return { pending, inFlight: check('in-flight', looked, problems) };
}

/** Every version's bytes, as they are kept by now, are there and have the stated hash. */
export async function verifyRaw(versions: readonly Version[], lake: Lake, home: VerifiedHome): Promise<VerifyCheck> {
  const { control, raw } = lake.ports.zones;
  const kept = await parallel(AT_ONCE, versions, (version) => rawOf(version, control));
  const hashes = new Map(kept.map(({ key, sha256 }) => [key, sha256]));
  const problems = await parallel(FILES_AT_ONCE, [...hashes], async ([key, sha256]): Promise<Problem[]> => {
    const found = await home.sha256(raw, key).catch((error: unknown) => said(error).en);
    if (found === sha256) return [];
    if (found === undefined) return [{ text: { vi: `thiếu tệp raw/${key}`, en: `raw/${key} is missing` } }];
    const text = {
      vi: `raw/${key} không có sha256 ${sha256}: ${found}`,
      en: `raw/${key} does not have sha256 ${sha256}: ${found}`,
    };
    return [{ text }];
  });
  const restore: Problem[] = problems.flat().map((problem) => ({
    ...problem,
    text: {
      vi: `${problem.text.vi}; khôi phục tệp này từ bản sao lưu, hoặc đề nghị đơn vị gửi lại`,
      en: `${problem.text.en}; restore it from a backup, or ask the department to send it again`,
    },
  }));
  const looked = {
    vi: `${hashes.size} tệp gốc của ${versions.length} phiên bản`,
    en: `${hashes.size} raw files of ${versions.length} versions`,
  };
  return check('raw: hashes', looked, restore);
}
