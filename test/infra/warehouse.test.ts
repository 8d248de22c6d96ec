import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { desks } from '../../infra/desks';
import { refreshMachine } from '../../infra/refresh-machine';
import { WarehouseStack } from '../../infra/stacks/warehouse';
import { actionsOn, all, named, roleStatements } from './resources';
import { lakeOf, oneStack } from './synth';

const lake = lakeOf('hue');
const template = oneStack(WarehouseStack, lake);
const roles = named(template, 'AWS::IAM::Role', 'RoleName');
const engine = roles.get('tg-hue-production-engine');
const planner = roles.get('tg-hue-production-refresh');

describe('workgroups', () => {
  const groups = named(template, 'AWS::Athena::WorkGroup', 'Name');

  it('are one a persona and one an agency', () => {
    expect([...groups.keys()].toSorted()).toEqual(
      [
        ...['analyst', 'auditor', 'engine', 'leader', 'steward'],
        ...['so_cong_thuong', 'so_nn_mt', 'so_noi_vu', 'so_vh_tt', 'van_phong_ubnd'].map((id) => `agency-${id}`),
      ]
        .map((id) => `tg-hue-production-${id}`)
        .toSorted(),
    );
  });

  it('let a client change nothing: engine 3, encrypted answers in a folder of their own, an end at the limit', () => {
    const places = [...groups].map(([name, { Properties }]) => {
      const { WorkGroupConfiguration: settings } = z
        .object({
          WorkGroupConfiguration: z.looseObject({ ResultConfiguration: z.looseObject({ OutputLocation: z.string() }) }),
        })
        .parse(Properties);
      expect(settings).toMatchObject({
        EnforceWorkGroupConfiguration: true,
        BytesScannedCutoffPerQuery: 50_000_000_000,
        EngineVersion: { SelectedEngineVersion: 'Athena engine version 3' },
        ResultConfiguration: {
          ExpectedBucketOwner: '111111111111',
          EncryptionConfiguration: { EncryptionOption: 'SSE_KMS', KmsKey: expect.anything() },
        },
      });
      expect(settings.ResultConfiguration.OutputLocation).toBe(
        `s3://tg-hue-production-results-111111111111/results/${name.replace('tg-hue-production-', '')}/`,
      );
      return settings.ResultConfiguration.OutputLocation;
    });
    expect(new Set(places).size).toBe(10);
  });

  it('take their limit from the province', () => {
    const small = oneStack(
      WarehouseStack,
      lakeOf('hue', { config: { warehouse: { scanLimitGb: 0.01, resultDays: 7 } } }),
    );
    for (const { Properties } of all(small, 'AWS::Athena::WorkGroup'))
      expect(Properties.WorkGroupConfiguration).toMatchObject({ BytesScannedCutoffPerQuery: 10_000_000 });
  });
});

describe('saved queries', () => {
  it('are every file of queries/saved, with its question, for analysts, stewards and leaders', () => {
    const files = readdirSync(join(__dirname, '..', '..', 'queries', 'saved')).filter((file) => file.endsWith('.sql'));
    expect(files.length).toBeGreaterThan(0);
    const queries = all(template, 'AWS::Athena::NamedQuery').map(({ Properties }) => Properties);
    expect(queries.map(({ Name, WorkGroup }) => `${Name} ${WorkGroup}`).toSorted()).toEqual(
      ['analyst', 'leader', 'steward']
        .flatMap((id) => files.map((file) => `${file.replace('.sql', '')} tg-hue-production-${id}`))
        .toSorted(),
    );
    for (const { Description, QueryString, Database } of queries) {
      expect(QueryString).toContain(Description);
      expect(Database).toBe('tg_hue_production_kho');
    }
  });
});

