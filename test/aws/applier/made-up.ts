// A small cloud assembly of our own, as `cdk synth` would write it: enough of everything to see applier and dispatcher work.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const ACCOUNT = '123456789012';
export const REGION = 'ap-southeast-1';
const code = 'hop.zip';
const policy = (Statement: object) => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...Statement }] });

type Resources = Readonly<Record<string, unknown>>;

/** First stack: hands the second one a parameter and an export. */
const BASE: Resources = {
  Bucket: {
    Type: 'AWS::S3::Bucket',
    Properties: {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of CloudFormation
      BucketName: { 'Fn::Sub': 'thu-${AWS::AccountId}-nhan' },
      VersioningConfiguration: { Status: 'Enabled' },
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
      LifecycleConfiguration: { Rules: [{ Id: 'cu', Status: 'Enabled', ExpirationInDays: 90 }] },
    },
  },
  Parameter: {
    Type: 'AWS::SSM::Parameter',
    Properties: { Name: '/thu/hang', Type: 'String', Value: { 'Fn::GetAtt': ['Bucket', 'Arn'] } },
  },
  Never: { Type: 'AWS::Nobody::Knows', Condition: 'IsNever', Properties: {} },
};

const WORK: Resources = {
  // Named before what it names, so that order matters.
  Rule: {
    Type: 'AWS::Events::Rule',
    Properties: {
      Name: 'thu-nhan',
      State: 'ENABLED',
      EventPattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        detail: { bucket: { name: [{ 'Fn::Select': [5, { 'Fn::Split': [':', { Ref: 'BucketArn' }] }] }] } },
      },
      Targets: [{ Id: 'hang', Arn: { 'Fn::GetAtt': ['Queue', 'Arn'] } }],
    },
  },
  Dead: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'thu-hong' } },
  Queue: {
    Type: 'AWS::SQS::Queue',
    Properties: {
      QueueName: 'thu-viec',
      VisibilityTimeout: 60,
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 2 },
    },
  },
  Fifo: {
    Type: 'AWS::SQS::Queue',
    Properties: { QueueName: 'thu-nhom.fifo', FifoQueue: true, ContentBasedDeduplication: true, VisibilityTimeout: 60 },
  },
  QueuePolicy: {
    Type: 'AWS::SQS::QueuePolicy',
    Properties: {
      Queues: [{ Ref: 'Queue' }],
      PolicyDocument: policy({
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: '*',
      }),
    },
  },
  Function: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      FunctionName: 'thu',
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      MemorySize: 256,
      Timeout: 10,
      Code: { S3Bucket: 'b', S3Key: code },
      DeadLetterConfig: { TargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] } },
      Environment: { Variables: { NOI: { 'Fn::ImportValue': 'thu-noi' } } },
    },
  },
  ...Object.fromEntries(
    ['Queue', 'Fifo'].map((queue) => [
      `From${queue}`,
      {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          FunctionName: { Ref: 'Function' },
          EventSourceArn: { 'Fn::GetAtt': [queue, 'Arn'] },
          BatchSize: 10,
          FunctionResponseTypes: ['ReportBatchItemFailures'],
        },
      },
    ]),
  ),
  Role: {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: 'thu',
      AssumeRolePolicyDocument: policy({ Principal: { Service: 'scheduler.amazonaws.com' }, Action: 'sts:AssumeRole' }),
      Policies: [
        {
          PolicyName: 'p',
          PolicyDocument: policy({ Action: 'sqs:SendMessage', Resource: { 'Fn::GetAtt': ['Queue', 'Arn'] } }),
        },
      ],
    },
  },
  Schedule: {
    Type: 'AWS::Scheduler::Schedule',
    Properties: {
      Name: 'thu-lich',
      FlexibleTimeWindow: { Mode: 'OFF' },
      ScheduleExpression: 'rate(1 hour)',
      Target: {
        Arn: { 'Fn::GetAtt': ['Function', 'Arn'] },
        RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Input: '{"tu":"lich","luc":"<aws.scheduler.scheduled-time>"}',
      },
    },
  },
};

function template(resources: Resources, more: object = {}): object {
  return {
    Parameters: {
      BucketArn: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/thu/hang' },
      BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/hnb659fds/version' },
    },
    Conditions: { IsNever: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'mars-1'] } },
    Resources: resources,
    ...more,
  };
}

/**
 * @param codeDir the function's package
 * @param extra resources added to the second stack, to break it
 * @returns the folder
 */
export function writeAssembly(folder: string, codeDir: string, extra: Resources = {}): string {
  mkdirSync(folder, { recursive: true });
  const write = (name: string, content: object) => writeFileSync(join(folder, name), JSON.stringify(content));
  const environment = `aws://${ACCOUNT}/${REGION}`;
  const stack = (name: string, dependencies: readonly string[]) => ({
    type: 'aws:cloudformation:stack',
    environment,
    dependencies,
    properties: { templateFile: `${name}.template.json`, stackName: name },
  });
  // The second stands first, so that only its dependency puts it behind the other.
  write('manifest.json', { artifacts: { viec: stack('viec', ['nen']), nen: stack('nen', []) } });
  const Outputs = { Noi: { Value: { Ref: 'Bucket' }, Export: { Name: 'thu-noi' } } };
  write('nen.template.json', template(BASE, { Outputs }));
  write('viec.template.json', template({ ...WORK, ...extra }));
  const source = { packaging: 'zip', path: codeDir };
  write('viec.assets.json', { files: { hop: { source, destinations: { d: { objectKey: code } } } } });
  return folder;
}
