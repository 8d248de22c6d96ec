// Holds the whole lake against its promises: files, sums, lineage. Reads only.
import { existsSync, statSync } from 'node:fs';
import { InputError } from '../../lake/errors';
import { sqlString } from '../../lake/intake/sql-text';
import { inFlightKeys, readInFlight, TAKE_OVER_AFTER_MS } from '../../lake/submission/in-flight';
import type { Receipt } from '../../lake/submission/receipt';
import { readReceipt, readWholeReceipt } from '../../lake/submission/receipt-store';
import type { Lake } from '../../lake/submission/submit';
import { readVerdicts } from '../../lake/submission/verdict';
import { readVersion, type Version, versionKeys } from '../../lake/submission/versions';
import type { DataFile } from '../../lake/table/data-file';
import { keyAt } from '../../lake/table/location';
import { currentSnapshot } from '../../lake/table/metadata';
import { type LiveVersion, liveVersions, planFiles } from '../../lake/table/plan';
import { type Engine, openEngine } from '../duckdb/engine';

export interface VerifyCheck {
  readonly name: string;
  readonly ok: boolean;
  /** What was looked at, and everything that is wrong, up to ten. */
  readonly detail: string;
}

export async function verifyLake(lake: Lake, onStep: (name: string) => void = () => {}): Promise<VerifyCheck[]> {
  const engine = await openEngine({ threads: 2 });
  try {
    const checks: VerifyCheck[] = [];
    const add = async (name: string, look: () => Promise<VerifyCheck[]>) => {
      onStep(name);
      // Whatever cannot be read is an answer: the rest is looked at all the same.
      checks.push(...(await look().catch((error: unknown) => [check(name, 'unreadable', [said(error)])])));
    };
    const known = await readKnown(lake);
    await add('raw: hashes', async () => [await verifyRaw(known.versions, lake)]);
    await add('control: records', async () => [known.records]);
    const tables = await tablesOf(known, lake).catch((error: unknown) => {
      checks.push(check('catalog', 'the list of tables', [said(error)]));
      return [];
    });
    for (const table of tables) {
      await add(`${table}: metadata`, () => verifyTable(table, known, lake, engine));
    }
    await add('in-flight', async () => [known.inFlight]);
    return checks;
  } finally {
    await engine.close();
  }
}

/** What the control zone says was received and judged. */
interface Known {
  readonly versions: readonly Version[];
  /** Dataset → what was judged of it, oldest version first. */
  readonly judged: ReadonlyMap<string, readonly JudgedVersion[]>;
  readonly records: VerifyCheck;
  readonly inFlight: VerifyCheck;
}

interface JudgedVersion {
  readonly version: Version;
  /** The best of its verdicts, whatever lists it was held against. */
  readonly isGood: boolean;
  readonly rowsAccepted: number;
  /** A process is at work on it, or died over it: the next put finishes it. */
  readonly isPending: boolean;
}

async function readKnown(lake: Lake): Promise<Known> {
  const { control } = lake.ports.zones;
  const { pending, inFlight } = await readPending(lake);
  const problems: string[] = [];
  const versions: Version[] = [];
  const judged = new Map<string, JudgedVersion[]>();
  for (const key of await versionKeys(control)) {
    try {
      const version = await readVersion(control, key);
      versions.push(version);
      const contract = lake.contracts.get(version.submission.split('/').slice(0, 2).join('/'));
      if (!contract) {
        problems.push(`${version.submission} has no contract`);
        continue;
      }
      const verdicts = await readVerdicts(control, version);
      if (verdicts.length === 0) continue;
      const good = verdicts.filter(({ verdict }) => verdict !== 'rejected');
      const rowsAccepted = Math.max(0, ...good.map((verdict) => verdict.rowsAccepted));
      const isPending = pending.has(idOf(version));
      const entry = { version, isGood: good.length > 0, rowsAccepted, isPending };
      judged.set(contract.dataset, [...(judged.get(contract.dataset) ?? []), entry]);
    } catch (error) {
      problems.push(said(error));
    }
  }
  const records = check('control: records', `${versions.length} versions`, problems);
  return { versions, judged, records, inFlight };
}

/** Markers of unfinished submissions. They are no loss: the next put finishes them, unless it has tried for too long. */
async function readPending(lake: Lake): Promise<{ pending: ReadonlySet<string>; inFlight: VerifyCheck }> {
  const { clock, zones } = lake.ports;
  const pending = new Set<string>();
  const problems: string[] = [];
  for (const key of await inFlightKeys(zones.control)) {
    try {
      const marker = await readInFlight(zones.control, key);
      if (!marker) continue;
      pending.add(`${marker.submission} ${marker.version}`);
      if (clock.now() - marker.sinceMs > TAKE_OVER_AFTER_MS)
        problems.push(`control/${key} has been unfinished for over an hour; “tamgiang put” says why`);
    } catch (error) {
      problems.push(said(error));
    }
  }
  const looked = pending.size === 0 ? 'none unfinished' : `${pending.size} unfinished, the next put finishes them`;
  return { pending, inFlight: check('in-flight', looked, problems) };
}

