// What goes out to people: the leaders' page by mail on its schedule, and word of readings over a limit.
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnConfigurationSet, CfnEmailIdentity } from 'aws-cdk-lib/aws-ses';
import { CfnSubscription, CfnTopic, CfnTopicPolicy } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { REPORT, type ReportInput } from '../../lambdas/report/constants';
import { LakeFunction } from '../constructs/lake-function';
import { LakeStack } from '../constructs/lake-stack';
import { askingRights } from '../constructs/reader-role';
import { Schedule } from '../constructs/schedule';
import { allow, writeObjects } from '../constructs/statements';
import { desk } from '../desks';
import type { LakeContext } from '../lake-context';
import { SENDER_VARIABLE } from '../names';

export class ReportingStack extends LakeStack {
  constructor(scope: Construct, lake: LakeContext) {
    super(scope, 'reporting', lake);
    this.alerts();
    if (lake.config.sender !== undefined) this.mail(lake.config.sender);
    this.reports(lake.config.sender);
  }

  /** Readings over a limit, stations that fell silent, datasets overdue: told by commit and reconcile. */
  private alerts(): void {
    const { names, config } = this.lake;
    const arn = names.topicArn(names.topic.alerts);
    const topic = new CfnTopic(this, 'Alerts', {
      topicName: names.topic.alerts,
      displayName: `Cảnh báo ${config.name}`.slice(0, 100),
      kmsMasterKeyId: this.keyArn('control'),
    });
    new CfnTopicPolicy(this, 'AlertsPolicy', {
      topics: [topic.ref],
      policyDocument: new PolicyDocument({
        statements: [
          new PolicyStatement({
            sid: 'PlainHttp',
            effect: Effect.DENY,
            principals: [new AnyPrincipal()],
            actions: ['sns:Publish'],
            resources: [arn],
            conditions: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ],
      }),
    });
    config.alerts.forEach((endpoint, i) => {
      new CfnSubscription(this, `AlertsTo${i + 1}`, { topicArn: topic.ref, protocol: 'email', endpoint });
    });
  }

  private mail(sender: string): void {
    const set = new CfnConfigurationSet(this, 'Mail', {
      name: this.lake.names.base,
      deliveryOptions: { tlsPolicy: 'REQUIRE' },
      reputationOptions: { reputationMetricsEnabled: true },
      sendingOptions: { sendingEnabled: true },
      // An address that bounced or complained is not written to again.
      suppressionOptions: { suppressedReasons: ['BOUNCE', 'COMPLAINT'] },
    });
    new CfnEmailIdentity(this, 'Sender', {
      emailIdentity: sender,
      configurationSetAttributes: { configurationSetName: set.ref },
    });
  }

  private reports(sender: string | undefined): void {
    const { names, config } = this.lake;
    const ses = `arn:aws:ses:${config.region}:${config.account}`;
    const report = new LakeFunction(this, {
      name: 'report',
      description: 'Asks Athena, writes the page for leaders, mails it',
      size: REPORT,
      reserved: 2,
      environment: { [SENDER_VARIABLE]: sender ?? '' },
      statements: [
        ...askingRights(this.lake, desk(this.lake, 'engine'), this.keyArn('data')),
        writeObjects(names, 'reports'),
        ...(sender === undefined
          ? []
          : [
              allow('MailAsSender', {
                actions: ['ses:SendEmail', 'ses:SendRawEmail'],
                resources: [`${ses}:identity/${sender}`, `${ses}:configuration-set/${names.base}`],
                conditions: { StringEquals: { 'ses:FromAddress': sender } },
              }),
            ]),
      ],
    });
    config.reports.forEach(({ name, schedule, recipients, lang }, i) => {
      const input: ReportInput = {
        report: name,
        recipients,
        lang,
        province: config.name,
        scheduledAt: '<aws.scheduler.scheduled-time>',
      };
      new Schedule(this, `report-${i + 1}`, {
        description: `Page ${name} (${lang}) for ${config.name}`,
        expression: schedule,
        targetArn: report.arn,
        right: allow('CallReport', { actions: ['lambda:InvokeFunction'], resources: [report.arn] }),
        input,
      });
    });
  }
}
