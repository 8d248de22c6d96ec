// doctor --aws against made-up accounts: each thing that can be missing is named with the command to run next.
import type { Account, FoundResource } from '../../../platform/aws/account';
import { CONCURRENCY_MIN, readiness, type Wanted } from '../../../platform/aws/readiness';

const WANTED: Wanted = {
  account: '111111111111',
  region: 'ap-southeast-5',
  sender: 'ho-du-lieu@hue.example.vn',
  mailsPeople: true,
  province: 'hue',
  stage: 'dev',
  makesDetectors: true,
  existing: [],
};

const TYPES = ['AWS::GuardDuty::Detector', 'AWS::SecurityHub::Hub', 'AWS::AccessAnalyzer::Analyzer'];

const READY: Account = {
  identity: async () => '111111111111',
  parameter: async (name) => (name === '/cdk-bootstrap/hnb659fds/version' ? '29' : undefined),
  mayMailAnyone: async () => true,
  isVerifiedSender: async (address) => address === WANTED.sender,
  quota: async (service, code) => (service === 'lambda' && code === 'L-B99A9384' ? 1000 : undefined),
  resources: async (type) => {
    if (!TYPES.includes(type)) throw new Error(`nobody asks for ${type}`);
    return [];
  },
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
      ['GuardDuty', true],
      ['Security Hub', true],
      ['Access Analyzer', true],
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

  it.each(['ECONNREFUSED', 'ENOTFOUND'])('names the network, not the credentials, after %s', async (code) => {
    const offline = Object.assign(new Error(`connect ${code}`), { code });
    expect(await failing({ identity: () => Promise.reject(offline) })).toEqual([
      [
        'account and credentials',
        `this computer cannot reach AWS (connect ${code}): look at network, firewall and proxy`,
        'curl -sSI https://sts.amazonaws.com',
      ],
    ]);
  });

  it('goes on when the account refuses a question', async () => {
    const refused = Object.assign(new Error('not authorized to perform: ses:GetAccount'), {
      name: 'AccessDeniedException',
    });
    expect(await failing({ mayMailAnyone: () => Promise.reject(refused), quota: async () => 10 })).toHaveLength(2);
  });

  describe('what an account has once', () => {
    const ours = { project: 'tam-giang', province: 'hue', stage: 'dev', zone: 'governance' };
    const pairs = (tags: Readonly<Record<string, string>>) =>
      Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    const ARN = 'arn:aws:access-analyzer:ap-southeast-5:111111111111:analyzer/cua-so';
    const having =
      (found: Readonly<Record<string, readonly FoundResource[]>>): Account['resources'] =>
      async (type) =>
        found[type.split('::')[1] ?? ''] ?? [];

    it('is named with its id and the command that takes it away, where somebody else has it', async () => {
      const found = await failing({
        resources: having({
          GuardDuty: [{ id: '12abc34d', properties: { Enable: true } }],
          SecurityHub: [{ id: 'arn:aws:securityhub:ap-southeast-5:111111111111:hub/default', properties: {} }],
          AccessAnalyzer: [{ id: ARN, properties: { Type: 'ACCOUNT' } }],
        }),
      });
      expect(found.map(([name, , next]) => [name, next])).toEqual([
        ['GuardDuty', 'aws guardduty delete-detector --detector-id 12abc34d --region ap-southeast-5'],
        ['Security Hub', 'aws securityhub disable-security-hub --region ap-southeast-5'],
        ['Access Analyzer', 'aws accessanalyzer delete-analyzer --analyzer-name cua-so --region ap-southeast-5'],
      ]);
      expect(found[0]?.[1]).toMatch(/^12abc34d is on already and not of this deployment/);
    });

    it('is no trouble where the stacks of this province made it, tagged in pairs or as a map', async () => {
      const resources = having({
        GuardDuty: [{ id: 'a', properties: { Tags: pairs(ours) } }],
        SecurityHub: [{ id: 'b', properties: { Tags: ours } }],
        AccessAnalyzer: [{ id: ARN, properties: { Type: 'ACCOUNT', Tags: pairs(ours) } }],
      });
      expect(await failing({ resources })).toEqual([]);
    });

    it('is trouble where another stage or province made it', async () => {
      for (const other of [{ stage: 'production' }, { province: 'nho' }, { project: 'khac' }]) {
        const properties = { Tags: pairs({ ...ours, ...other }) };
        expect(await failing({ resources: having({ GuardDuty: [{ id: 'a', properties }] }) })).toHaveLength(1);
      }
    });

    it('leaves analyzers of an organisation and of unused access alone', async () => {
      const analyzers = ['ORGANIZATION', 'ACCOUNT_UNUSED_ACCESS'].map((Type) => ({ id: ARN, properties: { Type } }));
      expect(await failing({ resources: having({ AccessAnalyzer: analyzers }) })).toEqual([]);
      const unsaid = [{ id: ARN, properties: {} }];
      expect(await failing({ resources: having({ AccessAnalyzer: unsaid }) })).toHaveLength(1);
    });

    it('is no trouble where the YAML names it as another’s, and is where it does so and there is none', async () => {
      const wanted = { existing: ['guardDuty', 'securityHub'] };
      const resources = having({ GuardDuty: [{ id: 'a', properties: {} }] });
      expect((await failing({ resources }, wanted)).map(([name, , next]) => [name, next])).toEqual([
        ['Security Hub', expect.stringMatching(/^take securityHub out of “existing” in infra\/provinces\/\w+\.yaml$/)],
      ]);
    });

    it('is not asked for where the level makes none, and a refusal names the command that lists it', async () => {
      const refused = Object.assign(new Error('no cloudformation:ListResources'), { name: 'AccessDeniedException' });
      const resources = () => Promise.reject(refused);
      expect(await failing({ resources }, { makesDetectors: false })).toEqual([]);
      expect((await failing({ resources })).map(([, , next]) => next)).toEqual([
        'aws guardduty list-detectors --region ap-southeast-5',
        'aws securityhub describe-hub --region ap-southeast-5',
        'aws accessanalyzer list-analyzers --region ap-southeast-5',
      ]);
    });
  });
});
