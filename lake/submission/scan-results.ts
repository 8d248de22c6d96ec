// What the malware scanner said of an upload. Kept as it comes, because its words arrive in another order than uploads.
import { z } from 'zod';
import type { ObjectStore } from '../../platform/ports';
import { uploadId } from './marks';
import { readStored } from './stored';
import type { UploadRef } from './versions';

const shape = z.object({ result: z.string() });
const CLEAN = 'NO_THREATS_FOUND';
/** After a day without a word there will be none. */
const PATIENCE_MS = 86_400_000;

type Named = Pick<UploadRef, 'key' | 'versionId'>;

const keyFor = (upload: Named): string => `scan/${uploadId(upload)}.json`;

export async function writeScanResult(control: ObjectStore, upload: Named, result: string): Promise<void> {
  await control.put(keyFor(upload), JSON.stringify({ result }));
}

/** @returns `clean`, `waiting`, or the scanner's word for anything else */
export async function scanOf(upload: UploadRef, control: ObjectStore, nowMs: number): Promise<string> {
  const stored = await readStored(control, keyFor(upload), shape);
  if (stored) return stored.result === CLEAN ? 'clean' : stored.result;
  return nowMs - upload.modifiedAtMs > PATIENCE_MS ? 'NO_RESULT' : 'waiting';
}
