// retract: takes back what was sent, with a reason.
import type { Command } from 'commander';
import { type Bilingual, InputError } from '../../lake/errors';
import type { Live } from '../../lake/submission/live';
import { retract } from '../../lake/submission/retract';
import { visibly } from '../../platform/local/at-work';
import { type Context, tell } from '../context';
import { withSettledLake } from '../lake';
import type { Action } from '../main';

const MAX_REASON = 500;

export function register(program: Command, action: Action): void {
  program
    .command('retract')
    .description('rút lại số liệu đã gửi · take back what was sent')
    .argument('<agency/dataset/period[/part]>', 'the submission, as receipts and “tamgiang history” name it')
    .requiredOption('--reason <text>', 'why; kept with the request')
    .option(
      '--only <version>',
      'take back this version only, the one before it is shown again; may be repeated (default: every version)',
      (id: string, ids: string[]) => [...ids, id],
      [],
    )
    .addHelpText(
      'after',
      `
Ví dụ · examples:
  tamgiang retract so_cong_thuong/gia_thi_truong/2026-10 --reason "gửi nhầm kỳ"
  tamgiang retract so_cong_thuong/gia_thi_truong/2026-10 --only 000002-9298af17e06e --reason "gửi nhầm tệp"
  tamgiang retract so_cong_thuong/gia_thi_truong/2026-10 --reason "gửi nhầm kỳ" --aws hue

Tệp gốc và lịch sử vẫn được giữ. Muốn hoàn tác: gửi lại tệp bằng tamgiang put.
Raw files and history are kept. To undo: send the file again with tamgiang put.`,
    )
    .action(
      action(async (context, key: string, options: { reason: string; only: string[] }) => {
        const reason = options.reason.trim();
        if (reason === '' || reason.length > MAX_REASON) {
          throw new InputError('E_FLAG', {
            vi: `--reason cần một lý do, không quá ${MAX_REASON} chữ.`,
            en: `--reason needs a reason of at most ${MAX_REASON} letters.`,
          });
        }
        const submission = key
          .split('/')
          .filter((part) => part !== '')
          .join('/');
        const versions = options.only.length > 0 ? { versions: options.only } : {};
        const result = await withSettledLake(context, async (lake) => {
          const done = await visibly(lake.ports, () => retract({ submission, reason, ...versions }, lake));
          if (lake.aws) await (await import('../aws-home')).askForRefresh(lake);
          return done;
        });
        const { before = null, after = null } = result;
        if (context.json)
          context.document({
            submission,
            retracted: result.versions,
            reason,
            before: shown(before),
            after: shown(after),
          });
        else {
          const count = result.versions.length;
          tell(
            context,
            count === 0
              ? {
                  vi: `${submission}: các bản này đã được rút lại từ trước.`,
                  en: `${submission}: taken back before, nothing changed.`,
                }
              : {
                  vi: `Đã rút lại ${count} bản của ${submission}: ${result.versions.join(', ')}.`,
                  en: `Took back ${count} versions of ${submission}: ${result.versions.join(', ')}.`,
                },
          );
          say(context, before, { vi: 'Trước', en: 'Before' });
          say(context, after, { vi: 'Bây giờ', en: 'Now' });
          tell(context, afterwards(submission.split('/').slice(0, 3).join('/'), context.aws !== undefined));
        }
        return 0;
      }),
    );
}

function afterwards(slot: string, isAws: boolean): Bilingual {
  if (isAws)
    return {
      vi: `Muốn hoàn tác, gửi lại tệp vào ${slot}/ của kho nhận tệp. Bảng chuyên đề được tính lại trong vòng một khắc.`,
      en: `To undo, send the file again to ${slot}/ of the ingest bucket. Marts are computed anew within a quarter of an hour.`,
    };
  return {
    vi: `Muốn hoàn tác, gửi lại tệp: tamgiang put TỆP --to ${slot}. Bảng chuyên đề: tamgiang refresh.`,
    en: `To undo, send the file again: tamgiang put FILE --to ${slot}. Marts: tamgiang refresh.`,
  };
}

const shown = (live: Live | null) => live && { version: live.version, rows: live.rows };

function say(context: Context, live: Live | null, when: Bilingual): void {
  tell(
    context,
    live
      ? {
          vi: `${when.vi}: bản ${live.version}, ${live.rows} dòng.`,
          en: `${when.en}: version ${live.version}, ${live.rows} rows.`,
        }
      : { vi: `${when.vi}: không hiển thị dòng nào.`, en: `${when.en}: no row is visible.` },
  );
}
