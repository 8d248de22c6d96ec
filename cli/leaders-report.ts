// Writes the leaders' page of a period into the home: the page in both languages and its figures as JSON.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LeadersPage } from '../lake/report/figure';
import { computeFigures } from '../lake/report/figures';
import { makePage, REPORT_NAME, reportFiles } from '../lake/report/made-files';
import { datasetSources } from '../lake/report/sources';
import { loadModels } from '../platform/local/models';
import { systemClock } from '../platform/local/system';
import { findMap, readMap } from './commune-map';
import type { Context, LocalLake } from './context';
import { fontCss } from './font-css';
import { openLakeWarehouse } from './warehouse';

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
    const page = makePage({
      province: 'Thành phố Huế',
      period,
      nowMs: systemClock.now(),
      figures,
      sources: await datasetSources(
        [...lake.contracts.values()].map((contract) => contract.dataset),
        lake.ports.catalog,
      ),
      map: mapPath === undefined ? undefined : readMap(mapPath),
      ...(madeUp ? { note: MADE_UP } : {}),
    });
    const dir = join(context.home, 'reports', REPORT_NAME, period);
    await mkdir(dir, { recursive: true });
    const files = reportFiles(page, fontCss(context.root));
    for (const { name, text } of files) await writeFile(join(dir, name), text);
    const [html = '', htmlEn = '', json = ''] = files.map(({ name }) => join(dir, name));
    return { page, html, htmlEn, json };
  } finally {
    await warehouse.close();
  }
}
