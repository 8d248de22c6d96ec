// The refresh of marts and figures: the state machine (refresh-machine.ts says what it does), the role in which its statements
// run on Athena, its log, and the function that plans.
import { CfnRole, PolicyDocument } from 'aws-cdk-lib/aws-iam';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { REFRESH } from '../../lambdas/refresh/constants';
import { isOn } from '../controls';
import { desk } from '../desks';
import { WAREHOUSE_PREFIX } from '../names';
import { refreshMachine } from '../refresh-machine';
import { LakeFunction } from './lake-function';
import type { LakeStack } from './lake-stack';
import { askingRights, catalogueRights } from './reader-role';
import { Schedule } from './schedule';
import { allow, fromUs, readObjects, trust, useKeys } from './statements';

export class Refresh extends Construct {
  readonly schedule: Schedule;
  readonly planner: LakeFunction;

  constructor(stack: LakeStack) {
    super(stack, 'refresh-marts');
    const { names, config } = stack.lake;
    const { region, account } = config;
    const glue = `arn:aws:glue:${region}:${account}`;
    const controlKey = stack.keyArn('control');
    const dataKey = stack.keyArn('data');

    this.planner = new LakeFunction(stack, {
      name: 'refresh',
      description: 'Plans which marts and figures are behind, with their SQL; tidies after',
      size: REFRESH,
      reserved: 2,
      statements: [
        // What it knows of a dataset is the snapshot its metadata names; what it made is kept in control.
        ...readObjects(names, 'curated', ['*/metadata/']),
        ...readObjects(names, 'control', ['refresh/']),
        allow('KeepState', { actions: ['s3:PutObject'], resources: [`${names.bucketArn('control')}/refresh/*`] }),
        catalogueRights(stack.lake),
        useKeys('UseDataKey', [dataKey]),
      ],
    });

    const curated = names.bucketArn('curated');
    const role = new CfnRole(this, 'Engine', {
      roleName: desk(stack.lake, 'engine').name,
      description:
        'Makes marts and figures: reads datasets through Lake Formation, writes tables of the warehouse database',
      assumeRolePolicyDocument: trust('states.amazonaws.com', fromUs(names, names.refreshMachineArn)),
      policies: [
        {
          policyName: 'engine',
          policyDocument: new PolicyDocument({
            statements: [
              ...askingRights(stack.lake, desk(stack.lake, 'engine'), dataKey),
              allow('MakeTables', {
                actions: ['glue:CreateTable', 'glue:DeleteTable', 'glue:UpdateTable'],
                resources: [
                  `${glue}:catalog`,
                  `${glue}:database/${names.warehouseDatabase}`,
                  `${glue}:table/${names.warehouseDatabase}/*`,
                ],
              }),
              // Athena writes and drops Iceberg tables with the caller's own S3 rights, outside Lake Formation's places.
              allow('WriteMarts', {
                actions: ['s3:AbortMultipartUpload', 's3:DeleteObject', 's3:ListMultipartUploadParts', 's3:PutObject'],
                resources: [`${curated}/${WAREHOUSE_PREFIX}*`],
              }),
              // Asked for a key that is not there yet, S3 answers 404 only to who may list the whole bucket. Keys tell no rows.
              allow('FindMarts', {
                actions: ['s3:ListBucket', 's3:ListBucketMultipartUploads'],
                resources: [curated],
              }),
              allow('CallPlanner', { actions: ['lambda:InvokeFunction'], resources: [this.planner.arn] }),
              allow('TellOperations', {
                actions: ['sns:Publish'],
                resources: [names.topicArn(names.topic.operations)],
              }),
              useKeys('UseControlKey', [controlKey]),
              // Neither the delivery of logs nor traces know a resource.
              allow('DeliverLog', {
                actions: [
                  'logs:CreateLogDelivery',
                  'logs:DeleteLogDelivery',
                  'logs:DescribeLogGroups',
                  'logs:DescribeResourcePolicies',
                  'logs:GetLogDelivery',
                  'logs:ListLogDeliveries',
                  'logs:PutResourcePolicy',
                  'logs:UpdateLogDelivery',
                ],
                resources: ['*'],
              }),
              allow('Trace', {
                actions: [
                  'xray:GetSamplingRules',
                  'xray:GetSamplingTargets',
                  'xray:PutTelemetryRecords',
                  'xray:PutTraceSegments',
                ],
                resources: ['*'],
              }),
            ],
          }),
        },
      ],
    });

    const logs = new CfnLogGroup(this, 'Logs', {
      logGroupName: `/aws/vendedlogs/states/${names.refreshMachine}`,
      kmsKeyId: controlKey,
      retentionInDays: isOn('longLogs', config) ? 365 : 180,
    });
    new CfnStateMachine(this, 'Machine', {
      stateMachineName: names.refreshMachine,
      stateMachineType: 'STANDARD',
      definitionString: JSON.stringify(refreshMachine(names)),
      roleArn: role.attrArn,
      // No execution data: what a query says may hold values of rows.
      loggingConfiguration: {
        level: 'ALL',
        includeExecutionData: false,
        destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: logs.attrArn } }],
      },
      tracingConfiguration: { enabled: true },
      encryptionConfiguration: {
        type: 'CUSTOMER_MANAGED_KMS_KEY',
        kmsKeyId: controlKey,
        kmsDataKeyReusePeriodSeconds: 300,
      },
    });
    this.schedule = new Schedule(stack, 'refresh', {
      description: 'Marts and figures that are behind are made anew',
      expression: config.refresh.schedule,
      targetArn: names.refreshMachineArn,
      right: allow('StartRefresh', { actions: ['states:StartExecution'], resources: [names.refreshMachineArn] }),
      input: {},
    });
  }
}
