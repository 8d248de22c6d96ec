// Is an AWS account ready for a province's lake? One line a check, each failing one with the command to run next.
import type { Bilingual } from '../../lake/errors';
import type { Account } from './account';
import { checkDetector, DETECTORS } from './detectors';
import { failureOf, isOffline } from './failure';

export interface Readiness {
  readonly name: Bilingual;
  readonly ok: boolean;
  readonly detail: Bilingual;
  /** What to run; only of a check that failed. */
  readonly next?: string;
}

/** What of a province's YAML the account has to match. */
export interface Wanted {
  readonly account: string;
  readonly region: string;
  readonly sender: string | undefined;
  /** Mail goes to people who have not been verified one by one. */
  readonly mailsPeople: boolean;
  readonly province: string;
  readonly stage: string;
  /** Its level switches the account's detectors on. */
  readonly makesDetectors: boolean;
  /** Those it leaves to somebody else, by `key`. */
  readonly existing: readonly string[];
}

/** Where the CDK keeps the version of what it has prepared in a Region; the templates ask for this one or a newer. */
const BOOTSTRAP_PARAMETER = '/cdk-bootstrap/hnb659fds/version';
const BOOTSTRAP_MIN = 6;
/** What the functions reserve together, and the 100 that Lambda keeps for all others. New accounts may have as few as 10. */
export const CONCURRENCY_MIN = 200;
/** Service Quotas: Lambda, “Concurrent executions”. */
const CONCURRENCY_QUOTA = { service: 'lambda', code: 'L-B99A9384' };

const text = (both: string): Bilingual => ({ vi: both, en: both });

/** All checks, in the order in which they should be mended; those that need the account wait for the first to hold. */
export async function readiness(wanted: Wanted, account: Account): Promise<readonly Readiness[]> {
  const first = await look({ vi: 'tài khoản và khóa', en: 'account and credentials' }, 'aws configure sso', () =>
    checkAccount(wanted, account),
  );
  if (!first.ok) return [first];
  const region = await look({ vi: 'vùng', en: 'Region' }, 'aws account list-regions', () =>
    checkRegion(wanted, account),
  );
  if (!region.ok) return [first, region];
  return [
    first,
    region,
    await look({ vi: 'bootstrap của CDK', en: 'CDK bootstrap' }, bootstrapOf(wanted), () =>
      checkBootstrap(wanted, account),
    ),
    await look(
      { vi: 'hạn mức Lambda', en: 'Lambda quota' },
      'aws service-quotas list-service-quotas --service-code lambda',
      () => checkConcurrency(wanted, account),
    ),
    ...(wanted.makesDetectors ? await detectors(wanted, account) : []),
    ...(wanted.sender === undefined
      ? []
      : [
          await look({ vi: 'địa chỉ gửi thư', en: 'mail sender' }, 'aws sesv2 list-email-identities', () =>
            checkSender(wanted, account),
          ),
          await look({ vi: 'SES ngoài vùng thử', en: 'SES out of its sandbox' }, 'aws sesv2 get-account', () =>
            checkSandbox(wanted, account),
          ),
        ]),
  ];
}

export type Checked = Omit<Readiness, 'name'>;

async function detectors(wanted: Wanted, account: Account): Promise<readonly Readiness[]> {
  const checks: Readiness[] = [];
  for (const detector of DETECTORS)
    checks.push(
      await look(detector.name, `${detector.list} --region ${wanted.region}`, () =>
        checkDetector(detector, wanted, account),
      ),
    );
  return checks;
}

/** A question the account refuses is a failed check that says so: the others go on. */
async function look(name: Bilingual, next: string, check: () => Promise<Checked>): Promise<Readiness> {
  try {
    return { name, ...(await check()) };
  } catch (error) {
    const failure = failureOf(error);
    if (isOffline(error))
      return {
        name,
        ok: false,
        detail: {
          vi: `máy này không nối được tới AWS (${failure.message}): xem lại mạng, tường lửa, proxy`,
          en: `this computer cannot reach AWS (${failure.message}): look at network, firewall and proxy`,
        },
        next: 'curl -sSI https://sts.amazonaws.com',
      };
    return {
      name,
      ok: false,
      detail: {
        vi: `không hỏi được (${failure.name}: ${failure.message})`,
        en: `could not be asked (${failure.name}: ${failure.message})`,
      },
      next,
    };
  }
}

