// Holds the whole lake against its promises: files, sums, lineage. Reads only.
import { existsSync, statSync } from 'node:fs';
import { sqlString } from '../../lake/intake/sql-text';
import type { Receipt } from '../../lake/submission/receipt';
import { readReceipt } from '../../lake/submission/receipt-store';
import type { Lake } from '../../lake/submission/submit';
import { allVersions, type Version } from '../../lake/submission/versions';
import type { DataFile } from '../../lake/table/data-file';
import { keyAt } from '../../lake/table/location';
import { currentSnapshot } from '../../lake/table/metadata';
import { liveVersions, planFiles } from '../../lake/table/plan';
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
    const { catalog, zones } = lake.ports;
    const datasets = new Set([...lake.contracts.values()].map((contract) => contract.dataset));
    const versions = await allVersions(zones.control);
    const checks: VerifyCheck[] = [];
    onStep('raw');
    checks.push(await verifyRaw(versions, lake));
    for (const table of await catalog.list()) {
      onStep(table);
      const head = await catalog.load(table);
      if (!head) continue;
      const { files } = await planFiles(zones.curated, head.metadata);
      checks.push(await verifyFiles(table, files, lake, engine));
      const total = Number(currentSnapshot(head.metadata)?.summary['total-records'] ?? 0);
      const rows = files.reduce((sum, file) => sum + file.rows, 0);
      checks.push(
        check(
          `${table}: total`,
          `${rows} rows in manifests, ${total} in the snapshot summary`,
          rows === total ? [] : ['they differ'],
        ),
      );
      if (datasets.has(table)) {
        checks.push(await verifyReceipts(table, files, versions, lake));
        checks.push(await verifyLineage(table, files, versions, lake, engine));
      }
    }
    onStep('in-flight');
    const open = await zones.control.list('in-flight/');
    checks.push(
      check(
        'in-flight',
        `${open.length} submissions unfinished`,
        open.map(({ key }) => `${key}: finished by the next put`),
      ),
    );
    return checks;
  } finally {
    await engine.close();
  }
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
    if (path === undefined) problems.push(`${key} is missing`);
    else if ((await lake.ports.files.digest(path)).sha256 !== version.sha256)
      problems.push(`${key} does not have sha256 ${version.sha256}`);
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

/** Each live submission has as many rows as its receipt says, and receipts add up. */
async function verifyReceipts(
  table: string,
  files: readonly DataFile[],
  versions: readonly Version[],
  lake: Lake,
): Promise<VerifyCheck> {
  const problems: string[] = [];
  const live = liveVersions(files);
  for (const [submission, { version: id, rows }] of live) {
    const version = versions.find((candidate) => candidate.submission === submission && candidate.version === id);
    const receipt = version && (await readReceipt(lake.ports.zones.receipts, version));
    if (!receipt) problems.push(`${submission} ${id} has no receipt`);
    else problems.push(...wrongSums(receipt, rows));
  }
  return check(`${table}: receipts`, `${live.size} live submissions`, problems);
}

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
      const receipt = version && (await readReceipt(lake.ports.zones.receipts, version));
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
