// doctor: is this computer, this project and this home in order?
import { accessSync, constants, existsSync, readFileSync, statfsSync, statSync } from 'node:fs';
import { freemem } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import { lintContract } from '../../lake/contract/lint';
import { InputError } from '../../lake/errors';
import { allVersions } from '../../lake/submission/versions';
import { keyAt } from '../../lake/table/location';
import { planFiles } from '../../lake/table/plan';
import { openEngine } from '../../platform/duckdb/engine';
import { isHome, openHome } from '../../platform/local/home';
import { loadModels } from '../../platform/local/models';
import { contractFiles, contractNames, loadCodeLists } from '../../platform/local/schemas';
import type { Context } from '../context';
import { examineAws, readinessLines } from '../doctor-aws';
import type { Action } from '../main';

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
    .option('--aws <province>', 'what is missing before this province’s lake can be deployed to AWS')
    .addHelpText('after', '\nVí dụ · examples:\n  tamgiang doctor\n  tamgiang doctor --aws hue')
    .action(
      action(async (context) => {
        if (context.aws !== undefined) return doctorAws(context, context.aws);
        const findings = await examine(context);
        const ok = findings.every((finding) => finding.ok);
        if (context.json) context.document({ ok, checks: findings });
        else
          for (const finding of findings) context.say(`${finding.ok ? '✓' : '✗'} ${finding.name}: ${finding.detail}`);
        return ok ? 0 : 2;
      }),
    );
}

async function doctorAws(context: Context, province: string): Promise<number> {
  const checks = await examineAws(context, province);
  const ok = checks.every((check) => check.ok);
  if (context.json) context.document({ ok, checks });
  else for (const line of readinessLines(checks, context.lang)) context.say(line);
  return ok ? 0 : 2;
}

async function examine(context: Context): Promise<Finding[]> {
  const { vi } = { vi: context.lang === 'vi' };
  const look = (name: string, examine: () => Promise<string>) => attempt(name, context, examine);
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
    await look('duckdb', async () => {
      const engine = await openEngine({ threads: 1 });
      const [row] = await engine.rows('SELECT version() AS v');
      await engine.close();
      return String(row?.v);
    }),
    await look(vi ? 'thư mục hồ' : 'home', async () => {
      accessSync(place, constants.W_OK);
      return `${resolve(context.home)} ${isHome(context.home) ? '' : vi ? '(chưa có dữ liệu)' : '(no lake yet)'}`.trim();
    }),
    { name: vi ? 'ổ đĩa trống' : 'free disk', ok: free > MIN_FREE_BYTES, detail: gib(free) },
    { name: vi ? 'bộ nhớ trống' : 'free memory', ok: freemem() > MIN_FREE_BYTES, detail: gib(freemem()) },
    await look(vi ? 'hợp đồng' : 'contracts', async () => {
      const codeLists = loadCodeLists(context.root);
      const paths = contractFiles(context.root);
      const known = contractNames(context.root);
      const wrong = paths.flatMap((path) => [...lintContract(readFileSync(path, 'utf8'), path, { codeLists, known })]);
      if (wrong[0]) throw new Error(`${wrong[0].file}:${wrong[0].line} ${wrong[0].message[context.lang]}`);
      return `${paths.length}`;
    }),
    await look(vi ? 'mô hình SQL' : 'models', async () => `${loadModels(context.root).length}`),
    ...(isHome(context.home) ? await examineTables(context) : []),
  ];
}

/** What every command leans on: records that can be read, metadata that is whole, files of the size they should have. */
async function examineTables(context: Context): Promise<Finding[]> {
  const vi = context.lang === 'vi';
  const look = (name: string, examine: () => Promise<string>) => attempt(name, context, examine);
  return [
    await look(vi ? 'bản ghi phiên bản' : 'version records', async () => {
      return `${(await allVersions(openHome(context.home).zones.control)).length}`;
    }),
    await look(vi ? 'các bảng' : 'tables', async () => {
      const { catalog, zones } = openHome(context.home);
      const names = await catalog.list();
      for (const name of names) {
        const head = await catalog.load(name);
        const { files } = head ? await planFiles(zones.curated, head.metadata) : { files: [] };
        for (const file of files) {
          const path = await zones.curated.toFile(keyAt(zones.curated, file.path));
          const { size } = statSync(path);
          if (size !== file.sizeBytes)
            throw new Error(
              vi
                ? `${path} có ${size} byte, cần ${file.sizeBytes}; chạy “tamgiang verify”`
                : `${path} has ${size} bytes, expected ${file.sizeBytes}; run “tamgiang verify”`,
            );
        }
      }
      return vi ? `${names.length} (kiểm tra đầy đủ: tamgiang verify)` : `${names.length} (for all: tamgiang verify)`;
    }),
  ];
}

const existing = (path: string): string => (existsSync(path) ? path : existing(dirname(path)));

async function attempt(name: string, context: Context, look: () => Promise<string>): Promise<Finding> {
  try {
    return { name, ok: true, detail: await look() };
  } catch (error) {
    const said =
      error instanceof InputError ? error.text[context.lang] : String(error instanceof Error ? error.message : error);
    return { name, ok: false, detail: said };
  }
}
