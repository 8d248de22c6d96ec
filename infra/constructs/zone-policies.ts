// What a zone's bucket refuses beyond what every bucket refuses (control table, rows 1, 2, 3, 4, 16). Refusals hold for whoever
// asks, administrators too, but for the roles named here.
import { AnyPrincipal, Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { isOn } from '../controls';
import type { LakeContext } from '../lake-context';
import { type Bucket, type Names, WAREHOUSE_PREFIX } from '../names';
import { fromOurs, type Right } from './statements';
import { deny } from './zone-bucket';

/** Scans uploads and tags them with what it found. */
export const MALWARE_ROLE = 'malware-scan';
export const CLEAN = { 's3:ExistingObjectTag/GuardDutyMalwareScanStatus': 'NO_THREATS_FOUND' } as const;

const exceptFor = (names: Names, roles: readonly string[]): NonNullable<Right['conditions']> => ({
  ArnNotEquals: { 'aws:PrincipalArn': roles.map((role) => names.roleArn(role)) },
});
const onlyFor = (names: Names, ...roles: readonly string[]): NonNullable<Right['conditions']> => ({
  ArnEquals: { 'aws:PrincipalArn': roles.map((role) => names.roleArn(role)) },
});

/**
 * Tables' truth. Athena makes marts as `engine`, in a folder of their own: it is let through, and held to that folder. Glue's
 * optimizers write with what Lake Formation lends them, which is the role `lake-formation`.
 */
function curated(names: Names): PolicyStatement[] {
  const arn = names.bucketArn('curated');
  const metadata = `${arn}/*/metadata/*`;
  const files = [metadata, `${arn}/*/data/*`];
  return [
    deny('MetadataByCommitOnly', {
      actions: ['s3:PutObject'],
      resources: [metadata],
      conditions: exceptFor(names, ['commit', 'maintain', 'maintenance', 'optimizer', 'lake-formation', 'engine']),
    }),
    deny('MetadataOnce', {
      actions: ['s3:PutObject'],
      resources: [metadata],
      conditions: {
        ...onlyFor(names, 'commit', 'maintain'),
        Null: { 's3:if-none-match': 'true' },
        // Parts of an upload cannot carry the header; its completion can, and must.
        Bool: { 's3:ObjectCreationOperation': 'true' },
      },
    }),
    // What the function maintain deletes stays as a former version; for good it is deleted by people with a second factor.
    deny('NoDeletes', {
      actions: ['s3:DeleteObject'],
      resources: files,
      conditions: exceptFor(names, ['maintain', 'maintenance', 'optimizer', 'engine']),
    }),
    deny('NoVersionDeletes', {
      actions: ['s3:DeleteObjectVersion'],
      resources: files,
      conditions: exceptFor(names, ['maintenance', 'engine']),
    }),
    new PolicyStatement({
      sid: 'EngineKeepsToMarts',
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ['s3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion'],
      notResources: [`${arn}/${WAREHOUSE_PREFIX}*`],
      conditions: onlyFor(names, 'engine'),
    }),
  ];
}

/**
 * What was sent stays as it was sent until maintenance, on a person's demand, takes it out. Intake may hide a copy that names
 * a person erased meanwhile: its versions stay.
 */
function raw(names: Names): PolicyStatement[] {
  const resources = [`${names.bucketArn('raw')}/*`];
  return [
    deny('NoDeletes', {
      actions: ['s3:DeleteObjectVersion'],
      resources,
      conditions: exceptFor(names, ['maintenance']),
    }),
    deny('NoHiding', {
      actions: ['s3:DeleteObject'],
      resources,
      conditions: exceptFor(names, ['intake', 'intake-heavy', 'maintenance']),
    }),
  ];
}

function ingest({ config, names }: LakeContext): PolicyStatement[] {
  if (!isOn('malwareGate', config)) return [];
  const objects = [`${names.bucketArn('ingest')}/*`];
  return [
    deny('TagsByScanOnly', {
      actions: [
        's3:DeleteObjectTagging',
        's3:DeleteObjectVersionTagging',
        's3:PutObjectTagging',
        's3:PutObjectVersionTagging',
      ],
      resources: objects,
      conditions: exceptFor(names, [MALWARE_ROLE]),
    }),
    deny('NoUnscannedReads', {
      actions: ['s3:GetObject', 's3:GetObjectVersion'],
      resources: objects,
      conditions: { ...exceptFor(names, [MALWARE_ROLE]), StringNotEquals: CLEAN },
    }),
  ];
}

function audit({ config, names }: LakeContext): PolicyStatement[] {
  if (!isOn('dataEvents', config)) return [];
  const arn = names.bucketArn('audit');
  const trail = fromOurs(names, `arn:aws:cloudtrail:${config.region}:${config.account}:trail/${names.trail}`);
  const byTrail = (sid: string, action: string, resource: string) =>
    new PolicyStatement({
      sid,
      principals: [new ServicePrincipal('cloudtrail.amazonaws.com')],
      actions: [action],
      resources: [resource],
      conditions: trail,
    });
  return [
    byTrail('TrailLooks', 's3:GetBucketAcl', arn),
    byTrail('TrailWrites', 's3:PutObject', `${arn}/AWSLogs/${config.account}/*`),
  ];
}

/** Lifecycle and versioning are changed by a deployment, or not at all. */
function settled({ config, names }: LakeContext, bucket: Bucket): PolicyStatement {
  const { account, region } = config;
  return deny('SettledByDeployment', {
    actions: ['s3:PutBucketObjectLockConfiguration', 's3:PutBucketVersioning', 's3:PutLifecycleConfiguration'],
    resources: [names.bucketArn(bucket)],
    conditions: {
      ArnNotLike: { 'aws:PrincipalArn': `arn:aws:iam::${account}:role/cdk-*-cfn-exec-role-${account}-${region}` },
    },
  });
}

export function zonePolicy(lake: LakeContext, bucket: Bucket): readonly PolicyStatement[] {
  const own: Partial<Record<Bucket, PolicyStatement[]>> = {
    curated: curated(lake.names),
    raw: raw(lake.names),
    ingest: ingest(lake),
    audit: audit(lake),
  };
  return [settled(lake, bucket), ...(own[bucket] ?? [])];
}
