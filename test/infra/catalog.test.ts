import type { LakeContext } from '../../infra/lake-context';
import { CatalogStack } from '../../infra/stacks/catalog';
import { all, named } from './resources';
import { lakeOf, oneStack, synth } from './synth';

const tablesOf = (lake: LakeContext) => all(oneStack(CatalogStack, lake), 'AWS::Glue::Table');

describe('catalogue', () => {
  const { lake, template } = synth('hue');
  const catalog = template('catalog');
  const inputs = all(catalog, 'AWS::Glue::Table').map(({ Properties }) => Properties.TableInput);

  it('has one table a contract, each at a place of its own that is no part of another', () => {
    expect(inputs).toHaveLength(lake.contracts.length);
    const places = lake.contracts.map(({ dataset }) => `s3://tg-hue-production-curated-111111111111/${dataset}`);
    expect(inputs.map((input) => Reflect.get(Object(input), 'StorageDescriptor').Location).toSorted()).toEqual(
      places.toSorted(),
    );
    for (const a of places) for (const b of places) expect(a !== b && `${a}/`.startsWith(`${b}/`)).toBe(false);
  });

  it('registers a table with the lineage columns alone, waiting for commit', () => {
    expect(inputs.find((input) => Reflect.get(Object(input), 'Name') === 'gia_thi_truong')).toEqual({
      Name: 'gia_thi_truong',
      TableType: 'EXTERNAL_TABLE',
      Parameters: { table_type: 'ICEBERG', 'tamgiang.registered': 'true' },
      StorageDescriptor: {
        Location: 's3://tg-hue-production-curated-111111111111/gia_thi_truong',
        Columns: [
          { Name: '_submission', Type: 'string' },
          { Name: '_version', Type: 'string' },
          { Name: '_row', Type: 'bigint' },
          { Name: '_loaded_at', Type: 'timestamp' },
          { Name: 'ky_du_lieu', Type: 'string' },
        ],
      },
    });
  });

  it('has no reason to touch a table when its contract changes', () => {
    const lake = lakeOf('hue');
    const changed: LakeContext = {
      ...lake,
      contracts: lake.contracts.map((contract) => ({
        ...contract,
        version: '9.9.9',
        title: 'Tên khác',
        description: 'Mô tả khác',
        columns: contract.columns.slice(1).map((column) => ({ ...column, personal: 'sensitive' as const })),
      })),
    };
    const before = tablesOf(lake);
    expect(before.length).toBeGreaterThan(0);
    expect(tablesOf(changed)).toEqual(before);
  });

  it('lets nobody read by default: Lake Formation grants', () => {
    const databases = all(catalog, 'AWS::Glue::Database').map(({ Properties }) => Properties.DatabaseInput);
    expect(databases).toHaveLength(2);
    for (const input of databases) expect(input).toMatchObject({ CreateTableDefaultPermissions: [] });
  });

  it('has a role for people that takes out locked files, which no service takes, and one for Glue that cannot', () => {
    const role = (id: string) =>
      named(catalog, 'AWS::IAM::Role', 'RoleName').get(`tg-hue-production-${id}`)?.Properties ?? {};
    const mayUnlock = (id: string) => JSON.stringify(role(id).Policies).includes('s3:BypassGovernanceRetention');
    const service = (id: string) => JSON.stringify(role(id).AssumeRolePolicyDocument).includes('"Service"');
    expect([mayUnlock('maintenance'), service('maintenance')]).toEqual([true, false]);
    expect([mayUnlock('optimizer'), service('optimizer')]).toEqual([false, true]);
    // Glue is not documented to tell its optimizers' ARN when it takes a role.
    expect(JSON.stringify(role('optimizer').AssumeRolePolicyDocument)).toContain('"ArnLikeIfExists"');
    expect(JSON.stringify(role('optimizer').AssumeRolePolicyDocument)).not.toMatch(/"(ArnLike|StringEquals)"/);
    // A role's credentials say nothing of a second factor: a right bound to it would never be had.
    for (const id of ['maintenance', 'optimizer'])
      expect(JSON.stringify(role(id).Policies)).not.toContain('MultiFactorAuth');
  });
});
