// Glue: the datasets' database with one table a contract, the warehouse's database, and who looks after tables.
import { CfnDatabase } from 'aws-cdk-lib/aws-glue';
import type { Construct } from 'constructs';
import { curatedTable } from '../constructs/curated-table';
import { dataLakeSettings } from '../constructs/data-lake-settings';
import { keepUnlessTwoKeys } from '../constructs/keep';
import { LakeStack } from '../constructs/lake-stack';
import { compaction, isCompactedByGlue, maintenanceRole } from '../constructs/optimizers';
import type { LakeContext } from '../lake-context';
import { WAREHOUSE_PREFIX } from '../names';

/** `-c compaction=off`: tables are compacted by the command line alone. */
const COMPACTION_FLAG = 'compaction';

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
    const role = maintenanceRole(this);
    // Whether Glue takes an optimizer for a table that waits for its first metadata has not been seen: a way out.
    const byGlue = this.node.tryGetContext(COMPACTION_FLAG) !== 'off';
    for (const contract of contracts) {
      const table = curatedTable(this, datasets, contract);
      if (byGlue && isCompactedByGlue(contract)) compaction(this, table, contract.dataset, role);
    }
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
