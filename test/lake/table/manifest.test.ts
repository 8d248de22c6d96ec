import fc from 'fast-check';
import { readAvro, writeAvro } from '../../../lake/table/avro';
import {
  ADDED,
  DELETED,
  describeManifest,
  EXISTING,
  type ManifestEntry,
  readManifest,
  toDataFile,
  writeAdded,
  writeCarried,
} from '../../../lake/table/manifest';
import {
  type ManifestRef,
  mayHoldPartition,
  mayNameSubmission,
  readManifestList,
  writeManifestList,
} from '../../../lake/table/manifest-list';
import { manifestSchema } from '../../../lake/table/manifest-schema';
import { currentSchema, defaultSpec } from '../../../lake/table/metadata';
import { createTable, keptMetrics } from '../../../lake/table/metadata-builder';
import { memoryObjectStore } from '../../../platform/memory/object-store';
import { madeUpFile, TABLE } from './made-up';

const SYNC = new Uint8Array(16).fill(9);
const metadata = createTable(TABLE, 'memory://lake/so_lieu_thu', 'u', 0);
const spec = defaultSpec(metadata);
const SUBMISSION = 'so_thu/so_lieu_thu/2026-07';

async function manifest(foreignId: number | bigint = 77) {
  const file = await madeUpFile(memoryObjectStore(), SUBMISSION, '0001-abc', 5);
  const written = writeAdded([file], currentSchema(metadata), spec, keptMetrics(metadata), SYNC);
  const place = { path: 'memory://m0.avro', length: written.bytes.length, snapshotId: foreignId, sequenceNumber: 8 };
  return { file, bytes: written.bytes, ref: describeManifest(written.entries, spec, place) };
}

describe('a manifest', () => {
  it('gives back the file it was written with, except what may not be kept', async () => {
    const { file, bytes, ref } = await manifest();
    const { entries } = readManifest(bytes, ref);
    const { stats, ...rest } = toDataFile(entries[0]!, 'ky_du_lieu');
    expect(rest).toEqual({ path: file.path, sizeBytes: file.sizeBytes, rows: 5, period: '2026-07' });
    expect([...stats.keys()]).toEqual([1, 2, 11]);
    expect(stats.get(11)).toEqual({
      ...file.stats.get(11),
      lower: Buffer.from([1, 0, 0, 0]),
      upper: Buffer.from([5, 0, 0, 0]),
    });
    expect(Buffer.from(bytes).includes('Nguyễn Văn')).toBe(false);
  });

  it('lets added entries inherit snapshot and sequence number', async () => {
    const { bytes, ref } = await manifest(3051729675574597004n);
    const [entry] = readManifest(bytes, ref).entries;
    expect(entry).toMatchObject({
      status: ADDED,
      snapshot_id: 3051729675574597004n,
      sequence_number: 8,
      file_sequence_number: 8,
    });
  });

  it('refuses carried entries without their own sequence number', async () => {
    const { bytes, ref } = await manifest();
    const raw = readAvro(bytes, 'm');
    const rows = raw.rows.map((row) => ({ ...(row as object), status: EXISTING }));
    expect(() => readManifest(writeAvro({ ...raw, rows }, SYNC), ref)).toThrow(
      expect.objectContaining({ code: 'E_MANIFEST' }),
    );
  });

  it('keeps numbers and foreign 63-bit ids when it is carried over', async () => {
    const { bytes, ref } = await manifest(3051729675574597004n);
    const read = readManifest(bytes, ref);
    const carried = read.entries.map((entry): ManifestEntry => ({ ...entry, status: EXISTING }));
    const again = readManifest(writeCarried(read, carried, SYNC), { ...ref, sequenceNumber: 20, addedSnapshotId: 1 });
    expect(again.entries[0]).toMatchObject({
      status: EXISTING,
      snapshot_id: 3051729675574597004n,
      sequence_number: 8,
      file_sequence_number: 8,
    });
    expect(again.meta).toEqual(read.meta);
  });

  it('is the same bytes for the same input, with field ids and the table schema in its header', async () => {
    const [{ bytes }, { bytes: twin }] = [await manifest(), await manifest()];
    expect(Buffer.compare(bytes, twin)).toBe(0);
    const { schema, meta } = readAvro(bytes, 'm');
    expect(schema).toEqual(manifestSchema(spec));
    expect(meta).toMatchObject({ 'format-version': '2', content: 'data', 'schema-id': '0', 'partition-spec-id': '0' });
    expect(JSON.parse(meta['partition-spec'] ?? '')).toEqual(spec.fields);
    expect(JSON.parse(meta.schema ?? '')).toEqual(currentSchema(metadata));
  });

  it('cut anywhere is refused by name, never half read', async () => {
    const { bytes, ref } = await manifest();
    fc.assert(
      fc.property(fc.integer({ min: 1, max: bytes.length - 1 }), (length) => {
        let rows = -1;
        try {
          rows = readManifest(bytes.subarray(0, length), ref).entries.length;
        } catch (error) {
          expect(error).toMatchObject({
            name: 'InputError',
            code: 'E_MANIFEST',
            message: expect.stringContaining('m0.avro'),
          });
        }
        // The file may end cleanly after its header; then it holds nothing, which the counts of the list would show.
        expect(rows).toBeLessThanOrEqual(0);
      }),
    );
  });

  it('counts files and rows by what happened to them', async () => {
    const { bytes, ref } = await manifest();
    const [entry] = readManifest(bytes, ref).entries;
    const of = (status: number, sequence: number): ManifestEntry => ({ ...entry!, status, sequence_number: sequence });
    const place = { path: 'p', length: 1, snapshotId: 3, sequenceNumber: 30 };
    expect(describeManifest([of(DELETED, 2), of(EXISTING, 12), of(EXISTING, 14)], spec, place)).toMatchObject({
      addedFiles: 0,
      existingFiles: 2,
      deletedFiles: 1,
      existingRows: 10,
      deletedRows: 5,
      minSequenceNumber: 12,
      sequenceNumber: 30,
    });
  });
});

