// One case of the corpus: its input converted, and what came of it in plain words.
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Contract } from '../../lake/contract/contract';
import type { Conversion } from '../../lake/intake/conversion';
import { sqlString } from '../../lake/intake/sql-text';
import { readingNotes } from '../../lake/submission/notes';
import { convert } from '../../platform/duckdb/convert';
import type { Engine } from '../../platform/duckdb/engine';
import { CODE_LISTS, contractNamed } from '../support/repository';

const CASES = join(__dirname, 'cases');

interface Case {
  readonly contract: string;
  readonly period: string;
  readonly fileName?: string;
  /** Hold communes against the made-up list below. */
  readonly units?: boolean;
}

export interface Judged {
  readonly contract: Contract;
  readonly input: Buffer;
  readonly conversion: Conversion;
  /** Accepted rows as written to Parquet, lineage column `_row` first. */
  readonly accepted: readonly (readonly (string | null)[])[];
  readonly rejects: string | undefined;
}

export const caseNames = (): string[] => readdirSync(CASES).sort();

/** Old only, new only, both: bit 0 stands for 2025-03, bit 1 for 2026-07. */
const UNITS =
  "SELECT * FROM (VALUES ('19804', 1::BIGINT), ('19753', 2::BIGINT), ('20137', 3::BIGINT)) t(code, editions)";
const EDITIONS = [
  { period: '2025-03', from: null },
  { period: '2026-07', from: '2025-07-01' },
];

export async function judgeCase(name: string, temp: string, engine: Engine): Promise<Judged> {
  const folder = join(CASES, name);
  const asked: Case = JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8'));
  const contract = contractNamed(asked.contract);
  const file = readdirSync(folder).find((entry) => entry.startsWith('input.')) ?? '';
  const units = contract.columns.filter((column) => asked.units === true && column.name === 'ma_xa');
  const conversion = await convert({
    contract,
    codeLists: CODE_LISTS,
    references: units.map((column) => ({ column, select: UNITS, editions: EDITIONS })),
    path: join(folder, file),
    fileName: asked.fileName ?? file,
    submission: `${contract.name}/${asked.period}`,
    version: '000001-thidu',
    period: asked.period,
    loadedAtMs: Date.UTC(2026, 10, 20),
    workDir: mkdtempSync(join(temp, `${name}-`)),
  });
  return {
    contract,
    input: readFileSync(join(folder, file)),
    conversion,
    accepted: conversion.data ? await parquetRows(conversion.data.path, contract, engine) : [],
    rejects: conversion.rejectsPath === undefined ? undefined : readFileSync(conversion.rejectsPath, 'utf8'),
  };
}

async function parquetRows(path: string, contract: Contract, engine: Engine): Promise<(string | null)[][]> {
  const names = ['_row', ...contract.columns.map((column) => column.name)];
  const texts = names.map((column) => `CAST("${column}" AS VARCHAR) AS "${column}"`).join(', ');
  const rows = await engine.rows(`SELECT ${texts} FROM read_parquet(${sqlString(path)}) ORDER BY CAST(_row AS BIGINT)`);
  return rows.map((row) => names.map((column) => (typeof row[column] === 'string' ? row[column] : null)));
}

/** What `expected/outcome.json` holds; whatever is not said there may change freely. */
export function outcomeOf({ contract, conversion, accepted }: Judged) {
  const { verdict, rowsIn, rowsAccepted, rowsRejected, blankRows, findings, source } = conversion;
  return {
    verdict,
    rowsIn,
    rowsAccepted,
    rowsRejected,
    blankRows,
    findings: findings.map(({ code, row, column, cell, found }) => ({ code, row, column, cell, found })),
    notes: source ? readingNotes(source, contract).map((note) => note.en) : [],
    accepted: accepted.map((row) => row.map((cell) => cell ?? '∅').join(' | ')),
  };
}
