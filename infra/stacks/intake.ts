// From an upload to a committed row: events become messages, messages wake functions, what fails stays in a queue for people.
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnEventSourceMapping, CfnPermission } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { COMMIT } from '../../lambdas/commit/constants';
import { INTAKE, INTAKE_HEAVY, LANE_VARIABLE } from '../../lambdas/intake/constants';
import { COMPACTION_VARIABLE, MAINTAIN } from '../../lambdas/maintain/constants';
import { RECONCILE } from '../../lambdas/reconcile/constants';
import { commitRights, intakeRights, maintainRights, reconcileRights } from '../constructs/intake-rights';
import { LakeFunction } from '../constructs/lake-function';
import { LakeStack } from '../constructs/lake-stack';
import { malwareScan } from '../constructs/malware-scan';
import { compactsByGlue } from '../constructs/optimizers';
import { deadLetterQueue, LakeQueue } from '../constructs/queue-with-dlq';
import { Topic } from '../constructs/topic';
import { uploadRole } from '../constructs/upload-role';
import { isOn } from '../controls';
import type { LakeContext } from '../lake-context';
import { MALWARE_VARIABLE } from '../names';

/** Received so often without an end, a message is set aside. */
const RECEIVES = 5;
/** At one time; a province's peak is one file in two seconds (reliability: scenarios). */
const INTAKES = 10;
const HEAVY_INTAKES = 2;
const COMMITS = 10;
/** By the clock, UTC: the full look is at one o'clock at night in Viet Nam, upkeep in the five hours from two o'clock on. */
const CLOCK = {
  'reconcile-tail': {
    expression: 'rate(15 minutes)',
    description: 'What came in lately is looked at again',
    input: { scope: 'tail' },
  },
  'reconcile-full': {
    expression: 'cron(0 18 * * ? *)',
    description: 'Everything is looked at again',
    input: { scope: 'full' },
  },
  upkeep: {
    expression: 'cron(0 19-23 * * ? *)',
    description: 'Tables are looked after',
    input: {},
  },
} as const;

export class IntakeStack extends LakeStack {
  constructor(scope: Construct, lake: LakeContext) {
    super(scope, 'intake', lake);
    const { names, config } = lake;
    const dataKey = this.keyArn('data');
    const uploads = names.role('uploads');
    const eventsDead = deadLetterQueue(this, 'eventsDead', { from: [], rules: [names.role('*')] });
    const intakeDead = deadLetterQueue(this, 'intakeDead', { from: ['intake', 'intakeHeavy'] });
    const commitDead = deadLetterQueue(this, 'commitDead', { from: ['commit'] });
    const failedIntake = { dead: intakeDead, receives: RECEIVES };
    const intakeQueue = new LakeQueue(this, {
      id: 'intake',
      ...failedIntake,
      timeoutSeconds: INTAKE.timeoutSeconds,
      rules: [uploads],
    });
    const heavyQueue = new LakeQueue(this, {
      id: 'intakeHeavy',
      ...failedIntake,
      timeoutSeconds: INTAKE_HEAVY.timeoutSeconds,
    });
    const commitQueue = new LakeQueue(this, {
      id: 'commit',
      dead: commitDead,
      receives: RECEIVES,
      timeoutSeconds: COMMIT.timeoutSeconds,
    });

    const gate = isOn('malwareGate', config);
    const environment = gate ? { [MALWARE_VARIABLE]: 'on' } : {};
    const intake = new LakeFunction(this, {
      name: 'intake',
      description: 'Claims uploads, judges them, seals their rows and offers them',
      size: INTAKE,
      reserved: INTAKES,
      environment,
      statements: intakeRights(lake, 'intake', dataKey),
    });
    const heavy = new LakeFunction(this, {
      name: 'intake-heavy',
      description: 'As intake, for large files',
      size: { ...INTAKE_HEAVY, memoryMb: Math.min(INTAKE_HEAVY.memoryMb, config.memoryLimitMb) },
      reserved: HEAVY_INTAKES,
      environment: { ...environment, [LANE_VARIABLE]: 'heavy' },
      statements: intakeRights(lake, 'intakeHeavy', dataKey),
    });
    const commit = new LakeFunction(this, {
      name: 'commit',
      description: 'Commits open offers in one snapshot a dataset, completes receipts, tells departments',
      size: COMMIT,
      reserved: COMMITS,
      statements: commitRights(lake, dataKey),
    });
    const reconcile = new LakeFunction(this, {
      name: 'reconcile',
      description: 'Compares what arrived with what was done, and reminds',
      size: RECONCILE,
      reserved: 2,
      environment,
      statements: reconcileRights(lake, dataKey),
    });
    const maintain = new LakeFunction(this, {
      name: 'maintain',
      description: 'Shortens history, deletes files nothing names, merges small ones',
      size: MAINTAIN,
      reserved: 1,
      environment: compactsByGlue(this) ? { [COMPACTION_VARIABLE]: 'glue' } : {},
      statements: maintainRights(lake, dataKey),
    });
    for (const { resource } of [intake, heavy, commit, reconcile, maintain]) resource.addResourceDependency(eventsDead);
    this.wake('intake', intake, intakeQueue, { batchSize: 5, atOnce: INTAKES });
    this.wake('heavy', heavy, heavyQueue, { batchSize: 1, atOnce: HEAVY_INTAKES });
    this.wake('commit', commit, commitQueue, { batchSize: 10, atOnce: COMMITS });

    this.uploads(uploads, intakeQueue, gate);
    if (gate) malwareScan(this);
    for (const name of ['reconcile-tail', 'reconcile-full'] as const) this.schedule(name, reconcile);
    this.schedule('upkeep', maintain);

    for (const agency of config.agencies) {
      uploadRole(this, agency);
      new Topic(this, `receipts-${agency.id}`, {
        name: names.topic.receipts(agency.id),
        title: `Hồ dữ liệu ${config.name}`,
        mails: agency.notify,
      });
    }
  }

