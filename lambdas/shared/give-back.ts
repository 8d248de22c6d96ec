// Messages that failed come back soon instead of at the end of their queue's visibility time-out, which has to outlast the
// longest run: until then a FIFO queue would hold back the whole group.
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Journal } from './journal';

/** Seconds until a message is seen again, by how often it was received: trouble of a moment is over soon, an outage is waited for. */
const PAUSES = [30, 120, 480, 1800];

export type GiveBack = (record: SQSRecord, seconds: number) => Promise<void>;

export async function giveBackFailed(
  { Records }: SQSEvent,
  { batchItemFailures }: SQSBatchResponse,
  giveBack: GiveBack,
  journal: Journal<never>,
): Promise<void> {
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  for (const record of Records.filter(({ messageId }) => failed.has(messageId))) {
    const receives = Number(record.attributes.ApproximateReceiveCount);
    const seconds = PAUSES[Math.min(Math.max(receives, 1), PAUSES.length) - 1] ?? 0;
    try {
      await giveBack(record, seconds);
    } catch (error) {
      // Then it comes back at the end of its time-out.
      journal.problem('not given back', error, { receives });
    }
  }
}
