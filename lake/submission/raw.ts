// Where the bytes of a version are: as sent, or less the records of people erased since.
import { z } from 'zod';
import type { ObjectStore } from '../../platform/ports';
import { readStored } from './stored';
import type { Version } from './versions';

const shape = z.object({
  key: z.string(),
  sha256: z.string(),
  sizeBytes: z.number(),
  rowsLeftOut: z.number(),
  epoch: z.number(),
});

/** What is kept of a version in the raw zone. */
export type RawCopy = Readonly<z.infer<typeof shape>>;

const keyFor = (version: Version): string => `redaction/${version.submission}/v/${version.version}.json`;

/** @throws InputError E_RECORD */
export async function rawOf(version: Version, control: ObjectStore): Promise<RawCopy> {
  const redacted = await readStored(control, keyFor(version), shape);
  if (redacted) return redacted;
  const { raw: key, sha256, sizeBytes, kept } = version;
  return { key, epoch: 0, ...(kept ?? { sha256, sizeBytes, rowsLeftOut: 0 }) };
}

/** From now on the version's bytes are these; the former ones may be deleted. */
export async function writeRedaction(version: Version, copy: RawCopy, control: ObjectStore): Promise<void> {
  await control.put(keyFor(version), JSON.stringify(copy));
}
