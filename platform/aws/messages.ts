// What the functions send: hints and bells to queues, notices to topics, runs to the state machine. A failed sending is a
// fault: whoever was to be woken is not.
//
// | port    | actions |
// |---------|---------|
// | hints   | sqs:SendMessage on the intake queues |
// | bells   | sqs:SendMessage on the commit queue |
// | giveBack | sqs:ChangeMessageVisibility on the queue a message came from |
// | notices | sns:Publish on the topics |
// | refresh | states:StartExecution on the state machine |
// and kms:GenerateDataKey, kms:Decrypt on the key of queues and topics.
import { type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { ChangeMessageVisibilityCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { FaultError } from '../../lake/errors';
import { refreshRunAt } from '../../lake/warehouse/refresh-run';
import type { Bells, Hints, Notices, Rng } from '../ports';
import { accessError, failureOf, isDenied } from './failure';

async function sent<T>(action: string, place: string, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    const failure = failureOf(error);
    if (isDenied(failure)) throw accessError(action, place, error);
    throw new FaultError('F_SEND', `${place}: ${action}: ${failure.name}`, { cause: error });
  }
}

export function sqsHints(client: SQSClient, urls: { readonly normal: string; readonly heavy: string }): Hints {
  return {
    async send(hint, lane = 'normal') {
      const command = new SendMessageCommand({ QueueUrl: urls[lane], MessageBody: JSON.stringify(hint) });
      await sent('sqs:SendMessage', urls[lane], () => client.send(command));
    },
  };
}

export function sqsBells(client: SQSClient, url: string, rng: Pick<Rng, 'uuid'>): Bells {
  return {
    async ring(dataset) {
      const command = new SendMessageCommand({
        QueueUrl: url,
        MessageBody: JSON.stringify({ dataset }),
        MessageGroupId: dataset,
        // Never the same: a bell that rings while a commit runs must be heard after it.
        MessageDeduplicationId: rng.uuid(),
      });
      await sent('sqs:SendMessage', url, () => client.send(command));
    },
  };
}

/** A message that was received is seen again after so many seconds. */
export async function giveBack(client: SQSClient, url: string, receiptHandle: string, seconds: number): Promise<void> {
  const command = new ChangeMessageVisibilityCommand({
    QueueUrl: url,
    ReceiptHandle: receiptHandle,
    VisibilityTimeout: seconds,
  });
  await sent('sqs:ChangeMessageVisibility', url, () => client.send(command));
}

export function snsNotices(client: SNSClient, arnOf: (whom: Parameters<Notices['tell']>[0]) => string): Notices {
  return {
    async tell(whom, { subject, text }) {
      const TopicArn = arnOf(whom);
      const command = new PublishCommand({ TopicArn, Subject: subject, Message: text });
      await sent('sns:Publish', TopicArn, () => client.send(command));
    },
  };
}

/** Starts the refresh that a commit now belongs to (lake/warehouse/refresh-run.ts): the second start of a name changes nothing. */
export function quarterlyRefresh(client: SFNClient, machineArn: string): (nowMs: number) => Promise<void> {
  return async (nowMs) => {
    const { name, input } = refreshRunAt(nowMs);
    const command = new StartExecutionCommand({ stateMachineArn: machineArn, name, input: JSON.stringify(input) });
    try {
      await client.send(command);
    } catch (error) {
      const failure = failureOf(error);
      if (failure.name === 'ExecutionAlreadyExists') return;
      if (isDenied(failure)) throw accessError('states:StartExecution', machineArn, error);
      throw new FaultError('F_SEND', `${machineArn}: states:StartExecution: ${failure.name}`, { cause: error });
    }
  };
}
