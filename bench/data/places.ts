// Which submissions a made-up table holds, in the order they came. Pure.
import { createHash } from 'node:crypto';

export const shapeNames = ['one period', 'months'] as const;
export type Shape = (typeof shapeNames)[number];

export interface Place {
  readonly submission: string;
  readonly period: string;
}

const MONTHS = 120;
const FIRST_YEAR = 2017;

export const effectKeyOf = (submission: string): string => createHash('sha256').update(submission).digest('hex');

/** Where the nth of `commits` goes. Names within a period come in no order, as senders' file names do. */
export function placeOf(shape: Shape, nth: number, commits: number): Place {
  const month = shape === 'months' ? Math.min(MONTHS - 1, Math.floor((nth * MONTHS) / commits)) : MONTHS - 1;
  const period = `${FIRST_YEAR + Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`;
  const name = effectKeyOf(`file ${nth}`).slice(0, 12);
  return { submission: `van_phong_ubnd/ho_so_tthc/${period}/${name}.csv`, period };
}

/** `count` places that follow on the first `commits`. */
export const placesAfter = (shape: Shape, commits: number, count: number): readonly Place[] =>
  Array.from({ length: count }, (_, i) => placeOf(shape, commits + i, commits));
