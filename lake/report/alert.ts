// Word of readings over a limit: what is said, and that it is said once. Who is told and how arrives as a port.
import { createHash } from 'node:crypto';
import type { Table } from 'apache-arrow';
import type { ObjectStore } from '../../platform/ports';
import { cellRecords } from '../warehouse/values';
import { formatNumber, type Lang } from './format';

/** One row of queries/alerts/vuot_nguong.sql. */
export interface OverLimit {
  readonly station: string;
  readonly stationName: string;
  readonly parameter: string;
  readonly unit: string;
  /** Start of the hour, Vietnamese time, `2026-10-01T08:00:00`. */
  readonly hour: string;
  /** Mean of the readings of that hour in the files just received. */
  readonly value: number;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly readings: number;
  readonly basis: string;
  /** Value over upper limit, or lower limit over value. */
  readonly times: number | null;
  /** The number of the limit has been checked against the standard. */
  readonly isConfirmed: boolean;
}

/** docs/contracts.md: until the department signs the limit, or while its number is missing. */
const UNCONFIRMED: ReadonlySet<string> = new Set(['chua_kiem_chung', 'cho_xac_nhan']);

/** @param table answer of queries/alerts/vuot_nguong.sql */
export function overLimits(table: Table): OverLimit[] {
  const number = (cell: unknown) => (typeof cell === 'number' ? cell : null);
  return cellRecords(table).map((row) => ({
    station: String(row.ma_tram),
    stationName: String(row.ten_co_so),
    parameter: String(row.ma_thong_so),
    unit: String(row.don_vi ?? ''),
    hour: String(row.gio),
    value: Number(row.gia_tri_tb),
    lower: number(row.nguong_duoi),
    upper: number(row.nguong_tren),
    readings: Number(row.so_lan_do),
    basis: String(row.can_cu ?? ''),
    times: number(row.boi_so),
    isConfirmed: !UNCONFIRMED.has(String(row.trang_thai_nguong)),
  }));
}

export interface AlertMessage {
  /** ASCII of at most 100 characters, as SNS wants it. */
  readonly subject: string;
  readonly text: string;
}

const LISTED = 10;

const WORDS = {
  vi: {
    head: (n: string, stations: string) => `CẢNH BÁO: ${n} trung bình giờ vượt ngưỡng ở ${stations} trạm.`,
    upper: 'ngưỡng',
    lower: 'ngưỡng dưới',
    times: (n: string) => `gấp ${n} lần`,
    below: (n: string) => `thấp hơn ${n} lần`,
    readings: (n: string) => `${n} số đo`,
    more: (n: string) => `… và ${n} trường hợp khác.`,
    unconfirmed: 'Con số của ngưỡng này chưa được đối chiếu với quy chuẩn.',
    where:
      'Xem tất cả: câu hỏi đã lưu “tram_vuot_nguong” trong Athena. Giá trị là trung bình các số đo vừa nhận trong giờ đó.',
  },
  en: {
    head: (n: string, stations: string) => `ALERT: ${n} hourly means over their limit at ${stations} stations.`,
    upper: 'limit',
    lower: 'lower limit',
    times: (n: string) => `${n} times`,
    below: (n: string) => `${n} times below`,
    readings: (n: string) => `${n} readings`,
    more: (n: string) => `… and ${n} more.`,
    unconfirmed: 'The number of this limit has not been checked against the standard.',
    where:
      'See all: the saved query “tram_vuot_nguong” in Athena. A value is the mean of the readings just received of that hour.',
  },
} as const;

/** Worst first; `limit` are listed, the others counted. */
export function composeAlert(found: readonly OverLimit[], limit = LISTED): AlertMessage {
  const worst = [...found].sort(
    (a, b) =>
      (b.times ?? Number.POSITIVE_INFINITY) - (a.times ?? Number.POSITIVE_INFINITY) || (a.hour < b.hour ? -1 : 1),
  );
  const stations = new Set(found.map(({ station }) => station)).size;
  const part = (lang: Lang) => {
    const words = WORDS[lang];
    const lines = worst.slice(0, limit).map((one, i) => `${i + 1}. ${line(one, lang)}`);
    const rest = found.length - lines.length;
    return [
      words.head(formatNumber(found.length, lang), formatNumber(stations, lang)),
      '',
      ...lines,
      ...(rest > 0 ? [words.more(formatNumber(rest, lang))] : []),
      '',
      words.where,
    ].join('\n');
  };
  return {
    subject: `Vuot nguong: ${found.length} gio-thong so, ${stations} tram / over limits`,
    text: `${part('vi')}\n\n———\n\n${part('en')}\n`,
  };
}

function line(one: OverLimit, lang: Lang): string {
  const words = WORDS[lang];
  const number = (value: number) => formatNumber(value, lang, 3);
  const unit = one.unit === '' || one.unit === '-' ? '' : ` ${one.unit}`;
  const isAbove = one.upper !== null && one.value > one.upper;
  const limit = isAbove ? `${words.upper} ${number(one.upper)}` : `${words.lower} ${number(one.lower ?? 0)}`;
  const times =
    one.times === null ? '' : `, ${isAbove ? words.times(number(one.times)) : words.below(number(one.times))}`;
  const basis = one.basis === '' ? '' : ` (${one.basis})`;
  const doubt = one.isConfirmed ? '' : ` ${words.unconfirmed}`;
  return `${one.stationName} (${one.station}) · ${one.parameter} · ${hourText(one.hour)}: ${number(one.value)}${unit}; ${limit}${unit}${basis}${times}; ${words.readings(formatNumber(one.readings, lang))}.${doubt}`;
}

/** `2026-10-01T08:00:00` → `08:00–09:00 01/10/2026` */
function hourText(hour: string): string {
  const from = Number(hour.slice(11, 13));
  const two = (n: number) => String(n).padStart(2, '0');
  return `${two(from)}:00–${two(from + 1)}:00 ${hour.slice(8, 10)}/${hour.slice(5, 7)}/${hour.slice(0, 4)}`;
}

export interface AlertPorts {
  /** Holds a mark for each station, parameter and hour told of. */
  readonly control: Pick<ObjectStore, 'head' | 'putIfAbsent'>;
  publish(message: AlertMessage): Promise<void>;
}

const AT_ONCE = 16;

/** Its name tells nothing of the reading, and no value is in it. */
function markKey({ station, parameter, hour }: OverLimit): string {
  const name = createHash('sha256')
    .update(JSON.stringify([station, parameter, hour]))
    .digest('hex');
  return `alerts/limits/${hour.slice(0, 7)}/${name.slice(0, 32)}.json`;
}

async function inBatches<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (let i = 0; i < items.length; i += AT_ONCE)
    done.push(...(await Promise.all(items.slice(i, i + AT_ONCE).map(work))));
  return done;
}

/**
 * Tells once of each station, parameter and hour: a message delivered again, or rows sent again, tell nothing new. Marked
 * after it was told, so that a failure in between tells twice rather than never.
 * @returns how many were told of now
 */
export async function alertOnLimits(found: readonly OverLimit[], { control, publish }: AlertPorts): Promise<number> {
  const known = await inBatches(found, (one) => control.head(markKey(one)));
  const fresh = found.filter((_, i) => known[i] === undefined);
  if (fresh.length === 0) return 0;
  await publish(composeAlert(fresh));
  await inBatches(fresh, (one) => control.putIfAbsent(markKey(one), '{}\n'));
  return fresh.length;
}
