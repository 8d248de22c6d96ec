import { join } from 'node:path';
import { z } from 'zod';
import { desks } from '../../infra/desks';
import { columnsOf, filterFor } from '../../infra/grants';
import { WAREHOUSE_PREFIX } from '../../infra/names';
import { DETECTORS } from '../../infra/province-config';
import { CatalogStack } from '../../infra/stacks/catalog';
import { GovernanceStack } from '../../infra/stacks/governance';
import { namesNobody } from '../../lake/contract/contract';
import { loadModels } from '../../platform/local/models';
import { actionsOn, all, named, roleStatements } from './resources';
import { lakeOf, oneStack } from './synth';

const lake = lakeOf('hue');
const template = oneStack(GovernanceStack, lake);
const roles = named(template, 'AWS::IAM::Role', 'RoleName');
const role = (id: string) => roles.get(`tg-hue-production-${id}`);
const personalOf = (dataset: string, kinds: readonly string[]) =>
  lake.contracts
    .find((contract) => contract.dataset === dataset)!
    .columns.filter(({ personal }) => kinds.includes(personal))
    .map(({ name }) => name);

const filter = z.object({
  TableName: z.string(),
  Name: z.string(),
  DatabaseName: z.string(),
  ColumnNames: z.array(z.string()),
  RowFilter: z.object({ FilterExpression: z.string().optional(), AllRowsWildcard: z.object({}).optional() }),
});
const filters = all(template, 'AWS::LakeFormation::DataCellsFilter').map(({ Properties }) => filter.parse(Properties));
const grant = z.object({
  Principal: z.object({ DataLakePrincipalIdentifier: z.string() }),
  Permissions: z.array(z.string()),
  PermissionsWithGrantOption: z.array(z.string()),
  Resource: z.record(z.string(), z.unknown()),
});
const grants = all(template, 'AWS::LakeFormation::PrincipalPermissions').map(({ Properties }) =>
  grant.parse(Properties),
);
const grantsOf = (id: string) =>
  grants.filter(({ Principal }) => Principal.DataLakePrincipalIdentifier.endsWith(`:role/tg-hue-production-${id}`));
const filterGrant = z.object({ DataCellsFilter: z.object({ TableName: z.string(), Name: z.string() }) });
/** `table filter` of a desk's grants on datasets. */
const sees = (id: string) =>
  grantsOf(id).flatMap(({ Resource }) => {
    const found = filterGrant.safeParse(Resource);
    return found.success ? [`${found.data.DataCellsFilter.TableName} ${found.data.DataCellsFilter.Name}`] : [];
  });

describe('filters', () => {
  it('list columns, lineage among them, and never one that names a person for analysts', () => {
    for (const { TableName, Name, ColumnNames } of filters) {
      expect(ColumnNames).toEqual(
        expect.arrayContaining(['_submission', '_version', '_row', '_loaded_at', 'ky_du_lieu']),
      );
      const hidden = {
        no_direct: ['basic', 'sensitive'],
        own_rows: [],
      }[Name];
      expect(hidden).toBeDefined();
      expect(ColumnNames.filter((column) => personalOf(TableName, hidden ?? []).includes(column))).toEqual([]);
    }
    const dossiers = filters.find(({ TableName, Name }) => TableName === 'ho_so_tthc' && Name === 'no_direct');
    expect(dossiers?.ColumnNames).toContain('ma_tthc');
    expect(dossiers?.ColumnNames).not.toContain('so_dinh_danh_chu_ho_so');
  });

  it('show an agency the rows it sent, and everybody else all rows of what they may see', () => {
    for (const { TableName, Name, RowFilter } of filters) {
      const { agency } = lake.contracts.find(({ dataset }) => dataset === TableName)!;
      if (Name === 'own_rows') expect(RowFilter).toEqual({ FilterExpression: `_submission like '${agency}/%'` });
      else expect(RowFilter).toEqual({ AllRowsWildcard: {} });
    }
    expect(filters.filter(({ Name }) => Name === 'own_rows')).toHaveLength(lake.contracts.length);
  });

  it('hide a dataset that is not shared from all but its agency, the stewards and the engine', () => {
    const contract = { ...lake.contracts[0]!, sharing: 'rieng' as const };
    expect(filterFor('analyst', contract)).toBeUndefined();
    expect(filterFor({ agency: 'so_khac' }, contract)).toBeUndefined();
    expect(filterFor({ agency: contract.agency }, contract)).toBe('own_rows');
    expect(filterFor('steward', contract)).toBe('no_direct');
  });

  it('hide a column nobody has decided on', () => {
    const contract = lake.contracts.find(({ dataset }) => dataset === 'ho_so_tthc')!;
    const known = { ...contract, columns: contract.columns.slice(0, 3) };
    expect(columnsOf(known, 'no_direct')).not.toContain(contract.columns[4]!.name);
  });
});

