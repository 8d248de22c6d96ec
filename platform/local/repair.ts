// Mends what can be mended from what is kept: raw files, verdicts, the tables themselves. Nothing is deleted that could not
// be made again; what cannot be mended is named by the checks and left as it is.
import type { Bilingual } from '../../lake/errors';
import { commitJudged } from '../../lake/submission/commit-judged';
import { dropStaleOffers } from '../../lake/submission/handoff';
import { markInFlight } from '../../lake/submission/in-flight';
import { rawOf } from '../../lake/submission/raw';
import { allSubmissions, reconcile } from '../../lake/submission/reconcile';
import { recover } from '../../lake/submission/recover';
import { judge } from '../../lake/submission/seal';
import { contractOf } from '../../lake/submission/submit';
import { listVersions } from '../../lake/submission/versions';
import { SUBMISSION_FIELD } from '../../lake/table/data-file';
import { MemberReader } from '../../lake/table/holdings';
import { copyToLedger } from '../../lake/table/ledger';
import { isLive, type ManifestEntry, statOf } from '../../lake/table/manifest';
import { currentSnapshot, type Snapshot, type TableMetadata } from '../../lake/table/metadata';
import { dropSnapshots, withoutSnapshot } from '../../lake/table/metadata-builder';
import { mayHold, onlyText } from '../../lake/table/ownership';
import { tablePorts, transact } from '../../lake/table/transact';
import { keyOf, type LoadedManifest, loadManifestList, loadManifests, tableOf } from '../../lake/table/tree';
import type { ObjectStore } from '../ports';
import { type Mend, said, type VerifyCheck } from '../verify/check';
import { existing } from '../verify/existing';
import { visibly } from './at-work';
import { sweepRebuilds } from './placing';
import type { LocalLake } from './verify';

export interface RepairOptions {
  readonly onStep?: (what: string) => void;
}

export interface Repaired {
  /** What was done, in order. */
  readonly done: readonly Bilingual[];
  /** What was tried and could not be done, and why. */
  readonly failed: readonly Bilingual[];
  /** Tables of marts that lost a file: `refresh` computes them anew. */
  readonly marts: readonly string[];
}

type Of<K extends Mend['kind']> = Extract<Mend, { kind: K }>;

/** @param checks what verifyLake just answered */
export async function repairLake(
  lake: LocalLake,
  checks: readonly VerifyCheck[],
  { onStep = () => {} }: RepairOptions = {},
): Promise<Repaired> {
  const mends = checks.flatMap(({ problems }) => problems.flatMap(({ mend }) => mend ?? []));
  const of = <K extends Mend['kind']>(kind: K): Of<K>[] => mends.filter((mend): mend is Of<K> => mend.kind === kind);
  const done: Bilingual[] = [];
  const failed: Bilingual[] = [];
  const attempt = async (what: string, mend: () => Promise<Bilingual[]>) => {
    onStep(what);
    await mend().then(
      (texts) => done.push(...texts),
      (error: unknown) => {
        const { vi, en } = said(error);
        failed.push({ vi: `${what}: ${vi}`, en: `${what}: ${en}` });
      },
    );
  };
  await visibly(lake.ports, async () => {
    await attempt('in-flight', () => finishUnfinished(lake, failed));
    for (const { table } of of('hint')) await attempt(table, () => mendHint(table, lake));
    const datasets = new Set([...lake.contracts.values()].map((contract) => contract.dataset));
    const again = new Set(of('submission').map(({ submission }) => submission));
    const broken = [...of('data'), ...of('mart')];
    for (const table of new Set(broken.map((mend) => mend.table)))
      await attempt(table, async () => {
        const named = new Set(broken.flatMap((mend) => (mend.table === table ? (mend.path ?? []) : [])));
        const { texts, members } = await takeOutBroken(table, named, datasets.has(table), lake, failed);
        for (const member of members) again.add(member);
        return texts;
      });
    for (const submission of again) await attempt(submission, () => takeInAgain(submission, lake));
    for (const table of new Set(of('past').map((mend) => mend.table)))
      await attempt(table, () => dropUnreadable(table, lake));
    for (const { submission, version } of of('receipt'))
      if (!again.has(submission)) await attempt(submission, () => answerAgain(submission, version, lake));
    for (const dataset of new Set(of('offers').map((mend) => mend.dataset)))
      await attempt(dataset, async () => {
        const dropped = await dropStaleOffers(dataset, lake.ports);
        if (dropped === 0) return [];
        return [
          {
            vi: `Bỏ ${dropped} đề nghị ghi quá hạn của ${dataset}.`,
            en: `Dropped ${dropped} stale offers of ${dataset}.`,
          },
        ];
      });
  });
  return { done, failed, marts: [...new Set(of('mart').map(({ table }) => table))] };
}

