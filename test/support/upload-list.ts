// What a store of uploads in memory answers: lists and levels as S3 gives them.
import type { StoredUpload, Uploads } from '../../platform/ports';

/** @param stored in the store's own order */
export function listOf(stored: readonly StoredUpload[], prefix: string): readonly StoredUpload[] {
  return stored
    .filter(({ key }) => key.startsWith(prefix))
    .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

export function levelOf(stored: readonly StoredUpload[], prefix: string): Awaited<ReturnType<Uploads['look']>> {
  const listed = listOf(stored, prefix);
  const ends = listed.map(({ key }) => key.indexOf('/', prefix.length));
  const folders = listed.flatMap(({ key }, i) => (ends[i] === -1 ? [] : [key.slice(0, (ends[i] ?? 0) + 1)]));
  return { uploads: listed.filter((_, i) => ends[i] === -1), folders: [...new Set(folders)] };
}
