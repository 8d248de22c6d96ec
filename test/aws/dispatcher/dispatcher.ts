// Lambda's part of the service: it polls the queues of the event source mappings, calls functions, deletes or gives back
// messages as Lambda would; repeats asynchronous calls and dead-letters them; fires schedules and state machines when asked.
// Time is made short: a message that failed is visible again after a second, a repeated call is not put off.
import { setTimeout as pause } from 'node:timers/promises';
import type { Message } from '@aws-sdk/client-sqs';
import type { Functions } from '../runner/functions';
import type { Invocation } from '../runner/instance';
import { type Mapping, nameOf } from './applied';
import type { Queues } from './queues';

export interface DispatcherOptions {
  readonly region: string;
  readonly functions: Functions;
  readonly mappings: readonly Mapping[];
  readonly queues: Queues;
  /** Dead-letter queue of each function's asynchronous calls. */
  readonly deadLetters: ReadonlyMap<string, string>;
}

export interface Dispatcher {
  /** Until every mapped queue is empty. @throws Error when it takes longer */
  settle(timeoutMs?: number): Promise<void>;
  /** As Scheduler and EventBridge call: up to three times, then the function's dead-letter queue. */
  invokeLater(functionName: string, event: unknown): Promise<Invocation>;
  /** Does not look at these queues until told to again. */
  hold(queues: readonly string[]): void;
}

const GIVE_BACK_SECONDS = 1;
const POLL_MS = 150;

function eventOf(mapping: Mapping, region: string, messages: readonly Message[]): unknown {
  return {
    Records: messages.map((message) => ({
      messageId: message.MessageId,
      receiptHandle: message.ReceiptHandle,
      body: message.Body,
      attributes: message.Attributes ?? {},
      messageAttributes: Object.fromEntries(
        Object.entries(message.MessageAttributes ?? {}).map(([name, { StringValue, DataType }]) => [
          name,
          { stringValue: StringValue, stringListValues: [], binaryListValues: [], dataType: DataType },
        ]),
      ),
      md5OfBody: message.MD5OfBody,
      eventSource: 'aws:sqs',
      eventSourceARN: mapping.EventSourceArn,
      awsRegion: region,
    })),
  };
}

/** Ids of the messages to give back. As Lambda: what is no list of known ids means all of them. */
export function failedIds(mapping: Mapping, invocation: Invocation, messages: readonly Message[]): ReadonlySet<string> {
  const ids = messages.map(({ MessageId = '' }) => MessageId);
  if (invocation.outcome !== 'ok') return new Set(ids);
  if (!mapping.FunctionResponseTypes.includes('ReportBatchItemFailures')) return new Set();
  const { payload } = invocation;
  if (payload === null || payload === undefined || payload === '') return new Set();
  const failures: unknown = typeof payload === 'object' ? Reflect.get(payload, 'batchItemFailures') : payload;
  if (failures === null || failures === undefined) return new Set();
  if (!Array.isArray(failures)) return new Set(ids);
  const named = failures.map((one: unknown) =>
    typeof one === 'object' && one !== null ? Reflect.get(one, 'itemIdentifier') : undefined,
  );
  return named.every((id) => typeof id === 'string' && ids.includes(id)) ? new Set(named) : new Set(ids);
}

export function openDispatcher({ region, functions, mappings, queues, deadLetters }: DispatcherOptions): Dispatcher {
  const enabled = mappings.filter((mapping) => mapping.Enabled);
  let held: readonly string[] = [];

  /** @returns whether there was anything */
  async function poll(mapping: Mapping): Promise<boolean> {
    const queue = nameOf(mapping.EventSourceArn);
    if (held.includes(queue)) return false;
    const messages: Message[] = [];
    while (messages.length < mapping.BatchSize) {
      const more = await queues.receive(queue, mapping.BatchSize - messages.length);
      if (more.length === 0) break;
      messages.push(...more);
      // A group's messages stay together in one call; Lambda fills up a batch of a standard queue only.
      if (queue.endsWith('.fifo')) break;
    }
    if (messages.length === 0) return false;
    const invocation = await functions.invoke(nameOf(mapping.FunctionName), eventOf(mapping, region, messages));
    const failed = failedIds(mapping, invocation, messages);
    for (const message of messages) {
      if (!failed.has(message.MessageId ?? '')) await queues.delete(queue, message);
      else await queues.giveBack(queue, message, GIVE_BACK_SECONDS);
    }
    return true;
  }

  return {
    hold(names) {
      held = names;
    },
    async settle(timeoutMs = 300_000) {
      const until = Date.now() + timeoutMs;
      let isOver = false;
      const work = async (mapping: Mapping) => {
        while (!isOver) if (!(await poll(mapping))) await pause(POLL_MS);
      };
      // Two of each at once where the mapping lets it: as many as this machine has processors.
      const workers = Promise.all(
        enabled.flatMap((mapping) =>
          Array.from({ length: Math.min(2, mapping.ScalingConfig?.MaximumConcurrency ?? 2) }, () => work(mapping)),
        ),
      );
      const watch = async () => {
        // Twice in a row: a call may pass a message on between the looks at two queues.
        for (let empty = 0; empty < 2; ) {
          await pause(POLL_MS);
          const watched = enabled
            .map(({ EventSourceArn }) => nameOf(EventSourceArn))
            .filter((name) => !held.includes(name));
          const depths = await Promise.all(watched.map((queue) => queues.depth(queue)));
          empty = depths.every((depth) => depth === 0) ? empty + 1 : 0;
          if (Date.now() > until) throw new Error(`The queues were not empty after ${timeoutMs / 1000} s.`);
        }
      };
      try {
        await Promise.race([watch(), workers.then(() => undefined)]);
      } finally {
        isOver = true;
        await workers;
      }
    },
    async invokeLater(functionName, event) {
      let last: Invocation | undefined;
      for (let attempt = 1; attempt <= 3; attempt++) {
        last = await functions.invoke(functionName, event);
        if (last.outcome === 'ok') return last;
      }
      const queue = deadLetters.get(functionName);
      if (queue !== undefined)
        await queues.send(queue, JSON.stringify(event), {
          ErrorCode: '200',
          ErrorMessage: JSON.stringify(last!.payload).slice(0, 1024),
          RequestID: '00000000-0000-4000-8000-000000000000',
        });
      return last!;
    },
  };
}
