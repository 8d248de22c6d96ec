// Where a file goes: targets as typed, periods as named, keys that are safe everywhere.
import fc from 'fast-check';
import { InputError } from '../../../lake/errors';
import { parseTarget, periodAt, periodOfFile, submissionKey } from '../../../lake/submission/key';
import { slug } from '../../../lake/text';
import { CONTRACTS, contractNamed } from '../../support/repository';

const prices = contractNamed('so_cong_thuong/gia_thi_truong');
const readings = contractNamed('so_nn_mt/so_lieu_quan_trac');

function inputError(run: () => unknown): InputError {
  try {
    run();
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('a target', () => {
  it('names a dataset and perhaps a period', () => {
    expect(parseTarget('so_cong_thuong/gia_thi_truong', CONTRACTS)).toEqual({ contract: prices, period: undefined });
    expect(parseTarget('so_cong_thuong/gia_thi_truong/2026-10', CONTRACTS).period).toBe('2026-10');
    expect(parseTarget('so_nn_mt/so_lieu_quan_trac/2026-10-20', CONTRACTS).period).toBe('2026-10-20');
  });

  it('that is none names the nearest dataset', () => {
    const error = inputError(() => parseTarget('so_cong_thuong/gia_thi_truon', CONTRACTS));
    expect(error.code).toBe('E_TARGET');
    expect(error.text.en).toContain('Nearest: so_cong_thuong/gia_thi_truong.');
    expect(inputError(() => parseTarget('so_cong_thuong/gia_thi_truong/2026-10/x', CONTRACTS)).code).toBe('E_TARGET');
  });

  it.each(['2026', '2026-13', '2026-1', '2026-10-20', '10-2026', '2026-10 '])(
    'refuses the period %j of a monthly dataset',
    (period) => {
      expect(inputError(() => parseTarget(`so_cong_thuong/gia_thi_truong/${period}`, CONTRACTS)).code).toBe('E_PERIOD');
    },
  );

  it.each(['2026-10', '2026-02-30', '2026-13-01', '2026-10-32'])(
    'refuses the period %j of a daily dataset',
    (period) => {
      expect(inputError(() => parseTarget(`so_nn_mt/so_lieu_quan_trac/${period}`, CONTRACTS)).code).toBe('E_PERIOD');
    },
  );
});

describe('the period of a file', () => {
  it.each([
    ['gia_2026-10.csv', '2026-10'],
    ['gia 202610.csv', '2026-10'],
    ['HSTTHC_06_2025.csv', '2025-06'],
    ['Hồ sơ TTHC tháng 8-2026.csv', '2026-08'],
    ['ho_so_tthc_T10_2026.tsv', '2026-10'],
    ['gia_2026.10.05.csv', '2026-10'],
    ['gia_2026-10-05.csv', '2026-10'],
    ['gia_10-2026.csv', '2026-10'],
    ['gia_05-10-2026.csv', undefined],
    ['gia.csv', undefined],
    ['cv 1202610 gia.csv', undefined],
    ['gia_2026-13.csv', undefined],
  ])('is read from the name %s', (name, period) => {
    expect(periodOfFile(name, prices)).toBe(period);
  });

  it('of a station is the day of its time', () => {
    expect(periodOfFile('TTH_CTYTHIDU_NUO001_20261020233000.txt', readings)).toBe('2026-10-20');
  });

  it('is otherwise the current one, in Vietnamese time', () => {
    expect(periodAt(Date.UTC(2026, 9, 31, 16, 59, 59), prices)).toBe('2026-10');
    expect(periodAt(Date.UTC(2026, 9, 31, 17, 0, 0), prices)).toBe('2026-11');
    expect(periodAt(Date.UTC(2026, 11, 31, 17, 0, 0), readings)).toBe('2027-01-01');
  });
});

describe('a submission key', () => {
  it('holds the file where the slot is the file, else the period alone', () => {
    expect(submissionKey(prices, '2026-10', 'Giá thị trường.csv')).toBe('so_cong_thuong/gia_thi_truong/2026-10');
    expect(submissionKey(readings, '2026-10-20', 'TTH_CTY Thí Dụ_NUO001_20261020100500.txt')).toBe(
      'so_nn_mt/so_lieu_quan_trac/2026-10-20/tth_cty-thi-du_nuo001_20261020100500',
    );
  });

  it('is a safe path whatever the file is called, or the file is refused', () => {
    const name = fc.string({
      unit: fc.oneof(
        fc.constantFrom('.', '/', '..', '\\', '%', '\u0000', ' ', 'Đ', 'ộ', '~', 'a'),
        fc.string({ maxLength: 3 }),
      ),
      maxLength: 80,
    });
    fc.assert(
      fc.property(name, (fileName) => {
        let key: string;
        try {
          key = submissionKey(readings, '2026-10-20', fileName);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
          return;
        }
        expect(key).toMatch(/^so_nn_mt\/so_lieu_quan_trac\/2026-10-20\/[a-z0-9_][a-z0-9._-]*$/);
        expect(key).not.toMatch(/\.\.|\/\/|^\//);
        expect(Buffer.byteLength(key)).toBeLessThanOrEqual(200);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('slug', () => {
  it('of a slug is itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(slug(slug(text))).toBe(slug(text));
      }),
      { numRuns: 1000 },
    );
  });
});
