// An object store in memory, for tests and simulation. Same promises as the others: strong get and list, put-if-absent.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FaultError } from '../../lake/errors';
import type { ObjectStore } from '../ports';

/** @param now milliseconds, for the age of objects */
export function memoryObjectStore(scheme = 'memory://lake', now: () => number = () => 0): ObjectStore {
  const objects = new Map<string, { readonly body: Uint8Array; readonly modifiedAtMs: number }>();
  const copy = (body: Uint8Array | string) => Buffer.from(typeof body === 'string' ? Buffer.from(body) : body);
  const putIfAbsent = (key: string, body: Uint8Array | string) => {
    if (objects.has(key)) return 'EXISTS';
    objects.set(key, { body: copy(body), modifiedAtMs: now() });
    return 'CREATED';
  };
  return {
    get: async (key) => {
      const held = objects.get(key);
      return held && copy(held.body);
    },
    head: async (key) => {
      const held = objects.get(key);
      return held && { key, sizeBytes: held.body.length, modifiedAtMs: held.modifiedAtMs };
    },
    put: async (key, body) => {
      objects.set(key, { body: copy(body), modifiedAtMs: now() });
    },
    putFile: async (key, path) => {
      objects.set(key, { body: readFileSync(path), modifiedAtMs: now() });
    },
    putIfAbsent: async (key, body) => putIfAbsent(key, body),
    putFileIfAbsent: async (key, path) => putIfAbsent(key, readFileSync(path)),
    adoptFileIfAbsent: async (key, path) => {
      const outcome = putIfAbsent(key, readFileSync(path));
      if (outcome === 'CREATED') rmSync(path, { force: true });
      return outcome;
    },
    toFile: async (key) => {
      const held = objects.get(key);
      if (!held) throw new FaultError('E_FILE_MISSING', `${scheme}/${key} is not in the store.`);
      const path = join(mkdtempSync(join(tmpdir(), 'tam-giang-')), key.slice(key.lastIndexOf('/') + 1));
      writeFileSync(path, held.body);
      return path;
    },
    list: async (prefix) =>
      [...objects]
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, { body, modifiedAtMs }]) => ({ key, sizeBytes: body.length, modifiedAtMs }))
        .sort((a, b) => (a.key < b.key ? -1 : 1)),
    delete: async (key) => {
      objects.delete(key);
    },
    location: (key) => `${scheme}/${key}`,
  };
}
