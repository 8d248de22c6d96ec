// Holds what readers of one dataset see against what they should see.
import type { ObjectStore } from '../../platform/ports';
import type { Contract } from '../contract/contract';
import { FaultError } from '../errors';
import type { Arrival } from './arrivals';
import { retractedVersions } from './candidates';
import { type Live, liveOfAll } from './live';
import { type Marks, uploadId } from './marks';
import type { Lake } from './submit';
import { hasGoodVerdict } from './verdict';
import { listVersions } from './versions';

/** Versions with an answer, by submission. */
export type Answered = ReadonlyMap<string, readonly string[]>;

/** @param folder a slot, or a dataset with all of its slots */
export async function answeredBelow(folder: string, receipts: ObjectStore): Promise<Answered> {
  const answered = new Map<string, string[]>();
  for (const { key } of await receipts.list(`${folder}/`)) {
    const [, submission = '', version = ''] = /^(.+)\/v\/([^/]+)\/receipt\.json$/.exec(key) ?? [];
    if (version === '') continue;
    const others = answered.get(submission);
    if (others) others.push(version);
    else answered.set(submission, [version]);
  }
  return answered;
}

export class Comparison {
  /** Submissions nobody could look into here. */
  unknown = 0;
  #live: Promise<ReadonlyMap<string, Live> | undefined> | undefined;

  constructor(
    private readonly contract: Contract,
    private readonly lake: Lake,
    /** Of some version, so that the newest may not be the wanted one. */
    private readonly retractions: Pick<ReadonlySet<string>, 'has'>,
    private readonly isOld: (atMs: number) => boolean,
  ) {}

  async at(
    submission: string,
    arrivals: readonly Arrival[],
    marks: Marks,
    answered: Answered,
  ): Promise<'same' | 'differs' | 'unknown'> {
    this.#live ??= this.#readLive();
    const all = await this.#live;
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
      !this.retractions.has(submission);
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
    const gone = this.retractions.has(submission) ? await retractedVersions(control, submission) : new Set<string>();
    const open = versions.filter(({ version }) => !answered.has(version) && !gone.has(version));
    // Not answered yet: with intake or with commit, unless for too long.
    if (open.length > 0) return open.some(({ receivedAtMs }) => this.isOld(receivedAtMs)) ? 'differs' : 'same';
    // As wantedVersion, of what is at hand.
    for (const version of versions.toReversed())
      if (!gone.has(version.version) && (await hasGoodVerdict(control, version)))
        return live?.isWhole && live.version === version.version ? 'same' : 'differs';
    return live && gone.size > 0 ? 'differs' : 'same';
  }

  /** undefined: files of other engines are among them, into which this function cannot look. */
  async #readLive(): Promise<ReadonlyMap<string, Live> | undefined> {
    try {
      return await liveOfAll(this.contract, this.lake.ports);
    } catch (error) {
      if (error instanceof FaultError && error.code === 'F_ENGINE') return undefined;
      throw error;
    }
  }
}
