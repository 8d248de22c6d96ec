// How a deployment speaks with commit: a request through its queue, where it waits its turn, and an answer in the control
// zone. Glue is not asked: Lake Formation shows the tables to nobody who has no right on them, and who deploys has none.
import { GetObjectCommand, NoSuchKey, type S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { ANSWERS } from '../../lambdas/commit/constants';
import type { CommitLine } from './deployment';

export interface CommitPlace {
  readonly sqs: SQSClient;
  readonly s3: S3Client;
  readonly queueUrl: string;
  readonly controlBucket: string;
}

export function commitLine({ sqs, s3, queueUrl, controlBucket }: CommitPlace): CommitLine {
  return {
    async ask(id) {
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: JSON.stringify({ register: true, answer: id }),
          // A group of its own: one request that failed holds back no other.
          MessageGroupId: `register-${id}`,
          MessageDeduplicationId: id,
        }),
      );
    },
    async answer(id) {
      try {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: controlBucket, Key: `${ANSWERS}${id}.json` }));
        return await Body?.transformToString();
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
  };
}
