// doctor --aws: what is missing before a province's lake can be deployed, each line with the command to run next.
import fs from 'node:fs';
import { isOn } from '../infra/controls';
import { FUNCTIONS } from '../infra/names';
import { InputError } from '../lake/errors';
import { assertPackages } from '../lake/packages';
import { type Account, awsAccount } from '../platform/aws/account';
import { type Readiness, readiness } from '../platform/aws/readiness';
import type { Context } from './context';
import { readProvince } from './province';

/** By the rule a deployment holds them to. */
export function packages(root: string): Readiness {
  const name = { vi: 'gói mã của hàm', en: 'function packages' };
  try {
    assertPackages(root, FUNCTIONS, fs);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { name, ok: false, detail: error.text, next: 'npm run package' };
  }
  return { name, ok: true, detail: { vi: 'đủ và mới', en: 'all there and up to date' } };
}

export async function examineAws(
  context: Context,
  province: string,
  account: (region: string) => Account = awsAccount,
): Promise<readonly Readiness[]> {
  const config = readProvince(context.root, province);
  const { region, sender, reports, stage } = config;
  const wanted = {
    account: config.account,
    region,
    sender,
    province: config.province,
    stage,
    makesDetectors: isOn('detection', config),
    existing: config.existing,
    mailsPeople: reports.some((report) => report.recipients.length > 0),
  };
  return [
    {
      name: { vi: 'tệp của tỉnh', en: 'province file' },
      ok: true,
      detail: { vi: `${config.name}, ${stage}`, en: `${config.name}, ${stage}` },
    },
    packages(context.root),
    ...(await readiness(wanted, account(region))),
  ];
}

/** Lines as printed, the next command below a check that failed. */
export function readinessLines(checks: readonly Readiness[], lang: Context['lang']): readonly string[] {
  return checks.flatMap(({ ok, name, detail, next }) => [
    `${ok ? '✓' : '✗'} ${name[lang]}: ${detail[lang]}`,
    ...(next === undefined ? [] : [`    → ${next}`]),
  ]);
}
