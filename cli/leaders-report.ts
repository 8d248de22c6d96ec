// Writes the leaders' page of a period into the home: the page in both languages and its figures as JSON.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LeadersPage } from '../lake/report/figure';
import { computeFigures } from '../lake/report/figures';
import { leadersPage } from '../lake/report/page';
import { datasetSources } from '../lake/report/sources';
import { systemClock } from '../platform/local/home';
import { loadModels } from '../platform/local/models';
import { findMap, readMap } from './commune-map';
import type { Context, LocalLake } from './context';
import { fontCss } from './font-css';
import { openLakeWarehouse } from './warehouse';

export const REPORT_NAME = 'lanh_dao';

/** In the control zone of a home that holds the demo's made-up data. */
export const DEMO_MARK = 'demo.json';

const MADE_UP = {
  vi: 'Số liệu giả định do lệnh demo tạo ra, không phải số liệu thật của thành phố.',
  en: 'Made-up data written by the demo command, not real figures of the city.',
};

export interface WrittenReport {
  readonly page: LeadersPage;
  /** Paths of the written files. */
  readonly html: string;
  readonly htmlEn: string;
  readonly json: string;
}

export async function writeLeadersReport(
  context: Context,
  lake: LocalLake,
  period: string,
  map: string | undefined,
): Promise<WrittenReport> {
  const warehouse = await openLakeWarehouse(context, lake);
  try {
    const figures = await computeFigures(warehouse, loadModels(context.root), period);
    const mapPath = map ?? findMap(context.root, context.home);
    const madeUp = await lake.ports.zones.control.get(DEMO_MARK);
    const page: LeadersPage = {
      ...(madeUp ? { note: MADE_UP } : {}),
      title: { vi: 'Số liệu điều hành', en: 'Figures for the leadership' },
      province: 'Thành phố Huế',
      period,
      generatedAt: new Date(systemClock.now()).toISOString(),
      figures,
      map: mapPath === undefined ? null : readMap(mapPath),
      sources: await datasetSources(
        [...lake.contracts.values()].map((contract) => contract.dataset),
        lake.ports.catalog,
      ),
    };
    const dir = join(context.home, 'reports', REPORT_NAME, period);
    await mkdir(dir, { recursive: true });
    const font = fontCss(context.root);
    const written = {
      page,
      html: join(dir, 'index.html'),
      htmlEn: join(dir, 'index.en.html'),
      json: join(dir, 'figures.json'),
    };
    await writeFile(written.html, leadersPage(page, { lang: 'vi', fontCss: font }));
    await writeFile(written.htmlEn, leadersPage(page, { lang: 'en', fontCss: font }));
    await writeFile(
      written.json,
      `${JSON.stringify({ ...page, map: mapPath === undefined ? null : 'communes' }, null, 2)}\n`,
    );
    return written;
  } finally {
    await warehouse.close();
  }
}
