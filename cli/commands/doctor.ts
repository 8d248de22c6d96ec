// doctor: is this computer, this project and this home in order?
import { accessSync, constants, existsSync, readFileSync, statfsSync } from 'node:fs';
import { freemem } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import { lintContract } from '../../lake/contract/lint';
import { openEngine } from '../../platform/duckdb/engine';
import { isHome } from '../../platform/local/home';
import { contractFiles, loadCodeLists } from '../../platform/local/schemas';
import type { Context } from '../context';
import type { Action } from '../main';
import { loadModels } from '../warehouse';

interface Finding {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

const MIN_FREE_BYTES = 1_000_000_000;

export function register(program: Command, action: Action): void {
  program
    .command('doctor')
    .description('máy, thư mục và hợp đồng có ổn không · is everything in order')
    .addHelpText('after', '\nVí dụ · example:\n  tamgiang doctor')
    .action(
      action(async (context) => {
        const findings = await examine(context);
        const ok = findings.every((finding) => finding.ok);
        if (context.json) context.document({ ok, checks: findings });
        else
          for (const finding of findings) context.say(`${finding.ok ? '✓' : '✗'} ${finding.name}: ${finding.detail}`);
        return ok ? 0 : 2;
      }),
    );
}

async function examine(context: Context): Promise<Finding[]> {
  const { vi } = { vi: context.lang === 'vi' };
  const gib = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  const major = Number(process.versions.node.split('.')[0]);
  const place = existing(resolve(context.home));
  const disk = statfsSync(place);
  const free = disk.bavail * disk.bsize;
  return [
    {
      name: 'node',
      ok: major >= 20,
      detail: `${process.version}${major >= 20 ? '' : vi ? '; cần 20 trở lên' : '; 20 or newer is needed'}`,
    },
    await attempt('duckdb', async () => {
      const engine = await openEngine({ threads: 1 });
      const [row] = await engine.rows('SELECT version() AS v');
      await engine.close();
      return String(row?.v);
    }),
    await attempt(vi ? 'thư mục hồ' : 'home', async () => {
      accessSync(place, constants.W_OK);
      return `${resolve(context.home)} ${isHome(context.home) ? '' : vi ? '(chưa có dữ liệu)' : '(no lake yet)'}`.trim();
    }),
    { name: vi ? 'ổ đĩa trống' : 'free disk', ok: free > MIN_FREE_BYTES, detail: gib(free) },
    { name: vi ? 'bộ nhớ trống' : 'free memory', ok: freemem() > MIN_FREE_BYTES, detail: gib(freemem()) },
    await attempt(vi ? 'hợp đồng' : 'contracts', async () => {
      const codeLists = loadCodeLists(context.root);
      const paths = contractFiles(context.root);
      const wrong = paths.flatMap((path) => [...lintContract(readFileSync(path, 'utf8'), path, { codeLists })]);
      if (wrong[0]) throw new Error(`${wrong[0].file}:${wrong[0].line} ${wrong[0].message[context.lang]}`);
      return `${paths.length}`;
    }),
    await attempt(vi ? 'mô hình SQL' : 'models', async () => `${loadModels(context.root).length}`),
  ];
}

const existing = (path: string): string => (existsSync(path) ? path : existing(dirname(path)));

async function attempt(name: string, look: () => Promise<string>): Promise<Finding> {
  try {
    return { name, ok: true, detail: await look() };
  } catch (error) {
    return { name, ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}
