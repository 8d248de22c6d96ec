// The stacks of one province, in the order they are deployed.
import { type App, CfnOutput, type Stack } from 'aws-cdk-lib';
import { boundAllRoles } from './constructs/boundary';
import { doors } from './doors';
import type { LakeContext } from './lake-context';
import type { StackName } from './names';
import { CatalogStack } from './stacks/catalog';
import { GovernanceStack } from './stacks/governance';
import { IntakeStack } from './stacks/intake';
import { MonitoringStack } from './stacks/monitoring';
import { ReportingStack } from './stacks/reporting';
import { StorageStack } from './stacks/storage';
import { WarehouseStack } from './stacks/warehouse';

export type Stacks = Readonly<Partial<Record<StackName, Stack>>>;

export function makeStacks(app: App, lake: LakeContext): Stacks {
  const stacks = {
    storage: new StorageStack(app, lake),
    catalog: new CatalogStack(app, lake),
    intake: new IntakeStack(app, lake),
    warehouse: new WarehouseStack(app, lake),
    reporting: new ReportingStack(app, lake),
    monitoring: new MonitoringStack(app, lake),
    // Last: it speaks of columns that commit has registered (deploy.ts).
    governance: new GovernanceStack(app, lake),
  };
  // The last stack tells where everybody goes.
  for (const { id, who, where } of doors(lake.names))
    new CfnOutput(stacks.monitoring, id, { value: where, description: `${who.vi} · ${who.en}` });
  // Nothing is exported, so CDK cannot see the order: what a stack finds by name must be there before it.
  const inOrder = Object.values(stacks);
  inOrder.forEach((stack, i) => {
    const before = inOrder[i - 1];
    if (before) stack.addStackDependency(before);
  });
  boundAllRoles(app, lake.names);
  return stacks;
}
