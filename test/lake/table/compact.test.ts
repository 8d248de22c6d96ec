// Compaction, copy-on-write and expiry over real files: rows stay what they are, whoever replaces, retracts or compacts.
import { join } from 'node:path';
import { sqlName, sqlString } from '../../../lake/intake/sql-text';
import { recover } from '../../../lake/submission/recover';
import { retract } from '../../../lake/submission/retract';
import { compact } from '../../../lake/table/compact';
import { expireSnapshots, referencedKeys, removeOrphans } from '../../../lake/table/expire';
import { ledgerEntries, recordAt } from '../../../lake/table/ledger';
import { isLive } from '../../../lake/table/manifest';
import { currentSnapshot } from '../../../lake/table/metadata';
import { withoutSnapshot } from '../../../lake/table/metadata-builder';
import { planFiles } from '../../../lake/table/plan';
import { tablePorts } from '../../../lake/table/transact';
import { loadManifestList, loadManifests } from '../../../lake/table/tree';
import { type Engine, openEngine } from '../../../platform/duckdb/engine';
import { liveRows, openLake, send, snapshots, type TestLake } from '../../support/lake';
import { contractNamed } from '../../support/repository';
import { tempFolder } from '../../support/temp';

jest.setTimeout(60_000);

const DATASET = 'so_nn_mt/so_lieu_quan_trac';
const TABLE = 'so_lieu_quan_trac';
const FOLDER = tempFolder();

/** One station file: a slot of its own in the month. */
const station = (hour: number, value: number) => ({
  name: `TTH_CTYDETA_NUO001_202610151${hour}0000.txt`,
  text: `pH\t${value}\tpH\t202610151${hour}0000\t00\nTSS\t20.5\tmg/L\t202610151${hour}0000\t00\n`,
  to: DATASET,
});

const COLUMNS = ['_submission', '_version', '_row', 'ma_thong_so', 'gia_tri'];

async function sent(name: string, count: number): Promise<TestLake> {
  const lake = await openLake(join(FOLDER, name, 'home'));
  for (let hour = 0; hour < count; hour++) await send(lake, station(hour, 7 + hour / 10));
  return lake;
}

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 1 });
});
afterAll(() => engine.close());

const all = { isClosed: () => true } as const;

/** What the current snapshot's manifests say of its data files, with what those say of their order. */
async function entries(lake: TestLake) {
  const { curated } = lake.ports.zones;
  const head = await lake.ports.catalog.load(TABLE);
  if (!head) return [];
  const refs = await loadManifestList(curated, head.metadata, currentSnapshot(head.metadata));
  const manifests = await loadManifests(curated, head.metadata, refs);
  return manifests.flatMap((manifest) => manifest.entries.filter(isLive)).map((entry) => entry.data_file);
}

async function files(lake: TestLake): Promise<readonly string[]> {
  const head = await lake.ports.catalog.load(TABLE);
  return head ? (await planFiles(lake.ports.zones.curated, head.metadata)).files.map((file) => file.path) : [];
}

