// JSON whose integers survive: literals beyond 2^53 become bigint and are printed as they were. For table metadata only.

/** An Iceberg long: a number while that is exact, a bigint above. Two equal longs are `===`. */
export type Long = number | bigint;

/** The one form of a long. */
export function long(value: number | bigint): Long {
  if (typeof value === 'number') return value;
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}

// Node 20 gives revivers no source text, so unsafe integers travel through JSON.parse as marked strings.
const MARK = '\u0000long:';
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const MARKED = /"\\u0000long:(-?\d+)"/g;

/** Where a number of so many digits that it may not be exact begins; texts are rarely mistaken for one, digests never. */
const LONG_NUMBERS = /(?:^|[:,[\s])(-?\d{16,})/g;

/** Whether JSON.parse would round some integer: false only when it would not. */
function mayRound(text: string): boolean {
  for (const [, digits] of text.matchAll(LONG_NUMBERS)) if (!Number.isSafeInteger(Number(digits))) return true;
  return false;
}

/** JSON.parse that keeps 63-bit integers. @throws SyntaxError */
export function parseLossless(text: string): unknown {
  // Ids of ours are below 2^53; marking them as if they were not would take ten times as long as parsing.
  if (!mayRound(text)) return JSON.parse(text);
  const marked = text.replace(TOKENS, (token) =>
    token.length > 15 && /^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token))
      ? JSON.stringify(MARK + token)
      : token,
  );
  return JSON.parse(marked, (_key, value: unknown) =>
    typeof value === 'string' && value.startsWith(MARK) ? BigInt(value.slice(MARK.length)) : value,
  );
}

/** JSON.stringify that prints bigint as an integer literal. */
export function printLossless(value: unknown, indent?: number): string {
  try {
    // Most tables hold no id beyond 2^53, and a replacer costs more than everything else.
    return JSON.stringify(value, undefined, indent);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  const text = JSON.stringify(value, (_key, v: unknown) => (typeof v === 'bigint' ? MARK + v : v), indent);
  return text.replace(MARKED, '$1');
}
