// Whether readers see what they should: the rows themselves, by submission and version, against what was received, judged
// and taken back, against the receipts, and against what the commit records say of files several submissions share.
import { sqlList } from '../../lake/intake/sql-text';
import { parallel } from '../../lake/parallel';
import { wantedVersion } from '../../lake/submission/candidates';
import type { Receipt } from '../../lake/submission/receipt';
import { readReceipt, readWholeReceipt } from '../../lake/submission/receipt-store';
import type { Lake } from '../../lake/submission/submit';
import type { Version } from '../../lake/submission/versions';
import { SUBMISSION_FIELD, VERSION_FIELD } from '../../lake/table/data-file';
import { MemberReader } from '../../lake/table/holdings';
import { isLive } from '../../lake/table/manifest';
import { currentSnapshot, type TableMetadata } from '../../lake/table/metadata';
import { onlyText } from '../../lake/table/ownership';
import { tablePorts } from '../../lake/table/transact';
import { loadManifestList, loadManifests } from '../../lake/table/tree';
import type { Engine } from '../duckdb/engine';
import { check, type Problem, REPAIR, said, type VerifyCheck } from './check';
import type { Placed } from './data';
import { idOf, type JudgedVersion, type Known } from './known';

const LOT = 500;
/** Objects asked for at one time. */
const AT_ONCE = 16;

/** What the rows say of one version of one submission. */
interface Shown {
  readonly submission: string;
  readonly version: string;
  readonly rows: number;
  readonly repeats: boolean;
  readonly lowest: number;
  readonly highest: number;
}

type ShownBySubmission = ReadonlyMap<string, readonly Shown[]>;

/** Counts the rows of whole files; a file without rows speaks by the bounds of its lineage columns. */
async function readShown(whole: readonly Placed[], engine: Engine): Promise<ShownBySubmission> {
  const shown = new Map<string, Map<string, Shown>>();
  const add = (one: Shown) => {
    const versions = shown.get(one.submission) ?? new Map<string, Shown>();
    const known = versions.get(one.version);
    versions.set(one.version, {
      ...one,
      rows: one.rows + (known?.rows ?? 0),
      repeats: one.repeats || (known?.repeats ?? false),
      lowest: Math.min(one.lowest, known?.lowest ?? one.lowest),
      highest: Math.max(one.highest, known?.highest ?? one.highest),
    });
    shown.set(one.submission, versions);
  };
  for (const { file } of whole) {
    const submission = onlyText(file.stats.get(SUBMISSION_FIELD));
    const version = onlyText(file.stats.get(VERSION_FIELD));
    if (file.rows === 0 && submission !== undefined && version !== undefined)
      add({ submission, version, rows: 0, repeats: false, lowest: 1, highest: 1 });
  }
  const filled = whole.filter(({ file }) => file.rows > 0);
  for (let at = 0; at < filled.length; at += LOT) {
    const paths = sqlList(filled.slice(at, at + LOT).map(({ path }) => path));
    const rows = await engine.rows(
      `SELECT _submission, _version, count(*) AS n, count(DISTINCT _row) AS d, min(_row) AS low, max(_row) AS high FROM read_parquet(${paths}, hive_partitioning = false) GROUP BY ALL`,
    );
    for (const row of rows)
      add({
        submission: String(row._submission),
        version: String(row._version),
        rows: Number(row.n),
        repeats: row.n !== row.d,
        lowest: Number(row.low),
        highest: Number(row.high),
      });
  }
  return new Map([...shown].map(([submission, versions]) => [submission, [...versions.values()]]));
}

export async function verifyRows(
  table: string,
  metadata: TableMetadata | undefined,
  whole: readonly Placed[],
  known: Known,
  lake: Lake,
  engine: Engine,
): Promise<VerifyCheck[]> {
  const judged = known.judged.get(table) ?? new Map<string, readonly JudgedVersion[]>();
  const shown = await readShown(whole, engine);
  const checks = [
    await verifyNewest(table, judged, shown, metadata !== undefined, lake),
    await verifyReceipts(table, judged, shown, lake),
    await verifyLineage(table, shown, known.versions, lake),
  ];
  if (metadata) checks.push(await verifyMembers(table, metadata, shown, lake));
  return checks;
}

