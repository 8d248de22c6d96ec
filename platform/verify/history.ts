// Whether a table's past hangs together: metadata versions in one line, snapshots with all their files, records chained by
// hash from the ledger on, fences that only rose, no figures of personal columns.
import type { Contract } from '../../lake/contract/contract';
import { parallel } from '../../lake/parallel';
import type { Lake } from '../../lake/submission/submit';
import { ledgerEntries } from '../../lake/table/ledger';
import { isLive, type ManifestEntry } from '../../lake/table/manifest';
import { parseMetadata, type Snapshot, snapshotById, type TableMetadata } from '../../lake/table/metadata';
import { type CommitRecord, readRecord, sha256 } from '../../lake/table/record';
import { keyOf, loadManifestList, loadManifests } from '../../lake/table/tree';
import type { Head, ObjectStore } from '../ports';
import { check, type Problem, REPAIR, said, type VerifyCheck } from './check';
import type { VerifiedHome } from './home';

/** Newest metadata versions that are read one by one; of older ones only the places are looked at. */
const READ_BACK = 30;
/** Objects asked for at one time. */
const AT_ONCE = 16;

const rebuild = (table: string, isDataset: boolean): string =>
  isDataset ? `tamgiang rebuild ${table}` : 'tamgiang refresh';

const epochs = (properties: Readonly<Record<string, string>> | undefined): readonly [number, number] => [
  Number(properties?.['lake.writer-epoch'] ?? '0'),
  Number(properties?.['lake.erasure-epoch'] ?? '0'),
];

/** Why `next` cannot have come after `former`; undefined: it can. */
function breakBetween(former: TableMetadata, next: TableMetadata): string | undefined {
  if (former['table-uuid'] !== next['table-uuid']) return 'table-uuid';
  if (next['last-sequence-number'] < former['last-sequence-number']) return 'last-sequence-number';
  if (next['last-updated-ms'] < former['last-updated-ms']) return 'last-updated-ms';
  if (next['last-column-id'] < former['last-column-id']) return 'last-column-id';
  const [before, after] = [epochs(former.properties), epochs(next.properties)];
  if (after[0] < before[0]) return 'lake.writer-epoch';
  if (after[1] < before[1]) return 'lake.erasure-epoch';
  const known = new Set((former.snapshots ?? []).map((snapshot) => snapshot['snapshot-id']));
  const added = (next.snapshots ?? []).filter((snapshot) => !known.has(snapshot['snapshot-id']));
  const isOld = (snapshot: Snapshot) => snapshot['sequence-number'] <= former['last-sequence-number'];
  return added.some(isOld) ? 'snapshots' : undefined;
}

/** Metadata files follow each other, each made from the one before; the catalog names the newest. */
export async function verifyMetadata(
  table: string,
  head: Head,
  isDataset: boolean,
  lake: Lake,
  home: VerifiedHome,
): Promise<VerifyCheck> {
  const { curated } = lake.ports.zones;
  const { keys, problems: ofLine } = await home.metadataLine(table, head);
  const problems: Problem[] = ofLine.map((one) => ({ repair: rebuild(table, isDataset), ...one }));
  let next = { key: keys.at(-1) ?? '', metadata: head.metadata };
  const formers = keys.slice(0, -1).slice(-READ_BACK).reverse();
  const texts = await parallel(AT_ONCE, formers, (key) => curated.get(key));
  for (const [i, key] of formers.entries()) {
    let former: TableMetadata;
    try {
      former = parseMetadata(Buffer.from(texts[i] ?? []).toString('utf8'), curated.location(key));
    } catch (error) {
      problems.push({ text: said(error) });
      break;
    }
    const broken = breakBetween(former, next.metadata);
    if (broken !== undefined)
      problems.push({
        text: {
          vi: `curated/${next.key} không nối tiếp bản trước nó (${broken})`,
          en: `curated/${next.key} does not follow from the version before it (${broken})`,
        },
        repair: `tamgiang history ${table}`,
      });
    next = { key, metadata: former };
  }
  const newest = nameOf(keys.at(-1) ?? '');
  const looked = {
    vi: `${keys.length} bản siêu dữ liệu, mới nhất ${newest}`,
    en: `${keys.length} metadata versions, the newest ${newest}`,
  };
  return check(`${table}: metadata`, looked, problems);
}

const nameOf = (key: string): string => key.slice(key.lastIndexOf('/') + 1).replace(/\.metadata\.json$/, '');

/** One link of the history: a retained snapshot, or one the ledger remembers. */
interface Link {
  readonly snapshotId: string;
  readonly sequenceNumber: number;
  readonly summary: Readonly<Record<string, string>>;
  readonly record: CommitRecord | undefined;
}

