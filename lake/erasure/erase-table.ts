// One table without a person: first nobody may commit under an older list, then live files are rewritten, then every
// former state that still shows the person leaves the history, and last the files themselves are deleted.
import type { Head } from '../../platform/ports';
import type { Contract } from '../contract/contract';
import { tableDefinition } from '../contract/types';
import { InputError } from '../errors';
import { wantedVersion } from '../submission/candidates';
import { commitJudged } from '../submission/commit-judged';
import { liveOf } from '../submission/live';
import { receiptFolder } from '../submission/receipt-store';
import { judge } from '../submission/seal';
import type { Lake } from '../submission/submit';
import { type Copy, rewriteFile } from '../table/copy-on-write';
import { referencedKeys } from '../table/expire';
import { MemberReader } from '../table/holdings';
import { copyToLedger } from '../table/ledger';
import { isLive, type ManifestEntry } from '../table/manifest';
import { liveFiles } from '../table/manifest-list';
import { currentSchema, currentSnapshot, type Snapshot, type TableMetadata } from '../table/metadata';
import { createTable, dropSnapshots, withoutSnapshot } from '../table/metadata-builder';
import type { Member } from '../table/record';
import { type TablePorts, tablePorts, transact } from '../table/transact';
import { keyOf, loadManifestList, loadManifests } from '../table/tree';
import type { Journal } from './journal';
import type { ErasurePlaces, HeldRows } from './places';
import { resealed16 } from './resealed-key';

export interface Erasing {
  readonly lake: Lake;
  readonly places: ErasurePlaces;
  readonly journal: Journal;
  /** As asked for; never written anywhere. */
  readonly subject: string;
}

export interface ErasingDataset extends Erasing {
  readonly contract: Contract;
  readonly epoch: number;
  readonly isErased: (value: string) => boolean;
}

const EPOCH = 'lake.erasure-epoch';

/**
 * From here on the table takes no effect that was held against an older list. A table that is not there yet is made, so
 * that the first commit meets the fence too.
 */
export async function fence({ lake, contract, epoch }: ErasingDataset): Promise<void> {
  const ports = tablePorts(lake.ports);
  const { store, rng, clock } = ports;
  await transact<void>(
    contract.dataset,
    ports,
    async (head) => {
      const base =
        head?.metadata ??
        createTable(tableDefinition(contract), store.location(contract.dataset), rng.uuid(), clock.now());
      if (head && Number(base.properties?.[EPOCH] ?? '0') >= epoch) return { kind: 'done', answer: undefined };
      const metadata = { ...base, properties: { ...base.properties, [EPOCH]: String(epoch) } };
      return {
        kind: 'metadata',
        metadata: head ? withoutSnapshot(metadata, clock.now(), head.location) : metadata,
      };
    },
    { allowForeign: true },
  );
}

/** Subject columns the table has; a contract may be ahead of its table. */
function subjectColumns(contract: Contract, base: TableMetadata): readonly string[] {
  const known = new Set(currentSchema(base).fields.map((field) => field.name));
  return contract.columns.filter((column) => column.subjectId && known.has(column.name)).map((column) => column.name);
}

/** Answers of one run: data files never change, so each is looked into once. */
class Known {
  private readonly held = new Map<string, readonly HeldRows[] | null>();

  constructor(
    private readonly erasing: ErasingDataset,
    private readonly columns: readonly string[],
  ) {}

  /** Of the keys, those of files with rows of erased people, or that cannot be read. */
  async holders(keys: readonly string[]): Promise<ReadonlyMap<string, readonly HeldRows[]>> {
    const { places, isErased } = this.erasing;
    const fresh = keys.filter((key) => !this.held.has(key));
    if (fresh.length > 0) {
      const found = await places.holders(fresh, this.columns, isErased);
      for (const key of fresh) this.held.set(key, found.get(key) ?? null);
    }
    const holders = new Map<string, readonly HeldRows[]>();
    for (const key of keys) {
      const held = this.held.get(key);
      if (held) holders.set(key, held);
    }
    return holders;
  }
}

const sum = (rows: readonly HeldRows[]): number => rows.reduce((total, one) => total + one.rows, 0);

