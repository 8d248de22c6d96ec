// Which period of a dataset should have come by now, by its contract. The calendar alone decides; what came is asked elsewhere.
import type { Contract } from '../contract/contract';
import { periodAt } from './key';

const DAY_MS = 86_400_000;

/** The period before the one a moment lies in. */
function periodBefore(period: string, contract: Contract): string {
  return periodAt(startOf(period) - 1, contract);
}

/** First moment of a period, Vietnamese time. */
function startOf(period: string): number {
  const [year = '', rest = '1'] = period.split(/-(.*)/);
  const month = rest.startsWith('Q') ? (Number(rest.slice(1)) - 1) * 3 : Number(rest.slice(0, 2)) - 1;
  const day = rest.length > 2 && !rest.startsWith('Q') ? Number(rest.slice(3)) : 1;
  return Date.UTC(Number(year), month, day) - 7 * 3_600_000;
}

/** How many periods of the contract one step of `every` is; undefined: they do not fit together. */
function stepOf({ period, due }: Contract): number | undefined {
  const [, count = '', unit = ''] = /^P(\d+)([DMY])$/.exec(due?.every ?? '') ?? [];
  const length = { day: { D: 1 }, month: { M: 1, Y: 12 }, quarter: { M: 1 / 3, Y: 4 }, year: { Y: 1 } }[period];
  const each = (length as Readonly<Record<string, number>>)[unit];
  const step = each === undefined ? 0 : Number(count) * each;
  return Number.isInteger(step) && step > 0 ? step : undefined;
}

/**
 * The last period that is due at a moment: it has ended, and the days of grace have passed.
 * @returns undefined when the contract names no due date
 */
export function duePeriod(contract: Contract, nowMs: number): string | undefined {
  if (!contract.due) return undefined;
  const step = stepOf(contract);
  if (step === undefined) return undefined;
  const inForce = periodAt(nowMs - contract.due.graceDays * DAY_MS, contract);
  let period = periodBefore(inForce, contract);
  // Every third month, say: the last one of its quarter.
  for (let back = 0; back < step && !endsStep(period, step, contract); back++) period = periodBefore(period, contract);
  return period;
}

function endsStep(period: string, step: number, contract: Contract): boolean {
  if (step === 1 || contract.period === 'day' || contract.period === 'year') return true;
  const number = contract.period === 'quarter' ? Number(period.slice(6)) : Number(period.slice(5, 7));
  return number % step === 0;
}