/** The version readers should see of every submission is the one they see: nothing was lost, nothing came back. */
async function verifyNewest(
  table: string,
  judged: ReadonlyMap<string, readonly JudgedVersion[]>,
  shown: ShownBySubmission,
  exists: boolean,
  lake: Lake,
): Promise<VerifyCheck> {
  const problems: Problem[] = [];
  let wantedCount = 0;
  const submissions = [...new Set([...judged.keys(), ...shown.keys()])];
  const newest = await parallel(AT_ONCE, submissions, (one) => wantedVersion(lake.ports.zones.control, one));
  for (const [i, submission] of submissions.entries()) {
    const versions = judged.get(submission) ?? [];
    const wanted = newest[i];
    if (wanted) wantedCount++;
    const seen = shown.get(submission) ?? [];
    // A version still being worked on may or may not be visible yet, and then the one before it is.
    const good = versions.filter((one) => one.isGood && !one.isRetracted);
    const settled = good.findLastIndex((one) => !one.isPending);
    const allowed = good.slice(Math.max(0, settled));
    const mayBeAbsent = wanted === undefined || settled < 0 || allowed.some(isEmpty);
    const isRight =
      seen.length === 0
        ? mayBeAbsent
        : seen.length === 1 && allowed.some(({ version }) => version.version === seen[0]?.version);
    // Nobody's version record, nobody's verdict: the lineage check says so.
    if (isRight || versions.length === 0) continue;
    problems.push(wrongVersion(submission, wanted, seen));
  }
  if (!exists && problems.length > 0)
    problems.unshift({
      text: { vi: `không còn bảng curated/${table}`, en: `the table curated/${table} is gone` },
      repair: `tamgiang rebuild ${table}`,
    });
  const looked = { vi: `${wantedCount} bài gửi được nhận`, en: `${wantedCount} submissions let in` };
  return check(`${table}: newest versions`, looked, problems);
}

/** Before files without rows were kept, a submission without rows left no trace. */
const isEmpty = ({ rowsAccepted }: JudgedVersion): boolean => rowsAccepted === 0;

function wrongVersion(submission: string, wanted: Version | undefined, seen: readonly Shown[]): Problem {
  const ids = seen.map(({ version }) => version).join(' + ');
  const found =
    seen.length === 0
      ? { vi: 'bảng không có dòng nào', en: 'the table shows no row of it' }
      : { vi: `bảng hiển thị ${ids}`, en: `the table shows ${ids}` };
  const should = wanted
    ? {
        vi: `${wanted.version} (${wanted.file}) đã được nhận`,
        en: `${wanted.version} (${wanted.file}) was let in`,
      }
    : { vi: 'không bản nào được hiển thị (đã rút lại)', en: 'no version may be seen (taken back)' };
  return {
    text: { vi: `${submission}: ${should.vi}, ${found.vi}`, en: `${submission}: ${should.en}, ${found.en}` },
    repair: REPAIR,
    mend: { kind: 'submission', submission },
  };
}

/** Every judged version was answered, and what is visible has as many rows as its receipt says. */
async function verifyReceipts(
  table: string,
  judged: ReadonlyMap<string, readonly JudgedVersion[]>,
  shown: ShownBySubmission,
  lake: Lake,
): Promise<VerifyCheck> {
  const problems: Problem[] = [];
  const answered = [...judged].flatMap(([submission, versions]) =>
    versions.flatMap((one) => {
      const seen = shown.get(submission)?.find(({ version }) => version === one.version.version);
      return one.isPending || (!one.isJudged && !seen) ? [] : [{ ...one, submission, seen }];
    }),
  );
  const { receipts } = lake.ports.zones;
  const found = await parallel(AT_ONCE, answered, ({ version }) =>
    readReceipt(receipts, version).catch((error: unknown) => ({ unreadable: said(error) })),
  );
  for (const [i, { submission, version, isRetracted, rowsErased, seen }] of answered.entries()) {
    const mend = { kind: 'receipt', submission, version: version.version } as const;
    const receipt = found[i];
    // Whoever took a version back before it was answered needs no answer.
    if (!receipt && isRetracted) continue;
    if (!receipt)
      problems.push({
        text: {
          vi: `${submission} ${version.version} chưa có biên nhận`,
          en: `${submission} ${version.version} has no receipt`,
        },
        repair: REPAIR,
        mend,
      });
    else if ('unreadable' in receipt) problems.push({ text: receipt.unreadable, repair: REPAIR, mend });
    else if (seen) problems.push(...wrongSums(receipt, seen.rows, rowsErased).map((text) => ({ text })));
  }
  const looked = {
    vi: `${answered.length} phiên bản đã trả lời, ${shown.size} bài gửi đang hiển thị`,
    en: `${answered.length} answered versions, ${shown.size} live submissions`,
  };
  return check(`${table}: receipts`, looked, problems);
}

