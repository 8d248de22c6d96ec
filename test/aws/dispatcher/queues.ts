// Queues of the emulator, by name.
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';

export interface Queues {
  receive(queue: string, count: number): Promise<readonly Message[]>;
  delete(queue: string, message: Message): Promise<void>;
  /** Sooner than the queue's visibility timeout would. */
  giveBack(queue: string, message: Message, seconds: number): Promise<void>;
  send(queue: string, body: string, attributes?: Readonly<Record<string, string>>): Promise<void>;
  /** Messages that wait or are under way. */
  depth(queue: string): Promise<number>;
  /** What StartMessageMoveTask does, which moto lacks: all messages of a dead-letter queue back to their source. */
  redrive(from: string, to: string): Promise<number>;
  close(): void;
}

export function openQueues(endpoint: string, region: string, account: string): Queues {
  const credentials = { accessKeyId: 'thu', secretAccessKey: 'thu' };
  const client = new SQSClient({ endpoint, region, credentials });
  const url = (queue: string) => `${endpoint}/${account}/${queue}`;
  const receive = async (queue: string, count: number): Promise<readonly Message[]> => {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: url(queue),
        MaxNumberOfMessages: Math.min(count, 10),
        // The emulator does one thing at a time: whoever waits keeps all others waiting.
        WaitTimeSeconds: 0,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
    );
    return Messages;
  };
  const remove = async (queue: string, { ReceiptHandle }: Message) => {
    await client.send(new DeleteMessageCommand({ QueueUrl: url(queue), ReceiptHandle }));
  };
  const send = async (
    queue: string,
    MessageBody: string,
    attributes: Readonly<Record<string, string>> = {},
    fifo: { readonly MessageGroupId?: string; readonly MessageDeduplicationId?: string } = {},
  ) => {
    const MessageAttributes = Object.fromEntries(
      Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
    );
    await client.send(new SendMessageCommand({ QueueUrl: url(queue), MessageBody, MessageAttributes, ...fifo }));
  };
  return {
    receive,
    delete: remove,
    async giveBack(queue, { ReceiptHandle }, VisibilityTimeout) {
      await client.send(new ChangeMessageVisibilityCommand({ QueueUrl: url(queue), ReceiptHandle, VisibilityTimeout }));
    },
    send: (queue, body, attributes) => send(queue, body, attributes),
    async depth(queue) {
      const { Attributes = {} } = await client.send(
        new GetQueueAttributesCommand({ QueueUrl: url(queue), AttributeNames: ['All'] }),
      );
      const { ApproximateNumberOfMessages = 0, ApproximateNumberOfMessagesNotVisible = 0 } = Attributes;
      return Number(ApproximateNumberOfMessages) + Number(ApproximateNumberOfMessagesNotVisible);
    },
    async redrive(from, to) {
      let moved = 0;
      for (let batch = await receive(from, 10); batch.length > 0; batch = await receive(from, 10))
        for (const message of batch) {
          const group = message.Attributes?.MessageGroupId;
          const id = `redrive-${message.MessageId}-${Date.now()}`;
          const fifo = group === undefined ? {} : { MessageGroupId: group, MessageDeduplicationId: id };
          await send(to, message.Body ?? '', {}, fifo);
          await remove(from, message);
          moved++;
        }
      return moved;
    },
    close: () => client.destroy(),
  };
}
