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
  /** Aimed at: most of `ratio` where the unit is CPU s, most of `value` where it is ms or MB; null: none. */
  readonly limit: number | null;
}

export interface RowInput {
  readonly name: string;
  readonly unit: string;
  readonly ours: readonly number[];
  readonly peer?: { readonly name: string; readonly runs: readonly number[] };
  readonly limit?: number;
}

/** Medians of both sides; four significant digits. */
export function toRow({ name, unit, ours, peer, limit }: RowInput): Row {
  const value = median(ours);
  const peerValue = peer ? median(peer.runs) : null;
  return {
    name,
    value: rounded(value),
    unit,
    peer: peer?.name ?? null,
    peerValue: peerValue === null ? null : rounded(peerValue),
    ratio: peerValue === null ? null : rounded(value / peerValue),
    limit: limit ?? null,
  };
}

const rounded = (value: number): number => Number(value.toPrecision(4));

/** What `limit` is held against: units with a fixed promise are their own measure, the others are held against the peer. */
export const limitedBy = (row: Row): 'value' | 'ratio' => (['ms', 'MB'].includes(row.unit) ? 'value' : 'ratio');

export function isOver(row: Row): boolean {
  const measured = limitedBy(row) === 'value' ? row.value : row.ratio;
  return row.limit !== null && measured !== null && measured > row.limit;
}

/** Runs the sides in turn (ours, peer, ours, peer, …), so that a busy minute hits all of them. One list of results a side. */
export async function interleave<T>(rounds: number, sides: readonly (() => Promise<T>)[]): Promise<T[][]> {
  const results: T[][] = sides.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, side] of sides.entries()) results[i]!.push(await side());
  }
  return results;
}
