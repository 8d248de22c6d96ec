// erase: takes a person out of every table, file and answer, and issues the certificate.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { type Certificate, pageKey } from '../../lake/erasure/certificate';
import { PLACE_WORDS } from '../../lake/erasure/certificate-page';
import { type EraseStep, type ErasureRequest, erasable, erase } from '../../lake/erasure/erase';
import { PLACES } from '../../lake/erasure/journal';
import type { ErasurePlaces } from '../../lake/erasure/places';
import { type Survey, survey } from '../../lake/erasure/survey';
import { type Bilingual, InputError } from '../../lake/errors';
import { visibly } from '../../platform/local/at-work';
import { localPlaces } from '../../platform/local/erasure-places';
import { type Context, tell } from '../context';
import { type OpenLake, placeOf, withLake } from '../lake';
import type { Action } from '../main';
import { refreshLake } from '../refresh';
import { shortPath } from '../short-path';
import { textTable } from '../text-table';

interface Options {
  readonly subject: string;
  readonly dataset?: readonly string[];
  readonly reason: string;
  readonly requestId?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

export function register(program: Command, action: Action): void {
  program
    .command('erase')
    .description('xóa dữ liệu của một người ở mọi nơi · erase a person everywhere')
    .requiredOption('--subject <number>', 'personal identity or tax number; “-” reads it from standard input')
    .option(
      '--dataset <name>',
      'only this dataset; may be given several times (default: every dataset with a subjectId column)',
      (name: string, before: readonly string[] | undefined) => [...(before ?? []), name],
    )
    .requiredOption('--reason <text>', 'goes on the certificate: number of the letter or application, never a name')
    .option('--request-id <id>', 'id of the request (default: made by the lake, the same for the same person)')
    .option('--dry-run', 'only say where the person is found')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      `
Không hoàn tác được. Lệnh bị ngắt thì chạy lại: làm tiếp từ chỗ dở.
Số viết thẳng trên dòng lệnh nằm lại trong lịch sử lệnh của máy; dùng “--subject -” để nhập số từ bàn phím hoặc tệp.
It cannot be undone. Interrupted, it goes on when run again. A number typed on the command line stays in the shell's
history; “--subject -” reads it from standard input instead.
Trên AWS, trước khi cấp xác nhận, lệnh đợi tới 16 phút cho các hàm đang chạy kết thúc rồi tìm lại lần nữa.
On AWS it waits up to 16 minutes before the certificate, until functions at work have ended, and searches once more.

Ví dụ · examples:
  tamgiang erase --subject - --reason "Đơn 12/2026" --dry-run
  tamgiang erase --subject - --reason "Đơn 12/2026" --yes < so.txt
  tamgiang erase --subject 046000000000 --dataset ho_so_tthc --reason "Công văn 34/VP" --request-id CV-34
  tamgiang erase --subject - --reason "Đơn 12/2026" --yes --aws hue < so.txt`,
    )
    .action(
      action((context, options: Options) => {
        const request = requestOf(options);
        if (options.dryRun) return withLake(context, 'read', (lake) => dryRun(context, request, lake));
        return withLake(context, 'write', async (opened) => {
          erasable(request, opened);
          const { lake, places } = await erasing(context, opened);
          if (options.yes !== true) await confirm(context, request, lake, places);
          const certificate = await visibly(lake.ports, () => erase(request, lake, reporter(context), places));
          print(context, certificate, placeOf('control', pageKey(certificate.requestId), lake));
          return 0;
        });
      }),
    );
}

interface ErasingLake {
  readonly lake: OpenLake;
  readonly places: ErasurePlaces;
}

async function erasing(context: Context, lake: OpenLake): Promise<ErasingLake> {
  if (lake.aws) return (await import('../erase-aws')).erasingOnAws(lake);
  const places = localPlaces(lake, async () => {
    await refreshLake(context, lake);
    return 0;
  });
  return { lake, places };
}

