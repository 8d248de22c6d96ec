// One snapshot by itself: what every reader of Iceberg counts on, and what must not stand in a manifest.
import { encodeBound } from '../../lake/table/bounds';
import type { Snapshot, TableMetadata } from '../../lake/table/metadata';
import { SUBJECT_COLUMN } from './made-format';
import type { Entry, LiveFile, SnapshotFiles, TreeReader } from './tree';
import { fail } from './violation';

/** I2, I8, I16, I21 of one snapshot after the other. */
export class TreeChecks {
  /** Of the files that are live. */
  #sequences: ReadonlyMap<string, number> = new Map();

  constructor(private readonly tree: TreeReader) {}

  check(files: SnapshotFiles, snapshot: Snapshot, parent: Snapshot | undefined, metadata: TableMetadata): void {
    this.#entries(snapshot, files, metadata);
    this.#sequences = new Map(files.live.map((file) => [file.path, file.sequence]));
    this.#metrics(files, snapshot, parent);
  }

  #entries(snapshot: Snapshot, files: SnapshotFiles, metadata: TableMetadata): void {
    const live = new Set<string>();
    for (const { ref, key, entries } of files.manifests) {
      if (this.tree.size(key) !== ref.manifest_length) fail('I21', `${key} has another length than its list says`);
      const count = (status: number) => entries.filter((entry) => entry.status === status);
      const rows = (status: number) => count(status).reduce((sum, entry) => sum + entry.data_file.record_count, 0);
      const counts = [count(1).length, count(0).length, count(2).length, rows(1), rows(0), rows(2)].join();
      const said = [
        ref.added_files_count,
        ref.existing_files_count,
        ref.deleted_files_count,
        ref.added_rows_count,
        ref.existing_rows_count,
        ref.deleted_rows_count,
      ].join();
      if (counts !== said) fail('I21', `${key} holds ${counts}, its list says ${said}`);
      for (const entry of entries) this.#entry(entry, ref.sequence_number, key, snapshot);
    }
    for (const file of files.live) {
      if (live.has(file.key)) fail('I21', `${file.key} is listed twice in one snapshot`);
      live.add(file.key);
      const { record_count: records, file_size_in_bytes: size } = file.entry.data_file;
      if (this.tree.size(file.key) !== size) fail('I2', `${file.key} has not the ${size} bytes of its manifest entry`);
      if (file.rows.length !== records)
        fail('I2', `${file.key} has ${file.rows.length} rows, its entry says ${records}`);
      this.#bounds(file, metadata);
    }
  }

  #entry(entry: Entry, listed: number, manifest: string, snapshot: Snapshot): void {
    const path = entry.data_file.file_path;
    const explicit = entry.sequence_number ?? undefined;
    if (entry.status !== 1 && (explicit === undefined || (entry.file_sequence_number ?? undefined) === undefined))
      fail('I21', `${manifest}: ${path} is carried over without its sequence numbers`);
    const sequence = Number(explicit ?? listed);
    const known = this.#sequences.get(path);
    if (known !== undefined && known !== sequence) fail('I21', `${path} changed from sequence ${known} to ${sequence}`);
    if (sequence > snapshot['sequence-number']) fail('I21', `${path} is younger than the snapshot that holds it`);
  }

  #bounds(file: LiveFile, metadata: TableMetadata): void {
    const { lower_bounds: lowers, upper_bounds: uppers, value_counts: counts } = file.entry.data_file;
    const schema = metadata.schemas.find((s) => s['schema-id'] === metadata['current-schema-id']);
    for (const { key } of [...(lowers ?? []), ...(counts ?? [])])
      if (schema?.fields.find((field) => field.id === key)?.name === SUBJECT_COLUMN)
        fail('I16', `${file.key} has figures of ${SUBJECT_COLUMN} in its manifest`);
    for (const field of schema?.fields ?? []) {
      if (field.type !== 'string') continue;
      const lower = lowers?.find((pair) => pair.key === field.id)?.value;
      const upper = uppers?.find((pair) => pair.key === field.id)?.value;
      for (const row of file.rows) {
        const cell = row[field.name];
        if (typeof cell !== 'string') continue;
        const bytes = encodeBound('string', cell);
        if (lower instanceof Uint8Array && Buffer.compare(bytes, lower) < 0)
          fail('I21', `${file.key}: ${field.name} is below its lower bound`);
        if (upper instanceof Uint8Array && Buffer.compare(bytes, upper) > 0)
          fail('I21', `${file.key}: ${field.name} is above its upper bound`);
      }
    }
  }

  #metrics(files: SnapshotFiles, snapshot: Snapshot, parent: Snapshot | undefined): void {
    const { summary } = snapshot;
    const rows = files.live.reduce((sum, file) => sum + file.rows.length, 0);
    const is = (name: string) => Number(summary[name] ?? '0');
    if (is('total-records') !== rows)
      fail('I8', `total-records is ${summary['total-records']}, there are ${rows} rows`);
    if (parent) {
      const expected = Number(parent.summary['total-records']) + is('added-records') - is('deleted-records');
      if (expected !== rows) fail('I8', `${expected} rows should be left, there are ${rows}`);
    }
    if (is('total-data-files') !== files.live.length)
      fail('I8', `total-data-files is ${summary['total-data-files']}, there are ${files.live.length}`);
  }
}