  private wake(
    id: string,
    to: LakeFunction,
    from: LakeQueue,
    { batchSize, atOnce }: { readonly batchSize: number; readonly atOnce: number },
  ): void {
    const mapping = new CfnEventSourceMapping(this, `wake-${id}`, {
      functionName: to.arn,
      eventSourceArn: from.arn,
      batchSize,
      // One bad message does not bring back the good ones beside it.
      functionResponseTypes: ['ReportBatchItemFailures'],
      scalingConfig: { maximumConcurrency: atOnce },
    });
    mapping.addResourceDependency(to.resource);
    mapping.addResourceDependency(from.resource);
  }

  /** An upload wakes intake; where uploads are scanned, the scan's end does, since nothing may be read before it. */
  private uploads(name: string, queue: LakeQueue, gate: boolean): void {
    const { names } = this.lake;
    const bucket = names.bucket('ingest');
    new CfnRule(this, 'Uploads', {
      name,
      description: gate ? 'Scanned uploads, to intake' : 'Uploads, to intake',
      state: 'ENABLED',
      // Every result of a scan, the bad ones too: a department must hear of its file.
      eventPattern: gate
        ? {
            source: ['aws.guardduty'],
            'detail-type': ['GuardDuty Malware Protection Object Scan Result'],
            detail: { s3ObjectDetails: { bucketName: [bucket] } },
          }
        : { source: ['aws.s3'], 'detail-type': ['Object Created'], detail: { bucket: { name: [bucket] } } },
      targets: [
        {
          id: 'intake',
          arn: queue.arn,
          deadLetterConfig: { arn: names.queueArn(names.queue.eventsDead) },
        },
      ],
    }).addResourceDependency(queue.resource);
  }

  private schedule(id: keyof typeof CLOCK, to: LakeFunction): void {
    const { names, config } = this.lake;
    const { expression, description, input } = CLOCK[id];
    const name = names.role(id);
    new CfnRule(this, id, {
      name,
      description,
      state: 'ENABLED',
      scheduleExpression: expression,
      targets: [
        {
          id: 'function',
          arn: to.arn,
          input: JSON.stringify(input),
          deadLetterConfig: { arn: names.queueArn(names.queue.eventsDead) },
        },
      ],
    }).addResourceDependency(to.resource);
    new CfnPermission(this, `may-${id}`, {
      functionName: to.arn,
      action: 'lambda:InvokeFunction',
      principal: 'events.amazonaws.com',
      sourceAccount: config.account,
      sourceArn: `arn:aws:events:${config.region}:${config.account}:rule/${name}`,
    }).addResourceDependency(to.resource);
  }
}
