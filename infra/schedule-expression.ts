// Whether EventBridge would take an expression of the province's YAML: told at synth, not after half a deployment. Pure.

/** What is allowed, as a message shows it. */
export const SCHEDULE_FORM =
  'cron(minute hour day-of-month month day-of-week year) in UTC with ? in one of the two days, as cron(0 22 * * ? *), or rate(6 hours)';

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

interface Field {
  readonly min: number;
  readonly max: number;
  /** Of `min`, `min` + 1 and so on. */
  readonly names?: readonly string[];
  /** What a field of days may be besides numbers. */
  readonly also?: RegExp;
}

const FIELDS: readonly Field[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31, also: /^(\?|L|LW|([1-9]|[12]\d|3[01])W)$/ },
  { min: 1, max: 12, names: MONTHS },
  { min: 1, max: 7, names: DAYS, also: /^(\?|L|([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(L|#[1-5]))$/ },
  { min: 1970, max: 2199 },
];
const [DAY_OF_MONTH, DAY_OF_WEEK] = [2, 4];

function isField(text: string, { min, max, names = [], also }: Field): boolean {
  if (also?.test(text)) return true;
  const isValue = (value: string) =>
    names.includes(value) || (/^\d+$/.test(value) && Number(value) >= min && Number(value) <= max);
  return text.split(',').every((part) => {
    const [, span, step] = /^([^/]+)(?:\/(\d+))?$/.exec(part) ?? [];
    if (span === undefined || step === '0') return false;
    const ends = span.split('-');
    return span === '*' || (ends.length <= 2 && ends.every(isValue));
  });
}

export function isScheduleExpression(text: string): boolean {
  if (/^rate\((1 (minute|hour|day)|([2-9]|[1-9]\d+) (minutes|hours|days))\)$/.test(text)) return true;
  const fields = /^cron\((.+)\)$/.exec(text)?.[1]?.split(' ');
  if (fields?.length !== FIELDS.length) return false;
  if ((fields[DAY_OF_MONTH] === '?') === (fields[DAY_OF_WEEK] === '?')) return false;
  return fields.every((field, i) => isField(field, FIELDS[i]!));
}
