// The tamgiang command: flags, help, and how errors become sentences and exit statuses.
// 0 done · 2 the input or the command is wrong, nothing was changed · 1 our fault.
import { Command, CommanderError, Option } from 'commander';
import { FaultError, InputError } from '../lake/errors';
import { damagedFile } from '../lake/warehouse/sql-error';
import { type Context, chooseLang, createContext, type GlobalOptions } from './context';
import { withCode } from './finding-line';
import { fileError } from './input-files';
import { assertOneLake, ON_AWS } from './on-aws';
import { usageError } from './usage-error';

const VERSION = '0.1.0';

/** Commands in the order of the help; each is loaded only when it is called, so that small ones start fast. */
const COMMANDS: Readonly<Record<string, () => Promise<{ register(program: Command, action: Action): void }>>> = {
  demo: () => import('./commands/demo'),
  put: () => import('./commands/put'),
  check: () => import('./commands/check'),
  sql: () => import('./commands/sql'),
  tables: () => import('./commands/tables'),
  history: () => import('./commands/history'),
  trace: () => import('./commands/trace'),
  refresh: () => import('./commands/refresh'),
  report: () => import('./commands/report'),
  verify: () => import('./commands/verify'),
  rebuild: () => import('./commands/rebuild'),
  compact: () => import('./commands/compact'),
  expire: () => import('./commands/expire'),
  retract: () => import('./commands/retract'),
  erase: () => import('./commands/erase'),
  doctor: () => import('./commands/doctor'),
  contract: () => import('./commands/contract'),
};

/**
 * Runs one command line. @returns the exit status
 * @param cache folder for what can be derived from the sources and the contracts again, new with every bundle
 */
export async function main(args: readonly string[], root: string, cache?: string): Promise<number> {
  let status = 0;
  let context: Context | undefined;
  const program = new Command('tamgiang')
    .description('Hồ dữ liệu và kho dữ liệu dùng chung của tỉnh · a province’s data lake and shared warehouse')
    .version(VERSION)
    .option('--home <folder>', 'the lake’s folder (default: $TAMGIANG_HOME, else ./.lake)')
    .option('--aws <province>', 'the lake of this province on AWS instead (infra/provinces/<province>.yaml)')
    .option('--lang <vi|en>', 'language of messages (default: the locale)')
    .option('--json', 'one JSON document on stdout; progress goes to stderr')
    .showHelpAfterError(false)
    .configureOutput({ writeErr: () => {} })
    .exitOverride()
    .addHelpText('after', EXAMPLES);
  /** Wraps an action: gives it the context and keeps the exit status it returns. */
  const action =
    <A extends unknown[]>(run: (context: Context, ...rest: A) => Promise<number>) =>
    async (...rest: A) => {
      const command = rest.at(-1);
      const options: GlobalOptions = command instanceof Command ? command.optsWithGlobals() : program.opts();
      assertLang(options.lang);
      if (command instanceof Command) assertOneLake(command.name(), options);
      context = createContext(options, root, cache);
      status = await run(context, ...rest);
    };
  const called = args.find((arg) => arg in COMMANDS);
  for (const [name, load] of Object.entries(COMMANDS)) {
    if (called === undefined || name === called) (await load()).register(program, action);
  }
  inheritSettings(program);
  try {
    if (args.length === 0) {
      program.outputHelp();
      return 0;
    }
    await program.parseAsync([...args], { from: 'user' });
    return status;
  } catch (error) {
    const json = context?.json ?? args.includes('--json');
    const lang = context?.lang ?? chooseLang(optionValue(args, '--lang'), process.env);
    return report(error, lang, json, program);
  }
}

export type Action = <A extends unknown[]>(
  run: (context: Context, ...rest: A) => Promise<number>,
) => (...rest: A) => Promise<void>;

/** Global flags may stand after the command too, and every command answers errors the same way. */
function inheritSettings(program: Command): void {
  const visit = (command: Command) => {
    for (const child of command.commands) {
      child
        .copyInheritedSettings(program)
        .showHelpAfterError(false)
        .configureOutput({ writeErr: () => {} })
        .exitOverride();
      if (child.commands.length === 0) {
        child
          .option('--home <folder>', 'the lake’s folder')
          .option('--lang <vi|en>', 'language of messages')
          .option('--json', 'one JSON document on stdout');
        const aws = new Option('--aws <province>', 'the lake of this province on AWS').hideHelp(
          !ON_AWS.includes(child.name()),
        );
        if (!child.options.some(({ long }) => long === aws.long)) child.addOption(aws);
      }
      visit(child);
    }
  };
  visit(program);
}

function assertLang(lang: string | undefined): void {
  if (lang === undefined || lang === 'vi' || lang === 'en') return;
  throw new InputError('E_FLAG', {
    vi: `--lang “${lang}” không đúng; cần vi hoặc en.`,
    en: `--lang “${lang}” is not valid; expected vi or en.`,
  });
}

function optionValue(args: readonly string[], name: string): string | undefined {
  const at = args.indexOf(name);
  return at >= 0 ? args[at + 1] : args.find((arg) => arg.startsWith(`${name}=`))?.slice(name.length + 1);
}

function report(error: unknown, lang: 'vi' | 'en', json: boolean, program: Command): number {
  if (error instanceof CommanderError && error.exitCode === 0) return 0;
  if (error instanceof CommanderError && error.code === 'commander.help') {
    // A command that only holds others: its help is the answer.
    program.commands[0]?.outputHelp();
    return 0;
  }
  const known =
    error instanceof CommanderError ? usageError(error, program) : (fileError(error) ?? damagedFile(error) ?? error);
  if (known instanceof InputError) {
    if (json)
      process.stdout.write(`${JSON.stringify({ error: { code: known.code, message: known.text[lang] } }, null, 2)}\n`);
    process.stderr.write(`${withCode(known.text[lang], known.code)}\n`);
    return 2;
  }
  const code = known instanceof FaultError ? known.code : 'F_UNEXPECTED';
  const message = known instanceof Error ? known.message : String(known);
  if (json) process.stdout.write(`${JSON.stringify({ error: { code, message } }, null, 2)}\n`);
  const lead = lang === 'vi' ? 'Lỗi của chương trình, không phải của bạn' : 'A fault of the program, not yours';
  process.stderr.write(`${lead} (${code}): ${message}\n`);
  if (process.env.TAMGIANG_DEBUG && known instanceof Error) process.stderr.write(`${known.stack}\n`);
  return 1;
}

const EXAMPLES = `
Ví dụ · examples:
  tamgiang demo
  tamgiang put ho_so_2026-10.csv --to van_phong_ubnd/ho_so_tthc/2026-10
  tamgiang check gia.csv --as so_cong_thuong/gia_thi_truong
  tamgiang sql "select ky_du_lieu, count(*) from don_vi_hanh_chinh group by 1"
  tamgiang report lanh_dao --period 2026-10
  tamgiang verify

Trạng thái thoát · exit status: 0 xong (done) · 2 đầu vào hoặc lệnh sai, không thay đổi gì (wrong input, nothing changed) · 1 lỗi của chương trình (our fault)`;