describe('grants', () => {
  it('on datasets are by filter and name for every desk that reads them, and never to pass on', () => {
    for (const { id, reader } of desks(lake)) {
      const direct = grantsOf(id).filter(
        ({ Permissions, Resource }) =>
          Permissions.includes('SELECT') &&
          JSON.stringify(Resource).includes('tg_hue_production_curated') &&
          !('DataCellsFilter' in Resource),
      );
      expect(direct).toEqual([]);
      expect(sees(id).length > 0).toBe(reader !== undefined);
    }
    expect(grants.filter(({ PermissionsWithGrantOption }) => PermissionsWithGrantOption.length > 0)).toEqual([]);
  });

  it('show an analyst every shared dataset and an agency its own whole', () => {
    expect(sees('analyst').toSorted()).toEqual(lake.contracts.map(({ dataset }) => `${dataset} no_direct`).toSorted());
    expect(sees('agency-van_phong_ubnd')).toContain('ho_so_tthc own_rows');
    expect(sees('agency-so_nn_mt')).toContain('ho_so_tthc no_direct');
    expect(sees('auditor')).toEqual([]);
    expect(sees('leader')).toEqual([]);
  });

  it('let whoever moves pointers or makes views use the place of the files, and nobody else', () => {
    const places = grants
      .filter(({ Permissions }) => Permissions.includes('DATA_LOCATION_ACCESS'))
      .map(
        ({ Principal, Resource }) =>
          `${Principal.DataLakePrincipalIdentifier.split('-').at(-1)} ${JSON.stringify(Resource)}`,
      );
    const wanted = lake.contracts.flatMap(({ dataset }) =>
      ['commit', 'maintain', 'maintenance', 'optimizer', 'engine'].map(
        (who) =>
          `${who} {"DataLocation":{"CatalogId":"111111111111","ResourceArn":"arn:aws:s3:::tg-hue-production-curated-111111111111/${dataset}"}}`,
      ),
    );
    expect(places.toSorted()).toEqual(wanted.toSorted());
  });

  it('on marts hang on tags, and let nobody but the engine make or drop a table', () => {
    const shared = grants.filter(({ Resource }) => 'LFTagPolicy' in Resource);
    for (const { Permissions } of shared) expect(Permissions).toEqual(['DESCRIBE', 'SELECT']);
    expect(shared).toHaveLength(desks(lake).filter(({ readsWarehouse }) => readsWarehouse).length);
    const makers = grants.filter(({ Permissions }) => Permissions.some((it) => /CREATE|DROP|INSERT/.test(it)));
    expect(
      [...new Set(makers.map(({ Principal }) => Principal.DataLakePrincipalIdentifier.split('/').at(-1)))].toSorted(),
    ).toEqual(['tg-hue-production-engine']);
  });
});

describe('places Lake Formation lends access to', () => {
  const location = /"Location":"s3:\/\/([^"]+)"/;
  it('are the folders of datasets, each where its table lies, and never the folder of marts or one above it', () => {
    const tables = all(oneStack(CatalogStack, lake), 'AWS::Glue::Table').map(
      ({ Properties }) => `arn:aws:s3:::${location.exec(JSON.stringify(Properties))?.[1]}`,
    );
    const places = all(template, 'AWS::LakeFormation::Resource').map(({ Properties }) =>
      String(Properties.ResourceArn),
    );
    expect(tables).toHaveLength(lake.contracts.length);
    expect(places.toSorted()).toEqual(tables.toSorted());
    const marts = `${lake.names.bucketArn('curated')}/${WAREHOUSE_PREFIX}`;
    expect(places.filter((place) => marts.startsWith(`${place}/`) || place.startsWith(marts))).toEqual([]);
    for (const { Properties } of all(template, 'AWS::LakeFormation::Resource'))
      expect(Properties).toMatchObject({ HybridAccessEnabled: false, UseServiceLinkedRole: false });
  });
});

