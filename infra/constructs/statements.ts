// IAM statements as the stacks write them: one line a right, ARNs from names, never a `*` action.
import { Effect, PolicyDocument, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Bucket, Names } from '../names';

export interface Right {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: Record<string, Record<string, string | readonly string[]>>;
}

export function allow(sid: string, { actions, resources, conditions }: Right): PolicyStatement {
  return new PolicyStatement({
    sid,
    effect: Effect.ALLOW,
    actions: [...actions],
    resources: [...resources],
    ...(conditions ? { conditions } : {}),
  });
}

/**
 * Objects of a zone below some prefixes (`''`: all). With the right to list the bucket, without which S3 answers 403 for what
 * is not there; that answer asks for no prefix, so the right cannot be bound to one. Keys tell no rows.
 */
export function readObjects(names: Names, bucket: Bucket, prefixes: readonly string[] = ['']): PolicyStatement[] {
  const arn = names.bucketArn(bucket);
  const sid = bucket[0]!.toUpperCase() + bucket.slice(1);
  return [
    allow(`Read${sid}`, { actions: ['s3:GetObject'], resources: prefixes.map((prefix) => `${arn}/${prefix}*`) }),
    allow(`List${sid}`, { actions: ['s3:ListBucket'], resources: [arn] }),
  ];
}

export function writeObjects(names: Names, bucket: Bucket, prefixes: readonly string[] = ['']): PolicyStatement {
  const arn = names.bucketArn(bucket);
  return allow(`Write${bucket[0]!.toUpperCase()}${bucket.slice(1)}`, {
    actions: ['s3:PutObject'],
    resources: prefixes.map((prefix) => `${arn}/${prefix}*`),
  });
}

/** Reading and writing what a key encrypts. */
export function useKeys(sid: string, keyArns: readonly string[]): PolicyStatement {
  return allow(sid, { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: keyArns });
}

export function trust(service: string, conditions?: Right['conditions']): PolicyDocument {
  return new PolicyDocument({
    statements: [
      new PolicyStatement({
        principals: [new ServicePrincipal(service)],
        actions: ['sts:AssumeRole'],
        ...(conditions ? { conditions } : {}),
      }),
    ],
  });
}

/** For whoever signed in to a permission set of IAM Identity Center, in this account. */
export function signedInTo(account: string, permissionSet: string): NonNullable<Right['conditions']> {
  const reserved = `arn:aws:iam::${account}:role/aws-reserved/sso.amazonaws.com`;
  const role = `AWSReservedSSO_${permissionSet}_*`;
  return { ArnLike: { 'aws:PrincipalArn': [`${reserved}/${role}`, `${reserved}/*/${role}`] } };
}

/** Only for a resource of ours, in our account: what keeps a service from being used against us by a stranger. */
export function fromUs(names: Names, sourceArn: string | readonly string[]): NonNullable<Right['conditions']> {
  return {
    StringEquals: { 'aws:SourceAccount': names.place.account },
    ArnLike: { 'aws:SourceArn': sourceArn },
  };
}

/**
 * As `fromUs`, for services documented to tell the ARN alone, which holds the account. A condition on what is never told is
 * never met, and what it guards never works.
 */
export function fromOurs(names: Names, sourceArn: string): NonNullable<Right['conditions']> {
  return {
    StringEqualsIfExists: { 'aws:SourceAccount': names.place.account },
    ArnLike: { 'aws:SourceArn': sourceArn },
  };
}

/** For services that are not documented to tell anything when they take a role: what they tell must be ours. */
export function ifToldFromUs(names: Names, sourceArn: string): NonNullable<Right['conditions']> {
  return {
    StringEqualsIfExists: { 'aws:SourceAccount': names.place.account },
    ArnLikeIfExists: { 'aws:SourceArn': sourceArn },
  };
}
