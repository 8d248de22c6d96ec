// What a refresh on Athena has to do, as statements in order: which views and tables are behind, decided from what they are
// made from (snapshots of datasets, SQL, code lists), and which tables of former runs may go. Pure.
import { createHash } from 'node:crypto';
import type { CodeLists, Contract } from '../contract/contract';
import { tableDefinition } from '../contract/types';
import type { TableDefinition } from '../table/data-file';
import { codeListView, datasetView, dropTable, emptyView, modelView, pointTo, tableFrom } from './athena-sql';
import { codeListTable } from './code-list-name';
import { inOrder, tableNames } from './graph';
import type { Model } from './model';
import { dropsAtOnce } from './refresh-run';
import type { RefreshState } from './refresh-state';

/** What Glue says of the warehouse database. */
export interface WarehouseObject {
  readonly name: string;
  readonly createdAtMs: number;
  /** Of a view: its SQL; undefined: a table, or a view of somebody else. */
  readonly sql?: string | undefined;
}

export interface AthenaPlanRequest {
  /** Staging, marts and KPIs. */
  readonly models: readonly Model[];
  readonly datasets: readonly Pick<TableDefinition, 'name' | 'fields'>[];
  readonly codeLists: CodeLists;
  /** By dataset: the newest snapshot that changed rows, or `none`; absent: there is no table yet. */
  readonly snapshots: ReadonlyMap<string, string>;
  readonly curatedDatabase: string;
  /** Location below which tables of marts lie, without a slash at its end. */
  readonly place: string;
  readonly run: string;
  readonly state: Pick<RefreshState, 'views' | 'tables'>;
  readonly there: readonly WarehouseObject[];
}

export interface Statement {
  /** Same run and text, same id: Athena takes it as the token of a repeated request. */
  readonly id: string;
  readonly sql: string;
}

export interface AthenaPlan {
  /** What one level makes reads only what earlier levels made. */
  readonly levels: readonly (readonly { readonly name: string; readonly statements: readonly Statement[] }[])[];
  /** To be added to the state once all of it is done. */
  readonly made: Pick<RefreshState, 'views' | 'tables'>;
}

/**
 * A dataset as the warehouse database shows it: without columns that name a person. Whoever may see those asks the curated
 * database; the engine that makes marts may not (infra/grants.ts), so a view with them could not even be made.
 */
export function warehouseDataset(contract: Contract): Pick<TableDefinition, 'name' | 'fields'> {
  const hidden = contract.columns.filter(({ personal }) => personal === 'basic' || personal === 'sensitive');
  const names = new Set(hidden.map(({ name }) => name));
  const { name, fields } = tableDefinition(contract);
  return { name, fields: fields.filter((field) => !names.has(field.name)) };
}

interface Node {
  readonly name: string;
  readonly level: number;
  /** Hash of its definition and of the definitions it reads. */
  readonly shape: string;
  /** Hash of all its rows come from. */
  readonly data: string;
}

const hash = (...parts: readonly string[]) => createHash('sha256').update(JSON.stringify(parts)).digest('hex');

export const statement = (run: string, sql: string): Statement => ({ id: hash(run, sql), sql });

/** `fct_gia__<run>`; anything but letters, digits and `_` of the run becomes `_`. */
export function runTable(model: string, run: string): string {
  return `${model}__${run.toLowerCase().replace(/[^a-z0-9_]/g, '_')}`;
}

const mentions = (sql: string | undefined, table: string) => sql !== undefined && tableNames(sql).includes(table);

export function athenaPlan(request: AthenaPlanRequest): AthenaPlan {
  const { models, datasets, codeLists, snapshots, curatedDatabase, place, run, state } = request;
  const there = new Map(request.there.map((one) => [one.name, one]));
  const nodes = new Map<string, Node>();
  const levels: { name: string; statements: Statement[] }[][] = [];
  const made: AthenaPlan['made'] = { views: {}, tables: {} };
  const add = ({ name, level }: Node, statements: readonly string[]) => {
    while (levels.length <= level) levels.push([]);
    levels[level]!.push({ name, statements: statements.map((sql) => statement(run, sql)) });
  };
  const addView = (node: Node, sql: string) => {
    nodes.set(node.name, node);
    if (state.views[node.name] === node.shape && there.has(node.name)) return;
    made.views[node.name] = node.shape;
    add(node, [sql]);
  };

  for (const { name, fields } of datasets) {
    const snapshot = snapshots.get(name);
    const sql = snapshot === undefined ? emptyView(name, fields) : datasetView(name, fields, curatedDatabase);
    addView({ name, level: 0, shape: hash(sql), data: hash(sql, snapshot ?? '') }, sql);
  }
  for (const [file, rows] of codeLists) {
    const name = codeListTable(file);
    const sql = codeListView(name, rows);
    addView({ name, level: 0, shape: hash(sql), data: hash(sql) }, sql);
  }
  for (const model of inOrder(models, [...nodes.keys()])) {
    const { name, sql } = model;
    const read = tableNames(sql).map((table) => nodes.get(table)!);
    const node: Node = {
      name,
      level: 1 + Math.max(0, ...read.map(({ level }) => level)),
      shape: hash(sql, ...read.map(({ shape }) => shape)),
      data: hash(sql, ...read.map(({ data }) => data)),
    };
    if (model.kind === 'staging') {
      addView(node, modelView(name, sql));
      continue;
    }
    nodes.set(name, node);
    const current = state.tables[name];
    const isReady =
      current?.hash === node.data && there.has(current.table) && mentions(there.get(name)?.sql, current.table);
    if (isReady) continue;
    const table = runTable(name, run);
    made.tables[name] = { table, hash: node.data };
    add(node, [tableFrom(table, `${place}/${table}`, sql), pointTo(name, table)]);
  }
  return { levels: levels.filter((level) => level.length > 0), made };
}

const DAY_MS = 86_400_000;

/**
 * Drops of tables of former runs: older than a day, so that no query still reads them (after an erasure at once), and not
 * what a view points to. A table whose view cannot be read stays.
 */
export function tidyStatements(run: string, there: readonly WarehouseObject[], nowMs: number): Statement[] {
  const youngestMs = dropsAtOnce(run) ? nowMs : nowMs - DAY_MS;
  const views = new Map(there.flatMap(({ name, sql }) => (sql === undefined ? [] : [[name, sql] as const])));
  return there.flatMap(({ name, createdAtMs, sql }) => {
    const model = /^(.+?)__/.exec(name)?.[1];
    const pointing = model === undefined ? undefined : views.get(model);
    const isOld = sql === undefined && pointing !== undefined && createdAtMs < youngestMs;
    return isOld && !mentions(pointing, name) ? [statement(run, dropTable(name))] : [];
  });
}
