// Which version of a submission readers should see: the newest that was judged good and not withdrawn. A function of
// what was uploaded, judged and withdrawn, of nothing else: no clock, no order of events.
import { z } from 'zod';
import type { ObjectStore } from '../../platform/ports';
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

export async function writeRetraction(control: ObjectStore, id: string, retraction: Retraction): Promise<void> {
  const stamp = String(retraction.requestedAtMs).padStart(15, '0');
  await control.putIfAbsent(`retract/${retraction.submission}/r/${stamp}-${id}.json`, JSON.stringify(retraction));
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
