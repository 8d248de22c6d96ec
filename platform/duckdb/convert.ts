// One file, judged against its contract: good rows to one Parquet file, the others set aside with their reasons.
// Reading and judging run inside DuckDB with bounded memory; counting is ours, so that no row can get lost in between.
import { createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Contract } from '../../lake/contract/contract';
import { tableDefinition } from '../../lake/contract/types';
import { FaultError } from '../../lake/errors';
import type { Conversion, ConversionRequest, ReferenceRows } from '../../lake/intake/conversion';
import { createExplainer, explainShape, type Place, shapeRule } from '../../lake/intake/explain';
import {
  type Check,
  type Judging,
  planJudging,
  type Reference,
  referenceViolation,
  ruleColumn,
} from '../../lake/intake/judging';
import { missingOrdinals } from '../../lake/intake/ordinals';
import { quoteField } from '../../lake/intake/records';
import { refuseFewRows, refuseShare } from '../../lake/intake/refusals';
import { sqlName, sqlString } from '../../lake/intake/sql-text';
import type { Finding, RuleCount } from '../../lake/submission/finding';
import type { ColumnStat } from '../../lake/table/data-file';
import { statsFromText } from '../../lake/table/stats';
import { type Engine, openEngine } from './engine';
import { readColumnTexts } from './parquet-stats';
import { openTextSource, type TextSource } from './text-source';

/** Findings kept one by one; the counts go on. */
export const MAX_FINDINGS = 1000;
/** Wrong rows of a refused file that are explained; of an accepted one all are. */
const MAX_EXPLAINED_OF_REFUSED = 10_000;

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
  const opened = await openTextSource(request.path, request.fileName, request.contract, request.workDir);
  if (opened.refused) {
    return {
      ...NOTHING,
      verdict: 'rejected',
      findings: opened.refused,
      findingCount: opened.refused.length,
      source: undefined,
    };
  }
  const { source } = opened;
  const { minRows } = request.contract.intake;
  const rowsIn = source.scan.records - source.scan.blank.length;
  if (rowsIn < minRows) {
    const findings = [refuseFewRows(rowsIn, minRows)];
    // All rows of a refused file are set aside, so that the sum holds.
    return {
      ...NOTHING,
      verdict: 'rejected',
      rowsIn,
      rowsRejected: rowsIn,
      blankRows: source.scan.blank.length,
      findings,
      findingCount: 1,
      source,
    };
  }
  // One thread: numbering rows in file order is free on one, and costs twice the work on two.
  const engine = await openEngine({ threads: 1, memoryLimit: '220MB', tempDirectory: join(request.workDir, 'spill') });
  try {
    return await judge(request, source, engine, rowsIn);
  } finally {
    await engine.close();
  }
}

async function judge(
  request: ConversionRequest,
  source: TextSource,
  engine: Engine,
  rowsIn: number,
): Promise<Conversion> {
  const { contract, codeLists } = request;
  const references = await loadReferences(engine, request.references);
  const fields = source.headers.map((cell) => cell.column);
  const judging = planJudging({ contract, codeLists, references, fields, padded: source.scan.padded });
  const dataPath = join(request.workDir, 'good.parquet');
  let written = await writeGood(engine, judging.joined(readCsv(source, judging)), judging.kept, dataPath, request);
  const { scan } = source;
  const repeated = written.rows > 0 ? await repeatedKeys(engine, contract, dataPath) : [];
  if (repeated.length > 0) {
    const rest = join(request.workDir, 'unique.parquet');
    written = await rewriteWithout(engine, dataPath, repeated, rest, request);
    await rm(dataPath);
  }
  const goodPath = repeated.length > 0 ? join(request.workDir, 'unique.parquet') : dataPath;
  const ordinals =
    written.rows < rowsIn
      ? missingOrdinals(scan.records, scan.blank, await keptOrdinals(engine, goodPath, written.rows))
      : [];
  if (written.rows + ordinals.length !== rowsIn) {
    throw new FaultError(
      'F_ROW_COUNT',
      `${rowsIn} rows in, but ${written.rows} accepted and ${ordinals.length} set aside in ${request.submission}`,
    );
  }
  const limit = contract.intake.maxRejectedShare;
  const refused = ordinals.length > 0 && ordinals.length > limit * rowsIn;
  const explained = refused ? ordinals.slice(0, MAX_EXPLAINED_OF_REFUSED) : ordinals;
  const outcome = await explainAll(request, source, judging, engine, explained, new Set(repeated));
  const warnings =
    refused || written.rows === 0
      ? []
      : await findWarnings(request, source, references, engine, goodPath, written.rows);
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
    data: refused || written.rows === 0 ? undefined : { path: goodPath, ...written },
    rejectsPath: outcome.rejectsPath,
  };
}

