// check: judges a file without writing anything into the lake.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Command } from 'commander';
import type { CodeLists, Contract } from '../../lake/contract/contract';
import type { Conversion, ReferenceRows } from '../../lake/intake/conversion';
import { parseTarget, periodAt, periodOfFile } from '../../lake/submission/key';
import { readingNotes } from '../../lake/submission/notes';
import { loadReferences } from '../../lake/submission/references';
import { convert } from '../../platform/duckdb/convert';
import { isHome, openHome } from '../../platform/local/home';
import { loadCodeLists, loadContracts } from '../../platform/local/schemas';
import { systemClock } from '../../platform/local/system';
import { type Context, type Lang, tell } from '../context';
import { findingLine } from '../finding-line';
import { guessContract } from '../guess-contract';
import { expandFiles, isFolder } from '../input-files';
import type { Action } from '../main';
import { verdictWord } from './put';

export function register(program: Command, action: Action): void {
  program
    .command('check')
    .description('xét tệp theo hợp đồng dữ liệu, không ghi gì · judge a file, write nothing')
    .argument('<file>', 'a file, or a folder: every file in it')
    .option('--as <agency/dataset>', 'the contract to judge by; without it the header tells')
    .addHelpText('after', '\nVí dụ · example:\n  tamgiang check gia.csv --as so_cong_thuong/gia_thi_truong')
    .action(
      action(async (context, file: string, options: { as?: string }) => {
        const paths = expandFiles([file]);
        const contracts = loadContracts(context.root, context.cache);
        const codeLists = loadCodeLists(context.root);
        const checked: Checked[] = [];
        for (const path of paths) {
          const one = await judgeFile(path, options.as, { contracts, codeLists, context });
          checked.push(one);
          if (!context.json) print(context, one);
        }
        const documents = checked.map((one) => toJson(one, context.lang));
        if (context.json) context.document(isFolder(file) ? { files: documents } : documents[0]);
        return checked.some(({ outcome }) => outcome.verdict === 'rejected') ? 2 : 0;
      }),
    );
}

interface Checked {
  readonly fileName: string;
  readonly contract: Contract;
  readonly outcome: Conversion;
}

interface By {
  readonly contracts: ReadonlyMap<string, Contract>;
  readonly codeLists: CodeLists;
  readonly context: Context;
}

async function judgeFile(
  path: string,
  as: string | undefined,
  { contracts, codeLists, context }: By,
): Promise<Checked> {
  const fileName = basename(path);
  const contract =
    as === undefined ? await guessContract(path, fileName, contracts) : parseTarget(as, contracts).contract;
  const workDir = await mkdtemp(join(tmpdir(), 'tamgiang-check-'));
  try {
    const outcome = await convert({
      contract,
      codeLists,
      references: await referencesOf(context, contract, codeLists),
      path,
      fileName,
      submission: contract.name,
      version: 'check',
      period: periodOfFile(fileName, contract) ?? periodAt(systemClock.now(), contract),
      loadedAtMs: systemClock.now(),
      workDir,
    });
    return { fileName, contract, outcome };
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

function toJson({ fileName, contract, outcome }: Checked, lang: Lang) {
  const { verdict, rowsIn, rowsAccepted, rowsRejected, findingCount } = outcome;
  const findings = outcome.findings.map((finding) => ({
    ...finding,
    expected: finding.expected[lang],
    message: finding.message[lang],
  }));
  return {
    file: fileName,
    contract: contract.name,
    verdict,
    rowsIn,
    rowsAccepted,
    rowsRejected,
    findingCount,
    findings,
  };
}

function print(context: Context, { fileName, contract, outcome }: Checked): void {
  const { lang } = context;
  tell(context, {
    vi: `${fileName} theo ${contract.name}: ${verdictWord(outcome.verdict, 'vi')} — ${outcome.rowsIn} dòng = ${outcome.rowsAccepted} nhận + ${outcome.rowsRejected} để riêng`,
    en: `${fileName} by ${contract.name}: ${verdictWord(outcome.verdict, 'en')} — ${outcome.rowsIn} rows = ${outcome.rowsAccepted} accepted + ${outcome.rowsRejected} set aside`,
  });
  for (const note of outcome.source ? readingNotes(outcome.source, contract) : []) context.say(`  ${note[lang]}`);
  for (const finding of outcome.findings.slice(0, 20)) context.say(`  ${findingLine(finding, lang)}`);
  if (outcome.findingCount > 20)
    tell(context, {
      vi: `  … và ${outcome.findingCount - 20} chỗ nữa`,
      en: `  … and ${outcome.findingCount - 20} more`,
    });
}

/** Lists that are tables are asked of the home when there is one. */
async function referencesOf(
  context: Context,
  contract: Contract,
  codeLists: CodeLists,
): Promise<readonly ReferenceRows[]> {
  return isHome(context.home) ? (await loadReferences(contract, codeLists, openHome(context.home))).rows : [];
}
