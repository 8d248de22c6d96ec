// Figures from KPI rows: sums over units, earlier months, what is shown when data is missing.
import { computeFigures } from '../../../lake/report/figures';
import type { KpiSpec, Model } from '../../../lake/warehouse/model';
import { openWarehouse } from '../../../platform/duckdb/warehouse';

const words = { vi: 'cơ quan', en: 'agencies' };
const spec: KpiSpec = {
  id: 'K01',
  formula: words,
  unit: 'percent',
  better: 'higher',
  period: 'month',
  owner: 'Sở Mẫu',
  chart: 'bars',
  minCompleteness: 0.8,
  completenessOf: words,
};

function model(name: string, sql: string, kpi?: KpiSpec): Model {
  const base = {
    name,
    path: `queries/${name}.sql`,
    title: words,
    grain: words,
    description: words,
    unbounded: [],
    tests: [],
    sql,
  };
  return kpi ? { ...base, kind: 'kpi', kpi } : { ...base, kind: 'mart' };
}

const kpiRows = (rows: readonly string[], measured: boolean) =>
  `select * from (values ${rows.join(', ')}) as t (ky, don_vi_ma, don_vi_ten, tu_so, mau_so${measured ? ', muc_do' : ''})`;

async function figuresOf(
  rows: readonly string[],
  gaps: readonly string[],
  change: Partial<KpiSpec> = {},
  period = '2026-10',
) {
  const models = [
    model('kpi_a', kpiRows(rows, change.measure !== undefined), { ...spec, ...change }),
    model(
      'kpi_do_day_du',
      `select * from (values ${gaps.join(', ')}) as t (kpi, ky, da_co, phai_co, don_vi, so_lieu_den, den_luc, ky_danh_muc, gio_co, gio_can)`,
    ),
  ];
  const warehouse = await openWarehouse({ tables: [], codeLists: new Map(), models });
  try {
    return (await computeFigures(warehouse, models, period))[0]!;
  } finally {
    await warehouse.close();
  }
}

const full = (ky: string, have = 5, rest = 'null::timestamp, null::varchar, null::double, null::double') =>
  `('kpi_a', '${ky}', ${have}, 5, 'x', timestamp '2026-11-02 03:00:00', ${rest})`;

