// Whether the live data files are what their manifests say: there, readable, with these rows, within these bounds.
import { sqlList, sqlName, sqlString } from '../../lake/intake/sql-text';
import { parallel } from '../../lake/parallel';
import type { Lake } from '../../lake/submission/submit';
import { type BoundValue, decodeBound } from '../../lake/table/bounds';
import type { DataFile, TableField } from '../../lake/table/data-file';
import { keyAt } from '../../lake/table/location';
import { valueFromText } from '../../lake/table/stats';
import type { Engine } from '../duckdb/engine';
import { duckdbType } from '../duckdb/warehouse-sql';
import { check, type Problem, REPAIR, said, type VerifyCheck } from './check';
import { existing } from './existing';
import { sizesOf } from './history';

/** Files asked of the engine at once. */
const LOT = 200;
/** Downloads at one time, where the store is not this disk. */
const AT_ONCE = 8;

/** A live file with its place on disk. */
export interface Placed {
  readonly file: DataFile;
  readonly key: string;
  readonly path: string;
}

export interface LiveFiles {
  readonly check: VerifyCheck;
  /** Those that are whole. */
  readonly whole: readonly Placed[];
}

/** Every live file exists with the size and row count its manifest states. */
export async function verifyFiles(
  table: string,
  files: readonly DataFile[],
  isDataset: boolean,
  lake: Lake,
  engine: Engine,
): Promise<LiveFiles> {
  const { curated } = lake.ports.zones;
  const problems: Problem[] = [];
  const broken = (file: DataFile, vi: string, en: string) =>
    problems.push({
      text: { vi, en },
      repair: REPAIR,
      mend: isDataset ? { kind: 'data', table, path: file.path } : { kind: 'mart', table, path: file.path },
    });
  const size = await sizesOf(curated, table);
  const sized: Placed[] = [];
  const found = await parallel(AT_ONCE, files, async (file) => {
    const key = keyAt(curated, file.path);
    const sizeBytes = await size(key);
    const isRight = sizeBytes === file.sizeBytes;
    return { file, key, sizeBytes, path: isRight ? await existing(curated, key) : undefined };
  });
  for (const { file, key, sizeBytes, path } of found) {
    if (path !== undefined) sized.push({ file, key, path });
    else if (sizeBytes === undefined || sizeBytes === file.sizeBytes)
      broken(file, `thiếu tệp curated/${key}`, `curated/${key} is missing`);
    else
      broken(
        file,
        `curated/${key} có ${sizeBytes} byte, tệp kê khai ghi ${file.sizeBytes}`,
        `curated/${key} has ${sizeBytes} bytes, its manifest says ${file.sizeBytes}`,
      );
  }
  const whole: Placed[] = [];
  for (let at = 0; at < sized.length; at += LOT) {
    const lot = sized.slice(at, at + LOT);
    const counts = await rowCounts(lot, engine).catch(() => undefined);
    for (const one of lot) {
      const answer = counts
        ? { rows: counts.get(one.path), why: undefined }
        : await rowCounts([one], engine).then(
            (alone) => ({ rows: alone.get(one.path), why: undefined }),
            (error: unknown) => ({ rows: undefined, why: said(error).en }),
          );
      const { rows, why } = answer;
      if (why !== undefined)
        broken(
          one.file,
          `curated/${one.key} không đọc được như Parquet: ${why}`,
          `curated/${one.key} cannot be read as Parquet: ${why}`,
        );
      else if (rows !== one.file.rows)
        broken(
          one.file,
          `curated/${one.key} có ${rows} dòng, tệp kê khai ghi ${one.file.rows}`,
          `curated/${one.key} has ${rows} rows, its manifest says ${one.file.rows}`,
        );
      else whole.push(one);
    }
  }
  const looked = { vi: `${files.length} tệp đang dùng`, en: `${files.length} live files` };
  return { check: check(`${table}: files`, looked, problems), whole };
}

async function rowCounts(lot: readonly Placed[], engine: Engine): Promise<ReadonlyMap<string, number>> {
  const rows = await engine.rows(
    `SELECT file_name, num_rows FROM parquet_file_metadata(${sqlList(lot.map(({ path }) => path))})`,
  );
  return new Map(rows.map((row) => [String(row.file_name), Number(row.num_rows)]));
}

