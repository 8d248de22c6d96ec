// From a file to visible rows and a receipt. Every step can be killed and done again: bytes are kept first, the order is
// claimed second, verdicts are written once, commits know what is already live.
import { z } from 'zod';
import type { LakePorts } from '../../platform/ports';
import type { CodeLists, Contract } from '../contract/contract';
import { tableDefinition } from '../contract/types';
import { type Bilingual, InputError } from '../errors';
import type { Conversion } from '../intake/conversion';
import { commit, type EffectOutcome } from '../table/commit';
import type { Effect } from '../table/effect';
import { liveVersions, planFiles } from '../table/plan';
import { checkPeriod, periodAt, periodOfFile, submissionKey } from './key';
import { readingNotes } from './notes';
import type { Receipt } from './receipt';
import { readReceipt, receiptFolder, writeReceipt } from './receipt-store';
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
}

/** A version taken in and judged, waiting to become visible. */
interface Judged {
  readonly file: string;
  readonly version: Version;
  readonly contract: Contract;
  readonly conversion: Conversion;
  readonly references: References;
  readonly periodNote: Bilingual | undefined;
  readonly effect: Effect | undefined;
  close(): Promise<void>;
}

const inFlightShape = z.object({ submission: z.string(), version: z.string(), owner: z.string(), sinceMs: z.number() });
type InFlight = Readonly<z.infer<typeof inFlightShape>>;

/** After this long a marker is taken over even if a process of that number lives: doing a version twice changes nothing. */
const TAKE_OVER_AFTER_MS = 3_600_000;

/** Versions being worked on; found again after a crash. */
const inFlightKey = (version: Version): string =>
  `in-flight/${version.submission.replaceAll('/', '~')}~${version.version}.json`;

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
    const { period, note } = choosePeriod(item, lake);
    const submission = submissionKey(item.contract, period, item.fileName);
    if (!sameTable || batch.some((judged) => judged.version.submission === submission)) await flush();
    onStep({ file: item.fileName });
    const taken = await takeIn(item, submission, period, lake);
    if ('done' in taken) {
      await flush();
      results.push(taken.done);
      onStep({ file: item.fileName, done: taken.done });
    } else {
      batch.push(await judge(taken.version, item.contract, lake, note));
      if (batch.length >= MAX_BATCH) await flush();
    }
  }
  await flush();
  return results;
}

/** Submissions in one snapshot at most. */
const MAX_BATCH = 200;

function choosePeriod(item: Incoming, lake: Lake): { period: string; note: Bilingual | undefined } {
  if (item.period !== undefined) {
    checkPeriod(item.period, item.contract);
    return { period: item.period, note: undefined };
  }
  const named = periodOfFile(item.fileName, item.contract);
  if (named !== undefined) {
    return {
      period: named,
      note: { vi: `Kỳ dữ liệu ${named} lấy theo tên tệp.`, en: `The period ${named} was taken from the file name.` },
    };
  }
  const current = periodAt(lake.ports.clock.now(), item.contract);
  return {
    period: current,
    note: {
      vi: `Không nêu kỳ dữ liệu: lấy kỳ hiện tại ${current}. Nếu sai, gửi lại với --to ${item.contract.name}/<kỳ>.`,
      en: `No period was given: the current one, ${current}, was taken. If wrong, resend with --to ${item.contract.name}/<period>.`,
    },
  };
}

/** Keeps the bytes and gives them a place in the order, unless the newest version has the same bytes and an answer. */
async function takeIn(
  item: Incoming,
  submission: string,
  period: string,
  lake: Lake,
): Promise<{ done: Submitted } | { version: Version }> {
  const { ports } = lake;
  const digest = await ports.files.digest(item.path);
  const newest = await newestVersion(ports.zones.control, submission);
  if (newest?.sha256 === digest.sha256) {
    const receipt = await readReceipt(ports.zones.receipts, newest);
    // Refused rows get another chance when the lists they were held against have changed since.
    const references = await loadReferences(item.contract, lake.codeLists, ports);
    const verdict = await readVerdict(ports.zones.control, newest, item.contract, references.state);
    if (receipt && receipt.contractVersion === item.contract.version && (receipt.verdict === 'accepted' || verdict)) {
      const known = receipt.verdict === 'rejected' ? 'rejected' : 'unchanged';
      return { done: { file: item.fileName, verdict: known, receipt, receiptFolder: receiptFolder(newest) } };
    }
    if (!receipt) {
      await markInFlight(newest, lake);
      return { version: newest };
    }
  }
  const version = await claimVersion(
    { submission, period, fileName: item.fileName, path: item.path, ...digest },
    ports,
  );
  await markInFlight(version, lake);
  return { version };
}

async function markInFlight(version: Version, lake: Lake): Promise<void> {
  const { submission, version: id } = version;
  const marker: InFlight = {
    submission,
    version: id,
    owner: lake.ports.workspace.owner,
    sinceMs: lake.ports.clock.now(),
  };
  await lake.ports.zones.control.put(inFlightKey(version), JSON.stringify(marker));
}

