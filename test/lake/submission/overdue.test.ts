// The calendar of due dates, in Vietnamese time.
import { duePeriod } from '../../../lake/submission/overdue';
import { madeContract } from '../../support/made-contract';

const at = (text: string) => Date.parse(`${text}+07:00`);
const due = (period: 'day' | 'month' | 'quarter' | 'year', every: string, graceDays: number) => ({
  ...madeContract(),
  period,
  due: { every, graceDays },
});

describe('the period that is due', () => {
  it.each([
    ['month', 'P1M', 5, '2026-11-05T23:59:00', '2026-09'],
    ['month', 'P1M', 5, '2026-11-06T00:00:00', '2026-10'],
    ['month', 'P1M', 0, '2026-11-01T00:00:00', '2026-10'],
    ['month', 'P1M', 5, '2027-01-06T00:00:00', '2026-12'],
    ['month', 'P3M', 5, '2026-11-20T00:00:00', '2026-09'],
    ['month', 'P3M', 5, '2027-01-05T00:00:00', '2026-09'],
    ['month', 'P3M', 5, '2027-01-06T00:00:00', '2026-12'],
    ['month', 'P1Y', 10, '2026-11-20T00:00:00', '2025-12'],
    ['day', 'P1D', 1, '2026-11-05T00:30:00', '2026-11-03'],
    ['day', 'P1D', 0, '2026-03-01T00:00:00', '2026-02-28'],
    ['quarter', 'P3M', 10, '2026-10-10T23:00:00', '2026-Q2'],
    ['quarter', 'P3M', 10, '2026-10-11T00:00:00', '2026-Q3'],
    ['quarter', 'P1Y', 0, '2026-10-11T00:00:00', '2025-Q4'],
    ['year', 'P1Y', 30, '2027-01-30T00:00:00', '2025'],
    ['year', 'P1Y', 30, '2027-01-31T00:00:00', '2026'],
  ] as const)('of %s every %s, %i days of grace, at %s: %s', (period, every, graceDays, now, expected) => {
    expect(duePeriod(due(period, every, graceDays), at(now))).toBe(expected);
  });

  it('is none without a due date, or where steps and periods do not fit', () => {
    expect(duePeriod(madeContract(), at('2026-11-05T00:00:00'))).toBeUndefined();
    expect(duePeriod(due('month', 'P7D', 1), at('2026-11-05T00:00:00'))).toBeUndefined();
  });
});
