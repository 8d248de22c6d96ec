// Wall-clock moments of Vietnam as plain milliseconds (written as if UTC), so that the demo does not depend on the machine's zone.
import { padded } from './write';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const at = (year: number, month: number, day: number, hour = 0, minute = 0): number =>
  Date.UTC(year, month - 1, day, hour, minute);

function parts(moment: number): { y: string; m: string; d: string; h: string; min: string; s: string } {
  const date = new Date(moment);
  return {
    y: padded(date.getUTCFullYear(), 4),
    m: padded(date.getUTCMonth() + 1, 2),
    d: padded(date.getUTCDate(), 2),
    h: padded(date.getUTCHours(), 2),
    min: padded(date.getUTCMinutes(), 2),
    s: padded(date.getUTCSeconds(), 2),
  };
}

/** `15/10/2026` */
export function vnDate(moment: number): string {
  const { y, m, d } = parts(moment);
  return `${d}/${m}/${y}`;
}

/** `15/10/2026 08:05` */
export function vnMinute(moment: number): string {
  const { h, min } = parts(moment);
  return `${vnDate(moment)} ${h}:${min}`;
}

/** `15/10/2026 08:05:00` */
export const vnSecond = (moment: number): string => `${vnMinute(moment)}:${parts(moment).s}`;

/** `20261015`, or `20261015080500` as the monitoring format wants it. */
export function compact(moment: number, withTime: boolean): string {
  const { y, m, d, h, min, s } = parts(moment);
  return withTime ? `${y}${m}${d}${h}${min}${s}` : `${y}${m}${d}`;
}

export const startOfDay = (moment: number): number => moment - (moment % DAY);

/** Monday to Friday; public holidays are left out of the demo. */
export const isWorkingDay = (moment: number): boolean => ![0, 6].includes(new Date(moment).getUTCDay());

/** The same time of day `days` working days later; a weekend moves on to Monday. */
export function addWorkingDays(moment: number, days: number): number {
  let result = moment;
  for (let left = days; left > 0 || !isWorkingDay(result); ) {
    result += DAY;
    if (isWorkingDay(result)) left--;
  }
  return result;
}

/** The same day of a later month, or that month's last day. */
export function addMonths(moment: number, months: number): number {
  const date = new Date(moment);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + months];
  return Math.min(Date.UTC(year, month, date.getUTCDate()), Date.UTC(year, month + 1, 0));
}
