// Which version of a submission readers should see: the newest that was judged good and not withdrawn. A function of
// what was uploaded, judged and withdrawn, of nothing else: no clock, no order of events.
import { z } from 'zod';
import type { ObjectStore } from '../../platform/ports';
import { FaultError } from '../errors';
import { readStored } from './stored';
import { hasGoodVerdict } from './verdict';
import { readVersion, type Version, versionKeysOf } from './versions';

const retractionShape = z.object({
  submission: z.string(),
  versions: z.array(z.string()),
  reason: z.string(),
  requestedAtMs: z.number(),
});

/** Versions taken back by whoever sent them. Written once, never changed. */
export type Retraction = Readonly<z.infer<typeof retractionShape>>;

const MAX_TRIES = 5;

/** There for certain afterwards. @throws FaultError F_PUT */
export async function writeRetraction(control: ObjectStore, id: string, retraction: Retraction): Promise<void> {
  const stamp = String(retraction.requestedAtMs).padStart(15, '0');
  const key = `retract/${retraction.submission}/r/${stamp}-${id}.json`;
  // The name is this request's alone: what is already there after an unclear answer is what it wrote.
  for (let tries = 1; tries <= MAX_TRIES; tries++)
    if ((await control.putIfAbsent(key, JSON.stringify(retraction))) !== 'UNKNOWN') return;
  throw new FaultError('F_PUT', `${control.location(key)} could not be written: no answer.`);
}

/** Ids of the versions that are withdrawn. @throws InputError E_RECORD */
export async function retractedVersions(control: ObjectStore, submission: string): Promise<ReadonlySet<string>> {
  const retracted = new Set<string>();
  for (const { key } of await control.list(`retract/${submission}/r/`)) {
    const retraction = await readStored(control, key, retractionShape);
    for (const version of retraction?.versions ?? []) retracted.add(version);
  }
  return retracted;
}

/** undefined: no version may be seen. @throws InputError E_RECORD */
export async function wantedVersion(control: ObjectStore, submission: string): Promise<Version | undefined> {
  const keys = await versionKeysOf(control, submission);
  const retracted = keys.length === 0 ? new Set<string>() : await retractedVersions(control, submission);
  for (const key of keys.toReversed()) {
    const version = await readVersion(control, key);
    if (!retracted.has(version.version) && (await hasGoodVerdict(control, version))) return version;
  }
  return undefined;
}
