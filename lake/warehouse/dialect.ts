// The common subset of Trino (Athena engine v3) and DuckDB: refuses what one lacks or what the two answer differently.
import type { Bilingual } from '../errors';
import { type Token, tokens } from './tokens';

export interface DialectFinding {
  readonly path: string;
  readonly line: number;
  readonly found: string;
  readonly reason: Bilingual;
}

/** Words that may not be called as functions, with what to write instead. */
const FUNCTIONS: Readonly<Record<string, Bilingual>> = Object.fromEntries(
  (
    [
      [
        'date_diff datediff',
        'đếm khác nhau (số mốc đi qua hay số đơn vị trọn vẹn); hãy so sánh với interval',
        'counts differently (boundaries against whole units); compare with an interval instead',
      ],
      [
        'date_add dateadd date_sub',
        "tham số khác nhau; hãy viết x + interval '1' day",
        "takes different arguments; write x + interval '1' day",
      ],
      [
        'try',
        'không bắt được cùng lỗi; hãy dùng nullif hoặc case',
        'does not catch the same errors; use nullif or case',
      ],
      [
        'try_cast',
        'chấp nhận văn bản khác nhau; hãy dùng cast sau khi đã kiểm tra',
        'accepts different texts; check first, then cast',
      ],
      [
        'greatest least concat',
        'xử lý null khác nhau; hãy dùng case, coalesce hoặc ||',
        'treats null differently; use case, coalesce or ||',
      ],
      [
        'date_format format_datetime date_parse parse_datetime strftime strptime to_char',
        'chỉ có ở một bên; hãy dùng cast(cast(x as date) as varchar) và substr',
        'exists on one side only; use cast(cast(x as date) as varchar) and substr',
      ],
      [
        'now current_timestamp current_date localtimestamp current_time today get_current_time',
        'không lặp lại được; hãy lấy thời điểm từ dữ liệu',
        'is not repeatable; take the moment from the data',
      ],
      [
        'string_agg listagg group_concat array_agg list map_agg approx_percentile approx_distinct sequence generate_series median quantile_cont mode any_value arbitrary first last',
        'chỉ có ở một bên hoặc thứ tự không xác định',
        'exists on one side only, or its order is not fixed',
      ],
      [
        'regexp_like regexp_matches regexp_extract regexp_replace split string_split strlen len instr ifnull iff if isnull',
        'chỉ có ở một bên hoặc nghĩa khác nhau; hãy dùng like, strpos, split_part, length, coalesce, case',
        'exists on one side only or means another thing; use like, strpos, split_part, length, coalesce, case',
      ],
      [
        'day_of_week dayofweek day_of_year week_of_year weekofyear year_of_week yearweek isodow extract',
        'đánh số khác nhau hoặc chỉ có ở một bên; hãy dùng date_trunc, year, month',
        'numbers differently or exists on one side only; use date_trunc, year, month',
      ],
      [
        'avg',
        'decimal cho kiểu khác nhau, double cộng theo thứ tự bất kỳ nên lệch chữ số cuối; hãy viết cast(sum(x) as double) / nullif(count(x), 0)',
        'of decimals has another type, doubles are added in any order and differ in the last digits; write cast(sum(x) as double) / nullif(count(x), 0)',
      ],
      [
        'md5 sha256 hash to_hex random rand uuid',
        'cho kiểu hoặc giá trị khác nhau',
        'gives another type or another value',
      ],
    ] as const
  ).flatMap(([names, vi, en]) => names.split(' ').map((name) => [name, { vi, en }])),
);

/** Words that are refused wherever they stand as keywords. */
const KEYWORDS: Readonly<Record<string, Bilingual>> = {
  ilike: { vi: 'chỉ DuckDB có; hãy dùng lower(x) like', en: 'is DuckDB only; use lower(x) like' },
  qualify: { vi: 'Athena không có; hãy lọc row_number ở một CTE', en: 'Athena lacks it; filter row_number in a CTE' },
  asof: { vi: 'chỉ DuckDB có', en: 'is DuckDB only' },
  pivot: { vi: 'chỉ DuckDB có; hãy dùng case', en: 'is DuckDB only; use case' },
  sample: { vi: 'không lặp lại được', en: 'is not repeatable' },
  tablesample: { vi: 'không lặp lại được', en: 'is not repeatable' },
  current_date: FUNCTIONS.now!,
  current_timestamp: FUNCTIONS.now!,
  localtimestamp: FUNCTIONS.now!,
};

