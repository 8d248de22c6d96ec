// A local path of an object, if it is there.
import { existsSync } from 'node:fs';
import type { ObjectStore } from '../ports';

export async function existing(store: ObjectStore, key: string): Promise<string | undefined> {
  try {
    const path = await store.toFile(key);
    return existsSync(path) ? path : undefined;
  } catch {
    // A store says "no such object" by throwing; here that is an answer.
    return undefined;
  }
}