describe('compaction', () => {
  it('makes one file of many, with every row, its lineage and its order by the key', async () => {
    const lake = await sent('merge', 5);
    const before = await liveRows(lake, TABLE, COLUMNS);
    const done = await compact({ table: TABLE, ...all }, tablePorts(lake.ports));
    expect(done).toMatchObject([{ outcome: 'compacted', filesBefore: 5, filesAfter: 1, rows: 10 }]);
    expect(await liveRows(lake, TABLE, COLUMNS)).toEqual(before);
    expect((await snapshots(lake, TABLE)).at(-1)).toMatchObject({ operation: 'replace', totalRows: 10 });
    expect(await files(lake)).toHaveLength(1);
    expect(await compact({ table: TABLE, ...all }, tablePorts(lake.ports))).toEqual([]);
  });

  it('says of a file that it is sorted by the key only when it is', async () => {
    const lake = await sent('order', 3);
    const key = contractNamed(DATASET)
      .columns.filter((column) => column.keyPosition > 0)
      .sort((a, b) => a.keyPosition - b.keyPosition);
    const metadata = async () => (await lake.ports.catalog.load(TABLE))!.metadata;
    const before = await metadata();
    const order = before['sort-orders'].find((one) => one['order-id'] === before['default-sort-order-id']);
    expect(order?.fields.map((field) => field['source-id'])).toEqual(key.map((column) => column.fieldId));
    // As they were sent: in whatever order the sender wrote.
    expect((await entries(lake)).map((file) => file.sort_order_id)).toEqual([0, 0, 0]);

    await compact({ table: TABLE, ...all }, tablePorts(lake.ports));
    const merged = await entries(lake);
    expect(merged.map((file) => file.sort_order_id)).toEqual([order?.['order-id']]);
    const columns = key.map((column) => sqlName(column.name)).join(', ');
    const from = `read_parquet(${sqlString(merged[0]!.file_path.replace('file://', ''))}, file_row_number = true)`;
    const inFile = await engine.rows(`SELECT concat_ws('|', ${columns}) AS k FROM ${from} ORDER BY file_row_number`);
    const sorted = await engine.rows(`SELECT concat_ws('|', ${columns}) AS k FROM ${from} ORDER BY ${columns}`);
    expect(inFile).toHaveLength(6);
    expect(inFile).toEqual(sorted);

    // Another engine's order of the same columns is not ours: a merged file does not claim it.
    const other = await metadata();
    const downwards = {
      'order-id': 9,
      fields: order!.fields.map((field) => ({ ...field, direction: 'desc' as const })),
    };
    const [head, sortOrders] = [(await lake.ports.catalog.load(TABLE))!, [...other['sort-orders'], downwards]];
    await lake.ports.catalog.swap(TABLE, head, {
      ...withoutSnapshot(other, lake.ports.clock.now(), head.location),
      'sort-orders': sortOrders,
      'default-sort-order-id': 9,
    });
    const small = { smallBelowBytes: 1_000_000_000, targetBytes: 2_000_000_000 };
    await send(lake, station(5, 8));
    const after = await metadata();
    // The contract's own order is the default again with the next commit.
    expect(after['default-sort-order-id']).toBe(order?.['order-id']);
    await lake.ports.catalog.swap(TABLE, (await lake.ports.catalog.load(TABLE))!, {
      ...withoutSnapshot(after, lake.ports.clock.now(), (await lake.ports.catalog.load(TABLE))!.location),
      'default-sort-order-id': 9,
    });
    await compact({ table: TABLE, ...all, ...small }, tablePorts(lake.ports));
    expect((await entries(lake)).map((file) => file.sort_order_id)).toEqual([0]);
  });

  it('leaves files above 512 MB whole and says so', async () => {
    const lake = await sent('large', 3);
    const [{ sizeBytes = 0 } = {}] = await lake.ports.zones.curated.list(`${TABLE}/data/`);
    // The same with sizes a test can afford: every file counts as large.
    const done = await compact({ table: TABLE, ...all, targetBytes: sizeBytes / 4 }, tablePorts(lake.ports));
    expect(done).toMatchObject([{ outcome: 'large', filesBefore: 3, filesAfter: 3, rows: 6 }]);
    expect((await entries(lake)).length).toBe(3);
  });

  it('leaves the same file sent again unchanged, and replaces one submission of the shared file alone', async () => {
    const lake = await sent('replace', 4);
    await compact({ table: TABLE, ...all }, tablePorts(lake.ports));
    const count = (await snapshots(lake, TABLE)).length;
    expect(await send(lake, station(2, 7.2))).toMatchObject([{ verdict: 'unchanged' }]);
    expect(await snapshots(lake, TABLE)).toHaveLength(count);

    const before = await liveRows(lake, TABLE, COLUMNS);
    const [corrected] = await send(lake, station(2, 8.9));
    expect(corrected?.receipt.former).toMatchObject({ rows: 2, state: 'replaced' });
    const after = await liveRows(lake, TABLE, COLUMNS);
    const others = (rows: readonly string[]) => rows.filter((row) => !row.includes('12000'));
    expect(others(after)).toEqual(others(before));
    expect(after.filter((row) => row.includes('12000')).map((row) => row.split('|').slice(2).join('|'))).toEqual([
      '1|pH|8.9000',
      '2|TSS|20.5000',
    ]);
    expect((await snapshots(lake, TABLE)).at(-1)).toMatchObject({
      operation: 'overwrite',
      addedRows: 8,
      deletedRows: 8,
    });
  });

  it('can be repeated over rewritten files, and still knows whose rows they hold', async () => {
    const lake = await sent('again', 4);
    await compact({ table: TABLE, ...all }, tablePorts(lake.ports));
    await send(lake, station(1, 8.8));
    await compact({ table: TABLE, ...all }, tablePorts(lake.ports));
    expect(await files(lake)).toHaveLength(1);
    for (const hour of [0, 2, 3])
      expect(await send(lake, station(hour, 7 + hour / 10))).toMatchObject([{ verdict: 'unchanged' }]);
    expect(await send(lake, station(1, 8.8))).toMatchObject([{ verdict: 'unchanged' }]);
  });

  it('gives a submission back when it is taken back out of a shared file', async () => {
    const lake = await sent('retract', 3);
    await compact({ table: TABLE, ...all }, tablePorts(lake.ports));
    const [row] = await liveRows(lake, TABLE, ['_submission']);
    const done = await retract({ submission: row!, reason: 'sai trạm' }, lake);
    expect(done).toMatchObject({ before: { rows: 2 }, after: undefined });
    expect((await liveRows(lake, TABLE, ['_submission'])).filter((one) => one === row)).toEqual([]);
    expect(await liveRows(lake, TABLE, COLUMNS)).toHaveLength(4);
    await send(lake, station(0, 7));
    expect(await liveRows(lake, TABLE, COLUMNS)).toHaveLength(6);
  });

  it('comes to nothing when a submission is replaced meanwhile', async () => {
    const lake = await sent('race', 3);
    const ports = tablePorts(lake.ports);
    let raced = false;
    const rewriter: typeof ports.rewriter = {
      ...ports.rewriter,
      rewrite: async (request) => {
        const done = await ports.rewriter.rewrite(request);
        if (!raced) {
          raced = true;
          await send(lake, station(1, 9.1));
        }
        return done;
      },
    };
    const done = await compact({ table: TABLE, ...all }, { ...ports, rewriter });
    expect(done).toMatchObject([{ outcome: 'aborted' }]);
    expect((await liveRows(lake, TABLE, COLUMNS)).filter((row) => row.endsWith('pH|9.1000'))).toHaveLength(1);
    expect(await liveRows(lake, TABLE, COLUMNS)).toHaveLength(6);
  });

  it('refuses rows that came out different', async () => {
    const lake = await sent('digest', 3);
    const ports = tablePorts(lake.ports);
    const rewriter: typeof ports.rewriter = {
      ...ports.rewriter,
      rewrite: async (request) => ({ ...(await ports.rewriter.rewrite(request)), digestOut: 'other' }),
    };
    const before = await snapshots(lake, TABLE);
    await expect(compact({ table: TABLE, ...all }, { ...ports, rewriter })).rejects.toMatchObject({
      code: 'F_REWRITE',
    });
    expect(await snapshots(lake, TABLE)).toEqual(before);
  });
});

