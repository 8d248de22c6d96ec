// From KPI rows to figures of a leaders' page. A number is shown only when enough of the data behind it is there.
import type { Warehouse } from '../../platform/ports';
import { type Bilingual, InputError } from '../errors';
import type { KpiSpec, Model } from '../warehouse/model';
import { type Cell, cellRecords } from '../warehouse/values';
import type { Figure } from './figure';

const SERIES_MONTHS = 12;
const BREAKDOWN_ROWS = 10;

type Row = Readonly<Record<string, Cell>>;

interface Completeness {
  readonly have: number;
  readonly due: number;
  readonly asOf: string | null;
  readonly dataUntil: string | undefined;
  readonly coverage: { readonly have: number; readonly due: number } | undefined;
}

/**
 * One figure for each model that is a KPI, in the order of their ids. `period` is a month, for example `2026-10`.
 * A value, also of an earlier month, is null where completeness is below what the KPI asks for.
 */
export async function computeFigures(
  warehouse: Pick<Warehouse, 'query'>,
  models: readonly Model[],
  period: string,
): Promise<Figure[]> {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(period)) throw badPeriod(period);
  const lastYear = monthsBefore(period, 12);
  const within = `ky >= '${lastYear}' and ky <= '${period}'`;
  const gaps = cellRecords(
    await warehouse.query(
      `select kpi, ky, da_co, phai_co, so_lieu_den, den_luc, ky_danh_muc, gio_co, gio_can from kpi_do_day_du where ${within}`,
    ),
  );
  const figures: Figure[] = [];
  const kpis = models.flatMap((model) => (model.kpi ? [{ model, kpi: model.kpi }] : []));
  for (const { model, kpi } of kpis.sort((a, b) => (a.kpi.id < b.kpi.id ? -1 : 1))) {
    const select = `select ky, don_vi_ma, don_vi_ten, tu_so, mau_so${kpi.measure ? ', muc_do' : ''} from ${model.name}`;
    const rows = cellRecords(await warehouse.query(`${select} where ${within}`));
    const own = gaps.filter((row) => row.kpi === model.name);
    figures.push(figureOf(model, kpi, { period, rows, gaps: own, sql: `${select} where ky = '${period}'` }));
  }
  return figures;
}

function badPeriod(period: string): InputError {
  return new InputError('E_PERIOD', {
    vi: `Kỳ báo cáo "${period}" không đúng: cần năm-tháng, ví dụ 2026-10.`,
    en: `The report period "${period}" is wrong: a year and month is expected, for example 2026-10.`,
  });
}

interface Material {
  readonly period: string;
  /** Of this month and the twelve before it. */
  readonly rows: readonly Row[];
  readonly gaps: readonly Row[];
  readonly sql: string;
}

function figureOf(model: Model, kpi: KpiSpec, { period, rows, gaps, sql }: Material): Figure {
  const units = rows.filter((row) => row.ky === period);
  const sumBy = sumsByMonth(rows);
  const gapBy = new Map(gaps.map((row) => [String(row.ky), completenessOf(row)]));
  const gap = gapBy.get(period);
  const valueAt = (ky: string) => {
    const reached = gapBy.get(ky);
    return reached && tooLittle(reached, kpi) ? null : figureValue(sumBy.get(ky), kpi);
  };
  const months = Array.from({ length: SERIES_MONTHS }, (_, i) => monthsBefore(period, SERIES_MONTHS - 1 - i));
  const first = months.findIndex((ky) => sumBy.has(ky) || ky === period);
  const value = valueAt(period);
  return {
    id: kpi.id,
    title: model.title,
    formula: kpi.formula,
    unit: kpi.unit,
    ...(kpi.countUnit ? { countUnit: kpi.countUnit } : {}),
    better: kpi.better,
    value,
    ...(value === null ? { reason: reasonOf(kpi, period, sumBy.get(period), gap) } : {}),
    ...(kpi.target ? { target: kpi.target } : {}),
    previous: valueAt(monthsBefore(period, 1)),
    lastYear: valueAt(monthsBefore(period, 12)),
    asOf: gap?.asOf ?? null,
    ...(gap?.dataUntil === undefined ? {} : { dataUntil: gap.dataUntil }),
    completeness: gap ? { have: gap.have, due: gap.due, of: kpi.completenessOf } : null,
    ...(gap?.coverage && kpi.coverageOf ? { coverage: { ...gap.coverage, of: kpi.coverageOf } } : {}),
    owner: kpi.owner,
    sql,
    chart: kpi.chart,
    series: months.slice(first).map((ky) => ({ period: ky, value: valueAt(ky) })),
    breakdown: breakdownOf(units, kpi),
    ...(kpi.measure ? { measure: kpi.measure } : {}),
  };
}

