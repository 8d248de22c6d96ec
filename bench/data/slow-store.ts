// An object store in memory that answers as slowly as a far one: each request, and each thousand keys of a listing, takes
// a while. Objects may be sizes without bytes: made-up data files that nobody reads.
import type { ObjectStore } from '../../platform/ports';

const PAGE = 1000;

export interface Pace {
  latencyMs: number;
  requests: number;
}

export const waitFor = (pace: Pace, pages: number): Promise<void> => {
  pace.requests += pages;
  return pace.latencyMs === 0 ? Promise.resolve() : new Promise((done) => setTimeout(done, pace.latencyMs * pages));
};

export const pagesOf = (count: number): number => Math.max(1, Math.ceil(count / PAGE));

/** First place in a sorted list that is not before `key`. */
export function placeIn<T>(sorted: readonly T[], key: string, of: (item: T) => string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (of(sorted[middle]!) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

export type SlowStore = ObjectStore & {
  /** An object of which only the size is told. */
  stub(key: string, sizeBytes: number, modifiedAtMs: number): void;
};

export function slowStore(scheme: string, pace: Pace): SlowStore {
  interface Held {
    readonly key: string;
    readonly sizeBytes: number;
    readonly modifiedAtMs: number;
    readonly body?: Uint8Array;
  }
  const objects = new Map<string, Held>();
  let sorted: Held[] | undefined;
  const hold = (held: Held) => {
    objects.set(held.key, held);
    sorted = undefined;
  };
  const put = async (key: string, body: Uint8Array | string) => {
    await waitFor(pace, 1);
    const bytes = Buffer.from(body);
    hold({ key, body: bytes, sizeBytes: bytes.length, modifiedAtMs: Date.now() });
  };
  const putIfAbsent = async (key: string, body: Uint8Array | string) => {
    if (objects.has(key)) return 'EXISTS' as const;
    await put(key, body);
    return 'CREATED' as const;
  };
  const noFiles = async (): Promise<never> => {
    throw new Error('the bench has no files');
  };
  const told = ({ key, sizeBytes, modifiedAtMs }: Held) => ({ key, sizeBytes, modifiedAtMs });
  return {
    stub: (key, sizeBytes, modifiedAtMs) => hold({ key, sizeBytes, modifiedAtMs }),
    async get(key) {
      await waitFor(pace, 1);
      return objects.get(key)?.body;
    },
    async head(key) {
      await waitFor(pace, 1);
      const held = objects.get(key);
      return held && told(held);
    },
    put,
    putFile: noFiles,
    putIfAbsent,
    putFileIfAbsent: noFiles,
    adoptFileIfAbsent: noFiles,
    toFile: noFiles,
    async list(prefix) {
      sorted ??= [...objects.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
      const found = sorted.slice(
        placeIn(sorted, prefix, ({ key }) => key),
        placeIn(sorted, `${prefix}\uffff`, ({ key }) => key),
      );
      await waitFor(pace, pagesOf(found.length));
      return found.map(told);
    },
    async delete(key) {
      objects.delete(key);
      sorted = undefined;
    },
    location: (key) => `${scheme}/${key}`,
  };
}
