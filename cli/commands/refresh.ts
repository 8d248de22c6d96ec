// refresh: computes marts and KPIs anew from the datasets.
import type { Command } from 'commander';
import { openHome } from '../../platform/local/home';
import { writableLake } from '../context';
import type { Action } from '../main';
import { refreshLake } from '../refresh';
import { textTable } from '../text-table';
import { finishInterrupted } from './put';

export function register(program: Command, action: Action): void {
  program
    .command('refresh')
    .description('tính lại các bảng chuyên đề và chỉ tiêu · compute marts and KPIs anew')
    .addHelpText('after', '\nVí dụ · example:\n  tamgiang refresh')
    .action(
      action(async (context) => {
        openHome(context.home);
        const lake = await writableLake(context);
        await finishInterrupted(context, lake);
        const refreshed = await refreshLake(context, lake);
        if (context.json) context.document({ refreshed });
        else {
          const words =
            context.lang === 'vi'
              ? { changed: 'tính lại', same: 'không đổi' }
              : { changed: 'computed', same: 'unchanged' };
          const titles =
            context.lang === 'vi' ? ['Bảng', 'Dòng', 'Kết quả', 'Lần ghi'] : ['Table', 'Rows', 'Outcome', 'Snapshot'];
          context.say(
            textTable(
              titles.map((title, i) => ({ title, align: i === 1 ? 'right' : 'left' })),
              refreshed.map((one) => [
                one.model,
                String(one.rows),
                one.changed ? words.changed : words.same,
                one.snapshot,
              ]),
            ),
          );
        }
        return 0;
      }),
    );
}
