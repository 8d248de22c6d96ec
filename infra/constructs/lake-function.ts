// One function: its package, one role of its own that may do what is said here and nothing else, its log group, and a place
// for asynchronous calls that failed. Everything has its name from infra/names.ts.

import { Tags } from 'aws-cdk-lib';
import { CfnRole, PolicyDocument, type PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnFunction, type CfnFunctionProps } from 'aws-cdk-lib/aws-lambda';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { isOn } from '../controls';
import { type FunctionName, PLACE_VARIABLE, type Place } from '../names';
import type { LakeStack } from './lake-stack';
import { logMasking } from './log-masking';
import { codeSigningArn, functionSubnets } from './shared-parameters';
import { allow, trust, useKeys } from './statements';

/** Of the function's `constants.ts`. */
export interface FunctionSize {
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly ephemeralMb: number;
}

export interface LakeFunctionProps {
  readonly name: FunctionName;
  readonly description: string;
  readonly size: FunctionSize;
  /** Runs at one time. Kept back for this function, and never more. */
  readonly reserved: number;
  /** What the role may do, beside writing its own log and its failed calls. */
  readonly statements: readonly PolicyStatement[];
  readonly environment?: Readonly<Record<string, string>>;
}

export const NETWORK_ACTIONS = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];
const HALF_A_YEAR = 180;
const A_YEAR = 365;

export class LakeFunction extends Construct {
  readonly resource: CfnFunction;
  readonly role: CfnRole;
  readonly arn: string;

  constructor(stack: LakeStack, props: LakeFunctionProps) {
    super(stack, props.name);
    const { lake } = stack;
    const { config, names } = lake;
    const { name, size, description } = props;
    const { province, stage, account, region } = config;
    const place: Place = { province, stage, account, region };
    const controlKey = stack.keyArn('control');
    const deadLetters = names.queueArn(names.queue.eventsDead);
    this.arn = names.functionArn(name);

    const logs = new CfnLogGroup(this, 'Logs', {
      logGroupName: names.logGroup(name),
      kmsKeyId: controlKey,
      retentionInDays: isOn('longLogs', config) ? A_YEAR : HALF_A_YEAR,
      ...(isOn('logMasking', config) ? { dataProtectionPolicy: logMasking(names.base) } : {}),
    });
    const isInVpc = isOn('network', config);
    this.role = new CfnRole(this, 'Role', {
      roleName: names.role(name),
      description: `What the function ${names.functionName(name)} may do`,
      assumeRolePolicyDocument: trust('lambda.amazonaws.com'),
      policies: [
        {
          policyName: 'function',
          policyDocument: new PolicyDocument({
            statements: [
              allow('WriteLog', {
                actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
                resources: [`arn:aws:logs:${region}:${account}:log-group:${names.logGroup(name)}:*`],
              }),
              allow('KeepFailedCalls', { actions: ['sqs:SendMessage'], resources: [deadLetters] }),
              useKeys('UseControlKey', [controlKey]),
              ...(isInVpc
                ? [
                    // Lambda makes network interfaces with the function's role; EC2 knows no narrower resource for it.
                    allow('JoinNetwork', { actions: NETWORK_ACTIONS, resources: ['*'] }),
                  ]
                : []),
              ...props.statements,
            ],
          }),
        },
      ],
    });

    const code = lake.code(name);
    const { s3Location, inlineCode } = code.bind(this);
    const where: CfnFunctionProps['code'] = s3Location
      ? { s3Bucket: s3Location.bucketName, s3Key: s3Location.objectKey }
      : inlineCode === undefined
        ? {}
        : { zipFile: inlineCode };
    this.resource = new CfnFunction(this, 'Function', {
      functionName: names.functionName(name),
      description,
      code: where,
      handler: 'main.handler',
      runtime: 'nodejs24.x',
      architectures: ['arm64'],
      role: this.role.attrArn,
      memorySize: size.memoryMb,
      timeout: size.timeoutSeconds,
      ephemeralStorage: { size: size.ephemeralMb },
      reservedConcurrentExecutions: props.reserved,
      deadLetterConfig: { targetArn: deadLetters },
      kmsKeyArn: controlKey,
      loggingConfig: { logGroup: names.logGroup(name) },
      environment: {
        variables: {
          [PLACE_VARIABLE]: JSON.stringify(place),
          POWERTOOLS_SERVICE_NAME: name,
          NODE_OPTIONS: '--enable-source-maps',
          ...props.environment,
        },
      },
      ...(isOn('codeSigning', config) ? { codeSigningConfigArn: codeSigningArn(stack) } : {}),
      ...(isInVpc ? { vpcConfig: functionSubnets(stack) } : {}),
    });
    code.bindToResource(this.resource);
    this.resource.addResourceDependency(logs);
    Tags.of(this).add('function', name);
  }
}
