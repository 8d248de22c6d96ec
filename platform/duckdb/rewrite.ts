// Data files rewritten for the table's own needs: without some submissions (copy-on-write), without a person (erasure),
// or several as one (compaction). Rows that stay are compared before and after, column by column.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sqlList, sqlName, sqlString } from '../../lake/intake/sql-text';
import { type DataFile, SUBMISSION_FIELD, type TableField, VERSION_FIELD } from '../../lake/table/data-file';
import { keyAt } from '../../lake/table/location';
import { statsFromText } from '../../lake/table/stats';
import type { ObjectStore, RewriteRequest, Rewriter, Rewritten, RowsHeld } from '../ports';
import { type Engine, openEngine } from './engine';
import { readColumnTexts } from './parquet-stats';
import { duckdbType } from './warehouse-sql';

/** As intake writes them: a row group is held in memory until it is written. */
const ROW_GROUP_ROWS = 61_440;

/** Files by field id, so that older ones answer NULL for columns they do not have and narrower numbers are widened. */
function readSql(paths: readonly string[], fields: readonly TableField[]): string {
  const schema = fields.map(
    (field) =>
      `${field.id}: {name: ${sqlString(field.name)}, type: ${sqlString(duckdbType(field.type))}, default_value: NULL}`,
  );
  return `read_parquet(${sqlList(paths)}, hive_partitioning = false, schema = map {${schema.join(', ')}})`;
}

/** A row's hash does not depend on its place; sums of hashes do not depend on the order of rows. */
function digestSql(from: string, fields: readonly TableField[]): string {
  const columns = fields.map((field) => sqlName(field.name)).join(', ');
  return `SELECT count(*) AS n, concat_ws('-', count(*), coalesce(bit_xor(hash(${columns})), 0), coalesce(sum(CAST(hash(${columns}) AS HUGEINT)), 0)) AS digest FROM ${from}`;
}

/** The values of the subject columns that are erased: asked of the caller one by one, because only it holds the key. */
async function erasedValues(
  engine: Engine,
  from: string,
  { columns, isErased }: NonNullable<RewriteRequest['withoutSubjects']>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const erased = new Map<string, readonly string[]>();
  for (const column of columns) {
    const rows = await engine.rows(
      `SELECT DISTINCT CAST(${sqlName(column)} AS VARCHAR) AS v FROM ${from} WHERE ${sqlName(column)} IS NOT NULL`,
    );
    const values = rows.map((row) => String(row.v)).filter(isErased);
    if (values.length > 0) erased.set(column, values);
  }
  return erased;
}

async function rewrite(request: RewriteRequest): Promise<Rewritten> {
  const { store, inputs, fields, sortBy, workDir } = request;
  const paths = await Promise.all(inputs.map((file) => store.toFile(keyAt(store, file.path))));
  const engine = await openEngine({ threads: 2, memoryLimit: '400MB', tempDirectory: join(workDir, 'spill') });
  try {
    const source = readSql(paths, fields);
    const conditions: string[] = [];
    const submission = fields.find((field) => field.id === SUBMISSION_FIELD)?.name ?? '_submission';
    const without = request.withoutSubmissions ?? [];
    if (without.length > 0) conditions.push(`${sqlName(submission)} NOT IN (${without.map(sqlString).join(', ')})`);
    if (request.withoutSubjects) {
      for (const [column, values] of await erasedValues(engine, source, request.withoutSubjects))
        conditions.push(
          `(${sqlName(column)} IS NULL OR CAST(${sqlName(column)} AS VARCHAR) NOT IN (${values.map(sqlString).join(', ')}))`,
        );
    }
    const kept = conditions.length === 0 ? source : `(SELECT * FROM ${source} WHERE ${conditions.join(' AND ')})`;
    const [all] = await engine.rows(`SELECT count(*) AS n FROM ${source}`);
    const rowsIn = Number(all?.n ?? 0);
    const [before] = await engine.rows(digestSql(kept, fields));
    const rows = Number(before?.n ?? 0);
    const digestIn = String(before?.digest);
    if (rows === 0) return { file: undefined, rowsIn, rowsLeftOut: rowsIn, digestIn, digestOut: digestIn };
    const path = join(workDir, 'rewritten.parquet');
    const ids = fields.map((field) => `${sqlName(field.name)}: ${field.id}`).join(', ');
    const columns = fields.map((field) => sqlName(field.name)).join(', ');
    const order =
      sortBy.length === 0 ? '' : ` ORDER BY ${sortBy.map((name) => `${sqlName(name)} NULLS FIRST`).join(', ')}`;
    const [row] = await engine.rows(
      `COPY (SELECT ${columns} FROM ${kept}${order}) TO ${sqlString(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROW_GROUP_ROWS}, FIELD_IDS {${ids}}, RETURN_STATS)`,
    );
    const [after] = await engine.rows(digestSql(readSql([path], fields), fields));
    const stats = statsFromText(fields, readColumnTexts(row?.column_statistics), request.boundedFields);
    const file = { path, sizeBytes: (await stat(path)).size, rows, stats };
    return { file, rowsIn, rowsLeftOut: rowsIn - rows, digestIn, digestOut: String(after?.digest) };
  } finally {
    await engine.close();
  }
}

const LINEAGE: readonly TableField[] = [
  { id: SUBMISSION_FIELD, name: '_submission', type: 'string' },
  { id: VERSION_FIELD, name: '_version', type: 'string' },
];

/** Reads two columns of the file, nothing else. */
async function rowsHeld(store: ObjectStore, file: DataFile): Promise<readonly RowsHeld[]> {
  const path = await store.toFile(keyAt(store, file.path));
  const engine = await openEngine({ threads: 2 });
  try {
    const rows = await engine.rows(
      `SELECT _submission, _version, count(*) AS n FROM ${readSql([path], LINEAGE)} GROUP BY ALL ORDER BY ALL`,
    );
    return rows.map((row) => ({
      submission: String(row._submission),
      version: String(row._version),
      rows: Number(row.n),
    }));
  } finally {
    await engine.close();
  }
}

export const duckdbRewriter: Rewriter = { rewrite, rowsHeld };