describe('what Lake Formation lends', () => {
  const curated = 'arn:aws:s3:::tg-hue-production-curated-111111111111';
  const writes = (compaction: string) =>
    roleStatements(
      named(oneStack(GovernanceStack, lake, { compaction }), 'AWS::IAM::Role', 'RoleName').get(
        'tg-hue-production-lake-formation',
      ),
    ).flatMap(({ Action, Resource }) => (Action.includes('s3:PutObject') ? [[Action, Resource]] : []));

  it('lets Glue write merged files, which it does with nothing else, and is for reading alone where Glue merges none', () => {
    expect(writes('on')).toEqual([[['s3:PutObject'], [`${curated}/*/data/*`, `${curated}/*/metadata/*`]]]);
    expect(writes('off')).toEqual([]);
  });

  it('lets no desk write: none may insert into a dataset', () => {
    const inserts = grants.filter(
      ({ Permissions, Resource }) =>
        Permissions.some((one) => one === 'INSERT' || one === 'DELETE') &&
        !JSON.stringify(Resource).includes('tg_hue_production_kho'),
    );
    expect(inserts).toEqual([]);
  });
});

describe('upkeep', () => {
  const catalog = oneStack(CatalogStack, lake);
  const optimizers = all(template, 'AWS::Glue::TableOptimizer');

  it('has Glue compact tables without personal columns, and nothing more', () => {
    const found = optimizers.map(({ Properties }) => Properties);
    expect(new Set(found.map(({ Type }) => Type))).toEqual(new Set(['compaction']));
    const compacted = lake.contracts.filter(namesNobody).map(({ dataset }) => dataset);
    expect(found.map(({ TableName }) => TableName).toSorted()).toEqual(compacted.toSorted());
    expect(compacted.length).toBeGreaterThan(0);
    expect(compacted.length).toBeLessThan(lake.contracts.length);
  });

  it('begins once tables have metadata and the role a right on the place of their files', () => {
    expect(all(catalog, 'AWS::Glue::TableOptimizer')).toEqual([]);
    const role = named(catalog, 'AWS::IAM::Role', 'RoleName').get('tg-hue-production-optimizer');
    expect(role).toBeDefined();
    for (const { Properties, DependsOn } of optimizers) {
      expect(JSON.stringify(Properties)).toContain(':role/tg-hue-production-optimizer"');
      expect(JSON.stringify(DependsOn)).toMatch(/Grantplaceoptimizer/);
    }
  });

  it('leaves compaction to the command line where the deployment says so', () => {
    const without = oneStack(GovernanceStack, lake, { compaction: 'off' });
    expect(all(without, 'AWS::Glue::TableOptimizer')).toEqual([]);
    expect(all(without, 'AWS::LakeFormation::PrincipalPermissions')).toHaveLength(grants.length);
  });
});

