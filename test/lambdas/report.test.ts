// The function report: figures asked of a warehouse, files written, one mail for one moment of a schedule.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { names } from '../../infra/names';
import type { Mail } from '../../lake/report/mail';
import type { Model } from '../../lake/warehouse/model';
import type { REPORT_METRICS } from '../../lambdas/report/constants';
import { type ReportHost, realHandler } from '../../lambdas/report/report';
import { openWarehouse } from '../../platform/duckdb/warehouse';
import { fixedClock } from '../../platform/memory/clock-rng';
import { memoryObjectStore } from '../../platform/memory/object-store';
import type { Warehouse } from '../../platform/ports';
import { keptJournal } from './journal';

const words = { vi: 'cơ quan', en: 'agencies' };
const base = { path: 'queries/x.sql', title: words, grain: words, description: words, unbounded: [], tests: [] };
const MODELS: readonly Model[] = [
  {
    ...base,
    name: 'kpi_mau',
    kind: 'kpi',
    title: { vi: 'Chỉ tiêu mẫu', en: 'Sample figure' },
    sql: `select * from (values ('2026-10', 'A', 'Sở Mẫu', 3e0, 4e0)) as t (ky, don_vi_ma, don_vi_ten, tu_so, mau_so)`,
    kpi: {
      ...{ id: 'K01', formula: words, unit: 'percent', better: 'higher', period: 'month', owner: 'Sở Mẫu' },
      ...{ chart: 'bars', minCompleteness: 0.5, completenessOf: words, target: { value: 0.9, source: 'mẫu' } },
    },
  },
  {
    ...base,
    name: 'kpi_do_day_du',
    kind: 'mart',
    sql: `select * from (values ('kpi_mau', '2026-10', 1, 1, 'x', timestamp '2026-11-02 03:00:00', null::timestamp, null::varchar, null::double, null::double)) as t (kpi, ky, da_co, phai_co, don_vi, so_lieu_den, den_luc, ky_danh_muc, gio_co, gio_can)`,
  },
];
const SOURCE = { table: 'bang_mau', snapshot: '42', committedAt: '2026-11-02T03:00:00.000Z', rows: 7 };

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openWarehouse({ tables: [], codeLists: new Map(), models: MODELS });
});
afterAll(() => warehouse.close());

function bench(over: Partial<ReportHost> = {}) {
  const kept = keptJournal<(typeof REPORT_METRICS)[number]>();
  const reports = memoryObjectStore('s3://bao-cao');
  const control = memoryObjectStore('s3://dieu-khien');
  const mails: { readonly to: readonly string[]; readonly mail: Mail }[] = [];
  const host: ReportHost = {
    names: names({ province: 'mau', stage: 'dev', account: '000000000000', region: 'ap-southeast-1' }),
    warehouse,
    models: MODELS,
    control,
    reports,
    // 00:30 on 1 November in Viet Nam.
    clock: fixedClock(Date.parse('2026-10-31T17:30:00Z')),
    mailer: async (to, mail) => {
      mails.push({ to, mail });
    },
    journal: kept.journal,
    ...over,
  };
  const text = async (key: string) => Buffer.from((await reports.get(key)) ?? '').toString('utf8');
  return { host, reports, control, mails, text, ...kept };
}

/** As EventBridge Scheduler delivers the input of a schedule (infra/stacks/reporting.ts), the placeholder of the time filled in. */
const EVENT = JSON.parse(readFileSync(join(__dirname, 'events', 'scheduler-report.json'), 'utf8'));

