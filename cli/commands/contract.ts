// contract lint: checks contracts before anyone sends a file by them.
import { existsSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { lintContract } from '../../lake/contract/lint';
import { InputError } from '../../lake/errors';
import { contractFiles, contractNames, loadCodeLists } from '../../platform/local/schemas';
import { tell } from '../context';
import { expandFiles } from '../input-files';
import type { Action } from '../main';

/** Where the official schema lies when it was fetched beside the project. */
const SCHEMA_BESIDE = join('..', 'shared', 'standards', 'odcs-json-schema-v3.1.0.json');

export function register(program: Command, action: Action): void {
  const contract = program.command('contract').description('hợp đồng dữ liệu · data contracts');
  contract
    .command('lint')
    .description('kiểm tra hợp đồng · check contracts')
    .argument('[file...]', 'ODCS YAML files; default: all of schemas/contracts')
    .option('--schema <file>', 'the official ODCS v3.1.0 JSON Schema, to check against it too')
    .addHelpText(
      'after',
      '\nVí dụ · examples:\n  tamgiang contract lint\n  tamgiang contract lint moi.odcs.yaml --schema odcs-json-schema-v3.1.0.json',
    )
    .action(
      action(async (context, files: string[], options: { schema?: string }) => {
        const paths = files.length > 0 ? expandFiles(files) : contractFiles(context.root);
        const beside = resolve(context.root, SCHEMA_BESIDE);
        const schemaPath = options.schema ?? (existsSync(beside) ? beside : undefined);
        const odcsSchema = schemaPath === undefined ? undefined : readSchema(schemaPath);
        const codeLists = loadCodeLists(context.root);
        const known = contractNames(context.root);
        const findings = paths.flatMap((path) => [
          ...lintContract(readFileSync(path, 'utf8'), relative(process.cwd(), path), {
            codeLists,
            known,
            ...(odcsSchema ? { odcsSchema } : {}),
          }),
        ]);
        if (context.json) {
          context.document({
            ok: findings.length === 0,
            contracts: paths.length,
            officialSchema: odcsSchema !== undefined,
            findings: findings.map((finding) => ({ ...finding, message: finding.message[context.lang] })),
          });
        } else {
          for (const finding of findings)
            context.say(
              `${finding.file}:${finding.line}:${finding.column} ${finding.path}: ${finding.message[context.lang]}`,
            );
          const official = odcsSchema
            ? { vi: 'có đối chiếu lược đồ ODCS chính thức', en: 'held against the official ODCS schema' }
            : { vi: 'không có lược đồ ODCS chính thức (--schema)', en: 'without the official ODCS schema (--schema)' };
          tell(context, {
            vi: `${paths.length} hợp đồng, ${findings.length} lỗi; ${official.vi}.`,
            en: `${paths.length} contracts, ${findings.length} findings; ${official.en}.`,
          });
        }
        return findings.length > 0 ? 2 : 0;
      }),
    );
}

function readSchema(path: string): object {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new InputError(
      'E_FILE',
      {
        vi: `Không đọc được lược đồ “${path}”; cần tệp JSON Schema của ODCS v3.1.0.`,
        en: `The schema “${path}” cannot be read; expected the JSON Schema of ODCS v3.1.0.`,
      },
      { cause },
    );
  }
}
