// A tiny seeded random source (xorshift, Marsaglia 2003): the same seed gives the same demo on every machine. Not for secrets.

export interface Rng {
  /** 0 ≤ x < 1 */
  next(): number;
  /** Whole number from `low` to `high`, both included. */
  int(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** One of `from`, in proportion to `weight`. */
  weighted<T>(from: readonly T[], weight: (item: T) => number): T;
}

export function makeRng(seed: number): Rng {
  // Near seeds must not give near sequences, and xorshift may never hold 0.
  let state = Math.imul((seed | 0) ^ 0x2545f491, 0x9e3779b1) >>> 0;
  if (state === 0) state = 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 0x1_0000_0000;
  };
  for (let i = 0; i < 16; i++) next();
  const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)]!;
  return {
    next,
    int: (low, high) => low + Math.floor(next() * (high - low + 1)),
    chance: (probability) => next() < probability,
    pick,
    weighted: (from, weight) => {
      let left = next() * from.reduce((sum, item) => sum + weight(item), 0);
      return (
        from.find((item) => {
          left -= weight(item);
          return left < 0;
        }) ?? pick(from)
      );
    },
  };
}
