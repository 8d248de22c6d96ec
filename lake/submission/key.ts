// Keys of submissions: `agency/dataset/period[/part]`, ASCII, lower case. Where a file goes is decided here and nowhere else.
import type { Contract } from '../contract/contract';
import { InputError } from '../errors';
import { parseStationName } from '../intake/station';
import { nearest, slug } from '../text';

export interface Target {
  readonly contract: Contract;
  readonly period: string | undefined;
}

const PERIOD_SHAPES: Readonly<
  Record<Contract['period'], { readonly pattern: RegExp; readonly shape: string; readonly example: string }>
> = {
  day: { pattern: /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, shape: 'yyyy-MM-dd', example: '2026-10-15' },
  month: { pattern: /^\d{4}-(0[1-9]|1[0-2])$/, shape: 'yyyy-MM', example: '2026-10' },
  quarter: { pattern: /^\d{4}-Q[1-4]$/, shape: 'yyyy-Qn', example: '2026-Q3' },
  year: { pattern: /^\d{4}$/, shape: 'yyyy', example: '2026' },
};

const PERIOD_KINDS = ['day', 'month', 'quarter', 'year'] as const satisfies readonly Contract['period'][];

/** @param text `agency/dataset[/period]` as typed after --to */
export function parseTarget(text: string, contracts: ReadonlyMap<string, Contract>): Target {
  const [agency = '', dataset = '', period, ...rest] = text.split('/').filter((part) => part !== '');
  const name = `${agency}/${dataset}`;
  const contract = contracts.get(name);
  if (!contract || rest.length > 0) {
    const names = [...contracts.keys()];
    const near = nearest(name, names);
    const hint = near === undefined ? '' : ` Gần nhất: ${near}.`;
    const hintEn = near === undefined ? '' : ` Nearest: ${near}.`;
    throw new InputError('E_TARGET', {
      vi: `Không có bộ dữ liệu “${text}”; cần agency/dataset[/kỳ], một trong: ${names.join(', ')}.${hint}`,
      en: `There is no dataset “${text}”; expected agency/dataset[/period], one of: ${names.join(', ')}.${hintEn}`,
    });
  }
  if (period !== undefined) checkPeriod(period, contract);
  return { contract, period };
}

/** Date.parse takes 30 February for 2 March. */
function isRealDay(day: string): boolean {
  const time = Date.parse(day);
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === day;
}

export function checkPeriod(period: string, contract: Contract): void {
  const { pattern, shape, example } = PERIOD_SHAPES[contract.period];
  if (pattern.test(period) && (contract.period !== 'day' || isRealDay(period))) return;
  throw new InputError('E_PERIOD', {
    vi: `Kỳ dữ liệu “${period}” của ${contract.name} không đúng; cần dạng ${shape}, ví dụ ${contract.name}/${example}.`,
    en: `The period “${period}” of ${contract.name} is not valid; expected the form ${shape}, for example ${contract.name}/${example}.`,
  });
}

/** Period named by the file: `…_2026-10.csv`, `…202610…`, or the time of a station file; undefined: none. */
export function periodOfFile(fileName: string, contract: Contract): string | undefined {
  const station = contract.intake.formats.includes('station') ? parseStationName(fileName) : undefined;
  const text = station ? station.time.slice(0, 8) : fileName;
  const digits = /(?<!\d)(20\d{2})[-_. ]?(0[1-9]|1[0-2])(?:[-_. ]?(0[1-9]|[12]\d|3[01]))?(?!\d)/.exec(text);
  // As departments write it: T10_2026, tháng 8-2026, 06_2025.
  const monthFirst = /(?<!\d)(?<!\d[-_. ])(0?[1-9]|1[0-2])[-_. ](20\d{2})(?!\d)/.exec(text);
  switch (contract.period) {
    case 'day':
      return digits?.[3] === undefined ? undefined : `${digits[1]}-${digits[2]}-${digits[3]}`;
    case 'month':
      if (monthFirst) return `${monthFirst[2]}-${monthFirst[1]!.padStart(2, '0')}`;
      return digits ? `${digits[1]}-${digits[2]}` : undefined;
    case 'quarter': {
      const quarter = /(20\d{2})[-_ ]?q([1-4])/i.exec(text);
      return quarter ? `${quarter[1]}-Q${quarter[2]}` : undefined;
    }
    case 'year':
      return /(?<!\d)(20\d{2})(?!\d)/.exec(text)?.[1];
  }
}

/** Period that holds a moment, in Vietnamese time (UTC+7). */
export function periodAt(timeMs: number, contract: Pick<Contract, 'period'>): string {
  const [year = '', month = '', day = ''] = new Date(timeMs + 7 * 3_600_000).toISOString().slice(0, 10).split('-');
  switch (contract.period) {
    case 'day':
      return `${year}-${month}-${day}`;
    case 'month':
      return `${year}-${month}`;
    case 'quarter':
      return `${year}-Q${Math.ceil(Number(month) / 3)}`;
    case 'year':
      return year;
  }
}

/** Ended before today, Vietnamese time; rows without a period belong to none that runs. */
export function isClosedPeriod(period: string | null, nowMs: number): boolean {
  if (period === null) return true;
  const kind = PERIOD_KINDS.find((one) => PERIOD_SHAPES[one].pattern.test(period));
  return kind !== undefined && period < periodAt(nowMs, { period: kind });
}

/** Longest key, so that column bounds hold it whole. */
const MAX_KEY_BYTES = 200;

export function submissionKey(contract: Contract, period: string, fileName: string): string {
  const key =
    contract.slot === 'period'
      ? `${contract.name}/${period}`
      : `${contract.name}/${period}/${slug(fileName.replace(/\.[^.]*$/, '')).replace(/\.{2,}/g, '.')}`;
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) {
    throw new InputError('E_KEY', {
      vi: `Tên tệp “${fileName}” quá dài: khóa bài gửi không quá ${MAX_KEY_BYTES} byte. Đặt tên ngắn hơn rồi gửi lại.`,
      en: `The file name “${fileName}” is too long: a submission key has at most ${MAX_KEY_BYTES} bytes. Shorten it and resend.`,
    });
  }
  return key;
}