describe('computeFigures', () => {
  it('divides sums, not averages of ratios', async () => {
    const figure = await figuresOf(
      ["('2026-10', 'A', 'Sở A', 1e0, 1e0)", "('2026-10', 'B', 'Sở B', 0e0, 9e0)"],
      [full('2026-10')],
    );
    expect(figure).toMatchObject({
      id: 'K01',
      value: 0.1,
      asOf: '2026-11-02T03:00:00Z',
      completeness: { have: 5, due: 5, of: words },
    });
    expect(figure.reason).toBeUndefined();
    expect(figure.breakdown).toEqual([
      { code: 'B', label: 'Sở B', value: 0, numerator: 0, denominator: 9 },
      { code: 'A', label: 'Sở A', value: 1, numerator: 1, denominator: 1 },
    ]);
  });

  it('adds up counts, highest first where lower is better, and keeps a true zero', async () => {
    const count = { unit: 'count', better: 'lower', countUnit: words } as const;
    const figure = await figuresOf(
      [
        "('2026-10', 'A', 'Sở A', 2e0, 4e0)",
        "('2026-10', 'B', 'Sở B', 7e0, 9e0)",
        "('2026-09', 'A', 'Sở A', 0e0, 0e0)",
      ],
      [full('2026-10'), full('2026-09')],
      count,
    );
    expect(figure.value).toBe(9);
    expect(figure.previous).toBe(0);
    expect(figure.breakdown.map(({ code }) => code)).toEqual(['B', 'A']);
  });

  it('looks back one month and one year over the turn of the year, and draws up to twelve months', async () => {
    const months = ['2025-01', '2025-02', '2025-12', '2026-01'];
    const figure = await figuresOf(
      months.map((ky, i) => `('${ky}', 'A', 'Sở A', ${i}e0, 10e0)`),
      months.map((ky) => full(ky)),
      {},
      '2026-01',
    );
    expect([figure.value, figure.previous, figure.lastYear]).toEqual([0.3, 0.2, 0]);
    expect(figure.series).toHaveLength(12);
    expect(figure.series[0]).toEqual({ period: '2025-02', value: 0.1 });
    expect(figure.series[1]).toEqual({ period: '2025-03', value: null });
    expect(figure.series.at(-1)).toEqual({ period: '2026-01', value: 0.3 });
  });

  it('starts the series with the first month that has data', async () => {
    const figure = await figuresOf(
      ["('2026-10', 'A', 'A', 1e0, 2e0)", "('2026-09', 'A', 'A', 1e0, 2e0)"],
      [full('2026-10')],
    );
    expect(figure.series.map(({ period }) => period)).toEqual(['2026-09', '2026-10']);
  });

  it('shows no number where too few reported, neither now nor in an earlier month', async () => {
    const figure = await figuresOf(
      ["('2026-10', 'A', 'A', 1e0, 2e0)", "('2026-09', 'A', 'A', 1e0, 2e0)"],
      [full('2026-10', 3), full('2026-09', 3)],
    );
    expect(figure).toMatchObject({ value: null, previous: null, completeness: { have: 3, due: 5 } });
    expect(figure.reason?.vi).toBe('Chưa đủ dữ liệu: mới có 3/5 cơ quan (cần từ 80 %).');
  });

  it('shows the number when exactly the asked share reported', async () => {
    const figure = await figuresOf(["('2026-10', 'A', 'A', 1e0, 2e0)"], [full('2026-10', 4)]);
    expect(figure.value).toBe(0.5);
  });

  it('tells no data from nothing to compute', async () => {
    const none = await figuresOf(["('2026-08', 'A', 'A', 1e0, 2e0)"], [full('2026-08')]);
    expect(none).toMatchObject({ value: null, asOf: null, completeness: null, breakdown: [] });
    expect(none.reason?.vi).toBe('Chưa có số liệu của tháng 10/2026.');
    const empty = await figuresOf(["('2026-10', 'A', 'A', 0e0, 0e0)"], [full('2026-10')]);
    expect(empty.value).toBeNull();
    expect(empty.reason?.en).toBe('Nothing to compute from in 10/2026.');
  });

  it('lists the ten worst, but every commune of a map', async () => {
    const rows = Array.from({ length: 12 }, (_, i) => `('2026-10', 'C${i}', 'Xã ${i}', ${i}e0, 12e0)`);
    const bars = await figuresOf(rows, [full('2026-10')]);
    expect(bars.breakdown.map(({ code }) => code)).toEqual([
      'C0',
      'C1',
      'C2',
      'C3',
      'C4',
      'C5',
      'C6',
      'C7',
      'C8',
      'C9',
    ]);
    expect((await figuresOf(rows, [full('2026-10')], { chart: 'map' })).breakdown).toHaveLength(12);
  });

  it('tells how far the data itself reaches, apart from its loading', async () => {
    const rows = ["('2026-10', 'A', 'A', 1e0, 2e0)"];
    const reach = async (rest: string) => (await figuresOf(rows, [full('2026-10', 5, rest)])).dataUntil;
    expect(await reach("timestamp '2026-10-15 13:55:00', null::varchar, null::double, null::double")).toBe(
      '2026-10-15T13:55:00',
    );
    expect(await reach("null::timestamp, '2026-03', null::double, null::double")).toBe('2026-03');
    expect(await figuresOf(rows, [full('2026-10')])).not.toHaveProperty('dataUntil');
  });

  it('tells how much of the period is covered, where the KPI names what is counted', async () => {
    const rows = ["('2026-10', 'A', 'A', 1e0, 2e0)"];
    const gaps = [full('2026-10', 5, 'null::timestamp, null::varchar, 24e0, 2976e0')];
    expect((await figuresOf(rows, gaps, { coverageOf: words })).coverage).toEqual({ have: 24, due: 2976, of: words });
    expect(await figuresOf(rows, gaps)).not.toHaveProperty('coverage');
    expect(await figuresOf(rows, [full('2026-10')], { coverageOf: words })).not.toHaveProperty('coverage');
  });

  it('takes the measure of each unit along and ranks equal counts by it', async () => {
    const rows = [
      "('2026-10', 'A', 'Gạo mẫu', 1e0, 1e0, 0.12e0)",
      "('2026-10', 'B', 'Rau mẫu', 1e0, 1e0, 0.35e0)",
      "('2026-10', 'C', 'Cá mẫu', 0e0, 1e0, 0.09e0)",
    ];
    const measure = { title: words, limit: 0.1 };
    const figure = await figuresOf(rows, [full('2026-10')], {
      unit: 'count',
      countUnit: words,
      better: 'lower',
      measure,
    });
    expect(figure).toMatchObject({ value: 2, measure });
    expect(figure.breakdown.map((unit) => [unit.code, unit.measure])).toEqual([
      ['B', 0.35],
      ['A', 0.12],
      ['C', 0.09],
    ]);
    expect(figure.sql).toContain('muc_do');
  });

  it('refuses a period that is no month', async () => {
    await expect(
      figuresOf(["('2026-10', 'A', 'A', 1e0, 2e0)"], [full('2026-10')], {}, "2026-13' or 1=1"),
    ).rejects.toMatchObject({ code: 'E_PERIOD' });
  });
});
