// A key of the lake: rotated each year, found by its alias and by an SSM parameter, used by roles of this account that are
// allowed to and by the few services that act without a role of ours.

import { AccountPrincipal, PolicyDocument, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnAlias, CfnKey } from 'aws-cdk-lib/aws-kms';
import { CfnParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import type { KeyName } from '../names';
import { keepUnlessTwoKeys } from './keep';
import type { LakeStack } from './lake-stack';
import { fromOurs, fromUs, type Right } from './statements';

interface Guest {
  readonly service: string;
  readonly actions?: readonly string[];
  readonly conditions: NonNullable<Right['conditions']>;
}

const GUEST_ACTIONS = ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'];

/** Services that read or write what the key encrypts, each only for things of ours. */
function guests(stack: LakeStack, key: KeyName): readonly Guest[] {
  const { names } = stack.lake;
  const { account, region } = names.place;
  const rules = `arn:aws:events:${region}:${account}:rule/${names.base}-*`;
  const alarms = `arn:aws:cloudwatch:${region}:${account}:alarm:${names.base}-*`;
  const topics = `arn:aws:sns:${region}:${account}:${names.base}-*`;
  if (key === 'data') return [];
  return [
    // Into encrypted queues and topics.
    { service: 'events.amazonaws.com', conditions: fromUs(names, rules) },
    { service: 'cloudwatch.amazonaws.com', conditions: fromUs(names, alarms) },
    { service: 'sns.amazonaws.com', conditions: fromUs(names, topics) },
    { service: 'budgets.amazonaws.com', conditions: fromUs(names, `arn:aws:budgets::${account}:*`) },
    {
      service: 'cloudtrail.amazonaws.com',
      conditions: fromOurs(names, `arn:aws:cloudtrail:${region}:${account}:trail/${names.trail}`),
    },
    {
      // The state machine encrypts what it logs; the deliverer opens it under the same context, a literal `*` in it.
      service: 'delivery.logs.amazonaws.com',
      actions: ['kms:Decrypt'],
      conditions: { StringEquals: { 'kms:EncryptionContext:SourceArn': `arn:aws:logs:${region}:${account}:*` } },
    },
    {
      service: `logs.${region}.amazonaws.com`,
      actions: [...GUEST_ACTIONS, 'kms:ReEncryptFrom', 'kms:ReEncryptTo'],
      conditions: {
        ArnLike: {
          'kms:EncryptionContext:aws:logs:arn': [
            `arn:aws:logs:${region}:${account}:log-group:/aws/lambda/${names.base}-*`,
            `arn:aws:logs:${region}:${account}:log-group:/aws/vendedlogs/states/${names.base}-*`,
            `arn:aws:logs:${region}:${account}:log-group:/aws/vpc/${names.base}`,
          ],
        },
      },
    },
  ];
}

/** Looking after the key, and IAM deciding who uses it. No `kms:*`, so that what a key may be used for is readable here. */
const BY_ACCOUNT = [
  'kms:CancelKeyDeletion',
  'kms:CreateAlias',
  'kms:CreateGrant',
  'kms:Decrypt',
  'kms:DeleteAlias',
  'kms:DescribeKey',
  'kms:DisableKey',
  'kms:EnableKey',
  'kms:EnableKeyRotation',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:ListGrants',
  'kms:ListKeyPolicies',
  'kms:ListResourceTags',
  'kms:PutKeyPolicy',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
  'kms:RetireGrant',
  'kms:RevokeGrant',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateAlias',
  'kms:UpdateKeyDescription',
];

export class ZoneKey extends Construct {
  readonly arn: string;
  readonly parameter: CfnParameter;

  constructor(stack: LakeStack, key: KeyName, description: string) {
    super(stack, `key-${key}`);
    const { names } = stack.lake;
    const resource = new CfnKey(this, 'Key', {
      description: `${names.base}: ${description}`,
      enableKeyRotation: true,
      pendingWindowInDays: 30,
      keyPolicy: new PolicyDocument({
        statements: [
          new PolicyStatement({
            sid: 'Account',
            principals: [new AccountPrincipal(names.place.account)],
            actions: BY_ACCOUNT,
            // In a key's policy this is the key itself.
            resources: ['*'],
          }),
          ...guests(stack, key).map(
            ({ service, conditions, actions = GUEST_ACTIONS }) =>
              new PolicyStatement({
                sid: `For${service.split('.')[0]!.replace(/^./, (c) => c.toUpperCase())}`,
                principals: [new ServicePrincipal(service)],
                actions: [...actions],
                resources: ['*'],
                conditions,
              }),
          ),
        ],
      }),
    });
    keepUnlessTwoKeys(resource, stack);
    new CfnAlias(this, 'Alias', { aliasName: names.keyAlias(key), targetKeyId: resource.attrKeyId });
    this.parameter = new CfnParameter(this, 'Parameter', {
      name: names.keyParameter(key),
      type: 'String',
      value: resource.attrArn,
      description: `Key of ${description}, for the other stacks`,
    });
    this.arn = resource.attrArn;
  }
}
