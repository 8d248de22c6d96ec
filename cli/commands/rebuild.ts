// rebuild: the curated zone anew from the raw files, compared with the old one before it takes its place.
import type { Command } from 'commander';
import { reconcile } from '../../lake/submission/reconcile';
import { openHome } from '../../platform/local/home';
import { loadModels } from '../../platform/local/models';
import { type Rebuilt, type RebuiltTable, rebuild } from '../../platform/local/rebuild';
import { type Context, type LocalLake, tell, writableLake } from '../context';
import type { Action } from '../main';
import { createProgress, type Progress } from '../progress';
import { refreshLake } from '../refresh';
import { textTable } from '../text-table';
import { finishInterrupted } from './put';

interface Options {
  readonly check?: true;
  readonly force?: true;
  readonly discard?: true;
}

const SHOWN = 20;

export function register(program: Command, action: Action): void {
  program
    .command('rebuild')
    .description('dựng lại bảng từ tệp gốc, so từng dòng với bảng cũ · make tables anew from raw, compare the rows')
    .argument('[dataset...]', 'default: every dataset')
    .option('--check', 'only build beside and compare; change nothing')
    .option('--force', 'take the new tables even though rows differ')
    .option('--discard', 'delete the old zone instead of keeping it as curated.before-…')
    .addHelpText(
      'after',
      `
Ví dụ · examples:
  tamgiang rebuild --check
  tamgiang rebuild gia_thi_truong
  tamgiang rebuild gia_thi_truong --force

Bảng mới chỉ thay bảng cũ khi các dòng giống hệt nhau, khi bảng cũ không đọc được nữa, hoặc với --force. Bảng cũ được giữ
cạnh đó (curated.before-…). Lịch sử của bảng mới bắt đầu lại từ đầu; lịch sử cũ nằm trong bản được giữ. Ai đã được xóa dữ
liệu thì không trở lại.
The new tables take the old ones’ place only when the rows are equal, when the old ones cannot be read any more, or with
--force. The old zone is kept beside (curated.before-…). The history of a new table begins anew; the former one is in the
zone that is kept. Whoever was erased stays erased.

Thoát 0 khi bằng nhau hoặc đã thay, 1 khi khác nhau · exit 0 when equal or put in place, 1 when rows differ`,
    )
    .action(
      action(async (context, datasets: string[], options: Options) => {
        openHome(context.home);
        const lake = await writableLake(context);
        await finishInterrupted(context, lake);
        const rebuilt = await build(lake, datasets, options);
        let healed = 0;
        if (rebuilt.isPlaced) {
          // Whatever was committed to the old zone after it was read.
          const { submitted, retracted } = await reconcile(lake);
          healed = submitted.length + retracted.length;
          await refreshMarts(context, lake);
        }
        const differs = !rebuilt.isPlaced && rebuilt.tables.some((table) => table.outcome === 'differs');
        if (context.json) context.document({ ...rebuilt, healed });
        else print(context, rebuilt, options, healed);
        return differs ? 1 : 0;
      }),
    );
}

async function build(lake: LocalLake, datasets: readonly string[], options: Options): Promise<Rebuilt> {
  let progress: Progress | undefined;
  const onStep = (label: string, done: number, of: number) => {
    progress ??= createProgress(of);
    if (process.stderr.isTTY || done % 50 === 0) progress.step(label, done);
  };
  try {
    return await rebuild(
      {
        ...(datasets.length > 0 ? { datasets } : {}),
        check: options.check === true,
        force: options.force === true,
        discard: options.discard === true,
        onStep,
      },
      lake,
    );
  } finally {
    progress?.end();
  }
}

async function refreshMarts(context: Context, lake: LocalLake): Promise<void> {
  const present = await lake.ports.catalog.list();
  const hasMarts = loadModels(context.root).some((model) => model.kind !== 'staging' && present.includes(model.name));
  if (hasMarts) await refreshLake(context, lake);
}

const OUTCOMES = {
  equal: { vi: 'giống hệt', en: 'equal' },
  differs: { vi: 'khác', en: 'differs' },
  lost: { vi: 'bảng cũ hỏng', en: 'the old one is lost' },
} as const;

function print(context: Context, rebuilt: Rebuilt, options: Options, healed: number): void {
  const { lang } = context;
  for (const name of rebuilt.swept)
    tell(context, {
      vi: `Đã xóa phần dở dang của lần dựng lại trước: ${name}.`,
      en: `Removed what an unfinished rebuild had left: ${name}.`,
    });
  const titles =
    lang === 'vi'
      ? ['Bảng', 'So với cũ', 'Bài gửi', 'Dòng', 'Khác']
      : ['Table', 'Compared', 'Submissions', 'Rows', 'Differ'];
  context.say(
    textTable(
      titles.map((title, i) => ({ title, align: i > 1 ? 'right' : 'left' })),
      rebuilt.tables.map((table) => [
        table.dataset,
        OUTCOMES[table.outcome][lang],
        String(table.submissions),
        String(table.rows),
        String(table.differences.length),
      ]),
    ),
  );
  for (const table of rebuilt.tables) sayDifferences(context, table);
  const differs = rebuilt.tables.some((table) => table.outcome === 'differs');
  if (rebuilt.isPlaced) {
    tell(context, {
      vi: `Vùng curated mới đã vào chỗ.${rebuilt.before ? ` Vùng cũ giữ ở ${rebuilt.before}; xóa khi không cần nữa.` : ''}`,
      en: `The new curated zone is in place.${rebuilt.before ? ` The old one is kept as ${rebuilt.before}; delete it when it is needed no more.` : ''}`,
    });
    if (healed > 0)
      tell(context, {
        vi: `${healed} bài gửi được ghi thêm sau khi dựng.`,
        en: `${healed} submissions were brought up to date afterwards.`,
      });
  } else if (differs)
    tell(context, {
      vi: `Chưa thay đổi gì.${options.check ? '' : ' Xem lý do ở trên; nếu bảng mới mới là đúng: thêm --force.'}`,
      en: `Nothing was changed.${options.check ? '' : ' See the reasons above; if the new tables are the right ones: add --force.'}`,
    });
  else
    tell(context, { vi: 'Các dòng giống hệt nhau. Chưa thay đổi gì.', en: 'The rows are equal. Nothing was changed.' });
}

function sayDifferences(context: Context, table: RebuiltTable): void {
  const { lang } = context;
  if (table.why) context.say(`\n${table.dataset}: ${table.why[lang]}`);
  else if (table.differences.length > 0) context.say(`\n${table.dataset}:`);
  const state = (one: { readonly version: string; readonly rows: number } | null) =>
    one === null ? '–' : lang === 'vi' ? `${one.version}, ${one.rows} dòng` : `${one.version}, ${one.rows} rows`;
  for (const one of table.differences.slice(0, SHOWN))
    context.say(`  ${one.submission}: ${state(one.before)} → ${state(one.after)}; ${one.why[lang]}`);
  const more = table.differences.length - SHOWN;
  if (more > 0) tell(context, { vi: `  … và ${more} bài gửi nữa`, en: `  … and ${more} more` });
}
