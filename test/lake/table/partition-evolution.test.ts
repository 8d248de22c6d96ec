// Another engine divides our table otherwise and rearranges its files (ALTER TABLE … partitioning, then OPTIMIZE): what we
// read stays what it was, and what we write next is right under both divisions.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { tableDefinition } from '../../../lake/contract/types';
import { liveOf } from '../../../lake/submission/live';
import { retract } from '../../../lake/submission/retract';
import { compact } from '../../../lake/table/compact';
import { fieldsOf } from '../../../lake/table/copy-on-write';
import { describeManifest, writeAdded } from '../../../lake/table/manifest';
import { writeManifestList } from '../../../lake/table/manifest-list';
import { currentSchema, currentSnapshot, type PartitionField, type TableMetadata } from '../../../lake/table/metadata';
import { addSnapshot, evolve, keptMetrics } from '../../../lake/table/metadata-builder';
import { planFiles } from '../../../lake/table/plan';
import { tablePorts } from '../../../lake/table/transact';
import { liveRows, openLake, send, type TestLake } from '../../support/lake';
import { contractNamed } from '../../support/repository';
import { tempFolder } from '../../support/temp';

jest.setTimeout(60_000);

const DATASET = 'so_nn_mt/so_lieu_quan_trac';
const TABLE = 'so_lieu_quan_trac';
const PERIOD = '2026-10-15';
const COLUMNS = ['_submission', '_version', '_row', 'ma_thong_so', 'gia_tri'];
const FOLDER = tempFolder();
const CONTRACT = contractNamed(DATASET);
const BY_DAY: PartitionField = {
  'source-id': CONTRACT.columns.find((column) => column.type.kind === 'timestamp')!.fieldId,
  'field-id': 1001,
  name: 'ngay_do',
  transform: 'day',
};

const station = (hour: number, value: number) => ({
  name: `TTH_CTYDETA_NUO001_202610151${hour}0000.txt`,
  text: `pH\t${value}\tpH\t202610151${hour}0000\t00\nTSS\t20.5\tmg/L\t202610151${hour}0000\t00\n`,
  to: DATASET,
});

async function headOf(lake: TestLake) {
  const head = await lake.ports.catalog.load(TABLE);
  if (!head) throw new Error('there is no table');
  return head;
}

/** All files as one, under a spec that also divides by day: an integer beside the text. No record, no list of ours. */
async function rearrangedElsewhere(lake: TestLake): Promise<void> {
  const { catalog, zones, rewriter, rng, clock } = lake.ports;
  const head = await headOf(lake);
  const spec = { 'spec-id': 1, fields: [...head.metadata['partition-specs'][0]!.fields, BY_DAY] };
  const base: TableMetadata = {
    ...head.metadata,
    'partition-specs': [...head.metadata['partition-specs'], spec],
    'default-spec-id': 1,
    'last-partition-id': 1001,
  };
  const { files } = await planFiles(zones.curated, base);
  const workDir = join(lake.ports.dir, '..', 'elsewhere');
  mkdirSync(workDir);
  const fields = fieldsOf(base);
  const kept = keptMetrics(base);
  const { file } = await rewriter.rewrite({
    store: zones.curated,
    inputs: files,
    fields,
    boundedFields: [...kept],
    sortBy: [],
    workDir,
  });
  const key = `${TABLE}/data/elsewhere-${rng.uuid()}.parquet`;
  await zones.curated.putFileIfAbsent(key, file!.path);
  const days = Date.UTC(2026, 9, 15) / 86_400_000;
  const placed = { specId: 1, partition: { ky_du_lieu: PERIOD, ngay_do: days } };
  const added = { ...file!, path: zones.curated.location(key), period: PERIOD, placed };
  const written = writeAdded([added], currentSchema(base), spec, kept, rng.bytes(16));
  const manifest = `${TABLE}/metadata/elsewhere-m0.avro`;
  await zones.curated.putIfAbsent(manifest, written.bytes);
  const snapshotId = 8_170_000_000_000_001;
  const sequenceNumber = base['last-sequence-number'] + 1;
  const place = { path: zones.curated.location(manifest), length: written.bytes.length, snapshotId, sequenceNumber };
  const ref = { ...describeManifest(written.entries, spec, place), submissions: null };
  const parent = currentSnapshot(base)!;
  const header = { snapshotId, parentSnapshotId: parent['snapshot-id'], sequenceNumber };
  const list = `${TABLE}/metadata/snap-elsewhere.avro`;
  await zones.curated.putIfAbsent(list, writeManifestList([ref], header, rng.bytes(16)));
  const rows = String(added.rows);
  const summary = { 'total-records': rows, 'added-records': rows, 'deleted-records': rows };
  const manifestList = zones.curated.location(list);
  const next = addSnapshot(base, {
    snapshotId,
    operation: 'replace',
    manifestList,
    summary,
    nowMs: clock.now(),
    baseLocation: head.location,
  });
  expect(await catalog.swap(TABLE, head, next)).toBe('OK');
}

