// Who sees which rows: Lake Formation's places, tags, data cells filters and grants. What a reader may see is decided in
// grants.ts; here it becomes resources. Filters are granted by name: they cannot be combined with grants by tag (Lake
// Formation, "Data filtering limitations"), so tags are granted in the warehouse database only.
//
// Lake Formation knows a column only once Glue has it: this stack comes after commit has registered every table.
import type { CfnResource } from 'aws-cdk-lib';
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
import { compactsByGlue } from './optimizers';
import { allow, fromUs, trust, useKeys } from './statements';

/** Values of the tags `sharing` and `personal`, as a contract has them. */
const SHARING: readonly Contract['sharing'][] = ['mo', 'dung_chung', 'rieng'];
const PERSONAL: readonly Contract['columns'][number]['personal'][] = ['none', 'quasi', 'basic', 'sensitive'];

/** They move pointers of datasets, or make views over them. */
const PLACE_ROLES = [...POINTER_ROLES, 'engine'];

/**
 * Changes of one table, place or database follow each other. CloudFormation makes at once whatever waits for nothing, and Lake
 * Formation refuses two changes of one thing at a time (ConcurrentModificationException); the grants made so far then stay
 * behind, and the next deployment stumbles over them.
 */
class Turns {
  private readonly last = new Map<string, CfnResource>();

  take(about: string, change: CfnResource): void {
    const before = this.last.get(about);
    if (before) change.addResourceDependency(before);
    this.last.set(about, change);
  }
}

/** What a right is on: `about` is the table, place or database whose other changes it waits for. */
interface Target {
  readonly about: string;
  readonly resource: CfnPrincipalPermissions.ResourceProperty;
}

/** Grants of one stack. */
class Grants {
  readonly turns = new Turns();

  constructor(private readonly scope: Construct) {}

  make(
    id: string,
    principalArn: string,
    permissions: readonly string[],
    { about, resource }: Target,
  ): CfnPrincipalPermissions {
    const made = new CfnPrincipalPermissions(this.scope, `Grant-${id}`, {
      principal: { dataLakePrincipalIdentifier: principalArn },
      permissions: [...permissions],
      permissionsWithGrantOption: [],
      resource,
    });
    this.turns.take(about, made);
    return made;
  }
}

const databaseOf = (catalogId: string, name: string): Target => ({
  about: name,
  resource: { database: { catalogId, name } },
});

const everyTableOf = (catalogId: string, databaseName: string): Target => ({
  about: databaseName,
  resource: { table: { catalogId, databaseName, tableWildcard: {} } },
});

/**
 * Functions open tables by the pointer Glue keeps; commit and Glue's optimizers move it. Before governance, because commit
 * registers the tables whose columns governance speaks of.
 */
export class FunctionGrants extends Construct {
  constructor(stack: LakeStack) {
    super(stack, 'function-grants');
    const { config, names } = stack.lake;
    const { curatedDatabase, warehouseDatabase } = names;
    const readers: readonly FunctionName[] = ['intake', 'intake-heavy', 'reconcile', 'refresh'];
    const grants = new Grants(this);
    const grant = (id: string, role: string, permissions: readonly string[], target: Target) =>
      grants.make(id, names.roleArn(role), permissions, target);
    const curated = everyTableOf(config.account, curatedDatabase);
    for (const name of readers) grant(`curated-${name}`, name, ['DESCRIBE'], curated);
    for (const name of ['commit', 'maintain']) grant(`curated-${name}`, name, ['ALTER', 'DESCRIBE'], curated);
    for (const name of ['maintenance', 'optimizer'])
      grant(`curated-${name}`, name, ['ALTER', 'DELETE', 'DESCRIBE', 'INSERT', 'SELECT'], curated);
    grant('warehouse-refresh', 'refresh', ['DESCRIBE'], everyTableOf(config.account, warehouseDatabase));
    // A table that is not there is told from a database that is not there.
    for (const name of [...readers, ...POINTER_ROLES])
      grant(`curated-database-${name}`, name, ['DESCRIBE'], databaseOf(config.account, curatedDatabase));
    grant('warehouse-database-refresh', 'refresh', ['DESCRIBE'], databaseOf(config.account, warehouseDatabase));
  }
}

export class LakeFormation extends Construct {
  private readonly tags: readonly CfnTag[];
  private readonly grants = new Grants(this);

  /** @param roles of the desks this stack makes, by desk: a grant waits for its role */
  constructor(
    private readonly stack: LakeStack,
    private readonly roles: ReadonlyMap<string, CfnRole>,
  ) {
    super(stack, 'lake-formation');
    const { contracts, names } = stack.lake;
    // Only agencies with datasets: Lake Formation takes 50 values of a tag, and the stack so many datasets by far not.
    const agency = [...new Set(contracts.map((contract) => contract.agency))].toSorted();
    const tags = { sharing: SHARING, personal: PERSONAL, agency };
    this.tags = Object.entries(tags).map(
      ([key, values]) => new CfnTag(this, `Tag-${key}`, { tagKey: names.dataTag(key), tagValues: [...values] }),
    );
    const lender = this.lender();
    for (const contract of contracts) {
      this.place(contract, lender);
      this.dataset(contract);
    }
    this.warehouse();
  }

