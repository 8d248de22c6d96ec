// Numbers and dates as the two languages write them.
import {
  formatAsOf,
  formatBeside,
  formatBytes,
  formatCompact,
  formatMoment,
  formatNumber,
  formatPercent,
  formatPeriod,
  formatPeriodShort,
  formatReach,
} from '../../../lake/report/format';

const spaces = (text: string) => text.replace(/\u00a0/g, ' ');

describe('formatNumber', () => {
  it.each([
    [1234.5, '1.234,5', '1,234.5'],
    [0, '0', '0'],
    [-0.01, '0', '0'],
    [-3, '\u22123', '\u22123'],
    [12_345_678, '12.345.678', '12,345,678'],
  ])('writes %p as %p and %p', (value, vi, en) => {
    expect(formatNumber(value, 'vi')).toBe(vi);
    expect(formatNumber(value, 'en')).toBe(en);
  });
});

describe('formatPercent', () => {
  it('writes a ratio with a comma and a space in Vietnamese, a point and no space in English', () => {
    expect(spaces(formatPercent(0.853, 'vi'))).toBe('85,3 %');
    expect(formatPercent(0.853, 'en')).toBe('85.3%');
    expect(spaces(formatPercent(1, 'vi'))).toBe('100 %');
  });

  it('does not round what is almost all to all, or what is almost nothing to nothing', () => {
    expect(formatPercent(0.9996, 'en')).toBe('99.96%');
    expect(formatPercent(0.0003, 'en')).toBe('0.03%');
  });
});

describe('formatBeside', () => {
  it('adds decimals until a missed value does not look equal to its target', () => {
    expect(spaces(formatBeside(0.9497, 0.95, 'percent', 'vi'))).toBe('94,97 %');
    expect(spaces(formatBeside(0.95, 0.95, 'percent', 'vi'))).toBe('95 %');
    expect(spaces(formatBeside(0.853, 0.95, 'percent', 'vi'))).toBe('85,3 %');
  });
});

describe('formatCompact', () => {
  it('says billions and millions in words, smaller counts in full', () => {
    expect(spaces(formatCompact(1_300_000_000, 'vi'))).toBe('1,3 tỷ');
    expect(spaces(formatCompact(12_500_000, 'vi'))).toBe('12,5 triệu');
    expect(spaces(formatCompact(2.4e12, 'vi'))).toBe('2,4 nghìn tỷ');
    expect(spaces(formatCompact(1_300_000_000, 'en'))).toBe('1.3 billion');
    expect(formatCompact(535_680, 'vi')).toBe('535.680');
  });
});

describe('formatBytes', () => {
  it('names the unit that keeps the number short', () => {
    expect(spaces(formatBytes(812, 'vi'))).toBe('812 B');
    expect(spaces(formatBytes(1_234_567, 'vi'))).toBe('1,2 MB');
    expect(spaces(formatBytes(999_960, 'en'))).toBe('1 MB');
  });
});

describe('times', () => {
  it('are shown in Vietnam time, across midnight and the end of the year', () => {
    expect(formatMoment('2026-12-31T18:05:59Z')).toBe('01/01/2027 01:05');
    expect(formatAsOf('2026-11-05T01:15:00Z')).toBe('08:15 05/11/2026');
  });

  it('come back unchanged when they are no instants', () => {
    expect(formatMoment('hôm qua')).toBe('hôm qua');
  });
});

describe('formatPeriod', () => {
  it.each([
    ['2026-10', 'Tháng 10/2026', 'October 2026'],
    ['2026-Q4', 'Quý IV/2026', 'Q4 2026'],
    ['2026', 'Năm 2026', '2026'],
    ['2026-10-05', 'Ngày 05/10/2026', '5 October 2026'],
    ['2026-13', '2026-13', '2026-13'],
  ])('reads %s', (period, vi, en) => {
    expect(formatPeriod(period, 'vi')).toBe(vi);
    expect(formatPeriod(period, 'en')).toBe(en);
  });

  it('is short on an axis', () => {
    expect(formatPeriodShort('2026-10')).toBe('10/26');
    expect(formatPeriodShort('2026-Q4')).toBe('2026-Q4');
  });
});

describe('formatReach', () => {
  it.each([
    ['2026-10-15T13:55:00', '13:55 15/10/2026', '13:55 15/10/2026'],
    ['2026-11-01T00:00:00', 'hết ngày 31/10/2026', 'the end of 31/10/2026'],
    ['2026-11-01T00:00:01', '00:00 01/11/2026', '00:00 01/11/2026'],
    ['hôm qua', 'hôm qua', 'hôm qua'],
  ])('reads %s, midnight as the end of the day before', (local, vi, en) => {
    expect(formatReach(local, 'vi')).toBe(vi);
    expect(formatReach(local, 'en')).toBe(en);
  });
});
