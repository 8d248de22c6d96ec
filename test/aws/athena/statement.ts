// Athena's SQL where it is not Trino's: properties of CREATE TABLE AS, and Hive's grammar for DROP TABLE and SHOW. What
// Athena would refuse is refused here too, because Trino would not.
import { EngineError } from './trino-client';

/** How Athena answers: rows under a header line, or a few words. */
export type StatementKind = 'query' | 'write' | 'utility';

export interface Statement {
  readonly kind: StatementKind;
  readonly sql: string;
}

const COMMENTS = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/;
const CTAS = /^(CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?[\w."]+\s*)WITH\s*\(/i;
/** What Athena takes for an Iceberg table, and whether Trino is told. */
const PROPERTIES = new Map([
  ['table_type', false],
  ['is_external', false],
  ['format', true],
  ['location', true],
  ['partitioning', true],
  ['write_compression', false],
  ['write_target_data_file_size_bytes', false],
  ['optimize_rewrite_data_file_threshold', false],
  ['optimize_rewrite_delete_file_threshold', false],
  ['vacuum_min_snapshots_to_keep', false],
  ['vacuum_max_snapshot_age_seconds', false],
]);

function refuse(message: string): never {
  throw new EngineError(`SYNTAX_ERROR: ${message}`);
}

/** Splits at commas outside quotes and brackets, up to the bracket that closes the list. */
function listOf(text: string): { readonly items: readonly string[]; readonly rest: string } {
  const items: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (c === "'" || c === '"') {
      const end = text.indexOf(c, i + 1);
      if (end < 0) refuse('an unfinished quote');
      i = end;
    } else if (c === '(' || c === '[') depth++;
    else if (depth > 0 && (c === ')' || c === ']')) depth--;
    else if (depth === 0 && (c === ',' || c === ')')) {
      items.push(text.slice(from, i).trim());
      from = i + 1;
      if (c === ')') return { items, rest: text.slice(from) };
    }
  }
  return refuse('an unfinished list of properties');
}

function createTableAs(sql: string, head: string): string {
  const { items, rest } = listOf(sql.slice(CTAS.exec(sql)![0].length));
  const given = new Map(
    items.map((item): [string, string] => {
      const [, name = '', value = ''] = /^(\w+)\s*=\s*([\s\S]+)$/.exec(item) ?? refuse(`the property ${item}`);
      return [name.toLowerCase(), value];
    }),
  );
  for (const name of given.keys())
    if (!PROPERTIES.has(name)) refuse(`Athena has no property ${name} of Iceberg tables`);
  if (given.get('table_type')?.toUpperCase() !== "'ICEBERG'")
    refuse("the adapter makes tables of table_type 'ICEBERG' only");
  if (given.get('is_external')?.toLowerCase() !== 'false') refuse('an Iceberg table needs is_external = false');
  if (!given.has('location')) refuse('an Iceberg table needs a location');
  const kept = [...given].filter(([name]) => PROPERTIES.get(name)).map(([name, value]) => `${name} = ${value}`);
  return `${head}WITH (${kept.join(', ')})${rest}`;
}

/** Hive's identifiers stand in backticks, and double quotes are no identifiers there. */
function hive(sql: string): string {
  if (sql.includes('"')) refuse(`mismatched input '"': this statement takes names in backticks`);
  return sql.replace(/`([^`]+)`/g, '"$1"');
}

export function toTrino(text: string): Statement {
  const sql = text.replace(COMMENTS, '').replace(/;\s*$/, '').trimEnd();
  const verb = /^\w+(\s+\w+)?/.exec(sql)?.[0].toUpperCase().replace(/\s+/, ' ') ?? '';
  const [first = ''] = verb.split(' ');
  if (['SELECT', 'WITH', 'VALUES', 'TABLE'].includes(first) || sql.startsWith('(')) return { kind: 'query', sql };
  if (['INSERT', 'DELETE', 'UPDATE', 'MERGE'].includes(first)) return { kind: 'write', sql };
  if (verb === 'CREATE TABLE') {
    const head = CTAS.exec(sql)?.[1] ?? refuse('the adapter knows CREATE TABLE … WITH (…) AS only');
    return { kind: 'write', sql: createTableAs(sql, head) };
  }
  if (verb === 'CREATE VIEW' || verb === 'CREATE OR' || verb === 'DROP VIEW' || first === 'EXPLAIN')
    return { kind: 'utility', sql };
  if (verb === 'DROP TABLE' || verb === 'SHOW TABLES' || first === 'DESCRIBE')
    return { kind: 'utility', sql: hive(sql) };
  return refuse(`the adapter does not know ${verb || 'an empty statement'}`);
}
