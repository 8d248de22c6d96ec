import { commit } from '../../../lake/table/commit';
import type { Effect } from '../../../lake/table/effect';
import { parseMetadata, printMetadata, type TableMetadata } from '../../../lake/table/metadata';
import { history, liveVersions, planFiles } from '../../../lake/table/plan';
import { readRecord, sha256 } from '../../../lake/table/record';
import { loadManifestList, loadManifests } from '../../../lake/table/tree';
import type { SwapFault } from '../../../platform/memory/catalog';
import { effectKey, headOf, madeUpFile, memoryPorts, putEffect, retractEffect, TABLE } from './made-up';

const A = 'so_thu/so_lieu_thu/2026-06';
const B = 'so_thu/so_lieu_thu/2026-07';

type Ports = ReturnType<typeof memoryPorts>;

async function live(ports: Ports) {
  const { metadata } = await headOf(ports.catalog);
  const { files } = await planFiles(ports.store, metadata);
  return Object.fromEntries([...liveVersions(files)].map(([key, { version, rows }]) => [key, `${version}: ${rows}`]));
}

async function put(ports: Ports, submission: string, version: string, rows: number) {
  const effect = await putEffect(ports.store, submission, version, rows);
  return commit({ table: TABLE, effects: [effect] }, ports);
}

