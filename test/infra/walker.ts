// Walks every policy statement, queue, target, function and log group of synthesized templates and says what breaks a rule.
// The templates are what is tested: emulators do not enforce policies.
import { z } from 'zod';

const one = <T extends z.ZodType>(item: T) => z.union([item.transform((only) => [only]), z.array(item)]);
/** A name, or a reference CloudFormation resolves: then its JSON. */
const text = z.union([z.string(), z.record(z.string(), z.unknown()).transform((value) => JSON.stringify(value))]);
const statementShape = z.object({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.union([z.literal('*'), z.record(z.string(), one(text))]).optional(),
  Action: one(z.string()).default([]),
  NotAction: one(z.string()).optional(),
  Resource: one(text).default([]),
  NotResource: one(text).optional(),
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
});
const document = z.object({ Statement: one(statementShape) });
const resourceShape = z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) });
const templateShape = z.object({ Resources: z.record(z.string(), resourceShape).default({}) });

export type Statement = Readonly<z.infer<typeof statementShape>>;

/** `identity`: what a role may do. `boundary`: the most it may. `trust`: who takes it. `resource`: who may use a thing. */
export type Kind = 'identity' | 'boundary' | 'trust' | 'resource';

export interface Placed {
  readonly id: string;
  readonly type: string;
  readonly kind: Kind;
  /** Of the role, when it has a plain name. */
  readonly role: string;
  readonly statement: Statement;
}

export interface Resource {
  readonly id: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

export function resourcesOf(template: unknown): readonly Resource[] {
  const { Resources } = templateShape.parse(template);
  return Object.entries(Resources).map(([id, { Type, Properties }]) => ({ id, type: Type, properties: Properties }));
}

const inline = z.array(z.object({ PolicyDocument: document })).default([]);
const named = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? ''));
const DOCUMENTS: Readonly<Record<string, readonly [property: string, kind: Kind]>> = {
  'AWS::IAM::Policy': ['PolicyDocument', 'identity'],
  'AWS::IAM::ManagedPolicy': ['PolicyDocument', 'boundary'],
  'AWS::KMS::Key': ['KeyPolicy', 'resource'],
  'AWS::S3::BucketPolicy': ['PolicyDocument', 'resource'],
  'AWS::SQS::QueuePolicy': ['PolicyDocument', 'resource'],
  'AWS::SNS::TopicPolicy': ['PolicyDocument', 'resource'],
  'AWS::EC2::VPCEndpoint': ['PolicyDocument', 'resource'],
  'AWS::Logs::ResourcePolicy': ['PolicyDocument', 'resource'],
};

/** Every statement of a template. @throws ZodError for a statement of an unknown shape */
export function statementsOf(template: unknown): readonly Placed[] {
  return resourcesOf(template).flatMap(({ id, type, properties }): Placed[] => {
    const role = type === 'AWS::IAM::Role' ? named(properties.RoleName) : '';
    const place = (kind: Kind, statements: readonly Statement[]) =>
      statements.map((statement) => ({ id, type, kind, role, statement }));
    if (type === 'AWS::IAM::Role') {
      return [
        ...place('trust', document.parse(properties.AssumeRolePolicyDocument).Statement),
        ...inline
          .parse(properties.Policies)
          .flatMap(({ PolicyDocument }) => place('identity', PolicyDocument.Statement)),
      ];
    }
    const found = DOCUMENTS[type];
    if (found === undefined || properties[found[0]] === undefined) return [];
    const policy = properties[found[0]];
    return place(found[1], document.parse(typeof policy === 'string' ? JSON.parse(policy) : policy).Statement);
  });
}