/** What killed processes left: submissions half taken in, zones half built. */
async function finishUnfinished(lake: LocalLake, failed: Bilingual[]): Promise<Bilingual[]> {
  const swept = sweepRebuilds(lake.ports).map((name) => ({
    vi: `Xóa phần dở dang của một lần dựng lại: ${name}.`,
    en: `Removed what an unfinished rebuild left: ${name}.`,
  }));
  const finished = await recover(lake, (problem) => failed.push(problem));
  return [
    ...swept,
    ...finished.map(({ file, receipt }) => ({
      vi: `Hoàn tất tệp bị gián đoạn ${file} (${receipt.submission}).`,
      en: `Finished the interrupted file ${file} (${receipt.submission}).`,
    })),
  ];
}

async function mendHint(table: string, lake: LocalLake): Promise<Bilingual[]> {
  const head = await lake.ports.catalog.load(table);
  if (!head) return [];
  await lake.ports.zones.curated.put(`${table}/metadata/version-hint.text`, head.token);
  return [
    {
      vi: `Ghi lại curated/${table}/metadata/version-hint.text: ${head.token}.`,
      en: `Rewrote curated/${table}/metadata/version-hint.text: ${head.token}.`,
    },
  ];
}

interface Broken {
  readonly entry: ManifestEntry;
  /** Submissions with rows in the file; null: nobody tells. */
  readonly members: readonly string[] | null;
}

/**
 * Live files that are gone or damaged leave the table, unread, when everything in them can be taken in again from raw.
 * Until that is done, readers see nothing of those submissions; before, they saw an error.
 */
async function takeOutBroken(
  table: string,
  named: ReadonlySet<string>,
  isDataset: boolean,
  lake: LocalLake,
  failed: Bilingual[],
): Promise<{ readonly texts: Bilingual[]; readonly members: readonly string[] }> {
  const paths = new Set<string>();
  const members = new Set<string>();
  const { curated } = lake.ports.zones;
  await transact<void>(table, tablePorts(lake.ports), async (head) => {
    if (!head) return { kind: 'done', answer: undefined };
    paths.clear();
    members.clear();
    const base = head.metadata;
    const refs = await loadManifestList(curated, base, currentSnapshot(base));
    const read = await loadManifests(curated, base, refs);
    const remove: ManifestEntry[] = [];
    for (const broken of await brokenEntries(base, read, named, lake)) {
      const path = keyOf(curated, base, broken.entry.data_file.file_path);
      const missing = isDataset ? await notReproducible(broken, lake) : undefined;
      if (missing !== undefined) {
        failed.push({
          vi: `curated/${path} hỏng và không nhận lại được: ${missing.vi}`,
          en: `curated/${path} is damaged and cannot be taken in again: ${missing.en}`,
        });
        continue;
      }
      remove.push(broken.entry);
      paths.add(path);
      for (const member of broken.members ?? []) if (isDataset) members.add(member);
    }
    if (remove.length === 0) return { kind: 'done', answer: undefined };
    // What else there is of the same submissions goes along: they come back whole or not at all.
    const live = read.flatMap(({ ref, entries }) => (ref.content === 0 ? entries.filter(isLive) : []));
    for (const entry of live)
      if (!remove.includes(entry) && members.has(onlyText(statOf(entry, SUBMISSION_FIELD)) ?? '')) remove.push(entry);
    const rewrites = remove.map((entry) => ({
      filesRemoved: [entry.data_file.file_path],
      fileAdded: null,
      members: [],
    }));
    return {
      kind: 'snapshot',
      change: { base, refs, read, add: [], remove, preservesRows: false, effects: [], rewrites },
      answer: () => undefined,
    };
  });
  const texts = [...paths].map((path) => ({
    vi: `Đưa tệp hỏng curated/${path} ra khỏi bảng.`,
    en: `Took the damaged file curated/${path} out of the table.`,
  }));
  return { texts, members: [...members] };
}

async function brokenEntries(
  base: TableMetadata,
  read: readonly LoadedManifest[],
  named: ReadonlySet<string>,
  lake: LocalLake,
): Promise<Broken[]> {
  const { curated } = lake.ports.zones;
  const reader = new MemberReader(tablePorts(lake.ports), base);
  const broken: Broken[] = [];
  for (const entry of read.flatMap(({ ref, entries }) => (ref.content === 0 ? entries.filter(isLive) : []))) {
    const path = curated.location(keyOf(curated, base, entry.data_file.file_path));
    if (!named.has(path)) continue;
    // Whose rows a file holds that another engine merged only the rows could tell.
    const members = await reader.membersOf(entry).catch(() => undefined);
    broken.push({ entry, members: members?.map(({ sk }) => sk) ?? (await possible(entry, base, lake)) });
  }
  return broken;
}

/** Where another engine merged files nobody says whose rows one holds: every submission its bounds do not rule out. */
async function possible(entry: ManifestEntry, base: TableMetadata, lake: LocalLake): Promise<string[]> {
  const table = tableOf(base);
  const stat = statOf(entry, SUBMISSION_FIELD);
  const all = await allSubmissions(lake);
  return all.filter((one) => contractOf(one, lake)?.dataset === table && mayHold(stat, one));
}