describe('tags', () => {
  const tagged = all(template, 'AWS::LakeFormation::TagAssociation').map(({ Properties }) =>
    JSON.stringify(Properties),
  );

  it('say of every dataset how it is shared and whose it is', () => {
    for (const { dataset, sharing, agency } of lake.contracts) {
      const own = tagged.find((text) => text.includes(`"Table":`) && text.includes(`"Name":"${dataset}"`));
      expect(own).toContain(`"TagKey":"tg-hue-production-sharing","TagValues":["${sharing}"]`);
      expect(own).toContain(`"TagKey":"tg-hue-production-agency","TagValues":["${agency}"]`);
    }
  });

  it('have the values that datasets have, and no more than Lake Formation takes', () => {
    const tags = named(template, 'AWS::LakeFormation::Tag', 'TagKey');
    expect(tags.get('tg-hue-production-agency')?.Properties.TagValues).toEqual(
      [...new Set(lake.contracts.map(({ agency }) => agency))].toSorted(),
    );
    const many = Array.from({ length: 60 }, (_, i) => ({ id: `so_${i}`, notify: [], trusted: [] }));
    const crowded = {
      ...lake,
      contracts: lake.contracts.slice(0, 1),
      config: { ...lake.config, agencies: [...lake.config.agencies, ...many] },
    };
    for (const { Properties } of all(oneStack(GovernanceStack, crowded), 'AWS::LakeFormation::Tag'))
      expect(z.array(z.string()).parse(Properties.TagValues).length).toBeLessThanOrEqual(50);
  });

  it('say of every personal column what it is', () => {
    for (const { dataset, columns } of lake.contracts)
      for (const { name, personal } of columns.filter((column) => column.personal !== 'none')) {
        const own = tagged.filter((text) => text.includes('TableWithColumns') && text.includes(`"Name":"${dataset}"`));
        expect(own.some((text) => text.includes(`"${name}"`) && text.includes(`"TagValues":["${personal}"]`))).toBe(
          true,
        );
      }
  });

  it('are right to call marts free of what names a person: no model has such a column', () => {
    const direct = lake.contracts.flatMap(({ dataset }) => personalOf(dataset, ['basic', 'sensitive']));
    expect(direct).toContain('so_dinh_danh_chu_ho_so');
    for (const { name, sql } of loadModels(join(__dirname, '..', '..')))
      expect([name, direct.filter((column) => new RegExp(`\\b${column}\\b`).test(sql))]).toEqual([name, []]);
  });
});

