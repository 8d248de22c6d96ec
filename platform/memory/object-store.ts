// An object store in memory, for tests and simulation. Same promises as the others: strong get and list, put-if-absent.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FaultError } from '../../lake/errors';
import type { ObjectStore } from '../ports';

export function memoryObjectStore(scheme = 'memory://lake'): ObjectStore {
  const objects = new Map<string, Uint8Array>();
  const copy = (body: Uint8Array | string) => Buffer.from(typeof body === 'string' ? Buffer.from(body) : body);
  const putIfAbsent = (key: string, body: Uint8Array | string) => {
    if (objects.has(key)) return 'EXISTS';
    objects.set(key, copy(body));
    return 'CREATED';
  };
  return {
    get: async (key) => {
      const body = objects.get(key);
      return body && copy(body);
    },
    put: async (key, body) => {
      objects.set(key, copy(body));
    },
    putIfAbsent: async (key, body) => putIfAbsent(key, body),
    putFileIfAbsent: async (key, path) => putIfAbsent(key, readFileSync(path)),
    adoptFileIfAbsent: async (key, path) => {
      const outcome = putIfAbsent(key, readFileSync(path));
      if (outcome === 'CREATED') rmSync(path, { force: true });
      return outcome;
    },
    toFile: async (key) => {
      const body = objects.get(key);
      if (!body) throw new FaultError('E_FILE_MISSING', `${scheme}/${key} is not in the store.`);
      const path = join(mkdtempSync(join(tmpdir(), 'tam-giang-')), key.slice(key.lastIndexOf('/') + 1));
      writeFileSync(path, body);
      return path;
    },
    list: async (prefix) =>
      [...objects]
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, body]) => ({ key, sizeBytes: body.length }))
        .sort((a, b) => (a.key < b.key ? -1 : 1)),
    delete: async (key) => {
      objects.delete(key);
    },
    location: (key) => `${scheme}/${key}`,
  };
}
