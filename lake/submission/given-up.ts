// Versions that were answered without having been judged, because every try failed through a fault of ours: under which
// rules that was, so that others are tried once they are there.
import type { ObjectStore } from '../../platform/ports';
import type { Contract } from '../contract/contract';
import { TRANSFORM_VERSION } from '../intake/conversion';
import { placeRecord } from '../place-file';
import { wantedVersion } from './candidates';
import { readVerdicts } from './verdict';
import { type Version, versionOf } from './versions';

const ROOT = 'given-up/';

const rulesOf = ({ version }: Contract): string => `${version}.${TRANSFORM_VERSION}`;

/** There for certain afterwards. @param code why, as the receipt says it. @throws FaultError F_PUT */
export async function recordGivenUp(
  { submission, version }: Version,
  contract: Contract,
  code: string,
  control: ObjectStore,
): Promise<void> {
  await placeRecord(control, `${ROOT}${submission}/v/${version}/${rulesOf(contract)}.json`, JSON.stringify({ code }));
}

/** Submissions with such a version, whatever became of it since. */
export async function givenUpSubmissions(control: ObjectStore): Promise<readonly string[]> {
  const keys = (await control.list(ROOT)).map(({ key }) => key);
  return [...new Set(keys.map((key) => key.slice(ROOT.length, key.lastIndexOf('/v/'))))];
}

/** Of one submission: ids of those to be judged by the present rules. One that a later good version has replaced is not. */
export async function judgeableAgain(
  submission: string,
  contract: Contract,
  control: ObjectStore,
): Promise<ReadonlySet<string>> {
  const prefix = `${ROOT}${submission}/v/`;
  const tried = (await control.list(prefix)).map(({ key }) => key.slice(prefix.length).split('/'));
  const present = tried.flatMap(([id, rules]) => (rules === `${rulesOf(contract)}.json` ? [id] : []));
  const again = new Set<string>();
  for (const [id = ''] of tried) {
    if (present.includes(id)) continue;
    const version = await versionOf(control, submission, id);
    const isPast = ((await wantedVersion(control, submission))?.arrival ?? 0) > version.arrival;
    if (!isPast && (await readVerdicts(control, version)).length === 0) again.add(id);
  }
  return again;
}
