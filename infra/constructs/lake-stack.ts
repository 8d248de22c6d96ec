// What every stack has in common: its name, place, tags, protection, and the two ways to be handed something by another
// stack: a name, or an SSM parameter. Never an export: a stack that exports cannot be changed alone.
import { type Environment, Stack, Tags } from 'aws-cdk-lib';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import type { LakeContext } from '../lake-context';
import type { KeyName, StackName } from '../names';

const PURPOSE: Readonly<Record<StackName, string>> = {
  storage: 'zones, keys, permission boundary: everything that must outlive a deployment',
  catalog: 'Glue databases, one table a contract',
  intake: 'from an upload to a committed row',
  warehouse: 'workgroups, views, refresh',
  reporting: 'the leaders’ page by mail, alerts',
  governance: 'Lake Formation, personas, trail, optimizers of tables',
  monitoring: 'alarms, dashboard, budget',
};

export class LakeStack extends Stack {
  readonly lake: LakeContext;

  constructor(scope: Construct, name: StackName, lake: LakeContext) {
    const { account, region, province, stage } = lake.config;
    const env: Environment = { account, region };
    super(scope, lake.names.stack(name), {
      env,
      stackName: lake.names.stack(name),
      description: `Tam Giang ${province} ${stage}: ${PURPOSE[name]}`,
      terminationProtection: stage === 'production',
    });
    this.lake = lake;
    // CloudFormation's public schema knows no tags of dashboards, whatever CDK thinks.
    const options = { excludeResourceTypes: ['AWS::CloudWatch::Dashboard'] };
    for (const [key, value] of Object.entries({ project: 'tam-giang', province, stage, zone: name }))
      Tags.of(this).add(key, value, options);
  }

  /** ARN of a key of the storage stack, read from its SSM parameter when the stack is deployed. */
  keyArn(key: KeyName): string {
    return StringParameter.valueForStringParameter(this, this.lake.names.keyParameter(key));
  }
}
