// put: takes files in, judges them, makes the good rows visible, writes receipts.
import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { Command } from 'commander';
import { InputError } from '../../lake/errors';
import { parseTarget } from '../../lake/submission/key';
import type { Receipt } from '../../lake/submission/receipt';
import { type Incoming, recover, type Submitted, submitAll } from '../../lake/submission/submit';
import { nearest } from '../../lake/text';
import { type Context, type LocalLake, tell, writableLake } from '../context';
import { guessContract } from '../guess-contract';
import type { Action } from '../main';
import { createProgress } from '../progress';
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
        const lake = await writableLake(context);
        const incoming = await Promise.all(paths.map((path) => toIncoming(path, options.to, lake)));
        await finishInterrupted(context, lake);
        const submitted = await putAll(context, lake, incoming);
        if (context.json) context.document({ submissions: submitted.map((one) => toJson(one, context)) });
        else printPut(context, submitted);
        return submitted.some((one) => one.verdict === 'rejected') ? 2 : 0;
      }),
    );
}

/** Files named, and files inside folders named. @throws InputError naming the nearest file there is */
export function expandFiles(names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const path = resolve(name);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats?.isFile()) return [path];
    if (stats?.isDirectory()) {
      return readdirSync(path, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
        .map((entry) => join(entry.parentPath, entry.name))
        .sort();
    }
    const folder = dirname(path);
    const siblings = statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(folder) : [];
    const near = nearest(basename(path), siblings);
    throw new InputError('E_FILE', {
      vi: `Không có tệp “${name}”.${near ? ` Gần nhất: “${join(dirname(name), near)}”.` : ''} Kiểm tra đường dẫn rồi chạy lại.`,
      en: `There is no file “${name}”.${near ? ` Nearest: “${join(dirname(name), near)}”.` : ''} Check the path and run again.`,
    });
  });
}

async function toIncoming(path: string, to: string | undefined, lake: LocalLake): Promise<Incoming> {
  const fileName = basename(path).normalize('NFC');
  const inIngest = relative(join(lake.ports.dir, 'ingest'), path);
  const fromFolder = inIngest.startsWith('..') ? undefined : inIngest.split(sep).slice(0, 3).join('/');
  const target = to ?? (fromFolder !== undefined && inIngest.split(sep).length === 4 ? fromFolder : undefined);
  if (target !== undefined) return { path, fileName, ...parseTarget(target, lake.contracts) };
  return { path, fileName, contract: await guessContract(path, fileName, lake.contracts), period: undefined };
}

export async function finishInterrupted(context: Context, lake: LocalLake): Promise<void> {
  for (const done of await recover(lake)) {
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
  const path = join(context.home, 'receipts', ...submitted.receiptFolder.split('/'), 'receipt.html');
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
}

function toJson(submitted: Submitted, context: Context) {
  const { receipt } = submitted;
  return {
    file: submitted.file,
    submission: receipt.submission,
    verdict: submitted.verdict,
    rowsIn: receipt.rowsIn,
    rowsAccepted: receipt.rowsAccepted,
    rowsRejected: receipt.rowsRejected,
    findings: receipt.findings.map((finding) => ({
      ...finding,
      expected: finding.expected[context.lang],
      message: finding.message[context.lang],
    })),
    findingCount: receipt.findingCount,
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
    if (shown.length > 0) context.say(`\n${one.file}:`);
    for (const finding of shown) context.say(`  ${finding.message[context.lang]}`);
    const more = receipt.findingCount - shown.length;
    if (more > 0)
      tell(context, { vi: `  … và ${more} lỗi nữa, xem biên nhận.`, en: `  … and ${more} more, see the receipt.` });
    tell(context, { vi: `  Biên nhận: ${receiptPath(context, one)}`, en: `  Receipt: ${receiptPath(context, one)}` });
  }
}

const firstFindings = (receipt: Receipt) => receipt.findings.slice(0, 5);
