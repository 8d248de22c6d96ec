// put: takes files in, judges them, makes the good rows visible, writes receipts.
import { basename, join, relative, resolve, sep } from 'node:path';
import type { Command } from 'commander';
import type { Bilingual } from '../../lake/errors';
import { parseTarget } from '../../lake/submission/key';
import type { Receipt } from '../../lake/submission/receipt';
import { recover } from '../../lake/submission/recover';
import { type Incoming, type Submitted, submitAll } from '../../lake/submission/submit';
import { loadContracts } from '../../platform/local/schemas';
import { type Context, type LocalLake, tell, writableLake } from '../context';
import { findingLine } from '../finding-line';
import { guessContract } from '../guess-contract';
import { expandFiles } from '../input-files';
import type { Action } from '../main';
import { createProgress } from '../progress';
import { shortPath } from '../short-path';
import { assertNoRejects, assertOneEach } from '../slots';
import { textTable } from '../text-table';

export function register(program: Command, action: Action): void {
  program
    .command('put')
    .description('nhận tệp vào hồ dữ liệu · take files into the lake')
    .argument('<file...>', 'CSV, TSV, TXT (UTF-8) or station files; a folder stands for the files in it')
    .option(
      '--to <agency/dataset[/period]>',
      'where they belong; without it the file’s place in the ingest folder or its header tells',
    )
    .addHelpText(
      'after',
      `
Ví dụ · examples:
  tamgiang put ho_so.csv --to van_phong_ubnd/ho_so_tthc/2026-10
  tamgiang put TTH_CTYDETA_NUO001_20261015100000.txt --to so_nn_mt/so_lieu_quan_trac
  tamgiang put gia_2026-10.csv --to so_cong_thuong/gia_thi_truong --json

Thoát 0 khi mọi tệp được nhận, nhận một phần hoặc không đổi; 2 khi có tệp bị từ chối.
Exit 0 when every file was accepted, partial or unchanged; 2 when any was rejected.`,
    )
    .action(
      action(async (context, files: string[], options: { to?: string }) => {
        const paths = expandFiles(files);
        const contracts = loadContracts(context.root, context.cache);
        const incoming = await Promise.all(
          paths.map((path) => toIncoming(path, options.to, resolve(context.home), contracts)),
        );
        assertOneEach(incoming);
        const lake = { ...(await writableLake(context)), contracts };
        await finishInterrupted(context, lake);
        await assertNoRejects(incoming, lake);
        const submitted = await putAll(context, lake, incoming);
        if (context.json) context.document({ submissions: submitted.map((one) => toJson(one, context)) });
        else printPut(context, submitted);
        return submitted.some((one) => one.verdict === 'rejected') ? 2 : 0;
      }),
    );
}

async function toIncoming(
  path: string,
  to: string | undefined,
  home: string,
  contracts: LocalLake['contracts'],
): Promise<Incoming> {
  const fileName = basename(path).normalize('NFC');
  const inIngest = relative(join(home, 'ingest'), path);
  const fromFolder = inIngest.startsWith('..') ? undefined : inIngest.split(sep).slice(0, 3).join('/');
  const target = to ?? (fromFolder !== undefined && inIngest.split(sep).length === 4 ? fromFolder : undefined);
  if (target !== undefined) return { path, fileName, ...parseTarget(target, contracts) };
  return { path, fileName, contract: await guessContract(path, fileName, contracts), period: undefined };
}

export async function finishInterrupted(context: Context, lake: LocalLake): Promise<void> {
  const onProblem = (problem: Bilingual) => process.stderr.write(`${problem[context.lang]}\n`);
  for (const done of await recover(lake, onProblem)) {
    const text = {
      vi: `Hoàn tất tệp bị gián đoạn trước đó: ${done.file} (${verdictWord(done.verdict, 'vi')}).`,
      en: `Finished a file interrupted earlier: ${done.file} (${verdictWord(done.verdict, 'en')}).`,
    };
    process.stderr.write(`${text[context.lang]}\n`);
  }
}

/** submitAll with progress on stderr. */
export async function putAll(context: Context, lake: LocalLake, incoming: readonly Incoming[]): Promise<Submitted[]> {
  const progress = createProgress(incoming.length);
  let done = 0;
  try {
    return await submitAll(incoming, lake, ({ file, done: finished }) => {
      if (finished) progress.step(`${file}: ${verdictWord(finished.verdict, context.lang)}`, ++done);
      else if (process.stderr.isTTY) progress.step(file, done);
    });
  } finally {
    progress.end();
  }
}