function byBytes(a: BoundValue, b: BoundValue): number {
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Columns by field id, so that files from before a change of schema are read as the table reads them. */
function readSql(lot: readonly Placed[], fields: readonly TableField[]): string {
  const schema = fields.map(
    (field) =>
      `${field.id}: {name: ${sqlString(field.name)}, type: ${sqlString(duckdbType(field.type))}, default_value: NULL}`,
  );
  const paths = sqlList(lot.map(({ path }) => path));
  return `read_parquet(${paths}, hive_partitioning = false, filename = true, schema = map {${schema.join(', ')}})`;
}

/** Bounds enclose what they are said to bound, and null counts are right: readers skip files by them. */
export async function verifyBounds(
  table: string,
  whole: readonly Placed[],
  fields: readonly TableField[],
  isDataset: boolean,
  engine: Engine,
): Promise<VerifyCheck> {
  const problems: Problem[] = [];
  let bounds = 0;
  for (let at = 0; at < whole.length; at += LOT) {
    const lot = whole.slice(at, at + LOT);
    const asked = fields.filter((field) => lot.some(({ file }) => file.stats.has(field.id)));
    if (asked.length === 0) continue;
    const figures = await boundFigures(lot, asked, engine).catch(() => undefined);
    for (const one of lot) {
      let found = figures;
      try {
        found ??= await boundFigures([one], asked, engine);
      } catch (error) {
        const why = said(error).en;
        problems.push({
          text: {
            vi: `curated/${one.key} không đọc được hết: ${why}`,
            en: `curated/${one.key} cannot be read through: ${why}`,
          },
          repair: REPAIR,
          mend: isDataset ? { kind: 'data', table, path: one.file.path } : { kind: 'mart', table, path: one.file.path },
        });
        continue;
      }
      bounds += one.file.stats.size;
      problems.push(...outOfBounds(table, one, asked, found.get(one.path)));
    }
  }
  const looked = {
    vi: `${bounds} cột của ${whole.length} tệp có số liệu kê khai`,
    en: `${bounds} columns of ${whole.length} files with figures in manifests`,
  };
  return check(`${table}: bounds`, looked, problems);
}

type Figures = Readonly<Record<string, unknown>>;

async function boundFigures(
  lot: readonly Placed[],
  fields: readonly TableField[],
  engine: Engine,
): Promise<ReadonlyMap<string, Figures>> {
  const columns = fields.flatMap(({ id, name }) => [
    `CAST(min(${sqlName(name)}) AS VARCHAR) AS low${id}`,
    `CAST(max(${sqlName(name)}) AS VARCHAR) AS high${id}`,
    `count(*) - count(${sqlName(name)}) AS nulls${id}`,
  ]);
  const rows = await engine.rows(
    `SELECT filename, ${columns.join(', ')} FROM ${readSql(lot, fields)} GROUP BY filename`,
  );
  return new Map(rows.map((row) => [String(row.filename), row]));
}

/** A file without rows has no figures to hold against anything. */
function outOfBounds(
  table: string,
  { file, key }: Placed,
  fields: readonly TableField[],
  found: Figures | undefined,
): Problem[] {
  const problems: Problem[] = [];
  for (const { id, name, type } of found ? fields : []) {
    const stat = file.stats.get(id);
    if (!stat || !found) continue;
    const say = (vi: string, en: string) =>
      problems.push({
        text: { vi: `curated/${key}, cột ${name}: ${vi}`, en: `curated/${key}, column ${name}: ${en}` },
        repair: `tamgiang rebuild ${table}`,
      });
    const nulls = Number(found[`nulls${id}`]);
    // As many nulls as values may also mean that nobody counted.
    if (stat.nullCount !== nulls && stat.nullCount !== stat.valueCount)
      say(`${nulls} ô trống, tệp kê khai ghi ${stat.nullCount}`, `${nulls} nulls, its manifest says ${stat.nullCount}`);
    const value = (text: unknown) => (typeof text === 'string' ? valueFromText(type, text) : undefined);
    const [low, high] = [value(found[`low${id}`]), value(found[`high${id}`])];
    const isOut =
      (stat.lower && low !== undefined && byBytes(decodeBound(type, stat.lower), low) > 0) ||
      (stat.upper && high !== undefined && byBytes(high, decodeBound(type, stat.upper)) > 0);
    // The values stay unsaid: a message may go anywhere.
    if (isOut) say('có giá trị ngoài giới hạn kê khai', 'values lie outside the bounds its manifest states');
  }
  return problems;
}
