// A model of queries/: one .sql and the .yml beside it, checked, with messages that name file and field.
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { type Bilingual, InputError } from '../errors';
import { dialectFindings } from './dialect';

/** `alert`: asked of rows that just came in. `saved`: an example for whoever asks in SQL. Neither is kept as a table. */
export type ModelKind = 'staging' | 'mart' | 'kpi' | 'alert' | 'saved';

/** Rows of a given/expect case; columns left out of a given row are null, left out of an expected row are not compared. */
export type CaseRow = Readonly<Record<string, string | number | boolean | null>>;

export interface ModelCase {
  readonly name: string;
  readonly given: Readonly<Record<string, readonly CaseRow[]>>;
  readonly expect: readonly CaseRow[];
}

/** What a figure is; its query answers ky, don_vi_ma, don_vi_ten, tu_so, mau_so, and muc_do where there is a measure. */
export interface KpiSpec {
  readonly id: string;
  readonly formula: Bilingual;
  readonly unit: 'percent' | 'count';
  readonly countUnit?: Bilingual;
  readonly target?: { readonly value: number; readonly source: string };
  readonly better: 'higher' | 'lower';
  readonly period: 'month';
  readonly owner: string;
  readonly chart: 'bars' | 'line' | 'map';
  /** Share of the expected reporters (0 to 1) below which no value is shown. */
  readonly minCompleteness: number;
  /** What completeness counts, for example agencies. */
  readonly completenessOf: Bilingual;
  /** What gio_co of gio_can count, where data can come from every reporter and still cover little of the period. */
  readonly coverageOf?: Bilingual;
  /** A ratio that tells more of each unit than its count does, for example by how much a price rose. */
  readonly measure?: { readonly title: Bilingual; readonly limit: number };
}

export interface Model {
  readonly name: string;
  readonly kind: ModelKind;
  /** Of the .sql file, from the root of the repository. */
  readonly path: string;
  readonly title: Bilingual;
  readonly grain: Bilingual;
  readonly description: Bilingual;
  readonly sql: string;
  /** Columns made from personal columns of a dataset: no smallest and largest value of theirs may stand in metadata. */
  readonly unbounded: readonly string[];
  readonly kpi?: KpiSpec;
  readonly tests: readonly ModelCase[];
}

const bilingual = z.strictObject({ vi: z.string().min(1), en: z.string().min(1) });
const row = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));
const common = {
  name: z.string().regex(/^[a-z][a-z0-9_]*$/),
  title: bilingual,
  grain: bilingual,
  description: bilingual,
  unbounded: z.array(z.string().regex(/^[a-z_][a-z0-9_]*$/)).default([]),
  tests: z
    .array(z.strictObject({ name: z.string().min(1), given: z.record(z.string(), z.array(row)), expect: z.array(row) }))
    .default([]),
};
const kpiSpec = {
  id: z.string().regex(/^K\d\d$/),
  formula: bilingual,
  unit: z.enum(['percent', 'count']),
  countUnit: bilingual.optional(),
  target: z.strictObject({ value: z.number(), source: z.string().min(1) }).optional(),
  better: z.enum(['higher', 'lower']),
  period: z.literal('month'),
  owner: z.string().min(1),
  chart: z.enum(['bars', 'line', 'map']),
  minCompleteness: z.number().min(0).max(1),
  completenessOf: bilingual,
  coverageOf: bilingual.optional(),
  measure: z.strictObject({ title: bilingual, limit: z.number() }).optional(),
};
const plain = z.strictObject({ ...common, kind: z.enum(['staging', 'mart', 'alert', 'saved']) });
const figure = z
  .strictObject({ ...common, kind: z.literal('kpi'), ...kpiSpec })
  .refine((spec) => spec.unit === 'percent' || spec.countUnit !== undefined, {
    path: ['countUnit'],
    message: 'a count needs its unit',
  });
