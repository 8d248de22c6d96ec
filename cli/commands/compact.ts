// compact: many small files of closed periods become few large ones.
import type { Command } from 'commander';
import { isClosedPeriod } from '../../lake/submission/key';
import { type Compacted, type CompactRequest, compact } from '../../lake/table/compact';
import { type TablePorts, tablePorts } from '../../lake/table/transact';
import { visibly } from '../../platform/local/at-work';
import { type Context, tell } from '../context';
import { parseCount, sizeText } from '../flags';
import { withSettledLake } from '../lake';
import type { Action } from '../main';
import { createProgress, type Progress } from '../progress';
import { chooseTables } from '../table-names';
import { textTable } from '../text-table';

type Line = Compacted & { readonly table: string };

export function register(program: Command, action: Action): void {
  program
    .command('compact')
    .description('gộp các tệp nhỏ của kỳ đã khép · merge small files of closed periods')
    .argument('[table...]', 'default: every table')
    .option('--all', 'periods that are still running too')
    .option('--min-files <n>', 'leave periods with fewer small files alone', '2')
    .addHelpText(
      'after',
      `
Ví dụ · examples:
  tamgiang compact
  tamgiang compact so_lieu_quan_trac --all --min-files 8
  tamgiang compact --aws hue

Số dòng, nguồn gốc từng dòng và lịch sử giữ nguyên; tệp cũ ở lại cho tới khi “tamgiang expire”.
Rows, their lineage and the history stay as they are; the old files stay until “tamgiang expire”.`,
    )
    .action(
      action(async (context, names: string[], options: { all?: true; minFiles: string }) => {
        const minFiles = parseCount('--min-files', options.minFiles, 2);
        const { lines, tables } = await withSettledLake(context, async ({ ports, ...lake }) => {
          const chosen = await chooseTables(names, { ports, ...lake });
          const now = ports.clock.now();
          const isClosed = options.all ? () => true : (period: string | null) => isClosedPeriod(period, now);
          const done: Line[] = [];
          await visibly(ports, async () => {
            for (const table of chosen)
              done.push(...(await compactOne({ table, isClosed, minFiles }, tablePorts(ports))));
          });
          return { lines: done, tables: chosen };
        });
        if (context.json) context.document({ compacted: lines });
        else print(context, lines, tables.length);
        return 0;
      }),
    );
}

async function compactOne(request: CompactRequest, ports: TablePorts): Promise<Line[]> {
  let progress: Progress | undefined;
  const onStep = (done: number, of: number) => {
    progress ??= createProgress(of);
    if (of > 0) progress.step(request.table, done);
  };
  const done = await compact({ ...request, onStep }, ports);
  progress?.end();
  return done.map((one) => ({ table: request.table, ...one }));
}

function print(context: Context, lines: readonly Line[], tables: number): void {
  const { lang } = context;
  if (lines.length === 0) {
    tell(context, {
      vi: `Không có gì để gộp trong ${tables} bảng: kỳ đã khép không có tệp nhỏ (--all: cả kỳ đang chạy).`,
      en: `Nothing to merge in ${tables} tables: no closed period has small files (--all: running periods too).`,
    });
    return;
  }
  const words = {
    compacted: { vi: 'đã gộp', en: 'merged' },
    aborted: { vi: 'bỏ qua: có người vừa ghi', en: 'left: somebody wrote meanwhile' },
    large: { vi: 'để nguyên: mỗi tệp trên 512 MB là một bài gửi', en: 'left: a file above 512 MB is one submission' },
  };
  const titles =
    lang === 'vi'
      ? ['Bảng', 'Kỳ', 'Kết quả', 'Tệp trước', 'Tệp sau', 'Trước', 'Sau', 'Dòng']
      : ['Table', 'Period', 'Outcome', 'Files before', 'Files after', 'Before', 'After', 'Rows'];
  context.say(
    textTable(
      titles.map((title, i) => ({ title, align: i > 2 ? 'right' : 'left' })),
      lines.map((line) => [
        line.table,
        line.period ?? '–',
        words[line.outcome][lang],
        String(line.filesBefore),
        String(line.filesAfter),
        sizeText(line.bytesBefore, lang),
        sizeText(line.bytesAfter, lang),
        String(line.rows),
      ]),
    ),
  );
}
