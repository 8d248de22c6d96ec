// history: the snapshots of a table, oldest first.
import type { Command } from 'commander';
import { InputError } from '../../lake/errors';
import { history } from '../../lake/table/plan';
import { nearest } from '../../lake/text';
import { type LocalLake, readableLake } from '../context';
import type { Action } from '../main';
import { textTable } from '../text-table';
import { vietnamTime } from '../vietnam-time';

export function register(program: Command, action: Action): void {
  program
    .command('history')
    .description('lịch sử các lần ghi của một bảng · the snapshots of a table')
    .argument('<table>')
    .addHelpText('after', '\nVí dụ · example:\n  tamgiang history gia_thi_truong')
    .action(
      action(async (context, table: string) => {
        const head = await loadTable(table, readableLake(context));
        const entries = history(head.metadata);
        if (context.json) context.document({ table, snapshots: entries });
        else {
          const titles =
            context.lang === 'vi'
              ? ['Lần ghi', 'Lúc (giờ Việt Nam)', 'Thao tác', 'Thêm', 'Bớt', 'Tổng', 'Bài gửi']
              : ['Snapshot', 'At (Vietnamese time)', 'Operation', 'Added', 'Deleted', 'Total', 'Submissions'];
          const rows = entries.map((entry) => [
            `${entry.snapshotId}${entry.isCurrent ? ' ←' : ''}`,
            vietnamTime(Date.parse(entry.committedAt)),
            entry.operation,
            String(entry.addedRows),
            String(entry.deletedRows),
            String(entry.totalRows),
            entry.submissions.join(', '),
          ]);
          context.say(
            textTable(
              titles.map((title, i) => ({ title, align: i >= 3 && i <= 5 ? 'right' : 'left' })),
              rows,
              60,
            ),
          );
        }
        return 0;
      }),
    );
}

/** @throws InputError E_TABLE naming the nearest one */
export async function loadTable(table: string, lake: LocalLake) {
  const { catalog } = lake.ports;
  const names = await catalog.list();
  const head = names.includes(table) ? await catalog.load(table) : undefined;
  if (head) return head;
  const near = nearest(table, names);
  throw new InputError('E_TABLE', {
    vi: `Chưa có bảng “${table}” trong hồ.${near ? ` Gần nhất: ${near}.` : ''} Các bảng: ${names.join(', ') || 'chưa có'}.`,
    en: `The lake has no table “${table}”.${near ? ` Nearest: ${near}.` : ''} Tables: ${names.join(', ') || 'none yet'}.`,
  });
}
