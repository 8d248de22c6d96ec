// One file, judged against its contract: good rows to one Parquet file, the others set aside with their reasons.
// Reading and judging run inside DuckDB with bounded memory; counting is ours, so that no row can get lost in between.
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Contract } from '../../lake/contract/contract';
import { tableDefinition } from '../../lake/contract/types';
import { FaultError } from '../../lake/errors';
import type { Conversion, ConversionRequest, ReferenceRows } from '../../lake/intake/conversion';
import { planJudging, type Reference } from '../../lake/intake/judging';
import { refuseFewRows, refuseShare } from '../../lake/intake/refusals';
import { sqlName, sqlString } from '../../lake/intake/sql-text';
import type { Finding } from '../../lake/submission/finding';
import type { ColumnStat } from '../../lake/table/data-file';
import { type ColumnText, statsFromText } from '../../lake/table/stats';
import { type Engine, openEngine } from './engine';
import { readColumnTexts } from './parquet-stats';
import { readCsv } from './read-csv';
import { explainSetAside, UNEXPLAINED } from './set-aside';
import { openTextSource, type TextSource } from './text-source';
import { findWarnings } from './warnings';

/** Findings kept one by one; the counts go on. */
const MAX_FINDINGS = 1000;
/** Wrong rows of a refused file that are explained; of an accepted one all are. */
const MAX_EXPLAINED_OF_REFUSED = 10_000;

/** Keys whose hashes are held in memory at once. */
const KEYS_AT_A_TIME = 1_500_000;

/** Half the engine's default: a row group is held in memory until it is written. */
const ROW_GROUP_ROWS = 61_440;

const NOTHING = {
  rowsIn: 0,
  rowsAccepted: 0,
  rowsRejected: 0,
  blankRows: 0,
  byRule: [],
  data: undefined,
  rejectsPath: undefined,
} as const;

export async function convert(request: ConversionRequest): Promise<Conversion> {
  try {
    return await convertOnce(request, false);
  } catch (error) {
    // Looking at every record of every large file would cost the good ones: only what did not work out is looked at so.
    const isUnexplained = error instanceof FaultError && error.code === UNEXPLAINED;
    if (!isUnexplained && !/CSV (Error|Parser)/.test(String(error))) throw error;
    const workDir = join(request.workDir, 'again');
    await mkdir(workDir);
    return convertOnce({ ...request, workDir }, true);
  }
}

async function convertOnce(request: ConversionRequest, again: boolean): Promise<Conversion> {
  const { path, fileName, contract, workDir } = request;
  const opened = await openTextSource(path, fileName, contract, workDir, again);
  const rowsIn = opened.source ? opened.source.scan.records - opened.source.scan.blank.length : 0;
  const blankRows = opened.source?.scan.blank.length ?? 0;
  // All rows of a refused file are set aside, so that the sum holds.
  const refuse = (findings: readonly Finding[]): Conversion => ({
    ...NOTHING,
    verdict: 'rejected',
    rowsIn,
    rowsRejected: rowsIn,
    blankRows,
    findings,
    findingCount: findings.length,
    source: opened.source,
  });
  if (opened.refused) return refuse(opened.refused);
  const { source } = opened;
  const { minRows } = contract.intake;
  if (rowsIn < minRows) return refuse([refuseFewRows(rowsIn, minRows)]);
  // One thread: numbering rows in file order is free on one, and costs twice the work on two.
  const engine = await openEngine({ threads: 1, memoryLimit: '220MB', tempDirectory: join(workDir, 'spill') });
  try {
    return await judge(request, source, engine, rowsIn, again);
  } finally {
    await engine.close();
  }
}