const WORDS = {
  accepted: { vi: 'nhận đủ', en: 'accepted' },
  partial: { vi: 'nhận một phần', en: 'partial' },
  rejected: { vi: 'từ chối', en: 'rejected' },
  unchanged: { vi: 'không đổi', en: 'unchanged' },
} as const;

export const verdictWord = (verdict: Submitted['verdict'], lang: 'vi' | 'en'): string => WORDS[verdict][lang];

export function receiptPath(context: Context, submitted: Submitted): string {
  return shortPath(join(context.home, 'receipts', ...submitted.receiptFolder.split('/'), 'receipt.html'));
}

function toJson(submitted: Submitted, context: Context) {
  const { receipt } = submitted;
  return {
    file: submitted.file,
    submission: receipt.submission,
    period: receipt.period,
    verdict: submitted.verdict,
    notes: submitted.notes.map((note) => note[context.lang]),
    rowsIn: receipt.rowsIn,
    rowsAccepted: receipt.rowsAccepted,
    rowsRejected: receipt.rowsRejected,
    findings: receipt.findings.map((finding) => ({
      ...finding,
      expected: finding.expected[context.lang],
      message: finding.message[context.lang],
    })),
    findingCount: receipt.findingCount,
    former: receipt.former,
    snapshot: receipt.snapshot,
    version: receipt.version,
    receipt: receiptPath(context, submitted),
  };
}

/** The table at the end: file, verdict, rows in, accepted, set aside. */
export function submissionTable(context: Context, submitted: readonly Submitted[]): string {
  const titles =
    context.lang === 'vi'
      ? ['Tệp', 'Kết quả', 'Dòng vào', 'Nhận', 'Để riêng']
      : ['File', 'Verdict', 'Rows in', 'Accepted', 'Set aside'];
  const number = (value: number) => value.toLocaleString(context.lang === 'vi' ? 'vi-VN' : 'en-GB');
  return textTable(
    titles.map((title, i) => ({ title, align: i < 2 ? 'left' : 'right' })),
    submitted.map(({ file, verdict, receipt }) => [
      file,
      verdictWord(verdict, context.lang),
      number(receipt.rowsIn),
      number(receipt.rowsAccepted),
      number(receipt.rowsRejected),
    ]),
  );
}

function printPut(context: Context, submitted: readonly Submitted[]): void {
  context.say(submissionTable(context, submitted));
  for (const one of submitted) {
    const { receipt } = one;
    const shown = firstFindings(receipt);
    const known = [...one.notes, ...formerNote(one)];
    if (shown.length + known.length > 0) context.say(`\n${one.file}:`);
    for (const note of known) context.say(`  ${note[context.lang]}`);
    for (const finding of shown) context.say(`  ${findingLine(finding, context.lang)}`);
    const more = receipt.findingCount - shown.length;
    if (more > 0)
      tell(context, { vi: `  … và ${more} chỗ nữa, xem biên nhận.`, en: `  … and ${more} more, see the receipt.` });
    tell(context, { vi: `  Biên nhận: ${receiptPath(context, one)}`, en: `  Receipt: ${receiptPath(context, one)}` });
  }
}

/** What this sending did to the rows that were there before. */
function formerNote({ verdict, receipt }: Submitted): Bilingual[] {
  const { former, submission } = receipt;
  if (!former || verdict === 'unchanged') return [];
  if (former.state === 'kept') {
    return [
      {
        vi: `Bản trước ${former.version} (${former.rows} dòng) của ${submission} vẫn giữ nguyên.`,
        en: `The former version ${former.version} (${former.rows} rows) of ${submission} stays as it was.`,
      },
    ];
  }
  return [
    {
      vi: `Đã thay bản trước ${former.version} (${former.rows} dòng) của ${submission} bằng ${receipt.rowsAccepted} dòng của tệp này.`,
      en: `It replaces the former version ${former.version} (${former.rows} rows) of ${submission} by the ${receipt.rowsAccepted} rows of this file.`,
    },
  ];
}

const firstFindings = (receipt: Receipt) => receipt.findings.slice(0, 5);
