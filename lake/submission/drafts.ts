// Receipts that wait for their outcome. Whoever judges writes the draft before the offer; whoever commits completes it and
// takes it away. In quarantine, beside the rows set aside: a draft tells of a file's contents.
import { z } from 'zod';
import type { ObjectStore, StoredObject } from '../../platform/ports';
import { InputError } from '../errors';
import type { Receipt } from './receipt';
import { receiptShape } from './receipt-store';
import { readStored } from './stored';
import type { Version } from './versions';

const shape = z.object({ effectKey: z.string(), receipt: receiptShape, rejectsBytes: z.number().optional() });

export interface Draft {
  /** What has to be decided before the receipt is true. */
  readonly effectKey: string;
  readonly receipt: Receipt;
  /** Size of the rows set aside by this judging; undefined: not told, in drafts of an earlier release. */
  readonly rejectsBytes?: number | undefined;
}

type Of = Pick<Version, 'submission' | 'version'>;

const keyFor = ({ submission, version }: Of): string => `draft/${submission}/${version}.json`;

export async function writeDraft(quarantine: ObjectStore, of: Of, draft: Draft): Promise<void> {
  await quarantine.put(keyFor(of), JSON.stringify(draft));
}

/** A damaged one counts as none: the version is judged again. */
export async function readDraft(quarantine: ObjectStore, of: Of): Promise<Draft | undefined> {
  try {
    return await readStored(quarantine, keyFor(of), shape);
  } catch (error) {
    if (error instanceof InputError && error.code === 'E_RECORD') return undefined;
    throw error;
  }
}

export async function deleteDraft(quarantine: ObjectStore, of: Of): Promise<void> {
  await quarantine.delete(keyFor(of));
}

/** @param submission or a prefix of submissions ending in a slash; '': all */
export async function listDrafts(
  quarantine: ObjectStore,
  submission: string,
): Promise<readonly (Of & Pick<StoredObject, 'modifiedAtMs'>)[]> {
  const prefix = submission === '' || submission.endsWith('/') ? submission : `${submission}/`;
  return (await quarantine.list(`draft/${prefix}`)).map(({ key, modifiedAtMs }) => {
    const name = key.lastIndexOf('/');
    return {
      submission: key.slice('draft/'.length, name),
      version: key.slice(name + 1, -'.json'.length),
      modifiedAtMs,
    };
  });
}
