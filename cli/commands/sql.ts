// sql: a reading question to the warehouse.
import { tableToIPC } from 'apache-arrow';
import type { Command } from 'commander';
import { InputError } from '../../lake/errors';
import { arrowToCsv, arrowToJson } from '../../lake/warehouse/json';
import { resolveAsOf } from '../as-of';
import { type Context, readableLake } from '../context';
import type { Action } from '../main';
import { textTable } from '../text-table';
import { openLakeWarehouse } from '../warehouse';

const FORMATS = ['table', 'csv', 'json', 'arrow'] as const;
type Format = (typeof FORMATS)[number];
/** Rows a terminal is asked to show. */
const SHOWN_ROWS = 200;

export function register(program: Command, action: Action): void {
  program
    .command('sql')
    .description('hỏi kho dữ liệu dùng chung bằng SQL, chỉ đọc · ask the warehouse, read-only')
    .argument('<question>', 'one SELECT; tables are named by dataset, see “tamgiang tables”')
    .option('--as-of <snapshot|time>', 'the tables as they were at a snapshot or a time (Vietnamese time)')
    .option('--format <format>', FORMATS.join(' | '))
    .addHelpText(
      'after',
      `
Ví dụ · examples:
  tamgiang sql "select ky_du_lieu, count(*) from don_vi_hanh_chinh group by 1 order by 1"
  tamgiang sql "select * from kpi_ho_so_dung_han limit 5" --format json
  tamgiang sql "select count(*) from gia_thi_truong" --as-of "2026-11-01 08:00"`,
    )
    .action(
      action(async (context, question: string, options: { asOf?: string; format?: string }) => {
        const format = parseFormat(options.format, context);
        const lake = readableLake(context);
        const at = options.asOf === undefined ? undefined : await resolveAsOf(options.asOf, lake);
        const warehouse = await openLakeWarehouse(context, lake, at);
        try {
          const answer = await warehouse.query(question);
          if (format === 'json') context.document(arrowToJson(answer));
          else if (format === 'csv') process.stdout.write(arrowToCsv(answer));
          else if (format === 'arrow') process.stdout.write(tableToIPC(answer, 'stream'));
          else printTable(context, arrowToJson(answer));
          return 0;
        } finally {
          await warehouse.close();
        }
      }),
    );
}

function parseFormat(format: string | undefined, context: Context): Format {
  const chosen = format ?? (context.json ? 'json' : 'table');
  const known = FORMATS.find((candidate) => candidate === chosen);
  if (known) return known;
  throw new InputError('E_FLAG', {
    vi: `--format “${chosen}” không đúng; cần một trong: ${FORMATS.join(', ')}.`,
    en: `--format “${chosen}” is not valid; expected one of: ${FORMATS.join(', ')}.`,
  });
}

function printTable(context: Context, answer: ReturnType<typeof arrowToJson>): void {
  const rows = answer.rows
    .slice(0, SHOWN_ROWS)
    .map((row) => row.map((value) => (value === null ? '∅' : Array.isArray(value) ? value.join(', ') : String(value))));
  const columns = answer.columns.map(({ name, type }) => ({
    title: name,
    align: /^(int|long|double|decimal)/.test(type) ? ('right' as const) : ('left' as const),
  }));
  context.say(textTable(columns, rows));
  const more = answer.rows.length - rows.length;
  const vi = `${answer.rows.length} dòng${more > 0 ? `, hiện ${rows.length}; xem đủ bằng --format csv` : ''}`;
  const en = `${answer.rows.length} rows${more > 0 ? `, ${rows.length} shown; see all with --format csv` : ''}`;
  context.say(context.lang === 'vi' ? vi : en);
}
