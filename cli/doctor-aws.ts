// doctor --aws: what is missing before a province's lake can be deployed, each line with the command to run next.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isOn } from '../infra/controls';
import { FUNCTIONS } from '../infra/names';
import { type Account, awsAccount } from '../platform/aws/account';
import { type Readiness, readiness } from '../platform/aws/readiness';
import type { Context } from './context';
import { readProvince } from './province';

/** intake-heavy runs intake's package. */
const PACKAGES = FUNCTIONS.filter((name) => name !== 'intake-heavy');

function packages(root: string): Readiness {
  const missing = PACKAGES.filter((name) => !existsSync(join(root, 'dist', 'lambda', name, 'arm64')));
  const name = { vi: 'gói mã của hàm', en: 'function packages' };
  if (missing.length === 0)
    return { name, ok: true, detail: { vi: `${PACKAGES.length} gói`, en: `${PACKAGES.length} built` } };
  return {
    name,
    ok: false,
    detail: { vi: `chưa đóng gói: ${missing.join(', ')}`, en: `not built: ${missing.join(', ')}` },
    next: 'npm run package',
  };
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
