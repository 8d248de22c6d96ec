// An ODCS `sql` rule read as a predicate over one row. Only what DuckDB and Trino answer alike may be used; it may not query.
import type { Bilingual } from '../errors';
import { didYouMean } from './problem';

export interface Predicate {
  readonly violation: string;
}
export interface PredicateProblem {
  readonly message: Bilingual;
  readonly found: string;
  readonly expected: readonly string[];
}

const FORM = `select count(*) from \${object} where <predicate>`;
const QUERY = /^\s*select\s+count\s*\(\s*\*\s*\)\s+from\s+\$\{object\}\s+where\s+([\s\S]+?)\s*$/i;
const WORDS = new Set(
  (
    'and or not is null in like between case when then else end as distinct from escape true false ' +
    'interval year month day hour minute second date timestamp integer bigint double varchar boolean decimal'
  ).split(' '),
);
/** Functions that give the same answer on both engines. */
const FUNCTIONS = [
  ...['abs', 'cast', 'ceil', 'coalesce', 'concat', 'floor', 'greatest', 'least', 'length', 'lower', 'ltrim', 'mod'],
  ...[
    'nullif',
    'replace',
    'round',
    'rtrim',
    'split_part',
    'starts_with',
    'strpos',
    'substr',
    'trim',
    'try_cast',
    'upper',
  ],
] as const;
/** May stand before a bracket without being a function. */
const BEFORE_BRACKET = new Set([
  'and',
  'or',
  'not',
  'in',
  'when',
  'then',
  'else',
  'between',
  'like',
  'case',
  'decimal',
  'from',
]);
const TOKEN = /\s+|'(?:[^']|'')*'|"[^"]*"|--|\/\*|[A-Za-z_]\w*|\d+(?:\.\d+)?|<=|>=|<>|!=|\|\||[-+*%=<>(),]|[\s\S]/gy;

/** Tokens that need no look: texts, numbers, operators, brackets. */
const PLAIN = /^(?:'[\s\S]*'|\d[\d.]*|<=|>=|<>|!=|\|\||[-+*%=<>(),])$/;
/** Words that would look beyond the row. */
const QUERIES = new Set(['select', 'union', 'intersect', 'except', 'exists', 'join', 'over', 'with']);

function problem(found: string, expected: readonly string[], vi: string, en: string): PredicateProblem {
  return { message: { vi, en }, found, expected };
}

function wordProblem(token: string, isCall: boolean, columns: readonly string[]): PredicateProblem | undefined {
  const word = token.toLowerCase();
  if (QUERIES.has(word))
    return problem(
      token,
      [FORM],
      `Quy tắc xét từng dòng, không dùng "${token}".`,
      `A rule judges one row; "${token}" is not allowed.`,
    );
  if (isCall) {
    if (FUNCTIONS.some((name) => name === word)) return undefined;
    const near = didYouMean(token, FUNCTIONS);
    const list = FUNCTIONS.join(', ');
    return problem(
      token,
      FUNCTIONS,
      `Không dùng hàm "${token}"${near.vi}. Được dùng: ${list}.`,
      `The function "${token}" is not allowed${near.en}. Allowed: ${list}.`,
    );
  }
  if (WORDS.has(word) || columns.includes(token)) return undefined;
  const near = didYouMean(token, columns);
  return problem(token, columns, `Không có cột "${token}"${near.vi}.`, `There is no column "${token}"${near.en}.`);
}

function symbolProblem(token: string): PredicateProblem {
  return token === '/'
    ? problem(
        token,
        ['*'],
        'Không chia trong quy tắc (hai máy SQL chia số nguyên khác nhau); hãy nhân chéo.',
        'No division in a rule (engines divide whole numbers differently); cross-multiply.',
      )
    : problem(token, [FORM], `Không dùng "${token}" trong quy tắc.`, `"${token}" is not allowed in a rule.`);
}

/** The predicate of the query, or why it cannot be judged row by row. `columns` are the names it may use. */
export function readPredicate(query: string, columns: readonly string[]): Predicate | readonly PredicateProblem[] {
  const violation = QUERY.exec(query)?.[1];
  if (violation === undefined)
    return [problem(query, [FORM], `Câu lệnh phải có dạng: ${FORM}.`, `The query must have the form: ${FORM}.`)];
  const tokens = violation.match(TOKEN)?.filter((token) => token.trim() !== '') ?? [];
  const problems: PredicateProblem[] = [];
  let depth = 0;
  for (const [i, token] of tokens.entries()) {
    if (/^[A-Za-z_]/.test(token)) {
      const isCall = tokens[i + 1] === '(' && !BEFORE_BRACKET.has(token.toLowerCase());
      const wrong = wordProblem(token, isCall, columns);
      if (wrong) problems.push(wrong);
    } else if (!PLAIN.test(token)) {
      return [...problems, symbolProblem(token)];
    }
    if (token === '(') depth++;
    if (token === ')' && --depth < 0)
      return [...problems, problem(token, ['('], 'Thừa dấu ")".', 'There is one ")" too many.')];
  }
  if (depth > 0) problems.push(problem('(', [')'], 'Thiếu dấu ")".', 'A ")" is missing.'));
  return problems.length > 0 ? problems : { violation };
}
