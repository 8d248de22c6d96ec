// Who sees which rows: Lake Formation's places, tags, data cells filters and grants. What a reader may see is decided in
// grants.ts; here it becomes resources. Filters are granted by name: they cannot be combined with grants by tag (Lake
// Formation, "Data filtering limitations"), so tags are granted in the warehouse database only.
//
// Lake Formation knows a column only once Glue has it: this stack comes after commit has registered every table.
import { CfnRole, PolicyDocument } from 'aws-cdk-lib/aws-iam';
import {
  CfnDataCellsFilter,
  CfnResource as CfnLocation,
  CfnPrincipalPermissions,
  CfnTag,
  CfnTagAssociation,
} from 'aws-cdk-lib/aws-lakeformation';
import { Construct } from 'constructs';
import type { Contract } from '../../lake/contract/contract';
import { type Desk, desks } from '../desks';
import { columnsOf, type Filter, filterFor, rowsOf } from '../grants';
import type { FunctionName } from '../names';
import { POINTER_ROLES } from './boundary';
import type { LakeStack } from './lake-stack';
import { allow, fromUs, trust, useKeys } from './statements';

/** Values of the tags `sharing` and `personal`, as a contract has them. */
const SHARING: readonly Contract['sharing'][] = ['mo', 'dung_chung', 'rieng'];
const PERSONAL: readonly Contract['columns'][number]['personal'][] = ['none', 'quasi', 'basic', 'sensitive'];

/** They move pointers of datasets, or make views over them. */
const PLACE_ROLES = [...POINTER_ROLES, 'engine'];

function grant(
  scope: Construct,
  id: string,
  principalArn: string,
  permissions: readonly string[],
  resource: CfnPrincipalPermissions.ResourceProperty,
): CfnPrincipalPermissions {
  return new CfnPrincipalPermissions(scope, `Grant-${id}`, {
    principal: { dataLakePrincipalIdentifier: principalArn },
    permissions: [...permissions],
    permissionsWithGrantOption: [],
    resource,
  });
}

/**
 * Functions open tables by the pointer Glue keeps; commit and Glue's optimizers move it. Before governance, because commit
 * registers the tables whose columns governance speaks of.
 */
export class FunctionGrants extends Construct {
  constructor(stack: LakeStack) {
    super(stack, 'function-grants');
    const { config, names } = stack.lake;
    const tables = (databaseName: string) => ({
      table: { catalogId: config.account, databaseName, tableWildcard: {} },
    });
    const readers: readonly FunctionName[] = ['intake', 'intake-heavy', 'reconcile', 'refresh'];
    const { curatedDatabase, warehouseDatabase } = names;
    for (const name of readers)
      grant(this, `curated-${name}`, names.roleArn(name), ['DESCRIBE'], tables(curatedDatabase));
    for (const name of ['commit', 'maintain'] as const)
      grant(this, `curated-${name}`, names.roleArn(name), ['ALTER', 'DESCRIBE'], tables(curatedDatabase));
    const rewrite = ['ALTER', 'DELETE', 'DESCRIBE', 'INSERT', 'SELECT'];
    grant(this, 'curated-maintenance', names.roleArn('maintenance'), rewrite, tables(curatedDatabase));
    grant(this, 'warehouse-refresh', names.roleArn('refresh'), ['DESCRIBE'], tables(warehouseDatabase));
    // A table that is not there is told from a database that is not there.
    const database = (name: string) => ({ database: { catalogId: config.account, name } });
    for (const name of [...readers, ...POINTER_ROLES])
      grant(this, `curated-database-${name}`, names.roleArn(name), ['DESCRIBE'], database(curatedDatabase));
    grant(this, 'warehouse-database-refresh', names.roleArn('refresh'), ['DESCRIBE'], database(warehouseDatabase));
  }
}

export class LakeFormation extends Construct {
  private readonly tags: readonly CfnTag[];

  /** @param roles of the desks this stack makes, by desk: a grant waits for its role */
  constructor(
    private readonly stack: LakeStack,
    private readonly roles: ReadonlyMap<string, CfnRole>,
  ) {
    super(stack, 'lake-formation');
    const { contracts, config } = stack.lake;
    const tags = { sharing: SHARING, personal: PERSONAL, agency: config.agencies.map(({ id }) => id) };
    this.tags = Object.entries(tags).map(
      ([tagKey, values]) => new CfnTag(this, `Tag-${tagKey}`, { tagKey, tagValues: [...values] }),
    );
    const lender = this.lender();
    for (const contract of contracts) {
      this.place(contract, lender);
      this.dataset(contract);
    }
    this.warehouse();
  }

  /** Datasets are read with credentials Lake Formation lends; they are this role's. */
  private lender(): CfnRole {
    const { names, config } = this.stack.lake;
    const arn = names.bucketArn('curated');
    return new CfnRole(this, 'Lender', {
      roleName: names.role('lake-formation'),
      description: 'Lends access to files of datasets to whom Lake Formation lets read',
      assumeRolePolicyDocument: trust(
        'lakeformation.amazonaws.com',
        fromUs(names, `arn:aws:lakeformation:${config.region}:${config.account}:*`),
      ),
      policies: [
        {
          policyName: 'lend',
          policyDocument: new PolicyDocument({
            statements: [
              allow('ReadCurated', { actions: ['s3:GetObject'], resources: [`${arn}/*`] }),
              allow('ListCurated', { actions: ['s3:ListBucket'], resources: [arn] }),
              useKeys('UseDataKey', [this.stack.keyArn('data')]),
            ],
          }),
        },
      ],
    });
  }

