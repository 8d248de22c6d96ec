import { matchesWhole, re2Problem } from '../../../lake/contract/pattern';
import { readPredicate } from '../../../lake/contract/sql-rule';
import { columnType } from '../../../lake/contract/types';

describe('re2Problem', () => {
  it.each(['^\\d{5}$', '(?:a|b)+', '[(?=]x', '\\(?=', '[^\\]\\\\1]', 'a{1,1000}', '\\d+\\.\\d*'])(
    'accepts %s',
    (pattern) => {
      expect(re2Problem(pattern)).toBeUndefined();
    },
  );

  it.each([
    ['(?=a)b', '(?='],
    ['(?!a)b', '(?!'],
    ['(?<=a)b', '(?<='],
    ['(?<!a)b', '(?<!'],
    ['(?>a)b', '(?>'],
    ['(?<n>a)\\k<n>', '(?<n>'],
    ['(a)\\1', '\\1'],
    ['a++', '++'],
    ['a{1,2000}', '{1,2000}'],
  ])('names what RE2 cannot read in %s', (pattern, problem) => {
    expect(re2Problem(pattern)).toBe(problem);
  });

  it('names a pattern that is no regular expression', () => {
    expect(re2Problem('(a')).toContain('Unterminated group');
  });
});

describe('matchesWhole', () => {
  it('wants the whole text, also with alternatives', () => {
    expect(matchesWhole('a|bc', 'bc')).toBe(true);
    expect(matchesWhole('a|bc', 'abc')).toBe(false);
  });
});

describe('readPredicate', () => {
  const from = `select count(*) from \${object} where `;
  const read = (predicate: string) => readPredicate(from + predicate, ['a', 'ngay']);

  it.each([
    'a is null and not (a = 0)',
    "a like 'select; -- /%'",
    "ngay <> ngay + interval '36' month",
    "a in ('x', 'it''s')",
    'case when a = 1 then 2 else 3 end > 1',
    'try_cast(substr(a, -2) as decimal(9, 2)) is distinct from 1.5',
  ])('takes %s', (predicate) => {
    expect(read(predicate)).toEqual({ violation: predicate });
  });

  it.each([
    ['a = 1; drop', ';'],
    ['a = 1 -- x', '--'],
    ['a = 1 /* x */', '/*'],
    ['a / 2 = 1', '/'],
    ['a = (select 1)', 'select'],
    ['exists (a)', 'exists'],
    ['regexp_matches(a)', 'regexp_matches'],
    ['b = 1', 'b'],
    ['"a" = 1', '"a"'],
    ['(a = 1', '('],
    ['a = 1)', ')'],
    ["a = 'x", "'"],
    ['a = $x', '$'],
  ])('refuses %s and names %s', (predicate, token) => {
    const problems = read(predicate);
    expect('violation' in problems ? [] : problems.map((problem) => problem.found)).toEqual([token]);
  });
});

describe('columnType', () => {
  it.each([
    ['integer', undefined, { kind: 'integer' }],
    ['integer', 'bigint', { kind: 'long' }],
    ['number', 'double', { kind: 'double' }],
    ['number', 'decimal(18, 4)', { kind: 'decimal', precision: 18, scale: 4 }],
    ['number', 'decimal(38,0)', { kind: 'decimal', precision: 38, scale: 0 }],
    ['timestamp', undefined, { kind: 'timestamp' }],
  ])('reads %s %s', (logical, physical, type) => {
    expect(columnType(logical, physical)).toEqual(type);
  });

  it.each([
    ['number', undefined],
    ['number', 'decimal(19,2)'],
    ['number', 'decimal(4,5)'],
    ['number', 'decimal(0,0)'],
    ['integer', 'double'],
    ['string', 'char(5)'],
    ['array', undefined],
  ])('does not store %s %s', (logical, physical) => {
    expect(columnType(logical, physical)).toBeUndefined();
  });
});