/** What a reader that shares no code with us sees. */
async function icebird(lake: TestLake): Promise<readonly string[]> {
  const { metadata } = await headOf(lake);
  const input = JSON.stringify({ tableUrl: metadata.location, metadata });
  const text = execFileSync(process.execPath, [join(__dirname, 'icebird-reader.mjs')], { input, encoding: 'utf8' });
  const rows: Record<string, unknown>[] = JSON.parse(text);
  return rows.map((row) => [row._submission, row._version, row._row, row.ma_thong_so].join('|')).sort();
}

async function sent(name: string): Promise<TestLake> {
  const lake = await openLake(join(FOLDER, name, 'home'));
  for (const hour of [0, 1, 2]) await send(lake, station(hour, 7 + hour / 10));
  return lake;
}

const periods = async (lake: TestLake) =>
  (await planFiles(lake.ports.zones.curated, (await headOf(lake)).metadata)).files.map((file) => file.period);

describe('a table divided otherwise by another engine', () => {
  it('shows the same rows, whole submissions and their period', async () => {
    const lake = await sent('read');
    const before = await liveRows(lake, TABLE, COLUMNS);
    const submissions = [...new Set(await liveRows(lake, TABLE, ['_submission']))];
    await rearrangedElsewhere(lake);
    expect(await liveRows(lake, TABLE, COLUMNS)).toEqual(before);
    expect(await periods(lake)).toEqual([PERIOD]);
    expect(submissions).toHaveLength(3);
    for (const submission of submissions)
      expect(await liveOf(submission, CONTRACT, lake.ports)).toMatchObject({ rows: 2, isWhole: true });
    expect(await send(lake, station(1, 7.1))).toMatchObject([{ verdict: 'unchanged' }]);
  });

  it('takes a new version in the place of the old one, both divisions kept, and comes back to its own', async () => {
    const lake = await sent('write');
    await rearrangedElsewhere(lake);
    const before = await liveRows(lake, TABLE, COLUMNS);
    const [corrected] = await send(lake, station(1, 8.9));
    expect(corrected).toMatchObject({ verdict: 'accepted', receipt: { former: { rows: 2, state: 'replaced' } } });
    const after = await liveRows(lake, TABLE, COLUMNS);
    expect(after).toHaveLength(6);
    expect(after.filter((row) => before.includes(row))).toHaveLength(4);
    expect(after.filter((row) => row.endsWith('pH|8.9000'))).toHaveLength(1);
    const { metadata } = await headOf(lake);
    expect([metadata['default-spec-id'], metadata['partition-specs'].length]).toEqual([0, 2]);
    expect(await periods(lake)).toEqual([PERIOD, PERIOD]);
    expect(await icebird(lake)).toEqual(after.map((row) => row.split('|').slice(0, 4).join('|')));

    // Files of two divisions are never merged into one.
    for (const hour of [3, 4]) await send(lake, station(hour, 7));
    const rows = await liveRows(lake, TABLE, COLUMNS);
    await compact({ table: TABLE, isClosed: (period) => period === PERIOD }, tablePorts(lake.ports));
    expect(await periods(lake)).toEqual([PERIOD, PERIOD]);
    expect(await liveRows(lake, TABLE, COLUMNS)).toEqual(rows);

    const [gone] = await liveRows(lake, TABLE, ['_submission']);
    await retract({ submission: gone!, reason: 'sai trạm' }, lake);
    expect(await liveRows(lake, TABLE, COLUMNS)).toEqual(rows.filter((row) => !row.startsWith(`${gone}|`)));
  });

  it('does not take the first letters of the period for the period', async () => {
    const lake = await sent('truncate');
    const { metadata } = await headOf(lake);
    const [own] = metadata['partition-specs'];
    const short = { 'spec-id': 1, fields: [{ ...own!.fields[0]!, 'field-id': 1001, transform: 'truncate[4]' }] };
    const foreign = { ...metadata, 'partition-specs': [own!, short], 'default-spec-id': 1, 'last-partition-id': 1001 };
    const next = evolve(foreign, tableDefinition(CONTRACT));
    expect([next['default-spec-id'], next['partition-specs'].length]).toEqual([0, 2]);
  });
});