const schema = z.discriminatedUnion('kind', [plain, figure]);

/** Throws InputError E_MODEL_SPEC (description file) or E_MODEL_DIALECT (SQL outside the common subset). */
export function parseModel(source: { readonly path: string; readonly sql: string; readonly yml: string }): Model {
  const yml = source.path.replace(/\.sql$/, '.yml');
  const spec = parseSpec(yml, source.yml);
  const stem = source.path
    .split('/')
    .at(-1)
    ?.replace(/\.sql$/, '');
  if (spec.name !== stem) {
    throw specError(yml, [`name: "${spec.name}"; the file is called ${stem}`]);
  }
  const findings = dialectFindings(source.sql, source.path);
  if (findings.length > 0) throw dialectError(findings);
  const { name, kind, title, grain, description, unbounded, tests } = spec;
  const sql = source.sql.trim().replace(/;\s*$/, '');
  const base = { name, kind, path: source.path, title, grain, description, sql, unbounded, tests };
  return spec.kind === 'kpi' ? { ...base, kpi: kpiOf(spec) } : base;
}

function kpiOf(spec: z.infer<typeof figure>): KpiSpec {
  const { id, formula, unit, countUnit, target, better, period, owner, chart, minCompleteness, completenessOf } = spec;
  const { coverageOf, measure } = spec;
  return {
    ...{ id, formula, unit, better, period, owner, chart, minCompleteness, completenessOf },
    ...(countUnit ? { countUnit } : {}),
    ...(target ? { target } : {}),
    ...(coverageOf ? { coverageOf } : {}),
    ...(measure ? { measure } : {}),
  };
}

function parseSpec(path: string, text: string): z.infer<typeof schema> {
  const document = parseDocument(text);
  const syntax = document.errors[0];
  if (syntax) throw specError(path, [syntax.message]);
  const parsed = schema.safeParse(document.toJS());
  if (parsed.success) return parsed.data;
  throw specError(
    path,
    parsed.error.issues.map((issue) => `${issue.path.join('.') || 'file'}: ${issue.message}`),
  );
}

function specError(path: string, problems: readonly string[]): InputError {
  const list = problems.map((problem) => `\n  - ${problem}`).join('');
  return new InputError('E_MODEL_SPEC', {
    vi: `Mô tả mô hình ${path} chưa đúng:${list}`,
    en: `The model description ${path} is wrong:${list}`,
  });
}

function dialectError(findings: ReturnType<typeof dialectFindings>): InputError {
  const list = (lang: 'vi' | 'en') =>
    findings.map((f) => `\n  - ${f.path}:${f.line}: "${f.found}" ${f.reason[lang]}`).join('');
  return new InputError('E_MODEL_DIALECT', {
    vi: `SQL ra ngoài phần chung của Trino và DuckDB:${list('vi')}`,
    en: `SQL outside the common subset of Trino and DuckDB:${list('en')}`,
  });
}

/**
 * All models of a queries folder from its files; each .sql needs its .yml and the other way round.
 * Names must be unique; order is that of the files.
 */
export function parseModels(files: readonly { readonly path: string; readonly text: string }[]): Model[] {
  const byPath = new Map(files.map((file) => [file.path, file.text]));
  const stems = new Set(files.map((file) => file.path.replace(/\.(sql|yml)$/, '')));
  const models = [...stems].map((stem) => {
    const [sql, yml] = [byPath.get(`${stem}.sql`), byPath.get(`${stem}.yml`)];
    if (sql === undefined || yml === undefined) {
      throw specError(`${stem}.yml`, [`${stem}.${sql === undefined ? 'sql' : 'yml'} is missing`]);
    }
    return parseModel({ path: `${stem}.sql`, sql, yml });
  });
  const twice = models.find((model, i) => models.findIndex((other) => other.name === model.name) !== i);
  if (twice) throw specError(twice.path, [`name: "${twice.name}" is used twice`]);
  return models;
}
