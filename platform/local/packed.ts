// What is inside a packed file, as far as it can be unpacked in memory: a workbook is a ZIP of texts.
import { gunzipSync, inflateRawSync } from 'node:zlib';

const END_OF_LIST = 0x06054b50;
const LISTED = 0x02014b50;
const STORED = 0;
const DEFLATED = 8;
const MOST_BYTES = 512 * 1024 * 1024;

/** Contents of a ZIP's entries (PKWARE APPNOTE 4.3); undefined: encrypted, damaged or packed otherwise. */
export function unzip(bytes: Buffer): readonly Buffer[] | undefined {
  try {
    let end = bytes.length - 22;
    while (end >= 0 && bytes.readUInt32LE(end) !== END_OF_LIST) end--;
    if (end < 0) return undefined;
    const entries: Buffer[] = [];
    let at = bytes.readUInt32LE(end + 16);
    for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
      if (bytes.readUInt32LE(at) !== LISTED) return undefined;
      const isEncrypted = (bytes.readUInt16LE(at + 8) & 1) === 1;
      const method = bytes.readUInt16LE(at + 10);
      if (isEncrypted || (method !== STORED && method !== DEFLATED)) return undefined;
      const local = bytes.readUInt32LE(at + 42);
      const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
      const packed = bytes.subarray(from, from + bytes.readUInt32LE(at + 20));
      entries.push(method === STORED ? packed : inflateRawSync(packed, { maxOutputLength: MOST_BYTES }));
      at += 46 + bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
    }
    return entries;
  } catch {
    // Damaged: whoever asks must treat it as a file nobody can look into.
    return undefined;
  }
}

/** undefined: damaged or too large. */
export function gunzip(bytes: Buffer): Buffer | undefined {
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST_BYTES });
  } catch {
    return undefined;
  }
}