/** Why the rows of a file cannot be had again from raw; undefined: they can. */
async function notReproducible({ members }: Broken, lake: LocalLake): Promise<Bilingual | undefined> {
  const { raw, control } = lake.ports.zones;
  for (const submission of members ?? []) {
    const contract = contractOf(submission, lake);
    if (!contract)
      return { vi: `${submission} không còn hợp đồng dữ liệu`, en: `${submission} has no contract any more` };
    for (const version of await listVersions(control, submission)) {
      const kept = await rawOf(version, control);
      const path = await existing(raw, kept.key);
      const digest = path === undefined ? undefined : await lake.ports.files.digest(path);
      if (digest?.sha256 !== kept.sha256)
        return { vi: `thiếu hoặc hỏng tệp raw/${kept.key}`, en: `raw/${kept.key} is missing or damaged` };
    }
  }
  return undefined;
}

/**
 * Snapshots of the past that name files which are gone can answer nobody: they leave the history, their records go to the
 * ledger. Their rows are those of versions kept in raw. Tagged ones stay, and so does the current one.
 */
async function dropUnreadable(table: string, lake: LocalLake): Promise<Bilingual[]> {
  const { store, ledger, clock, ...ports } = tablePorts(lake.ports);
  let dropped = 0;
  await transact<void>(
    table,
    { store, ledger, clock, ...ports },
    async (head) => {
      const gone: Snapshot[] = [];
      const current = head && currentSnapshot(head.metadata);
      // While the table itself cannot be read, its past may be what a backup brings back.
      if (!head || !current || !(await isReadable(current, head.metadata, store)))
        return { kind: 'done', answer: undefined };
      const pinned = new Set([
        head.metadata['current-snapshot-id'],
        ...Object.values(head.metadata.refs ?? {}).map((ref) => ref['snapshot-id']),
      ]);
      for (const snapshot of head.metadata.snapshots ?? [])
        if (!pinned.has(snapshot['snapshot-id']) && !(await isReadable(snapshot, head.metadata, store)))
          gone.push(snapshot);
      if (gone.length === 0) return { kind: 'done', answer: undefined };
      await copyToLedger(store, ledger, head.metadata, gone);
      dropped = gone.length;
      const base = withoutSnapshot(head.metadata, clock.now(), head.location);
      const ids = new Set(gone.map((snapshot) => snapshot['snapshot-id']));
      return { kind: 'metadata', metadata: dropSnapshots(base, ids) };
    },
    { allowForeign: true },
  );
  if (dropped === 0) return [];
  return [
    {
      vi: `Bỏ ${dropped} lần ghi cũ của ${table} không còn đọc được; sổ cái vẫn giữ chúng.`,
      en: `Dropped ${dropped} earlier snapshots of ${table} that could not be read any more; the ledger keeps them.`,
    },
  ];
}

async function isReadable(snapshot: Snapshot, metadata: TableMetadata, store: ObjectStore): Promise<boolean> {
  try {
    const refs = await loadManifestList(store, metadata, snapshot);
    for (const entry of (await loadManifests(store, metadata, refs)).flatMap(({ entries }) => entries.filter(isLive))) {
      const found = await store.head(keyOf(store, metadata, entry.data_file.file_path));
      if (found?.sizeBytes !== Number(entry.data_file.file_size_in_bytes)) return false;
    }
    return true;
  } catch {
    // Whatever keeps it from being read: the answer is no.
    return false;
  }
}

/** What readers should see of a submission, made visible from raw. */
async function takeInAgain(submission: string, lake: LocalLake): Promise<Bilingual[]> {
  const { submitted, retracted } = await reconcile(lake, { submissions: [submission] });
  return [
    ...submitted.map(({ file, receipt }) => ({
      vi: `Nhận lại ${file} từ tệp gốc: ${receipt.rowsAccepted} dòng của ${submission}.`,
      en: `Took ${file} in again from raw: ${receipt.rowsAccepted} rows of ${submission}.`,
    })),
    ...retracted.map(() => ({
      vi: `Đưa các dòng đã rút lại của ${submission} ra khỏi bảng.`,
      en: `Took the retracted rows of ${submission} out of the table.`,
    })),
  ];
}

/** A receipt that is gone or damaged is composed again from the raw file; rows change only if they were wrong. */
async function answerAgain(submission: string, id: string, lake: LocalLake): Promise<Bilingual[]> {
  const contract = contractOf(submission, lake);
  const version = (await listVersions(lake.ports.zones.control, submission)).find((one) => one.version === id);
  if (!contract || !version) return [];
  await markInFlight(version, lake.ports);
  await commitJudged([await judge(version, contract, lake)], lake);
  return [
    { vi: `Lập lại biên nhận của ${submission} ${id}.`, en: `Composed the receipt of ${submission} ${id} again.` },
  ];
}
