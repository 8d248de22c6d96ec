// doctor --aws against made-up accounts: each thing that can be missing is named with the command to run next.
import type { Account } from '../../../platform/aws/account';
import { CONCURRENCY_MIN, readiness, type Wanted } from '../../../platform/aws/readiness';

const WANTED: Wanted = {
  account: '111111111111',
  region: 'ap-southeast-5',
  sender: 'ho-du-lieu@hue.example.vn',
  mailsPeople: true,
};

const READY: Account = {
  identity: async () => '111111111111',
  parameter: async (name) => (name === '/cdk-bootstrap/hnb659fds/version' ? '29' : undefined),
  mayMailAnyone: async () => true,
  isVerifiedSender: async (address) => address === WANTED.sender,
  quota: async (service, code) => (service === 'lambda' && code === 'L-B99A9384' ? 1000 : undefined),
};

async function failing(account: Partial<Account>, wanted: Partial<Wanted> = {}) {
  const checks = await readiness({ ...WANTED, ...wanted }, { ...READY, ...account });
  return checks.filter(({ ok }) => !ok).map(({ name, detail, next }) => [name.en, detail.en, next]);
}

describe('readiness of an AWS account', () => {
  it('finds nothing to do in an account that has everything', async () => {
    const checks = await readiness(WANTED, READY);
    expect(checks.map(({ name, ok }) => [name.en, ok])).toEqual([
      ['account and credentials', true],
      ['Region', true],
      ['CDK bootstrap', true],
      ['Lambda quota', true],
      ['mail sender', true],
      ['SES out of its sandbox', true],
    ]);
    expect(checks.every(({ next }) => next === undefined)).toBe(true);
  });

  it('stops at credentials of another account, naming both', async () => {
    expect(await failing({ identity: async () => '222222222222' })).toEqual([
      [
        'account and credentials',
        'these credentials belong to 222222222222, the province’s file says 111111111111',
        'aws configure sso && export AWS_PROFILE=<profile of the province>',
      ],
    ]);
  });

  it('tells a Region that is not enabled from credentials that are wrong', async () => {
    const closed: Account['identity'] = async (through) => (through === 'anywhere' ? '111111111111' : undefined);
    expect(await failing({ identity: closed })).toEqual([
      [
        'Region',
        'ap-southeast-5 is not enabled for this account',
        'aws account enable-region --region-name ap-southeast-5',
      ],
    ]);
    expect((await failing({ identity: async () => undefined }))[0]?.[1]).toBe('the credentials are not valid');
  });

  it('asks for bootstrapping where nothing is prepared, and where it is too old', async () => {
    const next = 'npx cdk bootstrap aws://111111111111/ap-southeast-5';
    expect(await failing({ parameter: async () => undefined })).toEqual([['CDK bootstrap', 'not prepared yet', next]]);
    expect((await failing({ parameter: async () => '5' }))[0]).toEqual([
      'CDK bootstrap',
      'version 5, 6 or newer is needed',
      next,
    ]);
  });

  it('asks for a larger Lambda quota below what the functions need', async () => {
    expect(await failing({ quota: async () => CONCURRENCY_MIN })).toEqual([]);
    const [found] = await failing({ quota: async () => 10 });
    expect(found?.[1]).toBe(`10 concurrent executions, ${CONCURRENCY_MIN} are needed`);
    expect(found?.[2]).toContain('request-service-quota-increase --region ap-southeast-5 --service-code lambda');
  });

  it('wants a verified sender and the way out of the sandbox only where mail is to be sent', async () => {
    const poor = { mayMailAnyone: async () => false, isVerifiedSender: async () => false };
    expect((await failing(poor)).map(([name]) => name)).toEqual(['mail sender', 'SES out of its sandbox']);
    expect((await failing(poor, { mailsPeople: false })).map(([name]) => name)).toEqual(['mail sender']);
    expect(await failing(poor, { sender: undefined, mailsPeople: false })).toEqual([]);
  });

  it('goes on when the account refuses a question', async () => {
    const refused = Object.assign(new Error('not authorized to perform: ses:GetAccount'), {
      name: 'AccessDeniedException',
    });
    expect(await failing({ mayMailAnyone: () => Promise.reject(refused), quota: async () => 10 })).toHaveLength(2);
  });
});
