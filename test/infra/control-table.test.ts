// The control table of docs/controls.md, row by row, against the templates of three provinces.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { desks } from '../../infra/desks';
import { columnsOf } from '../../infra/grants';
import { BUCKETS, FUNCTIONS } from '../../infra/names';
import { IntakeStack } from '../../infra/stacks/intake';
import { sources } from '../docs/pages';
import { actionsOn, all, named, roleStatements, statements } from './resources';
import { lakeOf, oneStack } from './synth';
import { lossFindings, resourcesOf, roleFindings, statementFindings, statementsOf } from './walker';
import { actions, bucket, daydu, every, everywhere, hue, nho, policy, refusal, role, roleArn, roles } from './whole';

const ROOT = join(__dirname, '..', '..');
const text = (value: unknown) => JSON.stringify(value);
const CURATED = 'arn:aws:s3:::tg-hue-production-curated-111111111111';

describe('the control table', () => {
  it('control 01 only commit and upkeep write metadata and move pointers, and functions only once', () => {
    const metadata = refusal('curated', 'MetadataByCommitOnly');
    expect(metadata).toMatchObject({ Principal: { AWS: '*' }, Action: ['s3:PutObject'] });
    expect(text(metadata?.Condition)).toContain(roleArn('commit'));
    expect(text(metadata?.Condition)).toContain(roleArn('maintenance'));
    expect(refusal('curated', 'MetadataOnce')?.Condition).toMatchObject({ Null: { 's3:if-none-match': 'true' } });
    const movers = [...roles()].filter(([, one]) =>
      actionsOn(one, 'table/tg_hue_production_curated').includes('glue:UpdateTable'),
    );
    expect(movers.map(([name]) => name).toSorted()).toEqual(['commit', 'maintain', 'maintenance', 'optimizer']);
    const never = [...roles().values()].flatMap((one) => actionsOn(one, 'table/tg_hue_production_curated'));
    expect(never.filter((action) => /glue:(Create|Delete)Table/.test(action))).toEqual([]);
    const boundary = statementsOf(hue.template('storage').toJSON()).filter(
      ({ kind, statement }) => kind === 'boundary' && statement.Effect === 'Deny',
    );
    expect(text(boundary)).toContain('glue:UpdateTable');
  });

  it('control 02 tables lose nothing: versions, no expiry of what is current, deletes by upkeep alone, one place a table', () => {
    expect(bucket('curated').VersioningConfiguration).toEqual({ Status: 'Enabled' });
    const lifecycle = text(bucket('curated').LifecycleConfiguration);
    expect(lifecycle).toContain('NoncurrentVersionExpiration');
    expect(lifecycle).not.toMatch(/"ExpirationInDays"|"ExpirationDate"|"Transitions"/);
    expect(text(refusal('curated', 'NoDeletes')?.Condition)).toContain(roleArn('maintenance'));
    for (const zone of BUCKETS)
      expect(text(refusal(zone, 'SettledByDeployment')?.Action)).toContain('s3:PutLifecycleConfiguration');
    const places = every('AWS::Glue::Table').map(
      ({ Properties }) => `${/"Location":"([^"]+)"/.exec(text(Properties))?.[1]}/`,
    );
    expect(places).toHaveLength(hue.lake.contracts.length);
    for (const place of places) expect(places.filter((other) => other.startsWith(place))).toEqual([place]);
  });

  it('control 03 an upload is read only after GuardDuty found it clean', () => {
    for (const name of ['intake', 'intake-heavy']) {
      const reads = roleStatements(role(name, daydu)).filter(
        ({ Action, Resource }) => Action.includes('s3:GetObject') && text(Resource).includes('-ingest-'),
      );
      expect(reads.length).toBeGreaterThan(0);
      for (const { Condition } of reads)
        expect(Condition).toEqual({
          StringEquals: { 's3:ExistingObjectTag/GuardDutyMalwareScanStatus': 'NO_THREATS_FOUND' },
        });
    }
    expect(refusal('ingest', 'NoUnscannedReads', daydu)).toBeDefined();
    expect(every('AWS::GuardDuty::MalwareProtectionPlan', daydu)).toHaveLength(1);
  });

  it('control 04 nobody but the scan tags an upload', () => {
    expect(refusal('ingest', 'TagsByScanOnly', daydu)?.Action).toEqual(
      expect.arrayContaining(['s3:PutObjectTagging', 's3:PutObjectVersionTagging', 's3:DeleteObjectTagging']),
    );
  });

  it('control 05 every result of a scan reaches intake, the bad ones too', () => {
    const rule = named(daydu.template('intake'), 'AWS::Events::Rule', 'Name').get('tg-daydu-production-uploads');
    expect(text(rule?.Properties.EventPattern)).toContain('GuardDuty Malware Protection Object Scan Result');
    expect(text(rule?.Properties.EventPattern)).not.toContain('scanResultStatus');
  });

  it('control 06 an agency writes and reads below its own folder, whichever of a hundred it is', () => {
    const agencies = Array.from({ length: 100 }, (_, i) => ({ id: `so_${i}`, notify: [], trusted: [] }));
    const many = oneStack(IntakeStack, lakeOf('hue', { config: { agencies } }));
    const uploads = all(many, 'AWS::IAM::Role').filter(({ Properties }) =>
      String(Properties.RoleName).includes('-upload-'),
    );
    expect(uploads).toHaveLength(100);
    for (const one of uploads) {
      const agency = String(one.Properties.RoleName).replace('tg-hue-production-upload-', '');
      for (const { Sid, Resource, Condition } of roleStatements(one).filter(({ Action }) =>
        Action.some((it) => it.startsWith('s3:')),
      )) {
        if (Sid === 'SeeOwn') expect(Condition).toEqual({ StringLike: { 's3:prefix': [`${agency}/*`] } });
        else expect([Resource].flat().every((it) => String(it).endsWith(`-111111111111/${agency}/*`))).toBe(true);
      }
    }
  });

  it('control 07 no bucket is public', () => {
    expect(everywhere('AWS::S3::Bucket')).toHaveLength(3 * BUCKETS.length);
    for (const { Properties } of everywhere('AWS::S3::Bucket'))
      expect(Properties.PublicAccessBlockConfiguration).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
    expect(text(everywhere('AWS::S3::BucketPolicy'))).not.toContain('cloudfront');
  });

  it('control 08 nothing is spoken to in the clear or by old TLS', () => {
    for (const from of [nho, hue, daydu])
      for (const zone of BUCKETS) {
        expect(refusal(zone, 'PlainHttp', from)?.Condition).toEqual({ Bool: { 'aws:SecureTransport': 'false' } });
        expect(refusal(zone, 'OldTls', from)?.Condition).toEqual({ NumericLessThan: { 's3:TlsVersion': '1.2' } });
      }
    for (const [thing, rules] of [
      ['AWS::SQS::Queue', 'AWS::SQS::QueuePolicy'],
      ['AWS::SNS::Topic', 'AWS::SNS::TopicPolicy'],
    ] as const) {
      expect(everywhere(rules)).toHaveLength(everywhere(thing).length);
      for (const { Properties } of everywhere(rules))
        expect(text(Properties)).toContain('"aws:SecureTransport":"false"');
    }
  });

  it('control 09 everything at rest is encrypted with a key of ours that turns, and S3 takes no other', () => {
    expect(everywhere('AWS::KMS::Key').map(({ Properties }) => Properties.EnableKeyRotation)).toEqual(
      Array(6).fill(true),
    );
    for (const type of ['AWS::SQS::Queue', 'AWS::SNS::Topic'])
      for (const { Properties } of everywhere(type)) expect(Properties.KmsMasterKeyId).toBeDefined();
    for (const { Properties } of everywhere('AWS::Logs::LogGroup')) expect(Properties.KmsKeyId).toBeDefined();
    for (const { Properties } of everywhere('AWS::Athena::WorkGroup'))
      expect(text(Properties)).toContain('"EncryptionOption":"SSE_KMS"');
    for (const { Properties } of everywhere('AWS::S3::Bucket'))
      expect(text(Properties.BucketEncryption)).toContain('"SSEAlgorithm":"aws:kms"');
    for (const zone of BUCKETS) expect(refusal(zone, 'OtherKey')).toBeDefined();
  });

  it('control 10 buckets use bucket keys', () => {
    for (const { Properties } of everywhere('AWS::S3::Bucket'))
      expect(text(Properties.BucketEncryption)).toContain('"BucketKeyEnabled":true');
  });

  it('control 11 every role is one of its own, bounded, and says what it may', () => {
    for (const province of [nho, hue, daydu]) {
      for (const template of province.templates.values()) {
        expect(roleFindings(template.toJSON())).toEqual([]);
        expect(statementsOf(template.toJSON()).flatMap(statementFindings)).toEqual([]);
      }
      const taken = every('AWS::Lambda::Function', province).map(({ Properties }) => text(Properties.Role));
      expect(new Set(taken).size).toBe(FUNCTIONS.length);
    }
  });

  it('control 12 a service acts only for a thing of ours', () => {
    const forServices = [hue, daydu]
      .flatMap(({ templates }) => [...templates.values()].flatMap((template) => statementsOf(template.toJSON())))
      .filter(({ statement: { Principal } }) => typeof Principal === 'object' && Principal.Service !== undefined);
    expect(forServices.length).toBeGreaterThan(30);
    expect(forServices.flatMap(statementFindings)).toEqual([]);
  });

  it('control 13 strangers’ roles get nothing, and a province’s functions have no way to the internet', () => {
    for (const zone of BUCKETS)
      expect(refusal(zone, 'OtherAccounts')?.Condition).toMatchObject({
        StringNotEquals: { 'aws:PrincipalAccount': '111111111111' },
      });
    const network = resourcesOf(daydu.template('storage').toJSON()).map(({ type }) => type);
    expect(network).toContain('AWS::EC2::VPCEndpoint');
    expect(network.filter((type) => /InternetGateway|NatGateway|EIP/.test(type))).toEqual([]);
    for (const { Properties } of every('AWS::Lambda::Function', daydu)) expect(Properties.VpcConfig).toBeDefined();
  });

  it('control 14 raw files and evidence cannot be removed for a time', () => {
    expect(text(bucket('raw').ObjectLockConfiguration)).toContain('"Days":30,"Mode":"GOVERNANCE"');
    expect(text(bucket('audit').ObjectLockConfiguration)).toContain('"Days":730,"Mode":"COMPLIANCE"');
    expect(bucket('raw', nho).ObjectLockConfiguration).toBeUndefined();
  });

  it('control 16 who touched which object is on a validated trail', () => {
    const [trail] = every('AWS::CloudTrail::Trail');
    expect(trail?.Properties.EnableLogFileValidation).toBe(true);
    for (const zone of ['raw', 'curated', 'quarantine'])
      expect(text(trail?.Properties.AdvancedEventSelectors)).toContain(
        `arn:aws:s3:::tg-hue-production-${zone}-111111111111/`,
      );
    expect(policy('audit').map(({ Sid }) => Sid)).toEqual(expect.arrayContaining(['TrailLooks', 'TrailWrites']));
    expect(every('AWS::CloudTrail::Trail', nho)).toEqual([]);
  });

  it('control 17 intrusion is looked for, and findings go to a queue of their own', () => {
    for (const type of ['AWS::GuardDuty::Detector', 'AWS::SecurityHub::Hub', 'AWS::AccessAnalyzer::Analyzer'])
      expect(every(type)).toHaveLength(1);
    const rule = named(hue.template('governance'), 'AWS::Events::Rule', 'Name').get('tg-hue-production-findings');
    expect(text(rule?.Properties.Targets)).toContain(':tg-hue-production-findings"');
  });

  it('control 19 an analyst sees no column that names a person: no grant by IAM, tags, filters by name', () => {
    const [settings] = every('AWS::LakeFormation::DataLakeSettings');
    expect(settings?.Properties).toMatchObject({
      CreateDatabaseDefaultPermissions: [],
      CreateTableDefaultPermissions: [],
    });
    for (const { Properties } of every('AWS::Glue::Database'))
      expect(text(Properties)).toContain('"CreateTableDefaultPermissions":[]');
    expect(text(every('AWS::LakeFormation::PrincipalPermissions'))).not.toContain('IAM_ALLOWED_PRINCIPALS');
    for (const contract of hue.lake.contracts) {
      const seen = columnsOf(contract, 'no_direct');
      const named = contract.columns.filter(({ personal }) => personal === 'basic' || personal === 'sensitive');
      expect(named.filter(({ name }) => seen.includes(name))).toEqual([]);
    }
  });

  it('control 20 nobody at a desk reads files past Lake Formation', () => {
    // Objects a desk can get at: those of marts, which hold nothing that names a person, and none of a dataset.
    for (const { id } of desks(hue.lake).filter((desk) => desk.id !== 'auditor')) {
      const own = roleStatements(role(id)).filter(({ Effect }) => Effect === 'Allow');
      const objects = own
        .flatMap(({ Resource }) => [Resource].flat().map(String))
        .filter((resource) => resource.startsWith(CURATED) && resource !== CURATED);
      expect([id, new Set(objects)]).toEqual([id, new Set([`${CURATED}/kho/*`])]);
      expect(own.filter(({ Resource }) => [Resource].flat().includes('arn:aws:s3:::*'))).toEqual([]);
    }
    expect(actionsOn(role('auditor'), CURATED)).toEqual([]);
    const lent = every('AWS::LakeFormation::Resource').map(({ Properties }) => Properties.ResourceArn);
    expect(lent.toSorted()).toEqual(hue.lake.contracts.map(({ dataset }) => `${CURATED}/${dataset}`).toSorted());
    expect(actionsOn(role('intake'), `${CURATED}/*/metadata/`)).toEqual(['s3:GetObject']);
  });

  it('control 21 nobody at a desk changes a schema', () => {
    for (const { id } of desks(hue.lake).filter((desk) => desk.id !== 'engine'))
      expect(actions(role(id)).filter((action) => /^glue:(Create|Update|Delete|BatchCreate)/.test(action))).toEqual([]);
  });

  it('control 22 answers are encrypted, kept apart, and gone after a week', () => {
    const groups = every('AWS::Athena::WorkGroup');
    expect(groups).toHaveLength(desks(hue.lake).length);
    for (const { Properties } of groups) {
      expect(text(Properties)).toContain('"EnforceWorkGroupConfiguration":true');
      expect(text(Properties)).toContain('"ExpectedBucketOwner":"111111111111"');
    }
    expect(text(bucket('results').LifecycleConfiguration)).toContain('"ExpirationInDays":7');
  });

  it('control 23 no query reads more than the province allows', () => {
    for (const [from, gigabytes] of [
      [nho, 50],
      [hue, 50],
      [daydu, 100],
    ] as const)
      for (const { Properties } of every('AWS::Athena::WorkGroup', from))
        expect(Properties.WorkGroupConfiguration).toMatchObject({ BytesScannedCutoffPerQuery: gigabytes * 1e9 });
  });

  it('control 24 SQL reaches Athena by one door, which hands values over apart from the text', () => {
    const doors = sources(['platform', 'lambdas', 'lake', 'cli'], '.ts').filter((source) =>
      source.text.includes('StartQueryExecutionCommand'),
    );
    expect(doors.map(({ path }) => path)).toEqual(['platform/aws/athena-warehouse.ts']);
    expect(doors[0]?.text).toContain('ExecutionParameters: [...parameters]');
  });

  it('control 26 a function has an end: memory, time, disk, and so many at once', () => {
    for (const { Properties } of everywhere('AWS::Lambda::Function')) {
      expect(Number(Properties.MemorySize)).toBeLessThanOrEqual(10_240);
      expect(Number(Properties.Timeout)).toBeLessThanOrEqual(900);
      expect(Number(Properties.ReservedConcurrentExecutions)).toBeGreaterThan(0);
      expect(Properties.EphemeralStorage).toBeDefined();
    }
  });

  it('control 27 the unmaintained spreadsheet parser is not among the packages', () => {
    const lock: unknown = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
    expect(text(lock)).toContain('node_modules/zod');
    expect(text(lock)).not.toContain('"node_modules/xlsx"');
  });

  it('control 29 reading strangers’ files and writing tables are two roles', () => {
    for (const name of ['intake', 'intake-heavy']) {
      expect(
        actions(role(name))
          .filter((action) => action.startsWith('glue:'))
          .toSorted(),
      ).toEqual(['glue:GetDatabase', 'glue:GetTable', 'glue:GetTables']);
      const writes = roleStatements(role(name))
        .filter(({ Action }) => Action.includes('s3:PutObject'))
        .flatMap(({ Resource }) => [Resource].flat());
      expect(writes.filter((place) => String(place).includes('-curated-'))).toEqual([`${CURATED}/*/data/*`]);
    }
    expect(actionsOn(role('commit'), '-ingest-')).toEqual([]);
    expect(actionsOn(role('commit'), '-raw-')).toEqual([]);
  });

  it('control 30 a function tells whether its code is signed', () => {
    for (const { Properties } of every('AWS::Lambda::Function')) expect(Properties.CodeSigningConfigArn).toBeDefined();
    expect(text(every('AWS::Lambda::CodeSigningConfig'))).toContain('"UntrustedArtifactOnDeployment":"Warn"');
  });

  it('control 31 no secret stands in a template or an environment', () => {
    const known = [
      'TG_PLACE',
      'POWERTOOLS_SERVICE_NAME',
      'NODE_OPTIONS',
      'TG_MALWARE_SCAN',
      'TG_LANE',
      'TG_SENDER',
      'TG_COMPACTION',
    ];
    for (const { Properties } of everywhere('AWS::Lambda::Function')) {
      const { Variables } = JSON.parse(text(Properties.Environment));
      expect(Object.keys(Variables).filter((name) => !known.includes(name))).toEqual([]);
    }
    const templates = [nho, hue, daydu].flatMap(({ templates: own }) =>
      [...own.values()].map((template) => text(template.toJSON())),
    );
    for (const one of templates)
      expect(one).not.toMatch(/AKIA[0-9A-Z]{16}|-----BEGIN|"(?:Secret|Password|Token|AccessKey)[A-Za-z]*":"/);
  });

  it('control 32 what cannot be done goes to a dead-letter queue after five tries', () => {
    for (const from of [nho, hue, daydu])
      for (const template of from.templates.values()) expect(lossFindings(template.toJSON())).toEqual([]);
    const redrives = every('AWS::SQS::Queue').flatMap(({ Properties }) =>
      Properties.RedrivePolicy === undefined ? [] : [Properties.RedrivePolicy],
    );
    expect(redrives.length).toBeGreaterThanOrEqual(4);
    for (const redrive of redrives) expect(redrive).toMatchObject({ maxReceiveCount: 5 });
  });

  it('control 33 every queue and every function has an alarm that tells somebody', () => {
    for (const from of [nho, hue]) {
      const alarms = every('AWS::CloudWatch::Alarm', from);
      const watched = text(alarms.map(({ Properties }) => [Properties.Dimensions, Properties.Metrics]));
      for (const { Properties } of every('AWS::SQS::Queue', from))
        expect(watched).toContain(`"${String(Properties.QueueName)}"`);
      for (const { Properties } of every('AWS::Lambda::Function', from))
        expect(watched).toContain(`"${String(Properties.FunctionName)}"`);
      for (const { Properties } of alarms)
        expect(text(Properties.AlarmActions)).toContain(from.lake.names.topic.operations);
    }
  });

  it('control 34 logs end, are encrypted, and mask what should not stand in them', () => {
    const logs = every('AWS::Logs::LogGroup').filter(({ Properties }) =>
      String(Properties.LogGroupName).startsWith('/aws/lambda/'),
    );
    expect(logs).toHaveLength(FUNCTIONS.length);
    for (const { Properties } of logs) {
      expect(Properties).toMatchObject({ RetentionInDays: 365, KmsKeyId: expect.anything() });
      expect(text(Properties.DataProtectionPolicy)).toContain('EmailAddress');
    }
    for (const { Properties } of every('AWS::Logs::LogGroup', nho)) expect(Properties.RetentionInDays).toBe(180);
  });

  it('control 35 locked files are taken out only by a person with a second factor', () => {
    const bypass = [...roles()].filter(([, one]) =>
      roleStatements(one).some(({ Action }) => Action.includes('s3:BypassGovernanceRetention')),
    );
    expect(bypass.map(([name]) => name)).toEqual(['maintenance']);
    // Asked for where the role is taken: its credentials say nothing of a second factor.
    const trust = statements(role('maintenance')?.Properties.AssumeRolePolicyDocument);
    expect(trust.map(({ Principal, Condition }) => [Principal, Condition])).toEqual([
      [
        { AWS: expect.anything() },
        { ArnLike: { 'aws:PrincipalArn': expect.arrayContaining([expect.stringContaining('tg-hue-maintenance_')]) } },
      ],
      [{ AWS: expect.anything() }, { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }],
    ]);
  });

  it('control 41 no agency can take everything: so many at once, a message group a dataset', () => {
    const mappings = every('AWS::Lambda::EventSourceMapping');
    expect(mappings).toHaveLength(3);
    for (const { Properties } of mappings)
      expect(Properties.ScalingConfig).toMatchObject({ MaximumConcurrency: expect.any(Number) });
    const fifo = every('AWS::SQS::Queue').find(
      ({ Properties }) => Properties.QueueName === 'tg-hue-production-commit.fifo',
    );
    expect(fifo?.Properties).toMatchObject({ FifoQueue: true, FifoThroughputLimit: 'perMessageGroupId' });
  });

  it('control 42 there are no users and no keys that last', () => {
    for (const type of ['AWS::IAM::User', 'AWS::IAM::AccessKey', 'AWS::IAM::Group'])
      expect(everywhere(type)).toEqual([]);
  });

  it('control 44 functions run on a Node that is kept up to date', () => {
    for (const { Properties } of everywhere('AWS::Lambda::Function'))
      expect(['nodejs22.x', 'nodejs24.x']).toContain(Properties.Runtime);
  });

  it('control 45 auditors see settings and records, and no row', () => {
    const refused = roleStatements(role('auditor')).filter(({ Effect }) => Effect === 'Deny');
    for (const zone of ['raw', 'curated', 'quarantine', 'results'])
      expect(text(refused)).toContain(`arn:aws:s3:::tg-hue-production-${zone}-111111111111/*`);
    expect(actionsOn(role('auditor'), '-audit-')).toContain('s3:GetObject');
    expect(role('auditor', nho)).toBeUndefined();
  });

  it('control 46 findings wait, in few words, for whoever is told of them', () => {
    const queues = new Set(every('AWS::SQS::Queue').map(({ Properties }) => Properties.QueueName));
    expect(queues).toContain('tg-hue-production-findings');
    expect(queues).toContain('tg-hue-production-findings-dlq');
    const rule = named(hue.template('governance'), 'AWS::Events::Rule', 'Name').get('tg-hue-production-findings');
    expect(text(rule?.Properties.Targets)).toContain('InputTransformer');
    expect(every('AWS::Events::Rule', nho).map(({ Properties }) => Properties.Name)).not.toContain(
      'tg-nho-dev-findings',
    );
  });
});