async function checkAccount(wanted: Wanted, account: Account): Promise<Checked> {
  const found = (await account.identity('anywhere')) ?? (await account.identity('region'));
  if (found === wanted.account) return { ok: true, detail: text(found) };
  return {
    ok: false,
    detail: {
      vi: found === undefined ? 'khóa truy cập không hợp lệ' : `đang dùng ${found}, tệp của tỉnh ghi ${wanted.account}`,
      en:
        found === undefined
          ? 'the credentials are not valid'
          : `these credentials belong to ${found}, the province’s file says ${wanted.account}`,
    },
    next: 'aws configure sso && export AWS_PROFILE=<profile of the province>',
  };
}

async function checkRegion({ region }: Wanted, account: Account): Promise<Checked> {
  if ((await account.identity('region')) !== undefined) return { ok: true, detail: text(region) };
  return {
    ok: false,
    detail: { vi: `${region} chưa được bật cho tài khoản này`, en: `${region} is not enabled for this account` },
    next: `aws account enable-region --region-name ${region}`,
  };
}

const bootstrapOf = ({ account, region }: Wanted): string => `npx cdk bootstrap aws://${account}/${region}`;

async function checkBootstrap(wanted: Wanted, account: Account): Promise<Checked> {
  const version = Number((await account.parameter(BOOTSTRAP_PARAMETER)) ?? 0);
  if (version >= BOOTSTRAP_MIN) return { ok: true, detail: text(`${version}`) };
  return {
    ok: false,
    detail: {
      vi: version === 0 ? 'chưa chuẩn bị' : `phiên bản ${version}, cần ${BOOTSTRAP_MIN} trở lên`,
      en: version === 0 ? 'not prepared yet' : `version ${version}, ${BOOTSTRAP_MIN} or newer is needed`,
    },
    next: bootstrapOf(wanted),
  };
}

async function checkConcurrency({ region }: Wanted, account: Account): Promise<Checked> {
  const { service, code } = CONCURRENCY_QUOTA;
  const quota = await account.quota(service, code);
  if (quota !== undefined && quota >= CONCURRENCY_MIN)
    return { ok: true, detail: { vi: `${quota} lượt chạy đồng thời`, en: `${quota} concurrent executions` } };
  return {
    ok: false,
    detail: {
      vi: `${quota ?? 'không rõ'} lượt chạy đồng thời, cần ${CONCURRENCY_MIN}`,
      en: `${quota ?? 'unknown'} concurrent executions, ${CONCURRENCY_MIN} are needed`,
    },
    next: `aws service-quotas request-service-quota-increase --region ${region} --service-code ${service} --quota-code ${code} --desired-value 1000`,
  };
}

async function checkSender({ region, sender = '' }: Wanted, account: Account): Promise<Checked> {
  if (await account.isVerifiedSender(sender)) return { ok: true, detail: text(sender) };
  return {
    ok: false,
    detail: { vi: `${sender} chưa được xác minh`, en: `${sender} is not verified` },
    next: `aws sesv2 create-email-identity --region ${region} --email-identity ${sender}`,
  };
}

async function checkSandbox({ region, mailsPeople }: Wanted, account: Account): Promise<Checked> {
  if (await account.mayMailAnyone())
    return { ok: true, detail: { vi: 'gửi được cho mọi người', en: 'may mail anyone' } };
  return {
    ok: !mailsPeople,
    detail: {
      vi: 'còn trong vùng thử: chỉ gửi được tới địa chỉ đã xác minh',
      en: 'still in the sandbox: only verified addresses can be mailed',
    },
    ...(mailsPeople
      ? {
          next: `aws sesv2 put-account-details --region ${region} --production-access-enabled --mail-type TRANSACTIONAL --website-url https://<site of the province>`,
        }
      : {}),
  };
}
