// From a file to visible rows and a receipt. Every step can be killed and done again: bytes are kept first, the order is
// claimed second, verdicts are written once, commits know what is already live.
import type { LakePorts } from '../../platform/ports';
import type { CodeLists, Contract } from '../contract/contract';
import { tableDefinition } from '../contract/types';
import { type Bilingual, FaultError, InputError } from '../errors';
import type { Conversion } from '../intake/conversion';
import { commit, type EffectOutcome } from '../table/commit';
import type { Effect } from '../table/effect';
import { keyAt } from '../table/location';
import { composeReceipt } from './compose-receipt';
import { clearInFlight, inFlightKeys, markInFlight, readInFlight, TAKE_OVER_AFTER_MS } from './in-flight';
import type { Judged } from './judged';
import { submissionKey } from './key';
import { isShown, liveOf } from './live';
import { removeUnnamed } from './orphans';
import { choosePeriod } from './period';
import type { Receipt } from './receipt';
import { readWholeReceipt, receiptFolder, writeReceipt } from './receipt-store';
import { loadReferences, type References } from './references';
import { effectKey, hasGoodVerdict, readVerdict, writeVerdict } from './verdict';
import { claimVersion, listVersions, newestVersion, type Version } from './versions';

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
    const live = await liveOf(submission, item.contract, ports);
    const receipt = await readWholeReceipt(receipts, newest);
    const isCut = live?.version === newest.version && !live.isWhole;
    if (!receipt && !isCut) {
      await markInFlight(newest, ports);
      return { version: newest, note };
    }
    if (isCut || (receipt && receipt.verdict !== 'rejected' && !isShown(receipt, live))) note = LOST;
    else if (receipt && (await stillAnswers(receipt, newest, item.contract, lake))) {
      const verdict = receipt.verdict === 'rejected' ? 'rejected' : 'unchanged';
      return { done: { file: item.fileName, verdict, receipt, receiptFolder: receiptFolder(newest) } };
    }
  }
  const version = await claimVersion(
    { submission, period, fileName: item.fileName, path: item.path, ...digest },
    ports,
  );
  await markInFlight(version, ports);
  return { version, note };
}

/** Refused rows get another chance when the lists they were held against have changed since, and so do rows that went in unchecked. */
async function stillAnswers(receipt: Receipt, version: Version, contract: Contract, lake: Lake): Promise<boolean> {
  if (receipt.contractVersion !== contract.version) return false;
  if (receipt.verdict === 'accepted' && (receipt.unchecked ?? []).length === 0) return true;
  const references = await loadReferences(contract, lake.codeLists, lake.ports);
  return (await readVerdict(lake.ports.zones.control, version, contract, references.state)) !== undefined;
}

async function judge(
  version: Version,
  contract: Contract,
  lake: Lake,
  leadNotes: readonly Bilingual[] = [],
): Promise<Judged> {
  const { ports } = lake;
  const references = await loadReferences(contract, lake.codeLists, ports);
  const work = await ports.workspace.open();
  try {
    const conversion = await ports.converter.convert({
      contract,
      codeLists: lake.codeLists,
      references: references.rows,
      path: await ports.zones.raw.toFile(version.raw),
      fileName: version.file,
      submission: version.submission,
      version: version.version,
      period: version.period,
      loadedAtMs: ports.clock.now(),
      workDir: work.dir,
    });
    const { verdict, rowsIn, rowsAccepted, rowsRejected } = conversion;
    await writeVerdict(ports.zones.control, version, contract, references.state, {
      verdict,
      rowsIn,
      rowsAccepted,
      rowsRejected,
    });
    const effect = verdict === 'rejected' ? undefined : await offer(version, contract, conversion, references, lake);
    const file = version.file;
    return { file, version, contract, conversion, references, leadNotes, effect, close: work.close };
  } catch (error) {
    await work.close();
    throw error;
  }
}

/** Puts the good rows where the table will find them. Names are unique per attempt: a name is never written twice. */
async function offer(
  version: Version,
  contract: Contract,
  conversion: Conversion,
  references: References,
  lake: Lake,
): Promise<Effect> {
  const { zones, rng } = lake.ports;
  const ek = effectKey(version, contract, references.state);
  const { rowsIn, rowsAccepted, rowsRejected, data } = conversion;
  const effect = {
    submission: version.submission,
    version: version.version,
    effectKey: ek,
    op: 'put',
    rowsIn,
    rowsAccepted,
    rowsRejected,
  } as const;
  if (!data) return { ...effect, add: [] };
  const key = `${contract.dataset}/data/ky_du_lieu=${version.period}/${ek.slice(0, 16)}-${rng.uuid()}.parquet`;
  await zones.curated.adoptFileIfAbsent(key, data.path);
  const file = {
    path: zones.curated.location(key),
    sizeBytes: data.sizeBytes,
    rows: data.rows,
    period: version.period,
    stats: data.stats,
  };
  return { ...effect, add: [file] };
}