  /**
   * The folder of one dataset. Never the bucket, nor the folder of marts: Athena does not make or drop Iceberg tables where
   * Lake Formation lends access (Athena, "Iceberg DDL support").
   */
  private place({ dataset }: Contract, lender: CfnRole): void {
    const { names, config } = this.stack.lake;
    const resourceArn = `${names.bucketArn('curated')}/${dataset}`;
    const location = new CfnLocation(this, `Place-${dataset}`, {
      resourceArn,
      roleArn: lender.attrArn,
      useServiceLinkedRole: false,
      hybridAccessEnabled: false,
    });
    // Whoever changes a table or makes a view over it must also have a right on the place its files lie, once registered.
    for (const role of PLACE_ROLES) {
      const dataLocation = { catalogId: config.account, resourceArn };
      const made = grant(this, `place-${role}-${dataset}`, names.roleArn(role), ['DATA_LOCATION_ACCESS'], {
        dataLocation,
      });
      made.addResourceDependency(location);
    }
  }

  private tag(
    id: string,
    resource: CfnTagAssociation.ResourceProperty,
    values: Readonly<Record<string, string>>,
  ): void {
    const catalogId = this.stack.lake.config.account;
    const lfTags = Object.entries(values).map(([tagKey, value]) => ({ catalogId, tagKey, tagValues: [value] }));
    const association = new CfnTagAssociation(this, `Tagged-${id}`, { resource, lfTags });
    for (const tag of this.tags) association.addResourceDependency(tag);
  }

  private grantDesk(
    id: string,
    desk: Desk,
    permissions: readonly string[],
    resource: CfnPrincipalPermissions.ResourceProperty,
  ) {
    const made = grant(this, `${id}-${desk.id}`, desk.arn, permissions, resource);
    const role = this.roles.get(desk.id);
    if (role) made.addResourceDependency(role);
    return made;
  }

  private dataset(contract: Contract): void {
    const { config, names } = this.stack.lake;
    const { dataset, sharing, agency } = contract;
    const table = { catalogId: config.account, databaseName: names.curatedDatabase, name: dataset };
    this.tag(dataset, { table }, { sharing, agency, personal: 'none' });
    for (const personal of PERSONAL.filter((kind) => kind !== 'none')) {
      const columnNames = contract.columns.filter((column) => column.personal === personal).map(({ name }) => name);
      if (columnNames.length > 0)
        this.tag(`${dataset}-${personal}`, { tableWithColumns: { ...table, columnNames } }, { personal });
    }
    const filters = new Map<Filter, CfnDataCellsFilter>();
    for (const desk of desks(this.stack.lake)) {
      const name = desk.reader === undefined ? undefined : filterFor(desk.reader, contract);
      if (name === undefined) continue;
      const filter = filters.get(name) ?? this.filter(contract, name);
      filters.set(name, filter);
      this.grantDesk(dataset, desk, ['SELECT'], {
        dataCellsFilter: {
          tableCatalogId: config.account,
          databaseName: names.curatedDatabase,
          tableName: dataset,
          name,
        },
      }).addResourceDependency(filter);
    }
  }

  private filter(contract: Contract, name: Filter): CfnDataCellsFilter {
    const { config, names } = this.stack.lake;
    const filterExpression = rowsOf(contract, name);
    return new CfnDataCellsFilter(this, `Filter-${contract.dataset}-${name}`, {
      tableCatalogId: config.account,
      databaseName: names.curatedDatabase,
      tableName: contract.dataset,
      name,
      columnNames: [...columnsOf(contract, name)],
      rowFilter: filterExpression === undefined ? { allRowsWildcard: {} } : { filterExpression },
    });
  }

  /** Marts and figures come and go with every refresh, so rights on them hang on the database's tags. */
  private warehouse(): void {
    const { config, names } = this.stack.lake;
    const catalogId = config.account;
    const database = { database: { catalogId, name: names.warehouseDatabase } };
    // They count and join by keys and communes of what is shared, and name nobody (grants.ts, `no_direct`).
    this.tag('warehouse', database, { sharing: 'dung_chung', personal: 'quasi' });
    const shared = {
      lfTagPolicy: {
        catalogId,
        resourceType: 'TABLE',
        expression: [
          { tagKey: 'sharing', tagValues: ['mo', 'dung_chung'] },
          { tagKey: 'personal', tagValues: ['none', 'quasi'] },
        ],
      },
    };
    for (const desk of desks(this.stack.lake)) {
      if (desk.reader) {
        this.grantDesk('curated', desk, ['DESCRIBE'], { database: { catalogId, name: names.curatedDatabase } });
      }
      if (!desk.readsWarehouse) continue;
      if (desk.id === 'engine') {
        this.grantDesk('warehouse', desk, ['CREATE_TABLE', 'DESCRIBE'], database);
        this.grantDesk('warehouse-tables', desk, ['ALTER', 'DELETE', 'DESCRIBE', 'DROP', 'INSERT', 'SELECT'], {
          table: { catalogId, databaseName: names.warehouseDatabase, tableWildcard: {} },
        });
      } else {
        this.grantDesk('warehouse', desk, ['DESCRIBE'], database);
        this.grantDesk('warehouse-tables', desk, ['DESCRIBE', 'SELECT'], shared);
      }
    }
    const report = names.roleArn('report');
    grant(this, 'warehouse-report', report, ['DESCRIBE'], database);
    grant(this, 'warehouse-tables-report', report, ['DESCRIBE', 'SELECT'], shared);
  }
}
