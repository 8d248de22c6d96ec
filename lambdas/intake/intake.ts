// One batch of hints: look at what each is about, and do what is to be done there.
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Names } from '../../infra/names';
import type { IntakeDesk } from '../../lake/submission/desk';
import { OURS } from '../../lake/submission/our-fault';
import { type Look, type Received, receive } from '../../lake/submission/receive';
import { writeScanResult } from '../../lake/submission/scan-results';
import type { Lake } from '../../lake/submission/submit';
import { giveBackFailed } from '../shared/give-back';
import type { Published } from '../shared/journal';
import type { LakeAccess } from '../shared/lake';
import { parseIntakeMessage } from '../shared/messages';
import { HEAVY_AFTER_RECEIVES, HEAVY_BYTES, type INTAKE_METRICS } from './constants';
import { isOurs, lookOf } from './look';

export interface IntakeHost extends LakeAccess {
  readonly names: Names;
  readonly lane: 'normal' | 'heavy';
  readonly awaitsScan: boolean;
  readonly journal: Published<(typeof INTAKE_METRICS)[number]>;
}

export async function realHandler(event: SQSEvent, host: IntakeHost, context?: Context): Promise<SQSBatchResponse> {
  const processor = new BatchProcessor(EventType.SQS);
  try {
    const response = await host.withLake((lake) =>
      // One after the other: each may want all the memory there is.
      processPartialResponse(event, (record: SQSRecord) => handle(record, lake, host), processor, {
        processInParallel: false,
        throwOnFullBatchFailure: false,
        ...(context ? { context } : {}),
      }),
    );
    await giveBackFailed(event, response, host.giveBack, host.journal);
    return response;
  } finally {
    host.journal.publish();
  }
}

async function handle(record: SQSRecord, lake: Lake, host: IntakeHost): Promise<void> {
  const receives = Number(record.attributes.ApproximateReceiveCount);
  try {
    const message = parseIntakeMessage(record.body);
    const look = lookOf(message, host.names, lake.contracts);
    if (!look) {
      host.journal.info('nothing to look at', { what: message.kind });
      return;
    }
    if (message.kind === 'scan' && message.versionId !== undefined && isOurs(message, host.names)) {
      const { key, versionId, result } = message;
      await writeScanResult(lake.ports.zones.control, { key, versionId }, result);
    }
    if (host.lane === 'normal' && receives >= HEAVY_AFTER_RECEIVES) {
      await forward(look, host);
      return;
    }
    for (const one of await receive(look, lake, deskOf(host))) tell(one, host);
  } catch (error) {
    host.journal.count('IntakeFaults');
    host.journal.problem('intake failed', error, { receives });
    throw error;
  }
}

/** Memory or time was not enough, more than once. */
async function forward({ prefix, submission }: Look, { hints, journal }: IntakeHost): Promise<void> {
  const isSlot = prefix.endsWith('/');
  await hints.send(submission !== undefined ? { submission } : isSlot ? { prefix } : { key: prefix }, 'heavy');
  journal.info('handed to the heavy lane', submission === undefined ? {} : { submission });
}

function deskOf(host: IntakeHost): IntakeDesk {
  const { uploads, hints, bells, notices, awaitsScan, lane } = host;
  const maxBytes = lane === 'heavy' ? Number.POSITIVE_INFINITY : HEAVY_BYTES;
  return { uploads, hints, bells, notices, awaitsScan, maxBytes };
}

function tell({ what, submission, receipt, code, fault }: Received, { journal }: IntakeHost): void {
  // Answered, so that no message is left to tell of it: operations hear by this count.
  if (code !== undefined && OURS.includes(code)) journal.count('IntakeFaults');
  if (fault !== undefined) journal.problem('answered as a fault of ours', fault, { submission });
  if (what === 'overtaken') journal.count('FilesOvertaken');
  else if (what === 'refused' || what === 'rejected') journal.count('FilesRejected');
  else if (what === 'offered') journal.count(receipt?.verdict === 'partial' ? 'FilesPartial' : 'FilesAccepted');
  if (receipt && (what === 'offered' || what === 'rejected')) {
    journal.count('RowsIn', receipt.rowsIn);
    journal.count('RowsRejected', receipt.rowsRejected);
  }
  // A refused upload has no version and no rows.
  const judged = receipt && receipt.version !== '' ? receipt : undefined;
  journal.info('intake', {
    what,
    submission,
    ...(code === undefined ? {} : { code }),
    ...(judged
      ? {
          version: judged.version,
          verdict: judged.verdict,
          rowsIn: judged.rowsIn,
          rowsRejected: judged.rowsRejected,
        }
      : {}),
  });
}