/** Makes the good ones visible in one snapshot, then answers every sender. */
async function commitJudged(batch: readonly Judged[], lake: Lake): Promise<Submitted[]> {
  const first = batch[0];
  if (!first) return [];
  const { zones, catalog, clock, rng } = lake.ports;
  const effects = batch.flatMap((judged) => (judged.effect ? [judged.effect] : []));
  const table = tableDefinition(first.contract);
  const stillWanted = async (wanted: readonly Effect[]) => {
    const kept: Effect[] = [];
    for (const effect of wanted) if (!(await newerIsGood(effect, lake))) kept.push(effect);
    return kept;
  };
  const committed =
    effects.length > 0
      ? await commit({ table, effects, stillWanted }, { store: zones.curated, catalog, clock, rng })
      : undefined;
  const submitted: Submitted[] = [];
  for (const judged of batch) {
    const outcome = committed?.outcomes.find((candidate) => candidate.effectKey === judged.effect?.effectKey);
    if (judged.effect && outcome?.outcome !== 'committed') {
      const keys = judged.effect.add.map((file) => keyAt(zones.curated, file.path));
      await removeUnnamed(keys, judged.effect.effectKey, judged.contract, lake.ports);
    }
    const receipt = composeReceipt(judged, outcome, await formerOf(judged, outcome, lake));
    await writeReceipt(lake.ports, judged.version, receipt, judged.conversion.rejectsPath);
    await clearInFlight(judged.version, zones.control);
    await judged.close();
    submitted.push({
      file: judged.file,
      verdict: receipt.verdict,
      receipt,
      receiptFolder: receiptFolder(judged.version),
      notes: judged.leadNotes,
    });
  }
  return submitted;
}

/** A newer version of the same submission was judged good: the older one may not come back over it. */
async function newerIsGood(effect: Effect, lake: Lake): Promise<boolean> {
  const { control } = lake.ports.zones;
  const versions = await listVersions(control, effect.submission);
  const mine = versions.findIndex((version) => version.version === effect.version);
  for (const newer of versions.slice(mine + 1)) if (await hasGoodVerdict(control, newer)) return true;
  return false;
}

async function formerOf(judged: Judged, outcome: EffectOutcome | undefined, lake: Lake): Promise<Receipt['former']> {
  if (outcome?.outcome === 'committed') {
    return outcome.formerVersion === null
      ? null
      : { version: outcome.formerVersion, rows: outcome.removedRows, state: 'replaced' };
  }
  const live = await liveOf(judged.version.submission, judged.contract, lake.ports);
  return live && live.version !== judged.version.version
    ? { version: live.version, rows: live.rows, state: 'kept' }
    : null;
}

/**
 * Finishes what a killed process left half done. What cannot be finished is told and stays marked: nobody else's file
 * waits for it.
 * @returns what was finished
 */
export async function recover(lake: Lake, onProblem: (problem: Bilingual) => void = () => {}): Promise<Submitted[]> {
  const finished: Submitted[] = [];
  for (const key of await inFlightKeys(lake.ports.zones.control)) {
    try {
      finished.push(...(await recoverOne(key, lake)));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const text = error instanceof InputError ? error.text : { vi: error.message, en: error.message };
      onProblem({
        vi: `Chưa hoàn tất được tệp bị gián đoạn trước đó (control/${key}): ${text.vi}`,
        en: `A file interrupted earlier could not be finished (control/${key}): ${text.en}`,
      });
    }
  }
  return finished;
}

async function recoverOne(key: string, lake: Lake): Promise<Submitted[]> {
  const { zones, workspace, clock } = lake.ports;
  const marker = await readInFlight(zones.control, key);
  if (!marker) return [];
  const busy = marker.owner === workspace.owner || workspace.isAlive(marker.owner);
  if (busy && clock.now() - marker.sinceMs < TAKE_OVER_AFTER_MS) return [];
  const versions = await listVersions(zones.control, marker.submission);
  const version = versions.find((candidate) => candidate.version === marker.version);
  const contract = version && lake.contracts.get(version.submission.split('/').slice(0, 2).join('/'));
  if (!version || !contract) {
    throw new FaultError('F_VERSION', `${marker.submission} ${marker.version} has no version record or no contract`);
  }
  if (await readWholeReceipt(zones.receipts, version)) {
    await zones.control.delete(key);
    return [];
  }
  const references = await loadReferences(contract, lake.codeLists, lake.ports);
  const ek = effectKey(version, contract, references.state);
  const folder = `${contract.dataset}/data/ky_du_lieu=${version.period}/`;
  const left = (await zones.curated.list(`${folder}${ek.slice(0, 16)}-`)).map((object) => object.key);
  await removeUnnamed(left, ek, contract, lake.ports);
  return commitJudged([await judge(version, contract, lake)], lake);
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
