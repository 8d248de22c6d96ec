// Uploads that never became a version, so that later hints need not look at them again: they brought the same bytes, came
// after a later one had its place, or were refused unread. Savings only: the order is kept by the claims.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ObjectStore } from '../../platform/ports';
import { FaultError } from '../errors';
import { readStored } from './stored';
import type { UploadRef } from './versions';

const shape = z.object({
  upload: z.object({ key: z.string(), versionId: z.string(), modifiedAtMs: z.number() }),
  outcome: z.enum(['unchanged', 'overtaken', 'refused']),
  /** Of the bytes, where they were looked at. */
  sha256: z.string().optional(),
});

export type Mark = Readonly<z.infer<typeof shape>>;

/** Names one upload in keys, which must be ASCII: 32 hex digits. */
export function uploadId({ key, versionId }: Pick<UploadRef, 'key' | 'versionId'>): string {
  return createHash('sha256').update(`${key}\u0000${versionId}`).digest('hex').slice(0, 32);
}

/** @param folder a submission, or `_bad` for keys that belong to none */
const keyFor = (folder: string, upload: UploadRef): string => `upload/${folder}/u/${uploadId(upload)}.json`;

export async function readMark(control: ObjectStore, folder: string, upload: UploadRef): Promise<Mark | undefined> {
  return readStored(control, keyFor(folder, upload), shape);
}

/** By `uploadId`. */
export async function readMarks(control: ObjectStore, folder: string): Promise<ReadonlyMap<string, Mark>> {
  const marks = new Map<string, Mark>();
  for (const { key } of await control.list(`upload/${folder}/u/`)) {
    const mark = await readStored(control, key, shape);
    if (mark) marks.set(uploadId(mark.upload), mark);
  }
  return marks;
}

const MAX_TRIES = 5;

/** The last word on an upload: `overtaken` and `refused` stay, `unchanged` gives way to them. @throws FaultError F_PUT */
export async function writeMark(control: ObjectStore, folder: string, mark: Mark): Promise<void> {
  const key = keyFor(folder, mark.upload);
  for (let tries = 1; tries <= MAX_TRIES; tries++) {
    const outcome = await control.putIfAbsent(key, JSON.stringify(mark));
    if (outcome === 'CREATED') return;
    const found = outcome === 'EXISTS' ? await readStored(control, key, shape) : undefined;
    if (found && (found.outcome !== 'unchanged' || mark.outcome === 'unchanged')) return;
    if (found) return control.put(key, JSON.stringify(mark));
  }
  throw new FaultError('F_PUT', `${control.location(key)} could not be written: no answer.`);
}
