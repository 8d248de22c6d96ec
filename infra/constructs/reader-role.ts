// What a person or machine at a desk may do by IAM: ask Athena in one workgroup, keep its own answers, read descriptions of
// tables. Which rows of datasets it sees is Lake Formation's to say (lake-formation.ts): the only files it reads itself are those
// of marts, which name nobody and which Lake Formation does not lend.
import { CfnRole, PolicyDocument, type PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Desk } from '../desks';
import type { LakeContext } from '../lake-context';
import { WAREHOUSE_PREFIX } from '../names';
import type { LakeStack } from './lake-stack';
import { allow, signedInTo } from './statements';

/** Athena in one workgroup and no other. */
function athenaRights({ config }: LakeContext, desk: Desk): PolicyStatement {
  return allow('AskAthena', {
    actions: [
      'athena:BatchGetNamedQuery',
      'athena:BatchGetQueryExecution',
      'athena:GetNamedQuery',
      'athena:GetQueryExecution',
      'athena:GetQueryResults',
      'athena:GetQueryResultsStream',
      'athena:GetQueryRuntimeStatistics',
      'athena:GetWorkGroup',
      'athena:ListNamedQueries',
      'athena:ListQueryExecutions',
      'athena:StartQueryExecution',
      'athena:StopQueryExecution',
    ],
    resources: [`arn:aws:athena:${config.region}:${config.account}:workgroup/${desk.name}`],
  });
}

/** The list of tables beside Athena's editor, and what Step Functions asks before it waits for a query. */
function catalogOfAthena({ config }: LakeContext): readonly PolicyStatement[] {
  return [
    allow('SeeCatalog', {
      actions: [
        'athena:GetDataCatalog',
        'athena:GetDatabase',
        'athena:GetTableMetadata',
        'athena:ListDatabases',
        'athena:ListTableMetadata',
      ],
      resources: [`arn:aws:athena:${config.region}:${config.account}:datacatalog/AwsDataCatalog`],
    }),
    // Names only; neither knows a resource.
    allow('ChooseWorkgroup', { actions: ['athena:ListDataCatalogs', 'athena:ListWorkGroups'], resources: ['*'] }),
  ];
}

function resultRights({ names }: LakeContext, desk: Desk): readonly PolicyStatement[] {
  const arn = names.bucketArn('results');
  return [
    allow('KeepResults', {
      actions: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:PutObject'],
      resources: [`${arn}/${desk.results}*`],
    }),
    allow('FindResults', {
      actions: ['s3:ListBucket'],
      resources: [arn],
      conditions: { StringLike: { 's3:prefix': [`${desk.results}*`] } },
    }),
    allow('PlaceOfResults', { actions: ['s3:GetBucketLocation', 's3:ListBucketMultipartUploads'], resources: [arn] }),
  ];
}

/** Athena reads what lies outside Lake Formation's places with the rights of who asks. */
function martRights({ names }: LakeContext): readonly PolicyStatement[] {
  const arn = names.bucketArn('curated');
  return [
    allow('ReadMarts', { actions: ['s3:GetObject'], resources: [`${arn}/${WAREHOUSE_PREFIX}*`] }),
    allow('ListMarts', {
      actions: ['s3:ListBucket'],
      resources: [arn],
      conditions: { StringLike: { 's3:prefix': [`${WAREHOUSE_PREFIX}*`] } },
    }),
    allow('PlaceOfMarts', { actions: ['s3:GetBucketLocation'], resources: [arn] }),
  ];
}

/** Names, columns and comments; Lake Formation leaves out the tables the caller has no right on. */
export function catalogueRights({ config, names }: LakeContext): PolicyStatement {
  const glue = `arn:aws:glue:${config.region}:${config.account}`;
  return allow('ReadCatalogue', {
    actions: ['glue:GetDatabase', 'glue:GetDatabases', 'glue:GetPartitions', 'glue:GetTable', 'glue:GetTables'],
    resources: [
      `${glue}:catalog`,
      ...[names.curatedDatabase, names.warehouseDatabase].flatMap((database) => [
        `${glue}:database/${database}`,
        `${glue}:table/${database}/*`,
      ]),
      // Athena looks at the database `default` before every statement.
      `${glue}:database/default`,
    ],
  });
}

/** Lake Formation hands out short-lived access to the rows it allows; the action knows no resource. */
export const rowsByLakeFormation = (): PolicyStatement =>
  allow('RowsByLakeFormation', { actions: ['lakeformation:GetDataAccess'], resources: ['*'] });

/** Everything above, for a desk that asks. `dataKeyArn` encrypts the answers. */
export function askingRights(lake: LakeContext, desk: Desk, dataKeyArn: string): readonly PolicyStatement[] {
  return [
    athenaRights(lake, desk),
    ...catalogOfAthena(lake),
    ...resultRights(lake, desk),
    ...(desk.readsWarehouse ? martRights(lake) : []),
    catalogueRights(lake),
    rowsByLakeFormation(),
    allow('UseDataKey', {
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [dataKeyArn],
      // For objects in S3, and not by itself.
      conditions: { StringEquals: { 'kms:ViaService': `s3.${lake.config.region}.amazonaws.com` } },
    }),
  ];
}

/** An Identity Center permission set of this name (32 characters at most) may take the role, and whoever the YAML trusts. */
export function permissionSet({ config }: LakeContext, desk: Desk): string {
  return `tg-${config.province}-${desk.id.replace('agency-', '')}`;
}

/** A role people sign in to. It lasts an hour. */
export function signInRole(stack: LakeStack, desk: Desk, statements: readonly PolicyStatement[]): CfnRole {
  const { account } = stack.lake.config;
  const set = permissionSet(stack.lake, desk);
  const outside = desk.trusted.map((who) => (/^\d+$/.test(who) ? `arn:aws:iam::${who}:root` : who));
  return new CfnRole(stack, `Role-${desk.id}`, {
    roleName: desk.name,
    description: `Reads as ${desk.id}; taken from the Identity Center permission set ${set}`,
    maxSessionDuration: 3600,
    assumeRolePolicyDocument: PolicyDocument.fromJson({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'OwnSignIn',
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${account}:root` },
          Action: 'sts:AssumeRole',
          Condition: signedInTo(account, set),
        },
        ...(outside.length > 0
          ? [{ Sid: 'TrustedOutside', Effect: 'Allow', Principal: { AWS: outside }, Action: 'sts:AssumeRole' }]
          : []),
      ],
    }),
    policies: [{ policyName: 'desk', policyDocument: new PolicyDocument({ statements: [...statements] }) }],
  });
}
