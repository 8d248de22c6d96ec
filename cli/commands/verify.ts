// verify: holds the whole lake against its promises.
import type { Command } from 'commander';
import { verifyLake } from '../../platform/local/verify';
import { readableLake, tell } from '../context';
import type { Action } from '../main';

export function register(program: Command, action: Action): void {
  program
    .command('verify')
    .description('kiểm tra toàn bộ hồ: tệp, tổng số dòng, nguồn gốc · check files, sums and lineage of the whole lake')
    .addHelpText(
      'after',
      '\nVí dụ · example:\n  tamgiang verify --json\n\nThoát 0 khi mọi kiểm tra đúng, 1 khi có sai lệch · exit 0 when all hold, 1 when any fails',
    )
    .action(
      action(async (context) => {
        const checks = await verifyLake(readableLake(context));
        const ok = checks.every((one) => one.ok);
        if (context.json) context.document({ ok, checks });
        else {
          for (const one of checks) context.say(`${one.ok ? '✓' : '✗'} ${one.name}: ${one.detail}`);
          const wrong = checks.filter((one) => !one.ok).length;
          tell(
            context,
            ok
              ? { vi: `Mọi kiểm tra đều đúng (${checks.length}).`, en: `All ${checks.length} checks hold.` }
              : {
                  vi: `${wrong} trên ${checks.length} kiểm tra không đúng.`,
                  en: `${wrong} of ${checks.length} checks fail.`,
                },
          );
        }
        return ok ? 0 : 1;
      }),
    );
}
