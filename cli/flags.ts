// Values of flags that are numbers or lengths of time.
import { InputError } from '../lake/errors';

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90m`, `24h`, `7d`, or `0`. @returns milliseconds @throws InputError E_FLAG */
export function parseAge(flag: string, text: string): number {
  if (text === '0') return 0;
  const found = /^(\d{1,6})([mhd])$/.exec(text);
  if (found) return Number(found[1]) * (UNITS[found[2] ?? ''] ?? 0);
  throw new InputError('E_FLAG', {
    vi: `${flag} “${text}” không đúng; cần một khoảng thời gian như 90m, 24h, 7d, hoặc 0.`,
    en: `${flag} “${text}” is not valid; expected a length of time such as 90m, 24h, 7d, or 0.`,
  });
}

/** A whole number from `least` up. @throws InputError E_FLAG */
export function parseCount(flag: string, text: string, least: number): number {
  if (/^\d{1,9}$/.test(text) && Number(text) >= least) return Number(text);
  throw new InputError('E_FLAG', {
    vi: `${flag} “${text}” không đúng; cần một số nguyên từ ${least} trở lên.`,
    en: `${flag} “${text}” is not valid; expected a whole number from ${least} up.`,
  });
}

/** Bytes as people read them. */
export function sizeText(bytes: number, lang: 'vi' | 'en'): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let [value, unit] = [bytes, 0];
  while (value >= 1024 && unit < units.length - 1) [value, unit] = [value / 1024, unit + 1];
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toLocaleString(lang === 'vi' ? 'vi-VN' : 'en-GB', { maximumFractionDigits: digits })} ${units[unit]}`;
}