function wrongSums(receipt: Receipt, rows: number, erased: number): { vi: string; en: string }[] {
  const { submission, rowsIn, rowsAccepted, rowsRejected } = receipt;
  const problems: { vi: string; en: string }[] = [];
  if (rows > rowsAccepted || rows < rowsAccepted - erased)
    problems.push({
      vi: `${submission}: biên nhận ghi ${rowsAccepted} dòng, bảng có ${rows}`,
      en: `${submission}: receipt says ${rowsAccepted} rows, the table has ${rows}`,
    });
  if (rowsIn !== rowsAccepted + rowsRejected)
    problems.push({
      vi: `${submission}: ${rowsIn} dòng vào khác ${rowsAccepted} + ${rowsRejected}`,
      en: `${submission}: ${rowsIn} rows in is not ${rowsAccepted} + ${rowsRejected}`,
    });
  return problems;
}

/** Every row names a version that was received, and a record number that can be in that file, once. */
async function verifyLineage(
  table: string,
  shown: ShownBySubmission,
  versions: readonly Version[],
  lake: Lake,
): Promise<VerifyCheck> {
  const problems: Problem[] = [];
  const byId = new Map(versions.map((version) => [idOf(version), version]));
  const all = [...shown.values()].flat();
  const { receipts } = lake.ports.zones;
  const answers = await parallel(AT_ONCE, all, async ({ submission, version: id, rows }) => {
    const version = byId.get(`${submission} ${id}`);
    return version && rows > 0 ? readWholeReceipt(receipts, version) : undefined;
  });
  for (const [i, { submission, version: id, repeats, lowest, highest }] of all.entries()) {
    const version = byId.get(`${submission} ${id}`);
    const receipt = answers[i];
    const say = (vi: string, en: string, repair?: string) =>
      problems.push({ text: { vi, en }, ...(repair === undefined ? {} : { repair }) });
    if (!version)
      say(
        `dòng của ${submission} ${id} không đến từ tệp nào đã nhận`,
        `rows of ${submission} ${id} come from no received file`,
        `tamgiang history ${table}`,
      );
    else if (repeats)
      say(
        `${submission}: số thứ tự bản ghi bị lặp`,
        `${submission}: record numbers repeat`,
        `tamgiang rebuild ${table}`,
      );
    else if (receipt && (lowest < 1 || highest > receipt.rowsIn + receipt.blankRows))
      say(
        `${submission}: bản ghi ${highest} vượt quá ${receipt.rowsIn} dòng của tệp`,
        `${submission}: record ${highest} is beyond the file's ${receipt.rowsIn} rows`,
        `tamgiang rebuild ${table}`,
      );
  }
  const looked = { vi: `${all.length} phiên bản trong các dòng`, en: `${all.length} versions in the rows` };
  return check(`${table}: lineage`, looked, problems);
}

/** What names of files and commit records say of whose rows lie where is what the rows say: commits go by it. */
async function verifyMembers(
  table: string,
  metadata: TableMetadata,
  shown: ShownBySubmission,
  lake: Lake,
): Promise<VerifyCheck> {
  const { curated } = lake.ports.zones;
  const refs = await loadManifestList(curated, metadata, currentSnapshot(metadata));
  const reader = new MemberReader(tablePorts(lake.ports), metadata);
  const stated = new Map<string, number>();
  let [shared, untold] = [0, 0];
  const manifests = await loadManifests(
    curated,
    metadata,
    refs.filter((ref) => ref.content === 0),
  );
  for (const entry of manifests.flatMap(({ entries }) => entries.filter(isLive))) {
    // A file that cannot be read is named by the check of files.
    const members = await reader.membersOf(entry).catch(() => undefined);
    if (!members) untold++;
    else if (members.length > 1) shared++;
    for (const { sk, version, rows } of members ?? []) {
      const key = `${sk} ${version}`;
      stated.set(key, rows + (stated.get(key) ?? 0));
    }
  }
  const problems: Problem[] = [];
  // Where a file cannot be read, the sums cannot be held against each other.
  if (untold === 0)
    for (const one of [...shown.values()].flat()) {
      const rows = stated.get(`${one.submission} ${one.version}`);
      if (rows !== one.rows)
        problems.push({
          text: {
            vi: `${one.submission} ${one.version}: có ${one.rows} dòng, bản ghi của các lần ghi nói ${rows ?? 0}`,
            en: `${one.submission} ${one.version}: ${one.rows} rows, the commit records say ${rows ?? 0}`,
          },
          repair: `tamgiang rebuild ${table}`,
        });
    }
  const looked = {
    vi: `${shared} tệp chung của nhiều bài gửi, ${untold} tệp không đọc được`,
    en: `${shared} files shared by several submissions, ${untold} that cannot be read`,
  };
  return check(`${table}: members`, looked, problems);
}
