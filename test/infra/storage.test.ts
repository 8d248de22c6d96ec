import { Stack } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { BUCKETS, type Bucket } from '../../infra/names';
import { CatalogStack } from '../../infra/stacks/catalog';
import { StorageStack } from '../../infra/stacks/storage';
import { all, named, statements } from './resources';
import { type Change, lakeOf, oneStack, PROVINCES, synth } from './synth';

const ROLE = 'arn:aws:iam::111111111111:role/tg-hue-production-';

function bucket(template: Template, name: string) {
  const found = named(template, 'AWS::S3::Bucket', 'BucketName').get(name);
  if (!found) throw new Error(`no bucket ${name}`);
  return found.Properties;
}

/** Statements of the bucket's policy, found by the bucket they speak of. */
function policyOf(template: Template, name: string) {
  const policy = all(template, 'AWS::S3::BucketPolicy').find(({ Properties }) =>
    JSON.stringify(Properties.PolicyDocument).includes(`arn:aws:s3:::${name}`),
  );
  return statements(policy?.Properties.PolicyDocument);
}

const sid = (template: Template, name: string, id: string) => policyOf(template, name).find(({ Sid }) => Sid === id);

describe.each(PROVINCES)('zones of %s', (province) => {
  const { lake, template } = synth(province);
  const storage = template('storage');
  const name = (zone: Bucket) => lake.names.bucket(zone);

  it('are one bucket each, private, owned by us alone, versioned', () => {
    const buckets = named(storage, 'AWS::S3::Bucket', 'BucketName');
    expect([...buckets.keys()].toSorted()).toEqual(BUCKETS.map(name).toSorted());
    for (const { Properties } of buckets.values()) {
      expect(Properties.PublicAccessBlockConfiguration).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
      expect(Properties.OwnershipControls).toEqual({ Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] });
      expect(Properties.VersioningConfiguration).toEqual({ Status: 'Enabled' });
    }
  });

  it('are encrypted with keys of ours, few calls to them, rotated yearly', () => {
    const keys = storage.findResources('AWS::KMS::Key');
    expect(Object.values(keys).map(({ Properties }) => Properties.EnableKeyRotation)).toEqual([true, true]);
    for (const zone of BUCKETS)
      expect(bucket(storage, name(zone)).BucketEncryption).toEqual({
        ServerSideEncryptionConfiguration: [
          {
            BucketKeyEnabled: true,
            ServerSideEncryptionByDefault: {
              SSEAlgorithm: 'aws:kms',
              KMSMasterKeyID: {
                'Fn::GetAtt': [
                  Object.keys(keys).find((id) => id.includes(['control', 'audit'].includes(zone) ? 'control' : 'data')),
                  'Arn',
                ],
              },
            },
          },
        ],
      });
  });

  it('refuse plain HTTP, old TLS, another key, and changes of lifecycle by anybody but a deployment', () => {
    for (const zone of BUCKETS) {
      const arn = `arn:aws:s3:::${name(zone)}`;
      const refusal = (id: string) => {
        const found = sid(storage, name(zone), id);
        expect(found).toMatchObject({ Effect: 'Deny', Principal: { AWS: '*' } });
        return found;
      };
      expect(refusal('PlainHttp')).toMatchObject({
        Resource: [arn, `${arn}/*`],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      });
      expect(refusal('OldTls')?.Condition).toEqual({ NumericLessThan: { 's3:TlsVersion': '1.2' } });
      expect(refusal('OtherKey')?.Condition?.Null).toEqual({
        's3:x-amz-server-side-encryption-aws-kms-key-id': 'false',
      });
      expect(refusal('NoKey')?.Condition).toEqual({
        StringEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' },
        Null: { 's3:x-amz-server-side-encryption-aws-kms-key-id': 'true' },
      });
      // CloudTrail's digests are encrypted with S3's own key and would never arrive.
      expect(refusal('OtherEncryption')?.Condition?.StringNotEquals).toEqual({
        's3:x-amz-server-side-encryption': 'aws:kms',
        ...(zone === 'audit' ? { 'aws:PrincipalServiceName': 'cloudtrail.amazonaws.com' } : {}),
      });
      expect(refusal('SettledByDeployment')?.Action).toEqual(
        expect.arrayContaining(['s3:PutLifecycleConfiguration', 's3:PutBucketVersioning']),
      );
    }
  });

  it('tell EventBridge of uploads by a property, not by a function of CDK', () => {
    expect(bucket(storage, name('ingest')).NotificationConfiguration).toEqual({
      EventBridgeConfiguration: { EventBridgeEnabled: true },
    });
    expect(all(storage).filter(({ Type }) => Type.startsWith('Custom::') || Type === 'AWS::Lambda::Function')).toEqual(
      [],
    );
  });

  it('never lose a present object of curated by age', () => {
    expect(bucket(storage, name('curated')).LifecycleConfiguration).toEqual({
      Rules: [
        {
          Id: 'former-versions',
          Status: 'Enabled',
          NoncurrentVersionExpiration: { NoncurrentDays: 7 },
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
          ExpiredObjectDeleteMarker: true,
        },
      ],
    });
  });

  it('keep answers of Athena as many days as the province says', () => {
    expect(JSON.stringify(bucket(storage, name('results')).LifecycleConfiguration)).toContain(
      `"ExpirationInDays":${lake.config.warehouse.resultDays}`,
    );
  });

  it('let every service that acts without a role of ours open what the control key encrypts, and none the data key', () => {
    const guests = (key: 'data' | 'control') => {
      const found = all(storage, 'AWS::KMS::Key').find(({ Properties }) =>
        String(Properties.Description).endsWith(key === 'data' ? 'made of it' : 'without rows'),
      );
      return statements(found?.Properties.KeyPolicy).flatMap(({ Principal, Action }) => {
        const service = /"Service":"([^"]+)"/.exec(JSON.stringify(Principal))?.[1];
        return service === undefined ? [] : [[service, Action.includes('kms:Decrypt')]];
      });
    };
    expect(guests('data')).toEqual([]);
    expect(Object.fromEntries(guests('control'))).toEqual({
      'budgets.amazonaws.com': true,
      'cloudtrail.amazonaws.com': true,
      'cloudwatch.amazonaws.com': true,
      'delivery.logs.amazonaws.com': true,
      'events.amazonaws.com': true,
      'logs.ap-southeast-1.amazonaws.com': true,
      'sns.amazonaws.com': true,
    });
  });

  it('hand their keys to other stacks by parameter, and nothing by export', () => {
    const parameters = named(storage, 'AWS::SSM::Parameter', 'Name');
    for (const key of ['data', 'control'] as const) expect(parameters.has(lake.names.keyParameter(key))).toBe(true);
    for (const one of synth(province).templates.values()) {
      const outputs: Record<string, { Export?: unknown }> = one.toJSON().Outputs ?? {};
      expect(Object.values(outputs).filter(({ Export }) => Export !== undefined)).toEqual([]);
    }
  });

  it('are tagged with project, province, stage and zone', () => {
    expect(bucket(storage, name('raw')).Tags).toEqual([
      { Key: 'project', Value: 'tam-giang' },
      { Key: 'province', Value: province },
      { Key: 'stage', Value: lake.config.stage },
      { Key: 'zone', Value: 'raw' },
    ]);
  });
});

