// Reading and writing the files a snapshot hangs together by: manifest list, manifests, record. Keys and locations meet here.

import type { ObjectStore } from '../../platform/ports';
import { FaultError, InputError } from '../errors';
import { type Manifest, readManifest } from './manifest';
import { type ManifestRef, readManifestList } from './manifest-list';
import type { Snapshot, TableMetadata } from './metadata';

/** A table's name is the last segment of its location. */
export function tableOf(metadata: TableMetadata): string {
  return metadata.location.slice(metadata.location.lastIndexOf('/') + 1);
}

/**
 * Key of a file that metadata names by location. Both the store's present place and the place the table was created at
 * are understood, so a home folder that was moved can still be read by us (other readers follow locations literally).
 * @throws InputError E_LOCATION
 */
export function keyOf(store: ObjectStore, metadata: TableMetadata, location: string): string {
  const table = tableOf(metadata);
  for (const folder of [store.location(table), metadata.location])
    if (location.startsWith(`${folder}/`)) return `${table}/${location.slice(folder.length + 1)}`;
  throw new InputError('E_LOCATION', {
    vi: `Bảng ${table} trỏ tới ${location}, nằm ngoài ${store.location(table)}. Hãy chuyển hồ dữ liệu về đúng thư mục cũ.`,
    en: `Table ${table} names ${location}, which is outside ${store.location(table)}. Move the home back to its folder.`,
  });
}

async function read(store: ObjectStore, key: string): Promise<Uint8Array> {
  const bytes = await store.get(key);
  if (bytes) return bytes;
  throw new InputError('E_FILE_MISSING', {
    vi: `Thiếu tệp ${store.location(key)} mà bảng cần. Hãy khôi phục tệp này từ bản sao lưu; không có bản sao thì dựng lại bảng từ tệp gốc: “tamgiang rebuild”.`,
    en: `The file ${store.location(key)}, which the table needs, is missing. Restore it from a backup; without one, build the table anew from the raw files: “tamgiang rebuild”.`,
  });
}

export async function loadManifestList(
  store: ObjectStore,
  metadata: TableMetadata,
  snapshot: Snapshot | undefined,
): Promise<readonly ManifestRef[]> {
  if (!snapshot) return [];
  const key = keyOf(store, metadata, snapshot['manifest-list']);
  return readManifestList(await read(store, key), store.location(key));
}

export interface LoadedManifest extends Manifest {
  readonly ref: ManifestRef;
}

/** @param isWanted asked of each with its bytes; one that is not wanted is not decoded. Default: all are */
export async function loadManifests(
  store: ObjectStore,
  metadata: TableMetadata,
  refs: readonly ManifestRef[],
  isWanted: (ref: ManifestRef, bytes: Uint8Array) => boolean = () => true,
): Promise<readonly LoadedManifest[]> {
  const loaded = await Promise.all(
    refs.map(async (ref): Promise<LoadedManifest | undefined> => {
      const bytes = await read(store, keyOf(store, metadata, ref.path));
      return isWanted(ref, bytes) ? { ref, ...readManifest(bytes, ref) } : undefined;
    }),
  );
  return loaded.flatMap((manifest) => manifest ?? []);
}

/** Writes a file whose name is ours alone; after an unclear answer the store is asked what it holds. */
export async function writeOwn(store: ObjectStore, key: string, bytes: Uint8Array): Promise<void> {
  if ((await store.putIfAbsent(key, bytes)) === 'CREATED') return;
  const held = await store.get(key);
  if (held && Buffer.compare(held, bytes) === 0) return;
  throw new FaultError(
    'F_PUT',
    `${store.location(key)} could not be written: ${held ? 'other bytes are there' : 'no answer'}.`,
  );
}
