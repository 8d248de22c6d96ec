// demo: the whole way on made-up extracts, from departments' files to the leaders' page.

import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { InputError } from '../../lake/errors';
import { parseTarget } from '../../lake/submission/key';
import type { Submitted } from '../../lake/submission/submit';
import { allVersions, newestVersion } from '../../lake/submission/versions';
import { type Context, type LocalLake, tell, writableLake } from '../context';
import type { Extract } from '../demo/extracts/extract';
import { makeExtracts } from '../demo/extracts/make-extracts';
import { DEMO_MARK, writeLeadersReport } from '../leaders-report';
import type { Action } from '../main';
import { refreshLake } from '../refresh';
import { shortPath } from '../short-path';
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
    vi: 'Hồ sơ nhận ngay trước và ngay sau 01/7/2025 thuộc xã nào?',
    en: 'Which communes do the dossiers just before and just after 01/07/2025 belong to?',
    sql: "(select ma_ho_so, ngay_tiep_nhan, ma_xa, ten_xa from fct_ho_so where ngay_tiep_nhan < date '2025-07-01' order by ngay_tiep_nhan desc limit 5) union all (select ma_ho_so, ngay_tiep_nhan, ma_xa, ten_xa from fct_ho_so where ngay_tiep_nhan >= date '2025-07-01' order by ngay_tiep_nhan limit 5) order by ngay_tiep_nhan",
  },
  {
    vi: 'Mỗi bài gửi số liệu giá có bao nhiêu dòng?',
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
        const extracts = makeExtracts(seed);
        await assertDemoHome(context, lake, extracts);
        // From here on every page made from this home says that its data is made up.
        await lake.ports.zones.control.put(DEMO_MARK, '{}\n');
        await finishInterrupted(context, lake);
        tell(context, {
          vi: '1/3 Các cơ quan gửi tệp (số liệu giả định)',
          en: '1/3 Agencies send their files (made-up data)',
        });
        const submitted = await sendExtracts(context, lake, extracts);
        tell(context, { vi: '2/3 Tính các bảng chuyên đề và chỉ tiêu', en: '2/3 Computing marts and KPIs' });
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

const hashOf = (extract: Extract): string => createHash('sha256').update(extract.bytes).digest('hex');

/** Real unit lists may lie here already: the demo's dossiers join them as well as its own. */
const UNITS = 'so_noi_vu/don_vi_hanh_chinh/';

/** Made-up rows never come beside somebody's own: figures would mix the two. @throws InputError E_DEMO_HOME */
async function assertDemoHome(context: Context, lake: LocalLake, extracts: readonly Extract[]): Promise<void> {
  const own = new Set(extracts.map(hashOf));
  const foreign = (await allVersions(lake.ports.zones.control)).find(
    (version) => !own.has(version.sha256) && !version.submission.startsWith(UNITS),
  );
  if (!foreign) return;
  throw new InputError('E_DEMO_HOME', {
    vi: `Hồ dữ liệu ở ${context.home} đã có số liệu khác (${foreign.submission}: ${foreign.file}); không trộn số liệu giả định của demo vào đó. Chạy demo ở thư mục riêng: tamgiang demo --home .lake-demo`,
    en: `The lake at ${context.home} already holds other data (${foreign.submission}: ${foreign.file}); the demo’s made-up data is not mixed into it. Run the demo in a folder of its own: tamgiang demo --home .lake-demo`,
  });
}

/** Drops each file into the ingest folder and takes it in; real unit lists stay. */
async function sendExtracts(context: Context, lake: LocalLake, extracts: readonly Extract[]): Promise<Submitted[]> {
  const own = new Set(extracts.map(hashOf));
  const incoming = [];
  for (const extract of extracts) {
    const { contract, period } = parseTarget(extract.to, lake.contracts);
    if (extract.to.startsWith(UNITS)) {
      const newest = await newestVersion(lake.ports.zones.control, extract.to);
      if (newest && !own.has(newest.sha256)) {
        tell(context, {
          vi: `  Giữ nguyên ${extract.to}: đã có danh mục thật (${newest.file}).`,
          en: `  ${extract.to} stays as it is: it holds a real list (${newest.file}).`,
        });
        continue;
      }
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
  const home = context.home === join(process.cwd(), '.lake') ? '' : ` --home ${context.home}`;
  context.say(`\n${submissionTable(context, submitted)}\n`);
  const telling = submitted.find((one) => one.verdict === 'partial');
  tell(context, { vi: `Trang lãnh đạo:  ${shortPath(report)}`, en: `Leaders’ page:  ${shortPath(report)}` });
  if (telling)
    tell(context, {
      vi: `Một biên nhận:   ${receiptPath(context, telling)}`,
      en: `One receipt:    ${receiptPath(context, telling)}`,
    });
  tell(context, {
    vi: `Mọi biên nhận:   ${shortPath(join(context.home, 'receipts'))}`,
    en: `All receipts:   ${shortPath(join(context.home, 'receipts'))}`,
  });
  tell(context, {
    vi: `Các bảng:        ${shortPath(join(context.home, 'curated'))} (npx tamgiang tables${home})`,
    en: `Tables:         ${shortPath(join(context.home, 'curated'))} (npx tamgiang tables${home})`,
  });
  tell(context, { vi: '\nBa câu hỏi để thử:', en: '\nThree questions to try:' });
  for (const question of QUESTIONS)
    context.say(`  # ${question[context.lang]}\n  npx tamgiang sql${home} "${question.sql}"`);
}
