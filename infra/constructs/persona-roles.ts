// A role a persona and an agency, each with no more than its desk needs. The auditor sees settings, records and who asked what,
// and is refused every row.
import { type CfnRole, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { isOn } from '../controls';
import { type Desk, desks } from '../desks';
import type { Bucket } from '../names';
import type { LakeStack } from './lake-stack';
import { askingRights, signInRole } from './reader-role';
import { allow, readObjects, useKeys } from './statements';

/** Zones that hold rows, or what was made of rows. */
export const ZONES_WITH_ROWS: readonly Bucket[] = [
  'ingest',
  'raw',
  'curated',
  'quarantine',
  'receipts',
  'reports',
  'results',
];

function auditorRights(stack: LakeStack): readonly PolicyStatement[] {
  const { names, config } = stack.lake;
  const { region, account } = config;
  const withRows = ZONES_WITH_ROWS.map((bucket) => `${names.bucketArn(bucket)}/*`);
  return [
    ...readObjects(names, 'audit'),
    ...readObjects(names, 'control'),
    useKeys('UseControlKey', [stack.keyArn('control')]),
    allow('ReadTrail', {
      actions: ['cloudtrail:GetEventSelectors', 'cloudtrail:GetTrail', 'cloudtrail:GetTrailStatus'],
      resources: [`arn:aws:cloudtrail:${region}:${account}:trail/${names.trail}`],
    }),
    allow('ReadTemplates', {
      actions: ['cloudformation:DescribeStacks', 'cloudformation:GetTemplate', 'cloudformation:ListStackResources'],
      resources: [`arn:aws:cloudformation:${region}:${account}:stack/${names.base}-*/*`],
    }),
    allow('ReadRoles', {
      actions: ['iam:GetRole', 'iam:GetRolePolicy', 'iam:ListAttachedRolePolicies', 'iam:ListRolePolicies'],
      resources: [names.roleArn('*')],
    }),
    allow('ReadQuestions', {
      actions: [
        'athena:BatchGetQueryExecution',
        'athena:GetQueryExecution',
        'athena:GetWorkGroup',
        'athena:ListQueryExecutions',
      ],
      resources: [`arn:aws:athena:${region}:${account}:workgroup/${names.base}-*`],
    }),
    // None of these knows a resource.
    allow('ReadGrants', {
      actions: [
        'cloudtrail:LookupEvents',
        'lakeformation:GetDataLakeSettings',
        'lakeformation:ListDataCellsFilter',
        'lakeformation:ListPermissions',
      ],
      resources: ['*'],
    }),
    new PolicyStatement({
      sid: 'NoRows',
      effect: Effect.DENY,
      actions: ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject', 's3:DeleteObject'],
      resources: withRows,
    }),
    new PolicyStatement({
      sid: 'NoAnswers',
      effect: Effect.DENY,
      actions: [
        'athena:GetQueryResults',
        'athena:GetQueryResultsStream',
        'athena:StartQueryExecution',
        'lakeformation:GetDataAccess',
      ],
      resources: ['*'],
    }),
    new PolicyStatement({
      sid: 'NoDataKey',
      effect: Effect.DENY,
      actions: ['kms:Decrypt'],
      resources: [stack.keyArn('data')],
    }),
  ];
}

function rightsOf(stack: LakeStack, desk: Desk): readonly PolicyStatement[] {
  const { names } = stack.lake;
  const asking = askingRights(stack.lake, desk, stack.keyArn('data'));
  if (desk.id === 'auditor') return auditorRights(stack);
  if (desk.id === 'steward') return [...asking, ...readObjects(names, 'receipts')];
  if (desk.id === 'leader') return [...asking, ...readObjects(names, 'reports', ['lanh_dao/'])];
  return asking;
}

/** By desk. The engine's role stands beside its state machine, in the warehouse stack. */
export function personaRoles(stack: LakeStack): ReadonlyMap<string, CfnRole> {
  const here = desks(stack.lake).filter(
    ({ id }) => id !== 'engine' && (id !== 'auditor' || isOn('auditor', stack.lake.config)),
  );
  return new Map(here.map((desk) => [desk.id, signInRole(stack, desk, rightsOf(stack, desk))]));
}
