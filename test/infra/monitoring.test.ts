import { type AlarmSpec, alarms } from '../../infra/alarms';
import { COMMIT_METRICS } from '../../lambdas/commit/constants';
import { INTAKE_METRICS } from '../../lambdas/intake/constants';
import { MAINTAIN_METRICS } from '../../lambdas/maintain/constants';
import { RECONCILE_METRICS } from '../../lambdas/reconcile/constants';
import { REFRESH_METRICS } from '../../lambdas/refresh/constants';
import { REPORT_METRICS } from '../../lambdas/report/constants';
import { all, named, type Resource, statements } from './resources';
import { PROVINCES, synth } from './synth';

const EMITTED: Readonly<Record<string, readonly string[]>> = {
  intake: INTAKE_METRICS,
  'intake-heavy': INTAKE_METRICS,
  commit: COMMIT_METRICS,
  maintain: MAINTAIN_METRICS,
  reconcile: RECONCILE_METRICS,
  refresh: REFRESH_METRICS,
  report: REPORT_METRICS,
};

describe.each(PROVINCES)('alarms of %s', (province) => {
  const { lake, template, templates } = synth(province);
  const monitoring = template('monitoring');
  const specs = alarms(lake);
  const made = named(monitoring, 'AWS::CloudWatch::Alarm', 'AlarmName');
  const everywhere = (type: string): readonly Resource[] => [...templates.values()].flatMap((one) => all(one, type));
  const watching = (namespace: string, dimension: string, metric?: string): readonly (string | undefined)[] =>
    specs
      .filter((spec) => spec.metric.namespace === namespace && (metric === undefined || spec.metric.name === metric))
      .map((spec) => spec.metric.dimensions[dimension]);

  it('are made of the list, each under a name of its own, and tell operations', () => {
    expect([...made.keys()].toSorted()).toEqual(specs.map(({ id }) => `${lake.names.base}-${id}`).toSorted());
    expect(new Set(specs.map(({ id }) => id)).size).toBe(specs.length);
    const topic = [lake.names.topicArn(lake.names.topic.operations)];
    for (const { Properties } of made.values())
      expect(Properties).toMatchObject({ AlarmActions: topic, OKActions: topic });
  });

  it('say in their text where the runbook is', () => {
    for (const { id, runbook, what } of specs)
      expect(made.get(`${lake.names.base}-${id}`)?.Properties.AlarmDescription).toBe(
        `${what.vi}. ${what.en}. docs/runbook.md#${runbook}`,
      );
  });

  it('watch every queue: dead letters for being there, others for their age', () => {
    for (const { Properties } of everywhere('AWS::SQS::Queue')) {
      const metric = Properties.RedrivePolicy ? 'ApproximateAgeOfOldestMessage' : 'ApproximateNumberOfMessagesVisible';
      expect(watching('AWS/SQS', 'QueueName', metric)).toContain(Properties.QueueName);
    }
  });

  it('watch every function for errors, throttles and faults of ours', () => {
    const functions = everywhere('AWS::Lambda::Function').map(({ Properties }) => Properties.FunctionName);
    expect(functions).toHaveLength(7);
    for (const name of functions) {
      expect(watching('AWS/Lambda', 'FunctionName', 'Errors')).toContain(name);
      expect(watching('AWS/Lambda', 'FunctionName', 'Throttles')).toContain(name);
    }
    const faults = specs.filter(({ metric }) => metric.namespace === 'TamGiang' && metric.name.endsWith('Faults'));
    expect(faults.map(({ metric }) => metric.dimensions.service).toSorted()).toEqual(Object.keys(EMITTED).toSorted());
  });

  it('watch every topic people are told by, schedules, the state machine and workgroups of personas', () => {
    const topics = everywhere('AWS::SNS::Topic').map(({ Properties }) => Properties.TopicName);
    expect(watching('AWS/SNS', 'TopicName').toSorted()).toEqual(topics.toSorted());
    for (const { Properties } of everywhere('AWS::Scheduler::Schedule'))
      expect(watching('AWS/Scheduler', 'ScheduleGroup')).toContain(Properties.GroupName);
    expect(everywhere('AWS::StepFunctions::StateMachine')).toHaveLength(1);
    expect(watching('AWS/States', 'StateMachineArn')).toContain(lake.names.refreshMachineArn);
    expect(watching('AWS/Athena', 'WorkGroup')).toContain(lake.names.workgroup('analyst'));
  });

  it('measure only what functions emit', () => {
    for (const { metric } of specs.filter((spec) => spec.metric.namespace === 'TamGiang'))
      expect(EMITTED[metric.dimensions.service ?? '']).toContain(metric.name);
  });

  it('look no further back than CloudWatch allows', () => {
    const seconds = ({ periodSeconds, periods }: AlarmSpec) => periodSeconds * periods;
    for (const spec of specs)
      expect(seconds(spec)).toBeLessThanOrEqual(spec.periodSeconds >= 3600 ? 7 * 86_400 : 86_400);
  });
});