describe('the function report', () => {
  it('writes both pages and the figures of the last full month in Vietnamese time', async () => {
    const { host, text, counts, published } = bench();
    const done = await realHandler(EVENT, host);
    expect(done).toEqual({
      report: 'lanh_dao',
      period: '2026-10',
      files: ['lanh_dao/2026-10/index.html', 'lanh_dao/2026-10/index.en.html', 'lanh_dao/2026-10/figures.json'],
      mailed: 1,
    });
    const html = await text('lanh_dao/2026-10/index.html');
    expect(html).toContain('Tỉnh Mẫu');
    expect(html).toContain('Chỉ tiêu mẫu');
    expect(await text('lanh_dao/2026-10/index.en.html')).toContain('Sample figure');
    expect(JSON.parse(await text('lanh_dao/2026-10/figures.json'))).toMatchObject({
      period: '2026-10',
      figures: [{ id: 'K01', value: 0.75 }],
    });
    expect([counts, published()]).toEqual([{ ReportsWritten: 1, MailsSent: 1 }, 1]);
  });

  it('draws the communes where the province has put their outlines, and tells of a map it cannot read', async () => {
    const { host, reports, text, counts, lines } = bench();
    await realHandler(EVENT, host);
    expect(await text('lanh_dao/2026-10/index.html')).not.toContain('data-commune');
    const geometry = {
      type: 'Polygon',
      coordinates: [
        [
          [107, 16],
          [107.1, 16],
          [107.1, 16.1],
          [107, 16],
        ],
      ],
    };
    const feature = { type: 'Feature', properties: { code: 'A', name: 'Xã Mẫu' }, geometry };
    await reports.put('maps/communes.geojson', JSON.stringify({ type: 'FeatureCollection', features: [feature] }));
    await realHandler(EVENT, host);
    expect(await text('lanh_dao/2026-10/index.html')).toMatch(/data-commune="A"[^>]*><title>Xã Mẫu: 75/);
    expect(counts.ReportFaults).toBeUndefined();

    await reports.put('maps/communes.geojson', '<html>');
    expect((await realHandler(EVENT, host)).files).toHaveLength(3);
    expect(await text('lanh_dao/2026-10/index.html')).not.toContain('data-commune');
    expect(counts.ReportFaults).toBe(1);
    expect(lines.join()).toContain('page without its map');
  });

  it('takes the event the runbook calls it with by hand', async () => {
    const runbook = readFileSync(join(__dirname, '../../docs/runbook.md'), 'utf8');
    const [, payload = ''] = /--function-name <p>-report --payload '([^']+)'/.exec(runbook) ?? [];
    expect(await realHandler(JSON.parse(payload), bench().host)).toMatchObject({ report: 'lanh_dao', mailed: 0 });
  });

  it('names the datasets as they were when the figures were made', async () => {
    const { host, control, text } = bench();
    await control.put('refresh/state.json', JSON.stringify({ views: {}, tables: {}, sources: [SOURCE] }));
    await realHandler(EVENT, host);
    expect(JSON.parse(await text('lanh_dao/2026-10/figures.json')).sources).toEqual([SOURCE]);
    expect(await text('lanh_dao/2026-10/index.html')).toContain('bang_mau');
  });

  it('mails the page in the language asked for, with where the whole page is', async () => {
    const { host, mails } = bench();
    await realHandler({ ...EVENT, lang: 'en', period: '2026-10' }, host);
    expect(mails).toHaveLength(1);
    expect(mails[0]?.to).toEqual(EVENT.recipients);
    expect(mails[0]?.mail.subject).toBe('Figures for the leadership October 2026 – Tỉnh Mẫu');
    expect(mails[0]?.mail.text).toContain('Sample figure: 75%');
    expect(mails[0]?.mail.html).toContain('s3://bao-cao/lanh_dao/2026-10/index.en.html');
  });

  it('sends one mail for one moment of a schedule, and always when called by hand', async () => {
    const { host, mails } = bench();
    expect((await realHandler(EVENT, host)).mailed).toBe(1);
    expect((await realHandler(EVENT, host)).mailed).toBe(0);
    expect((await realHandler({ ...EVENT, scheduledAt: '2026-11-09T00:00:00Z' }, host)).mailed).toBe(1);
    const { scheduledAt: _, ...byHand } = EVENT;
    await realHandler(byHand, host);
    await realHandler(byHand, host);
    expect(mails).toHaveLength(4);
  });

  it('tries a mail again that could not be sent; the page stands meanwhile', async () => {
    const failing = bench({ mailer: () => Promise.reject(new Error('SES is down')) });
    await expect(realHandler(EVENT, failing.host)).rejects.toThrow('SES is down');
    expect(failing.counts).toEqual({ ReportsWritten: 1, ReportFaults: 1 });
    expect(await failing.text('lanh_dao/2026-10/index.html')).toContain('Chỉ tiêu mẫu');
    const again = bench({ reports: failing.reports });
    expect((await realHandler(EVENT, again.host)).mailed).toBe(1);
  });

  it('writes without mailing when nobody is to get it, and says so when there is no sender', async () => {
    const { mailer: _, ...without } = bench().host;
    expect((await realHandler({ ...EVENT, recipients: [] }, without)).mailed).toBe(0);
    await expect(realHandler(EVENT, without)).rejects.toMatchObject({ code: 'F_MAIL' });
  });

  it('asks in SQL of its own: nothing of an event goes in but a month', async () => {
    const asked: string[] = [];
    const recording: Pick<Warehouse, 'query'> = {
      query: (sql) => {
        asked.push(sql);
        return warehouse.query(sql);
      },
    };
    const evil = "x' or 1=1 --";
    const { host } = bench({ warehouse: recording });
    for (const change of [{ period: `2026-10${evil}` }, { report: evil }, { lang: evil }])
      await expect(realHandler({ ...EVENT, ...change }, host)).rejects.toThrow();
    expect(asked).toEqual([]);
    await realHandler({ ...EVENT, province: evil, scheduledAt: evil, recipients: [] }, host);
    expect(asked).toEqual([
      "select kpi, ky, da_co, phai_co, so_lieu_den, den_luc, ky_danh_muc, gio_co, gio_can from kpi_do_day_du where ky >= '2025-10' and ky <= '2026-10'",
      "select ky, don_vi_ma, don_vi_ten, tu_so, mau_so from kpi_mau where ky >= '2025-10' and ky <= '2026-10'",
    ]);
  });

  it('refuses an event that is none, and logs no address', async () => {
    const { host, lines, counts, published } = bench();
    await expect(realHandler({ ...EVENT, report: 'khac' }, host)).rejects.toThrow();
    await realHandler(EVENT, host);
    expect(lines.join()).not.toContain('example.vn');
    expect([counts.ReportFaults, published()]).toEqual([1, 2]);
  });
});
