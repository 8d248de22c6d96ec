// The slow pass: every check is asked again, one by one, about the rows the quick pass did not accept, and those rows
// are written back as they were sent, with their reasons.
import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import type { Column, Contract } from '../../lake/contract/contract';
import { type Bilingual, FaultError } from '../../lake/errors';
import type { ConversionRequest } from '../../lake/intake/conversion';
import { brief, createExplainer, type Explainer, type Place, type Reason } from '../../lake/intake/explain';
import { explainShape, explainWholeRow } from '../../lake/intake/explain-row';
import type { Check, Judging } from '../../lake/intake/judging';
import { quoteField, splitFields } from '../../lake/intake/records';
import { sqlName } from '../../lake/intake/sql-text';
import type { Finding, RuleCount } from '../../lake/submission/finding';
import type { Engine } from './engine';
import { readCsv } from './read-csv';
import type { LocatedRecord, TextSource } from './text-source';

/** Code of the fault thrown when no check objects to a row the quick pass left out. */
export const UNEXPLAINED = 'F_UNEXPLAINED';

/** Records held in memory at a time. */
const BATCH = 5000;

export interface SetAside {
  readonly findings: readonly Finding[];
  readonly findingCount: number;
  readonly byRule: readonly RuleCount[];
  readonly rejectsPath: string | undefined;
}

export interface AsideRequest {
  readonly request: ConversionRequest;
  readonly source: TextSource;
  readonly judging: Judging;
  readonly engine: Engine;
  /** Records to explain, ascending. */
  readonly ordinals: readonly number[];
  /** Those of them that only share their key with another record. */
  readonly repeated: ReadonlySet<number>;
  /** Findings kept one by one. */
  readonly maxFindings: number;
}

/** @throws FaultError F_UNEXPLAINED when no check objects to a row the quick pass left out */
export async function explainSetAside(aside: AsideRequest): Promise<SetAside> {
  const { request, source, ordinals, maxFindings } = aside;
  if (ordinals.length === 0) return { findings: [], findingCount: 0, byRule: [], rejectsPath: undefined };
  const delimiter = String.fromCharCode(source.delimiter);
  const rejectsPath = join(request.workDir, 'rejects.csv');
  const rejects = createWriteStream(rejectsPath);
  // The station stands in the file name, not in its lines.
  const columns = source.station === undefined ? source.headers : source.headers.slice(0, -1);
  const headers = [...columns.map((cell) => cell.text), 'Dòng trong tệp', 'Lý do'];
  await write(rejects, `\ufeff${headers.map((text) => quoteField(text, delimiter)).join(delimiter)}\r\n`);
  const findings: Finding[] = [];
  const counts = new Map<string, RuleCount>();
  let findingCount = 0;
  const explain = createExplainer(request.contract, request.codeLists, source.headers);
  for await (const batch of batches(source.locate(ordinals))) {
    const objections = await askEngine(aside, batch);
    let lines = '';
    for (const record of batch) {
      const reasons = reasonsOf(aside, record, objections, explain);
      for (const { finding, count } of reasons) {
        const key = `${count.code}|${count.column}|${count.rule.en}`;
        counts.set(key, { ...count, count: (counts.get(key)?.count ?? 0) + 1 });
        if (findings.length < maxFindings) findings.push(finding);
        findingCount++;
      }
      const text = reasons.map(({ finding }) => finding.message.vi).join(' | ');
      lines += `${record.sent}${delimiter}${record.place.row}${delimiter}${quoteField(text, delimiter)}\r\n`;
    }
    await write(rejects, lines);
  }
  await new Promise<void>((resolve, reject) =>
    rejects.end((error?: Error | null) => (error ? reject(error) : resolve())),
  );
  return { findings, findingCount, byRule: [...counts.values()].sort((a, b) => b.count - a.count), rejectsPath };
}

const write = (stream: WriteStream, text: string): Promise<void> =>
  new Promise((resolve, reject) => stream.write(text, (error) => (error ? reject(error) : resolve())));