/** strict_mode keeps every character; new_line stays unset because a wrong one gives no rows and no error. */
function readCsv(source: TextSource, judging: Judging, path = source.path, skipLines = source.skipLines): string {
  const delimiter = String.fromCharCode(source.delimiter);
  return `read_csv(${sqlString(path)}, auto_detect=false, header=false, skip=${skipLines}, delim=${sqlString(delimiter)}, quote='"', escape='"', columns=${judging.csvColumns}, strict_mode=true, buffer_size=8000000)`;
}

interface Written {
  readonly sizeBytes: number;
  readonly rows: number;
  readonly stats: ReadonlyMap<number, ColumnStat>;
}

const parquetOptions = (request: ConversionRequest): string => {
  const ids = tableDefinition(request.contract).fields.map((field) => `${sqlName(field.name)}: ${field.id}`);
  return `(FORMAT parquet, COMPRESSION zstd, FIELD_IDS {${ids.join(', ')}}, RETURN_STATS)`;
};

async function writeGood(
  engine: Engine,
  rows: string,
  kept: string,
  path: string,
  request: ConversionRequest,
): Promise<Written> {
  const loadedAt = new Date(request.loadedAtMs).toISOString().replace('T', ' ').replace('Z', '');
  const lineage = [
    `${sqlString(request.submission)} AS _submission`,
    `${sqlString(request.version)} AS _version`,
    '_row',
    `TIMESTAMP ${sqlString(loadedAt)} AS _loaded_at`,
    `${sqlString(request.period)} AS ky_du_lieu`,
  ];
  const columns = request.contract.columns.map((column) => sqlName(column.name));
  return copy(engine, `SELECT ${[...lineage, ...columns].join(', ')} FROM (${rows}) WHERE ${kept}`, path, request);
}

async function copy(engine: Engine, select: string, path: string, request: ConversionRequest): Promise<Written> {
  const [row] = await engine.rows(`COPY (${select}) TO ${sqlString(path)} ${parquetOptions(request)}`);
  const definition = tableDefinition(request.contract);
  const rows = Number(row?.count ?? 0);
  const texts = rows > 0 ? readColumnTexts(row?.column_statistics) : new Map();
  return {
    rows,
    sizeBytes: (await stat(path)).size,
    stats: statsFromText(definition.fields, texts, definition.boundedFields),
  };
}

/** Record numbers of accepted rows that share their key with another accepted row: all of them, none is the right one. */
async function repeatedKeys(engine: Engine, contract: Contract, path: string): Promise<number[]> {
  const keys = contract.columns.filter((column) => column.keyPosition > 0).map((column) => sqlName(column.name));
  if (keys.length === 0) return [];
  const file = `read_parquet(${sqlString(path)})`;
  const [counts] = await engine.rows(
    `SELECT count(*) AS n, count(DISTINCT hash(${keys.join(', ')})) AS d FROM ${file}`,
  );
  if (counts?.n === counts?.d) return [];
  const rows = await engine.rows(
    `SELECT _row FROM ${file} SEMI JOIN (SELECT ${keys.join(', ')} FROM ${file} GROUP BY ALL HAVING count(*) > 1) USING (${keys.join(', ')}) ORDER BY _row`,
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
    `SELECT f.* FROM read_parquet(${sqlString(from)}) f ANTI JOIN repeated USING (_row) ORDER BY _row`,
    to,
    request,
  );
}

async function keptOrdinals(engine: Engine, path: string, rows: number): Promise<Float64Array> {
  const kept = new Float64Array(rows);
  if (rows === 0) return kept;
  let i = 0;
  await engine.read(`SELECT _row FROM read_parquet(${sqlString(path)})`, async (result) => {
    for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
      for (const value of chunk.getColumnValues(0)) kept[i++] = Number(value);
    }
  });
  return kept;
}

async function loadReferences(engine: Engine, rows: readonly ReferenceRows[]): Promise<Reference[]> {
  const references: Reference[] = [];
  for (const [i, reference] of rows.entries()) {
    const table = `reference_${i}`;
    await engine.run(`CREATE TEMP TABLE ${table} AS ${reference.select}`);
    references.push({ column: reference.column, table, editions: reference.editions });
  }
  return references;
}

interface Explained {
  readonly findings: Finding[];
  readonly findingCount: number;
  readonly byRule: RuleCount[];
  readonly rejectsPath: string | undefined;
}

