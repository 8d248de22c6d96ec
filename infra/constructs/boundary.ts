// The most any role of the lake may ever do, whatever its own policy says: what the lake is made of, by name, in this account.
// No role can make roles, users or keys, or touch another system of the account. Attached to every role by `boundAllRoles`.
import { Aspects, type IAspect } from 'aws-cdk-lib';
import { CfnManagedPolicy, CfnRole, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct, IConstruct } from 'constructs';
import type { Names } from '../names';
import { NETWORK_ACTIONS } from './lake-function';
import type { LakeStack } from './lake-stack';
import { allow } from './statements';

const BOUNDARY = 'boundary';
/** The only roles that move a table's pointer. */
export const POINTER_ROLES = ['commit', 'maintain', 'maintenance', 'optimizer'] as const;

/** Names of workgroups, a state machine's log and traces, rows handed out by Lake Formation, what the auditor reads of it. */
const UNNAMED = [
  'athena:ListDataCatalogs',
  'athena:ListWorkGroups',
  'cloudtrail:LookupEvents',
  'lakeformation:GetDataAccess',
  'lakeformation:GetDataLakeSettings',
  'lakeformation:ListDataCellsFilter',
  'lakeformation:ListPermissions',
  'logs:CreateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:DescribeLogGroups',
  'logs:DescribeResourcePolicies',
  'logs:GetLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:UpdateLogDelivery',
  'xray:GetSamplingRules',
  'xray:GetSamplingTargets',
  'xray:PutTelemetryRecords',
  'xray:PutTraceSegments',
];