async function linksOf(table: string, metadata: TableMetadata, lake: Lake, problems: Problem[]): Promise<Link[]> {
  const { curated, control } = lake.ports.zones;
  const links: Link[] = [];
  const wrongRecord = (id: string, where: string) =>
    problems.push({
      text: {
        vi: `bản ghi của lần ghi ${id} (${where}) thiếu hoặc không đúng mã băm`,
        en: `the record of snapshot ${id} (${where}) is missing or does not have its hash`,
      },
      repair: `tamgiang history ${table}`,
    });
  const retained = new Set((metadata.snapshots ?? []).map((snapshot) => String(snapshot['snapshot-id'])));
  for (const { snapshotId, sequenceNumber, summary, record } of await ledgerEntries(control, metadata)) {
    // Copied before the swap that would have dropped it, and the swap was lost.
    if (retained.has(snapshotId)) continue;
    const digest = summary['lake.record-sha256'];
    const isWhole = record !== null && sha256(`${JSON.stringify(record)}\n`) === digest;
    if (digest !== undefined && !isWhole) wrongRecord(snapshotId, 'control/ledger');
    links.push({ snapshotId, sequenceNumber, summary, record: record ?? undefined });
  }
  const snapshots = metadata.snapshots ?? [];
  const records = await parallel(AT_ONCE, snapshots, (snapshot) => readRecord(curated, table, snapshot));
  for (const [i, snapshot] of snapshots.entries()) {
    const { summary } = snapshot;
    const record = records[i];
    if (summary['lake.record'] !== undefined && !record)
      wrongRecord(String(snapshot['snapshot-id']), `curated/${table}/metadata/${summary['lake.record']}`);
    links.push({
      snapshotId: String(snapshot['snapshot-id']),
      sequenceNumber: snapshot['sequence-number'],
      summary,
      record,
    });
  }
  return links;
}

/** Records name the one before by its hash; rows are conserved from one to the next; fences only rise. */
function verifyChain(table: string, links: readonly Link[]): Problem[] {
  const problems: Problem[] = [];
  const byId = new Map(links.map((link) => [link.snapshotId, link]));
  const say = (link: Link, vi: string, en: string) =>
    problems.push({
      text: { vi: `lần ghi ${link.snapshotId}: ${vi}`, en: `snapshot ${link.snapshotId}: ${en}` },
      repair: `tamgiang history ${table}`,
    });
  const number = (link: Link, key: string) => {
    const text = link.summary[key];
    return text === undefined ? undefined : Number(text);
  };
  let [writer, erasure] = [0, 0];
  for (const link of [...links].sort((a, b) => a.sequenceNumber - b.sequenceNumber)) {
    const { record, summary } = link;
    if (!record) continue;
    const parent = record.parentSnapshotId === null ? undefined : byId.get(record.parentSnapshotId);
    if (record.sequenceNumber !== link.sequenceNumber || record.snapshotId !== link.snapshotId)
      say(link, 'bản ghi thuộc lần ghi khác', 'its record belongs to another snapshot');
    if (record.parentSnapshotId !== null && !parent)
      say(link, `không còn lần ghi trước ${record.parentSnapshotId}`, `its parent ${record.parentSnapshotId} is gone`);
    // Snapshots of other software carry no record: the chain goes past them.
    if (parent?.record && record.prevRecordSha256 !== (parent.summary['lake.record-sha256'] ?? null))
      say(link, 'không nối tiếp bản ghi trước', 'it does not name the record before it');
    const [total, added, deleted] = ['total-records', 'added-records', 'deleted-records'].map((key) =>
      number(link, key),
    );
    const before = parent ? number(parent, 'total-records') : record.parentSnapshotId === null ? 0 : undefined;
    if (before !== undefined && total !== undefined && before + (added ?? 0) - (deleted ?? 0) !== total)
      say(
        link,
        `${before} + ${added} − ${deleted} dòng phải là ${total}`,
        `${before} + ${added} − ${deleted} rows are not ${total}`,
      );
    if (summary.operation === 'replace' && added !== deleted)
      say(link, 'sắp xếp lại tệp mà số dòng đổi', 'a rearrangement of files changed the number of rows');
    if (record.writerEpoch < writer || record.erasureEpoch < erasure)
      say(link, 'mốc phần mềm hoặc mốc xóa đi lùi', 'the writer or erasure epoch went back');
    writer = Math.max(writer, record.writerEpoch);
    erasure = Math.max(erasure, record.erasureEpoch);
  }
  return problems;
}

