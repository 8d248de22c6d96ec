// What is known afterwards, and by whom: the trail of who touched which object, the detectors of the account, and a queue from
// which a security centre (the province's, or the national one) takes findings. No finding carries a row.
import { CfnAnalyzer } from 'aws-cdk-lib/aws-accessanalyzer';
import { CfnTrail } from 'aws-cdk-lib/aws-cloudtrail';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnDetector } from 'aws-cdk-lib/aws-guardduty';
import { PolicyDocument, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnHub } from 'aws-cdk-lib/aws-securityhub';
import { CfnQueue, CfnQueuePolicy } from 'aws-cdk-lib/aws-sqs';
import { isOn } from '../controls';
import type { DETECTORS } from '../province-config';
import type { LakeStack } from './lake-stack';
import { ZONES_WITH_ROWS } from './persona-roles';
import { fromUs } from './statements';
import { deny } from './zone-bucket';

export function evidence(stack: LakeStack): void {
  const { config } = stack.lake;
  if (isOn('dataEvents', config)) trail(stack);
  if (isOn('detection', config)) detectors(stack);
  if (isOn('nationalFeed', config)) findings(stack);
}

function trail(stack: LakeStack): void {
  const { names } = stack.lake;
  const is = (field: string, value: string) => ({ field, equalTo: [value] });
  new CfnTrail(stack, 'Trail', {
    trailName: names.trail,
    isLogging: true,
    isMultiRegionTrail: true,
    includeGlobalServiceEvents: true,
    enableLogFileValidation: true,
    s3BucketName: names.bucket('audit'),
    kmsKeyId: stack.keyArn('control'),
    advancedEventSelectors: [
      { name: 'Settings', fieldSelectors: [is('eventCategory', 'Management')] },
      {
        name: 'Objects',
        fieldSelectors: [
          is('eventCategory', 'Data'),
          is('resources.type', 'AWS::S3::Object'),
          {
            field: 'resources.ARN',
            startsWith: [...ZONES_WITH_ROWS, 'control' as const].map((bucket) => `${names.bucketArn(bucket)}/`),
          },
        ],
      },
    ],
  });
}

/** One of each an account and Region; what the account has already is left to whoever switched it on. */
function detectors(stack: LakeStack): void {
  const { config, names } = stack.lake;
  const isMade = (name: (typeof DETECTORS)[number]) => !config.existing.includes(name);
  if (isMade('guardDuty'))
    new CfnDetector(stack, 'GuardDuty', {
      enable: true,
      findingPublishingFrequency: 'FIFTEEN_MINUTES',
      features: [{ name: 'S3_DATA_EVENTS', status: 'ENABLED' }],
    });
  if (isMade('securityHub')) new CfnHub(stack, 'SecurityHub', { enableDefaultStandards: false });
  if (isMade('accessAnalyzer')) new CfnAnalyzer(stack, 'AccessAnalyzer', { analyzerName: names.base, type: 'ACCOUNT' });
}

const FOURTEEN_DAYS = 1_209_600;

function findings(stack: LakeStack): void {
  const { names } = stack.lake;
  const { findings: name, findingsDead } = names.queue;
  const kmsMasterKeyId = stack.keyArn('control');
  const dead = new CfnQueue(stack, 'FindingsDead', {
    queueName: findingsDead,
    kmsMasterKeyId,
    messageRetentionPeriod: FOURTEEN_DAYS,
  });
  const queue = new CfnQueue(stack, 'Findings', {
    queueName: name,
    kmsMasterKeyId,
    messageRetentionPeriod: FOURTEEN_DAYS,
    visibilityTimeout: 300,
    redrivePolicy: { deadLetterTargetArn: dead.attrArn, maxReceiveCount: 5 },
  });
  const rule = new CfnRule(stack, 'FindingsRule', {
    name: name,
    description: 'Findings of GuardDuty and Access Analyzer, in few words, to the queue a security centre reads',
    eventPattern: {
      account: [names.place.account],
      source: ['aws.guardduty', 'aws.access-analyzer'],
      'detail-type': ['GuardDuty Finding', 'Access Analyzer Finding'],
    },
    targets: [
      {
        id: 'queue',
        arn: names.queueArn(name),
        deadLetterConfig: { arn: names.queueArn(names.queue.eventsDead) },
        // Settings and kinds only: an account, a place and a sort of finding, no resource's content and no person. In quotes,
        // because Access Analyzer's findings have neither type nor severity: what is not there then is an empty text.
        inputTransformer: {
          inputPathsMap: {
            id: '$.id',
            time: '$.time',
            source: '$.source',
            kind: '$.detail-type',
            type: '$.detail.type',
            severity: '$.detail.severity',
          },
          inputTemplate: `{"system":"${names.base}","id":"<id>","time":"<time>","source":"<source>","kind":"<kind>","type":"<type>","severity":"<severity>"}`,
        },
      },
    ],
  });
  const plain = (queueName: string) =>
    deny('PlainHttp', {
      actions: ['sqs:*'],
      resources: [names.queueArn(queueName)],
      conditions: { Bool: { 'aws:SecureTransport': 'false' } },
    });
  new CfnQueuePolicy(stack, 'FindingsPolicy', {
    queues: [queue.ref],
    policyDocument: new PolicyDocument({
      statements: [
        plain(name),
        new PolicyStatement({
          sid: 'FromRule',
          principals: [new ServicePrincipal('events.amazonaws.com')],
          actions: ['sqs:SendMessage'],
          resources: [names.queueArn(name)],
          conditions: fromUs(names, rule.attrArn),
        }),
      ],
    }),
  });
  new CfnQueuePolicy(stack, 'FindingsDeadPolicy', {
    queues: [dead.ref],
    policyDocument: new PolicyDocument({ statements: [plain(findingsDead)] }),
  });
}
