// Uploads on their way to becoming versions. The store's list is the order: by its time, then by key, then as the store has
// the versions of one key. Events tell only when to look.
import type { ObjectStore, StoredUpload, Uploads } from '../../platform/ports';
import type { Contract } from '../contract/contract';
import { InputError } from '../errors';
import { type Marks, unchangedBytes, uploadId } from './marks';
import { isFolder, type Placed, placeOf } from './upload-key';
import type { Origin, UploadRef, Version } from './versions';

export interface Arrival {
  readonly upload: StoredUpload;
  readonly placed: Placed;
}

export interface Sorted {
  /** By submission, each in order. */
  readonly submissions: ReadonlyMap<string, readonly Arrival[]>;
  readonly bad: readonly { readonly upload: StoredUpload; readonly problem: InputError }[];
}

export function refOf({ key, versionId, modifiedAtMs }: StoredUpload): UploadRef {
  return { key, versionId, modifiedAtMs };
}

/** undefined: of one key and one moment, only the store knows. */
function compare(a: UploadRef, b: UploadRef): number | undefined {
  if (a.modifiedAtMs !== b.modifiedAtMs) return a.modifiedAtMs - b.modifiedAtMs;
  if (a.key !== b.key) return a.key < b.key ? -1 : 1;
  return a.versionId === b.versionId ? 0 : undefined;
}

/** @param listed as the store lists them: of one key oldest first */
export function sortArrivals(listed: readonly StoredUpload[], contracts: ReadonlyMap<string, Contract>): Sorted {
  const submissions = new Map<string, Arrival[]>();
  const bad: { upload: StoredUpload; problem: InputError }[] = [];
  // Sorting is stable: what compares as equal stays in the store's order.
  for (const upload of listed.toSorted((a, b) => compare(a, b) ?? 0)) {
    if (isFolder(upload.key)) continue;
    try {
      const placed = placeOf(upload.key, contracts);
      const others = submissions.get(placed.submission);
      if (others) others.push({ upload, placed });
      else submissions.set(placed.submission, [{ upload, placed }]);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      bad.push({ upload, problem: error });
    }
  }
  return { submissions, bad };
}

export function originOf(upload: StoredUpload, uploads: Uploads): Origin {
  const ours = refOf(upload);
  return {
    upload: ours,
    async isBefore(theirs) {
      const known = compare(ours, theirs);
      if (known !== undefined) return known < 0;
      // Listed after the claim was read: theirs is there, unless it was removed for good. Then nobody can tell, and of two
      // unknown orders the safe one is that ours is the older.
      const ids = (await uploads.list(ours.key))
        .filter(({ key }) => key === ours.key)
        .map(({ versionId }) => versionId);
      return !ids.includes(theirs.versionId) || ids.indexOf(ours.versionId) < ids.indexOf(theirs.versionId);
    },
  };
}

/**
 * Those that are neither claimed nor marked, in order. The mark of an upload that brought nothing new holds while the newest
 * version has its bytes, or is later: an earlier upload may have been claimed after it was marked.
 */
export async function pendingOf(
  submission: string,
  arrivals: readonly Arrival[],
  versions: readonly Version[],
  marks: Marks,
  control: ObjectStore,
): Promise<readonly Arrival[]> {
  const claimed = new Set(versions.flatMap(({ upload }) => (upload ? [uploadId(upload)] : [])));
  const newest = versions.at(-1);
  const pending: Arrival[] = [];
  for (const arrival of arrivals) {
    const { upload } = arrival;
    const id = uploadId(upload);
    const mark = marks.get(id);
    if (claimed.has(id) || mark === 'overtaken' || mark === 'refused') continue;
    if (mark === 'unchanged') {
      const isPast = newest?.upload !== undefined && (compare(newest.upload, upload) ?? 0) > 0;
      if (isPast || newest?.sha256 === (await unchangedBytes(control, submission, refOf(upload)))) continue;
    }
    pending.push(arrival);
  }
  return pending;
}