/** Actions for which IAM knows no narrower resource, and why the lake needs them. */
export const WITHOUT_RESOURCE: Readonly<Record<string, string>> = {
  'athena:ListDataCatalogs': 'people choose where to ask',
  'athena:ListWorkGroups': 'people choose where to ask',
  'lakeformation:GetDataAccess': 'rows by Lake Formation',
  'lakeformation:GetDataLakeSettings': 'the auditor reads settings',
  'lakeformation:ListDataCellsFilter': 'the auditor reads grants',
  'lakeformation:ListPermissions': 'the auditor reads grants',
  'cloudtrail:LookupEvents': 'the auditor reads the trail',
  'logs:CreateLogDelivery': 'log of the state machine',
  'logs:DeleteLogDelivery': 'log of the state machine',
  'logs:DescribeLogGroups': 'log of the state machine',
  'logs:DescribeResourcePolicies': 'log of the state machine',
  'logs:GetLogDelivery': 'log of the state machine',
  'logs:ListLogDeliveries': 'log of the state machine',
  'logs:PutResourcePolicy': 'log of the state machine',
  'logs:UpdateLogDelivery': 'log of the state machine',
  'xray:GetSamplingRules': 'traces of the state machine',
  'xray:GetSamplingTargets': 'traces of the state machine',
  'xray:PutTelemetryRecords': 'traces of the state machine',
  'xray:PutTraceSegments': 'traces of the state machine',
  'ec2:AssignPrivateIpAddresses': 'functions inside a VPC',
  'ec2:CreateNetworkInterface': 'functions inside a VPC',
  'ec2:DeleteNetworkInterface': 'functions inside a VPC',
  'ec2:DescribeNetworkInterfaces': 'functions inside a VPC',
  'ec2:DescribeSubnets': 'functions inside a VPC',
  'ec2:UnassignPrivateIpAddresses': 'functions inside a VPC',
};

const conditionKeys = ({ Condition }: Statement): readonly string[] =>
  Object.values(Condition).flatMap((tests) => Object.keys(tests));

const isEverything = (resource: string): boolean =>
  resource === '*' || /^arn:[^:]*:[^:]*:[^:]*:[^:]*:\*$/.test(resource);

function isGuarded(kind: Kind, service: string, statement: Statement): boolean {
  const keys = conditionKeys(statement);
  if (keys.includes('aws:SourceAccount') && keys.includes('aws:SourceArn')) return true;
  // A function's role is handed to Lambda by iam:PassRole of the deployment; Lambda sends neither key when it takes it.
  if (kind === 'trust' && service === 'lambda.amazonaws.com') return true;
  // The plan that takes this role has its ARN only after the role is there.
  if (kind === 'trust' && service === 'malware-protection-plan.guardduty.amazonaws.com')
    return keys.includes('aws:SourceAccount');
  // The deliverer of logs names our account's logs in the encryption context.
  if (service === 'delivery.logs.amazonaws.com') return keys.includes('kms:EncryptionContext:SourceArn');
  // CloudWatch Logs names the log group in the encryption context instead.
  return service.startsWith('logs.') && keys.includes('kms:EncryptionContext:aws:logs:arn');
}

/** What is wrong with one statement, in words; nothing: nothing. */
export function statementFindings({ id, type, kind, statement }: Placed): readonly string[] {
  const found: string[] = [];
  const say = (problem: string) => found.push(`${id} (${statement.Sid ?? kind}): ${problem}`);
  if (statement.Effect === 'Deny') return found;
  if (statement.NotAction) say('allows all but some actions');
  if (statement.NotResource) say('allows all but some resources');
  for (const action of statement.Action) if (action.includes('*')) say(`action ${action}`);
  // A key's policy speaks of the key itself; an endpoint's lets our own roles through to our own things.
  const keys = conditionKeys(statement);
  const isOwn =
    type === 'AWS::KMS::Key' ||
    (type === 'AWS::EC2::VPCEndpoint' && keys.includes('aws:PrincipalAccount') && keys.includes('aws:ResourceAccount'));
  if (kind !== 'trust' && !isOwn) {
    for (const resource of statement.Resource.filter(isEverything)) {
      if (kind === 'boundary' && resource !== '*') continue;
      const wide = statement.Action.filter((action) => !(action in WITHOUT_RESOURCE));
      if (wide.length > 0) say(`${wide.join(', ')} on ${resource}`);
    }
  }
  const principal = statement.Principal;
  if (principal === undefined) return found;
  const anyone = principal === '*' || Object.values(principal).flat().includes('*');
  if (anyone && Object.keys(statement.Condition).length === 0) say('anybody, without a condition');
  const services = principal === '*' ? [] : (principal.Service ?? []);
  for (const service of services) {
    if (!isGuarded(kind, service, statement)) say(`${service} without aws:SourceAccount and aws:SourceArn`);
  }
  return found;
}