interface Sum {
  readonly numerator: number;
  readonly denominator: number;
}

function sumsByMonth(rows: readonly Row[]): ReadonlyMap<string, Sum> {
  const sums = new Map<string, Sum>();
  for (const row of rows) {
    const { numerator, denominator } = sums.get(String(row.ky)) ?? { numerator: 0, denominator: 0 };
    sums.set(String(row.ky), {
      numerator: numerator + Number(row.tu_so),
      denominator: denominator + Number(row.mau_so),
    });
  }
  return sums;
}

/** `2026-01` and 1 give `2025-12`. */
function monthsBefore(period: string, months: number): string {
  const count = Number(period.slice(0, 4)) * 12 + Number(period.slice(5, 7)) - 1 - months;
  return `${String(Math.floor(count / 12)).padStart(4, '0')}-${String((count % 12) + 1).padStart(2, '0')}`;
}

function completenessOf(row: Row): Completeness | undefined {
  const due = Number(row.phai_co);
  if (due === 0) return undefined;
  const text = (cell: Cell | undefined) => (typeof cell === 'string' ? cell : undefined);
  const loaded = text(row.so_lieu_den);
  const hours = Number(row.gio_can ?? 0);
  return {
    have: Number(row.da_co),
    due,
    asOf: loaded === undefined ? null : `${loaded}Z`,
    dataUntil: text(row.den_luc) ?? text(row.ky_danh_muc),
    coverage: hours > 0 ? { have: Number(row.gio_co ?? 0), due: hours } : undefined,
  };
}

function tooLittle({ have, due }: Completeness, kpi: KpiSpec): boolean {
  return have === 0 || have < due * kpi.minCompleteness;
}

/** null where nothing was looked at: neither 0 nor 100 %. A count looked at something as soon as a row is there. */
function figureValue(sum: Sum | undefined, kpi: KpiSpec): number | null {
  if (!sum) return null;
  if (kpi.unit === 'count') return sum.numerator;
  return sum.denominator === 0 ? null : sum.numerator / sum.denominator;
}

function breakdownOf(units: readonly Row[], kpi: KpiSpec): Figure['breakdown'] {
  const rows = units.map((row): Figure['breakdown'][number] => {
    const sum = { numerator: Number(row.tu_so), denominator: Number(row.mau_so) };
    const code = String(row.don_vi_ma);
    const unit = { code, label: String(row.don_vi_ten ?? code), value: figureValue(sum, kpi), ...sum };
    return kpi.measure ? { ...unit, measure: typeof row.muc_do === 'number' ? row.muc_do : null } : unit;
  });
  const bad = (value: number | null) =>
    value === null ? Number.NEGATIVE_INFINITY : kpi.better === 'higher' ? -value : value;
  const worst = rows.sort(
    (a, b) =>
      bad(b.value) - bad(a.value) ||
      bad(b.measure ?? null) - bad(a.measure ?? null) ||
      b.denominator - a.denominator ||
      (a.code < b.code ? -1 : 1),
  );
  // A map needs every commune, a list of bars only the worst.
  return kpi.chart === 'map' ? worst : worst.slice(0, BREAKDOWN_ROWS);
}

function reasonOf(kpi: KpiSpec, period: string, sum: Sum | undefined, gap: Completeness | undefined): Bilingual {
  const month = `${period.slice(5, 7)}/${period.slice(0, 4)}`;
  if (gap && gap.have > 0 && tooLittle(gap, kpi)) {
    const needed = Math.round(kpi.minCompleteness * 100);
    const { vi, en } = kpi.completenessOf;
    return {
      vi: `Chưa đủ dữ liệu: mới có ${gap.have}/${gap.due} ${vi} (cần từ ${needed} %).`,
      en: `Not enough data: ${gap.have} of ${gap.due} ${en} so far (${needed} % needed).`,
    };
  }
  if (sum && !(gap && gap.have === 0)) {
    return { vi: `Tháng ${month} không phát sinh trường hợp nào để tính.`, en: `Nothing to compute from in ${month}.` };
  }
  return { vi: `Chưa có số liệu của tháng ${month}.`, en: `No data for ${month} yet.` };
}
