// Puts wrong rows among right ones, each for one reason a receipt must be able to explain.
import type { Cells } from './extract';

export interface Fault {
  /** Where in the file, 0 to 1; the first row from there that `fits`. */
  readonly near: number;
  readonly fits?: (row: Cells) => boolean;
  readonly change: Cells | ((row: Cells) => Cells);
  /** Keep the right row and add the wrong one behind it, as a double entry. */
  readonly twice?: boolean;
}

/** A copy of `rows` with every fault in its own row. */
export function spoil(rows: readonly Cells[], faults: readonly Fault[]): Cells[] {
  const result: Cells[] = [...rows];
  const taken = new Set<Cells>();
  for (const fault of faults) {
    const start = Math.floor(fault.near * result.length);
    const index = result.findIndex(
      (row, position) => position >= start && !taken.has(row) && (fault.fits?.(row) ?? true),
    );
    const row = result[index];
    if (row === undefined) throw new RangeError(`no row to spoil from ${fault.near} on`);
    const wrong: Cells = { ...row, ...(typeof fault.change === 'function' ? fault.change(row) : fault.change) };
    taken.add(wrong).add(row);
    result.splice(index, 1, ...(fault.twice === true ? [row, wrong] : [wrong]));
  }
  return result;
}
