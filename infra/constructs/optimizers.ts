// Glue's own upkeep of tables. Compaction only, and only where no column can name a person: whether it keeps our metrics
// settings of such columns is not proven (reliability: open risks). Those, retention of snapshots and removal of orphans stay
// with our function maintain: Glue knows neither offers nor records of commits (decision 0009).
import { CfnTableOptimizer } from 'aws-cdk-lib/aws-glue';
import { AccountPrincipal, CfnRole, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Bucket, Names } from '../names';
import type { LakeStack } from './lake-stack';
import { allow, ifToldFromUs, signedInTo, trust, useKeys } from './statements';

const MAINTENANCE_ROLE = 'maintenance';
const OPTIMIZER_ROLE = 'optimizer';

/** `-c compaction=off`: maintain merges the files of every table. */
export const compactsByGlue = (stack: LakeStack): boolean => stack.node.tryGetContext('compaction') !== 'off';

/** Rights on tables' files and pointers. */
function upkeep(names: Names, dataKeyArn: string): PolicyStatement[] {
  const { account, region } = names.place;
  const glue = `arn:aws:glue:${region}:${account}`;
  const curated = names.bucketArn('curated');
  return [
    allow('ListCurated', { actions: ['s3:ListBucket'], resources: [curated] }),
    allow('RewriteTables', {
      actions: ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'],
      resources: [`${curated}/*`],
    }),
    allow('MovePointers', {
      actions: ['glue:GetDatabase', 'glue:GetTable', 'glue:GetTables', 'glue:UpdateTable'],
      resources: [
        `${glue}:catalog`,
        `${glue}:database/${names.curatedDatabase}`,
        `${glue}:table/${names.curatedDatabase}/*`,
      ],
    }),
    allow('RowsByLakeFormation', { actions: ['lakeformation:GetDataAccess'], resources: ['*'] }),
    useKeys('UseDataKey', [dataKeyArn]),
  ];
}

/** Buckets from which a person is taken out; of the others it is only told whether the person is found there. */
const TAKEN_OUT_OF = ['raw', 'curated', 'quarantine', 'receipts', 'ingest', 'reports', 'results'] as const;
const LOOKED_INTO = [...TAKEN_OUT_OF, 'control', 'open'] as const;
/** What passes between processes, and the journal of an erasure; the rest of the records nobody deletes. */
const PASSING_RECORDS = ['erasure-work', 'handoff', 'in-flight', 'turn'];

/** What the command line asks for besides (`tamgiang … --aws`). */
function byPeople(names: Names, controlKeyArn: string): PolicyStatement[] {
  const objects = (buckets: readonly Bucket[]) => buckets.map((bucket) => `${names.bucketArn(bucket)}/*`);
  const control = names.bucketArn('control');
  return [
    allow('FindErased', {
      actions: ['s3:ListBucket', 's3:ListBucketVersions'],
      resources: LOOKED_INTO.map((bucket) => names.bucketArn(bucket)),
    }),
    allow('LookInto', { actions: ['s3:GetObjectVersion'], resources: objects(LOOKED_INTO) }),
    allow('WriteAnew', {
      actions: ['s3:GetObject', 's3:PutObject'],
      resources: objects(['raw', 'quarantine', 'receipts']),
    }),
    allow('EndDrafts', { actions: ['s3:DeleteObject'], resources: objects(['quarantine']) }),
    allow('TakeOutErased', { actions: ['s3:DeleteObjectVersion'], resources: objects(TAKEN_OUT_OF) }),
    allow('TakeOutLocked', { actions: ['s3:BypassGovernanceRetention'], resources: objects(['raw']) }),
    allow('KeepRecords', { actions: ['s3:GetObject', 's3:PutObject'], resources: [`${control}/*`] }),
    allow('EndRecords', {
      actions: ['s3:DeleteObject'],
      resources: PASSING_RECORDS.map((folder) => `${control}/${folder}/*`),
    }),
    // Names of files, where a department has written a person's number into one.
    allow('TakeOutNames', {
      actions: ['s3:DeleteObjectVersion'],
      resources: ['version', 'upload'].map((folder) => `${control}/${folder}/*`),
    }),
    allow('UseControlKey', { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [controlKeyArn] }),
    allow('MakeMartsAnew', { actions: ['states:StartExecution'], resources: [names.refreshMachineArn] }),
    allow('AwaitMarts', {
      actions: ['states:DescribeExecution'],
      resources: [`${names.refreshMachineArn.replace(':stateMachine:', ':execution:')}:*`],
    }),
  ];
}

/** Glue's optimizers work in it. */
export function optimizerRole(stack: LakeStack): CfnRole {
  const { names } = stack.lake;
  const { account, region } = names.place;
  return new CfnRole(stack, 'Optimizer', {
    roleName: names.role(OPTIMIZER_ROLE),
    description: 'Merges small files of tables',
    assumeRolePolicyDocument: trust('glue.amazonaws.com', ifToldFromUs(names, `arn:aws:glue:${region}:${account}:*`)),
    policies: [
      {
        policyName: 'optimizer',
        policyDocument: new PolicyDocument({
          statements: [
            ...upkeep(names, stack.keyArn('data')),
            allow('WriteLog', {
              actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
              resources: [`arn:aws:logs:${region}:${account}:log-group:/aws-glue/iceberg-*`],
            }),
          ],
        }),
      },
    ],
  });
}

/**
 * People of this account work in it, who signed in with a second factor. That is asked for when the role is taken and nowhere
 * else: credentials of a role say nothing of a second factor, so that a right bound to one would never be had. Identity Center
 * says nothing of it either and must itself ask for it (docs/deploy.md).
 */
export function maintenanceRole(stack: LakeStack): CfnRole {
  const { names } = stack.lake;
  const { account, province } = names.place;
  const people = (sid: string, conditions: Record<string, unknown>) =>
    new PolicyStatement({
      sid,
      principals: [new AccountPrincipal(account)],
      actions: ['sts:AssumeRole'],
      conditions,
    });
  return new CfnRole(stack, 'Maintenance', {
    roleName: names.role(MAINTENANCE_ROLE),
    description: 'Looks after tables: compaction, removal of what is no longer named, erasure',
    maxSessionDuration: 3600,
    assumeRolePolicyDocument: new PolicyDocument({
      statements: [
        people('OwnSignIn', signedInTo(account, `tg-${province}-${MAINTENANCE_ROLE}`)),
        people('PeopleWithSecondFactor', { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }),
      ],
    }),
    policies: [
      {
        policyName: 'maintenance',
        policyDocument: new PolicyDocument({
          statements: [...upkeep(names, stack.keyArn('data')), ...byPeople(names, stack.keyArn('control'))],
        }),
      },
    ],
  });
}

/** Once a table has its first metadata: an optimizer is of an Iceberg table, not of one that waits to become one. */
export function compaction(stack: LakeStack, dataset: string): CfnTableOptimizer {
  const { names } = stack.lake;
  return new CfnTableOptimizer(stack, `compaction-${dataset}`, {
    catalogId: names.place.account,
    databaseName: names.curatedDatabase,
    tableName: dataset,
    type: 'compaction',
    tableOptimizerConfiguration: { enabled: true, roleArn: names.roleArn(OPTIMIZER_ROLE) },
  });
}
