// Who is told when something is wrong: one topic, the alarms of alarms.ts, one page, and a budget.
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import type { Construct } from 'constructs';
import { alarms } from '../alarms';
import { alarm } from '../constructs/alarm';
import { dashboard } from '../constructs/dashboard';
import { LakeStack } from '../constructs/lake-stack';
import { Topic } from '../constructs/topic';
import type { LakeContext } from '../lake-context';

/** Share of the budget spent, and foreseen to be spent, at which people are told. */
const SPENT_PERCENT = 80;
const FORESEEN_PERCENT = 100;

export class MonitoringStack extends LakeStack {
  constructor(scope: Construct, lake: LakeContext) {
    super(scope, 'monitoring', lake);
    const { names, config } = lake;
    const { account, region } = config;
    const operations = new Topic(this, 'operations', {
      name: names.topic.operations,
      title: `Vận hành hồ dữ liệu ${config.name}`,
      mails: config.operators,
      services: {
        'cloudwatch.amazonaws.com': `arn:aws:cloudwatch:${region}:${account}:alarm:${names.base}-*`,
        'budgets.amazonaws.com': `arn:aws:budgets::${account}:*`,
      },
    });
    const specs = alarms(lake);
    for (const spec of specs) alarm(this, spec);
    dashboard(this, specs);
    // Budgets looks whether it may write to the topic.
    this.budget(operations.arn).node.addDependency(operations);
  }

  /** Of the whole account: a province has one of its own. */
  private budget(topicArn: string): CfnBudget {
    const { names, config } = this.lake;
    const told = [{ subscriptionType: 'SNS', address: topicArn }];
    return new CfnBudget(this, 'Budget', {
      budget: {
        budgetName: names.budget,
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: config.budget.monthlyUsd, unit: 'USD' },
      },
      notificationsWithSubscribers: [
        {
          notification: {
            notificationType: 'ACTUAL',
            comparisonOperator: 'GREATER_THAN',
            threshold: SPENT_PERCENT,
            thresholdType: 'PERCENTAGE',
          },
          subscribers: told,
        },
        {
          notification: {
            notificationType: 'FORECASTED',
            comparisonOperator: 'GREATER_THAN',
            threshold: FORESEEN_PERCENT,
            thresholdType: 'PERCENTAGE',
          },
          subscribers: told,
        },
      ],
    });
  }
}