  /**
   * Datasets are read with credentials Lake Formation lends; they are this role's. Glue merges files with them too and not with
   * its own role's rights (Glue, "Table optimization prerequisites"): whom Lake Formation lets insert, which are the optimizer
   * and maintenance alone, is lent the right to write.
   */
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
              ...(compactsByGlue(this.stack)
                ? [
                    allow('MergeFiles', {
                      actions: ['s3:PutObject'],
                      resources: [`${arn}/*/data/*`, `${arn}/*/metadata/*`],
                    }),
                  ]
                : []),
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
      const made = this.grants.make(`place-${role}-${dataset}`, names.roleArn(role), ['DATA_LOCATION_ACCESS'], {
        about: resourceArn,
        resource: { dataLocation },
      });
      made.addResourceDependency(location);
    }
  }

  private tag(
    id: string,
    about: string,
    resource: CfnTagAssociation.ResourceProperty,
    values: Readonly<Record<string, string>>,
  ): void {
    const { config, names } = this.stack.lake;
    const lfTags = Object.entries(values).map(([key, value]) => ({
      catalogId: config.account,
      tagKey: names.dataTag(key),
      tagValues: [value],
    }));
    const association = new CfnTagAssociation(this, `Tagged-${id}`, { resource, lfTags });
    for (const tag of this.tags) association.addResourceDependency(tag);
    this.grants.turns.take(about, association);
  }

  private grantDesk(id: string, desk: Desk, permissions: readonly string[], target: Target) {
    const made = this.grants.make(`${id}-${desk.id}`, desk.arn, permissions, target);
    const role = this.roles.get(desk.id);
    if (role) made.addResourceDependency(role);
    return made;
  }

  private dataset(contract: Contract): void {
    const { config, names } = this.stack.lake;
    const { dataset, sharing, agency } = contract;
    const table = { catalogId: config.account, databaseName: names.curatedDatabase, name: dataset };
    this.tag(dataset, dataset, { table }, { sharing, agency, personal: 'none' });
    for (const personal of PERSONAL.filter((kind) => kind !== 'none')) {
      const columnNames = contract.columns.filter((column) => column.personal === personal).map(({ name }) => name);
      if (columnNames.length > 0)
        this.tag(`${dataset}-${personal}`, dataset, { tableWithColumns: { ...table, columnNames } }, { personal });
    }
    const filters = new Map<Filter, CfnDataCellsFilter>();
    for (const desk of desks(this.stack.lake)) {
      const name = desk.reader === undefined ? undefined : filterFor(desk.reader, contract);
      if (name === undefined) continue;
      const filter = filters.get(name) ?? this.filter(contract, name);
      filters.set(name, filter);
      this.grantDesk(dataset, desk, ['SELECT'], {
        about: dataset,
        resource: {
          dataCellsFilter: {
            tableCatalogId: config.account,
            databaseName: names.curatedDatabase,
            tableName: dataset,
            name,
          },
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
    const about = names.warehouseDatabase;
    const database = databaseOf(catalogId, about);
    // They count and join by keys and communes of what is shared, and name nobody (grants.ts, `no_direct`).
    this.tag(
      'warehouse',
      about,
      { database: { catalogId, name: about } },
      { sharing: 'dung_chung', personal: 'quasi' },
    );
    const shared: Target = {
      about,
      resource: {
        lfTagPolicy: {
          catalogId,
          resourceType: 'TABLE',
          expression: [
            { tagKey: names.dataTag('sharing'), tagValues: ['mo', 'dung_chung'] },
            { tagKey: names.dataTag('personal'), tagValues: ['none', 'quasi'] },
          ],
        },
      },
    };
    for (const desk of desks(this.stack.lake)) {
      if (desk.reader) this.grantDesk('curated', desk, ['DESCRIBE'], databaseOf(catalogId, names.curatedDatabase));
      if (!desk.readsWarehouse) continue;
      if (desk.id === 'engine') {
        const makes = ['ALTER', 'DELETE', 'DESCRIBE', 'DROP', 'INSERT', 'SELECT'];
        this.grantDesk('warehouse', desk, ['CREATE_TABLE', 'DESCRIBE'], database);
        this.grantDesk('warehouse-tables', desk, makes, everyTableOf(catalogId, about));
      } else {
        this.grantDesk('warehouse', desk, ['DESCRIBE'], database);
        this.grantDesk('warehouse-tables', desk, ['DESCRIBE', 'SELECT'], shared);
      }
    }
    const report = names.roleArn('report');
    this.grants.make('warehouse-report', report, ['DESCRIBE'], database);
    this.grants.make('warehouse-tables-report', report, ['DESCRIBE', 'SELECT'], shared);
  }
}
