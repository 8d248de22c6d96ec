// The curated zone anew from raw: every wanted version judged again and committed into a zone beside the old one, the rows
// of both compared, and only then the one put in place of the other.
import { copyFileSync, existsSync, linkSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Contract } from '../../lake/contract/contract';
import { tableDefinition } from '../../lake/contract/types';
import { suppressionOf } from '../../lake/erasure/suppression';
import { type Bilingual, InputError } from '../../lake/errors';
import { wantedVersion } from '../../lake/submission/candidates';
import type { Judged } from '../../lake/submission/judged';
import { allSubmissions } from '../../lake/submission/reconcile';
import { judge } from '../../lake/submission/seal';
import { contractOf } from '../../lake/submission/submit';
import { writerEpoch } from '../../lake/submission/verdict';
import type { Version } from '../../lake/submission/versions';
import { commit } from '../../lake/table/commit';
import { parseMetadata, printMetadata, type TableMetadata } from '../../lake/table/metadata';
import { planScan } from '../../lake/table/plan';
import { tablePorts } from '../../lake/table/transact';
import type { Head, ObjectStore, TableCatalog } from '../ports';
import { said } from '../verify/check';
import { assertAlone, visibly } from './at-work';
import { compareTables, type Difference } from './compare';
import { localObjectStore } from './object-store';
import { buildFolder, place, stampOf, sweepRebuilds } from './placing';
import type { LocalLake } from './verify';

export interface RebuildRequest {
  /** Default: every dataset. */
  readonly datasets?: readonly string[];
  /** Only builds and compares. */
  readonly check?: boolean;
  /** Takes the new zone even though it differs. */
  readonly force?: boolean;
  /** The old zone is deleted instead of kept. */
  readonly discard?: boolean;
  readonly onStep?: (label: string, done: number, of: number) => void;
}

export interface RebuiltTable {
  readonly dataset: string;
  readonly submissions: number;
  readonly rows: number;
  /** `lost`: the old table was gone or could not be read; `why` says so. */
  readonly outcome: 'equal' | 'differs' | 'lost';
  readonly why?: Bilingual;
  readonly differences: readonly Difference[];
}

export interface Rebuilt {
  readonly tables: readonly RebuiltTable[];
  readonly isPlaced: boolean;
  /** Name, beside `curated`, of the zone as it was; null: it was deleted, or is still in place. */
  readonly before: string | null;
  /** Half-made folders of earlier rebuilds that were swept away. */
  readonly swept: readonly string[];
}

/** Submissions in one snapshot, as when files are taken in. */
const BATCH = 200;

/** Stores of the new zone name their files as if they already lay in the old one's place. */
function asCurated(inner: ObjectStore, final: ObjectStore): ObjectStore {
  return { ...inner, location: (key) => final.location(key) };
}

