// What became of uploads, so that later hints and reconcile need not look at them again: claimed, or without a place because
// they brought the same bytes, came into view too late, or were refused unread. Savings only: the claims keep the order.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ObjectStore } from '../../platform/ports';
import { FaultError } from '../errors';
import { readStored } from './stored';
import type { UploadRef } from './versions';

const OUTCOMES = ['claimed', 'unchanged', 'overtaken', 'refused'] as const;

const shape = z.object({
  upload: z.object({ key: z.string(), versionId: z.string(), modifiedAtMs: z.number() }),
  outcome: z.enum(OUTCOMES),
  /** Of the bytes, where they were looked at. */
  sha256: z.string().optional(),
});

type Mark = Readonly<z.infer<typeof shape>>;
export type Outcome = Mark['outcome'];

/** What marks say, by `uploadId`. The last word counts: an unchanged upload may have been claimed or overtaken since. */
export type Marks = ReadonlyMap<string, Outcome>;

/** Names one upload in keys, which must be ASCII: 32 hex digits. */
export function uploadId({ key, versionId }: Pick<UploadRef, 'key' | 'versionId'>): string {
  return createHash('sha256').update(`${key}\u0000${versionId}`).digest('hex').slice(0, 32);
}

/** @param folder a submission, or `_bad` for keys that belong to none */
const keyFor = (folder: string, outcome: Outcome, id: string): string => `upload/${folder}/${outcome}/${id}.json`;

export async function readMarks(control: ObjectStore, folder: string): Promise<Marks> {
  return (await readMarksBelow(control, folder)).get(folder) ?? new Map();
}

/** By submission: of one, or of all in one slot, with a single listing. */
export async function readMarksBelow(control: ObjectStore, slot: string): Promise<ReadonlyMap<string, Marks>> {
  const found = new Map<string, Map<string, Outcome>>();
  for (const { key } of await control.list(`upload/${slot}/`)) {
    const parts = key.split('/');
    const [outcome = '', name = ''] = parts.splice(-2);
    const known = OUTCOMES.find((one) => one === outcome);
    if (!known) continue;
    const folder = parts.slice(1).join('/');
    const marks = found.get(folder) ?? new Map<string, Outcome>();
    found.set(folder, marks);
    const id = name.slice(0, -'.json'.length);
    if (known !== 'unchanged' || !marks.has(id)) marks.set(id, known);
  }
  return found;
}

/** Hash of the bytes of an upload that brought nothing new. @throws InputError E_RECORD */
export async function unchangedBytes(
  control: ObjectStore,
  submission: string,
  upload: UploadRef,
): Promise<string | undefined> {
  return (await readStored(control, keyFor(submission, 'unchanged', uploadId(upload)), shape))?.sha256;
}

const MAX_TRIES = 5;

/** @throws FaultError F_PUT */
export async function writeMark(control: ObjectStore, folder: string, mark: Mark): Promise<void> {
  const key = keyFor(folder, mark.outcome, uploadId(mark.upload));
  for (let tries = 1; tries <= MAX_TRIES; tries++)
    if ((await control.putIfAbsent(key, JSON.stringify(mark))) !== 'UNKNOWN') return;
  throw new FaultError('F_PUT', `${control.location(key)} could not be written: no answer.`);
}
