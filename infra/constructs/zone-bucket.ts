// A zone's bucket: private, encrypted with the zone's key, versioned, spoken to over TLS 1.2 or newer only. What differs from
// zone to zone stands in the table below.
//
// No server access logs: they are delivered at best, name no person, and cannot go to a bucket whose objects are locked.
// Who touched which object is told by CloudTrail's data events (controls.ts, from level 2 on).
import { Tags } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnBucket, CfnBucketPolicy } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { isOn } from '../controls';
import type { Bucket, KeyName } from '../names';
import { keepUnlessTwoKeys } from './keep';
import type { LakeStack } from './lake-stack';
import type { Right } from './statements';

interface Zone {
  readonly key: KeyName;
  /** Former versions and overwritten objects go after so many days. */
  readonly formerDays: number;
  /** Present objects go after so many days; absent: never. Must stay absent where a table's files lie. */
  readonly days?: number;
  /** Present objects move to a cheaper class after so many days. */
  readonly coldDays?: number;
  readonly lock?: { readonly mode: 'GOVERNANCE' | 'COMPLIANCE'; readonly days: number };
  readonly tellsEventBridge?: boolean;
}

const TWO_YEARS = 730;

export const ZONES: Readonly<Record<Bucket, Zone>> = {
  // The mail slot: raw keeps the bytes. As long as work may wait for people, so that nothing goes before it was claimed.
  ingest: { key: 'data', formerDays: 14, days: 30, tellsEventBridge: true },
  raw: { key: 'data', formerDays: 30, coldDays: 90, lock: { mode: 'GOVERNANCE', days: 30 } },
  control: { key: 'control', formerDays: 90 },
  // Files are named by the table's metadata: only what no longer is an object's present version may go by age.
  curated: { key: 'data', formerDays: 7 },
  quarantine: { key: 'data', formerDays: 7, days: 180 },
  receipts: { key: 'data', formerDays: 30 },
  reports: { key: 'data', formerDays: 30 },
  results: { key: 'data', formerDays: 1 },
  open: { key: 'data', formerDays: 30 },
  audit: { key: 'control', formerDays: TWO_YEARS, coldDays: 90, lock: { mode: 'COMPLIANCE', days: TWO_YEARS } },
};

/** A refusal to everybody, but for whom its conditions let through. */
export function deny(sid: string, { actions, resources, conditions }: Right): PolicyStatement {
  return new PolicyStatement({
    sid,
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: [...actions],
    resources: [...resources],
    ...(conditions ? { conditions } : {}),
  });
}

export interface ZoneBucketProps {
  readonly keyArn: string;
  /** Beside those every zone has. */
  readonly statements?: readonly PolicyStatement[];
}

export class ZoneBucket extends Construct {
  readonly resource: CfnBucket;

  constructor(stack: LakeStack, bucket: Bucket, { keyArn, statements = [] }: ZoneBucketProps) {
    super(stack, bucket);
    const { names, config } = stack.lake;
    const zone = ZONES[bucket];
    const arn = names.bucketArn(bucket);
    const days = bucket === 'results' ? config.warehouse.resultDays : zone.days;
    const lock = isOn('objectLock', config) ? zone.lock : undefined;

    this.resource = new CfnBucket(this, 'Bucket', {
      bucketName: names.bucket(bucket),
      bucketEncryption: {
        serverSideEncryptionConfiguration: [
          {
            serverSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: keyArn },
            bucketKeyEnabled: true,
          },
        ],
      },
      publicAccessBlockConfiguration: {
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      ownershipControls: { rules: [{ objectOwnership: 'BucketOwnerEnforced' }] },
      versioningConfiguration: { status: 'Enabled' },
      lifecycleConfiguration: {
        rules: [
          {
            id: 'former-versions',
            status: 'Enabled',
            noncurrentVersionExpiration: { noncurrentDays: zone.formerDays },
            abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
            // What a deleted object leaves behind once its versions are gone: lists would grow slow over them.
            expiredObjectDeleteMarker: true,
          },
          ...(days === undefined ? [] : [{ id: 'old-objects', status: 'Enabled', expirationInDays: days }]),
          ...(zone.coldDays === undefined
            ? []
            : [
                {
                  id: 'cold',
                  status: 'Enabled',
                  transitions: [{ storageClass: 'GLACIER_IR', transitionInDays: zone.coldDays }],
                },
              ]),
        ],
      },
      ...(zone.tellsEventBridge
        ? { notificationConfiguration: { eventBridgeConfiguration: { eventBridgeEnabled: true } } }
        : {}),
      ...(lock
        ? {
            objectLockEnabled: true,
            objectLockConfiguration: {
              objectLockEnabled: 'Enabled',
              rule: { defaultRetention: { mode: lock.mode, days: lock.days } },
            },
          }
        : {}),
    });
    keepUnlessTwoKeys(this.resource, stack);
    Tags.of(this).add('zone', bucket);

    const everything = [arn, `${arn}/*`];
    const policy = new CfnBucketPolicy(this, 'Policy', {
      bucket: names.bucket(bucket),
      policyDocument: new PolicyDocument({
        statements: [
          deny('PlainHttp', {
            actions: ['s3:*'],
            resources: everything,
            conditions: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
          deny('OldTls', {
            actions: ['s3:*'],
            resources: everything,
            conditions: { NumericLessThan: { 's3:TlsVersion': '1.2' } },
          }),
          deny('OtherKey', {
            actions: ['s3:PutObject'],
            resources: [`${arn}/*`],
            conditions: {
              StringNotEquals: { 's3:x-amz-server-side-encryption-aws-kms-key-id': keyArn },
              Null: { 's3:x-amz-server-side-encryption-aws-kms-key-id': 'false' },
            },
          }),
          // S3 takes for KMS without a key not the bucket's, but one of its own.
          deny('NoKey', {
            actions: ['s3:PutObject'],
            resources: [`${arn}/*`],
            conditions: {
              StringEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' },
              Null: { 's3:x-amz-server-side-encryption-aws-kms-key-id': 'true' },
            },
          }),
          deny('OtherEncryption', {
            actions: ['s3:PutObject'],
            resources: [`${arn}/*`],
            conditions: {
              StringNotEquals: {
                's3:x-amz-server-side-encryption': 'aws:kms',
                // CloudTrail has the digests that prove its records encrypted with S3's own key, whatever the trail's key is.
                ...(bucket === 'audit' ? { 'aws:PrincipalServiceName': 'cloudtrail.amazonaws.com' } : {}),
              },
              Null: { 's3:x-amz-server-side-encryption': 'false' },
            },
          }),
          ...(isOn('perimeter', config)
            ? [
                deny('OtherAccounts', {
                  actions: ['s3:*'],
                  resources: everything,
                  conditions: {
                    StringNotEquals: { 'aws:PrincipalAccount': config.account },
                    Bool: { 'aws:PrincipalIsAWSService': 'false' },
                  },
                }),
              ]
            : []),
          ...statements,
        ],
      }),
    });
    policy.addResourceDependency(this.resource);
    keepUnlessTwoKeys(policy, stack);
  }
}
