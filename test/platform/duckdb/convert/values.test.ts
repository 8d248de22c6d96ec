// Texts of cells as the engine types them: exactly, or not at all.
import fc from 'fast-check';
import type { Column, DecimalStyle } from '../../../../lake/contract/contract';
import { duckdbType } from '../../../../lake/contract/types';
import { sqlString } from '../../../../lake/intake/sql-text';
import { cellSql, valueSql } from '../../../../lake/intake/values';
import { type Engine, openEngine } from '../../../../platform/duckdb/engine';
import { madeColumn, madeContract } from '../../../support/made-contract';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 1 });
});
afterAll(() => engine.close());

/** Values of texts in one column, as text; null: refused or empty. */
async function values(
  texts: readonly string[],
  column: Partial<Column>,
  intake: Parameters<typeof madeContract>[1] = {},
  codes?: readonly Readonly<Record<string, string>>[],
): Promise<(string | null)[]> {
  const whole = madeColumn('cot', column);
  const contract = madeContract([whole], intake);
  const { staged, value } = valueSql('cell', 'stage', whole, contract, codes);
  const rows = texts.map((text, i) => `(${i}, ${sqlString(text)})`).join(', ');
  const cells = `SELECT i, ${cellSql('raw', contract.intake.nullTokens, true)} AS cell FROM (VALUES ${rows}) t(i, raw)`;
  const answer = await engine.rows(
    `SELECT CAST(CAST(${value} AS ${duckdbType(whole.type)}) AS VARCHAR) AS v FROM (SELECT *, ${staged ?? 'NULL'} AS stage FROM (${cells})) ORDER BY i`,
  );
  return answer.map((row) => (typeof row.v === 'string' ? row.v : null));
}

const decimal = (decimalStyle: DecimalStyle, precision = 18, scale = 2): Partial<Column> => ({
  type: { kind: 'decimal', precision, scale },
  decimalStyle,
});