async function judge(version: Version, contract: Contract, lake: Lake, periodNote?: Bilingual): Promise<Judged> {
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
    return { file: version.file, version, contract, conversion, references, periodNote, effect, close: work.close };
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
    const receipt = await composeReceipt(judged, outcome, lake);
    await writeReceipt(lake.ports, judged.version, receipt, judged.conversion.rejectsPath);
    await zones.control.delete(inFlightKey(judged.version));
    await judged.close();
    submitted.push({
      file: judged.file,
      verdict: receipt.verdict,
      receipt,
      receiptFolder: receiptFolder(judged.version),
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

async function composeReceipt(judged: Judged, outcome: EffectOutcome | undefined, lake: Lake): Promise<Receipt> {
  const { version, contract, conversion, references } = judged;
  const { source } = conversion;
  const notes: Bilingual[] = [
    ...(judged.periodNote ? [judged.periodNote] : []),
    ...(source ? readingNotes(source, contract) : []),
  ];
  for (const table of references.empty) {
    notes.push({
      vi: `Chưa đối chiếu mã với danh mục “${table}” vì danh mục chưa có trong hồ dữ liệu.`,
      en: `Codes were not held against the list “${table}”: the lake does not have it yet.`,
    });
  }
  if (outcome?.outcome === 'superseded') {
    notes.push({
      vi: 'Một bản mới hơn của bài gửi này đã được nhận trước: bản này không hiển thị.',
      en: 'A newer version of this submission was taken in first: this one is not visible.',
    });
  }
  return {
    submission: version.submission,
    version: version.version,
    file: version.file,
    sizeBytes: version.sizeBytes,
    sha256: version.sha256,
    receivedAt: new Date(version.receivedAtMs).toISOString(),
    agency: contract.agency,
    dataset: contract.dataset,
    title: contract.title,
    period: version.period,
    contractVersion: contract.version,
    verdict: conversion.verdict,
    rowsIn: conversion.rowsIn,
    rowsAccepted: conversion.rowsAccepted,
    rowsRejected: conversion.rowsRejected,
    blankRows: conversion.blankRows,
    findings: conversion.findings,
    findingCount: conversion.findingCount,
    byRule: conversion.byRule,
    notes,
    headers: (source?.headers ?? []).map((cell) => ({
      header: cell.text,
      column: cell.column?.name ?? null,
      businessName: cell.column?.businessName ?? null,
    })),
    snapshot: outcome?.snapshotId ?? null,
    former: await formerOf(judged, outcome, lake),
    rejects: conversion.rejectsPath === undefined ? null : 'rejects.csv',
  };
}

async function formerOf(judged: Judged, outcome: EffectOutcome | undefined, lake: Lake): Promise<Receipt['former']> {
  if (outcome?.outcome === 'committed') {
    return outcome.formerVersion === null
      ? null
      : { version: outcome.formerVersion, rows: outcome.removedRows, state: 'replaced' };
  }
  const live = await liveOf(judged.version.submission, judged.contract, lake);
  return live && live.version !== judged.version.version ? { ...live, state: 'kept' } : null;
}

async function liveOf(
  submission: string,
  contract: Contract,
  lake: Lake,
): Promise<{ version: string; rows: number } | undefined> {
  const { zones, catalog } = lake.ports;
  const head = await catalog.load(contract.dataset);
  if (!head) return undefined;
  const { files } = await planFiles(zones.curated, head.metadata);
  const live = liveVersions(files).get(submission);
  return live ? { version: live.version ?? '', rows: live.rows } : undefined;
}

/** Finishes what a killed process left half done. @returns what was finished */
export async function recover(lake: Lake): Promise<Submitted[]> {
  const { zones, workspace, clock } = lake.ports;
  const finished: Submitted[] = [];
  for (const { key } of await zones.control.list('in-flight/')) {
    const body = await zones.control.get(key);
    if (!body) continue;
    const marker = inFlightShape.parse(JSON.parse(Buffer.from(body).toString('utf8')));
    const busy = marker.owner === workspace.owner || workspace.isAlive(marker.owner);
    if (busy && clock.now() - marker.sinceMs < TAKE_OVER_AFTER_MS) continue;
    const version = (await listVersions(zones.control, marker.submission)).find(
      (candidate) => candidate.version === marker.version,
    );
    const contract = version && lake.contracts.get(version.submission.split('/').slice(0, 2).join('/'));
    if (!version || !contract) continue;
    if (await readReceipt(zones.receipts, version)) {
      await zones.control.delete(key);
      continue;
    }
    await removeOrphans(version, contract, lake);
    finished.push(...(await commitJudged([await judge(version, contract, lake)], lake)));
  }
  return finished;
}

/** Data files a killed attempt wrote for this version and no snapshot names. */
async function removeOrphans(version: Version, contract: Contract, lake: Lake): Promise<void> {
  const { zones, catalog } = lake.ports;
  const references = await loadReferences(contract, lake.codeLists, lake.ports);
  const ek = effectKey(version, contract, references.state).slice(0, 16);
  const head = await catalog.load(contract.dataset);
  const live = new Set(head ? (await planFiles(zones.curated, head.metadata)).files.map((file) => file.path) : []);
  for (const { key } of await zones.curated.list(`${contract.dataset}/data/ky_du_lieu=${version.period}/${ek}-`)) {
    if (!live.has(zones.curated.location(key))) await zones.curated.delete(key);
  }
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
