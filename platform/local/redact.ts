// Takes the records of erased people out of a file as sent. A first pass finds them, a second one copies the file
// without them; every other byte stays what it was. Memory does not grow with the file.

import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Contract } from '../../lake/contract/contract';
import { type Cut, type Found, type Layout, LineSearch, RecordSearch } from '../../lake/erasure/records';
import { findHeader, type HeaderCell } from '../../lake/intake/header';
import { refuseMagic } from '../../lake/intake/refusals';
import { refuseEncoding } from '../../lake/intake/scan';
import { readSample } from '../duckdb/text-source';
import type { Redactor } from '../ports';
import { isText } from './file-kind';

const CHUNK_BYTES = 1024 * 1024;
/** Answers kept: the same number stands in many cells. */
const MEMORY = 100_000;

/**
 * Files that cannot be read as a table are looked through line by line. What is no text at all (a workbook, a PDF) is
 * given back as it is: whoever keeps it must not think it was searched.
 */
export const redact: Redactor['redact'] = async ({ path, contract, isErased, workDir }) => {
  const same = { path, rowsLeftOut: 0, records: [] };
  if (!contract.columns.some((column) => column.subjectId)) return same;
  const sample = await readSample(path);
  const refused = refuseMagic(sample);
  if (refused && !isText(sample)) return same;
  const asked = remembering(isErased);
  const layout = refused ? undefined : layoutOf(sample, contract);
  const found = (layout && (await search(path, layout.offset, new RecordSearch(layout, asked)))) ?? undefined;
  const { cuts, records } = await withHead(path, sample, layout, found, asked);
  if (cuts.length === 0) return same;
  const copy = join(workDir, 'redacted.txt');
  await pipeline(Readable.from(without(path, cuts)), createWriteStream(copy));
  return { path: copy, rowsLeftOut: records.length, records };
};

function remembering(isErased: (value: string) => boolean): (value: string) => boolean {
  const known = new Map<string, boolean>();
  return (value) => {
    const answer = known.get(value);
    if (answer !== undefined) return answer;
    const fresh = isErased(value);
    if (known.size >= MEMORY) known.clear();
    known.set(value, fresh);
    return fresh;
  };
}

/** As intake reads the file; undefined: it has no header intake would find. */
function layoutOf(sample: Uint8Array, contract: Contract): Layout | undefined {
  const bom = sample[0] === 0xef && sample[1] === 0xbb && sample[2] === 0xbf ? 3 : 0;
  const text = sample.subarray(bom);
  if (refuseEncoding(text, 1)) return undefined;
  const header = findHeader(text, contract);
  if (!header) return undefined;
  const { cells, delimiter, dataOffset } = header;
  const where = (wanted: (cell: HeaderCell) => boolean) => cells.flatMap((cell, i) => (wanted(cell) ? [i] : []));
  return {
    delimiter,
    fields: cells.length,
    subjects: where((cell) => cell.column?.subjectId === true),
    outside: where((cell) => cell.column === undefined),
    offset: bom + dataOffset,
  };
}

async function search<T>(
  path: string,
  start: number,
  searcher: { push(chunk: Uint8Array): void; end(): T },
): Promise<T> {
  for await (const chunk of createReadStream(path, { start, highWaterMark: CHUNK_BYTES })) searcher.push(chunk);
  return searcher.end();
}

/** Titles above the header are looked through line by line, and so is the whole file when it is no table. */
async function withHead(
  path: string,
  sample: Uint8Array,
  layout: Layout | undefined,
  found: Found | undefined,
  isErased: (value: string) => boolean,
): Promise<Found> {
  const lines = new LineSearch(isErased);
  if (!layout || !found) return search(path, 0, lines);
  lines.push(sample.subarray(0, layout.offset));
  return { cuts: [...lines.end().cuts, ...found.cuts], records: found.records };
}

/** The file's bytes with every cut replaced. `cuts` are in order and do not overlap. */
async function* without(path: string, cuts: readonly Cut[]): AsyncGenerator<Uint8Array> {
  let offset = 0;
  let next = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
    const bytes: Uint8Array = chunk;
    let at = 0;
    for (let cut = cuts[next]; cut && cut.start < offset + bytes.length; cut = cuts[next]) {
      // A cut that began in the chunk before has been replaced already.
      if (cut.start >= offset) {
        yield bytes.subarray(at, cut.start - offset);
        if (cut.instead !== '') yield Buffer.from(cut.instead, 'latin1');
      }
      at = Math.min(cut.end - offset, bytes.length);
      if (cut.end > offset + bytes.length) break;
      next++;
    }
    yield bytes.subarray(at);
    offset += bytes.length;
  }
}