/** Every retained snapshot can still be read: lists, manifests, data files; and none of them tells of a person. */
export async function verifySnapshots(
  table: string,
  metadata: TableMetadata,
  contract: Contract | undefined,
  lake: Lake,
): Promise<VerifyCheck> {
  const { curated } = lake.ports.zones;
  const problems: Problem[] = [];
  const links = await linksOf(table, metadata, lake, problems);
  problems.push(...verifyChain(table, links));
  const personal = new Map(
    (contract?.columns ?? []).filter((column) => column.personal !== 'none').map((column) => [column.fieldId, column]),
  );
  const manifests = new Set<string>();
  const files = new Map<string, ManifestEntry>();
  for (const snapshot of metadata.snapshots ?? []) {
    const id = snapshot['snapshot-id'];
    if (foreignChange(metadata, snapshot))
      problems.push({
        text: {
          vi: `lần ghi ${id} (${snapshot.summary.operation}) do phần mềm khác ghi và đã làm đổi dữ liệu`,
          en: `snapshot ${id} (${snapshot.summary.operation}) was written by other software and changed the rows`,
        },
        repair: `tamgiang rebuild ${table} --force`,
      });
    try {
      const refs = await loadManifestList(curated, metadata, snapshot);
      const counted = refs
        .filter((ref) => ref.content === 0)
        .reduce((sum, ref) => sum + ref.addedRows + ref.existingRows, 0);
      const total = snapshot.summary['total-records'];
      if (total !== undefined && Number(total) !== counted && refs.every((ref) => ref.content === 0))
        problems.push({
          text: {
            vi: `lần ghi ${id}: tóm tắt ghi ${total} dòng, tệp kê khai có ${counted}`,
            en: `snapshot ${id}: the summary says ${total} rows, the manifests ${counted}`,
          },
          repair: rebuild(table, contract !== undefined),
        });
      const fresh = refs.filter((ref) => !manifests.has(ref.path));
      for (const ref of fresh) manifests.add(ref.path);
      for (const { entries } of await loadManifests(curated, metadata, fresh))
        for (const entry of entries) if (isLive(entry)) files.set(entry.data_file.file_path, entry);
    } catch (error) {
      const isCurrent = id === metadata['current-snapshot-id'];
      problems.push({
        text: said(error),
        repair: isCurrent ? rebuild(table, contract !== undefined) : REPAIR,
        ...(isCurrent ? {} : { mend: { kind: 'past', table } as const }),
      });
    }
  }
  const sizes = await sizesOf(curated, table);
  for (const [path, entry] of files) {
    const size = await sizes(keyOf(curated, metadata, path));
    if (size !== Number(entry.data_file.file_size_in_bytes)) problems.push(lostFile(table, path, size, entry));
    for (const bound of [...(entry.data_file.lower_bounds ?? []), ...(entry.data_file.upper_bounds ?? [])]) {
      const column = personal.get(bound.key);
      if (column)
        problems.push({
          text: {
            vi: `tệp kê khai giữ giá trị của cột cá nhân ${column.name} (${path})`,
            en: `a manifest keeps values of the personal column ${column.name} (${path})`,
          },
          repair: `tamgiang rebuild ${table}`,
        });
    }
  }
  const count = metadata.snapshots?.length ?? 0;
  const looked = {
    vi: `${count} lần ghi còn giữ, ${links.length - count} trong sổ cái, ${manifests.size} tệp kê khai, ${files.size} tệp dữ liệu`,
    en: `${count} retained snapshots, ${links.length - count} in the ledger, ${manifests.size} manifests, ${files.size} data files`,
  };
  return check(`${table}: snapshots`, looked, problems);
}

/** Sizes by one listing instead of many questions; a file that came after it, or lies elsewhere, is asked about. */
export async function sizesOf(
  curated: ObjectStore,
  table: string,
): Promise<(key: string) => Promise<number | undefined>> {
  const sizes = new Map((await curated.list(`${table}/data/`)).map(({ key, sizeBytes }) => [key, sizeBytes]));
  return async (key) => sizes.get(key) ?? (await curated.head(key))?.sizeBytes;
}

/** Another engine's snapshot that did more than rearrange files. */
function foreignChange(metadata: TableMetadata, snapshot: Snapshot): boolean {
  const { summary } = snapshot;
  if (summary['lake.record'] !== undefined) return false;
  const parent = snapshotById(metadata, snapshot['parent-snapshot-id']);
  const [before, after] = [parent?.summary['total-records'], summary['total-records']];
  const keeps =
    before === undefined || after === undefined
      ? summary['added-records'] === summary['deleted-records']
      : before === after;
  return summary.operation !== 'replace' || !keeps;
}

function lostFile(table: string, path: string, bytes: number | undefined, entry: ManifestEntry): Problem {
  const name = path.slice(path.lastIndexOf(`/${table}/`) + 1);
  const stated = Number(entry.data_file.file_size_in_bytes);
  return {
    text:
      bytes === undefined
        ? {
            vi: `thiếu tệp curated/${name} của một lần ghi còn giữ`,
            en: `curated/${name} of a retained snapshot is missing`,
          }
        : {
            vi: `curated/${name} có ${bytes} byte, tệp kê khai ghi ${stated}`,
            en: `curated/${name} has ${bytes} bytes, its manifest says ${stated}`,
          },
    repair: REPAIR,
    mend: { kind: 'past', table },
  };
}