describe('commit', () => {
  it('creates the table with the first submission and appends the next', async () => {
    const ports = memoryPorts();
    const first = await put(ports, A, 'v1', 3);
    const second = await put(ports, B, 'v1', 4);
    expect(await live(ports)).toEqual({ [A]: 'v1: 3', [B]: 'v1: 4' });
    expect(history(second.head.metadata)).toMatchObject([
      {
        snapshotId: first.snapshotId,
        operation: 'append',
        addedRows: 3,
        totalRows: 3,
        submissions: [A],
        isCurrent: false,
      },
      {
        snapshotId: second.snapshotId,
        operation: 'append',
        addedRows: 4,
        totalRows: 7,
        submissions: [B],
        isCurrent: true,
      },
    ]);
    expect(first.outcomes).toMatchObject([{ outcome: 'committed', removedRows: 0, formerVersion: null }]);
  });

  it('replaces a submission in one snapshot and leaves the others as they were', async () => {
    const ports = memoryPorts();
    await put(ports, A, 'v1', 3);
    await put(ports, B, 'v1', 4);
    const done = await put(ports, A, 'v2', 5);
    expect(done.outcomes).toMatchObject([
      { outcome: 'committed', removedRows: 3, formerVersion: 'v1', snapshotId: done.snapshotId },
    ]);
    expect(await live(ports)).toEqual({ [A]: 'v2: 5', [B]: 'v1: 4' });
    expect(done.head.metadata.snapshots).toHaveLength(3);
    expect(done.head.metadata.snapshots?.at(-1)?.summary).toMatchObject({
      operation: 'overwrite',
      'added-data-files': '1',
      'deleted-data-files': '1',
      'total-data-files': '2',
      'added-records': '5',
      'deleted-records': '3',
      'total-records': '9',
      'total-files-size': expect.stringMatching(/^\d+$/),
      'added-files-size': expect.stringMatching(/^\d+$/),
      'removed-files-size': expect.stringMatching(/^\d+$/),
    });
  });

  it('does nothing when the very same effect is live, even under new file names', async () => {
    const ports = memoryPorts();
    const first = await put(ports, A, 'v1', 3);
    await put(ports, B, 'v1', 1);
    const again: Effect = {
      ...(await putEffect(ports.store, A, 'v1', 3)),
      add: [await madeUpFile(ports.store, A, 'v1', 3, { attempt: 'a2' })],
    };
    const before = await headOf(ports.catalog);
    const done = await commit({ table: TABLE, effects: [again] }, ports);
    expect(done.outcomes).toMatchObject([{ outcome: 'already-live', removedRows: 0, snapshotId: first.snapshotId }]);
    expect(done.snapshotId).toBe(String(before.metadata['current-snapshot-id']));
    expect((await headOf(ports.catalog)).token).toBe(before.token);
  });

  it('puts a whole batch into one snapshot; of one submission the last effect counts', async () => {
    const ports = memoryPorts();
    const effects = [
      await putEffect(ports.store, A, 'v1', 3),
      await putEffect(ports.store, B, 'v1', 4),
      await putEffect(ports.store, A, 'v2', 5),
    ];
    const done = await commit({ table: TABLE, effects }, ports);
    expect(done.outcomes.map((o) => o.outcome)).toEqual(['superseded', 'committed', 'committed']);
    expect(done.head.metadata.snapshots).toHaveLength(1);
    expect(await live(ports)).toEqual({ [A]: 'v2: 5', [B]: 'v1: 4' });
  });

  it('removes a submission on retraction, once', async () => {
    const ports = memoryPorts();
    await put(ports, A, 'v1', 3);
    await put(ports, B, 'v1', 4);
    const done = await commit({ table: TABLE, effects: [retractEffect(A, 'r1')] }, ports);
    expect(done.head.metadata.snapshots?.at(-1)?.summary.operation).toBe('delete');
    expect(done.outcomes).toMatchObject([{ outcome: 'committed', removedRows: 3, formerVersion: 'v1' }]);
    expect(await live(ports)).toEqual({ [B]: 'v1: 4' });
    const again = await commit({ table: TABLE, effects: [retractEffect(A, 'r1')] }, ports);
    expect(again.outcomes).toMatchObject([{ outcome: 'already-live', snapshotId: null }]);
    expect(again.snapshotId).toBe(done.snapshotId);
  });

  it('records a submission without rows once, and lets it take the former rows away', async () => {
    const ports = memoryPorts();
    const empty = await put(ports, A, 'v1', 0);
    expect(empty.outcomes).toMatchObject([{ outcome: 'committed' }]);
    expect((await put(ports, A, 'v1', 0)).snapshotId).toBe(empty.snapshotId);
    await put(ports, A, 'v2', 3);
    expect((await put(ports, A, 'v3', 0)).outcomes).toMatchObject([{ outcome: 'committed', removedRows: 3 }]);
    expect(await live(ports)).toEqual({ [A]: 'v3: 0' });
  });

  it('asks what is still wanted after reading the head, on every attempt', async () => {
    const ports = memoryPorts();
    await put(ports, A, 'v1', 3);
    const steps: string[] = [];
    const catalog = {
      ...ports.catalog,
      load: (table: string) => ports.catalog.load(table).finally(() => steps.push('head')),
      swap: async (...args: Parameters<typeof ports.catalog.swap>) => {
        steps.push('swap');
        return steps.length < 4 ? 'CONFLICT' : ports.catalog.swap(...args);
      },
    };
    const effects = [await putEffect(ports.store, A, 'v2', 5)];
    const stillWanted = async (asked: readonly Effect[]) => {
      steps.push('list');
      return asked;
    };
    await commit({ table: TABLE, effects, stillWanted }, { ...ports, catalog });
    expect(steps.join(' ')).toBe('head list swap head head list swap head');
  });

  it('leaves a superseded effect out', async () => {
    const ports = memoryPorts();
    const done = await put(ports, A, 'v2', 5);
    const old = await putEffect(ports.store, A, 'v1', 3);
    const result = await commit({ table: TABLE, effects: [old], stillWanted: async () => [] }, ports);
    expect(result.outcomes).toMatchObject([{ outcome: 'superseded', snapshotId: null }]);
    expect(result.snapshotId).toBe(done.snapshotId);
    expect(await live(ports)).toEqual({ [A]: 'v2: 5' });
  });

  it.each<[SwapFault, number]>([
    ['conflict', 1],
    ['applied-as-conflict', 1],
    ['applied-without-answer', 1],
    ['lost-without-answer', 1],
  ])('has its effect exactly once after the swap fault "%s"', async (fault, snapshots) => {
    let left = 2;
    const ports = memoryPorts({ fault: () => (left-- > 0 ? fault : undefined) });
    const done = await put(ports, A, 'v1', 3);
    expect(done.head.metadata.snapshots).toHaveLength(snapshots);
    expect(done.outcomes).toMatchObject([{ outcome: 'committed' }]);
    expect(await live(ports)).toEqual({ [A]: 'v1: 3' });
  });

  it('uses its manifest of new files again after a conflict', async () => {
    let left = 3;
    const ports = memoryPorts({ fault: () => (left-- > 0 ? 'conflict' : undefined) });
    await put(ports, A, 'v1', 3);
    const written = await ports.store.list(`${TABLE.name}/metadata/`);
    expect(written.filter(({ key }) => key.endsWith('-m0.avro'))).toHaveLength(1);
    expect(written.filter(({ key }) => key.includes('/snap-'))).toHaveLength(4);
  });

  it('gives up with a fault when it always loses', async () => {
    const ports = memoryPorts({ fault: () => 'conflict' });
    const effects = [await putEffect(ports.store, A, 'v1', 3)];
    await expect(commit({ table: TABLE, effects, maxAttempts: 3 }, ports)).rejects.toMatchObject({
      code: 'F_CONFLICT',
    });
  });

  it('chains its records by hash and names them in the summary', async () => {
    const ports = memoryPorts();
    const first = await put(ports, A, 'v1', 3);
    const second = await put(ports, A, 'v2', 5);
    const [one, two] = second.head.metadata.snapshots ?? [];
    const record = await readRecord(ports.store, TABLE.name, two!);
    expect(record).toMatchObject({
      table: TABLE.name,
      snapshotId: second.snapshotId,
      parentSnapshotId: first.snapshotId,
      sequenceNumber: 2,
      prevRecordSha256: one?.summary['lake.record-sha256'],
      effects: [
        {
          sk: A,
          version: 'v2',
          ek: effectKey(A, 'v2'),
          op: 'put',
          rowsIn: 5,
          rowsOk: 5,
          rowsRejected: 0,
          rowsRemoved: 3,
        },
      ],
    });
    const bytes = await ports.store.get(`${TABLE.name}/metadata/${two?.summary['lake.record']}`);
    expect(sha256(bytes ?? '')).toBe(two?.summary['lake.record-sha256']);
    expect(one?.summary['lake.effects']).toBe(effectKey(A, 'v1').slice(0, 16));
  });

  it('lists at most 32 effects in the summary, all of them in the record', async () => {
    const ports = memoryPorts();
    const effects: Effect[] = [];
    for (let i = 0; i < 40; i++) effects.push(await putEffect(ports.store, `${A}/p${i}`, 'v1', 0));
    const done = await commit({ table: TABLE, effects }, ports);
    const [snapshot] = done.head.metadata.snapshots ?? [];
    expect(snapshot?.summary['lake.effects']?.split(',').slice(32)).toEqual(['+8']);
    expect((await readRecord(ports.store, TABLE.name, snapshot!))?.effects).toHaveLength(40);
    const again = await commit({ table: TABLE, effects: [effects[39]!] }, ports);
    expect(again.outcomes).toMatchObject([{ outcome: 'already-live', snapshotId: done.snapshotId }]);
  });

  it('adds a column in the commit that first needs it', async () => {
    const ports = memoryPorts();
    await put(ports, A, 'v1', 3);
    const table = { ...TABLE, fields: [...TABLE.fields, { id: 13, name: 'ghi_chu', type: 'string' }] };
    const done = await commit({ table, effects: [await putEffect(ports.store, B, 'v1', 1)] }, ports);
    expect(done.head.metadata.snapshots?.map((s) => s['schema-id'])).toEqual([0, 1]);
  });

  it.each<[string, (effect: Effect) => Effect, string]>([
    ['rows do not add up', (e) => ({ ...e, rowsAccepted: 2, rowsIn: 2 }), 'F_EFFECT'],
    ['set-aside rows are not counted', (e) => ({ ...e, rowsIn: 9 }), 'F_EFFECT'],
    ['a file is not named after the effect', (e) => ({ ...e, effectKey: effectKey(A, 'other') }), 'F_EFFECT'],
    [
      'a file may hold rows of others',
      (e) => ({ ...e, add: e.add.map((f) => ({ ...f, stats: new Map() })) }),
      'F_EFFECT',
    ],
    ['it brings no file', (e) => ({ ...e, add: [], rowsIn: 0, rowsAccepted: 0 }), 'F_EFFECT'],
  ])('refuses an effect when %s', async (_what, spoil, code) => {
    const ports = memoryPorts();
    const effect = spoil(await putEffect(ports.store, A, 'v1', 3));
    await expect(commit({ table: TABLE, effects: [effect] }, ports)).rejects.toMatchObject({
      name: 'FaultError',
      code,
    });
    expect(await ports.catalog.load(TABLE.name)).toBeUndefined();
  });
});

