// EventBridge Scheduler calls something at a time (UTC). What could not be called goes to the events dead-letter queue.
import { CfnRole, PolicyDocument, type PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import type { LakeStack } from './lake-stack';
import { allow, fromUs, trust, useKeys } from './statements';

interface ScheduleProps {
  readonly description: string;
  /** cron(…) or rate(…), UTC. */
  readonly expression: string;
  readonly targetArn: string;
  /** The one right needed to call the target. */
  readonly right: PolicyStatement;
  /** JSON the target gets; `<aws.scheduler.scheduled-time>` in a text becomes the time. */
  readonly input?: object;
}

export class Schedule extends Construct {
  readonly resource: CfnSchedule;

  constructor(stack: LakeStack, name: string, { description, expression, targetArn, right, input }: ScheduleProps) {
    super(stack, `schedule-${name}`);
    const { names, config } = stack.lake;
    const deadLetters = names.queueArn(names.queue.eventsDead);
    const group = `arn:aws:scheduler:${config.region}:${config.account}:schedule-group/${names.scheduleGroup}`;
    const role = new CfnRole(this, 'Role', {
      roleName: names.role(`schedule-${name}`),
      description: `What the schedule ${name} may call`,
      assumeRolePolicyDocument: trust('scheduler.amazonaws.com', fromUs(names, group)),
      policies: [
        {
          policyName: 'schedule',
          policyDocument: new PolicyDocument({
            statements: [
              right,
              allow('KeepFailedCalls', { actions: ['sqs:SendMessage'], resources: [deadLetters] }),
              useKeys('UseControlKey', [stack.keyArn('control')]),
            ],
          }),
        },
      ],
    });
    this.resource = new CfnSchedule(this, 'Schedule', {
      name: names.role(name),
      groupName: names.scheduleGroup,
      description,
      scheduleExpression: expression,
      scheduleExpressionTimezone: 'UTC',
      flexibleTimeWindow: { mode: 'OFF' },
      kmsKeyArn: stack.keyArn('control'),
      target: {
        arn: targetArn,
        roleArn: role.attrArn,
        deadLetterConfig: { arn: deadLetters },
        retryPolicy: { maximumRetryAttempts: 5, maximumEventAgeInSeconds: 3600 },
        ...(input === undefined ? {} : { input: JSON.stringify(input) }),
      },
    });
  }
}
