// report: writes the leaders' page of a period.
import { relative } from 'node:path';
import type { Command } from 'commander';
import { InputError } from '../../lake/errors';
import { lastMonth, REPORT_NAME } from '../../lake/report/made-files';
import { openHome } from '../../platform/local/home';
import { systemClock } from '../../platform/local/system';
import { readMap } from '../commune-map';
import { tell, writableLake } from '../context';
import { writeLeadersReport } from '../leaders-report';
import type { Action } from '../main';
import { refreshLake } from '../refresh';
import { finishInterrupted } from './put';

export function register(program: Command, action: Action): void {
  program
    .command('report')
    .description('lập trang số liệu cho lãnh đạo · write the leaders’ page')
    .argument('[name]', 'which report', REPORT_NAME)
    .option('--period <yyyy-MM>', 'default: last month')
    .option('--map <file>', 'GeoJSON of the communes (properties.code, properties.name)')
    .addHelpText('after', `\nVí dụ · example:\n  tamgiang report ${REPORT_NAME} --period 2026-10`)
    .action(
      action(async (context, name: string, options: { period?: string; map?: string }) => {
        if (name !== REPORT_NAME) {
          throw new InputError('E_REPORT', {
            vi: `Không có báo cáo “${name}”; hiện có: ${REPORT_NAME}.`,
            en: `There is no report “${name}”; there is: ${REPORT_NAME}.`,
          });
        }
        const period = options.period ?? lastMonth(systemClock.now());
        if (!/^(19|20)\d{2}-(0[1-9]|1[0-2])$/.test(period)) {
          throw new InputError('E_PERIOD', {
            vi: `--period “${period}” không đúng; cần dạng yyyy-MM, ví dụ 2026-10.`,
            en: `--period “${period}” is not valid; expected yyyy-MM, for example 2026-10.`,
          });
        }
        if (options.map !== undefined) readMap(options.map);
        openHome(context.home);
        const lake = await writableLake(context);
        await finishInterrupted(context, lake);
        await refreshLake(context, lake);
        const written = await writeLeadersReport(context, lake, period, options.map);
        if (context.json)
          context.document({
            report: name,
            period,
            html: written.html,
            htmlEn: written.htmlEn,
            json: written.json,
            figures: written.page.figures,
          });
        else
          tell(context, {
            vi: `Đã lập trang số liệu kỳ ${period}: ${relative(process.cwd(), written.html)}`,
            en: `The page of ${period} is written: ${relative(process.cwd(), written.htmlEn)}`,
          });
        return 0;
      }),
    );
}