function requestOf({ subject, dataset, reason, requestId }: Options): ErasureRequest {
  return {
    subject: subject === '-' ? readFileSync(0, 'utf8').trim() : subject,
    reason,
    ...(dataset === undefined ? {} : { datasets: dataset }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

const STEPS: Readonly<Record<EraseStep['what'], Bilingual>> = {
  fence: { vi: 'Chặn dữ liệu mới', en: 'Closing the table to the person' },
  table: { vi: 'Viết lại tệp số liệu đang dùng', en: 'Rewriting live data files' },
  history: { vi: 'Bỏ các trạng thái cũ', en: 'Dropping former states' },
  files: { vi: 'Tệp gốc, biên nhận, dòng để riêng', en: 'Raw files, receipts, rows set aside' },
  derived: { vi: 'Tính lại bảng chuyên đề', en: 'Computing marts anew' },
  places: { vi: 'Thư mục nhận tệp, báo cáo', en: 'Incoming folder, reports' },
  probe: { vi: 'Kiểm tra lại toàn bộ hồ dữ liệu', en: 'Searching the whole lake again' },
  outlast: {
    vi: 'Hàm đang chạy còn có thể ghi; số phút phải đợi',
    en: 'Functions at work may still write; minutes to wait',
  },
};

/** One line a step; on a terminal the line counts along. */
function reporter(context: Context): (step: EraseStep) => void {
  let last = '';
  const { stderr } = process;
  return ({ what, dataset, done, of }) => {
    const name = `${STEPS[what][context.lang]}${dataset === '' ? '' : ` (${dataset})`}`;
    if (stderr.isTTY) stderr.write(`\r\u001b[2K${name} ${of > 1 ? `${done}/${of}` : ''}`);
    else if (name !== last) stderr.write(`${name}${what === 'outlast' ? `: ${of}` : ''}\n`);
    last = name;
    if (stderr.isTTY && what === 'probe' && done === of) stderr.write('\r\u001b[2K');
  };
}

async function dryRun(context: Context, request: ErasureRequest, lake: OpenLake): Promise<number> {
  const { places } = await erasing(context, lake);
  const report = reporter(context);
  const step = (done: number, of: number) => report({ what: 'probe', dataset: '', done, of });
  const found = await survey(request, lake, places, step);
  if (context.json) context.document({ dryRun: true, ...found });
  else printSurvey(context, found);
  return 0;
}

const OTHER: Bilingual = { vi: 'Nơi khác', en: 'Elsewhere' };

const number = (value: number, { lang }: Context) => value.toLocaleString(lang === 'vi' ? 'vi-VN' : 'en-GB');

function printSurvey(context: Context, found: Survey): void {
  const { lang } = context;
  tell(context, {
    vi: `Chạy thử, chưa xóa gì. Đã tìm trong ${number(found.searched, context)} tệp; các bộ dữ liệu: ${found.datasets.join(', ')}.`,
    en: `A dry run, nothing was erased. ${number(found.searched, context)} files were searched; datasets: ${found.datasets.join(', ')}.`,
  });
  if (found.places.length === 0)
    tell(context, { vi: 'Không tìm thấy số này ở đâu.', en: 'The number stands nowhere.' });
  else
    context.say(
      placeTable(
        context,
        lang === 'vi' ? 'Dòng/lần' : 'Rows/times',
        found.places.map(({ place, files, matches }) => [
          place === 'other' ? OTHER : PLACE_WORDS[place],
          matches,
          files,
        ]),
      ),
    );
  if (found.notSearchable > 0)
    tell(context, {
      vi: `${found.notSearchable} tệp không đọc được nội dung (sổ tính cũ, PDF).`,
      en: `${found.notSearchable} files cannot be looked into (old workbooks, PDF).`,
    });
}

function placeTable(context: Context, title: string, rows: readonly (readonly [Bilingual, number, number])[]): string {
  const { lang } = context;
  return textTable(
    [
      { title: lang === 'vi' ? 'Nơi' : 'Place' },
      { title, align: 'right' },
      { title: lang === 'vi' ? 'Tệp' : 'Files', align: 'right' },
    ],
    rows.map(([words, count, files]) => [words[lang], number(count, context), number(files, context)]),
  );
}

/** @throws InputError E_CONFIRM */
async function confirm(
  context: Context,
  request: ErasureRequest,
  lake: OpenLake,
  places: ErasurePlaces,
): Promise<void> {
  const refusal = (text: Bilingual) => new InputError('E_CONFIRM', text);
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw refusal({
      vi: 'Xóa không hoàn tác được: thêm --yes để xác nhận, hoặc --dry-run để xem trước.',
      en: 'Erasing cannot be undone: add --yes to confirm, or --dry-run to look first.',
    });
  printSurvey(context, await survey(request, lake, places));
  const word = context.lang === 'vi' ? 'XOA' : 'ERASE';
  const ask = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const question = {
      vi: `Không hoàn tác được. Gõ ${word} để xóa: `,
      en: `It cannot be undone. Type ${word} to erase: `,
    };
    if ((await ask.question(question[context.lang])).trim().toUpperCase() === word) return;
  } finally {
    ask.close();
  }
  throw refusal({ vi: 'Đã dừng, chưa xóa gì.', en: 'Stopped, nothing was erased.' });
}

function print(context: Context, certificate: Certificate, page: string): void {
  if (context.json) {
    context.document({ ...certificate, certificate: shortPath(page) });
    return;
  }
  const rows = PLACES.flatMap((place): (readonly [Bilingual, number, number])[] => {
    const count = certificate.removed[place];
    return count ? [[PLACE_WORDS[place], count.rows, count.files]] : [];
  });
  if (rows.length > 0) context.say(placeTable(context, context.lang === 'vi' ? 'Dòng' : 'Rows', rows));
  else
    tell(context, {
      vi: 'Hồ dữ liệu không có dữ liệu của người này.',
      en: 'The lake held no data of this person.',
    });
  for (const tag of certificate.retiredTags)
    tell(context, {
      vi: `Bản phát hành không còn dùng được: ${tag}`,
      en: `Release that can no longer be used: ${tag}`,
    });
  tell(context, {
    vi: `Đã tìm lại trong ${number(certificate.probe.files, context)} tệp: không còn ở đâu. Yêu cầu ${certificate.requestId}.`,
    en: `${number(certificate.probe.files, context)} files were searched again: it stands nowhere. Request ${certificate.requestId}.`,
  });
  if (certificate.removed.reports && context.aws !== undefined)
    tell(context, {
      vi: 'Báo cáo có số này đã bị xóa; hàm report lập lại theo lịch.',
      en: 'Reports that showed the number were deleted; the function report makes them again on its schedule.',
    });
  else if (certificate.removed.reports)
    tell(context, {
      vi: 'Báo cáo có số này đã bị xóa; lập lại bằng “tamgiang report”.',
      en: 'Reports that showed the number were deleted; make them again with “tamgiang report”.',
    });
  tell(context, { vi: `Xác nhận: ${shortPath(page)}`, en: `Certificate: ${shortPath(page)}` });
}