/** A role with a policy somebody else may change, or without the boundary. */
export function roleFindings(template: unknown): readonly string[] {
  return resourcesOf(template)
    .filter(({ type }) => type === 'AWS::IAM::Role')
    .flatMap(({ id, properties }) => [
      ...(properties.ManagedPolicyArns === undefined ? [] : [`${id}: managed policies`]),
      ...(properties.PermissionsBoundary === undefined ? [`${id}: no permission boundary`] : []),
    ]);
}

const withDeadLetters = z.object({ DeadLetterConfig: z.object({ Arn: z.unknown().refine(Boolean) }) });
const deadLettered = z.object({ DeadLetterConfig: z.object({ TargetArn: z.unknown().refine(Boolean) }) });

/** Queues, targets, schedules, functions and subscriptions from which something could be lost. */
export function lossFindings(template: unknown): readonly string[] {
  const resources = resourcesOf(template);
  return resources.flatMap(({ id, type, properties }) => {
    switch (type) {
      case 'AWS::SQS::Queue': {
        const isLast = /-dlq(\.fifo)?$/.test(named(properties.QueueName));
        return isLast || properties.RedrivePolicy !== undefined ? [] : [`${id}: queue without a dead-letter queue`];
      }
      case 'AWS::Events::Rule':
        return z
          .array(z.unknown())
          .parse(properties.Targets ?? [])
          .flatMap((target, i) =>
            withDeadLetters.safeParse(target).success ? [] : [`${id}: target ${i + 1} without a dead-letter queue`],
          );
      case 'AWS::Scheduler::Schedule':
        return withDeadLetters.safeParse(properties.Target).success
          ? []
          : [`${id}: schedule without a dead-letter queue`];
      case 'AWS::Lambda::Function':
        return deadLettered.safeParse(properties).success ? [] : [`${id}: function without a dead-letter queue`];
      case 'AWS::SNS::Subscription':
        // Mail has no dead-letter queue: a bounce is seen in SNS's own metrics.
        return properties.Protocol === 'email' || properties.RedrivePolicy !== undefined
          ? []
          : [`${id}: subscription without a dead-letter queue`];
      default:
        return [];
    }
  });
}

/** Functions without a log group of their own, log groups without an end or a key, functions whose settings have no key. */
export function logFindings(template: unknown): readonly string[] {
  const resources = resourcesOf(template);
  const groups = resources.filter(({ type }) => type === 'AWS::Logs::LogGroup');
  const logging = z.object({ LogGroup: z.string() });
  return [
    ...groups.flatMap(({ id, properties }) => [
      ...(properties.RetentionInDays === undefined ? [`${id}: log without an end`] : []),
      ...(properties.KmsKeyId === undefined ? [`${id}: log without a key`] : []),
    ]),
    ...resources
      .filter(({ type }) => type === 'AWS::Lambda::Function')
      .flatMap(({ id, properties }) => {
        const own = logging.safeParse(properties.LoggingConfig);
        const group =
          own.success && groups.some(({ properties: { LogGroupName } }) => LogGroupName === own.data.LogGroup);
        return [
          ...(group ? [] : [`${id}: function without a log group of its own`]),
          ...(properties.KmsKeyArn === undefined ? [`${id}: function without a key`] : []),
        ];
      }),
  ];
}

/** Lambda permissions given to a service for any caller's resource. */
export function permissionFindings(template: unknown): readonly string[] {
  return resourcesOf(template)
    .filter(({ type }) => type === 'AWS::Lambda::Permission')
    .filter(({ properties }) => properties.SourceArn === undefined || properties.SourceAccount === undefined)
    .map(({ id }) => `${id}: permission without SourceArn and SourceAccount`);
}

export function findingsOf(template: unknown): readonly string[] {
  return [
    ...statementsOf(template).flatMap(statementFindings),
    ...roleFindings(template),
    ...lossFindings(template),
    ...logFindings(template),
    ...permissionFindings(template),
  ];
}
