// What kind of bytes a file has, from its first ones: whether a number can be looked for in them letter by letter.

export type FileKind = 'text' | 'utf16' | 'parquet' | 'zip' | 'gzip' | 'binary';

const MARKS: readonly (readonly [FileKind, readonly number[]])[] = [
  ['parquet', [0x50, 0x41, 0x52, 0x31]],
  ['zip', [0x50, 0x4b]],
  ['gzip', [0x1f, 0x8b]],
  ['binary', [0xd0, 0xcf, 0x11, 0xe0]],
  ['binary', [0x25, 0x50, 0x44, 0x46]],
  ['utf16', [0xff, 0xfe]],
  ['utf16', [0xfe, 0xff]],
];

/** @param sample the first bytes */
export function kindOf(sample: Uint8Array): FileKind {
  const known = MARKS.find(([, mark]) => mark.every((byte, i) => sample[i] === byte));
  if (known) return known[0];
  const head = sample.subarray(0, 400);
  const zeros = [0, 1].map((parity) => head.filter((byte, i) => i % 2 === parity && byte === 0).length);
  return head.length >= 8 && Math.max(...zeros) > head.length / 5 && Math.min(...zeros) === 0 ? 'utf16' : 'text';
}

/** Bytes of one letter each, as far as numbers go. */
export const isText = (sample: Uint8Array): boolean => kindOf(sample) === 'text';
