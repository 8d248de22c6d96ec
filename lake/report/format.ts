// Numbers, dates and periods as people read them, Vietnamese and English. Times are shown in Vietnam time (UTC+7).

export type Lang = 'vi' | 'en';

const NBSP = '\u00a0';
const VIETNAM_OFFSET_MS = 7 * 3_600_000;
const MONTHS_EN = 'January February March April May June July August September October November December'.split(' ');
const ROMAN = ['I', 'II', 'III', 'IV'];

/** Making one costs more than using it a thousand times. */
const numberFormats = new Map<string, Intl.NumberFormat>();

function numberFormat(lang: Lang, decimals: number): Intl.NumberFormat {
  const key = `${lang}${decimals}`;
  const format =
    numberFormats.get(key) ??
    new Intl.NumberFormat(lang === 'vi' ? 'vi-VN' : 'en-GB', { maximumFractionDigits: decimals });
  numberFormats.set(key, format);
  return format;
}

/** `1.234,5` or `1,234.5`; at most `decimals` digits after the mark. */
export function formatNumber(value: number, lang: Lang, decimals = 1): string {
  const text = numberFormat(lang, decimals).format(value);
  return text === '-0' ? '0' : text.replace('-', '\u2212');
}

/** Ratio 0 to 1 as `85,3 %` or `85.3%`. Never rounds up to 100 or down to 0 what is neither, as far as three decimals tell. */
export function formatPercent(ratio: number, lang: Lang, decimals = 1): string {
  let digits = decimals;
  const reachesEdge = () => {
    const shown = Number((ratio * 100).toFixed(digits));
    return (shown === 0 && ratio !== 0) || (shown === 100 && ratio !== 1);
  };
  while (digits < 3 && reachesEdge()) digits++;
  return `${formatNumber(ratio * 100, lang, digits)}${lang === 'vi' ? NBSP : ''}%`;
}

/** Large counts in words: `1,3 tỷ`, `12,5 triệu`; smaller ones in full. */
export function formatCompact(value: number, lang: Lang): string {
  const steps = [
    { size: 1e12, vi: 'nghìn tỷ', en: 'trillion' },
    { size: 1e9, vi: 'tỷ', en: 'billion' },
    { size: 1e6, vi: 'triệu', en: 'million' },
  ];
  const step = steps.find(({ size }) => Math.abs(value) >= size);
  return step ? `${formatNumber(value / step.size, lang)}${NBSP}${step[lang]}` : formatNumber(value, lang);
}

/** A figure's value without its counting unit. */
export function formatValue(value: number, unit: 'percent' | 'count', lang: Lang): string {
  return unit === 'percent' ? formatPercent(value, lang) : formatCompact(value, lang);
}

/** Like `formatValue`, with as many decimals as it takes (at most three) not to look equal to `other` when it is not. */
export function formatBeside(value: number, other: number, unit: 'percent' | 'count', lang: Lang): string {
  const usual = formatValue(value, unit, lang);
  if (value === other || usual !== formatValue(other, unit, lang)) return usual;
  for (let decimals = 2; decimals <= 3; decimals++) {
    const write = (v: number) =>
      unit === 'percent' ? formatPercent(v, lang, decimals) : formatNumber(v, lang, decimals);
    if (write(value) !== write(other)) return write(value);
  }
  return usual;
}

/** `812 B`, `1,2 MB`; powers of 1,000. */
export function formatBytes(bytes: number, lang: Lang): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${formatNumber(value, lang, unit === 0 ? 0 : 1)}${NBSP}${units[unit]!}`;
}

function vietnamTime(iso: string): { date: string; time: string } | undefined {
  const shifted = new Date(Date.parse(iso) + VIETNAM_OFFSET_MS);
  if (Number.isNaN(shifted.getTime())) return undefined;
  const text = shifted.toISOString();
  return { date: `${text.slice(8, 10)}/${text.slice(5, 7)}/${text.slice(0, 4)}`, time: text.slice(11, 16) };
}

/** ISO 8601 instant as `dd/MM/yyyy HH:mm` in Vietnam; other text comes back as it is. */
export function formatMoment(iso: string): string {
  const at = vietnamTime(iso);
  return at ? `${at.date} ${at.time}` : iso;
}

/** ISO 8601 instant as `HH:mm dd/MM/yyyy` in Vietnam, the order of "nhận lúc". */
export function formatAsOf(iso: string): string {
  const at = vietnamTime(iso);
  return at ? `${at.time} ${at.date}` : iso;
}

/** A moment in Vietnamese time without offset, as `HH:mm dd/MM/yyyy`; midnight is the end of the day before. Other text comes back as it is. */
export function formatReach(local: string, lang: Lang): string {
  const at = Date.parse(`${local}Z`);
  if (!/^\d{4}-\d\d-\d\dT/.test(local) || Number.isNaN(at)) return local;
  const midnight = /T00:00(:00(\.0+)?)?$/.test(local);
  const text = new Date(midnight ? at - 1 : at).toISOString();
  const day = `${text.slice(8, 10)}/${text.slice(5, 7)}/${text.slice(0, 4)}`;
  if (midnight) return lang === 'vi' ? `hết ngày ${day}` : `the end of ${day}`;
  return `${text.slice(11, 16)} ${day}`;
}

/** `2026-10` → `Tháng 10/2026`, `October 2026`; also days, quarters (`2026-Q4`) and years; other text comes back as it is. */
export function formatPeriod(period: string, lang: Lang): string {
  const [, year, quarter, month, day] = /^(\d{4})(?:-[qQ]([1-4])|-(0[1-9]|1[0-2])(?:-(\d{2}))?)?$/.exec(period) ?? [];
  if (year === undefined) return period;
  if (quarter !== undefined)
    return lang === 'vi' ? `Quý ${ROMAN[Number(quarter) - 1]!}/${year}` : `Q${quarter} ${year}`;
  if (month === undefined) return lang === 'vi' ? `Năm ${year}` : year;
  const monthName = MONTHS_EN[Number(month) - 1]!;
  if (day === undefined) return lang === 'vi' ? `Tháng ${month}/${year}` : `${monthName} ${year}`;
  return lang === 'vi' ? `Ngày ${day}/${month}/${year}` : `${Number(day)} ${monthName} ${year}`;
}

/** A period on an axis: `10/26` for a month; other periods as they are. */
export function formatPeriodShort(period: string): string {
  const [, year, month] = /^\d\d(\d\d)-(\d\d)$/.exec(period) ?? [];
  return year === undefined || month === undefined ? period : `${month}/${year}`;
}