function statements(names: Names): PolicyStatement[] {
  const { account, region } = names.place;
  const here = (service: string, rest: string) => `arn:aws:${service}:${region}:${account}:${rest}`;
  const tables = (database: string) => [here('glue', `database/${database}`), here('glue', `table/${database}/*`)];
  return [
    allow('Zones', {
      actions: [
        's3:AbortMultipartUpload',
        's3:BypassGovernanceRetention',
        's3:DeleteObject',
        's3:DeleteObjectVersion',
        's3:GetBucketLocation',
        's3:GetBucketNotification',
        's3:GetObject',
        's3:GetObjectTagging',
        's3:GetObjectVersion',
        's3:GetObjectVersionTagging',
        's3:ListBucket',
        's3:ListBucketMultipartUploads',
        's3:ListBucketVersions',
        's3:ListMultipartUploadParts',
        's3:PutBucketNotification',
        's3:PutObject',
        's3:PutObjectTagging',
        's3:PutObjectVersionTagging',
      ],
      resources: [`arn:aws:s3:::${names.base}-*`],
    }),
    allow('Keys', {
      actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'],
      resources: [here('kms', 'key/*')],
    }),
    allow('ReadCatalogue', {
      actions: ['glue:GetDatabase', 'glue:GetDatabases', 'glue:GetPartitions', 'glue:GetTable', 'glue:GetTables'],
      resources: [
        here('glue', 'catalog'),
        here('glue', 'database/default'),
        ...tables(names.curatedDatabase),
        ...tables(names.warehouseDatabase),
      ],
    }),
    allow('MovePointers', {
      actions: ['glue:UpdateTable'],
      resources: [here('glue', 'catalog'), ...tables(names.curatedDatabase)],
    }),
    allow('MakeMarts', {
      actions: ['glue:CreateTable', 'glue:DeleteTable', 'glue:UpdateTable'],
      resources: [here('glue', 'catalog'), ...tables(names.warehouseDatabase)],
    }),
    allow('AskAthena', {
      actions: [
        'athena:BatchGetNamedQuery',
        'athena:BatchGetQueryExecution',
        'athena:GetDataCatalog',
        'athena:GetDatabase',
        'athena:GetNamedQuery',
        'athena:GetQueryExecution',
        'athena:GetQueryResults',
        'athena:GetQueryResultsStream',
        'athena:GetQueryRuntimeStatistics',
        'athena:GetTableMetadata',
        'athena:GetWorkGroup',
        'athena:ListDatabases',
        'athena:ListNamedQueries',
        'athena:ListQueryExecutions',
        'athena:ListTableMetadata',
        'athena:StartQueryExecution',
        'athena:StopQueryExecution',
      ],
      resources: [here('athena', `workgroup/${names.base}-*`), here('athena', 'datacatalog/AwsDataCatalog')],
    }),
    allow('Talk', {
      actions: [
        'lambda:InvokeFunction',
        'sns:Publish',
        'sqs:ChangeMessageVisibility',
        'sqs:DeleteMessage',
        'sqs:GetQueueAttributes',
        'sqs:ReceiveMessage',
        'sqs:SendMessage',
        'states:DescribeExecution',
        'states:StartExecution',
      ],
      resources: [
        here('lambda', `function:${names.base}-*`),
        here('sns', `${names.base}-*`),
        here('sqs', `${names.base}-*`),
        here('states', `stateMachine:${names.base}-*`),
        here('states', `execution:${names.base}-*`),
      ],
    }),
    allow('Mail', { actions: ['ses:SendEmail', 'ses:SendRawEmail'], resources: [here('ses', '*')] }),
    allow('Watch', {
      actions: [
        'events:DeleteRule',
        'events:DescribeRule',
        'events:ListTargetsByRule',
        'events:PutRule',
        'events:PutTargets',
        'events:RemoveTargets',
      ],
      resources: [here('events', 'rule/DO-NOT-DELETE-AmazonGuardDutyMalwareProtectionS3*')],
    }),
    allow('Logs', {
      actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
      resources: [here('logs', 'log-group:*')],
    }),
    // The auditor alone is given these by its own policy.
    allow('Audit', {
      actions: [
        'cloudformation:DescribeStacks',
        'cloudformation:GetTemplate',
        'cloudformation:ListStackResources',
        'cloudtrail:GetEventSelectors',
        'cloudtrail:GetTrail',
        'cloudtrail:GetTrailStatus',
        'iam:GetRole',
        'iam:GetRolePolicy',
        'iam:ListAttachedRolePolicies',
        'iam:ListRolePolicies',
      ],
      resources: [
        here('cloudformation', `stack/${names.base}-*/*`),
        here('cloudtrail', `trail/${names.trail}`),
        names.roleArn('*'),
      ],
    }),
    // These know no narrower resource.
    allow('Unnamed', { actions: [...NETWORK_ACTIONS, ...UNNAMED], resources: ['*'] }),
    new PolicyStatement({
      sid: 'OnlyCommitMovesPointers',
      effect: Effect.DENY,
      actions: ['glue:UpdateTable'],
      resources: [here('glue', `table/${names.curatedDatabase}/*`)],
      conditions: { ArnNotEquals: { 'aws:PrincipalArn': POINTER_ROLES.map((role) => names.roleArn(role)) } },
    }),
  ];
}

const boundaryArn = (names: Names) => `arn:aws:iam::${names.place.account}:policy/${names.role(BOUNDARY)}`;

export function boundary(stack: LakeStack): CfnManagedPolicy {
  const { names } = stack.lake;
  return new CfnManagedPolicy(stack, BOUNDARY, {
    managedPolicyName: names.role(BOUNDARY),
    description: 'The most any role of the lake may do',
    policyDocument: new PolicyDocument({ statements: statements(names) }),
  });
}

/** Every role below `scope` gets the boundary; the policy itself comes with the storage stack, before all roles but its own. */
export function boundAllRoles(scope: Construct, names: Names): void {
  const bind: IAspect = {
    visit: (node: IConstruct) => {
      if (node instanceof CfnRole) node.permissionsBoundary ??= boundaryArn(names);
    },
  };
  Aspects.of(scope).add(bind);
}
