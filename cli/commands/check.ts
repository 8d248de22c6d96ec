// check: judges a file without writing anything into the lake.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Command } from 'commander';
import type { CodeLists, Contract } from '../../lake/contract/contract';
import type { ReferenceRows } from '../../lake/intake/conversion';
import { parseTarget, periodAt, periodOfFile } from '../../lake/submission/key';
import { readingNotes } from '../../lake/submission/notes';
import { loadReferences } from '../../lake/submission/references';
import { convert } from '../../platform/duckdb/convert';
import { isHome, openHome, systemClock } from '../../platform/local/home';
import { loadCodeLists, loadContracts } from '../../platform/local/schemas';
import { type Context, tell } from '../context';
import { guessContract } from '../guess-contract';
import type { Action } from '../main';
import { expandFiles, verdictWord } from './put';

export function register(program: Command, action: Action): void {
  program
    .command('check')
    .description('xét tệp theo hợp đồng dữ liệu, không ghi gì · judge a file, write nothing')
    .argument('<file>')
    .option('--as <agency/dataset>', 'the contract to judge by; without it the header tells')
    .addHelpText('after', '\nVí dụ · example:\n  tamgiang check gia.csv --as so_cong_thuong/gia_thi_truong')
    .action(
      action(async (context, file: string, options: { as?: string }) => {
        const [path = file] = expandFiles([file]);
        const contracts = loadContracts(context.root);
        const codeLists = loadCodeLists(context.root);
        const fileName = basename(path);
        const contract =
          options.as === undefined
            ? await guessContract(path, fileName, contracts)
            : parseTarget(options.as, contracts).contract;
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
          const { lang } = context;
          if (context.json) {
            const findings = outcome.findings.map((finding) => ({
              ...finding,
              expected: finding.expected[lang],
              message: finding.message[lang],
            }));
            const { verdict, rowsIn, rowsAccepted, rowsRejected, findingCount } = outcome;
            context.document({
              file: fileName,
              contract: contract.name,
              verdict,
              rowsIn,
              rowsAccepted,
              rowsRejected,
              findingCount,
              findings,
            });
          } else {
            tell(context, {
              vi: `${fileName} theo ${contract.name}: ${verdictWord(outcome.verdict, 'vi')} — ${outcome.rowsIn} dòng = ${outcome.rowsAccepted} nhận + ${outcome.rowsRejected} để riêng`,
              en: `${fileName} by ${contract.name}: ${verdictWord(outcome.verdict, 'en')} — ${outcome.rowsIn} rows = ${outcome.rowsAccepted} accepted + ${outcome.rowsRejected} set aside`,
            });
            for (const note of outcome.source ? readingNotes(outcome.source, contract) : [])
              context.say(`  ${note[lang]}`);
            for (const finding of outcome.findings.slice(0, 20)) context.say(`  ${finding.message[lang]}`);
            if (outcome.findingCount > 20)
              tell(context, {
                vi: `  … và ${outcome.findingCount - 20} lỗi nữa`,
                en: `  … and ${outcome.findingCount - 20} more`,
              });
          }
          return outcome.verdict === 'rejected' ? 2 : 0;
        } finally {
          await rm(workDir, { recursive: true, force: true });
        }
      }),
    );
}

/** Lists that are tables are asked of the home when there is one. */
async function referencesOf(
  context: Context,
  contract: Contract,
  codeLists: CodeLists,
): Promise<readonly ReferenceRows[]> {
  return isHome(context.home) ? (await loadReferences(contract, codeLists, openHome(context.home))).rows : [];
}
