// The moment a question is asked for: a snapshot of any table, or a time, written in one of a few strict ways.
import { InputError } from '../lake/errors';
import { type HistoryEntry, history } from '../lake/table/plan';
import type { LocalLake } from './context';
import { vietnamTime } from './vietnam-time';

const TIME = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/** A snapshot id of any table stands for its moment. @throws InputError E_AS_OF, E_SNAPSHOT */
export async function resolveAsOf(text: string, lake: LocalLake): Promise<{ readonly timestampMs: number }> {
  const timestampMs = parseTime(text);
  const snapshots = await everySnapshot(lake);
  if (timestampMs === undefined) {
    const entry = snapshots.find((candidate) => candidate.snapshotId === text);
    if (entry) return { timestampMs: Date.parse(entry.committedAt) };
    throw new InputError('E_SNAPSHOT', {
      vi: `Không bảng nào có lần ghi ${text}. Xem các lần ghi bằng “tamgiang history BẢNG”.`,
      en: `No table has a snapshot ${text}. See the snapshots with “tamgiang history TABLE”.`,
    });
  }
  const first = Math.min(...snapshots.map((entry) => Date.parse(entry.committedAt)));
  if (snapshots.length > 0 && timestampMs < first) {
    throw new InputError('E_SNAPSHOT', {
      vi: `Vào lúc ${vietnamTime(timestampMs)} hồ dữ liệu chưa có gì: dữ liệu bắt đầu từ ${vietnamTime(first, 'up')}. Chọn thời điểm từ đó trở đi.`,
      en: `At ${vietnamTime(timestampMs)} the lake held nothing yet: data begins at ${vietnamTime(first, 'up')}. Choose a time at or after that.`,
    });
  }
  return { timestampMs };
}

async function everySnapshot({ ports }: LocalLake): Promise<HistoryEntry[]> {
  const entries: HistoryEntry[] = [];
  for (const name of await ports.catalog.list()) {
    const head = await ports.catalog.load(name);
    if (head) entries.push(...history(head.metadata));
  }
  return entries;
}

/** undefined: a snapshot id. A time without offset is Vietnamese time. @throws InputError E_AS_OF */
function parseTime(text: string): number | undefined {
  if (/^\d{6,}$/.test(text)) return undefined;
  const [, day = '', hour = '00', minute = '00', second = '00', fraction = '0', offset = '+07:00'] =
    TIME.exec(text) ?? [];
  const isRealTime = Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60;
  const isRealOffset = offset === 'Z' || (Number(offset.slice(1, 3)) <= 14 && Number(offset.slice(4)) < 60);
  const time = Date.parse(`${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, '0')}${offset}`);
  if (isRealDay(day) && isRealTime && isRealOffset && !Number.isNaN(time)) return time;
  throw new InputError('E_AS_OF', {
    vi: `--as-of “${text}” không đúng; cần mã lần ghi (tamgiang history) hoặc thời điểm có thật, giờ Việt Nam: 2026-11-01, "2026-11-01 08:00", "2026-11-01 08:00:30", hoặc có múi giờ 2026-11-01T08:00:00+07:00.`,
    en: `--as-of “${text}” is not valid; expected a snapshot id (tamgiang history) or a real time, Vietnamese unless it says so: 2026-11-01, "2026-11-01 08:00", "2026-11-01 08:00:30", or with an offset 2026-11-01T08:00:00+07:00.`,
  });
}

/** Date.parse takes 31 February for 3 March. */
function isRealDay(day: string): boolean {
  const time = Date.parse(day);
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === day;
}
