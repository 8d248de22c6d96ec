// Every statement, queue, target, function and log of three provinces obeys the rules of walker.ts, and each rule bites.
import { PROVINCES, synth } from './synth';
import { findingsOf, type Kind, resourcesOf, statementsOf, WITHOUT_RESOURCE } from './walker';

const templates = PROVINCES.flatMap((province) =>
  [...synth(province).templates].map(([stack, template]) => [province, stack, template.toJSON()] as const),
);

describe('every policy statement', () => {
  it('is looked at: there are roles, keys, buckets, queues and topics with policies', () => {
    const all = templates.flatMap(([, , template]) => statementsOf(template));
    expect(new Set(all.map(({ type }) => type))).toEqual(
      new Set([
        'AWS::IAM::Role',
        'AWS::IAM::ManagedPolicy',
        'AWS::KMS::Key',
        'AWS::S3::BucketPolicy',
        'AWS::SQS::QueuePolicy',
        'AWS::SNS::TopicPolicy',
        'AWS::EC2::VPCEndpoint',
      ]),
    );
    expect(all.length).toBeGreaterThan(300);
  });

  it.each(templates)('of %s %s obeys the rules', (_province, _stack, template) => {
    expect(resourcesOf(template).length).toBeGreaterThan(0);
    expect(findingsOf(template)).toEqual([]);
  });

  it('gives no role an action its boundary cuts off, and has room in what IAM takes', () => {
    for (const province of PROVINCES) {
      const all = [...synth(province).templates.values()].flatMap((template) => statementsOf(template.toJSON()));
      const allowed = (kind: Kind) =>
        all
          .filter((placed) => placed.kind === kind && placed.statement.Effect === 'Allow')
          .flatMap(({ statement }) => statement.Action);
      const within = new Set(allowed('boundary'));
      expect(allowed('identity').filter((action) => !within.has(action))).toEqual([]);
      const size = (kind: Kind, id?: string) =>
        all
          .filter((placed) => placed.kind === kind && (id === undefined || placed.id === id))
          .reduce((sum, { statement }) => sum + JSON.stringify(statement).length, 0);
      expect(size('boundary')).toBeLessThan(6144);
      for (const { id } of all.filter(({ kind }) => kind === 'identity'))
        expect(size('identity', id)).toBeLessThan(10_240);
    }
  });

  it('uses every action that is let through without a resource', () => {
    const used = new Set(
      templates.flatMap(([, , template]) =>
        statementsOf(template)
          .filter(({ statement }) => statement.Resource.includes('*'))
          .flatMap(({ statement }) => statement.Action),
      ),
    );
    expect(Object.keys(WITHOUT_RESOURCE).filter((action) => !used.has(action))).toEqual([]);
  });
});

