// Iceberg single-value bytes (spec, Appendix D) and the bounds of text. Values here are what a type holds, not its spelling.
import { FaultError } from '../errors';

/**
 * int: number · long: bigint · double: number · boolean · string · date: days since 1970-01-01 ·
 * timestamp: microseconds since 1970-01-01 as bigint · decimal: unscaled bigint.
 */
export type BoundValue = number | bigint | string | boolean;

const DECIMAL = /^decimal\(\s*(\d+)\s*,\s*(\d+)\s*\)$/;

/** Precision and scale of `decimal(P,S)`, undefined for every other type. */
export function decimalOf(type: string): { readonly precision: number; readonly scale: number } | undefined {
  const found = DECIMAL.exec(type);
  return found ? { precision: Number(found[1]), scale: Number(found[2]) } : undefined;
}

function wrongValue(type: string, value: BoundValue): FaultError {
  return new FaultError('F_BOUND', `A ${typeof value} is no value of the Iceberg type ${type}.`);
}

/** Smallest two's complement, big-endian; one byte at least. */
function decimalBytes(unscaled: bigint): Uint8Array {
  let length = 1;
  while (BigInt.asIntN(length * 8, unscaled) !== unscaled) length++;
  const bytes = new Uint8Array(length);
  let rest = BigInt.asUintN(length * 8, unscaled);
  for (let i = length - 1; i >= 0; i--) {
    bytes[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}

/** @throws FaultError F_BOUND when the value is not of the type */
export function encodeBound(type: string, value: BoundValue): Uint8Array {
  if (type === 'string' && typeof value === 'string') return Buffer.from(value, 'utf8');
  if (type === 'boolean' && typeof value === 'boolean') return Uint8Array.of(value ? 1 : 0);
  if (decimalOf(type) && typeof value === 'bigint') return decimalBytes(value);
  const bytes = Buffer.alloc(type === 'int' || type === 'date' ? 4 : 8);
  if ((type === 'int' || type === 'date') && typeof value === 'number') bytes.writeInt32LE(value);
  else if ((type === 'long' || type === 'timestamp') && typeof value === 'bigint') bytes.writeBigInt64LE(value);
  else if (type === 'double' && typeof value === 'number') bytes.writeDoubleLE(value);
  else throw wrongValue(type, value);
  return bytes;
}

/** Bytes written before a type was widened keep their old width: 4 bytes are a legal `long` and a legal `double`. */
export function decodeBound(type: string, bytes: Uint8Array): BoundValue {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (type === 'string') return buffer.toString('utf8');
  if (type === 'boolean') return buffer[0] !== 0;
  if (decimalOf(type)) return BigInt.asIntN(bytes.length * 8, BigInt(`0x${buffer.toString('hex')}`));
  if (type === 'int' || type === 'date') return buffer.readInt32LE();
  if (type === 'long' || type === 'timestamp')
    return buffer.length === 4 ? BigInt(buffer.readInt32LE()) : buffer.readBigInt64LE();
  if (type === 'double') return buffer.length === 4 ? buffer.readFloatLE() : buffer.readDoubleLE();
  throw new FaultError('F_BOUND', `No bounds are kept for the Iceberg type ${type}.`);
}

/** Code points that `truncate(16)` keeps. */
const TEXT_BOUND_LENGTH = 16;

/** A prefix is never above the text it was cut from. */
export function lowerTextBound(text: string, length = TEXT_BOUND_LENGTH): string {
  return [...text].slice(0, length).join('');
}

/** Smallest text of at most `length` code points that is not below `text`; undefined when there is none. */
export function upperTextBound(text: string, length = TEXT_BOUND_LENGTH): string | undefined {
  const points = [...text].map((point) => point.codePointAt(0)!);
  if (points.length <= length) return text;
  const kept = points.slice(0, length);
  for (let last = kept.pop(); last !== undefined; last = kept.pop()) {
    // Surrogates are no characters: the next point after U+D7FF is U+E000.
    const next = last === 0xd7ff ? 0xe000 : last + 1;
    if (next <= 0x10ffff) return String.fromCodePoint(...kept, next);
  }
  return undefined;
}
