// What a department's people or machines send files with: they write below their own agency's folder of ingest, read their own
// receipts, and see nothing else.
import { ArnPrincipal, CfnRole, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ProvinceConfig } from '../province-config';
import type { LakeStack } from './lake-stack';
import { allow, signedInTo } from './statements';

export function uploadRole(stack: LakeStack, agency: ProvinceConfig['agencies'][number]): CfnRole {
  const { names, config } = stack.lake;
  const { account, region, province } = config;
  const [ingest, receipts] = [names.bucketArn('ingest'), names.bucketArn('receipts')];
  const own = `${agency.id}/*`;
  const assume = (principal: string, conditions?: object) =>
    new PolicyStatement({
      principals: [new ArnPrincipal(principal)],
      actions: ['sts:AssumeRole'],
      ...(conditions ? { conditions } : {}),
    });
  return new CfnRole(stack, `upload-${agency.id}`, {
    roleName: names.role(`upload-${agency.id}`),
    description: `Sends files of ${agency.id} and reads their receipts`,
    maxSessionDuration: 3600,
    assumeRolePolicyDocument: new PolicyDocument({
      statements: [
        // The agency's permission set of Identity Center, in this account.
        assume(`arn:aws:iam::${account}:root`, signedInTo(account, `tg-${province}-${agency.id}`)),
        ...agency.trusted.map((who) => assume(/^\d+$/.test(who) ? `arn:aws:iam::${who}:root` : who)),
      ],
    }),
    policies: [
      {
        policyName: 'upload',
        policyDocument: new PolicyDocument({
          statements: [
            allow('Send', {
              actions: ['s3:AbortMultipartUpload', 's3:ListMultipartUploadParts', 's3:PutObject'],
              resources: [`${ingest}/${own}`],
            }),
            allow('ReadReceipts', { actions: ['s3:GetObject'], resources: [`${receipts}/${own}`] }),
            allow('SeeOwn', {
              actions: ['s3:ListBucket'],
              resources: [ingest, receipts],
              conditions: { StringLike: { 's3:prefix': [own] } },
            }),
            allow('UseDataKey', {
              actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
              resources: [stack.keyArn('data')],
              conditions: { StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` } },
            }),
          ],
        }),
      },
    ],
  });
}