describe('silence', () => {
  const specs = alarms(synth('hue').lake);

  it('of reconcile, of refresh and of upkeep is wrong; elsewhere it is good news', () => {
    const wrong = specs.filter(({ silenceIsWrong }) => silenceIsWrong).map(({ id }) => id);
    expect(wrong.toSorted()).toEqual(['reconcile-silent', 'refresh-behind', 'upkeep-behind']);
    const treated = named(synth('hue').template('monitoring'), 'AWS::CloudWatch::Alarm', 'AlarmName');
    for (const { id } of specs)
      expect(treated.get(`tg-hue-production-${id}`)?.Properties.TreatMissingData).toBe(
        wrong.includes(id) ? 'breaching' : 'notBreaching',
      );
  });
});

describe('operations', () => {
  const { lake, template } = synth('hue');
  const monitoring = template('monitoring');

  it('is a topic only our own alarms and budgets may write to, and its mails go to the operators', () => {
    const [policy] = all(monitoring, 'AWS::SNS::TopicPolicy');
    const services = statements(policy?.Properties.PolicyDocument).filter(({ Effect }) => Effect === 'Allow');
    expect(services.map(({ Principal }) => Principal)).toEqual([
      { Service: 'cloudwatch.amazonaws.com' },
      { Service: 'budgets.amazonaws.com' },
    ]);
    for (const { Condition } of services)
      expect(Condition).toMatchObject({
        StringEquals: { 'aws:SourceAccount': '111111111111' },
        ArnLike: { 'aws:SourceArn': expect.stringContaining('111111111111:') },
      });
    expect(all(monitoring, 'AWS::SNS::Subscription').map(({ Properties }) => Properties.Endpoint)).toEqual(
      lake.config.operators,
    );
  });

  it('hears when the budget is nearly spent, and when it will be', () => {
    const [budget] = all(monitoring, 'AWS::Budgets::Budget');
    const policies = Object.keys(monitoring.findResources('AWS::SNS::TopicPolicy'));
    expect(policies).toHaveLength(1);
    expect(budget?.DependsOn).toEqual(expect.arrayContaining(policies));
    expect(budget?.Properties).toMatchObject({
      Budget: { BudgetLimit: { Amount: 300, Unit: 'USD' }, TimeUnit: 'MONTHLY' },
      NotificationsWithSubscribers: [
        { Notification: { NotificationType: 'ACTUAL', Threshold: 80 } },
        { Notification: { NotificationType: 'FORECASTED', Threshold: 100 } },
      ],
    });
  });

  it('has one page with every alarm and the metrics of each part', () => {
    const [board] = all(monitoring, 'AWS::CloudWatch::Dashboard');
    const body = String(board?.Properties.DashboardBody);
    const { widgets } = JSON.parse(body);
    expect(widgets[0].properties.alarms).toHaveLength(alarms(lake).length);
    for (const metric of ['FilesAccepted', 'RowsRejected', 'Commits', 'OldestOfferSeconds', 'ProcessedBytes'])
      expect(body).toContain(`"${metric}"`);
  });
});