/** Rewrites the live files that hold the person, all in one snapshot. */
export async function rewriteLive(erasing: ErasingDataset): Promise<void> {
  const { lake, contract, journal } = erasing;
  const ports = tablePorts(lake.ports);
  const copies = new Map<string, Copy | undefined>();
  let known: Known | undefined;
  await transact<void>(contract.dataset, ports, async (head) => {
    const snapshot = head && currentSnapshot(head.metadata);
    if (!head || !snapshot) return { kind: 'done', answer: undefined };
    const base = head.metadata;
    const columns = subjectColumns(contract, base);
    known ??= new Known(erasing, columns);
    const refs = await loadManifestList(ports.store, base, snapshot);
    const read = await loadManifests(
      ports.store,
      base,
      refs.filter((ref) => ref.content === 0),
    );
    const live = read.flatMap(({ ref, entries }) =>
      entries
        .filter((entry) => isLive(entry) && Number(entry.data_file.record_count) > 0)
        .map((entry) => ({ entry, specId: ref.specId, key: keyOf(ports.store, base, entry.data_file.file_path) })),
    );
    const held = await known.holders(live.map(({ key }) => key));
    const hits = live.filter(({ key }) => held.has(key));
    if (hits.length === 0) return { kind: 'done', answer: undefined };
    if (refs.some((ref) => ref.content !== 0 && liveFiles(ref) > 0)) throw hiddenRows(contract.dataset);
    const members = new MemberReader(ports, base);
    const emptied = new Set<string>();
    for (const hit of hits) {
      const path = hit.entry.data_file.file_path;
      if (copies.has(path)) continue;
      const rows = held.get(hit.key) ?? [];
      const left = await leftOf(await members.membersOf(hit.entry), rows, erasing);
      for (const { submission } of rows) if (!left.some((one) => one.sk === submission)) emptied.add(submission);
      // The file of one version says by its name which effect it shows.
      const only = left.length === 1 ? left[0] : undefined;
      const name = only?.ek16 ? `${only.ek16}-${ports.rng.uuid()}.parquet` : undefined;
      const { isErased } = erasing;
      const copy = await rewriteFile(hit, base, ports, { withoutSubjects: { columns, isErased } }, () => left, name);
      copies.set(path, copy);
      if (copy) await journal.note('table', hit.key, { rows: sum(rows), files: 1 });
    }
    await journal.empty([...emptied]);
    const made = hits.flatMap(({ entry }) => {
      const copy = copies.get(entry.data_file.file_path);
      return copy ? [{ entry, copy }] : [];
    });
    if (made.length === 0) return { kind: 'done', answer: undefined };
    return {
      kind: 'snapshot',
      change: {
        base,
        refs,
        read,
        add: made.flatMap(({ copy }) => (copy.file ? [copy.file] : [])),
        remove: made.map(({ entry }): ManifestEntry => entry),
        preservesRows: false,
        effects: [],
        rewrites: made.map(({ copy }) => copy.rewrite),
      },
      answer: () => undefined,
    };
  });
}

function hiddenRows(table: string): InputError {
  return new InputError('E_DELETE_FILES', {
    vi: `Bảng ${table} có tệp xóa dòng do phần mềm khác ghi: viết lại tệp số liệu sẽ làm hiện lại các dòng đã ẩn. Hãy gộp tệp (OPTIMIZE) bằng phần mềm đó rồi chạy lại lệnh này.`,
    en: `Table ${table} has row-level delete files of other software: rewriting its data files would bring hidden rows back. Compact it (OPTIMIZE) with that software, then run this command again.`,
  });
}

/** Members of a rewritten file, by what each loses, under the keys they have from now on. */
async function leftOf(
  members: readonly Member[],
  held: readonly HeldRows[],
  { contract, epoch, lake }: ErasingDataset,
): Promise<readonly Member[]> {
  const left: Member[] = [];
  for (const member of members) {
    const lost = sum(held.filter((one) => one.submission === member.sk && one.version === member.version));
    if (lost >= member.rows) continue;
    const ek16 = await resealed16(member, contract, epoch, lake.ports.zones.control);
    left.push({ ...member, rows: member.rows - lost, ek16 });
  }
  return left;
}

/**
 * A submission that lost all its rows is shown again, without rows: otherwise it would count as lost. Limits of a whole
 * file (fewest rows, share of wrong ones) were held once; that a person left must not refuse the others.
 */
export async function showEmptied({ lake, contract, journal }: ErasingDataset): Promise<void> {
  const { control } = lake.ports.zones;
  const { intake } = contract;
  const lenient = { ...contract, intake: { ...intake, minRows: 0, maxRejectedShare: 1 } };
  for (const submission of journal.emptied) {
    if (!submission.startsWith(`${contract.name}/`)) continue;
    if (await liveOf(submission, contract, lake.ports)) continue;
    const version = await wantedVersion(control, submission);
    if (!version) continue;
    await journal.note('receipts', receiptFolder(version), { rows: 0, files: 1 });
    await commitJudged([await judge(version, lenient, lake)], lake);
  }
}

/** A retained snapshot and the data files a reader of it reads. */
interface Past {
  readonly snapshot: Snapshot;
  /** Manifest list and manifests. */
  readonly tree: readonly string[];
  readonly data: readonly string[];
}