describe('an effect whose files may not be used any more', () => {
  const NOW = Date.UTC(2026, 6, 1);
  it.each<[string, (effect: Effect) => Effect]>([
    ['its file is not there', (e) => ({ ...e, add: e.add.map((f) => ({ ...f, path: `${f.path}x` })) })],
    ['its file has another size', (e) => ({ ...e, add: e.add.map((f) => ({ ...f, sizeBytes: 1 })) })],
    ['it was sealed longer ago than files are kept', (e) => ({ ...e, sealedAtMs: NOW - 86_400_001 })],
    ['it was held against a shorter list of erased people', (e) => ({ ...e, erasureEpoch: 0 })],
    ['it was judged by older rules', (e) => ({ ...e, writerEpoch: 4 })],
  ])('goes back to be sealed again: %s', async (_what, spoil) => {
    const ports = memoryPorts();
    await commit({ table: TABLE, effects: [await putEffect(ports.store, B, 'v1', 1)], writerEpoch: 5 }, ports);
    const head = await headOf(ports.catalog);
    const properties = { ...head.metadata.properties, 'lake.erasure-epoch': '1' };
    await ports.catalog.swap(TABLE.name, head, { ...head.metadata, properties });
    const fresh = { ...(await putEffect(ports.store, A, 'v1', 3)), sealedAtMs: NOW, erasureEpoch: 1, writerEpoch: 5 };
    const stale = await commit({ table: TABLE, effects: [spoil(fresh)] }, ports);
    expect(stale.outcomes).toMatchObject([{ outcome: 'reseal', snapshotId: null }]);
    expect(await live(ports)).toEqual({ [B]: 'v1: 1' });
    const done = await commit({ table: TABLE, effects: [fresh] }, ports);
    expect(done.outcomes).toMatchObject([{ outcome: 'committed' }]);
  });

  it('a writer of a lower epoch than the table is turned away', async () => {
    const ports = memoryPorts();
    await commit({ table: TABLE, effects: [await putEffect(ports.store, B, 'v1', 1)], writerEpoch: 5 }, ports);
    const effects = [await putEffect(ports.store, A, 'v1', 3)];
    await expect(commit({ table: TABLE, effects, writerEpoch: 4 }, ports)).rejects.toMatchObject({
      name: 'InputError',
      code: 'E_WRITER_EPOCH',
    });
    const epoch = async () => (await headOf(ports.catalog)).metadata.properties?.['lake.writer-epoch'];
    expect(await epoch()).toBe('5');
    await commit({ table: TABLE, effects, writerEpoch: 6 }, ports);
    expect(await epoch()).toBe('6');
  });
});

