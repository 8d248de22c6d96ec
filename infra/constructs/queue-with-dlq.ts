// A queue with the place its failed messages go. Both are encrypted with the control key, spoken to over TLS only, and written
// to by roles of ours and, where said, by rules of ours.
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnQueue, CfnQueuePolicy } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Names } from '../names';
import type { LakeStack } from './lake-stack';
import { fromUs } from './statements';

const DAYS = 86_400;
/** The longest SQS keeps a message: time for people to look at what failed. */
const FAILED_KEPT_SECONDS = 14 * DAYS;
const KEPT_SECONDS = 4 * DAYS;
/** AWS: a message must stay hidden six times as long as the function may run, or it is worked on twice. */
const VISIBILITY_PER_TIMEOUT = 6;

function policy(stack: LakeStack, queue: CfnQueue, arn: string, rules: readonly string[]): void {
  const { names } = stack.lake;
  const { account, region } = names.place;
  new CfnQueuePolicy(queue, 'Policy', {
    queues: [queue.ref],
    policyDocument: new PolicyDocument({
      statements: [
        new PolicyStatement({
          sid: 'PlainHttp',
          effect: Effect.DENY,
          principals: [new AnyPrincipal()],
          actions: ['sqs:*'],
          resources: [arn],
          conditions: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
        ...(rules.length === 0
          ? []
          : [
              new PolicyStatement({
                sid: 'Rules',
                principals: [new ServicePrincipal('events.amazonaws.com')],
                actions: ['sqs:SendMessage'],
                resources: [arn],
                conditions: fromUs(
                  names,
                  rules.map((rule) => `arn:aws:events:${region}:${account}:rule/${rule}`),
                ),
              }),
            ]),
      ],
    }),
  });
}

export interface DeadLetterProps {
  /** Whose messages end here; none: services and functions write to it themselves. */
  readonly from: readonly QueueId[];
  /** Names of rules that may write to it. */
  readonly rules?: readonly string[];
}

type QueueId = keyof Names['queue'];

/** A queue nothing reads but people. */
export function deadLetterQueue(stack: LakeStack, id: QueueId, { from, rules = [] }: DeadLetterProps): CfnQueue {
  const { names } = stack.lake;
  const name = names.queue[id];
  const queue = new CfnQueue(stack, `queue-${id}`, {
    queueName: name,
    kmsMasterKeyId: stack.keyArn('control'),
    messageRetentionPeriod: FAILED_KEPT_SECONDS,
    ...(name.endsWith('.fifo') ? { fifoQueue: true } : {}),
    redriveAllowPolicy:
      from.length === 0
        ? { redrivePermission: 'denyAll' }
        : { redrivePermission: 'byQueue', sourceQueueArns: from.map((source) => names.queueArn(names.queue[source])) },
  });
  policy(stack, queue, names.queueArn(name), rules);
  return queue;
}

export interface LakeQueueProps {
  readonly id: QueueId;
  readonly dead: CfnQueue;
  /** Of the function that reads it. */
  readonly timeoutSeconds: number;
  /** A message received so often without being done goes to the dead-letter queue. */
  readonly receives: number;
  /** Names of rules that may write to it. */
  readonly rules?: readonly string[];
}

export class LakeQueue extends Construct {
  readonly resource: CfnQueue;
  readonly arn: string;

  constructor(stack: LakeStack, props: LakeQueueProps) {
    const { id, dead, timeoutSeconds, receives, rules = [] } = props;
    super(stack, `queue-${id}`);
    const { names } = stack.lake;
    const name = names.queue[id];
    this.arn = names.queueArn(name);
    this.resource = new CfnQueue(this, 'Queue', {
      queueName: name,
      kmsMasterKeyId: stack.keyArn('control'),
      visibilityTimeout: timeoutSeconds * VISIBILITY_PER_TIMEOUT,
      messageRetentionPeriod: KEPT_SECONDS,
      redrivePolicy: { deadLetterTargetArn: dead.attrArn, maxReceiveCount: receives },
      // Groups do not wait for each other. No deduplication by content: a second bell is news.
      ...(name.endsWith('.fifo')
        ? { fifoQueue: true, deduplicationScope: 'messageGroup', fifoThroughputLimit: 'perMessageGroupId' }
        : {}),
    });
    policy(stack, this.resource, this.arn, rules);
  }
}
