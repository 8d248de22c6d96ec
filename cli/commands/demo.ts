// demo: the whole way on made-up extracts, from departments' files to the leaders' page.

import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Command } from 'commander';
import { InputError } from '../../lake/errors';
import { parseTarget, submissionKey } from '../../lake/submission/key';
import type { Submitted } from '../../lake/submission/submit';
import { newestVersion } from '../../lake/submission/versions';
import { type Context, type LocalLake, tell, writableLake } from '../context';
import type { Extract } from '../demo/extracts/extract';
import { makeExtracts } from '../demo/extracts/make-extracts';
import { writeLeadersReport } from '../leaders-report';
import type { Action } from '../main';
import { refreshLake } from '../refresh';
import { finishInterrupted, putAll, receiptPath, submissionTable } from './put';

const SEED = 2026;
/** Month the made-up extracts tell about. */
const PERIOD = '2026-10';

const QUESTIONS = [
  {
    vi: 'Cơ quan nào giải quyết hồ sơ đúng hạn kém nhất?',
    en: 'Which agency is least on time?',
    sql: `select don_vi_ten, tu_so, mau_so, round(100 * tu_so / mau_so, 1) as phan_tram from kpi_ho_so_dung_han where ky = '${PERIOD}' order by phan_tram`,
  },
  {
    vi: 'Một hồ sơ trước và sau 01/7/2025 thuộc xã nào?',
    en: 'Which commune does a dossier of before and after 01/07/2025 belong to?',
    sql: "select ma_ho_so, ngay_tiep_nhan, ma_xa, ten_xa from fct_ho_so where ngay_tiep_nhan >= date '2025-06-25' and ngay_tiep_nhan < date '2025-07-06' order by ngay_tiep_nhan limit 10",
  },
  {
    vi: 'Mỗi bảng nhận từ bao nhiêu bài gửi?',
    en: 'How many rows does each price submission hold?',
    sql: 'select ky_du_lieu, _submission, count(*) as so_dong from gia_thi_truong group by 1, 2 order by 1',
  },
];

export function register(program: Command, action: Action): void {
  program
    .command('demo')
    .description('chạy thử trọn đường đi với số liệu giả định · the whole way on made-up extracts')
    .option('--seed <number>', 'other made-up figures', String(SEED))
    .addHelpText('after', '\nVí dụ · examples:\n  tamgiang demo\n  tamgiang demo --home /tmp/thu --lang en')
    .action(
      action(async (context, options: { seed: string }) => {
        const seed = Number(options.seed);
        if (!Number.isSafeInteger(seed) || seed < 0) {
          throw new InputError('E_FLAG', {
            vi: `--seed “${options.seed}” không đúng; cần số nguyên không âm.`,
            en: `--seed “${options.seed}” is not valid; expected a whole number from 0.`,
          });
        }
        const lake = await writableLake(context);
        await finishInterrupted(context, lake);
        tell(context, {
          vi: '1/3 Các cơ quan gửi tệp (số liệu giả định)',
          en: '1/3 Agencies send their files (made-up data)',
        });
        const submitted = await sendExtracts(context, lake, makeExtracts(seed));
        tell(context, { vi: '2/3 Tính các bảng chuyên đề và chỉ số', en: '2/3 Computing marts and KPIs' });
        const refreshed = await refreshLake(context, lake);
        tell(context, { vi: '3/3 Lập trang số liệu cho lãnh đạo', en: '3/3 Writing the leaders’ page' });
        const report = await writeLeadersReport(context, lake, PERIOD, undefined);
        if (context.json) {
          const submissions = submitted.map((one) => ({
            file: one.file,
            submission: one.receipt.submission,
            verdict: one.verdict,
            rowsIn: one.receipt.rowsIn,
            rowsAccepted: one.receipt.rowsAccepted,
            rowsRejected: one.receipt.rowsRejected,
            receipt: receiptPath(context, one),
          }));
          context.document({
            home: context.home,
            submissions,
            refreshed,
            report: { html: report.html, figures: report.page.figures },
            questions: QUESTIONS.map(({ sql }) => sql),
          });
        } else {
          printEnd(context, submitted, context.lang === 'vi' ? report.html : report.htmlEn);
        }
        return 0;
      }),
    );
}

/** Drops each file into the ingest folder and takes it in; slots that hold somebody's own data are left alone. */
async function sendExtracts(context: Context, lake: LocalLake, extracts: readonly Extract[]): Promise<Submitted[]> {
  const own = new Set(extracts.map((extract) => createHash('sha256').update(extract.bytes).digest('hex')));
  const incoming = [];
  for (const extract of extracts) {
    const { contract, period } = parseTarget(extract.to, lake.contracts);
    const newest = await newestVersion(
      lake.ports.zones.control,
      submissionKey(contract, period ?? '', extract.fileName),
    );
    if (newest && !own.has(newest.sha256)) {
      tell(context, {
        vi: `  Giữ nguyên ${extract.to}: đã có số liệu khác (${newest.file}).`,
        en: `  ${extract.to} left alone: it holds other data (${newest.file}).`,
      });
      continue;
    }
    const dir = join(context.home, 'ingest', ...extract.to.split('/'));
    mkdirSync(dir, { recursive: true });
    const path = join(dir, extract.fileName);
    incoming.push({ path, fileName: extract.fileName, contract, period, bytes: extract.bytes });
  }
  const submitted: Submitted[] = [];
  // A file sent again under its own name replaces the one in the folder, so each is taken in before the next is dropped.
  const waiting: typeof incoming = [];
  const flush = async () => {
    submitted.push(...(await putAll(context, lake, waiting)));
    waiting.length = 0;
  };
  for (const item of incoming) {
    if (waiting.some((other) => other.path === item.path)) await flush();
    writeFileSync(item.path, item.bytes);
    waiting.push(item);
  }
  await flush();
  return submitted;
}

function printEnd(context: Context, submitted: readonly Submitted[], report: string): void {
  const short = (path: string) =>
    relative(process.cwd(), path).startsWith('..') ? path : relative(process.cwd(), path);
  const home = context.home === join(process.cwd(), '.lake') ? '' : ` --home ${context.home}`;
  context.say(`\n${submissionTable(context, submitted)}\n`);
  const telling = submitted.find((one) => one.verdict === 'partial');
  tell(context, { vi: `Trang lãnh đạo:  ${short(report)}`, en: `Leaders’ page:  ${short(report)}` });
  if (telling)
    tell(context, {
      vi: `Một biên nhận:   ${receiptPath(context, telling)}`,
      en: `One receipt:    ${receiptPath(context, telling)}`,
    });
  tell(context, {
    vi: `Mọi biên nhận:   ${short(join(context.home, 'receipts'))}`,
    en: `All receipts:   ${short(join(context.home, 'receipts'))}`,
  });
  tell(context, {
    vi: `Các bảng:        ${short(join(context.home, 'curated'))} (npx tamgiang tables${home})`,
    en: `Tables:         ${short(join(context.home, 'curated'))} (npx tamgiang tables${home})`,
  });
  tell(context, { vi: '\nBa câu hỏi để thử:', en: '\nThree questions to try:' });
  for (const question of QUESTIONS)
    context.say(`  # ${question[context.lang]}\n  npx tamgiang sql${home} "${question.sql}"`);
}
