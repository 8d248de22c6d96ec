// The models of queries/ on a real Trino and on DuckDB: every mart and KPI over the demo's tables, made by the very statements
// a refresh sends to Athena, and every given/expect case of every model. Same types, same rows, or the run fails.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Table } from 'apache-arrow';
import { sqlName, sqlString } from '../../lake/intake/sql-text';
import { currentSnapshot } from '../../lake/table/metadata';
import { athenaPlan, warehouseDataset } from '../../lake/warehouse/athena-plan';
import { trinoType } from '../../lake/warehouse/athena-sql';
import { codeListTable } from '../../lake/warehouse/code-list-name';
import { tableNames } from '../../lake/warehouse/graph';
import { type CaseRow, type Model, parseModels } from '../../lake/warehouse/model';
import { cellRows, typeName } from '../../lake/warehouse/values';
import { arrowFromTexts } from '../../platform/aws/athena-arrow';
import { localFiles } from '../../platform/duckdb/local-files';
import { openWarehouse, type WarehouseTable } from '../../platform/duckdb/warehouse';
import { duckdbType } from '../../platform/duckdb/warehouse-sql';
import { openHome } from '../../platform/local/home';
import { loadCodeLists, loadContracts } from '../../platform/local/schemas';
import type { Warehouse } from '../../platform/ports';
import { toTrino } from '../aws/athena/statement';
import { runOnTrino } from '../aws/athena/trino-client';
import { register, type Trino } from './readers';
import { difference, type Report, type Tools } from './report';

const SCHEMA = 'kho';

function allModels(root: string): Model[] {
  const folder = join(root, 'queries');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(sql|yml)$/.test(name));
  const paths = names.sort().map((name) => join(folder, name));
  return parseModels(paths.map((path) => ({ path: relative(root, path), text: readFileSync(path, 'utf8') })));
}

/** A statement as Athena takes it, answered as the lake's own port answers. */
async function ask(trino: Trino, sql: string): Promise<Table> {
  const { columns, rows } = await runOnTrino(trino.url, 'lake', toTrino(sql).sql, {
    database: SCHEMA,
    parameters: [],
    signal: new AbortController().signal,
    onScanned: () => {},
  });
  const infos = columns.map(({ name, type }) => {
    const [, base = type, inner = ''] = /^([a-z ]+?)(?:\((.*)\))?$/.exec(type) ?? [];
    const [Precision = 0, Scale = 0] = base === 'decimal' ? inner.split(',').map(Number) : [];
    return { Name: name, Type: base, Precision, Scale };
  });
  return arrowFromTexts(infos, rows);
}

/** Types and rows of one answer that the other lacks. */
function compared(duckdb: Table, trino: Table): string[] {
  const types = (table: Table) => table.schema.fields.map((field) => `${field.name} ${typeName(field.type)}`);
  const rows = (table: Table) => cellRows(table).map((row) => JSON.stringify(row));
  return [...difference(types(duckdb), types(trino)), ...difference(rows(duckdb), rows(trino))];
}

/** Rows given to a case, or none, as a table of the statement's own: the same text for both engines but for types. */
function given(
  name: string,
  rows: readonly CaseRow[],
  columns: ReadonlyMap<string, string>,
  typed: (type: string) => string,
) {
  const select = (row: CaseRow) =>
    [...columns].map(([column, type]) => {
      const cell = row[column] ?? null;
      return `cast(${cell === null ? 'null' : sqlString(String(cell))} as ${typed(type)}) as ${sqlName(column)}`;
    });
  const parts = rows.map((row) => `select ${select(row).join(', ')}`);
  return `${sqlName(name)} as (${parts.length > 0 ? parts.join(' union all ') : `select ${select({}).join(', ')} where false`})`;
}

async function columnsOf(warehouse: Warehouse, name: string): Promise<ReadonlyMap<string, string>> {
  const { schema } = await warehouse.query(`select * from ${sqlName(name)} limit 0`);
  return new Map(schema.fields.map((field) => [field.name, typeName(field.type)]));
}

export async function conformance(folder: string, trino: Trino, tools: Tools, report: Report): Promise<void> {
  const { root } = tools;
  const models = allModels(root);
  const warehouseModels = models.filter(({ kind }) => kind !== 'alert' && kind !== 'saved');
  const codeLists = loadCodeLists(root);
  const contracts = [...loadContracts(root).values()];

  await report.run('trino', 'demo', async () => {
    const home = join(folder, 'demo');
    execFileSync(process.execPath, [join(root, 'cli', 'tamgiang.mjs'), 'demo', '--home', home], { stdio: 'ignore' });
    const { catalog, zones } = openHome(home);
    const tables: WarehouseTable[] = [];
    const snapshots = new Map<string, string>();
    await trino.query(`CREATE SCHEMA lake.${SCHEMA}`);
    for (const contract of contracts) {
      const { name, fields } = warehouseDataset(contract);
      const head = await catalog.load(name);
      if (!head) continue;
      await register(trino, name, head.metadata.location, head.location);
      snapshots.set(name, String(currentSnapshot(head.metadata)?.['snapshot-id'] ?? 'none'));
      tables.push({ name, fields, ...(await localFiles(zones.curated, head.metadata)) });
    }
    report.say(
      'trino',
      'demo',
      `${tables.length} datasets`,
      tables.length === contracts.length ? [] : ['some are missing'],
    );
    const { levels } = athenaPlan({
      ...{ models: warehouseModels, datasets: contracts.map(warehouseDataset), codeLists, snapshots },
      ...{ curatedDatabase: 'thu', place: `file://${join(folder, SCHEMA)}`, run: 'r1' },
      ...{ state: { views: {}, tables: {} }, there: [] },
    });
    const statements = levels.flat().flatMap((one) => one.statements);
    const refused: string[] = [];
    for (const { sql } of statements)
      await ask(trino, sql).catch((error: unknown) => refused.push(`${String(error)}\n${sql.slice(0, 300)}`));
    report.say('trino', 'demo', `${statements.length} statements of a refresh`, refused);

    const warehouse = await openWarehouse({ tables, codeLists, models });
    try {
      for (const { name } of models) {
        await report.run('trino', name, async () => {
          const sql = models.find((model) => model.name === name)!;
          const question = sql.kind === 'alert' || sql.kind === 'saved' ? sql.sql : `select * from ${name}`;
          const ours = await warehouse.query(question);
          report.say('trino', name, `${ours.numRows} rows over the demo`, compared(ours, await ask(trino, question)));
        });
      }
    } finally {
      await warehouse.close();
    }
  });

  const empty = contracts.map(warehouseDataset).map(({ name, fields }) => ({ name, fields, files: [] }));
  const warehouse = await openWarehouse({ tables: empty, codeLists, models });
  try {
    const lists = new Set([...codeLists.keys()].map(codeListTable));
    for (const model of models) {
      for (const test of model.tests) {
        await report.run('trino', model.name, async () => {
          const inputs = tableNames(model.sql).filter((name) => !lists.has(name) || test.given[name]);
          const columns = await Promise.all(inputs.map((name) => columnsOf(warehouse, name)));
          const whole = (typed: (type: string) => string) =>
            `with ${inputs.map((name, i) => given(name, test.given[name] ?? [], columns[i]!, typed)).join(',\n')}\nselect * from (\n${model.sql}\n) as cau`;
          const [ours, theirs] = [await warehouse.query(whole(duckdbType)), await ask(trino, whole(trinoType))];
          report.say('trino', model.name, test.name, compared(ours, theirs));
        });
      }
    }
  } finally {
    await warehouse.close();
  }
}