describe('a manifest list', () => {
  it('gives back what was written', async () => {
    const { ref } = await manifest(3051729675574597004n);
    const deletes: ManifestRef = { ...ref, path: 'd', content: 1, partitions: null, keyMetadata: Buffer.from('k') };
    const bytes = writeManifestList([ref, deletes], { snapshotId: 4, parentSnapshotId: null, sequenceNumber: 8 }, SYNC);
    expect(readManifestList(bytes, 'list')).toEqual([ref, deletes]);
  });

  it('finds fields by id when another engine names them otherwise', async () => {
    const { ref } = await manifest();
    const bytes = writeManifestList([ref], { snapshotId: 4, parentSnapshotId: 3, sequenceNumber: 8 }, SYNC);
    const raw = readAvro(bytes, 'list');
    const rename = (text: string) => text.replaceAll('added_files_count', 'added_data_files_count');
    const foreign = writeAvro(
      {
        schema: JSON.parse(rename(JSON.stringify(raw.schema))),
        meta: {},
        rows: raw.rows.map((row) => {
          const { added_files_count, ...rest } = row as Record<string, unknown>;
          return { ...rest, added_data_files_count: added_files_count };
        }),
      },
      SYNC,
    );
    expect(readManifestList(foreign, 'list')).toEqual([{ ...ref, submissions: null }]);
  });

  it('carries rows over as they were, and writes anew what was changed', async () => {
    const { ref } = await manifest();
    const header = { snapshotId: 4, parentSnapshotId: 3, sequenceNumber: 8 };
    const bytes = writeManifestList([ref, { ...ref, path: 'other' }], header, SYNC);
    const [first, second] = readManifestList(bytes, 'list');
    expect(writeManifestList([first!, second!], header, SYNC)).toEqual(bytes);
    const changed = { ...second!, addedRows: 41 };
    expect(readManifestList(writeManifestList([first!, changed], header, SYNC), 'list')).toEqual([first, changed]);
  });

  it('tells by the bytes of a manifest that it cannot hold a submission, unless a file of it holds several', async () => {
    const key = (name: string) => `${SUBMISSION}/${name}.csv`;
    const store = memoryObjectStore();
    const [a, c] = [await madeUpFile(store, key('a'), 'v1', 1), await madeUpFile(store, key('c'), 'v1', 1)];
    const shared = { ...a, stats: new Map([...a.stats, [1, { ...a.stats.get(1)!, upper: c.stats.get(1)!.upper! }]]) };
    const named = (files: (typeof a)[]) => {
      const { bytes, entries } = writeAdded(files, currentSchema(metadata), spec, keptMetrics(metadata), SYNC);
      const place = { path: 'memory://m1.avro', length: bytes.length, snapshotId: 1, sequenceNumber: 1 };
      const list = writeManifestList(
        [describeManifest(entries, spec, place)],
        { snapshotId: 1, parentSnapshotId: null, sequenceNumber: 1 },
        SYNC,
      );
      const [ref] = readManifestList(list, 'list');
      return ['0', 'a', 'b', 'c', 'd'].filter((name) => mayNameSubmission(ref!, bytes, key(name)));
    };
    expect(named([a, c])).toEqual(['a', 'c']);
    expect(named([shared])).toEqual(['a', 'b', 'c']);
  });

  it('tells which manifests cannot hold a period', async () => {
    const { ref } = await manifest();
    expect(['2026-06', '2026-07', '2026-08'].map((period) => mayHoldPartition(ref, 0, period))).toEqual([
      false,
      true,
      false,
    ]);
    expect(mayHoldPartition(ref, undefined, '1999-01')).toBe(true);
    expect(mayHoldPartition({ ...ref, partitions: null }, 0, '1999-01')).toBe(true);
  });
});
