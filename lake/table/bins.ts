// Which small files go into one: as many as make a file of the size that readers like, none of it far below or above.

const MIB = 1024 * 1024;

export interface FileSizes {
  /** Of one new file, by the sizes of what goes into it. Default 256 MiB. */
  readonly targetBytes?: number;
  /** Files below this take part: at most, and by default, half the target. */
  readonly smallBelowBytes?: number;
}

/** With small files up to half the target, no new file is below half the target or reaches twice the target. */
export function limitsOf({ targetBytes = 256 * MIB, smallBelowBytes }: FileSizes): {
  readonly small: number;
  readonly target: number;
  /** A file from here on is left as it is. */
  readonly large: number;
} {
  const half = targetBytes / 2;
  return { small: Math.min(smallBelowBytes ?? half, half), target: targetBytes, large: 2 * targetBytes };
}

/** Files in their order, cut wherever a new file is full; what is left over and would be small goes along with the last. */
export function packed<T extends { readonly file: { readonly sizeBytes: number } }>(
  files: readonly T[],
  { target }: { readonly target: number },
): readonly (readonly T[])[] {
  const bins: T[][] = [];
  let open: T[] = [];
  let bytes = 0;
  for (const one of files) {
    open.push(one);
    bytes += one.file.sizeBytes;
    if (bytes < target) continue;
    bins.push(open);
    open = [];
    bytes = 0;
  }
  const last = bins.at(-1);
  if (last && bytes < target / 2) last.push(...open);
  else if (open.length > 0) bins.push(open);
  return bins;
}
