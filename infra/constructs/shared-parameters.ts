// What the storage stack makes for all functions and cannot be named beforehand: handed over through SSM parameters.
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { StringListParameter, StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { LakeStack } from './lake-stack';

export const CODE_SIGNING = 'code-signing';
export const SUBNETS = 'network/subnets';
export const SECURITY_GROUP = 'network/security-group';

export function codeSigningArn(stack: LakeStack): string {
  return StringParameter.valueForStringParameter(stack, stack.lake.names.parameter(CODE_SIGNING));
}

export function functionSubnets(stack: LakeStack): CfnFunction.VpcConfigProperty {
  const { names } = stack.lake;
  return {
    subnetIds: StringListParameter.valueForTypedListParameter(stack, names.parameter(SUBNETS)),
    securityGroupIds: [StringParameter.valueForStringParameter(stack, names.parameter(SECURITY_GROUP))],
  };
}