async function judge(
  request: ConversionRequest,
  source: TextSource,
  engine: Engine,
  rowsIn: number,
  again: boolean,
): Promise<Conversion> {
  const { contract, codeLists } = request;
  const references = await loadReferences(engine, request.references);
  const fields = source.headers.map((cell) => cell.column);
  const plan = { contract, codeLists, references, fields };
  const judging = planJudging({ ...plan, padded: again || source.scan.padded });
  const dataPath = join(request.workDir, 'good.parquet');
  let written = await writeGood(engine, judging.rows(readCsv(source, judging)), dataPath, request);
  const { scan } = source;
  const repeated = written.rows > 0 ? await repeatedKeys(engine, contract, dataPath, written.rows) : [];
  if (repeated.length > 0) {
    const rest = join(request.workDir, 'unique.parquet');
    written = await rewriteWithout(engine, dataPath, repeated, rest, request);
    await rm(dataPath);
  }
  const goodPath = repeated.length > 0 ? join(request.workDir, 'unique.parquet') : dataPath;
  const ordinals =
    written.rows < rowsIn ? withoutBlank(await absentOrdinals(engine, goodPath, scan.records), scan.blank) : [];
  if (written.rows + ordinals.length !== rowsIn) {
    throw new FaultError(
      'F_ROW_COUNT',
      `${rowsIn} rows in, but ${written.rows} accepted and ${ordinals.length} set aside in ${request.submission}`,
    );
  }
  const limit = contract.intake.maxRejectedShare;
  const refused = ordinals.length > 0 && ordinals.length > limit * rowsIn;
  const explained = refused ? ordinals.slice(0, MAX_EXPLAINED_OF_REFUSED) : ordinals;
  // White space around values may have gone unseen: looked at again, such rows are good, and the file is taken anew.
  const slow = planJudging({ ...plan, padded: true });
  const aside = {
    request,
    source,
    judging: slow,
    engine,
    ordinals: explained,
    repeated: new Set(repeated),
    maxFindings: MAX_FINDINGS,
  };
  const outcome = await explainSetAside(aside);
  const warnings =
    refused || written.rows === 0 ? [] : await findWarnings(request, source, references, engine, goodPath);
  const head = refused ? [refuseShare(ordinals.length, rowsIn, limit)] : [];
  const findings = [...head, ...outcome.findings, ...warnings.flatMap((warning) => warning.findings)].slice(
    0,
    MAX_FINDINGS,
  );
  const findingCount =
    head.length + outcome.findingCount + warnings.reduce((sum, warning) => sum + warning.count.count, 0);
  return {
    verdict: refused ? 'rejected' : ordinals.length > 0 ? 'partial' : 'accepted',
    rowsIn,
    rowsAccepted: refused ? 0 : written.rows,
    rowsRejected: refused ? rowsIn : ordinals.length,
    blankRows: scan.blank.length,
    findings,
    findingCount,
    byRule: [...outcome.byRule, ...warnings.map((warning) => warning.count)],
    source,
    data: refused ? undefined : { path: goodPath, ...written },
    rejectsPath: outcome.rejectsPath,
  };
}

interface Written {
  readonly sizeBytes: number;
  readonly rows: number;
  readonly stats: ReadonlyMap<number, ColumnStat>;
}

const parquetOptions = (request: ConversionRequest): string => {
  const ids = tableDefinition(request.contract).fields.map((field) => `${sqlName(field.name)}: ${field.id}`);
  return `(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROW_GROUP_ROWS}, FIELD_IDS {${ids.join(', ')}}, RETURN_STATS)`;
};

async function writeGood(engine: Engine, rows: string, path: string, request: ConversionRequest): Promise<Written> {
  const loadedAt = new Date(request.loadedAtMs).toISOString().replace('T', ' ').replace('Z', '');
  // A constant text is written several times faster as an ENUM of its own; the file cannot tell the difference.
  const constants = constantsOf(request);
  for (const [name, text] of Object.entries(constants)) {
    await engine.run(`CREATE TYPE ${sqlName(`type${name}`)} AS ENUM (${sqlString(text)})`);
  }
  const constant = (name: keyof typeof constants) =>
    `CAST(${sqlString(constants[name])} AS ${sqlName(`type${name}`)}) AS ${name}`;
  const lineage = [
    constant('_submission'),
    constant('_version'),
    '_row',
    `TIMESTAMP ${sqlString(loadedAt)} AS _loaded_at`,
    constant('ky_du_lieu'),
  ];
  const columns = request.contract.columns.map((column) => sqlName(column.name));
  return copy(engine, `SELECT ${[...lineage, ...columns].join(', ')} FROM (${rows}) WHERE ok`, path, request);
}

const constantsOf = ({ submission, version, period }: ConversionRequest) => ({
  _submission: submission,
  _version: version,
  ky_du_lieu: period,
});

async function copy(engine: Engine, select: string, path: string, request: ConversionRequest): Promise<Written> {
  const [row] = await engine.rows(`COPY (${select}) TO ${sqlString(path)} ${parquetOptions(request)}`);
  const definition = tableDefinition(request.contract);
  const rows = Number(row?.count ?? 0);
  // Of a file without rows nothing is told, but that all of its rows are of this submission is true.
  const none = Object.keys(constantsOf(request)).map((name) => [name, { nullCount: 0, valueCount: 0 }] as const);
  const texts = new Map<string, ColumnText>(rows > 0 ? readColumnTexts(row?.column_statistics) : none);
  // The engine gives no bounds for ENUM columns; of a constant they are known.
  for (const [name, text] of Object.entries(constantsOf(request))) {
    const known = texts.get(name);
    if (known) texts.set(name, { ...known, min: text, max: text });
  }
  return {
    rows,
    sizeBytes: (await stat(path)).size,
    stats: statsFromText(definition.fields, texts, definition.boundedFields),
  };
}

