// The applier over a small assembly of our own: what is there is created, and what is not known stops it.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { GetBucketLifecycleConfigurationCommand, GetBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import type { Checks } from '../checks';
import type { Moto } from '../moto';
import { applyAssembly } from './apply';
import { REGION, writeAssembly } from './made-up';

export async function checkApplier(
  checks: Checks,
  programs: { readonly python: string; readonly root: string },
  moto: Moto,
  workDir: string,
): Promise<void> {
  const codeDir = join(workDir, 'ham');
  const check = (name: string, body: () => Promise<unknown>) => checks.check(`applier: ${name}`, body);
  const apply = (name: string, extra: Readonly<Record<string, unknown>> = {}) =>
    applyAssembly(programs, moto.endpoint, writeAssembly(join(workDir, name), codeDir, extra));
  const reset = () => fetch(`${moto.endpoint}/moto-api/reset`, { method: 'POST' });

  await check('two stacks are created in order, every reference resolved', async () => {
    const applied = await apply('dung');
    assert.deepEqual(applied.stacks, ['nen', 'viec']);
    assert.deepEqual(applied.created, {
      'AWS::S3::Bucket': 1,
      'AWS::SSM::Parameter': 1,
      'AWS::SQS::Queue': 3,
      'AWS::SQS::QueuePolicy': 1,
      'AWS::Events::Rule': 1,
      'AWS::IAM::Role': 1,
      'AWS::Scheduler::Schedule': 1,
    });
    const [made] = applied.functions;
    assert.equal(made?.Environment.Variables.NOI, 'thu-123456789012-nhan');
    assert.equal(made?.DeadLetterConfig?.TargetArn, 'arn:aws:sqs:ap-southeast-1:123456789012:thu-hong');
    assert.equal(applied.assets[made.Code.S3Key], codeDir);
    assert.deepEqual(
      applied.mappings.map(({ FunctionName, EventSourceArn }) => [FunctionName, EventSourceArn.split(':').at(-1)]),
      [
        ['thu', 'thu-viec'],
        ['thu', 'thu-nhom.fifo'],
      ],
    );
    const credentials = { accessKeyId: 'thu', secretAccessKey: 'thu' };
    const s3 = new S3Client({ endpoint: moto.endpoint, region: REGION, credentials, forcePathStyle: true });
    const bucket = { Bucket: 'thu-123456789012-nhan' };
    assert.equal((await s3.send(new GetBucketVersioningCommand(bucket))).Status, 'Enabled');
    const { Rules } = await s3.send(new GetBucketLifecycleConfigurationCommand(bucket));
    assert.equal(Rules?.[0]?.Expiration?.Days, 90);
  });

  const broken: readonly (readonly [string, Readonly<Record<string, unknown>>, RegExp])[] = [
    [
      'an unknown type',
      { X: { Type: 'AWS::Nobody::Knows' } },
      /viec\/X .*nobody here knows the type AWS::Nobody::Knows/,
    ],
    [
      'a property the service is not told of',
      { X: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'x', MauSac: 'do' } } },
      /viec\/X .*nobody told the service of \['MauSac'\]/,
    ],
    [
      "a field the service's own model does not have",
      {
        X: {
          Type: 'AWS::CloudWatch::Alarm',
          Properties: { AlarmName: 'x', ComparisonOperator: 'GreaterThanThreshold', EvaluationPeriods: 1, Nguong: 3 },
        },
      },
      /viec\/X [\s\S]*Unknown parameter in input: "Nguong"/,
    ],
    [
      'a reference that leads nowhere',
      { X: { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value: { Ref: 'KhongCo' } } } },
      /nothing is called KhongCo/,
    ],
    [
      'an attribute that is not given',
      { X: { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value: { 'Fn::GetAtt': ['Queue', 'Mau'] } } } },
      /gives no Mau/,
    ],
    [
      'a function of templates that is not known',
      { X: { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value: { 'Fn::Cidr': [] } } } },
      /Fn::Cidr is not known/,
    ],
    [
      'a circle',
      { X: { Type: 'AWS::SQS::Queue', DependsOn: 'Y' }, Y: { Type: 'AWS::SQS::Queue', DependsOn: ['X'] } },
      /depends on itself/,
    ],
  ];
  for (const [i, [what, extra, message]] of broken.entries())
    await check(`${what} stops it, by name`, async () => {
      await reset();
      await assert.rejects(apply(`hong-${i}`, extra), message);
    });
  await reset();
}
