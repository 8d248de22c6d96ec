// One Glue table a contract, made once. It holds what no contract can change, so that CloudFormation never has a reason to
// update it: an update would put Glue's table back to what is said here, without the pointer to its metadata (decision 0009).
import { type CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import { type Contract, LINEAGE_COLUMNS } from '../../lake/contract/contract';
import { keepUnlessTwoKeys } from './keep';
import type { LakeStack } from './lake-stack';

/** Tells commit that the table waits for its first metadata. */
const REGISTERED = 'tamgiang.registered';

/** Hive's names of the types lineage columns have. */
const HIVE: Readonly<Record<(typeof LINEAGE_COLUMNS)[number]['type']['kind'], string>> = {
  string: 'string',
  long: 'bigint',
  timestamp: 'timestamp',
};

export function curatedTable(
  stack: LakeStack,
  database: CfnDatabase,
  { dataset }: Pick<Contract, 'dataset'>,
): CfnTable {
  const { names } = stack.lake;
  const table = new CfnTable(stack, `table-${dataset}`, {
    catalogId: names.place.account,
    databaseName: names.curatedDatabase,
    tableInput: {
      name: dataset,
      tableType: 'EXTERNAL_TABLE',
      parameters: { table_type: 'ICEBERG', [REGISTERED]: 'true' },
      storageDescriptor: {
        location: `s3://${names.bucket('curated')}/${dataset}`,
        columns: LINEAGE_COLUMNS.map(({ name, type }) => ({ name, type: HIVE[type.kind] })),
      },
    },
  });
  table.addResourceDependency(database);
  keepUnlessTwoKeys(table, stack);
  return table;
}