describe('roles', () => {
  it('read files of marts where the desk reads the warehouse, find no other, and touch none of a dataset', () => {
    const curated = 'arn:aws:s3:::tg-hue-production-curated-111111111111';
    for (const { id, readsWarehouse } of desks(lake).filter((desk) => desk.id !== 'engine')) {
      const rights = roleStatements(role(id)).filter(
        ({ Effect, Resource }) => Effect === 'Allow' && JSON.stringify(Resource).includes(curated),
      );
      expect(rights.map(({ Action, Resource, Condition }) => [Action, Resource, Condition])).toEqual(
        readsWarehouse
          ? [
              [['s3:GetObject'], `${curated}/kho/*`, undefined],
              [['s3:ListBucket'], curated, { StringLike: { 's3:prefix': ['kho/*'] } }],
              [['s3:GetBucketLocation'], curated, undefined],
            ]
          : [],
      );
    }
  });

  it('keep and find the answers of their own desk alone', () => {
    for (const { id, results } of desks(lake).filter((desk) => desk.id !== 'engine' && desk.id !== 'auditor')) {
      const places = JSON.stringify(roleStatements(role(id))).match(/results-111111111111\/[^"]+/g);
      expect(places).toEqual([`results-111111111111/${results}*`]);
      expect(roleStatements(role(id)).find(({ Sid }) => Sid === 'AskAthena')?.Resource).toBe(
        `arn:aws:athena:ap-southeast-1:111111111111:workgroup/tg-hue-production-${id}`,
      );
    }
  });

  it('use the data key for objects in S3 alone', () => {
    for (const { id } of desks(lake).filter((desk) => desk.id !== 'engine' && desk.id !== 'auditor'))
      expect(roleStatements(role(id)).find(({ Sid }) => Sid === 'UseDataKey')?.Condition).toEqual({
        StringEquals: { 'kms:ViaService': 's3.ap-southeast-1.amazonaws.com' },
      });
  });

  it('let a leader read pages and a steward receipts', () => {
    expect(actionsOn(role('leader'), 'tg-hue-production-reports-111111111111/lanh_dao/*')).toEqual(['s3:GetObject']);
    expect(actionsOn(role('steward'), 'tg-hue-production-receipts-111111111111/*')).toEqual(['s3:GetObject']);
    for (const id of ['analyst', 'leader', 'agency-so_noi_vu'])
      expect(actionsOn(role(id), 'tg-hue-production-quarantine')).toEqual([]);
  });

  it('are taken from a permission set of their name, and by those the province trusts', () => {
    expect(JSON.stringify(role('analyst')?.Properties.AssumeRolePolicyDocument)).toContain(
      'AWSReservedSSO_tg-hue-analyst_*',
    );
    const full = named(oneStack(GovernanceStack, lakeOf('daydu')), 'AWS::IAM::Role', 'RoleName');
    const trust = (id: string) =>
      JSON.stringify(full.get(`tg-daydu-production-agency-${id}`)?.Properties.AssumeRolePolicyDocument);
    expect(trust('so_cong_thuong')).toContain('arn:aws:iam::333333333333:root');
    expect(trust('so_nn_mt')).toContain('arn:aws:iam::333333333333:role/so-nn-mt');
    expect(trust('so_noi_vu')).not.toContain('333333333333');
  });

  it('show the auditor settings and records, and refuse every row', () => {
    const rights = roleStatements(role('auditor'));
    const refused = rights.filter(({ Effect }) => Effect === 'Deny');
    const zones = refused.flatMap(({ Action, Resource }) => (Action.includes('s3:GetObject') ? [Resource].flat() : []));
    expect(zones).toEqual(
      ['ingest', 'raw', 'curated', 'quarantine', 'receipts', 'reports', 'results'].map(
        (zone) => `arn:aws:s3:::tg-hue-production-${zone}-111111111111/*`,
      ),
    );
    expect(refused.flatMap(({ Action }) => Action)).toEqual(
      expect.arrayContaining(['athena:GetQueryResults', 'lakeformation:GetDataAccess', 'kms:Decrypt']),
    );
    expect(actionsOn(role('auditor'), 'tg-hue-production-audit-')).toContain('s3:GetObject');
    expect(
      all(oneStack(GovernanceStack, lakeOf('nho')), 'AWS::IAM::Role').map(({ Properties }) => Properties.RoleName),
    ).not.toContain('tg-nho-dev-auditor');
  });
});

describe('evidence', () => {
  it('is a validated trail of settings and of every object with rows, from level 2', () => {
    const [trail] = all(template, 'AWS::CloudTrail::Trail');
    expect(trail?.Properties).toMatchObject({
      EnableLogFileValidation: true,
      IsMultiRegionTrail: true,
      IsLogging: true,
    });
    const selectors = JSON.stringify(trail?.Properties.AdvancedEventSelectors);
    for (const zone of ['ingest', 'raw', 'curated', 'quarantine', 'control'])
      expect(selectors).toContain(`arn:aws:s3:::tg-hue-production-${zone}-111111111111/`);
    expect(selectors).not.toContain('-audit-');
    const low = oneStack(GovernanceStack, lakeOf('hue', { config: { securityLevel: 1 } }));
    for (const type of ['AWS::CloudTrail::Trail', 'AWS::GuardDuty::Detector', 'AWS::Events::Rule'])
      expect(all(low, type)).toEqual([]);
  });

  it('makes no detector the account has already, and hears of its findings all the same', () => {
    const types = {
      guardDuty: 'GuardDuty::Detector',
      securityHub: 'SecurityHub::Hub',
      accessAnalyzer: 'AccessAnalyzer::Analyzer',
    };
    for (const name of DETECTORS) {
      const made = oneStack(GovernanceStack, lakeOf('hue', { config: { existing: [name] } }));
      for (const other of Object.values(types))
        expect(all(made, `AWS::${other}`)).toHaveLength(other === types[name] ? 0 : 1);
      expect(all(made, 'AWS::Events::Rule')).toHaveLength(1);
    }
  });

  it('hands findings on in few words, none of them a resource or a person', () => {
    const [rule] = all(template, 'AWS::Events::Rule');
    const text = JSON.stringify(rule?.Properties);
    expect(text).toContain('aws.guardduty');
    expect([...text.matchAll(/"(\$\.[a-z.-]+)"/g)].map(([, path]) => path).toSorted()).toEqual(
      ['$.detail-type', '$.detail.severity', '$.detail.type', '$.id', '$.source', '$.time'].toSorted(),
    );
  });

  it('hands findings on as JSON when one has no type and no severity, as those of Access Analyzer', () => {
    const [rule] = all(template, 'AWS::Events::Rule');
    const [target] = z
      .array(z.looseObject({ InputTransformer: z.object({ InputTemplate: z.string() }).loose() }))
      .parse(rule?.Properties.Targets);
    // What is not in an event, EventBridge leaves out of the text.
    const told = JSON.parse(target!.InputTransformer.InputTemplate.replace(/<[a-z]+>/g, ''));
    expect(told).toMatchObject({ system: 'tg-hue-production', kind: '', type: '', severity: '' });
  });
});
