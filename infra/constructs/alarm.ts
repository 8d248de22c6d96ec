// An alarm of the list as a resource: its text tells in two languages what is wrong and where the runbook says what to do.
import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmSpec } from '../alarms';
import type { LakeStack } from './lake-stack';

export const RUNBOOK = 'docs/runbook.md';

export function alarm(stack: LakeStack, spec: AlarmSpec): CfnAlarm {
  const { names } = stack.lake;
  const operations = names.topicArn(names.topic.operations);
  const { metric, what } = spec;
  return new CfnAlarm(stack, `alarm-${spec.id}`, {
    alarmName: `${names.base}-${spec.id}`,
    alarmDescription: `${what.vi}. ${what.en}. ${RUNBOOK}#${spec.runbook}`,
    namespace: metric.namespace,
    metricName: metric.name,
    dimensions: Object.entries(metric.dimensions).map(([name, value]) => ({ name, value })),
    statistic: metric.stat,
    period: spec.periodSeconds,
    evaluationPeriods: spec.periods,
    threshold: spec.threshold,
    comparisonOperator: spec.isBelow ? 'LessThanThreshold' : 'GreaterThanThreshold',
    treatMissingData: spec.silenceIsWrong ? 'breaching' : 'notBreaching',
    alarmActions: [operations],
    okActions: [operations],
  });
}