describe('the curated zone', () => {
  const { template } = synth('hue');
  const name = 'tg-hue-production-curated-111111111111';
  const arn = `arn:aws:s3:::${name}`;
  const storage = template('storage');

  it('takes metadata from commit and upkeep; from engine only in the folder of marts', () => {
    expect(sid(storage, name, 'MetadataByCommitOnly')).toEqual({
      Sid: 'MetadataByCommitOnly',
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: ['s3:PutObject'],
      Resource: `${arn}/*/metadata/*`,
      Condition: {
        ArnNotEquals: {
          'aws:PrincipalArn': ['commit', 'maintain', 'maintenance', 'optimizer', 'lake-formation', 'engine'].map(
            (role) => `${ROLE}${role}`,
          ),
        },
      },
    });
    expect(sid(storage, name, 'EngineKeepsToMarts')).toMatchObject({
      Effect: 'Deny',
      Action: ['s3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion'],
      NotResource: `${arn}/kho/*`,
      Condition: { ArnEquals: { 'aws:PrincipalArn': [`${ROLE}engine`] } },
    });
  });

  it('takes a metadata file from commit and maintain only where there is none', () => {
    expect(sid(storage, name, 'MetadataOnce')).toMatchObject({
      Effect: 'Deny',
      Action: ['s3:PutObject'],
      Resource: `${arn}/*/metadata/*`,
      Condition: {
        ArnEquals: { 'aws:PrincipalArn': [`${ROLE}commit`, `${ROLE}maintain`] },
        Null: { 's3:if-none-match': 'true' },
        Bool: { 's3:ObjectCreationOperation': 'true' },
      },
    });
  });

  it('lets nobody delete metadata or data but upkeep, and engine among marts; versions only people and engine', () => {
    const files = { Effect: 'Deny', Resource: [`${arn}/*/metadata/*`, `${arn}/*/data/*`] };
    const people = [`${ROLE}maintenance`, `${ROLE}engine`];
    expect(sid(storage, name, 'NoDeletes')).toMatchObject({
      ...files,
      Action: ['s3:DeleteObject'],
      Condition: {
        ArnNotEquals: {
          'aws:PrincipalArn': ['maintain', 'maintenance', 'optimizer', 'engine'].map((role) => `${ROLE}${role}`),
        },
      },
    });
    expect(sid(storage, name, 'NoVersionDeletes')).toMatchObject({
      ...files,
      Action: ['s3:DeleteObjectVersion'],
      Condition: { ArnNotEquals: { 'aws:PrincipalArn': people } },
    });
  });
});

