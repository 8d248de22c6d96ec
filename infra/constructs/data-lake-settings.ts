// Lake Formation decides alone: what is made from here on is not open to everyone IAM lets call Glue. It must stand before
// the first database does, so the catalog stack makes it; the grants are governance's.
import { DefaultStackSynthesizer } from 'aws-cdk-lib';
import { CfnDataLakeSettings } from 'aws-cdk-lib/aws-lakeformation';
import type { LakeStack } from './lake-stack';

export function dataLakeSettings(stack: LakeStack): CfnDataLakeSettings {
  const { account, region } = stack.lake.config;
  const deployer = `cdk-${DefaultStackSynthesizer.DEFAULT_QUALIFIER}-cfn-exec-role-${account}-${region}`;
  const settings = new CfnDataLakeSettings(stack, 'DataLakeSettings', {
    // Whoever else administers the account's lakes stays.
    mutationType: 'APPEND',
    admins: [{ dataLakePrincipalIdentifier: `arn:aws:iam::${account}:role/${deployer}` }],
    allowExternalDataFiltering: false,
    allowFullTableExternalDataAccess: false,
  });
  // No `IAMAllowedPrincipals`. CDK leaves out empty lists, and what is left out stays as it was.
  settings.addPropertyOverride('CreateDatabaseDefaultPermissions', []);
  settings.addPropertyOverride('CreateTableDefaultPermissions', []);
  return settings;
}
