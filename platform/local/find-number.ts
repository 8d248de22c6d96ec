// Looks for a person's number in one local file, whatever kind of file it is; memory does not grow with a text.
import { createReadStream, createWriteStream } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { countMatches, type Spelling } from '../../lake/erasure/spelling';
import { kindOf } from './file-kind';
import { gunzip, unzip } from './packed';

export interface Looked {
  readonly matches: number;
  readonly isSearchable: boolean;
}

const CHUNK_BYTES = 1024 * 1024;
/** Longer than any spelling of a number. */
const OVERLAP = 256;
const MOST_PACKED_BYTES = 256 * 1024 * 1024;

export async function sampleOf(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const buffer = Buffer.alloc(512);
    const { bytesRead } = await file.read(buffer, 0, 512, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Not for Parquet, whose columns are compressed: ask the engine. */
export async function findNumber(path: string, spelling: Spelling): Promise<Looked> {
  const sample = await sampleOf(path);
  const kind = kindOf(sample);
  const none = { matches: 0, isSearchable: false };
  switch (kind) {
    case 'text':
      return { matches: await countInText(path, 'utf-8', spelling), isSearchable: true };
    case 'utf16': {
      const isBig = sample[0] === 0xfe || (sample[0] === 0 && sample[1] !== 0);
      return { matches: await countInText(path, isBig ? 'utf-16be' : 'utf-16le', spelling), isSearchable: true };
    }
    case 'zip': {
      if ((await stat(path)).size > MOST_PACKED_BYTES) return none;
      const entries = unzip(await readFile(path));
      // What is packed inside what is packed is not looked into.
      if (!entries || entries.some((entry) => kindOf(entry.subarray(0, 512)) !== 'text')) return none;
      const matches = entries.reduce((sum, entry) => sum + countMatches(entry.toString('utf8'), spelling.inSheets), 0);
      return { matches, isSearchable: true };
    }
    case 'gzip': {
      if ((await stat(path)).size > MOST_PACKED_BYTES) return none;
      const text = gunzip(await readFile(path));
      return text && kindOf(text.subarray(0, 512)) === 'text'
        ? { matches: countMatches(text.toString('utf8'), spelling.pattern), isSearchable: true }
        : none;
    }
    default:
      return none;
  }
}

async function countInText(path: string, encoding: string, { pattern }: Spelling): Promise<number> {
  const decoder = new TextDecoder(encoding);
  let matches = 0;
  let carry = '';
  const eat = (text: string) => {
    const all = carry + text;
    // What ends in the part that was carried has been counted.
    for (const match of all.matchAll(pattern)) if (match.index + match[0].length > carry.length) matches++;
    carry = all.slice(-OVERLAP);
  };
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES }))
    eat(decoder.decode(chunk, { stream: true }));
  eat(decoder.decode());
  return matches;
}

/** A copy with every occurrence covered, line by line; false: the file is no plain text. */
export async function coverNumber(path: string, to: string, spelling: Spelling): Promise<boolean> {
  if (kindOf(await sampleOf(path)) !== 'text') return false;
  await pipeline(Readable.from(coveredLines(path, spelling)), createWriteStream(to));
  return true;
}

async function* coveredLines(path: string, { pattern }: Spelling): AsyncGenerator<Uint8Array> {
  let carry = Buffer.alloc(0);
  const lines = (bytes: Buffer): Buffer => {
    const text = bytes.toString('utf8');
    // Untouched bytes stay as they are, also where they are no UTF-8.
    return countMatches(text, pattern) === 0
      ? bytes
      : Buffer.from(text.replace(pattern, (found) => '*'.repeat(found.length)));
  };
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
    const bytes = Buffer.concat([carry, chunk]);
    const end = bytes.lastIndexOf(10) + 1;
    yield lines(bytes.subarray(0, end));
    carry = bytes.subarray(end);
  }
  yield lines(carry);
}
