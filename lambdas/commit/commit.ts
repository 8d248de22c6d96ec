// One batch of bells: commit what each dataset is offered, answer, and tell whoever follows. A direct call registers tables.
import { processPartialResponse, SqsFifoPartialProcessorAsync } from '@aws-lambda-powertools/batch';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Contract } from '../../lake/contract/contract';
import { commitOffered, type Decided } from '../../lake/submission/commit-offered';
import { dropStaleOffers } from '../../lake/submission/handoff';
import { contractOfTable, type Lake } from '../../lake/submission/submit';
import { giveBackFailed } from '../shared/give-back';
import { codeOf, type Published } from '../shared/journal';
import type { LakeAccess } from '../shared/lake';
import { commitMessage, registerRequest } from '../shared/messages';
import type { COMMIT_METRICS } from './constants';
import { type Registered, registerAll, registerAsAsked } from './register';

/** What is visible now, told before the offers are settled: once more rather than not at all. */
export interface Committed {
  readonly contract: Contract;
  readonly lake: Lake;
  readonly decided: readonly Decided[];
}

/** @returns how many limits were found exceeded */
export type AfterCommit = (committed: Committed) => Promise<number>;

export interface CommitHost extends Pick<LakeAccess, 'withLake' | 'hints' | 'notices' | 'giveBack'> {
  /** Tables the deployment has made, filled or not. */
  readonly tables: () => Promise<ReadonlySet<string>>;
  /** In order; a failing one brings the bell back. */
  readonly after: readonly AfterCommit[];
  readonly journal: Published<(typeof COMMIT_METRICS)[number]>;
}

/** Bells and, after a deployment, the request to register; the latter may also come as a call. */
export type CommitEvent = SQSEvent | { readonly register: true };

export async function realHandler(
  event: CommitEvent,
  host: CommitHost,
  context?: Context,
): Promise<SQSBatchResponse | Registered> {
  try {
    if (!('Records' in event)) {
      registerRequest.parse(event);
      return await host.withLake((lake) => registerAll(lake, host));
    }
    return await host.withLake(async (lake) => {
      const counting = countingConflicts(lake, host);
      const processor = new SqsFifoPartialProcessorAsync();
      const response = await processPartialResponse(
        event,
        (record: SQSRecord) => handle(record, counting, host),
        processor,
        // Another dataset's bells are not held back by this one's trouble.
        { skipGroupOnError: true, throwOnFullBatchFailure: false, ...(context ? { context } : {}) },
      );
      await giveBackFailed(event, response, host.giveBack, host.journal);
      return response;
    });
  } finally {
    host.journal.publish();
  }
}

function countingConflicts(lake: Lake, { journal }: CommitHost): Lake {
  const { catalog } = lake.ports;
  return {
    ...lake,
    ports: {
      ...lake.ports,
      catalog: {
        list: () => catalog.list(),
        load: (table) => catalog.load(table),
        async swap(table, base, next) {
          const outcome = await catalog.swap(table, base, next);
          if (outcome !== 'OK') journal.count('CommitConflicts');
          return outcome;
        },
      },
    },
  };
}

async function handle(record: SQSRecord, lake: Lake, host: CommitHost): Promise<void> {
  const { journal } = host;
  let dataset = '';
  try {
    const body: unknown = JSON.parse(record.body);
    const asked = registerRequest.safeParse(body);
    if (asked.success) {
      await registerAsAsked(asked.data, lake, host);
      return;
    }
    ({ dataset } = commitMessage.parse(body));
    await commitDataset(dataset, lake, host);
  } catch (error) {
    journal.count('CommitFaults');
    journal.problem('commit failed', error, { dataset });
    throw error;
  }
}

async function commitDataset(dataset: string, lake: Lake, host: CommitHost): Promise<void> {
  const { journal } = host;
  const contract = contractOfTable(dataset, lake);
  let decided: readonly Decided[];
  try {
    decided = await commitOffered(contract, lake, host, async (visible) => {
      for (const tell of host.after) journal.count('LimitsExceeded', await tell({ contract, lake, decided: visible }));
    });
  } catch (error) {
    if (codeOf(error) !== 'E_FOREIGN_WRITE') throw error;
    await tellStopped(dataset, error, lake, host);
    return;
  }
  const snapshots = new Set(
    decided.flatMap(({ outcome, snapshotId }) => (outcome === 'committed' && snapshotId !== null ? [snapshotId] : [])),
  );
  journal.count('Commits', snapshots.size);
  for (const { effect, outcome, snapshotId, receipt } of decided)
    journal.info('commit', {
      dataset,
      submission: effect.submission,
      version: effect.version,
      what: outcome,
      ...(snapshotId === null ? {} : { snapshotId }),
      ...(receipt ? { verdict: receipt.verdict } : {}),
    });
}

/**
 * A table that waits for its steward. The bell has served: the offers lie where they lay, reconcile rings for them every
 * quarter of an hour, and each ring counts, so that the alarm stays on. People are told once a day.
 */
async function tellStopped(
  dataset: string,
  error: unknown,
  lake: Lake,
  { journal, notices }: CommitHost,
): Promise<void> {
  journal.count('ForeignWrites');
  journal.problem('the table is stopped', error, { dataset });
  const { zones, clock } = lake.ports;
  // Those past their lease have been sealed anew: nobody may commit them.
  await dropStaleOffers(dataset, lake.ports);
  const told = `stopped/${dataset}/${new Date(clock.now()).toISOString().slice(0, 10)}.json`;
  if (await zones.control.head(told)) return;
  await notices.tell('operations', {
    subject: `Tam Giang: NGUNG GHI ${dataset} E_FOREIGN_WRITE`,
    text: `Bảng ${dataset} đã bị phần mềm khác ghi và làm thay đổi dữ liệu (E_FOREIGN_WRITE). Việc ghi bảng này dừng lại; tệp mới vẫn được nhận và chờ. Xem docs/runbook.md, mục foreign-writes. Khi bảng đã được đưa về, việc ghi tự tiếp tục. Nhắc mỗi ngày một lần.\n\n---\nTable ${dataset} was written by other software, which changed the data (E_FOREIGN_WRITE). Writing to this table stops; new files are still taken in and wait. See docs/runbook.md, heading foreign-writes. Once the table has been set back, writing goes on by itself. Told once a day.\n`,
  });
  await zones.control.putIfAbsent(told, '{}');
}
