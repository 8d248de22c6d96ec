// Glue's own upkeep of tables. Compaction only, and only where no column can name a person: whether it keeps our metrics
// settings of such columns is not proven (reliability: open risks). Those, retention of snapshots and removal of orphans stay
// with our function maintain: Glue knows neither offers nor records of commits (decision 0009).
import { CfnTableOptimizer } from 'aws-cdk-lib/aws-glue';
import { AccountPrincipal, CfnRole, PolicyDocument, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Names } from '../names';
import type { LakeStack } from './lake-stack';
import { allow, fromUs, useKeys } from './statements';

const MAINTENANCE_ROLE = 'maintenance';

/** `-c compaction=off`: maintain merges the files of every table. */
export const compactsByGlue = (stack: LakeStack): boolean => stack.node.tryGetContext('compaction') !== 'off';

/** Rights on tables' files and pointers; with a second factor also on raw files under lock: taking out an erased person. */
function rights(names: Names, dataKeyArn: string): PolicyStatement[] {
  const { account, region } = names.place;
  const glue = `arn:aws:glue:${region}:${account}`;
  const curated = names.bucketArn('curated');
  const zones = (['raw', 'curated', 'quarantine', 'receipts'] as const).map((zone) => names.bucketArn(zone));
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
    allow('WriteLog', {
      actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [`arn:aws:logs:${region}:${account}:log-group:/aws-glue/iceberg-*`],
    }),
    allow('TakeOutErased', {
      actions: [
        's3:BypassGovernanceRetention',
        's3:DeleteObject',
        's3:DeleteObjectVersion',
        's3:GetObject',
        's3:GetObjectVersion',
        's3:PutObject',
      ],
      resources: zones.map((arn) => `${arn}/*`),
      conditions: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
    }),
    allow('FindErased', {
      actions: ['s3:ListBucket', 's3:ListBucketVersions'],
      resources: zones,
      conditions: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
    }),
  ];
}

/** Glue's optimizers work in it, and people of this account who signed in with a second factor. */
export function maintenanceRole(stack: LakeStack): CfnRole {
  const { names } = stack.lake;
  const { account, region } = names.place;
  return new CfnRole(stack, 'Maintenance', {
    roleName: names.role(MAINTENANCE_ROLE),
    description: 'Looks after tables: compaction, removal of what is no longer named, erasure',
    maxSessionDuration: 3600,
    assumeRolePolicyDocument: new PolicyDocument({
      statements: [
        new PolicyStatement({
          sid: 'Optimizers',
          principals: [new ServicePrincipal('glue.amazonaws.com')],
          actions: ['sts:AssumeRole'],
          conditions: fromUs(names, `arn:aws:glue:${region}:${account}:*`),
        }),
        new PolicyStatement({
          sid: 'PeopleWithSecondFactor',
          principals: [new AccountPrincipal(account)],
          actions: ['sts:AssumeRole'],
          conditions: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
        }),
      ],
    }),
    policies: [
      {
        policyName: 'maintenance',
        policyDocument: new PolicyDocument({ statements: rights(names, stack.keyArn('data')) }),
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
    tableOptimizerConfiguration: { enabled: true, roleArn: names.roleArn(MAINTENANCE_ROLE) },
  });
}