/** Tables there are, and tables there must be: somebody's rows were accepted into them. */
async function tablesOf(known: Known, lake: Lake): Promise<string[]> {
  const expected = [...known.judged]
    .filter(([, versions]) => versions.some((one) => one.isGood && one.rowsAccepted > 0))
    .map(([dataset]) => dataset);
  return [...new Set([...(await lake.ports.catalog.list()), ...expected])].sort();
}

async function verifyTable(table: string, known: Known, lake: Lake, engine: Engine): Promise<VerifyCheck[]> {
  const { catalog, zones } = lake.ports;
  const judged = known.judged.get(table);
  const head = await catalog.load(table);
  const { files } = head ? await planFiles(zones.curated, head.metadata) : { files: [] };
  const checks: VerifyCheck[] = [];
  if (head) {
    checks.push(await verifyFiles(table, files, lake, engine));
    const total = Number(currentSnapshot(head.metadata)?.summary['total-records'] ?? 0);
    const rows = files.reduce((sum, file) => sum + file.rows, 0);
    const looked = `${rows} rows in manifests, ${total} in the snapshot summary`;
    checks.push(check(`${table}: total`, looked, rows === total ? [] : ['they differ']));
  }
  const isDataset = [...lake.contracts.values()].some((contract) => contract.dataset === table);
  if (!isDataset) return checks;
  const live = liveVersions(files);
  checks.push(verifyNewest(table, judged ?? [], live, head !== undefined));
  checks.push(await verifyReceipts(table, live, judged ?? [], known.versions, lake));
  if (head) checks.push(await verifyLineage(table, files, known.versions, lake, engine));
  return checks;
}

/** The newest version let in of every submission is the one readers see: nothing was lost, nothing came back. */
function verifyNewest(
  table: string,
  judged: readonly JudgedVersion[],
  live: ReadonlyMap<string, LiveVersion>,
  exists: boolean,
): VerifyCheck {
  const bySubmission = new Map<string, JudgedVersion[]>();
  for (const one of judged) {
    const { submission } = one.version;
    if (one.isGood) bySubmission.set(submission, [...(bySubmission.get(submission) ?? []), one]);
  }
  const problems: string[] = [];
  for (const [submission, good] of bySubmission) {
    const settled = good.findLastIndex((one) => !one.isPending);
    if (settled < 0) continue;
    // A version still being worked on may or may not be visible yet.
    const allowed = good.slice(settled);
    const shown = live.get(submission);
    const isRight = allowed.some(({ version, rowsAccepted }) =>
      rowsAccepted === 0 ? !shown : shown?.version === version.version,
    );
    if (isRight) continue;
    const { file, version } = allowed[0]!.version;
    const found = shown ? `the table shows ${shown.version ?? 'several versions'}` : 'the table shows no row of it';
    problems.push(`${submission}: ${version} (${file}) was let in, ${found}; send the file again: tamgiang put`);
  }
  if (!exists && problems.length > 0) problems.unshift(`the table curated/${table} is gone`);
  return check(`${table}: newest versions`, `${bySubmission.size} submissions let in`, problems);
}

/** One line: our own messages whole, the engine's without the statement below them. */
function said(error: unknown): string {
  if (error instanceof InputError) return error.text.en.replace(/\s+/g, ' ');
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
}

function check(name: string, looked: string, problems: readonly string[]): VerifyCheck {
  const shown = problems.slice(0, 10).join('; ');
  const more = problems.length > 10 ? ` … and ${problems.length - 10} more` : '';
  return { name, ok: problems.length === 0, detail: problems.length === 0 ? looked : `${looked}: ${shown}${more}` };
}

/** Every version's bytes are there and have the stated hash. */
async function verifyRaw(versions: readonly Version[], lake: Lake): Promise<VerifyCheck> {
  const problems: string[] = [];
  const hashes = new Map(versions.map((version) => [version.raw, version]));
  for (const [key, version] of hashes) {
    const path = await pathOf(lake, 'raw', key);
    if (path === undefined) {
      problems.push(`${key} is missing`);
      continue;
    }
    const sha256 = await lake.ports.files.digest(path).then((digest) => digest.sha256, said);
    if (sha256 !== version.sha256) problems.push(`${key} does not have sha256 ${version.sha256}: ${sha256}`);
  }
  return check('raw: hashes', `${hashes.size} raw files of ${versions.length} versions`, problems);
}

async function pathOf(lake: Lake, zone: 'raw' | 'curated', key: string): Promise<string | undefined> {
  try {
    const path = await lake.ports.zones[zone].toFile(key);
    return existsSync(path) ? path : undefined;
  } catch {
    // A store says "no such object" by throwing; for us that is an answer.
    return undefined;
  }
}

