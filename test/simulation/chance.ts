// Chance that a seed decides: the same seed draws the same run.

export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed ^ 0x9e3779b9) >>> 0;
    // Neighbouring seeds must not begin alike.
    for (let i = 0; i < 4; i++) this.u32();
  }

  u32(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  }

  /** 0 ≤ x < 1. */
  unit(): number {
    return this.u32() / 0x100000000;
  }

  /** Whole numbers from `low` to `high`, both included. */
  int(low: number, high: number): number {
    return low + (this.u32() % (high - low + 1));
  }

  /** A probability of 0 draws nothing, so that switching a fault off leaves other draws where they were. */
  happens(probability: number): boolean {
    return probability > 0 && this.unit() < probability;
  }

  pick<T>(values: readonly T[]): T {
    const value = values[this.u32() % values.length];
    if (value === undefined) throw new Error('nothing to pick from');
    return value;
  }

  shuffled<T>(values: readonly T[]): T[] {
    const mixed = [...values];
    for (let i = mixed.length - 1; i > 0; i--) {
      const other = this.u32() % (i + 1);
      [mixed[i], mixed[other]] = [mixed[other]!, mixed[i]!];
    }
    return mixed;
  }
}