/** Asks every check about every row set aside, and writes those rows back as they were sent, with their reasons. */
async function explainAll(
  request: ConversionRequest,
  source: TextSource,
  judging: Judging,
  engine: Engine,
  ordinals: readonly number[],
  repeated: ReadonlySet<number>,
): Promise<Explained> {
  if (ordinals.length === 0) return { findings: [], findingCount: 0, byRule: [], rejectsPath: undefined };
  const explainer = createExplainer(request.contract, request.codeLists, source.headers);
  const verdicts = await judgeAside(request, source, judging, engine, ordinals, repeated);
  const delimiter = String.fromCharCode(source.delimiter);
  const rejectsPath = join(request.workDir, 'rejects.csv');
  const rejects = createWriteStream(rejectsPath);
  const headers = [...source.headers.map((cell) => cell.text), 'Dòng trong tệp', 'Lý do'];
  rejects.write(`\ufeff${headers.map((text) => quoteField(text, delimiter)).join(delimiter)}\r\n`);
  const findings: Finding[] = [];
  const counts = new Map<string, RuleCount>();
  const note = (count: RuleCount, finding: Finding) => {
    const key = `${count.code}|${count.column}|${count.rule.en}`;
    counts.set(key, { ...count, count: (counts.get(key)?.count ?? 0) + 1 });
    if (findings.length < MAX_FINDINGS) findings.push(finding);
    findingCount++;
  };
  let findingCount = 0;
  for await (const { place, raw } of source.locate(ordinals)) {
    const reasons: Finding[] = [];
    const misshapen = source.scan.misshapen.get(place.record);
    if (misshapen) {
      const fields = source.headers.length;
      const shape = shapeRule(misshapen.kind, fields);
      reasons.push(explainShape(misshapen.kind, misshapen.fields, fields, place, raw.slice(0, 80)));
      note({ ...shape, severity: 'error', column: null, count: 1 }, reasons[0]!);
    } else if (repeated.has(place.record)) {
      const finding = explainRepeated(request.contract, source, place, raw);
      reasons.push(finding);
      note(
        {
          code: finding.code,
          severity: 'error',
          column: finding.column,
          rule: finding.expected,
          fix: REPEATED_FIX,
          count: 1,
        },
        finding,
      );
    } else {
      for (const { check, found } of verdicts.get(place.record) ?? []) {
        const finding = explainer.check(check, place, found);
        reasons.push(finding);
        note(explainer.count(check, 1), finding);
      }
    }
    if (reasons.length === 0) {
      throw new FaultError(
        'F_UNEXPLAINED',
        `record ${place.record} of ${request.submission} was set aside, but no check objects to it`,
      );
    }
    const reason = reasons.map((finding) => finding.message.vi).join(' | ');
    if (!rejects.write(`${raw}${delimiter}${place.row}${delimiter}${quoteField(reason, delimiter)}\r\n`)) {
      await new Promise((resolve) => rejects.once('drain', () => resolve(undefined)));
    }
  }
  await new Promise<void>((resolve, reject) =>
    rejects.end((error?: Error | null) => (error ? reject(error) : resolve())),
  );
  const byRule = [...counts.values()].sort((a, b) => b.count - a.count);
  return { findings, findingCount, byRule, rejectsPath };
}

type Objections = ReadonlyMap<number, readonly { readonly check: Check; readonly found: string | null }[]>;

/** The slow pass: a small file of the rows set aside is judged again, check by check. */
async function judgeAside(
  request: ConversionRequest,
  source: TextSource,
  judging: Judging,
  engine: Engine,
  ordinals: readonly number[],
  repeated: ReadonlySet<number>,
): Promise<Objections> {
  const order = ordinals.filter((ordinal) => !source.scan.misshapen.has(ordinal) && !repeated.has(ordinal));
  const objections = new Map<number, { check: Check; found: string | null }[]>();
  if (order.length === 0) return objections;
  const path = join(request.workDir, 'aside.txt');
  const file = createWriteStream(path);
  for await (const { raw } of source.locate(order)) {
    if (!file.write(`${raw.normalize('NFC').replace(/\r\n?/g, '\n')}\n`))
      await new Promise((resolve) => file.once('drain', () => resolve(undefined)));
  }
  await new Promise<void>((resolve, reject) => file.end((error?: Error | null) => (error ? reject(error) : resolve())));
  const flags = judging.checks.map((check, i) => `CASE WHEN ${check.violation} THEN ${i} END`);
  const cells = request.contract.columns.map((column) => sqlName(`c_${column.name}`));
  await engine.run(
    `CREATE TEMP TABLE aside AS SELECT _row, list_filter([${flags.join(', ')}], x -> x IS NOT NULL) AS broken, [${cells.join(', ')}] AS cells FROM (${judging.joined(readCsv(source, judging, path, 0))})`,
  );
  const total = order.length;
  for (let from = 1; from <= total; from += 5000) {
    const rows = await engine.rows(
      `SELECT _row, broken, cells FROM aside WHERE _row BETWEEN ${from} AND ${from + 4999} ORDER BY _row`,
    );
    for (const row of rows) {
      const ordinal = order[Number(row._row) - 1];
      if (ordinal === undefined || !Array.isArray(row.broken) || !Array.isArray(row.cells)) continue;
      const texts = row.cells;
      const broken = row.broken.map((i) => judging.checks[Number(i)]!);
      objections.set(
        ordinal,
        broken.map((check) => {
          const text = texts[request.contract.columns.indexOf(check.column)];
          return { check, found: typeof text === 'string' ? text : null };
        }),
      );
    }
  }
  return objections;
}

