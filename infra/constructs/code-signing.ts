// Functions tell whether their package was signed by us. `Warn`: an unsigned package is deployed and reported; whoever signs
// packages in their pipeline turns it to `Enforce` (docs/deploy.md).
import { CfnCodeSigningConfig } from 'aws-cdk-lib/aws-lambda';
import { CfnSigningProfile } from 'aws-cdk-lib/aws-signer';
import { CfnParameter } from 'aws-cdk-lib/aws-ssm';
import type { LakeStack } from './lake-stack';
import { CODE_SIGNING } from './shared-parameters';

export function codeSigning(stack: LakeStack): void {
  const { names } = stack.lake;
  const profile = new CfnSigningProfile(stack, 'SigningProfile', { platformId: 'AWSLambda-SHA384-ECDSA' });
  const config = new CfnCodeSigningConfig(stack, 'CodeSigning', {
    description: `Packages of ${names.base}`,
    allowedPublishers: { signingProfileVersionArns: [profile.attrProfileVersionArn] },
    codeSigningPolicies: { untrustedArtifactOnDeployment: 'Warn' },
  });
  new CfnParameter(stack, 'CodeSigningParameter', {
    name: names.parameter(CODE_SIGNING),
    type: 'String',
    value: config.attrCodeSigningConfigArn,
    description: 'Code signing of functions, for the other stacks',
  });
}