describe('effects that others offer', () => {
  it('are taken along in the same snapshot, and their owner finds them done', async () => {
    const ports = memoryPorts();
    const [mine, theirs] = [await putEffect(ports.store, A, 'v1', 3), await putEffect(ports.store, B, 'v1', 4)];
    const done = await commit({ table: TABLE, effects: [mine], alsoOffered: async () => [theirs, mine] }, ports);
    expect(done.head.metadata.snapshots).toHaveLength(1);
    expect(done.outcomes.map((one) => [one.submission, one.outcome])).toEqual([
      [B, 'committed'],
      [A, 'committed'],
    ]);
    const owner = await commit({ table: TABLE, effects: [theirs] }, ports);
    expect(owner.outcomes).toMatchObject([{ outcome: 'already-live', snapshotId: done.snapshotId }]);
    expect(await live(ports)).toEqual({ [A]: 'v1: 3', [B]: 'v1: 4' });
  });
});

describe('manifests of a growing table', () => {
  it('are carried over unread when they cannot hold the period', async () => {
    const ports = memoryPorts();
    for (const month of ['01', '02', '03', '04']) await put(ports, `so_thu/so_lieu_thu/2026-${month}`, 'v1', 1);
    const reads: string[] = [];
    const store = { ...ports.store, get: (key: string) => ports.store.get(key).finally(() => reads.push(key)) };
    const before = await headOf(ports.catalog);
    const refs = await loadManifestList(ports.store, before.metadata, before.metadata.snapshots?.at(-1));
    await put({ ...ports, store }, 'so_thu/so_lieu_thu/2026-03', 'v2', 2);
    expect(reads.filter((key) => /-m\d+\.avro$/.test(key))).toHaveLength(1);
    const after = await headOf(ports.catalog);
    const now = await loadManifestList(ports.store, after.metadata, after.metadata.snapshots?.at(-1));
    expect(now.filter((ref) => refs.some((old) => old.path === ref.path))).toHaveLength(3);
    expect(now.find((ref) => ref.deletedFiles === 1)).toMatchObject({
      addedFiles: 0,
      existingFiles: 0,
      deletedRows: 1,
    });
    // What only tells of a removal is dropped by the next commit.
    await put(ports, 'so_thu/so_lieu_thu/2026-05', 'v1', 1);
    const later = await headOf(ports.catalog);
    const last = await loadManifestList(ports.store, later.metadata, later.metadata.snapshots?.at(-1));
    expect(last.some((ref) => ref.deletedFiles > 0)).toBe(false);
  });

  it('become one at a hundred; entries keep the sequence numbers and snapshots they were added with', async () => {
    const ports = memoryPorts();
    for (let i = 0; i < 99; i++) await put(ports, `${A}/p${i}`, 'v1', 1);
    const counts: number[] = [];
    let refs: Awaited<ReturnType<typeof loadManifestList>> = [];
    for (let i = 99; i < 101; i++) {
      const { head } = await put(ports, `${A}/p${i}`, 'v1', 1);
      refs = await loadManifestList(ports.store, head.metadata, head.metadata.snapshots?.at(-1));
      counts.push(refs.length);
    }
    expect(counts).toEqual([2, 3]);
    const { metadata } = await headOf(ports.catalog);
    const merged = refs.find((ref) => ref.existingFiles > 0)!;
    const [manifest] = await loadManifests(ports.store, metadata, [merged]);
    expect(merged).toMatchObject({
      existingFiles: 99,
      existingRows: 99,
      addedFiles: 0,
      minSequenceNumber: 1,
      sequenceNumber: 100,
    });
    const told = manifest!.entries.map((e) => [e.status, e.sequence_number, e.file_sequence_number, e.snapshot_id]);
    const expected = metadata
      .snapshots!.slice(0, 99)
      .map((s) => [0, s['sequence-number'], s['sequence-number'], s['snapshot-id']]);
    expect(told.sort((a, b) => Number(a[1]) - Number(b[1]))).toEqual(expected);
    expect((await planFiles(ports.store, metadata)).files).toHaveLength(101);
  });

  it('are not decoded for a submission that is not among their bytes, and are for one that is', async () => {
    const ports = memoryPorts();
    for (let i = 10; i < 110; i++) await put(ports, `${A}/p${i}`, 'v1', 1);
    // Bytes without a sync marker where it should be: whoever decodes them fails.
    const get = async (key: string) => {
      const bytes = await ports.store.get(key);
      return bytes && /-m\d+\.avro$/.test(key) ? Buffer.concat([bytes, Buffer.from([2, 2, 2])]) : bytes;
    };
    const damaged = { ...ports, store: { ...ports.store, get } };
    await put(damaged, `${A}/p55x`, 'v1', 1);
    await expect(put(damaged, `${A}/p55`, 'v2', 2)).rejects.toMatchObject({ code: 'E_MANIFEST' });
    await put(ports, `${A}/p55`, 'v2', 2);
    const { metadata } = await headOf(ports.catalog);
    const { files } = await planFiles(ports.store, metadata);
    expect([files.length, files.reduce((rows, file) => rows + file.rows, 0)]).toEqual([101, 102]);
  });
});

