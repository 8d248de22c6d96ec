// What a run ends with when the lake has told a lie.

export class Violation extends Error {
  constructor(
    /** I1 … I21 of the invariants, see invariants.ts. */
    readonly invariant: string,
    readonly what: string,
  ) {
    super(`${invariant}: ${what}`);
  }
}

export function fail(invariant: string, what: string): never {
  throw new Violation(invariant, what);
}
