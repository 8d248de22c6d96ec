// What may be asked: exactly one reading statement. The engine's own statement type decides in the end; this speaks first, in words.
import { InputError } from '../errors';
import { tokens } from './tokens';

const READING = new Set([
  'select',
  'with',
  'from',
  'values',
  'table',
  'explain',
  'describe',
  'desc',
  'show',
  'summarize',
]);
const WRITING = new Set(
  (
    'insert update delete merge create drop alter truncate copy attach detach install load set reset pragma call checkpoint vacuum analyze ' +
    'export import begin start commit rollback abort use execute prepare deallocate grant revoke comment replace force optimize unload msck'
  ).split(' '),
);

/** What kind of reading this is; `inner` of EXPLAIN is the explained statement, which must be a reading one as well. */
export type Reading = { readonly kind: 'query' } | { readonly kind: 'explain'; readonly inner: string };

/** Throws InputError E_SQL_EMPTY or E_SQL_READ_ONLY. Words it does not know pass: the parser will say what is wrong with them. */
export function checkReading(sql: string): Reading {
  const words = tokens(sql).filter((token) => token.text !== '(' && token.text !== ';');
  const first = words[0];
  if (!first) {
    throw new InputError('E_SQL_EMPTY', {
      vi: 'Câu lệnh SQL trống. Hãy viết một câu lệnh, ví dụ: select * from ho_so_tthc limit 10.',
      en: 'The SQL is empty. Write a statement, for example: select * from ho_so_tthc limit 10.',
    });
  }
  if (first.kind === 'word' && WRITING.has(first.text)) throw readOnly(first.text.toUpperCase());
  if (first.kind !== 'word' || first.text !== 'explain') return { kind: 'query' };
  let at = 1;
  if (words[at]?.text === 'analyze' || words[at]?.text === 'analyse') at++;
  const inner = words[at];
  if (inner?.kind !== 'word' || !READING.has(inner.text))
    throw readOnly(`EXPLAIN ${inner?.text.toUpperCase() ?? ''}`.trim());
  return { kind: 'explain', inner: sql.slice(inner.at) };
}

/** `found` is the statement's kind in capitals. */
export function readOnly(found: string): InputError {
  return new InputError('E_SQL_READ_ONLY', {
    vi: `Chỉ được đọc: câu lệnh ${found} bị từ chối, không có gì thay đổi. Dùng SELECT, EXPLAIN, DESCRIBE, SHOW hoặc SUMMARIZE; dữ liệu chỉ vào hồ bằng lệnh put.`,
    en: `Reading only: the ${found} statement is refused and nothing was changed. Use SELECT, EXPLAIN, DESCRIBE, SHOW or SUMMARIZE; data enters the lake through put only.`,
  });
}

/** One call, one statement: what came after a semicolon would run unseen. */
export function severalStatements(count: number): InputError {
  return new InputError('E_SQL_READ_ONLY', {
    vi: `Mỗi lần chỉ một câu lệnh: tìm thấy ${count}. Hãy chạy từng câu một.`,
    en: `One statement at a time: found ${count}. Run them one by one.`,
  });
}