describe('the refresh', () => {
  const machine = all(template, 'AWS::StepFunctions::StateMachine')[0]?.Properties ?? {};

  it('runs the state machine there is, logged without what it works on, traced and encrypted', () => {
    expect(JSON.parse(String(machine.DefinitionString))).toEqual(refreshMachine(lake.names));
    expect(machine.LoggingConfiguration).toMatchObject({ Level: 'ALL', IncludeExecutionData: false });
    expect(machine.TracingConfiguration).toEqual({ Enabled: true });
    expect(machine.EncryptionConfiguration).toMatchObject({ Type: 'CUSTOMER_MANAGED_KMS_KEY' });
  });

  it('asks in the engine’s workgroup alone, calls its planner alone, and tells operations', () => {
    const ask = roleStatements(engine).find(({ Sid }) => Sid === 'AskAthena');
    expect(ask?.Resource).toBe('arn:aws:athena:ap-southeast-1:111111111111:workgroup/tg-hue-production-engine');
    expect(actionsOn(engine, ':function:')).toEqual(['lambda:InvokeFunction']);
    expect(actionsOn(engine, 'tg-hue-production-operations')).toEqual(['sns:Publish']);
  });

  it('writes marts and no dataset, neither files nor pointers', () => {
    const writes = roleStatements(engine).filter(({ Action }) =>
      Action.some((it) => /Put|Delete|Create|Update/.test(it)),
    );
    const places = writes.map(({ Sid, Resource }) => `${Sid}: ${JSON.stringify(Resource)}`).join('\n');
    expect(places).toContain('arn:aws:s3:::tg-hue-production-curated-111111111111/kho/*');
    expect(places).toContain('table/tg_hue_production_kho/*');
    expect(places).not.toContain('table/tg_hue_production_curated');
    expect(places).not.toContain('tg-hue-production-raw');
    expect(places.match(/tg-hue-production-curated-111111111111[^"]*/g)).toEqual([
      'tg-hue-production-curated-111111111111/kho/*',
    ]);
  });

  it('reads files of marts and none of a dataset, and finds whatever is not there', () => {
    const curated = 'arn:aws:s3:::tg-hue-production-curated-111111111111';
    const reads = roleStatements(engine).filter(({ Action }) => Action.includes('s3:GetObject'));
    expect(
      reads.flatMap(({ Resource }) => [Resource].flat()).filter((place) => String(place).startsWith(curated)),
    ).toEqual([`${curated}/kho/*`]);
    const whole = roleStatements(engine).filter(
      ({ Resource, Condition }) => Resource === curated && Condition === undefined,
    );
    expect(whole.flatMap(({ Action }) => Action).toSorted()).toEqual([
      's3:GetBucketLocation',
      's3:ListBucket',
      's3:ListBucketMultipartUploads',
    ]);
  });

  it('is planned by a function that reads metadata and keeps its state', () => {
    expect(actionsOn(planner, 'tg-hue-production-curated-111111111111/*/metadata/*')).toEqual(['s3:GetObject']);
    expect(actionsOn(planner, 'tg-hue-production-control-111111111111/refresh/*')).toEqual([
      's3:GetObject',
      's3:PutObject',
    ]);
    expect(roleStatements(planner).flatMap(({ Action }) => Action)).not.toContain('glue:UpdateTable');
    expect(roleStatements(planner).flatMap(({ Action }) => Action)).not.toContain('lakeformation:GetDataAccess');
  });

  it('starts on the province’s schedule, in UTC, by a role only this group of schedules may take', () => {
    expect(all(template, 'AWS::Scheduler::Schedule').map(({ Properties }) => Properties)).toEqual([
      expect.objectContaining({
        GroupName: 'tg-hue-production',
        ScheduleExpression: 'cron(0 22 * * ? *)',
        ScheduleExpressionTimezone: 'UTC',
        Target: expect.objectContaining({
          Arn: 'arn:aws:states:ap-southeast-1:111111111111:stateMachine:tg-hue-production-refresh',
          DeadLetterConfig: { Arn: 'arn:aws:sqs:ap-southeast-1:111111111111:tg-hue-production-events-dlq' },
          Input: '{}',
        }),
      }),
    ]);
    expect(roles.get('tg-hue-production-schedule-refresh')?.Properties.AssumeRolePolicyDocument).toMatchObject({
      Statement: [
        {
          Principal: { Service: 'scheduler.amazonaws.com' },
          Condition: {
            StringEquals: { 'aws:SourceAccount': '111111111111' },
            ArnLike: {
              'aws:SourceArn': 'arn:aws:scheduler:ap-southeast-1:111111111111:schedule-group/tg-hue-production',
            },
          },
        },
      ],
    });
    expect(all(template, 'AWS::Scheduler::ScheduleGroup')).toHaveLength(1);
  });
});

describe('functions, before anybody is let in', () => {
  const grants = all(template, 'AWS::LakeFormation::PrincipalPermissions').map(({ Properties }) =>
    JSON.stringify(Properties),
  );
  const whoMay = (permission: string, database: string) =>
    grants
      .filter((text) => text.includes(`"${permission}"`) && text.includes(`"${database}"`))
      .filter((text) => text.includes('"Table":{'))
      .map((text) => /:role\/tg-hue-production-([a-z-]+)"/.exec(text)?.[1])
      .toSorted();

  it('may see every database of which they may see a table', () => {
    const of = (kind: string) =>
      grants
        .filter((text) => text.includes(`"${kind}":{`))
        .map((text) => `${/role\/([a-z-]+)"/.exec(text)?.[1]} ${/"(tg_hue_production_[a-z]+)"/.exec(text)?.[1]}`)
        .toSorted();
    expect(of('Database')).toEqual(of('Table'));
    expect(of('Database')).toHaveLength(9);
  });

  it('may look up where datasets are, and commit and upkeep alone may alter one', () => {
    expect(whoMay('ALTER', 'tg_hue_production_curated')).toEqual(['commit', 'maintain', 'maintenance', 'optimizer']);
    expect(whoMay('DESCRIBE', 'tg_hue_production_curated')).toEqual(
      ['commit', 'intake', 'intake-heavy', 'maintain', 'maintenance', 'optimizer', 'reconcile', 'refresh'].toSorted(),
    );
    for (const right of ['SELECT', 'INSERT', 'DELETE'])
      expect(whoMay(right, 'tg_hue_production_curated')).toEqual(['maintenance', 'optimizer']);
    expect(whoMay('DESCRIBE', 'tg_hue_production_kho')).toEqual(['refresh']);
  });
});

describe('desks', () => {
  it('of different people share neither role nor folder', () => {
    const there = desks(lake);
    expect(new Set(there.map(({ arn }) => arn)).size).toBe(there.length);
    for (const desk of there) expect(there.filter(({ results }) => results.startsWith(desk.results))).toEqual([desk]);
  });
});
