// Two keys to destroy what holds data: the context flag `destroy=yes`, and a stage that is not production. Without both a
// resource outlives its stack, unless the deployment that made it failed: left behind, its name would stop the next one.
import { type CfnResource, RemovalPolicy } from 'aws-cdk-lib';
import type { LakeStack } from './lake-stack';

export const DESTROY_FLAG = 'destroy';

export function mayDestroy(stack: LakeStack): boolean {
  return stack.node.tryGetContext(DESTROY_FLAG) === 'yes' && stack.lake.config.stage !== 'production';
}

export function keepUnlessTwoKeys(resource: CfnResource, stack: LakeStack): void {
  // A resource that must be replaced is kept as well: the new one stands empty beside it.
  resource.applyRemovalPolicy(mayDestroy(stack) ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, {
    applyToUpdateReplacePolicy: true,
  });
}
