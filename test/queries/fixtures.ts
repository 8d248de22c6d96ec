// The real contracts, code lists and models of the repository, and a bench on which a model meets given rows.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseCodeList } from '../../lake/contract/code-lists';
import type { CodeLists, Contract } from '../../lake/contract/contract';
import { parseContract } from '../../lake/contract/parse';
import { tableDefinition } from '../../lake/contract/types';
import { type CaseRow, type Model, type ModelCase, parseModels } from '../../lake/warehouse/model';
import { cellRecords } from '../../lake/warehouse/values';
import { arrowFromResult } from '../../platform/duckdb/arrow';
import type { Engine } from '../../platform/duckdb/engine';
import type { WarehouseTable } from '../../platform/duckdb/warehouse';

const ROOT = join(__dirname, '../..');

function files(folder: string, ending: RegExp): { path: string; text: string }[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => ending.test(name))
    .sort()
    .map((name) => join(ROOT, folder, name))
    .map((path) => ({ path: relative(ROOT, path), text: readFileSync(path, 'utf8') }));
}

export function repositoryModels(): Model[] {
  return parseModels(files('queries', /\.(sql|yml)$/));
}

export function repositoryContracts(): Contract[] {
  return files('schemas/contracts', /\.odcs\.yaml$/).map(({ path, text }) => parseContract(text, path));
}

export function repositoryTables(): WarehouseTable[] {
  return repositoryContracts()
    .map(tableDefinition)
    .map(({ name, fields }) => ({ name, fields, files: [] }));
}

export function repositoryCodeLists(): CodeLists {
  const stem = (path: string) => path.split('/').at(-1)!.replace('.csv', '');
  return new Map(files('schemas/codes', /\.csv$/).map(({ path, text }) => [stem(path), parseCodeList(text, path)]));
}

let cases = 0;

/** Rows of a model over given inputs; inputs not given are as empty as the lake. */
export async function runCase(engine: Engine, model: Model, test: ModelCase) {
  const schema = `ca_${++cases}`;
  await engine.run(`create schema ${schema}`);
  for (const [input, rows] of Object.entries(test.given)) {
    await engine.run(`create table ${schema}.${input} as select * from main.${input} where false`);
    for (const row of rows) await engine.run(`insert into ${schema}.${input} ${insertion(row)}`);
  }
  const connection = await engine.connect();
  try {
    await connection.run(`set search_path = '${schema},main'`);
    return cellRecords(await arrowFromResult(await connection.stream(model.sql)));
  } finally {
    connection.closeSync();
  }
}

function insertion(row: CaseRow): string {
  const value = (cell: CaseRow[string]) => (cell === null ? 'null' : `'${String(cell).replaceAll("'", "''")}'`);
  return `(${Object.keys(row).join(', ')}) values (${Object.values(row).map(value).join(', ')})`;
}
