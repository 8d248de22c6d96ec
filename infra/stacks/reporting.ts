// What goes out to people: the leaders' page by mail on its schedule, and word of readings over a limit.
import { CfnConfigurationSet } from 'aws-cdk-lib/aws-ses';
import type { Construct } from 'constructs';
import { COMMUNE_MAP, REPORT, type ReportInput } from '../../lambdas/report/constants';
import { LakeFunction } from '../constructs/lake-function';
import { LakeStack } from '../constructs/lake-stack';
import { askingRights } from '../constructs/reader-role';
import { Schedule } from '../constructs/schedule';
import { allow, readObjects, writeObjects } from '../constructs/statements';
import { Topic } from '../constructs/topic';
import { desk } from '../desks';
import type { LakeContext } from '../lake-context';
import { SENDER_VARIABLE } from '../names';

export class ReportingStack extends LakeStack {
  constructor(scope: Construct, lake: LakeContext) {
    super(scope, 'reporting', lake);
    // Readings over a limit, stations that fell silent, datasets overdue: told by commit and reconcile.
    new Topic(this, 'alerts', {
      name: lake.names.topic.alerts,
      title: `Cảnh báo dữ liệu ${lake.config.name}`,
      mails: lake.config.alerts,
    });
    if (lake.config.sender !== undefined) this.mail();
    this.reports(lake.config.sender);
  }

  /** The sender is verified beforehand, alone or with its domain (doctor): SES makes no identity a second time. */
  private mail(): void {
    new CfnConfigurationSet(this, 'Mail', {
      name: this.lake.names.base,
      deliveryOptions: { tlsPolicy: 'REQUIRE' },
      reputationOptions: { reputationMetricsEnabled: true },
      sendingOptions: { sendingEnabled: true },
      // An address that bounced or complained is not written to again.
      suppressionOptions: { suppressedReasons: ['BOUNCE', 'COMPLAINT'] },
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
        // Pages, the map on them, and a mark for each mail that went out.
        ...readObjects(names, 'reports', ['mailed/', COMMUNE_MAP]),
        writeObjects(names, 'reports', ['lanh_dao/', 'mailed/']),
        // What the figures were made from.
        ...readObjects(names, 'control', ['refresh/']),
        ...(sender === undefined
          ? []
          : [
              allow('MailAsSender', {
                actions: ['ses:SendEmail'],
                // SES asks for the identity that verified the sender, which may be its domain, and, while the account is in
                // the sandbox, for those of recipients too. Whose name it sends under is held by the condition.
                resources: [`${ses}:identity/*`, `${ses}:configuration-set/${names.base}`],
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
