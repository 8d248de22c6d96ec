import { ReportingStack } from '../../infra/stacks/reporting';
import { COMMUNE_MAP } from '../../lambdas/report/constants';
import { reportRequest } from '../../lambdas/shared/messages';
import { actionsOn, all, named, roleStatements } from './resources';
import { lakeOf, oneStack } from './synth';

const full = oneStack(ReportingStack, lakeOf('daydu'));
const small = oneStack(ReportingStack, lakeOf('nho'));
const report = named(full, 'AWS::IAM::Role', 'RoleName').get('tg-daydu-production-report');
const SENDER = 'ho-du-lieu@daydu.example.vn';

describe('reports', () => {
  it('have a schedule each, which hands over what the function understands', () => {
    const schedules = all(full, 'AWS::Scheduler::Schedule').map(({ Properties }) => Properties);
    expect(schedules.map(({ ScheduleExpression }) => ScheduleExpression)).toEqual([
      'cron(0 0 ? * MON *)',
      'cron(0 1 1 * ? *)',
    ]);
    const inputs = schedules.map(({ Target }) =>
      JSON.parse(/"Input":("(?:[^"\\]|\\.)*")/.exec(JSON.stringify(Target))?.[1] ?? '""'),
    );
    expect(inputs.map((input) => JSON.parse(input))).toEqual([
      expect.objectContaining({ report: 'lanh_dao', recipients: ['lanh-dao@daydu.example.vn'], lang: 'vi' }),
      expect.objectContaining({ report: 'lanh_dao', recipients: ['leaders@daydu.example.vn'], lang: 'en' }),
    ]);
    for (const input of inputs)
      expect(reportRequest.parse(JSON.parse(input))).toMatchObject({
        province: 'Thành phố Mẫu Đầy Đủ',
        scheduledAt: '<aws.scheduler.scheduled-time>',
      });
    for (const { Target } of schedules)
      expect(Target).toMatchObject({
        Arn: 'arn:aws:lambda:ap-southeast-1:222222222222:function:tg-daydu-production-report',
        DeadLetterConfig: { Arn: 'arn:aws:sqs:ap-southeast-1:222222222222:tg-daydu-production-events-dlq' },
      });
  });

  it('are asked of marts: their files and no other of that bucket', () => {
    const objects = roleStatements(report)
      .flatMap(({ Resource }) => [Resource].flat().map(String))
      .filter((place) => place.startsWith('arn:aws:s3:::tg-daydu-production-curated-222222222222/'));
    expect(objects).toEqual(['arn:aws:s3:::tg-daydu-production-curated-222222222222/kho/*']);
    expect(actionsOn(report, 'tg-daydu-production-curated-222222222222/kho/*')).toEqual(['s3:GetObject']);
  });

  it('carry the map the province has put beside them, and read no former page', () => {
    const bucket = 'tg-daydu-production-reports-222222222222';
    expect(actionsOn(report, `${bucket}/${COMMUNE_MAP}*`)).toEqual(['s3:GetObject']);
    expect(actionsOn(report, `${bucket}/lanh_dao/*`)).toEqual(['s3:PutObject']);
  });

  it('are written below their name, and nothing else is', () => {
    const writes = roleStatements(report).filter(({ Action }) => Action.includes('s3:PutObject'));
    expect(writes.flatMap(({ Resource }) => Resource)).toEqual([
      'arn:aws:s3:::tg-daydu-production-results-222222222222/results/engine/*',
      'arn:aws:s3:::tg-daydu-production-reports-222222222222/lanh_dao/*',
      'arn:aws:s3:::tg-daydu-production-reports-222222222222/mailed/*',
    ]);
  });
});

describe('mail', () => {
  it('goes out from the verified sender over TLS, and not again to an address that refused it', () => {
    // Verified before the deployment, as the doctor asks: a stack that made the identity again would fail.
    expect(all(full, 'AWS::SES::EmailIdentity')).toEqual([]);
    expect(all(full, 'AWS::SES::ConfigurationSet').map(({ Properties }) => Properties)).toEqual([
      expect.objectContaining({
        Name: 'tg-daydu-production',
        DeliveryOptions: { TlsPolicy: 'REQUIRE' },
        SuppressionOptions: { SuppressedReasons: ['BOUNCE', 'COMPLAINT'] },
      }),
    ]);
    expect(roleStatements(report).find(({ Sid }) => Sid === 'MailAsSender')).toMatchObject({
      Resource: [
        'arn:aws:ses:ap-southeast-1:222222222222:identity/*',
        'arn:aws:ses:ap-southeast-1:222222222222:configuration-set/tg-daydu-production',
      ],
      Condition: { StringEquals: { 'ses:FromAddress': SENDER } },
    });
  });

  it('is not there without a sender: no settings, no right, no schedule', () => {
    expect(all(small, 'AWS::SES::ConfigurationSet')).toEqual([]);
    expect(all(small, 'AWS::Scheduler::Schedule')).toEqual([]);
    const rights = roleStatements(named(small, 'AWS::IAM::Role', 'RoleName').get('tg-nho-dev-report'));
    expect(rights.flatMap(({ Action }) => Action).filter((action) => action.startsWith('ses:'))).toEqual([]);
  });
});

describe('alerts', () => {
  it('reach the people the province names', () => {
    expect(named(full, 'AWS::SNS::Topic', 'TopicName').has('tg-daydu-production-alerts')).toBe(true);
    expect(all(full, 'AWS::SNS::Subscription').map(({ Properties }) => Properties.Endpoint)).toEqual([
      'truc-ban@daydu.example.vn',
    ]);
  });
});