const REPEATED_FIX = {
  vi: 'Giữ lại một dòng đúng, bỏ các dòng còn lại.',
  en: 'Keep the one right row and take out the others.',
};

function explainRepeated(contract: Contract, source: TextSource, place: Place, raw: string): Finding {
  const keys = contract.columns.filter((column) => column.keyPosition > 0);
  const names = keys
    .map((column) => source.headers.find((cell) => cell.column === column)?.text ?? column.businessName)
    .join(' + ');
  const expected = { vi: `mỗi “${names}” chỉ có một dòng trong tệp`, en: `one row for each “${names}” in the file` };
  return {
    code: 'E_DUPLICATE_KEY',
    severity: 'error',
    row: place.row,
    line: place.line,
    record: place.record,
    column: names,
    cell: null,
    found: keys.some((column) => column.personal === 'basic' || column.personal === 'sensitive')
      ? '*****'
      : raw.slice(0, 60),
    expected,
    message: {
      vi: `Dòng ${place.row}: khóa “${names}” lặp lại ở dòng khác; cần ${expected.vi}. ${REPEATED_FIX.vi}`,
      en: `Row ${place.row}: the key “${names}” stands in another row too; expected ${expected.en}. ${REPEATED_FIX.en}`,
    },
  };
}

interface Warning {
  readonly count: RuleCount;
  readonly findings: Finding[];
}

/** Rules that only warn are asked of the rows already accepted. */
async function findWarnings(
  request: ConversionRequest,
  source: TextSource,
  references: readonly Reference[],
  engine: Engine,
  path: string,
  rows: number,
): Promise<Warning[]> {
  const { contract } = request;
  const joins = references
    .map(
      (reference, i) =>
        `LEFT JOIN (SELECT code AS code_${i}, editions AS ${sqlName(`e_${reference.column.name}`)} FROM ${reference.table}) ON code_${i} = ${sqlName(reference.column.name)}`,
    )
    .join(' ');
  const checks: Check[] = [
    ...contract.rules
      .filter((rule) => rule.severity === 'warning')
      .map(
        (rule): Check => ({
          kind: 'rule',
          rule,
          column: ruleColumn(rule, contract),
          violation: `coalesce((${rule.violation}), false)`,
        }),
      ),
    ...references
      .filter(
        (reference) => reference.column.codeList?.kind === 'table' && reference.column.codeList.severity === 'warning',
      )
      .map(
        (reference): Check => ({
          kind: 'reference',
          column: reference.column,
          violation: referenceViolation(reference),
        }),
      ),
  ];
  const explainer = createExplainer(contract, request.codeLists, source.headers);
  const warnings: Warning[] = [];
  const file = `read_parquet(${sqlString(path)}) ${joins}`;
  for (const check of checks) {
    const [total] = await engine.rows(`SELECT count(*) AS n FROM ${file} WHERE ${check.violation}`);
    const count = Number(total?.n ?? 0);
    if (count === 0) continue;
    if (count > rows) throw new FaultError('F_REFERENCE', `a reference of ${contract.name} names codes twice`);
    const broken = await engine.rows(
      `SELECT _row, CAST(${sqlName(check.column.name)} AS VARCHAR) AS found FROM ${file} WHERE ${check.violation} ORDER BY _row LIMIT 100`,
    );
    const found = new Map(broken.map((row) => [Number(row._row), typeof row.found === 'string' ? row.found : null]));
    const findings: Finding[] = [];
    for await (const { place } of source.locate([...found.keys()]))
      findings.push(explainer.check(check, place, found.get(place.record) ?? null));
    warnings.push({ count: explainer.count(check, count), findings });
  }
  return warnings;
}
