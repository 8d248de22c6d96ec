import { IntakeStack } from '../../infra/stacks/intake';
import { COMMIT } from '../../lambdas/commit/constants';
import { INTAKE, INTAKE_HEAVY } from '../../lambdas/intake/constants';
import { actionsOn, all, named, type Resource, roleStatements } from './resources';
import { lakeOf, oneStack, PROVINCES, synth } from './synth';

const { template } = synth('hue');
const intake = template('intake');
const BASE = 'tg-hue-production';
const role = (name: string, from = intake) => named(from, 'AWS::IAM::Role', 'RoleName').get(`${BASE}-${name}`);
const lambda = (name: string): Resource['Properties'] =>
  named(intake, 'AWS::Lambda::Function', 'FunctionName').get(`${BASE}-${name}`)?.Properties ?? {};
const queueArn = (name: string) => `arn:aws:sqs:ap-southeast-1:111111111111:${BASE}-${name}`;

describe('from an upload to intake', () => {
  it('an event rule fills the queue, and what it cannot deliver is kept', () => {
    expect(named(intake, 'AWS::Events::Rule', 'Name').get(`${BASE}-uploads`)?.Properties).toMatchObject({
      EventPattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        detail: { bucket: { name: [`${BASE}-ingest-111111111111`] } },
      },
      Targets: [{ Arn: queueArn('intake'), DeadLetterConfig: { Arn: queueArn('events-dlq') } }],
    });
  });

  it('where uploads are scanned, only the end of a scan does, whatever it found', () => {
    const scanned = oneStack(IntakeStack, lakeOf('hue', { config: { malwareScan: true } }));
    expect(named(scanned, 'AWS::Events::Rule', 'Name').get(`${BASE}-uploads`)?.Properties.EventPattern).toEqual({
      source: ['aws.guardduty'],
      'detail-type': ['GuardDuty Malware Protection Object Scan Result'],
      detail: { s3ObjectDetails: { bucketName: [`${BASE}-ingest-111111111111`] } },
    });
    expect(all(scanned, 'AWS::GuardDuty::MalwareProtectionPlan')).toHaveLength(1);
    for (const name of ['intake', 'intake-heavy']) {
      const reads = roleStatements(role(name, scanned)).filter(({ Resource }) =>
        JSON.stringify(Resource).includes(`${BASE}-ingest-111111111111/*`),
      );
      expect(reads.map(({ Condition }) => Condition)).toEqual([
        { StringEquals: { 's3:ExistingObjectTag/GuardDutyMalwareScanStatus': 'NO_THREATS_FOUND' } },
      ]);
    }
    expect(all(intake, 'AWS::GuardDuty::MalwareProtectionPlan')).toEqual([]);
  });
});

describe('queues', () => {
  const queues = named(intake, 'AWS::SQS::Queue', 'QueueName');
  const idOf = (name: string) =>
    Object.keys(intake.findResources('AWS::SQS::Queue', { Properties: { QueueName: `${BASE}-${name}` } }))[0];

  it('hide a message six times as long as its function may run, and set it aside after five', () => {
    const expected = {
      intake: [INTAKE.timeoutSeconds, 'intake-dlq'],
      'intake-heavy': [INTAKE_HEAVY.timeoutSeconds, 'intake-dlq'],
      'commit.fifo': [COMMIT.timeoutSeconds, 'commit-dlq.fifo'],
    } as const;
    for (const [name, [timeout, dead]] of Object.entries(expected)) {
      expect(queues.get(`${BASE}-${name}`)?.Properties).toMatchObject({
        VisibilityTimeout: 6 * timeout,
        RedrivePolicy: {
          deadLetterTargetArn: { 'Fn::GetAtt': [idOf(dead), 'Arn'] },
          maxReceiveCount: 5,
        },
      });
      expect(queues.get(`${BASE}-${dead}`)?.Properties.MessageRetentionPeriod).toBe(14 * 86_400);
    }
  });

  it('of commit work one dataset at a time, and take a second bell for news', () => {
    expect(queues.get(`${BASE}-commit.fifo`)?.Properties).toMatchObject({
      FifoQueue: true,
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
    });
    expect(queues.get(`${BASE}-commit.fifo`)?.Properties.ContentBasedDeduplication).toBeUndefined();
  });

  it('take back only what they sent: dead letters return to their own queue', () => {
    expect(queues.get(`${BASE}-intake-dlq`)?.Properties.RedriveAllowPolicy).toEqual({
      redrivePermission: 'byQueue',
      sourceQueueArns: [queueArn('intake'), queueArn('intake-heavy')],
    });
  });

  it('wake their functions with partial answers and a limit at one time that is kept back for them', () => {
    const mappings = named(intake, 'AWS::Lambda::EventSourceMapping', 'EventSourceArn');
    const expected = { intake: 5, 'intake-heavy': 1, 'commit.fifo': 10 };
    for (const [queue, batchSize] of Object.entries(expected)) {
      const mapping = mappings.get(queueArn(queue))?.Properties;
      const reserved = lambda(queue.replace('.fifo', '')).ReservedConcurrentExecutions;
      expect(mapping).toMatchObject({
        BatchSize: batchSize,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: reserved },
      });
    }
  });
});