describe('numbers', () => {
  const texts = ['1.234.567,89', '1,234,567.89', '1234567,89', '1234567.89', '1.234', '1,234', '12', '-5,5', '+7', '0'];
  it.each<[DecimalStyle, (string | null)[]]>([
    ['vi', ['1234567.89', null, '1234567.89', null, '1234.00', null, '12.00', '-5.50', '7.00', '0.00']],
    ['en', [null, '1234567.89', null, '1234567.89', null, '1234.00', '12.00', null, '7.00', '0.00']],
    ['plain', [null, null, null, '1234567.89', null, null, '12.00', null, '7.00', '0.00']],
    ['either', [null, null, '1234567.89', '1234567.89', null, null, '12.00', '-5.50', '7.00', '0.00']],
  ])('in the style %s mean one thing or nothing', async (style, expected) => {
    expect(await values(texts, decimal(style))).toEqual(expected);
  });

  it('are refused when they hold anything but digits and marks', async () => {
    const texts = [
      '1_000',
      '1e3',
      '0x10',
      'NaN',
      'Infinity',
      '1 000',
      '12.34.56',
      '1.23',
      '.5',
      '5,',
      ',5',
      '--1',
      '12đ',
      '１２',
      '1.0000',
      '(5)',
      '5%',
      '',
    ];
    for (const style of ['vi', 'en'] as const) {
      const kept = style === 'en' ? { '1.23': '1.23', '1.0000': '1.00' } : {};
      expect(await values(texts, decimal(style))).toEqual(
        texts.map((text) => new Map(Object.entries(kept)).get(text) ?? null),
      );
    }
  });

  it('are never rounded: digits past the scale are refused unless they are zeros', async () => {
    expect(await values(['0,12', '0,120', '0,1200000', '0,123', '0,001', '1,005'], decimal('vi'))).toEqual([
      '0.12',
      '0.12',
      '0.12',
      null,
      null,
      null,
    ]);
    expect(await values(['0,1', '1,5'], decimal('vi', 9, 0))).toEqual([null, null]);
    expect(await values(['1,0'], decimal('vi', 9, 0))).toEqual(['1']);
  });

  it('are refused when they are too large for the column', async () => {
    expect(await values(['99,99', '100', '-99,99', '-100', '099,99'], decimal('vi', 4, 2))).toEqual([
      '99.99',
      null,
      '-99.99',
      null,
      '99.99',
    ]);
  });

  it('are whole where the column is: 12.6 is no integer', async () => {
    const texts = [
      '12',
      ' 12 ',
      '12.6',
      '12,6',
      '12,0',
      '1.234',
      '1_000',
      '1e3',
      '007',
      '-3',
      '2147483648',
      '9223372036854775807',
      '9223372036854775808',
      'x',
    ];
    expect(await values(texts, { type: { kind: 'integer' } })).toEqual([
      '12',
      '12',
      null,
      null,
      '12',
      '1234',
      null,
      null,
      '7',
      '-3',
      null,
      null,
      null,
      null,
    ]);
    expect(await values(texts, { type: { kind: 'long' } })).toEqual([
      '12',
      '12',
      null,
      null,
      '12',
      '1234',
      null,
      null,
      '7',
      '-3',
      '2147483648',
      '9223372036854775807',
      null,
      null,
    ]);
    expect(await values(['12.0', '12.6', '1.234', '1,234'], { type: { kind: 'integer' }, decimalStyle: 'en' })).toEqual(
      ['12', null, null, '1234'],
    );
  });

  it('with a binary point keep every digit a double can hold and no infinity', async () => {
    const double = { type: { kind: 'double' }, decimalStyle: 'either' } as const;
    expect(await values(['16,4637', '107.5909', '-0', 'inf', 'nan', '1e400'], double)).toEqual([
      '16.4637',
      '107.5909',
      '-0.0',
      null,
      null,
      null,
    ]);
    expect(await values(['9'.repeat(400)], double)).toEqual([null]);
  });

  it('come back as written, whatever the number and the style', async () => {
    const amount = fc.record({
      whole: fc.bigInt({ min: 0n, max: 10n ** 15n - 1n }),
      cents: fc.integer({ min: 0, max: 99 }),
      minus: fc.boolean(),
      grouped: fc.boolean(),
    });
    const styles = [
      ['vi', '.', ','],
      ['en', ',', '.'],
      ['plain', '', '.'],
      ['either', '', ','],
    ] as const;
    await fc.assert(
      fc.asyncProperty(
        fc.array(amount, { minLength: 1, maxLength: 30 }),
        fc.constantFrom(...styles),
        async (amounts, [style, mark, point]) => {
          const cents = (n: number) => String(n).padStart(2, '0');
          const written = amounts.map(({ whole, cents: c, minus, grouped }) => {
            const digits = grouped && mark !== '' ? String(whole).replace(/\B(?=(\d{3})+$)/g, mark) : String(whole);
            return `${minus ? '-' : ''}${digits}${point}${cents(c)}`;
          });
          const exact = amounts.map(
            ({ whole, cents: c, minus }) => `${minus && (whole > 0n || c > 0) ? '-' : ''}${whole}.${cents(c)}`,
          );
          expect(await values(written, decimal(style, 18, 2))).toEqual(exact);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('dates', () => {
  const date = { type: { kind: 'date' } } as const;
  it('exist in the calendar and in the years of the lake', async () => {
    const texts = [
      '31/02/2026',
      '29/02/2024',
      '29/02/2026',
      '1/2/2026',
      '01/02/2026',
      '2026-01-02',
      '2026-13-01',
      '01/02/24',
      '01/02/0024',
      '01/01/9999',
      '31/12/1899',
      '01/01/1900',
      '31/12/2099',
      '01/01/2100',
      '01/02/2026 10:00',
      '45000',
      '20260102',
      'x',
    ];
    expect(await values(texts, date)).toEqual([
      null,
      '2024-02-29',
      null,
      '2026-02-01',
      '2026-02-01',
      '2026-01-02',
      null,
      null,
      null,
      null,
      null,
      '1900-01-01',
      '2099-12-31',
      null,
      null,
      null,
      null,
      null,
    ]);
  });

  it('are read day first, never month first', async () => {
    expect(await values(['03/04/2026', '04/13/2026'], date)).toEqual(['2026-04-03', null]);
  });

  it('of any day come back the same', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -25_567, max: 47_481 }), { minLength: 1, maxLength: 40 }),
        async (days) => {
          const iso = days.map((day) => new Date(day * 86_400_000).toISOString().slice(0, 10));
          const vietnamese = iso.map((text) => text.split('-').reverse().join('/'));
          expect(await values(vietnamese, date)).toEqual(iso);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('times', () => {
  const time = { type: { kind: 'timestamp' } } as const;
  it('with an offset become Vietnamese wall time', async () => {
    const texts = [
      '2026-11-02T01:05:00Z',
      '2026-11-02T08:05:00+07:00',
      '2026-11-02T01:05:00+0000',
      '2026-11-01T19:35:00-05:30',
      '2026-11-02T20:00:00Z',
      '2026-11-02T08:05:00.250+07',
      '2026-11-02T08:05+07:00',
      '2026-11-02 08:05:00',
    ];
    expect(await values(texts, time)).toEqual([
      '2026-11-02 08:05:00',
      '2026-11-02 08:05:00',
      '2026-11-02 08:05:00',
      '2026-11-02 08:05:00',
      '2026-11-03 03:00:00',
      '2026-11-02 08:05:00.25',
      '2026-11-02 08:05:00',
      null,
    ]);
  });

  it('without one are taken as they stand', async () => {
    expect(
      await values(
        ['02/11/2026 08:05', '2026-11-02T08:05:00', '02/11/2026 24:00', '02/11/2026 8:5', '31/02/2026 08:05'],
        time,
      ),
    ).toEqual(['2026-11-02 08:05:00', '2026-11-02 08:05:00', null, '2026-11-02 08:05:00', null]);
  });

  it('with an impossible offset are refused', async () => {
    expect(
      await values(
        ['2026-11-02T08:05:00+99:99', '2026-11-02T08:05:00+07:99', '2026-11-02T08:05:00+25:00', '2026-11-02T25:05:00Z'],
        time,
      ),
    ).toEqual([null, null, null, null]);
  });

  it('of any moment and offset are the same moment seven hours east of Greenwich', async () => {
    const moment = fc.tuple(fc.integer({ min: -2_000_000_000, max: 4_000_000_000 }), fc.integer({ min: -48, max: 56 }));
    await fc.assert(
      fc.asyncProperty(fc.array(moment, { minLength: 1, maxLength: 30 }), async (moments) => {
        const wall = (seconds: number, minutes: number) =>
          new Date((seconds + minutes * 60) * 1000).toISOString().slice(0, 19);
        const texts = moments.map(([seconds, quarters]) => {
          const minutes = quarters * 15;
          const offset = `${minutes < 0 ? '-' : '+'}${String(Math.floor(Math.abs(minutes) / 60)).padStart(2, '0')}:${String(Math.abs(minutes) % 60).padStart(2, '0')}`;
          return `${wall(seconds, minutes)}${offset}`;
        });
        expect(await values(texts, time)).toEqual(moments.map(([seconds]) => wall(seconds, 420).replace('T', ' ')));
      }),
      { numRuns: 40 },
    );
  });
});

describe('yes and no', () => {
  it('are known in any spelling, and nothing else is', async () => {
    const texts = [
      'Có',
      'Không',
      'CÓ',
      'không',
      'co\u0301'.normalize('NFC'),
      'KHONG',
      ' có ',
      '1',
      '0',
      'true',
      'false',
      'x',
      '2',
      'Có.',
      'c',
      'K',
      'chưa',
      '',
    ];
    expect(await values(texts, { type: { kind: 'boolean' } })).toEqual([
      'true',
      'false',
      'true',
      'false',
      'true',
      'false',
      'true',
      'true',
      'false',
      'true',
      'false',
      null,
      null,
      'true',
      'true',
      'false',
      null,
      null,
    ]);
  });
});

describe('codes', () => {
  const codes = [
    { ma: '00', ten: 'Đang đo' },
    { ma: '01', ten: 'Hiệu chuẩn' },
    { ma: 'PM2,5', ten: 'Bụi PM2,5' },
  ];
  it('are found by code or label, in any spelling of the label', async () => {
    const texts = [
      '00',
      'Đang đo',
      'đang ĐO',
      'dang do',
      '0',
      '01',
      'Hiệu  chuẩn',
      'PM2,5',
      'pm2.5',
      'bụi pm2,5',
      '03',
    ];
    expect(await values(texts, {}, {}, codes)).toEqual([
      '00',
      '00',
      '00',
      '00',
      null,
      '01',
      '01',
      'PM2,5',
      'PM2,5',
      'PM2,5',
      null,
    ]);
  });

  it('of whole numbers are whole numbers', async () => {
    const numbers = [
      { ma: '1', ten: 'Cá nhân' },
      { ma: '10', ten: 'Đã trả' },
    ];
    expect(await values(['1', '10', 'cá nhân', '01', '1,0', '2'], { type: { kind: 'integer' } }, {}, numbers)).toEqual([
      '1',
      '10',
      '1',
      null,
      null,
      null,
    ]);
  });
});

describe('cells', () => {
  it('lose outer white space of every kind, and nothing inside', async () => {
    expect(await values(['\u00a0a b\u00a0', '\t a\n', ' ', "'a", 'a\u00a0b'], {})).toEqual([
      'a b',
      'a',
      null,
      "'a",
      'a\u00a0b',
    ]);
  });

  it('holding a mark for no value are empty', async () => {
    expect(await values(['-', ' - ', '…', 'x', 'X', '--'], {}, { nullTokens: ['-', 'x', '…'] })).toEqual([
      null,
      null,
      null,
      null,
      'X',
      '--',
    ]);
  });
});