const SYMBOLS: Readonly<Record<string, Bilingual>> = {
  '::': { vi: 'chỉ DuckDB có; hãy dùng cast(x as kiểu)', en: 'is DuckDB only; use cast(x as type)' },
  '//': { vi: 'chỉ DuckDB có', en: 'is DuckDB only' },
  '**': { vi: 'chỉ DuckDB có; hãy dùng power', en: 'is DuckDB only; use power' },
  '==': { vi: 'chỉ DuckDB có; hãy dùng =', en: 'is DuckDB only; use =' },
  '^': { vi: 'nghĩa khác nhau; hãy dùng power', en: 'means another thing; use power' },
  '[': { vi: 'mảng viết khác nhau', en: 'arrays are written differently' },
  '{': { vi: 'chỉ DuckDB có', en: 'is DuckDB only' },
  '->': { vi: 'hàm ẩn danh viết khác nhau', en: 'lambdas differ' },
};

const INTEGERS = new Set(['integer', 'int', 'bigint', 'smallint', 'tinyint', 'hugeint']);

/** Every divergence in a statement, with file and line. An empty list means: same answer on both, as far as is known. */
export function dialectFindings(sql: string, path: string): DialectFinding[] {
  const list = tokens(sql);
  return list.flatMap((token, i) => {
    const reason = refused(list, i);
    return reason ? [{ path, line: token.line, found: token.text, reason }] : [];
  });
}

function refused(list: readonly Token[], i: number): Bilingual | undefined {
  const token = list[i]!;
  const next = list[i + 1]?.text;
  const before = list[i - 1]?.text;
  if (token.kind === 'symbol') return token.text === '/' ? division(list, i) : SYMBOLS[token.text];
  if (token.kind === 'string') return dateText(token, before, next);
  if (token.kind !== 'word' || before === '.') return undefined;
  if (next === '(' && Object.hasOwn(FUNCTIONS, token.text)) return FUNCTIONS[token.text];
  if (next !== '.' && before !== 'as' && Object.hasOwn(KEYWORDS, token.text)) return KEYWORDS[token.text];
  if (token.text === 'at' && next === 'time')
    return { vi: 'cho kết quả khác nhau trên hằng', en: 'differs on literals' };
  if (token.text === 'all' && before === 'by') return { vi: 'chỉ DuckDB có', en: 'is DuckDB only' };
  if (token.text === 'on' && before === 'distinct')
    return { vi: 'Athena không có; hãy dùng row_number', en: 'Athena lacks it; use row_number' };
  if ((token.text === 'exclude' || token.text === 'replace') && before === '*')
    return { vi: 'chỉ DuckDB có', en: 'is DuckDB only' };
  if (INTEGERS.has(token.text) && before === 'as') {
    return {
      vi: 'làm tròn khác nhau khi đổi sang số nguyên; hãy dùng double hoặc decimal',
      en: 'casting to a whole number rounds differently; use double or decimal',
    };
  }
  return undefined;
}

/** Integer `/` truncates on Trino only, and division by zero differs: both sides must be said. */
function division(list: readonly Token[], i: number): Bilingual | undefined {
  const left = list[i - 1]?.text === ')' && list[i - 2]?.text === 'double';
  const divisor = list[i + 1];
  const right = divisor?.text === 'nullif' || (divisor?.kind === 'number' && Number(divisor.text) !== 0);
  if (left && right) return undefined;
  return {
    vi: 'phép chia khác nhau với số nguyên và số 0; hãy viết cast(x as double) / nullif(y, 0)',
    en: 'division differs for integers and for zero; write cast(x as double) / nullif(y, 0)',
  };
}

/** DuckDB compares '2026-10-01' with a date by itself, Trino refuses. */
function dateText(token: Token, before: string | undefined, next: string | undefined): Bilingual | undefined {
  if (!/^\d{4}-\d{2}-\d{2}/.test(token.text) || before === 'date' || before === 'timestamp' || next === 'as')
    return undefined;
  return { vi: "ngày phải viết date '…' hoặc timestamp '…'", en: "a date must be written date '…' or timestamp '…'" };
}