async function* batches(records: AsyncIterable<LocatedRecord>): AsyncGenerator<LocatedRecord[]> {
  let batch: LocatedRecord[] = [];
  for await (const record of records) {
    batch.push(record);
    if (batch.length === BATCH) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

type Objections = ReadonlyMap<number, readonly { readonly check: Check; readonly found: string | null }[]>;

function reasonsOf(aside: AsideRequest, record: LocatedRecord, objections: Objections, explain: Explainer): Reason[] {
  const { request, source } = aside;
  const { place, sent } = record;
  const fields = splitFields(sent, String.fromCharCode(source.delimiter));
  const misshapen = source.scan.misshapen.get(place.record);
  if (misshapen) {
    const extra = source.station === undefined ? 0 : 1;
    const personal = request.contract.columns.some(isPersonal);
    return [
      explainShape(misshapen.kind, misshapen.fields - extra, wantedShape(source), place, personal ? null : brief(sent)),
    ];
  }
  if (aside.repeated.has(place.record))
    return [
      explainRepeated(request.contract, source, place, splitFields(record.raw, String.fromCharCode(source.delimiter))),
    ];
  const broken = objections.get(place.record) ?? [];
  if (broken.length === 0) {
    throw new FaultError(
      UNEXPLAINED,
      `record ${place.record} of ${request.submission} was set aside, but no check objects to it`,
    );
  }
  const whole = source.station === undefined ? explainWholeRow(fields, source.headers, place) : undefined;
  return whole ? [whole] : broken.map(({ check, found }) => explain(check, place, found));
}

const isPersonal = (column: Column): boolean => column.personal === 'basic' || column.personal === 'sensitive';

/** What a record of the right shape looks like. */
function wantedShape(source: TextSource): Bilingual {
  if (source.station === undefined) {
    const fields = source.headers.length;
    return { vi: `${fields} ô như dòng tiêu đề`, en: `${fields} fields as in the header` };
  }
  return {
    vi: '5 ô mỗi nhóm: ký hiệu, giá trị, đơn vị, thời gian, trạng thái',
    en: '5 fields a group: symbol, value, unit, time, state',
  };
}

/** Judges a batch of records that have the right shape, check by check. */
async function askEngine(aside: AsideRequest, batch: readonly LocatedRecord[]): Promise<Objections> {
  const { request, source, judging, engine } = aside;
  const shaped = batch.filter(
    ({ place }) => !source.scan.misshapen.has(place.record) && !aside.repeated.has(place.record),
  );
  const objections = new Map<number, { check: Check; found: string | null }[]>();
  if (shaped.length === 0) return objections;
  const path = join(request.workDir, 'aside.txt');
  const file = createWriteStream(path);
  await write(file, shaped.map(({ raw }) => `${raw.normalize('NFC').replace(/\r\n?/g, '\n')}\n`).join(''));
  await new Promise<void>((resolve, reject) => file.end((error?: Error | null) => (error ? reject(error) : resolve())));
  const { columns } = request.contract;
  const flags = judging.checks.map((check, i) => `CASE WHEN ${check.violation} THEN ${i} END`);
  const rows = await engine.rows(
    `SELECT _row, list_filter([${flags.join(', ')}], x -> x IS NOT NULL) AS broken, [${columns.map((column) => sqlName(`c_${column.name}`)).join(', ')}] AS cells FROM (${judging.rows(readCsv(source, judging, path, 0))})`,
  );
  if (rows.length !== shaped.length) {
    throw new FaultError(
      'F_ROW_COUNT',
      `${shaped.length} records of ${request.submission} were asked about, ${rows.length} answered`,
    );
  }
  for (const { _row, broken, cells } of rows) {
    const record = shaped[Number(_row) - 1];
    if (!record || !Array.isArray(broken) || !Array.isArray(cells)) continue;
    const all = broken.map((i) => judging.checks[Number(i)]!);
    const telling = all.filter((check) => !followsFrom(check, all));
    objections.set(
      record.place.record,
      telling.map((check) => {
        const text: unknown = cells[columns.indexOf(check.column)];
        return { check, found: typeof text === 'string' ? text : null };
      }),
    );
  }
  return objections;
}

/** Lists and rules say nothing new about a cell that is no value at all. */
function followsFrom(check: Check, all: readonly Check[]): boolean {
  const spoilt = (name: string) =>
    all.some((other) => other.kind !== 'rule' && other.kind !== 'reference' && other.column.name === name);
  if (check.kind === 'reference') return spoilt(check.column.name);
  return check.kind === 'rule' && (check.rule?.columns ?? []).some(spoilt);
}

const REPEATED_FIX = {
  vi: 'Giữ lại một dòng đúng, bỏ các dòng còn lại.',
  en: 'Keep the one right row and take out the others.',
};

function explainRepeated(contract: Contract, source: TextSource, place: Place, fields: readonly string[]): Reason {
  const keys = contract.columns.filter((column) => column.keyPosition > 0);
  const indexes = keys.map((column) => source.headers.findIndex((cell) => cell.column === column));
  const names = indexes.map((index, i) => source.headers[index]?.text ?? keys[i]!.businessName).join(' + ');
  const rule = { vi: `mỗi “${names}” chỉ có một dòng trong tệp`, en: `one row for each “${names}” in the file` };
  const found = keys.some(isPersonal)
    ? '*****'
    : brief(indexes.map((index) => fields[index]?.trim() ?? '').join(' + '));
  const finding: Finding = {
    code: 'E_DUPLICATE_KEY',
    severity: 'error',
    row: place.row,
    line: place.line,
    record: place.record,
    column: names,
    cell: null,
    found,
    expected: rule,
    message: {
      vi: `Dòng ${place.row}: khóa “${names}” (${found}) lặp lại ở dòng khác; cần ${rule.vi}. ${REPEATED_FIX.vi}`,
      en: `Row ${place.row}: the key “${names}” (${found}) stands in another row too; expected ${rule.en}. ${REPEATED_FIX.en}`,
    },
  };
  return {
    finding,
    count: { code: finding.code, severity: 'error', column: names, rule, fix: REPEATED_FIX, count: 1 },
  };
}