describe('functions', () => {
  it('have the size their constants say, the newest runtime, a key, a log of their own and a place for failed calls', () => {
    const sizes = { intake: INTAKE, 'intake-heavy': INTAKE_HEAVY, commit: COMMIT };
    for (const [name, { memoryMb, timeoutSeconds, ephemeralMb }] of Object.entries(sizes))
      expect(lambda(name)).toMatchObject({
        MemorySize: memoryMb,
        Timeout: timeoutSeconds,
        EphemeralStorage: { Size: ephemeralMb },
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        KmsKeyArn: expect.objectContaining({ Ref: expect.any(String) }),
        DeadLetterConfig: { TargetArn: queueArn('events-dlq') },
        LoggingConfig: { LogGroup: `/aws/lambda/${BASE}-${name}` },
      });
  });

  it('get no more memory than the account may give', () => {
    const held = oneStack(IntakeStack, lakeOf('hue', { config: { memoryLimitMb: 3008 } }));
    const sizes = all(held, 'AWS::Lambda::Function').map(({ Properties }) => Number(Properties.MemorySize));
    expect(Math.max(...sizes)).toBe(3008);
    expect(lambda('intake-heavy').MemorySize).toBe(10_240);
  });

  it('are told their place and nothing else of the province', () => {
    const { Variables } = Object(lambda('intake').Environment);
    expect(JSON.parse(Variables.TG_PLACE)).toEqual({
      province: 'hue',
      stage: 'production',
      account: '111111111111',
      region: 'ap-southeast-1',
    });
    expect(JSON.stringify(Variables)).not.toContain('@');
  });

  it('reconcile each quarter of an hour, and everything once a night', () => {
    const rules = named(intake, 'AWS::Events::Rule', 'Name');
    expect(rules.get(`${BASE}-reconcile-tail`)?.Properties).toMatchObject({
      ScheduleExpression: 'rate(15 minutes)',
      Targets: [{ Input: '{"scope":"tail"}', DeadLetterConfig: { Arn: queueArn('events-dlq') } }],
    });
    expect(rules.get(`${BASE}-reconcile-full`)?.Properties).toMatchObject({
      ScheduleExpression: 'cron(0 18 * * ? *)',
      Targets: [{ Input: '{"scope":"full"}' }],
    });
    for (const { Properties } of all(intake, 'AWS::Lambda::Permission'))
      expect(Properties).toMatchObject({
        SourceAccount: '111111111111',
        SourceArn: expect.stringMatching(/rule\/tg-hue-production-(reconcile-(tail|full)|upkeep)$/),
      });
  });

  it('look after tables at night, one at a time, and leave to Glue what Glue merges', () => {
    expect(named(intake, 'AWS::Events::Rule', 'Name').get(`${BASE}-upkeep`)?.Properties).toMatchObject({
      ScheduleExpression: 'cron(0 19-23 * * ? *)',
      Targets: [{ DeadLetterConfig: { Arn: queueArn('events-dlq') } }],
    });
    const maintain = named(intake, 'AWS::Lambda::Function', 'FunctionName').get(`${BASE}-maintain`)?.Properties;
    expect(maintain).toMatchObject({
      ReservedConcurrentExecutions: 1,
      Environment: { Variables: { TG_COMPACTION: 'glue' } },
    });
  });

  it('sign their code from level 3 on, and join the network where there is one', () => {
    const at = (config: object) => all(oneStack(IntakeStack, lakeOf('hue', { config })), 'AWS::Lambda::Function');
    for (const { Properties } of at({ securityLevel: 3 })) expect(Properties.CodeSigningConfigArn).toBeDefined();
    for (const { Properties } of at({ securityLevel: 2 })) expect(Properties.CodeSigningConfigArn).toBeUndefined();
    for (const { Properties } of at({ vpc: true })) expect(Properties.VpcConfig).toBeDefined();
    for (const { Properties } of at({ vpc: false })) expect(Properties.VpcConfig).toBeUndefined();
  });
});

