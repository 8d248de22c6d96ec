// This machine's clock, chance and files. Apart from the home on disk, whose engine not every function carries.
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Clock, FileDigest, Rng } from '../ports';

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((done) => setTimeout(done, ms)),
};

export const systemRng: Rng = {
  // 52 random bits: positive and exact as a JavaScript number.
  safeId: () => Number(randomBytes(8).readBigUInt64BE() & 0xfffffffffffffn) + 1,
  uuid: () => randomUUID(),
  bytes: (length) => randomBytes(length),
};

export async function digest(path: string): Promise<FileDigest> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    hash.update(chunk);
    sizeBytes += chunk.length;
  }
  return { sha256: hash.digest('hex'), sizeBytes };
}