describe('controls of a level', () => {
  const at = (securityLevel: number, change: Change = {}) =>
    oneStack(StorageStack, lakeOf('hue', { ...change, config: { ...change.config, securityLevel } }));
  const hue = lakeOf('hue').names;

  it('lock raw and audit from level 3 on', () => {
    for (const zone of ['raw', 'audit'] as const)
      expect(bucket(at(2), hue.bucket(zone)).ObjectLockEnabled).toBeUndefined();
    expect(bucket(at(3), hue.bucket('raw')).ObjectLockConfiguration).toMatchObject({
      Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 30 } },
    });
    expect(bucket(at(3), hue.bucket('audit')).ObjectLockConfiguration).toMatchObject({
      Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 730 } },
    });
  });

  it('refuse principals of other accounts from level 3 on', () => {
    expect(sid(at(2), hue.bucket('open'), 'OtherAccounts')).toBeUndefined();
    expect(sid(at(3), hue.bucket('open'), 'OtherAccounts')?.Condition).toEqual({
      StringNotEquals: { 'aws:PrincipalAccount': '111111111111' },
      Bool: { 'aws:PrincipalIsAWSService': 'false' },
    });
  });

  it('let the trail write evidence where there is a trail', () => {
    expect(sid(at(1), hue.bucket('audit'), 'TrailWrites')).toBeUndefined();
    expect(sid(at(2), hue.bucket('audit'), 'TrailWrites')).toMatchObject({
      Principal: { Service: 'cloudtrail.amazonaws.com' },
    });
    // CloudTrail is documented to tell the trail and nothing more.
    expect(sid(at(2), hue.bucket('audit'), 'TrailWrites')?.Condition).toEqual({
      ArnLike: {
        'aws:SourceArn': 'arn:aws:cloudtrail:ap-southeast-1:111111111111:trail/tg-hue-production-data-events',
      },
      StringEqualsIfExists: { 'aws:SourceAccount': '111111111111' },
    });
  });

  it('close uploads to readers and taggers until they are scanned', () => {
    const scanned = at(3, { config: { malwareScan: true } });
    expect(sid(at(3), hue.bucket('ingest'), 'NoUnscannedReads')).toBeUndefined();
    expect(sid(scanned, hue.bucket('ingest'), 'NoUnscannedReads')?.Condition).toEqual({
      ArnNotEquals: { 'aws:PrincipalArn': [`${ROLE}malware-scan`] },
      StringNotEquals: { 's3:ExistingObjectTag/GuardDutyMalwareScanStatus': 'NO_THREATS_FOUND' },
    });
    expect(sid(scanned, hue.bucket('ingest'), 'TagsByScanOnly')?.Action).toEqual(
      expect.arrayContaining(['s3:PutObjectTagging', 's3:DeleteObjectTagging', 's3:PutObjectVersionTagging']),
    );
  });

  it('put functions into a network without a way to the internet', () => {
    const network = at(3, { config: { vpc: true } });
    for (const type of ['AWS::EC2::NatGateway', 'AWS::EC2::InternetGateway', 'AWS::EC2::EIP'])
      network.resourceCountIs(type, 0);
    network.resourceCountIs('AWS::EC2::VPC', 1);
    at(3).resourceCountIs('AWS::EC2::VPC', 0);
    for (const { Properties } of all(network, 'AWS::EC2::VPCEndpoint'))
      expect(statements(Properties.PolicyDocument)).toEqual([
        expect.objectContaining({
          Condition: {
            StringEquals: { 'aws:PrincipalAccount': '111111111111', 'aws:ResourceAccount': '111111111111' },
          },
        }),
      ]);
  });
});

describe('two keys to destroy', () => {
  const KEPT = ['AWS::S3::Bucket', 'AWS::KMS::Key', 'AWS::Glue::Table', 'AWS::Glue::Database'];
  const policies = (province: string, context: Record<string, string>) => {
    const templates = [StorageStack, CatalogStack].map((Kind) => oneStack(Kind, lakeOf(province), context));
    const found = templates.flatMap((template) => all(template)).filter(({ Type }) => KEPT.includes(Type));
    expect(new Set(found.map(({ Type }) => Type))).toEqual(new Set(KEPT));
    return new Set(found.flatMap(({ DeletionPolicy, UpdateReplacePolicy }) => [DeletionPolicy, UpdateReplacePolicy]));
  };

  // But for a deployment that failed: what it left behind would stop the next one by its name.
  const KEEPING = new Set(['RetainExceptOnCreate', 'Retain']);

  it('keep everything without the flag', () => {
    expect(policies('nho', {})).toEqual(KEEPING);
  });

  it('keep everything in production, flag or not', () => {
    expect(policies('hue', { destroy: 'yes' })).toEqual(KEEPING);
  });

  it('let go with the flag in another stage, spelled exactly', () => {
    expect(policies('nho', { destroy: 'yes' })).toEqual(new Set(['Delete']));
    expect(policies('nho', { destroy: 'true' })).toEqual(KEEPING);
  });

  it('protect stacks of production from being deleted', () => {
    const isProtected = (province: string) =>
      synth(province)
        .app.node.children.filter(Stack.isStack)
        .map(({ terminationProtection }) => terminationProtection);
    expect(new Set(isProtected('hue'))).toEqual(new Set([true]));
    expect(new Set(isProtected('nho'))).toEqual(new Set([false]));
  });
});