describe('who writes what', () => {
  const METADATA = '/*/metadata/*';

  it('metadata and pointers: commit and maintain alone', () => {
    for (const [name, { Properties }] of named(intake, 'AWS::IAM::Role', 'RoleName')) {
      const writes = actionsOn(role(name.slice(BASE.length + 1)), METADATA).filter(
        (action) => action !== 's3:GetObject',
      );
      const expected: Readonly<Record<string, readonly string[]>> = {
        [`${BASE}-commit`]: ['s3:PutObject'],
        [`${BASE}-maintain`]: ['s3:DeleteObject', 's3:PutObject'],
      };
      expect({ name, writes }).toEqual({ name, writes: expected[name] ?? [] });
      expect({ name, moves: JSON.stringify(Properties).includes('glue:UpdateTable') }).toEqual({
        name,
        moves: name in expected,
      });
    }
  });

  it('uploads and raw: commit has no right on either', () => {
    for (const zone of ['ingest', 'raw']) {
      expect(actionsOn(role('commit'), `${BASE}-${zone}-`)).toEqual([]);
      expect(actionsOn(role('intake'), `${BASE}-${zone}-`)).not.toEqual([]);
    }
  });

  it('reconcile: no table, no zone, but a note of what is overdue', () => {
    const puts = roleStatements(role('reconcile')).filter(({ Action }) => Action.includes('s3:PutObject'));
    expect(puts.map(({ Resource }) => Resource)).toEqual([`arn:aws:s3:::${BASE}-control-111111111111/overdue/*`]);
    expect(roleStatements(role('reconcile')).flatMap(({ Action }) => Action)).not.toContain('s3:DeleteObject');
  });

  it('maintain: tables, their records and stale offers; no file as sent, no upload, nobody’s receipt', () => {
    for (const zone of ['ingest', 'raw', 'quarantine', 'receipts'])
      expect(actionsOn(role('maintain'), `${BASE}-${zone}-`)).toEqual([]);
    const deletes = roleStatements(role('maintain')).filter(({ Action }) => Action.includes('s3:DeleteObject'));
    expect(deletes.flatMap(({ Resource }) => Resource)).toEqual([
      `arn:aws:s3:::${BASE}-control-111111111111/handoff/*`,
      `arn:aws:s3:::${BASE}-curated-111111111111/*/data/*`,
      `arn:aws:s3:::${BASE}-curated-111111111111/*/metadata/*`,
    ]);
  });

  it('nobody but maintain deletes a data file, and versions stay', () => {
    for (const name of ['intake', 'intake-heavy', 'commit', 'maintain', 'reconcile']) {
      const actions = actionsOn(role(name), '');
      expect(actions).not.toContain('s3:DeleteObjectVersion');
      if (name !== 'maintain') expect(actionsOn(role(name), '-curated-')).not.toContain('s3:DeleteObject');
    }
  });
});

describe.each(PROVINCES)('upload roles of %s', (province) => {
  const { lake, template: of } = synth(province);
  const roles = named(of('intake'), 'AWS::IAM::Role', 'RoleName');

  it('reach their own agency’s folder and no other', () => {
    for (const { id } of lake.config.agencies) {
      const found = roles.get(lake.names.role(`upload-${id}`));
      const arns = roleStatements(found)
        .filter(({ Action }) => Action.some((action) => action.startsWith('s3:') && action !== 's3:ListBucket'))
        .flatMap(({ Resource }) => Resource);
      expect(arns).toEqual([
        `${lake.names.bucketArn('ingest')}/${id}/*`,
        `${lake.names.bucketArn('receipts')}/${id}/*`,
      ]);
      const lists = roleStatements(found).filter(({ Action }) => Action.includes('s3:ListBucket'));
      expect(lists.map(({ Condition }) => Condition)).toEqual([{ StringLike: { 's3:prefix': [`${id}/*`] } }]);
    }
  });

  it('are taken by the agency’s own sign-in, and by whom the YAML trusts', () => {
    for (const { id, trusted } of lake.config.agencies) {
      const trust = JSON.stringify(roles.get(lake.names.role(`upload-${id}`))?.Properties.AssumeRolePolicyDocument);
      expect(trust).toContain(`AWSReservedSSO_tg-${province}-${id}_*`);
      for (const who of trusted) expect(trust).toContain(/^\d+$/.test(who) ? `arn:aws:iam::${who}:root` : who);
      const elsewhere = [...trust.matchAll(/arn:aws:iam::(\d{12})/g)].map(([, account]) => account);
      expect(new Set(elsewhere)).toEqual(
        new Set([lake.config.account, ...trusted.map((who) => /\d{12}/.exec(who)![0])]),
      );
    }
  });

  it('are told of their files by a topic of their own', () => {
    const topics = named(of('intake'), 'AWS::SNS::Topic', 'TopicName');
    const subscriptions = all(of('intake'), 'AWS::SNS::Subscription').map(({ Properties }) => Properties.Endpoint);
    for (const { id } of lake.config.agencies)
      expect(topics.get(lake.names.topic.receipts(id))?.Properties.KmsMasterKeyId).toBeDefined();
    expect(subscriptions.toSorted()).toEqual(lake.config.agencies.flatMap(({ notify }) => notify).toSorted());
  });
});

describe('hints and bells', () => {
  it('may be sent where a handler sends them, and nowhere else', () => {
    const may = (name: string) =>
      roleStatements(role(name))
        .filter(({ Action }) => JSON.stringify(Action).includes('sqs:SendMessage'))
        .flatMap(({ Resource }) => Resource)
        .toSorted();
    const dead = queueArn('events-dlq');
    const without = (name: string) => may(name).filter((arn) => arn !== dead);
    expect(without('intake')).toEqual([queueArn('commit.fifo'), queueArn('intake-heavy')]);
    // What has to be judged again goes back to intake.
    expect(without('commit')).toEqual([queueArn('intake')]);
    expect(without('reconcile')).toEqual([queueArn('commit.fifo'), queueArn('intake')]);
  });
});
