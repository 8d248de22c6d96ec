// A local file, or a small record, put into a store under a name that is not there yet, and there for certain afterwards.
import type { ObjectStore } from '../platform/ports';
import { FaultError } from './errors';

export interface LocalFile {
  readonly path: string;
  /** undefined: whatever is there under the name will do. */
  readonly sizeBytes?: number;
}

const MAX_TRIES = 5;

/**
 * After an unclear answer the store is asked what it holds. Names are unique or made from the content, so that a file of
 * that size under that name is the one meant.
 * @param how `adopt` may move the file instead of copying it
 * @throws FaultError F_PUT
 */
export async function placeFile(
  store: ObjectStore,
  key: string,
  file: LocalFile,
  how: 'adopt' | 'copy',
): Promise<void> {
  for (let tries = 1; tries <= MAX_TRIES; tries++) {
    const outcome =
      how === 'adopt' ? await store.adoptFileIfAbsent(key, file.path) : await store.putFileIfAbsent(key, file.path);
    if (outcome === 'CREATED') return;
    const found = await store.head(key);
    if (found && (file.sizeBytes === undefined || found.sizeBytes === file.sizeBytes)) return;
    if (found) throw new FaultError('F_PUT', `${store.location(key)} holds ${found.sizeBytes} other bytes.`);
  }
  throw new FaultError('F_PUT', `${store.location(key)} could not be written: no answer.`);
}

/**
 * A record under its name, this one or the one that came first: never neither.
 * @throws FaultError F_PUT
 */
export async function placeRecord(store: ObjectStore, key: string, body: string): Promise<void> {
  for (let tries = 1; tries <= MAX_TRIES; tries++) if ((await store.putIfAbsent(key, body)) !== 'UNKNOWN') return;
  throw new FaultError('F_PUT', `${store.location(key)} could not be written: no answer.`);
}
