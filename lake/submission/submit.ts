// From a file to visible rows and a receipt. Every step can be killed and done again: bytes are kept first, the order is
// claimed second, verdicts are written once, commits know what is already live.
import type { LakePorts } from '../../platform/ports';
import type { CodeLists, Contract } from '../contract/contract';
import { type Bilingual, FaultError, InputError } from '../errors';
import { commitJudged } from './commit-judged';
import type { Judged } from './judged';
import { submissionKey } from './key';
import { choosePeriod } from './period';
import type { Receipt } from './receipt';
import { judge } from './seal';
import { takeIn } from './take-in';

export interface Lake {
  readonly ports: LakePorts;
  readonly contracts: ReadonlyMap<string, Contract>;
  readonly codeLists: CodeLists;
}

export interface Incoming {
  readonly path: string;
  readonly fileName: string;
  readonly contract: Contract;
  /** undefined: named by the file, else the current one; the receipt says which. */
  readonly period: string | undefined;
}

export interface Submitted {
  readonly file: string;
  readonly verdict: Receipt['verdict'] | 'unchanged';
  readonly receipt: Receipt;
  /** Prefix of the receipt in the receipts zone. */
  readonly receiptFolder: string;
  /** About this sending rather than the file: which period was taken, that a lost version came back. */
  readonly notes: readonly Bilingual[];
}

/**
 * Takes files in, in order. Neighbours of one dataset become visible in one snapshot.
 * @param onStep told before and after each file, for progress
 */
export async function submitAll(
  incoming: readonly Incoming[],
  lake: Lake,
  onStep: (step: { readonly file: string; readonly done?: Submitted }) => void = () => {},
): Promise<Submitted[]> {
  const results: Submitted[] = [];
  let batch: Judged[] = [];
  const flush = async () => {
    for (const submitted of await commitJudged(batch, lake)) {
      results.push(submitted);
      onStep({ file: submitted.file, done: submitted });
    }
    batch = [];
  };
  for (const item of incoming) {
    const sameTable = batch.every((judged) => judged.contract === item.contract);
    const { period, note } = choosePeriod(item, lake.ports.clock.now());
    const notes = note ? [note] : [];
    const submission = submissionKey(item.contract, period, item.fileName);
    if (!sameTable || batch.some((judged) => judged.version.submission === submission)) await flush();
    onStep({ file: item.fileName });
    const taken = await takeIn(item, submission, period, lake);
    // Only uploads have an order of their own; a file that is handed over comes last.
    if (taken === 'overtaken') throw new FaultError('F_VERSION', `${submission}: overtaken without an order`);
    if ('done' in taken) {
      await flush();
      const done = { ...taken.done, notes };
      results.push(done);
      onStep({ file: item.fileName, done });
    } else {
      batch.push(await judge(taken.version, item.contract, lake, [...notes, ...(taken.note ? [taken.note] : [])]));
      if (batch.length >= MAX_BATCH) await flush();
    }
  }
  await flush();
  return results;
}

/** Submissions in one snapshot at most. */
const MAX_BATCH = 200;

/** The contract a submission key belongs to; undefined: none any more. */
export function contractOf(submission: string, lake: Lake): Contract | undefined {
  return lake.contracts.get(submission.split('/').slice(0, 2).join('/'));
}

/** @throws InputError naming the nearest dataset when `table` is none */
export function contractOfTable(table: string, lake: Lake): Contract {
  const contract = [...lake.contracts.values()].find(
    (candidate) => candidate.dataset === table || candidate.name === table,
  );
  if (contract) return contract;
  const names = [...lake.contracts.values()].map((candidate) => candidate.dataset);
  throw new InputError('E_TABLE', {
    vi: `Không có bảng “${table}”; các bảng: ${names.join(', ')}.`,
    en: `There is no table “${table}”; tables: ${names.join(', ')}.`,
  });
}