/** Record numbers of accepted rows that share their key with another accepted row: all of them, none is the right one. */
async function repeatedKeys(engine: Engine, contract: Contract, path: string, rowCount: number): Promise<number[]> {
  const keys = contract.columns.filter((column) => column.keyPosition > 0).map((column) => sqlName(column.name));
  if (keys.length === 0) return [];
  const file = `read_parquet(${sqlString(path)})`;
  // A table of all keys would take too much memory: part by part, by the keys' hashes.
  const parts = Math.ceil(rowCount / KEYS_AT_A_TIME);
  const differing: number[] = [];
  for (let part = 0; part < parts; part++) {
    const [counts] = await engine.rows(
      `SELECT count(*) AS n, count(DISTINCT h) AS d FROM (SELECT hash(${keys.join(', ')}) AS h FROM ${file}) WHERE h % ${parts} = ${part}`,
    );
    if (counts?.n !== counts?.d) differing.push(part);
  }
  if (differing.length === 0) return [];
  const rows = await engine.rows(
    `SELECT _row FROM ${file} SEMI JOIN (SELECT ${keys.join(', ')} FROM ${file} WHERE hash(${keys.join(', ')}) % ${parts} IN (${differing.join(', ')}) GROUP BY ALL HAVING count(*) > 1) USING (${keys.join(', ')}) ORDER BY _row`,
  );
  return rows.map((row) => Number(row._row));
}

async function rewriteWithout(
  engine: Engine,
  from: string,
  ordinals: readonly number[],
  to: string,
  request: ConversionRequest,
): Promise<Written> {
  await engine.run('CREATE TEMP TABLE repeated (_row BIGINT)');
  for (let i = 0; i < ordinals.length; i += 10_000) {
    await engine.run(
      `INSERT INTO repeated VALUES ${ordinals
        .slice(i, i + 10_000)
        .map((ordinal) => `(${ordinal})`)
        .join(', ')}`,
    );
  }
  return copy(
    engine,
    `SELECT f.* FROM read_parquet(${sqlString(from)}) f ANTI JOIN repeated USING (_row)`,
    to,
    request,
  );
}

function withoutBlank(ordinals: readonly number[], blank: readonly number[]): readonly number[] {
  if (blank.length === 0) return ordinals;
  const taken = new Set(blank);
  return ordinals.filter((ordinal) => !taken.has(ordinal));
}

/** Ordinals from 1 to `records` that are not in the file, which holds them in ascending order. */
async function absentOrdinals(engine: Engine, path: string, records: number): Promise<number[]> {
  const absent: number[] = [];
  let last = 0;
  const skip = (upTo: number) => {
    for (let ordinal = last + 1; ordinal < upTo; ordinal++) absent.push(ordinal);
  };
  const jumps = `SELECT before, _row FROM (SELECT _row, lag(_row, 1, 0) OVER () AS before FROM read_parquet(${sqlString(path)})) WHERE _row <> before + 1`;
  for (const row of await engine.rows(
    `SELECT CAST(before AS DOUBLE) AS before, CAST(_row AS DOUBLE) AS _row FROM (${jumps})`,
  )) {
    last = Number(row.before);
    skip(Number(row._row));
  }
  const [end] = await engine.rows(`SELECT CAST(max(_row) AS DOUBLE) AS high FROM read_parquet(${sqlString(path)})`);
  last = Number(end?.high ?? 0);
  skip(records + 1);
  return absent;
}

async function loadReferences(engine: Engine, rows: readonly ReferenceRows[]): Promise<Reference[]> {
  const references: Reference[] = [];
  for (const [i, reference] of rows.entries()) {
    const dated = reference.column.codeList?.kind === 'table' && reference.column.codeList.validAt !== undefined;
    const editions = dated ? reference.editions : reference.editions.slice(0, 1);
    const types: { type: string; from: string | null }[] = [];
    for (const [k, { from }] of editions.entries()) {
      const type = `reference_${i}_${k}`;
      const inEdition = dated ? `((editions >> ${k}) & 1) = 1` : 'true';
      await engine.run(
        `CREATE TYPE ${type} AS ENUM (SELECT DISTINCT code FROM (${reference.select}) WHERE code IS NOT NULL AND ${inEdition} ORDER BY code)`,
      );
      types.push({ type, from });
    }
    references.push({ column: reference.column, editions: types });
  }
  return references;
}