/** Reads fall through to what is below; what is written stays above. */
function overlay(above: ObjectStore, below: ObjectStore): ObjectStore {
  return {
    ...above,
    get: async (key) => (await above.get(key)) ?? below.get(key),
    head: async (key) => (await above.head(key)) ?? below.head(key),
    putIfAbsent: async (key, body) => ((await below.head(key)) ? 'EXISTS' : above.putIfAbsent(key, body)),
    toFile: async (key) => ((await above.head(key)) ? above : below).toFile(key),
    list: async (prefix) => {
      const objects = new Map((await below.list(prefix)).map((object) => [object.key, object]));
      for (const object of await above.list(prefix)) objects.set(object.key, object);
      return [...objects.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
    },
    location: (key) => below.location(key),
  };
}

/**
 * Directory tables of one writer whose versions go on after those of the old zone: a process that still holds an old head
 * and writes the version after it finds that place taken, and looks again.
 */
function continuing(store: ObjectStore, below: TableCatalog, fences: ReadonlyMap<string, Fence>): TableCatalog {
  const heads = new Map<string, Head>();
  return {
    list: async () => [...new Set([...(await below.list()), ...heads.keys()])].sort(),
    load: async (table) => heads.get(table) ?? (fences.has(table) ? undefined : below.load(table)),
    async swap(table, base, next) {
      const { lastVersion = 0, erasureEpoch = 0 } = fences.get(table) ?? {};
      const version = base ? Number(base.token) + 1 : lastVersion + 1;
      const key = `${table}/metadata/v${version}.metadata.json`;
      // Whatever was sealed before the last erasure stays refused.
      const fence = erasureEpoch === 0 ? {} : { 'lake.erasure-epoch': String(erasureEpoch) };
      const text = printMetadata({ ...next, properties: { ...next.properties, ...fence } });
      const outcome = await store.putIfAbsent(key, text);
      if (outcome !== 'CREATED') return outcome === 'EXISTS' ? 'CONFLICT' : 'UNKNOWN';
      const location = store.location(key);
      // As it will be read back.
      heads.set(table, { token: String(version), location, metadata: parseMetadata(text, location) });
      await store.put(`${table}/metadata/version-hint.text`, String(version));
      return 'OK';
    },
  };
}

/** Lists that others lean on first. */
export function referencesFirst(contracts: readonly Contract[]): Contract[] {
  const byDataset = new Map(contracts.map((contract) => [contract.dataset, contract]));
  const ordered = new Set<Contract>();
  const visiting = new Set<Contract>();
  const visit = (contract: Contract) => {
    if (ordered.has(contract) || visiting.has(contract)) return;
    visiting.add(contract);
    for (const { codeList } of contract.columns) {
      const list = codeList?.kind === 'table' ? byDataset.get(codeList.table) : undefined;
      if (list) visit(list);
    }
    ordered.add(contract);
  };
  for (const contract of contracts) visit(contract);
  return [...ordered];
}

/** @throws InputError E_BUSY, E_TABLE and whatever judging and committing may throw */
export async function rebuild(request: RebuildRequest, lake: LocalLake): Promise<Rebuilt> {
  const home = lake.ports;
  const chosen = chooseContracts(request.datasets, lake);
  await assertAlone(home);
  const swept = sweepRebuilds(home);
  return visibly(home, async (dir) => {
    const name = buildFolder(home.workspace.owner, home.clock.now());
    const folder = join(home.dir, name);
    mkdirSync(folder);
    try {
      const control = localObjectStore(join(dir, 'control'), { tmpDir: join(home.dir, 'tmp') });
      const tables = await buildAnew(chosen, folder, control, request, lake);
      const differs = tables.some((table) => table.outcome === 'differs');
      if (request.check || (differs && !request.force)) return { tables, isPlaced: false, before: null, swept };
      const anew = chosen.map((contract) => contract.dataset);
      carryOver(join(home.dir, 'curated'), folder, anew);
      await keepControl(control, home.zones.control);
      // Whatever somebody commits from here on to the old zone is wanted still: the caller reconciles.
      await assertAlone(home);
      const before = `curated.before-${stampOf(home.clock.now())}`;
      place(home.dir, { ready: name, before });
      if (request.discard) rmSync(join(home.dir, before), { recursive: true, force: true });
      return { tables, isPlaced: true, before: request.discard ? null : before, swept };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

function chooseContracts(names: readonly string[] | undefined, lake: LocalLake): Contract[] {
  const all = [...lake.contracts.values()];
  const unknown = names?.find((name) => !all.some(({ dataset, name: full }) => dataset === name || full === name));
  if (unknown !== undefined) {
    const known = all.map((contract) => contract.dataset).join(', ');
    throw new InputError('E_TABLE', {
      vi: `Không có bộ dữ liệu “${unknown}” để dựng lại; các bộ: ${known}. Bảng chuyên đề và chỉ tiêu được tính lại bằng “tamgiang refresh”.`,
      en: `There is no dataset “${unknown}” to rebuild; datasets: ${known}. Marts and KPIs are computed anew by “tamgiang refresh”.`,
    });
  }
  const chosen = names ? all.filter(({ dataset, name }) => names.includes(dataset) || names.includes(name)) : all;
  return referencesFirst(all).filter((contract) => chosen.includes(contract));
}

/** @param control takes what judging and committing write to the control zone, until the new zone is in place */
async function buildAnew(
  chosen: readonly Contract[],
  folder: string,
  control: ObjectStore,
  request: RebuildRequest,
  lake: LocalLake,
): Promise<readonly RebuiltTable[]> {
  const home = lake.ports;
  const { zones } = home;
  const fresh = asCurated(localObjectStore(folder, { tmpDir: join(home.dir, 'tmp') }), zones.curated);
  // Tables that are not made anew are read where they are: some of them are lists others lean on.
  const curated = overlay(fresh, zones.curated);
  const ports = {
    ...home,
    zones: { ...zones, curated, control: overlay(control, zones.control) },
    catalog: continuing(fresh, home.catalog, await fencesOf(chosen, lake)),
  };
  const anew: LocalLake = { ...lake, ports };
  const wanted = await wantedVersions(chosen, lake);
  const of = [...wanted.values()].reduce((sum, versions) => sum + versions.length, 0);
  let done = 0;
  const tables: RebuiltTable[] = [];
  for (const contract of chosen) {
    const versions = wanted.get(contract.dataset) ?? [];
    const refused: Difference[] = [];
    let batch: Judged[] = [];
    const flush = async () => {
      const effects = batch.flatMap(({ effect }) => (effect ? [effect] : []));
      if (effects.length > 0) {
        const table = tableDefinition(contract);
        await commit({ table, effects, writerEpoch: writerEpoch(contract) }, tablePorts(ports));
      }
      for (const judged of batch) await judged.close();
      batch = [];
    };
    for (const version of versions) {
      request.onStep?.(version.submission, done++, of);
      const judged = await judge(version, contract, anew);
      batch.push(judged);
      if (!judged.effect) refused.push(refusal(version));
      if (batch.length >= BATCH) await flush();
    }
    await flush();
    const dataset = contract.dataset;
    request.onStep?.(dataset, done, of);
    const [before, after] = [await loadOld(dataset, lake), await ports.catalog.load(dataset)];
    const rows = after ? await rowsOf(after.metadata, curated) : 0;
    const common = { dataset, submissions: versions.length, rows };
    if (before.why !== undefined || (!before.metadata && versions.length > 0)) {
      const gone = { vi: `không còn bảng curated/${dataset}`, en: `the table curated/${dataset} is gone` };
      tables.push({ ...common, outcome: 'lost', why: before.why ?? gone, differences: refused });
      continue;
    }
    const compared = await compareTables(
      contract,
      { store: zones.curated, metadata: before.metadata },
      { store: curated, metadata: after?.metadata },
      lake,
    ).catch((error: unknown) => said(error));
    if ('vi' in compared) {
      tables.push({ ...common, outcome: 'lost', why: compared, differences: refused });
      continue;
    }
    const explained = compared.map((one) => refused.find(({ submission }) => submission === one.submission) ?? one);
    tables.push({ ...common, outcome: explained.length === 0 ? 'equal' : 'differs', differences: explained });
  }
  return tables;
}

function refusal({ submission }: Version): Difference {
  return {
    submission,
    before: null,
    after: null,
    why: {
      vi: 'xét theo danh mục và hợp đồng hiện nay thì tệp này bị từ chối',
      en: 'held against today’s lists and contract this file is refused',
    },
  };
}

async function rowsOf(metadata: TableMetadata, store: ObjectStore): Promise<number> {
  return (await planScan(store, metadata)).files.reduce((sum, file) => sum + file.rows, 0);
}

/** The old table; `why` when it cannot be read. */
async function loadOld(
  table: string,
  lake: LocalLake,
): Promise<{ readonly metadata?: TableMetadata; readonly why?: Bilingual }> {
  try {
    const head = await lake.ports.catalog.load(table);
    return head ? { metadata: head.metadata } : {};
  } catch (error) {
    return { why: said(error) };
  }
}

/** What the new tables take over from the old ones: the place in the order of metadata versions, and who is erased. */
interface Fence {
  readonly lastVersion: number;
  readonly erasureEpoch: number;
}

/**
 * By the names of the old files: the files themselves may be beyond reading.
 * @throws InputError E_WRITER_EPOCH when newer software has written a table
 */
async function fencesOf(chosen: readonly Contract[], lake: LocalLake): Promise<ReadonlyMap<string, Fence>> {
  const { curated, control } = lake.ports.zones;
  const fences = new Map<string, Fence>();
  for (const contract of chosen) {
    const { dataset } = contract;
    const { metadata } = await loadOld(dataset, lake);
    const epoch = Number(metadata?.properties?.['lake.writer-epoch'] ?? '0');
    if (epoch > writerEpoch(contract))
      throw new InputError('E_WRITER_EPOCH', {
        vi: `Bảng ${dataset} đã được ghi theo hợp đồng dữ liệu hoặc phần mềm mới hơn (mốc ${epoch}, ở đây là ${writerEpoch(contract)}). Hãy cập nhật phần mềm và thư mục schemas/ trên máy này rồi chạy lại lệnh.`,
        en: `Table ${dataset} has been written under a newer contract or newer software (epoch ${epoch}, here ${writerEpoch(contract)}). Update the software and the folder schemas/ on this computer, then run the command again.`,
      });
    const keys = await curated.list(`${dataset}/metadata/v`);
    const numbers = keys.map(({ key }) => Number(/\/v(\d+)\.metadata\.json$/.exec(key)?.[1] ?? 0));
    const { epoch: erasureEpoch } = await suppressionOf(dataset, control);
    fences.set(dataset, { lastVersion: Math.max(0, ...numbers), erasureEpoch });
  }
  return fences;
}

async function wantedVersions(
  chosen: readonly Contract[],
  lake: LocalLake,
): Promise<ReadonlyMap<string, readonly Version[]>> {
  const wanted = new Map<string, Version[]>();
  for (const submission of await allSubmissions(lake)) {
    const contract = contractOf(submission, lake);
    if (!contract || !chosen.includes(contract)) continue;
    const version = await wantedVersion(lake.ports.zones.control, submission);
    if (version) wanted.set(contract.dataset, [...(wanted.get(contract.dataset) ?? []), version]);
  }
  return wanted;
}

/** Tables that were not made anew go along as they are. Their files never change, so they need no copy of their own. */
function carryOver(from: string, to: string, except: readonly string[]): void {
  for (const entry of existsSync(from) ? readdirSync(from, { recursive: true, withFileTypes: true }) : []) {
    const source = join(entry.parentPath, entry.name);
    const key = source.slice(from.length + 1);
    const table = key.split(/[\\/]/)[0] ?? '';
    if (!entry.isFile() || except.includes(table)) continue;
    const target = join(to, key);
    mkdirSync(dirname(target), { recursive: true });
    try {
      linkSync(source, target);
    } catch {
      copyFileSync(source, target);
    }
  }
}

/** Verdicts and ledger of the new tables: without them the same files would be judged once more. */
async function keepControl(control: ObjectStore, into: ObjectStore): Promise<void> {
  for (const prefix of ['verdict/', 'ledger/'])
    for (const { key } of await control.list(prefix)) {
      const bytes = await control.get(key);
      if (bytes) await into.putIfAbsent(key, bytes);
    }
}
