// A real lake in a folder of the test's own, and short words for sending files to it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sqlString } from '../../lake/intake/sql-text';
import { type Lake, type Submitted, submitAll } from '../../lake/submission/submit';
import { keyAt } from '../../lake/table/location';
import { type HistoryEntry, history, planFiles } from '../../lake/table/plan';
import { type Engine, openEngine } from '../../platform/duckdb/engine';
import { createHome, type Home } from '../../platform/local/home';
import { CODE_LISTS, CONTRACTS, contractNamed } from './repository';

export type TestLake = Lake & { readonly ports: Home };

export async function openLake(dir: string): Promise<TestLake> {
  return { ports: await createHome(dir), contracts: CONTRACTS, codeLists: CODE_LISTS };
}

export interface File {
  readonly name: string;
  readonly text: string;
  /** agency/dataset */
  readonly to: string;
  readonly period?: string;
}

let sent = 0;

/** Sends files in one go. */
export async function send(lake: TestLake, ...files: readonly File[]): Promise<Submitted[]> {
  const incoming = files.map(({ name, text, to, period }) => {
    const folder = join(lake.ports.dir, '..', `sent-${sent++}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), text);
    return { path: join(folder, name), fileName: name, contract: contractNamed(to), period };
  });
  return submitAll(incoming, lake);
}

export async function snapshots(lake: TestLake, table: string): Promise<readonly HistoryEntry[]> {
  const head = await lake.ports.catalog.load(table);
  return head ? history(head.metadata) : [];
}

/** Live rows of a table as texts `a|b`, sorted. */
export async function liveRows(lake: TestLake, table: string, columns: readonly string[]): Promise<string[]> {
  const head = await lake.ports.catalog.load(table);
  const files = head ? (await planFiles(lake.ports.zones.curated, head.metadata)).files : [];
  if (files.length === 0) return [];
  const paths = await Promise.all(
    files.map(async (file) =>
      sqlString(await lake.ports.zones.curated.toFile(keyAt(lake.ports.zones.curated, file.path))),
    ),
  );
  engine ??= await openEngine({ threads: 1 });
  const rows = await engine.rows(
    `SELECT concat_ws('|', ${columns.join(', ')}) AS line FROM read_parquet([${paths.join(', ')}], hive_partitioning = false) ORDER BY 1`,
  );
  return rows.map((row) => String(row.line));
}

let engine: Engine | undefined;
afterAll(() => engine?.close());
