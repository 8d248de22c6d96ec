// The leaders' report of a month: figures asked of Athena, pages and data into the reports bucket, a mail to the recipients.
import { createHash } from 'node:crypto';
import type { Names } from '../../infra/names';
import { FaultError, InputError } from '../../lake/errors';
import { parseCommuneMap } from '../../lake/report/commune-map';
import type { CommuneMap, LeadersPage } from '../../lake/report/figure';
import { computeFigures } from '../../lake/report/figures';
import { lastMonth, makePage, reportFiles } from '../../lake/report/made-files';
import { leadersMail } from '../../lake/report/mail';
import type { Model } from '../../lake/warehouse/model';
import { parseRefreshState, REFRESH_STATE } from '../../lake/warehouse/refresh-state';
import type { Mailer } from '../../platform/aws/ses-mailer';
import type { Clock, ObjectStore, Warehouse } from '../../platform/ports';
import type { Published } from '../shared/journal';
import { reportRequest } from '../shared/messages';
import { COMMUNE_MAP, type REPORT_METRICS } from './constants';

export interface ReportHost {
  readonly names: Names;
  readonly warehouse: Pick<Warehouse, 'query'>;
  readonly models: readonly Model[];
  readonly control: Pick<ObjectStore, 'get'>;
  readonly reports: Pick<ObjectStore, 'get' | 'put' | 'head' | 'putIfAbsent' | 'location'>;
  readonly clock: Pick<Clock, 'now'>;
  /** Without a verified sender there is none. */
  readonly mailer?: Mailer;
  /** Trusted @font-face rules; without, the reader's own fonts. */
  readonly fontCss?: string;
  readonly journal: Published<(typeof REPORT_METRICS)[number]>;
}

export interface Reported {
  readonly report: string;
  readonly period: string;
  /** Keys in the reports bucket. */
  readonly files: readonly string[];
  readonly mailed: number;
}

/** @throws ZodError for an event that is none */
export async function realHandler(event: unknown, host: ReportHost): Promise<Reported> {
  const { journal } = host;
  try {
    return await report(reportRequest.parse(event), host);
  } catch (error) {
    journal.count('ReportFaults');
    journal.problem('report failed', error);
    throw error;
  } finally {
    journal.publish();
  }
}

type Request = ReturnType<typeof reportRequest.parse>;

async function report(request: Request, host: ReportHost): Promise<Reported> {
  const { warehouse, models, reports, clock, journal } = host;
  const { report: name, period = lastMonth(clock.now()), province } = request;
  const page = makePage({
    province,
    period,
    nowMs: clock.now(),
    figures: await computeFigures(warehouse, models, period),
    sources: await sourcesOfFigures(host),
    map: await communeMap(host),
  });
  const files: string[] = [];
  for (const file of reportFiles(page, host.fontCss)) {
    const key = `${name}/${period}/${file.name}`;
    await reports.put(key, file.text);
    files.push(key);
  }
  journal.count('ReportsWritten');
  journal.info('report written', { what: `${name}/${period}`, count: page.figures.length });
  const mailed = await mail(request, page, files, host);
  return { report: name, period, files, mailed };
}

/** The province puts it there, or there is none. A wrong one is told as a fault and keeps no figure from its readers. */
async function communeMap({ reports, journal }: ReportHost): Promise<CommuneMap | undefined> {
  const text = await reports.get(COMMUNE_MAP);
  if (text === undefined) return undefined;
  try {
    return parseCommuneMap(Buffer.from(text).toString('utf8'), reports.location(COMMUNE_MAP));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    journal.count('ReportFaults');
    journal.problem('page without its map', error);
    return undefined;
  }
}

/** The datasets as they were when marts and KPIs were last made: those the figures come from. */
async function sourcesOfFigures({ control }: ReportHost): Promise<LeadersPage['sources']> {
  const state = await control.get(REFRESH_STATE);
  return parseRefreshState(state && Buffer.from(state).toString('utf8')).sources;
}

/** Once for each moment of a schedule, as the scheduler may call twice; a call by hand always sends. */
async function mail(request: Request, page: LeadersPage, files: readonly string[], host: ReportHost): Promise<number> {
  const { recipients, lang, scheduledAt } = request;
  const { mailer, reports, journal } = host;
  if (recipients.length === 0) return 0;
  if (!mailer) throw new FaultError('F_MAIL', 'There are recipients and no sender.');
  const moment = JSON.stringify([request.report, page.period, recipients, lang, scheduledAt]);
  const mark = `mailed/${createHash('sha256').update(moment).digest('hex').slice(0, 32)}.json`;
  if (scheduledAt !== undefined && (await reports.head(mark))) return 0;
  const file = files.find((key) => key.endsWith(lang === 'vi' ? 'index.html' : 'index.en.html')) ?? '';
  await mailer(recipients, leadersMail(page, { lang, place: reports.location(file) }));
  if (scheduledAt !== undefined) await reports.putIfAbsent(mark, '{}\n');
  journal.count('MailsSent', recipients.length);
  return recipients.length;
}
