// An applied assembly with everything that makes it move: functions that run, queues that are polled, schedules that are
// fired when a test says so.
import { randomUUID } from 'node:crypto';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { z } from 'zod';
import { type Applied, type LambdaFunction, nameOf } from './dispatcher/applied';
import { type Dispatcher, openDispatcher } from './dispatcher/dispatcher';
import { openQueues, type Queues } from './dispatcher/queues';
import { type Functions, openFunctions } from './runner/functions';
import type { Host, Invocation } from './runner/instance';

export interface Bench {
  readonly functions: Functions;
  readonly queues: Queues;
  readonly dispatcher: Dispatcher;
  /** As EventBridge Scheduler calls the target of a schedule of any group. @throws Error when its target is no function */
  fireSchedule(name: string, scheduledAt: string): Promise<Invocation>;
  /** As EventBridge calls the one target of a scheduled rule. */
  fireRule(name: string): Promise<Invocation>;
  sendFifo(queue: string, body: string, group: string): Promise<void>;
  makeOlder(bucket: string, key: string, hours: number): Promise<void>;
  /** Mails and notifications that left the account. */
  sent(): Promise<Sent>;
  close(): Promise<void>;
}

const sentShape = z.object({
  mails: z.array(
    z.object({
      source: z.string(),
      destinations: z.unknown(),
      subject: z.string().nullable(),
      body: z.string().nullable(),
      raw: z.string().nullable(),
    }),
  ),
  notifications: z.array(z.object({ topic: z.string(), message: z.string(), subject: z.string().nullable() })),
});
export type Sent = z.infer<typeof sentShape>;

const scheduleShape = z.object({
  Target: z.object({ Arn: z.string(), Input: z.string().default('{}') }),
  State: z.string().default('ENABLED'),
});

const targetsShape = z.object({ Targets: z.array(z.object({ Arn: z.string(), Input: z.string() })) });

export interface BenchOptions {
  readonly applied: Applied;
  /** Of moto. */
  readonly endpoint: string;
  readonly host: Omit<Host, 'environment'>;
  readonly codeDirOf: (made: LambdaFunction) => string;
  /** Beside endpoint and credentials. */
  readonly environment: Readonly<Record<string, string>>;
}

export function openBench(options: BenchOptions): Bench {
  const { applied, endpoint, codeDirOf } = options;
  const { account, region } = applied;
  const host: Host = {
    ...options.host,
    environment: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: 'thu',
      AWS_SECRET_ACCESS_KEY: 'thu',
      AWS_SESSION_TOKEN: 'thu',
      ...options.environment,
    },
  };
  const functions = openFunctions(
    applied.functions.map((made) => ({
      name: made.FunctionName,
      arn: `arn:aws:lambda:${region}:${account}:function:${made.FunctionName}`,
      codeDir: codeDirOf(made),
      handler: made.Handler,
      memoryMb: made.MemorySize,
      timeoutMs: made.Timeout * 1000,
      ephemeralMb: made.EphemeralStorage.Size,
      environment: made.Environment.Variables,
    })),
    host,
  );
  const queues = openQueues(endpoint, region, account);
  const deadLetters = new Map(
    applied.functions.flatMap(({ FunctionName, DeadLetterConfig }) =>
      DeadLetterConfig ? [[FunctionName, nameOf(DeadLetterConfig.TargetArn)]] : [],
    ),
  );
  const dispatcher = openDispatcher({ region, functions, mappings: applied.mappings, queues, deadLetters });
  const credentials = { accessKeyId: 'thu', secretAccessKey: 'thu' };
  const sqs = new SQSClient({ endpoint, region, credentials });

  return {
    functions,
    queues,
    dispatcher,
    async fireSchedule(name, scheduledAt) {
      const listed = await fetch(`${endpoint}/schedules`, {
        headers: { authorization: credential(region, 'scheduler') },
      });
      const all = z
        .object({ Schedules: z.array(z.object({ Name: z.string(), GroupName: z.string() })) })
        .parse(await listed.json());
      const group = all.Schedules.find((one) => one.Name === name)?.GroupName;
      if (group === undefined)
        throw new Error(`There is no schedule ${name}; there are ${all.Schedules.map((one) => one.Name).join(', ')}.`);
      const found = await fetch(`${endpoint}/schedules/${name}?groupName=${group}`, {
        headers: { authorization: credential(region, 'scheduler') },
      });
      const { Target, State } = scheduleShape.parse(await found.json());
      if (State !== 'ENABLED') throw new Error(`The schedule ${name} is ${State}.`);
      const target = nameOf(Target.Arn);
      if (!functions.names.includes(target)) throw new Error(`The schedule ${name} calls ${Target.Arn}, no function.`);
      const input = Target.Input.replaceAll('<aws.scheduler.scheduled-time>', scheduledAt);
      return dispatcher.invokeLater(target, JSON.parse(input));
    },
    async fireRule(name) {
      const asked = await fetch(endpoint, {
        method: 'POST',
        headers: {
          'x-amz-target': 'AWSEvents.ListTargetsByRule',
          'content-type': 'application/x-amz-json-1.1',
          authorization: credential(region, 'events'),
        },
        body: JSON.stringify({ Rule: name }),
      });
      const { Targets } = targetsShape.parse(await asked.json());
      const [target] = Targets;
      if (!target || Targets.length > 1) throw new Error(`The rule ${name} has ${Targets.length} targets.`);
      return dispatcher.invokeLater(nameOf(target.Arn), JSON.parse(target.Input));
    },
    async sendFifo(queue, MessageBody, MessageGroupId) {
      const QueueUrl = `${endpoint}/${account}/${queue}`;
      await sqs.send(
        new SendMessageCommand({ QueueUrl, MessageBody, MessageGroupId, MessageDeduplicationId: randomUUID() }),
      );
    },
    async makeOlder(bucket, key, hours) {
      const body = JSON.stringify({ bucket, key, hours });
      const done = await fetch(`${endpoint}/bench/older`, { method: 'POST', body });
      if (!done.ok) throw new Error(`${key} cannot be made older: ${done.status}`);
    },
    async sent() {
      const answer = await fetch(`${endpoint}/bench/sent`);
      return sentShape.parse(await answer.json());
    },
    async close() {
      await functions.stop();
      queues.close();
      sqs.destroy();
    },
  };
}

/** moto finds the service of a request without a signature by this header. */
function credential(region: string, service: string): string {
  return `AWS4-HMAC-SHA256 Credential=thu/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`;
}