const role = (statement: object, more: object = {}) => ({
  Resources: {
    R: {
      Type: 'AWS::IAM::Role',
      Properties: {
        PermissionsBoundary: 'arn:aws:iam::111111111111:policy/b',
        AssumeRolePolicyDocument: {
          Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
        Policies: [{ PolicyName: 'p', PolicyDocument: { Statement: [{ Effect: 'Allow', ...statement }] } }],
        ...more,
      },
    },
  },
});
const policy = (type: string, statement: object) => ({
  Resources: { P: { Type: type, Properties: { PolicyDocument: { Statement: { Effect: 'Allow', ...statement } } } } },
});
const alone = (type: string, properties: object) => ({ Resources: { X: { Type: type, Properties: properties } } });
const QUEUE = 'arn:aws:sqs:ap-southeast-1:111111111111:q';
const fine = { Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' };

describe('the walker', () => {
  it('finds nothing in a narrow role', () => {
    expect(findingsOf(role(fine))).toEqual([]);
    expect(findingsOf(role({ Action: 'lakeformation:GetDataAccess', Resource: '*' }))).toEqual([]);
  });

  it.each([
    ['every action', role({ Action: '*', Resource: 'arn:aws:s3:::b' }), 'action *'],
    ['every action of a service', role({ Action: ['s3:*'], Resource: 'arn:aws:s3:::b' }), 'action s3:*'],
    ['actions by a pattern', role({ Action: 's3:Get*', Resource: 'arn:aws:s3:::b' }), 'action s3:Get*'],
    ['all but some actions', role({ NotAction: 's3:GetObject', Resource: 'arn:aws:s3:::b' }), 'all but some actions'],
    [
      'all but some resources',
      role({ Action: 's3:GetObject', NotResource: 'arn:aws:s3:::b' }),
      'all but some resources',
    ],
    ['every resource', role({ Action: 's3:GetObject', Resource: '*' }), 's3:GetObject on *'],
    ['every bucket', role({ Action: 's3:GetObject', Resource: 'arn:aws:s3:::*' }), 's3:GetObject on arn:aws:s3:::*'],
    [
      'every resource beside an action that has none',
      role({ Action: ['lakeformation:GetDataAccess', 'glue:UpdateTable'], Resource: ['*'] }),
      'glue:UpdateTable on *',
    ],
    [
      'a managed policy',
      role(fine, { ManagedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] }),
      'managed policies',
    ],
    ['a role without a boundary', role(fine, { PermissionsBoundary: undefined }), 'no permission boundary'],
    [
      'a role any schedule of the world may take',
      role(fine, {
        AssumeRolePolicyDocument: {
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'scheduler.amazonaws.com' },
              Action: 'sts:AssumeRole',
              Condition: { StringEquals: { 'aws:SourceAccount': '111111111111' } },
            },
          ],
        },
      }),
      'scheduler.amazonaws.com without',
    ],
    [
      'a queue any rule of the world may fill',
      policy('AWS::SQS::QueuePolicy', {
        Principal: { Service: ['events.amazonaws.com'] },
        Action: 'sqs:SendMessage',
        Resource: QUEUE,
        Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:events:ap-southeast-1:111111111111:rule/r' } },
      }),
      'events.amazonaws.com without',
    ],
    [
      'a bucket for anybody',
      policy('AWS::S3::BucketPolicy', { Principal: '*', ...fine }),
      'anybody, without a condition',
    ],
    [
      'a topic for anybody, said otherwise',
      policy('AWS::SNS::TopicPolicy', {
        Principal: { AWS: '*' },
        Action: 'sns:Publish',
        Resource: 'arn:aws:sns:x:1:t',
      }),
      'anybody, without a condition',
    ],
    [
      'a queue without a dead-letter queue',
      alone('AWS::SQS::Queue', { QueueName: 'q' }),
      'without a dead-letter queue',
    ],
    [
      'one target of two without a dead-letter queue',
      alone('AWS::Events::Rule', { Targets: [{ Arn: QUEUE, DeadLetterConfig: { Arn: QUEUE } }, { Arn: QUEUE }] }),
      'target 2 without',
    ],
    ['a schedule without one', alone('AWS::Scheduler::Schedule', { Target: { Arn: QUEUE } }), 'schedule without'],
    [
      'a subscription without one',
      alone('AWS::SNS::Subscription', { Protocol: 'lambda', Endpoint: 'f' }),
      'subscription without',
    ],
    ['a function without one', alone('AWS::Lambda::Function', {}), 'function without a dead-letter queue'],
    ['a function that logs where it likes', alone('AWS::Lambda::Function', {}), 'without a log group of its own'],
    ['a function without a key', alone('AWS::Lambda::Function', {}), 'function without a key'],
    ['a log without an end', alone('AWS::Logs::LogGroup', { KmsKeyId: 'k' }), 'log without an end'],
    ['a log without a key', alone('AWS::Logs::LogGroup', { RetentionInDays: 180 }), 'log without a key'],
    [
      'a function any bucket of the world may call',
      alone('AWS::Lambda::Permission', { SourceArn: 'arn:aws:s3:::b', Principal: 's3.amazonaws.com' }),
      'permission without SourceArn and SourceAccount',
    ],
  ])('catches %s', (_what, template, problem) => {
    expect(findingsOf(template).join('\n')).toContain(problem);
  });

  it('refuses a statement it cannot read', () => {
    expect(() => statementsOf(role({ Effect: 'Maybe', ...fine }))).toThrow();
  });
});