/** Every live file exists with the size and row count its manifest states. */
async function verifyFiles(
  table: string,
  files: readonly DataFile[],
  lake: Lake,
  engine: Engine,
): Promise<VerifyCheck> {
  const problems: string[] = [];
  for (const file of files) {
    const key = keyAt(lake.ports.zones.curated, file.path);
    const path = await pathOf(lake, 'curated', key);
    if (path === undefined) {
      problems.push(`${key} is missing`);
      continue;
    }
    const { size } = statSync(path);
    if (size !== file.sizeBytes) problems.push(`${key} has ${size} bytes, its manifest says ${file.sizeBytes}`);
    try {
      const [meta] = await engine.rows(`SELECT num_rows FROM parquet_file_metadata(${sqlString(path)})`);
      if (Number(meta?.num_rows) !== file.rows)
        problems.push(`${key} has ${meta?.num_rows} rows, its manifest says ${file.rows}`);
    } catch (error) {
      problems.push(
        `${key} cannot be read as Parquet: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`,
      );
    }
  }
  return check(`${table}: files`, `${files.length} live files`, problems);
}

/** Every judged version was answered, and each live submission has as many rows as its receipt says. */
async function verifyReceipts(
  table: string,
  live: ReadonlyMap<string, LiveVersion>,
  judged: readonly JudgedVersion[],
  versions: readonly Version[],
  lake: Lake,
): Promise<VerifyCheck> {
  const problems: string[] = [];
  const pending = new Set(judged.filter((one) => one.isPending).map((one) => one.version.version));
  const wanted = new Map(judged.filter((one) => !one.isPending).map(({ version }) => [idOf(version), version]));
  for (const [submission, { version: id }] of live) {
    const version = versions.find((one) => one.submission === submission && one.version === id);
    if (!version) problems.push(`${submission} ${id} is live and has no version record`);
    else if (!pending.has(version.version)) wanted.set(idOf(version), version);
  }
  for (const version of wanted.values()) {
    try {
      const receipt = await readReceipt(lake.ports.zones.receipts, version);
      const shown = live.get(version.submission);
      if (!receipt) problems.push(`${version.submission} ${version.version} has no receipt`);
      else if (shown?.version === version.version) problems.push(...wrongSums(receipt, shown.rows));
    } catch (error) {
      problems.push(said(error));
    }
  }
  return check(`${table}: receipts`, `${wanted.size} answered versions, ${live.size} live submissions`, problems);
}

const idOf = (version: Version): string => `${version.submission} ${version.version}`;

function wrongSums(receipt: Receipt, rows: number): string[] {
  const problems: string[] = [];
  if (receipt.rowsAccepted !== rows)
    problems.push(`${receipt.submission}: receipt says ${receipt.rowsAccepted} rows, the table has ${rows}`);
  if (receipt.rowsIn !== receipt.rowsAccepted + receipt.rowsRejected)
    problems.push(
      `${receipt.submission}: ${receipt.rowsIn} rows in is not ${receipt.rowsAccepted} + ${receipt.rowsRejected}`,
    );
  return problems;
}

/** Every row names a version that was received, and a record number that can be in that file, once. */
async function verifyLineage(
  table: string,
  files: readonly DataFile[],
  versions: readonly Version[],
  lake: Lake,
  engine: Engine,
): Promise<VerifyCheck> {
  const paths: string[] = [];
  for (const file of files) {
    const path = await pathOf(lake, 'curated', keyAt(lake.ports.zones.curated, file.path));
    if (path !== undefined) paths.push(path);
  }
  if (paths.length === 0) return check(`${table}: lineage`, 'no rows', []);
  const problems: string[] = [];
  let groups = 0;
  try {
    const rows = await engine.rows(
      `SELECT _submission, _version, count(*) AS n, count(DISTINCT _row) AS d, min(_row) AS low, max(_row) AS high FROM read_parquet([${paths.map(sqlString).join(', ')}], hive_partitioning = false) GROUP BY ALL`,
    );
    groups = rows.length;
    for (const row of rows) {
      const version = versions.find(
        (candidate) => candidate.submission === row._submission && candidate.version === row._version,
      );
      const receipt = version && (await readWholeReceipt(lake.ports.zones.receipts, version));
      if (!version) problems.push(`rows of ${row._submission} ${row._version} come from no received file`);
      else if (row.n !== row.d) problems.push(`${row._submission}: record numbers repeat`);
      else if (receipt && (Number(row.low) < 1 || Number(row.high) > receipt.rowsIn + receipt.blankRows))
        problems.push(`${row._submission}: record ${row.high} is beyond the file's ${receipt.rowsIn} rows`);
    }
  } catch (error) {
    problems.push(error instanceof Error ? error.message.split('\n')[0]! : String(error));
  }
  return check(`${table}: lineage`, `${groups} versions in the rows`, problems);
}
