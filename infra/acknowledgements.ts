// Findings of cdk-nag we live with, each with its reason and a day until which the reason holds. A test fails on a finding
// that is not here, on an entry that nothing needs, and on one whose day is past (test/infra/nag.test.ts).

export interface Acknowledgement {
  /** Rule as cdk-nag names it, with the finding in brackets where a rule has several. */
  readonly rule: RegExp;
  /** Path of the resource below the province's name: `storage/raw/Bucket`. */
  readonly resource: RegExp;
  readonly reason: string;
  /** YYYY-MM-DD, its last day. Looked at again once a year. */
  readonly until: string;
}

const UNTIL = '2027-11-30';
const ROLES = /\/(Role|Role-[a-z_-]+|Engine|Lender|Maintenance|Optimizer|MalwareRole|FlowRole|upload-[a-z_]+)$/;

export const ACKNOWLEDGEMENTS: readonly Acknowledgement[] = [
  {
    rule: /^AwsSolutions-IAM5\[Resource::arn:aws:s3:::[a-z0-9-]+\/[^[\]]*\*\]$/,
    resource: ROLES,
    reason:
      'Objects below a bucket or a prefix of it: keys are made by uploads and commits, so none is known beforehand.',
    until: UNTIL,
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::arn:aws:glue:[a-z0-9:-]+:table\/tg_[a-z0-9_]+_(curated|kho)\/\*\]$/,
    resource: ROLES,
    reason: 'Tables of one database of the lake. Lake Formation says which; marts get a new name with every refresh.',
    until: UNTIL,
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::arn:aws:logs:[a-z0-9:-]+:log-group:(\/aws\/(lambda|vpc)\/tg-[a-z-]+:\*|\/aws-glue\/iceberg-\*)\]$/,
    resource: ROLES,
    reason: 'Streams of one log group: the service names them when it opens them.',
    until: UNTIL,
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::arn:aws:sns:[a-z0-9:-]+-receipts-\*\]$/,
    resource: /^intake\/(intake|intake-heavy|commit)\/Role$/,
    reason:
      'The receipts topic of every agency there is: listed, a hundred agencies would outgrow what a role may hold.',
    until: UNTIL,
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::arn:aws:states:[a-z0-9:-]+:execution:tg-[a-z0-9-]+-refresh:\*\]$/,
    resource: /^catalog\/Maintenance$/,
    reason: 'Runs of one state machine: each has a name of its own.',
    until: UNTIL,
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::arn:aws:ses:[a-z0-9:-]+:identity\/\*\]$/,
    resource: /^reporting\/report\/Role$/,
    reason:
      'SES asks for the identity of the sender or of its domain, in its sandbox for recipients too; a condition holds the sender.',
    until: UNTIL,
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::\*\]$/,
    resource: ROLES,
    reason: 'Actions that know no resource; test/infra/policies.test.ts holds the closed list of them.',
    until: UNTIL,
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::arn:aws:(athena|cloudformation|iam):.*\*\]$/,
    resource: /^governance\/Role-auditor$/,
    reason: 'The auditor reads settings of everything the lake is made of, by the beginning of its name, and no row.',
    until: UNTIL,
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::arn:aws:events:.*:rule\/DO-NOT-DELETE-AmazonGuardDutyMalwareProtectionS3\*\]$/,
    resource: /^intake\/MalwareRole$/,
    reason: 'GuardDuty names its own rule; AWS prescribes this pattern.',
    until: UNTIL,
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::.*\*\]$/,
    resource: /^storage\/boundary$/,
    reason: 'A boundary gives nothing: it is the most a role may have, by the beginning of the lake’s names.',
    until: UNTIL,
  },
  {
    rule: /^NIST\.800\.53\.R5-IAMNoInlinePolicy$/,
    resource: ROLES,
    reason: 'One role, one purpose: a policy inside it cannot be attached to another or changed apart from it.',
    until: UNTIL,
  },
  {
    rule: /^(AwsSolutions-S1|NIST\.800\.53\.R5-S3BucketLoggingEnabled)$/,
    resource: /^storage\/[a-z]+\/Bucket$/,
    reason: 'CloudTrail’s data events tell who touched which object, and arrive; server access logs are best effort.',
    until: UNTIL,
  },
  {
    rule: /^NIST\.800\.53\.R5-S3BucketReplicationEnabled$/,
    resource: /^storage\/[a-z]+\/Bucket$/,
    reason:
      'A second copy abroad is a second transfer of personal data and needs its own approval. Versions and Object Lock keep ' +
      'what was; docs/controls.md, rows 15 and 43.',
    until: UNTIL,
  },
  {
    rule: /^NIST\.800\.53\.R5-LambdaInsideVPC$/,
    resource: /\/Function$/,
    reason:
      'Functions without `vpc: true` reach AWS only by its own endpoints with TLS; a province asks for the network.',
    until: UNTIL,
  },
  {
    rule: /^NIST\.800\.53\.R5-VPCDefaultSecurityGroupClosed$/,
    resource: /^storage\/network\/Vpc$/,
    reason: 'Nothing is in the default group, and CloudFormation has no property to empty it.',
    until: UNTIL,
  },
  {
    rule: /^NIST\.800\.53\.R5-CloudTrailCloudWatchLogsEnabled$/,
    resource: /^governance\/Trail$/,
    reason: 'The trail lies in the audit bucket, locked and validated; GuardDuty reads it without a second copy.',
    until: UNTIL,
  },
];