describe('writes by others', () => {
  async function withForeign(change: (m: TableMetadata) => TableMetadata) {
    const ports = memoryPorts();
    await put(ports, A, 'v1', 3);
    const head = await headOf(ports.catalog);
    await ports.catalog.swap(TABLE.name, head, parseMetadata(printMetadata(change(head.metadata)), 'foreign'));
    return ports;
  }
  const foreign =
    (summary: Record<string, string>) =>
    (metadata: TableMetadata): TableMetadata => {
      const parent = metadata.snapshots!.at(-1)!;
      const id = 3051729675574597004n;
      return {
        ...metadata,
        'last-sequence-number': 2,
        'current-snapshot-id': id,
        snapshots: [
          ...metadata.snapshots!,
          { ...parent, 'snapshot-id': id, 'parent-snapshot-id': parent['snapshot-id'], 'sequence-number': 2, summary },
        ],
        refs: { main: { 'snapshot-id': id, type: 'branch' } },
      };
    };

  it('that only rearrange files are built upon, ids above 2^53 included', async () => {
    const ports = await withForeign(foreign({ operation: 'replace', 'total-records': '3' }));
    const done = await put(ports, B, 'v1', 4);
    expect(done.head.metadata.snapshots?.at(-1)?.['parent-snapshot-id']).toBe(3051729675574597004n);
    expect(await live(ports)).toEqual({ [A]: 'v1: 3', [B]: 'v1: 4' });
    const record = await readRecord(ports.store, TABLE.name, done.head.metadata.snapshots!.at(-1)!);
    expect(record).toMatchObject({
      parentSnapshotId: '3051729675574597004',
      prevRecordSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it.each([
    ['an append', { operation: 'append', 'total-records': '3' }],
    ['a replace that lost rows', { operation: 'replace', 'total-records': '2' }],
  ])('that change rows stop the table: %s', async (_what, summary) => {
    const ports = await withForeign(foreign(summary));
    await expect(put(ports, B, 'v1', 4)).rejects.toMatchObject({ name: 'InputError', code: 'E_FOREIGN_WRITE' });
    expect((await headOf(ports.catalog)).token).toBe('2');
  });
});
