// Which tables a query reads, and the order in which models can be built. Dependencies are read from the SQL, never declared.
import { FaultError, InputError } from '../errors';
import { nearest } from '../text';
import { type Token, tokens } from './tokens';

/** Functions whose arguments contain a FROM that names no table: extract(year from d), trim(both ' ' from t) … */
const FROM_INSIDE = new Set(['extract', 'trim', 'substring', 'overlay', 'position']);

/** Names after FROM and JOIN, and after the commas of a FROM list, without the query's own CTEs; lower case, in order of appearance. */
export function tableNames(sql: string): string[] {
  const list = tokens(sql);
  const ctes = commonNames(list);
  const found = new Set<string>();
  const parens: string[] = [];
  list.forEach((token, i) => {
    const before = list[i - 1];
    if (token.text === '(' && token.kind === 'symbol') parens.push(before?.kind === 'word' ? before.text : '');
    if (token.text === ')' && token.kind === 'symbol') parens.pop();
    if (token.kind !== 'word' || (token.text !== 'from' && token.text !== 'join')) return;
    if (before?.text === 'distinct' && list[i - 2]?.text !== 'select') return;
    if (FROM_INSIDE.has(parens.at(-1) ?? '')) return;
    for (const name of namesFrom(list, i + 1)) if (!ctes.has(name)) found.add(name);
  });
  return [...found];
}

function isName(token: Token | undefined): token is Token {
  return token !== undefined && (token.kind === 'word' || token.kind === 'quoted');
}

/** `name AS (`, after WITH or a comma, with an optional column list. */
function commonNames(list: readonly Token[]): ReadonlySet<string> {
  const names = new Set<string>();
  list.forEach((token, i) => {
    if (token.text !== 'as' || token.kind !== 'word' || list[i + 1]?.text !== '(') return;
    let at = i - 1;
    if (list[at]?.text === ')') while (at > 0 && list[at]?.text !== '(') at--;
    const name = list[at]?.text === '(' ? list[at - 1] : list[at];
    if (isName(name)) names.add(name.text.toLowerCase());
  });
  return names;
}

const CLAUSES = new Set(
  'where group order having limit offset fetch window union intersect except on using join left right inner full cross natural as select'.split(
    ' ',
  ),
);

const QUERIES = new Set(['select', 'with', 'values', 'from', 'table']);

/** Items of one FROM list: names, table functions and subqueries, each with an alias that may have a column list. */
function namesFrom(list: readonly Token[], start: number): string[] {
  const names: string[] = [];
  let at = start;
  for (;;) {
    let name = list[at];
    if (isName(name)) {
      while (list[at + 1]?.text === '.' && isName(list[at + 2])) at += 2;
      name = list[at];
      at++;
      if (isName(name) && list[at]?.text !== '(') names.push(name.text.toLowerCase());
    }
    const inside = list[at]?.text === '(' && name?.text === '(' ? list[at + 1] : undefined;
    if (isName(inside) && !QUERIES.has(inside.text)) names.push(...namesFrom(list, at + 1));
    at = pastParens(list, at);
    if (list[at]?.text === 'as') at++;
    const alias = list[at];
    if (isName(alias) && !(alias.kind === 'word' && CLAUSES.has(alias.text))) at = pastParens(list, at + 1);
    if (list[at]?.text !== ',') return names;
    at++;
  }
}

function pastParens(list: readonly Token[], start: number): number {
  let depth = 0;
  for (let at = start; at < list.length; at++) {
    const { kind, text } = list[at]!;
    if (kind === 'symbol' && text === '(') depth++;
    if (kind === 'symbol' && text === ')') depth--;
    if (depth <= 0) return depth === 0 && at > start ? at + 1 : start;
  }
  return start;
}

export interface GraphNode {
  readonly name: string;
  readonly path: string;
  readonly sql: string;
}

/**
 * Models in an order in which each comes after everything it reads; otherwise the given order is kept.
 * Throws InputError E_MODEL_TABLE for a name that is neither model nor table, E_MODEL_CYCLE for a circle.
 */
export function inOrder<M extends GraphNode>(models: readonly M[], tables: readonly string[]): M[] {
  const byName = new Map(models.map((model) => [model.name, model]));
  const known = new Set([...byName.keys(), ...tables]);
  const ordered: M[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const visit = (model: M, path: readonly string[]): void => {
    if (state.get(model.name) === 'done') return;
    if (state.get(model.name) === 'open') throw cycle([...path.slice(path.indexOf(model.name)), model.name]);
    state.set(model.name, 'open');
    for (const name of tableNames(model.sql)) {
      if (!known.has(name)) throw unknown(model, name, [...known]);
      const next = byName.get(name);
      if (next) visit(next, [...path, model.name]);
    }
    state.set(model.name, 'done');
    ordered.push(model);
  };
  for (const model of models) visit(model, []);
  if (ordered.length !== models.length) throw new FaultError('F_MODEL_ORDER', 'two models have the same name');
  return ordered;
}

/** The named model and every model it reads, directly or not, in the given order; and the tables they all stand on. */
export function neededBy<M extends GraphNode>(name: string, models: readonly M[]): { models: M[]; tables: string[] } {
  const byName = new Map(models.map((model) => [model.name, model]));
  const needed = new Set<string>();
  const visit = (one: string): void => {
    if (needed.has(one)) return;
    needed.add(one);
    for (const read of tableNames(byName.get(one)?.sql ?? '')) visit(read);
  };
  visit(name);
  return {
    models: models.filter((model) => needed.has(model.name)),
    tables: [...needed].filter((one) => !byName.has(one)),
  };
}

function cycle(names: readonly string[]): InputError {
  const circle = names.join(' → ');
  return new InputError('E_MODEL_CYCLE', {
    vi: `Các mô hình đọc lẫn nhau thành vòng: ${circle}. Hãy bỏ một mũi tên trong vòng này.`,
    en: `Models read each other in a circle: ${circle}. Remove one arrow of the circle.`,
  });
}

function unknown(model: GraphNode, name: string, known: readonly string[]): InputError {
  const near = nearest(name, known);
  return new InputError('E_MODEL_TABLE', {
    vi: `${model.path}: không có bảng hay mô hình "${name}".${near ? ` Có phải "${near}"?` : ''}`,
    en: `${model.path}: there is no table or model "${name}".${near ? ` Did you mean "${near}"?` : ''}`,
  });
}
