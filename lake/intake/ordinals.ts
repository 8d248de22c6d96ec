// Which records did not make it: everything that is neither accepted nor blank, by construction.

/** Ordinals from 1 to `records`, ascending, that are neither in `blank` nor in `kept`. */
export function missingOrdinals(records: number, blank: readonly number[], kept: Float64Array): number[] {
  const taken = new Uint8Array(records + 1);
  for (const ordinal of blank) taken[ordinal] = 1;
  for (const ordinal of kept) taken[ordinal] = 1;
  const missing: number[] = [];
  for (let ordinal = 1; ordinal <= records; ordinal++) if (taken[ordinal] === 0) missing.push(ordinal);
  return missing;
}
