// From single runs to the rows of the table and of the JSON file. Pure.

export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('no values, no median');
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** One line of the JSON file: names and order are read by others. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly peer: string | null;
  readonly peerValue: number | null;
  /** Ours by the peer's: below 1 we are better. */
  readonly ratio: number | null;
  /** Aimed at; the unit says of what, and whether it is the most or the least (`heldTo`); null: none. */
  readonly limit: number | null;
}

export interface RowInput {
  readonly name: string;
  readonly unit: string;
  readonly ours: readonly number[];
  readonly peer?: { readonly name: string; readonly runs: readonly number[] };
  readonly limit?: number;
}

/** Medians of both sides; four significant digits. A peer that could not be run keeps its name and has no figures. */
export function toRow({ name, unit, ours, peer, limit }: RowInput): Row {
  const value = median(ours);
  const peerValue = peer && peer.runs.length > 0 ? median(peer.runs) : null;
  return {
    name,
    value: rounded(value),
    unit,
    peer: peer?.name ?? null,
    peerValue: peerValue === null ? null : rounded(peerValue),
    ratio: peerValue === null || peerValue === 0 ? null : rounded(value / peerValue),
    limit: limit ?? null,
  };
}

const rounded = (value: number): number => Number(value.toPrecision(4));

interface Held {
  readonly by: 'value' | 'ratio';
  /** Which side of the limit is the good one. */
  readonly at: 'most' | 'least';
}

/** Units whose limit is not "at most so many times the peer's". */
const HELD: Readonly<Record<string, Held>> = {
  ms: { by: 'value', at: 'most' },
  MB: { by: 'value', at: 'most' },
  // A ratio that is a figure of its own, because neither side is the peer.
  '×': { by: 'value', at: 'most' },
  'commits/s': { by: 'value', at: 'least' },
  'rows/s': { by: 'ratio', at: 'least' },
};

/** What `limit` means: units with a fixed promise are their own measure, the others are held against the peer. */
export const heldTo = (row: Row): Held => HELD[row.unit] ?? { by: 'ratio', at: 'most' };

export function isMissed(row: Row): boolean {
  const { by, at } = heldTo(row);
  const measured = by === 'value' ? row.value : row.ratio;
  if (row.limit === null || measured === null) return false;
  return at === 'most' ? measured > row.limit : measured < row.limit;
}

/** Runs the sides in turn (ours, peer, ours, peer, …), so that a busy minute hits all of them. One list of results a side. */
export async function interleave<T>(rounds: number, sides: readonly (() => Promise<T>)[]): Promise<T[][]> {
  const results: T[][] = sides.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, side] of sides.entries()) results[i]!.push(await side());
  }
  return results;
}
