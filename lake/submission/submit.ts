// From a file to visible rows and a receipt. Every step can be killed and done again: bytes are kept first, the order is
// claimed second, verdicts are written once, commits know what is already live.
import type { FileDigest, LakePorts } from '../../platform/ports';
import type { CodeLists, Contract } from '../contract/contract';
import { type Suppression, suppressionOf } from '../erasure/suppression';
import { type Bilingual, InputError } from '../errors';
import { placeFile } from '../place-file';
import { retractedVersions } from './candidates';
import { commitJudged } from './commit-judged';
import { markInFlight } from './in-flight';
import type { Judged } from './judged';
import { submissionKey } from './key';
import { isShown, liveOf } from './live';
import { choosePeriod } from './period';
import { rawOf, writeRedaction } from './raw';
import type { Receipt } from './receipt';
import { readWholeReceipt, receiptFolder } from './receipt-store';
import { loadReferences } from './references';
import { judge } from './seal';
import { readVerdict } from './verdict';
import { claimVersion, listVersions, newestVersion, rawKey, type Upload, type Version } from './versions';

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

const LOST: Bilingual = {
  vi: 'Bảng không còn đủ các dòng của bản đã nhận trước đây: nhận lại từ đầu.',
  en: 'The table no longer held all rows of the version taken in before: it was taken in anew.',
};

const TAKEN_BACK: Bilingual = {
  vi: 'Bản trước của chính tệp này đã được rút lại: nhận lại như bản mới.',
  en: 'The former version of this very file had been taken back: it was taken in as a new one.',
};

type Taken =
  | { readonly done: Omit<Submitted, 'notes'> }
  | { readonly version: Version; readonly note: Bilingual | undefined };

/**
 * Keeps the bytes and gives them a place in the order, unless the newest version has the same bytes, an answer, and its
 * rows in the table. A version whose rows were lost gets a new place, so that it replaces whatever is left of them.
 */
async function takeIn(item: Incoming, submission: string, period: string, lake: Lake): Promise<Taken> {
  const { ports } = lake;
  const { control, receipts } = ports.zones;
  const digest = await ports.files.digest(item.path);
  const newest = await newestVersion(control, submission);
  let note: Bilingual | undefined;
  if (newest?.sha256 === digest.sha256) {
    // The very bytes are at hand: a raw file that was lost comes back.
    await keepBytes(newest, item, (await suppressionOf(item.contract.dataset, control)).epoch, lake);
    const live = await liveOf(submission, item.contract, ports);
    const receipt = await readWholeReceipt(receipts, newest);
    const isCut = live?.version === newest.version && !live.isWhole;
    if (!receipt && !isCut) {
      await markInFlight(newest, ports);
      return { version: newest, note };
    }
    const isGone = (await retractedVersions(control, submission)).has(newest.version);
    if (isGone) note = TAKEN_BACK;
    else if (isCut || (receipt && receipt.verdict !== 'rejected' && !isShown(receipt, live))) note = LOST;
    else if (receipt && (await stillAnswers(receipt, newest, item.contract, lake))) {
      const verdict = receipt.verdict === 'rejected' ? 'rejected' : 'unchanged';
      return { done: { file: item.fileName, verdict, receipt, receiptFolder: receiptFolder(newest) } };
    }
  }
  const version = await keep(item, submission, period, digest, lake);
  await markInFlight(version, ports);
  return { version, note };
}

/** Keeps the bytes, less whoever is erased, and claims a place in the order. */
async function keep(
  item: Incoming,
  submission: string,
  period: string,
  digest: FileDigest,
  lake: Lake,
): Promise<Version> {
  const { ports } = lake;
  const upload = { submission, period, fileName: item.fileName, path: item.path, ...digest };
  const before = await suppressionOf(item.contract.dataset, ports.zones.control);
  const version = await withoutErased(item, before, lake, (kept) => claimVersion({ ...upload, ...kept }, ports));
  await keepBytes(version, item, before.epoch, lake);
  return version;
}

/** Hands over what is to be kept instead of the file as sent: nothing, unless it names somebody on the list. */
async function withoutErased<T>(
  { path, fileName, contract }: Incoming,
  { epoch, isErased }: Suppression,
  lake: Lake,
  use: (kept: Pick<Upload, 'kept'>) => Promise<T>,
): Promise<T> {
  if (epoch === 0) return use({});
  const { redactor, workspace, files } = lake.ports;
  const work = await workspace.open();
  try {
    const redacted = await redactor.redact({ path, fileName, contract, isErased, workDir: work.dir });
    // Without a row less a cell may have been emptied all the same.
    if (redacted.path === path) return await use({});
    const { path: copy, rowsLeftOut } = redacted;
    return await use({ kept: { path: copy, rowsLeftOut, ...(await files.digest(copy)) } });
  } finally {
    await work.close();
  }
}

/**
 * Makes sure that a claimed version has its bytes. An erasure between keeping and claiming may have removed them as
 * nobody's; then they are kept again, under the list as it is now.
 * @param epoch of the list that the kept bytes were held against
 */
async function keepBytes(version: Version, item: Incoming, epoch: number, lake: Lake): Promise<void> {
  const { control, raw } = lake.ports.zones;
  const copy = await rawOf(version, control);
  const now = await suppressionOf(item.contract.dataset, control);
  if (now.epoch === epoch && (await raw.head(copy.key))) return;
  await withoutErased(item, now, lake, async ({ kept }) => {
    const file = kept ?? { path: item.path, sha256: version.sha256, sizeBytes: version.sizeBytes, rowsLeftOut: 0 };
    const { sha256, sizeBytes, rowsLeftOut } = file;
    const key = rawKey(version.submission, item.fileName, sha256);
    await placeFile(raw, key, file, 'copy');
    if (key === copy.key) return;
    await writeRedaction(version, { key, sha256, sizeBytes, rowsLeftOut, epoch: now.epoch }, control);
    // The erasure may be over by now: nobody else would come and take the bytes away that name the person.
    const others = (await listVersions(control, version.submission)).filter((one) => one.version !== version.version);
    const named = await Promise.all(others.map((one) => rawOf(one, control)));
    if (!named.some((one) => one.key === copy.key)) await raw.delete(copy.key);
  });
  await keepBytes(version, item, now.epoch, lake);
}

/** Refused rows get another chance when the lists they were held against have changed since, and so do rows that went in unchecked. */
async function stillAnswers(receipt: Receipt, version: Version, contract: Contract, lake: Lake): Promise<boolean> {
  if (receipt.contractVersion !== contract.version) return false;
  if (receipt.verdict === 'accepted' && (receipt.unchecked ?? []).length === 0) return true;
  const references = await loadReferences(contract, lake.codeLists, lake.ports);
  return (await readVerdict(lake.ports.zones.control, version, contract, references.state)) !== undefined;
}

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
