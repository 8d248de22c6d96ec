// Glue: the datasets' database with one table a contract, the warehouse's database, and the roles that look after tables.
import { CfnDatabase } from 'aws-cdk-lib/aws-glue';
import type { Construct } from 'constructs';
import { curatedTable } from '../constructs/curated-table';
import { dataLakeSettings } from '../constructs/data-lake-settings';
import { keepUnlessTwoKeys } from '../constructs/keep';
import { LakeStack } from '../constructs/lake-stack';
import { maintenanceRole, optimizerRole } from '../constructs/optimizers';
import type { LakeContext } from '../lake-context';
import { WAREHOUSE_PREFIX } from '../names';

export class CatalogStack extends LakeStack {
  constructor(scope: Construct, lake: LakeContext) {
    super(scope, 'catalog', lake);
    const { names, contracts, config } = lake;
    const curated = `s3://${names.bucket('curated')}`;
    const settings = dataLakeSettings(this);
    const datasets = this.database('Curated', names.curatedDatabase, `Bộ dữ liệu của ${config.name}`, `${curated}/`);
    const warehouse = this.database(
      'Warehouse',
      names.warehouseDatabase,
      `Kho dữ liệu của ${config.name}`,
      `${curated}/${WAREHOUSE_PREFIX}`,
    );
    for (const database of [datasets, warehouse]) database.addResourceDependency(settings);
    maintenanceRole(this);
    optimizerRole(this);
    for (const contract of contracts) curatedTable(this, datasets, contract);
  }

  private database(id: string, name: string, description: string, locationUri: string): CfnDatabase {
    const database = new CfnDatabase(this, id, {
      catalogId: this.lake.config.account,
      databaseInput: { name, description, locationUri },
    });
    // Lake Formation alone says who reads: no `IAMAllowedPrincipals` on tables made here. CDK leaves out empty lists.
    database.addPropertyOverride('DatabaseInput.CreateTableDefaultPermissions', []);
    keepUnlessTwoKeys(database, this);
    return database;
  }
}
