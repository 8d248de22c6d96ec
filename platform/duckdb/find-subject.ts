// Looks for people in Parquet files: rows whose subject columns name somebody erased, and any text column that mentions
// a number. Many files at a time; a file that cannot be read is told apart.

import type { HeldRows } from '../../lake/erasure/places';
import { sqlList, sqlName, sqlString } from '../../lake/intake/sql-text';
import type { Engine } from './engine';

/** Files read by one statement. */
const BATCH = 200;

interface Column {
  readonly name: string;
  readonly isText: boolean;
}

const source = (paths: readonly string[]) =>
  `read_parquet(${sqlList(paths)}, union_by_name = true, filename = true, hive_partitioning = false)`;

async function columnsOf(engine: Engine, paths: readonly string[]): Promise<readonly Column[]> {
  const rows = await engine.rows(`DESCRIBE SELECT * FROM ${source(paths)}`);
  return rows.map((row) => ({ name: String(row.column_name), isText: row.column_type === 'VARCHAR' }));
}

/** Batch by batch; a batch that fails is asked file by file. @returns files that cannot be read */
async function eachBatch(
  paths: readonly string[],
  ask: (batch: readonly string[]) => Promise<void>,
): Promise<readonly string[]> {
  const unreadable: string[] = [];
  for (let at = 0; at < paths.length; at += BATCH) {
    const batch = paths.slice(at, at + BATCH);
    try {
      await ask(batch);
    } catch (error) {
      if (batch.length === 1) unreadable.push(...batch);
      else if (/INTERRUPT|Out of Memory/i.test(String(error))) throw error;
      else for (const path of batch) await ask([path]).catch(() => unreadable.push(path));
    }
  }
  return unreadable;
}

/** Path → rows by version; a file that cannot be read has none and is in the answer. */
export async function findHolders(
  engine: Engine,
  paths: readonly string[],
  columns: readonly string[],
  isErased: (value: string) => boolean,
): Promise<ReadonlyMap<string, readonly HeldRows[]>> {
  const held = new Map<string, HeldRows[]>();
  const unreadable = await eachBatch(paths, async (batch) => {
    const known = await columnsOf(engine, batch);
    const conditions: string[] = [];
    for (const name of columns.filter((column) => known.some((one) => one.name === column))) {
      const values = await erasedValues(engine, batch, name, isErased);
      if (values.length > 0)
        conditions.push(`CAST(${sqlName(name)} AS VARCHAR) IN (${values.map(sqlString).join(', ')})`);
    }
    if (conditions.length === 0) return;
    const lineage = (name: string) => (known.some((one) => one.name === name) ? sqlName(name) : `''`);
    const rows = await engine.rows(
      `SELECT filename AS f, ${lineage('_submission')} AS s, ${lineage('_version')} AS v, count(*) AS n FROM ${source(batch)} WHERE ${conditions.join(' OR ')} GROUP BY ALL`,
    );
    for (const row of rows) {
      const path = String(row.f);
      const one = { submission: String(row.s ?? ''), version: String(row.v ?? ''), rows: Number(row.n) };
      held.set(path, [...(held.get(path) ?? []), one]);
    }
  });
  for (const path of unreadable) held.set(path, []);
  return held;
}

/** Asked of the caller one by one, because only it holds the key; read as a stream, because there may be millions. */
async function erasedValues(
  engine: Engine,
  paths: readonly string[],
  column: string,
  isErased: (value: string) => boolean,
): Promise<readonly string[]> {
  const name = sqlName(column);
  const sql = `SELECT DISTINCT CAST(${name} AS VARCHAR) AS v FROM ${source(paths)} WHERE ${name} IS NOT NULL`;
  return engine.read(sql, async (result) => {
    const erased: string[] = [];
    for (;;) {
      const chunk = await result.fetchChunk();
      if (!chunk || chunk.rowCount === 0) return erased;
      for (const value of chunk.getColumnValues(0))
        if (typeof value === 'string' && isErased(value)) erased.push(value);
    }
  });
}

/**
 * Path → rows in which a text column matches.
 * @param re2 as the engine spells patterns
 */
export async function findMentions(
  engine: Engine,
  paths: readonly string[],
  re2: string,
  onBatch: (files: number) => void = () => {},
): Promise<{ readonly rows: ReadonlyMap<string, number>; readonly unreadable: readonly string[] }> {
  const found = new Map<string, number>();
  const unreadable = await eachBatch(paths, async (batch) => {
    const texts = (await columnsOf(engine, batch)).filter((one) => one.isText && one.name !== 'filename');
    if (texts.length > 0) {
      const text = `concat_ws(chr(31), ${texts.map((one) => sqlName(one.name)).join(', ')})`;
      const rows = await engine.rows(
        `SELECT filename AS f, count(*) AS n FROM ${source(batch)} WHERE regexp_matches(${text}, ${sqlString(re2)}) GROUP BY 1`,
      );
      for (const row of rows) found.set(String(row.f), Number(row.n));
    }
    onBatch(batch.length);
  });
  return { rows: found, unreadable };
}