async function pastOf(base: TableMetadata, { store }: TablePorts): Promise<readonly Past[]> {
  const manifests = new Map<string, readonly string[]>();
  const past: Past[] = [];
  for (const snapshot of base.snapshots ?? []) {
    const refs = await loadManifestList(store, base, snapshot);
    for (const { ref, entries } of await loadManifests(
      store,
      base,
      refs.filter((one) => !manifests.has(one.path)),
    ))
      manifests.set(
        ref.path,
        entries.filter(isLive).map((entry) => keyOf(store, base, entry.data_file.file_path)),
      );
    past.push({
      snapshot,
      tree: [keyOf(store, base, snapshot['manifest-list']), ...refs.map((ref) => keyOf(store, base, ref.path))],
      data: refs.flatMap((ref) => manifests.get(ref.path) ?? []),
    });
  }
  return past;
}

async function present(keys: readonly string[], { store }: TablePorts): Promise<readonly string[]> {
  const there: string[] = [];
  for (const key of new Set(keys)) if (await store.head(key)) there.push(key);
  return there;
}

/**
 * Drops the snapshots chosen, with the branches and tags that name them; what only they named is noted to be deleted.
 * @param chosen of all snapshots but the current one
 */
async function dropPast(
  table: string,
  erasing: Erasing,
  chosen: (past: readonly Past[], head: Head) => Promise<readonly Past[]>,
): Promise<void> {
  const { lake, journal } = erasing;
  const ports = tablePorts(lake.ports);
  await transact<void>(
    table,
    ports,
    async (head) => {
      if (!head) return { kind: 'done', answer: undefined };
      const base = head.metadata;
      const past = await pastOf(base, ports);
      const former = past.filter(({ snapshot }) => snapshot['snapshot-id'] !== base['current-snapshot-id']);
      const gone = await chosen(former, head);
      if (gone.length === 0) return { kind: 'done', answer: undefined };
      const ids = new Set(gone.map(({ snapshot }) => snapshot['snapshot-id']));
      const named = (ones: readonly Past[]) => new Set(ones.flatMap(({ tree, data }) => [...tree, ...data]));
      const kept = named(past.filter(({ snapshot }) => !ids.has(snapshot['snapshot-id'])));
      await journal.doom(
        table,
        [...named(gone)].filter((key) => !kept.has(key)),
      );
      const refs = Object.entries(base.refs ?? {});
      await journal.retire(
        table,
        refs.filter(([, ref]) => ids.has(ref['snapshot-id'])).map(([name]) => name),
      );
      for (const id of ids) await journal.note('history', `${table} ${id}`, { rows: 0, files: 1 });
      // The records of what happened stay; they hold no row values.
      await copyToLedger(
        ports.store,
        ports.ledger,
        base,
        gone.map(({ snapshot }) => snapshot),
      );
      const untagged = { ...base, refs: Object.fromEntries(refs.filter(([, ref]) => !ids.has(ref['snapshot-id']))) };
      return {
        kind: 'metadata',
        metadata: dropSnapshots(withoutSnapshot(untagged, ports.clock.now(), head.location), ids),
      };
    },
    { allowForeign: true },
  );
}

/** Former states that show the person leave the history, tagged or not. */
export async function dropShowing(erasing: ErasingDataset): Promise<void> {
  const { contract, places, subject, lake } = erasing;
  const ports = tablePorts(lake.ports);
  await dropPast(contract.dataset, erasing, async (past, head) => {
    const keys = await present(
      past.flatMap(({ data }) => data),
      ports,
    );
    const held = await places.holders(keys, subjectColumns(contract, head.metadata), erasing.isErased);
    const mentioned = await places.mentions(keys, subject);
    return past.filter(({ data }) => data.some((key) => held.has(key) || mentioned.has(key)));
  });
}

/** A derived table keeps its present state only: its former ones were computed with the person. */
export async function dropFormer(table: string, erasing: Erasing): Promise<void> {
  await dropPast(table, erasing, async (past) => past);
}

/**
 * Deletes what dropped snapshots left behind, and data files nobody names that hold the person: a killed writer's, or a
 * living one's, whose effect the fence refuses anyway.
 */
export async function deleteFiles(table: string, erasing: Erasing, dataset?: ErasingDataset): Promise<void> {
  const { lake, journal, places, subject } = erasing;
  const ports = tablePorts(lake.ports);
  const listed = (await ports.store.list(`${table}/data/`)).map(({ key }) => key);
  const head = await ports.catalog.load(table);
  const named = head ? await referencedKeys(ports.store, head.metadata) : new Set<string>();
  const doomed = journal.doomedOf(table).filter((key) => !named.has(key));
  const stray = listed.filter((key) => !named.has(key) && !doomed.includes(key));
  const columns = dataset && head ? subjectColumns(dataset.contract, head.metadata) : [];
  const held = dataset ? await places.holders(stray, columns, dataset.isErased) : new Map<string, unknown>();
  const mentioned = await places.mentions(stray, subject);
  const orphans = stray.filter((key) => held.has(key) || mentioned.has(key));
  for (const key of orphans) await journal.note('orphans', key, { rows: 0, files: 1 });
  for (const key of [...doomed, ...orphans]) await ports.store.delete(key);
}