describe('expiry', () => {
  it('drops old snapshots after their records are in the ledger, keeps tagged ones, and deletes what nothing names', async () => {
    const lake = await sent('expire', 4);
    const ports = tablePorts(lake.ports);
    const head = (await ports.catalog.load(TABLE))!;
    const tagged = head.metadata.snapshots![1]!['snapshot-id'];
    const refs = { ...head.metadata.refs, 'nam-2026': { 'snapshot-id': tagged, type: 'tag' as const } };
    await ports.catalog.swap(TABLE, head, { ...head.metadata, refs });
    await compact({ table: TABLE, ...all }, ports);

    const rows = await liveRows(lake, TABLE, COLUMNS);
    const gone = await expireSnapshots({ table: TABLE, keepAtLeast: 1, maxAgeMs: -1 }, ports);
    expect(gone).toBe(3);
    const after = (await ports.catalog.load(TABLE))!.metadata;
    expect(after.snapshots?.map((one) => one['snapshot-id'])).toEqual([tagged, after['current-snapshot-id']]);
    expect((await ledgerEntries(ports.ledger, after)).map((one) => one.sequenceNumber)).toEqual([1, 3, 4]);
    expect((await recordAt(ports.store, ports.ledger, after, 3))?.effects).toHaveLength(1);
    expect(await expireSnapshots({ table: TABLE, keepAtLeast: 1, maxAgeMs: -1 }, ports)).toBe(0);

    const offered = async () => new Set<string>();
    expect((await removeOrphans({ table: TABLE, graceMs: 60_000, offered }, ports)).keys).toEqual([]);
    const dry = await removeOrphans({ table: TABLE, graceMs: -1, offered, dryRun: true }, ports);
    const removed = await removeOrphans({ table: TABLE, graceMs: -1, offered }, ports);
    expect(removed).toEqual(dry);
    expect(removed.keys.filter((key) => key.endsWith('.parquet'))).toHaveLength(2);
    expect(await liveRows(lake, TABLE, COLUMNS)).toEqual(rows);
    for (const key of await referencedKeys(ports.store, after)) expect(await ports.store.head(key)).toBeDefined();
    const early = await planFiles(lake.ports.zones.curated, after, { snapshotId: String(tagged) });
    expect(early.files).toHaveLength(2);
    // The members of the compacted file are still known after the history is gone.
    expect(await send(lake, station(3, 7.3))).toMatchObject([{ verdict: 'unchanged' }]);
    expect(await recover(lake)).toEqual([]);
  });

  it('never touches a file that an open offer names', async () => {
    const lake = await sent('offer', 1);
    const ports = tablePorts(lake.ports);
    await ports.store.put(`${TABLE}/data/ky_du_lieu=2026-10/0000000000000000-offered.parquet`, 'x');
    await ports.store.put(`${TABLE}/data/ky_du_lieu=2026-10/0000000000000000-left.parquet`, 'x');
    const offered = async () => new Set([`${TABLE}/data/ky_du_lieu=2026-10/0000000000000000-offered.parquet`]);
    const { keys } = await removeOrphans({ table: TABLE, graceMs: -1, offered }, ports);
    expect(keys).toEqual([`${TABLE}/data/ky_du_lieu=2026-10/0000000000000000-left.parquet`]);
  });
});
