// CloudFormation takes so many resources in a stack and no more. Said here in words of the province's YAML, before CDK says it
// in its own.
import { type App, CfnResource, Stack } from 'aws-cdk-lib';
import { InputError } from '../lake/errors';
import type { LakeContext } from './lake-context';

const MAX_RESOURCES = 500;

/** @throws InputError E_PROVINCE */
export function checkStackSizes(app: App, { config, contracts }: Pick<LakeContext, 'config' | 'contracts'>): void {
  for (const stack of app.node.children.filter(Stack.isStack)) {
    const count = stack.node.findAll().filter(CfnResource.isCfnResource).length;
    if (count <= MAX_RESOURCES) continue;
    const path = `infra/provinces/${config.province}.yaml`;
    const [agencies, datasets] = [config.agencies.length, contracts.length];
    throw new InputError('E_PROVINCE', {
      vi: `${path}: agencies = ${agencies}, datasets = ${datasets}: stack ${stack.stackName} sẽ có ${count} tài nguyên, CloudFormation nhận tối đa ${MAX_RESOURCES}. Bớt cơ quan hoặc bộ dữ liệu, hoặc chia thành hai tệp tỉnh.`,
      en: `${path}: agencies = ${agencies}, datasets = ${datasets}: the stack ${stack.stackName} would have ${count} resources, CloudFormation takes at most ${MAX_RESOURCES}. Name fewer agencies or datasets, or make two provinces' files.`,
    });
  }
}
