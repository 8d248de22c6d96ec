// Manifests: which data files a snapshot holds. Entries are kept as the file has them, so that a manifest written by
// another engine can be rewritten without losing anything; data-file views are made on demand.
import { InputError } from '../errors';
import { type AvroField, type AvroObject, encoderOf, readAvroBlocks, writeAvro, writeEncoded } from './avro';
import { type Codec, type Cursor, fieldCodecs } from './avro-decode';
import { type ColumnStat, type DataFile, SUBMISSION_FIELD } from './data-file';
import type { Long } from './json';
import type { ManifestRef, PartitionSummary, SubmissionRange } from './manifest-list';
import { avroName, manifestSchema } from './manifest-schema';
import type { PartitionSpec, Schema } from './metadata';
import { encodedFile, type FieldCodec, figureAt, type Pairs, type RawFile, shelvesOf } from './stored-file';

export const EXISTING = 0;
export const ADDED = 1;
export const DELETED = 2;

/** An entry with inheritance resolved: numbers are never absent. */
export interface ManifestEntry {
  readonly status: number;
  readonly snapshot_id: Long;
  readonly sequence_number: Long;
  readonly file_sequence_number: Long;
  readonly data_file: RawFile;
}

export interface Manifest {
  /** As read; entries are written back under it. */
  readonly schema: AvroObject;
  readonly meta: Readonly<Record<string, string>>;
  readonly entries: readonly ManifestEntry[];
}

function unreadable(ref: ManifestRef, found: string): InputError {
  return new InputError('E_MANIFEST', {
    vi: `Tệp kê khai ${ref.path} của bảng không đúng quy cách Iceberg phiên bản 2: ${found}. Hãy khôi phục tệp từ bản sao lưu; không có bản sao thì dựng lại bảng từ tệp gốc: “tamgiang rebuild”.`,
    en: `The manifest ${ref.path} does not follow Iceberg version 2: ${found}. Restore it from a backup; without one, build the table anew from the raw files: “tamgiang rebuild”.`,
  });
}

function isLong(value: unknown): value is Long {
  return typeof value === 'number' || typeof value === 'bigint';
}

/** Sequence numbers are inherited by added entries only (spec, "Sequence Number Inheritance"). @throws InputError E_MANIFEST */
export function readManifest(bytes: Uint8Array, ref: ManifestRef): Manifest {
  return readAvroBlocks(bytes, ref.path, ({ schema, meta, blocks }) => {
    if (typeof schema !== 'object' || !('type' in schema)) throw unreadable(ref, 'no record schema');
    const named = new Map<string, Codec>();
    const filesOf = shelvesOf(fieldCodecs(dataFileFields(schema), named));
    const fields = fieldCodecs(
      (schema.fields ?? []).map((field) => (field.name === 'data_file' ? { ...field, type: 'null' } : field)),
      named,
    );
    const entries: ManifestEntry[] = [];
    for (const { count, bytes: block } of blocks) {
      const cursor: Cursor = { bytes: block, at: 0 };
      const readFile = filesOf(block, count);
      for (let row = 0; row < count; row++) entries.push(readEntry(cursor, fields, readFile, ref));
    }
    return { schema, meta, entries };
  });
}

function readEntry(
  cursor: Cursor,
  fields: readonly FieldCodec[],
  readFile: (cursor: Cursor) => RawFile,
  ref: ManifestRef,
): ManifestEntry {
  let status: unknown;
  let snapshotId: unknown;
  let sequence: unknown;
  let fileSequence: unknown;
  let file: RawFile | undefined;
  for (const field of fields) {
    switch (field.name) {
      case 'status':
        status = field.decode(cursor);
        break;
      case 'snapshot_id':
        snapshotId = field.decode(cursor);
        break;
      case 'sequence_number':
        sequence = field.decode(cursor);
        break;
      case 'file_sequence_number':
        fileSequence = field.decode(cursor);
        break;
      case 'data_file':
        file = readFile(cursor);
        break;
      default:
        field.skip(cursor);
    }
  }
  if (!file) throw unreadable(ref, 'an entry without data file');
  if (typeof status !== 'number') throw unreadable(ref, `no status for ${file.file_path}`);
  const inherited = status === ADDED ? ref.sequenceNumber : undefined;
  const own = isLong(sequence) ? sequence : inherited;
  const ofFile = isLong(fileSequence) ? fileSequence : inherited;
  if (own === undefined || ofFile === undefined) throw unreadable(ref, `no sequence number for ${file.file_path}`);
  return {
    status,
    snapshot_id: isLong(snapshotId) ? snapshotId : ref.addedSnapshotId,
    sequence_number: own,
    file_sequence_number: ofFile,
    data_file: file,
  };
}

function dataFileFields(schema: AvroObject): readonly AvroField[] {
  const type = schema.fields?.find((field) => field.name === 'data_file')?.type;
  return typeof type === 'object' && 'fields' in type ? (type.fields ?? []) : [];
}

export function isLive(entry: { readonly status: number }): boolean {
  return entry.status !== DELETED;
}

function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array;
}

/** Figures of one column without reading the others. */
export function statOf(entry: ManifestEntry, id: number): ColumnStat | undefined {
  const raw = entry.data_file;
  const [lower, upper] = [figureAt(raw, 'lower_bounds', id), figureAt(raw, 'upper_bounds', id)];
  if (!isBytes(lower) || !isBytes(upper)) return undefined;
  const values = figureAt(raw, 'value_counts', id);
  const nulls = figureAt(raw, 'null_value_counts', id);
  const valueCount = Number(isLong(values) ? values : raw.record_count);
  // An unknown count must not pass for "no nulls".
  return { valueCount, nullCount: isLong(nulls) ? Number(nulls) : valueCount, lower, upper };
}

/** Reads the maps of an entry. */
function readStats(raw: RawFile): ReadonlyMap<number, ColumnStat> {
  const byId = <V>(pairs: Pairs<V> | undefined) => new Map((pairs ?? []).map(({ key, value }) => [key, value]));
  const sizes = byId(raw.column_sizes);
  const nulls = byId(raw.null_value_counts);
  const lowers = byId(raw.lower_bounds);
  const uppers = byId(raw.upper_bounds);
  const stats = new Map<number, ColumnStat>();
  for (const [id, values] of byId(raw.value_counts)) {
    const [size, lower, upper] = [sizes.get(id), lowers.get(id), uppers.get(id)];
    stats.set(id, {
      valueCount: Number(values),
      // An unknown count must not pass for "no nulls".
      nullCount: Number(nulls.get(id) ?? values),
      ...(size === undefined ? {} : { sizeBytes: Number(size) }),
      ...(lower && upper ? { lower, upper } : {}),
    });
  }
  return stats;
}

/** The figures are decoded when somebody asks for them. */
class EntryFile implements DataFile {
  readonly sizeBytes: number;
  readonly rows: number;
  #raw: RawFile;
  #stats: ReadonlyMap<number, ColumnStat> | undefined;

  constructor(
    raw: RawFile,
    readonly path: string,
    readonly period: string | null,
  ) {
    this.sizeBytes = Number(raw.file_size_in_bytes);
    this.rows = Number(raw.record_count);
    this.#raw = raw;
  }

  get stats(): ReadonlyMap<number, ColumnStat> {
    this.#stats ??= readStats(this.#raw);
    return this.#stats;
  }
}

/**
 * An entry as a data file. A copy made by spreading has no `stats`.
 * @param partitionName Avro name of the period's partition field
 * @param path where the store has the file now. Default: as the manifest names it
 */
export function toDataFile(
  entry: ManifestEntry,
  partitionName: string | undefined,
  path = entry.data_file.file_path,
): DataFile {
  const raw = entry.data_file;
  const period = partitionName === undefined ? null : raw.partition[partitionName];
  return new EntryFile(raw, path, typeof period === 'string' ? period : null);
}

/** Avro name of the partition field that holds `sourceId` as it is, undefined when the spec has none. */
export function partitionName(spec: PartitionSpec | undefined, sourceId: number | undefined): string | undefined {
  const field = spec?.fields.find((f) => f['source-id'] === sourceId && f.transform === 'identity');
  return field && avroName(field.name);
}

function rawFile(file: DataFile, spec: PartitionSpec, kept: ReadonlySet<number>): RawFile & Record<string, unknown> {
  const stats = [...file.stats].filter(([id]) => kept.has(id)).sort(([a], [b]) => a - b);
  const pairs = <V>(pick: (stat: ColumnStat) => V | undefined) =>
    stats.flatMap(([key, stat]) => {
      const value = pick(stat);
      return value === undefined ? [] : [{ key, value }];
    });
  const bytes = (value: Uint8Array | undefined) => value && Buffer.from(value);
  return {
    content: 0,
    file_path: file.path,
    file_format: 'PARQUET',
    partition:
      file.placed?.partition ?? Object.fromEntries(spec.fields.map((field) => [avroName(field.name), file.period])),
    record_count: file.rows,
    file_size_in_bytes: file.sizeBytes,
    column_sizes: pairs((stat) => stat.sizeBytes),
    value_counts: pairs((stat) => stat.valueCount),
    null_value_counts: pairs((stat) => stat.nullCount),
    nan_value_counts: null,
    lower_bounds: pairs((stat) => bytes(stat.lower)),
    upper_bounds: pairs((stat) => bytes(stat.upper)),
    key_metadata: null,
    split_offsets: null,
    equality_ids: null,
    sort_order_id: file.sortOrderId ?? 0,
  };
}

/** What counting needs of an entry; null numbers will be inherited. */
export interface CountedEntry {
  readonly status: number;
  readonly sequence_number: Long | null;
  readonly data_file: RawFile;
}

/** A manifest of new files. Snapshot and sequence number stay null, so that a later attempt can use the same bytes. */
export function writeAdded(
  files: readonly DataFile[],
  schema: Schema,
  spec: PartitionSpec,
  kept: ReadonlySet<number>,
  syncMarker: Uint8Array,
): { readonly bytes: Uint8Array; readonly entries: readonly CountedEntry[] } {
  const entries = files.map((file) => ({
    status: ADDED,
    snapshot_id: null,
    sequence_number: null,
    file_sequence_number: null,
    data_file: rawFile(file, spec, kept),
  }));
  const meta = {
    schema: JSON.stringify(schema),
    'schema-id': String(schema['schema-id']),
    'partition-spec': JSON.stringify(spec.fields),
    'partition-spec-id': String(spec['spec-id']),
    'format-version': '2',
    content: 'data',
  };
  return { bytes: writeAvro({ schema: manifestSchema(spec, schema), meta, rows: entries }, syncMarker), entries };
}

/** Entries carried over or removed, under the schema and header they were read with; every number is explicit. */
export function writeCarried(
  manifest: Manifest,
  entries: readonly ManifestEntry[],
  syncMarker: Uint8Array,
): Uint8Array {
  const fields = (manifest.schema.fields ?? []).map((field) => ({ name: field.name, encode: encoderOf(field.type) }));
  const rows = entries.map((entry) => {
    const values: Readonly<Record<string, unknown>> = { ...entry };
    const parts = fields.map(
      ({ name, encode }) =>
        (name === 'data_file' ? encodedFile(entry.data_file) : undefined) ?? encode(values[name] ?? null),
    );
    return Buffer.concat(parts);
  });
  return writeEncoded({ schema: manifest.schema, meta: manifest.meta, rows }, syncMarker);
}

/** What a manifest list says of a manifest, from its entries. */
export function describeManifest(
  entries: readonly CountedEntry[],
  spec: PartitionSpec,
  place: { readonly path: string; readonly length: number; readonly snapshotId: Long; readonly sequenceNumber: number },
): ManifestRef {
  const count = (status: number) => entries.filter((entry) => entry.status === status);
  const rows = (status: number) => count(status).reduce((sum, entry) => sum + Number(entry.data_file.record_count), 0);
  const live = entries.filter(isLive).map((entry) => Number(entry.sequence_number ?? place.sequenceNumber));
  return {
    path: place.path,
    length: place.length,
    specId: spec['spec-id'],
    content: 0,
    sequenceNumber: place.sequenceNumber,
    minSequenceNumber: Math.min(place.sequenceNumber, ...live),
    addedSnapshotId: place.snapshotId,
    addedFiles: count(ADDED).length,
    existingFiles: count(EXISTING).length,
    deletedFiles: count(DELETED).length,
    addedRows: rows(ADDED),
    existingRows: rows(EXISTING),
    deletedRows: rows(DELETED),
    partitions: summarise(
      spec,
      entries.map((entry) => entry.data_file.partition),
    ),
    keyMetadata: null,
    submissions: submissionRange(entries.filter(isLive).map((entry) => entry.data_file)),
  };
}

/** Lowest and highest submission key by the files' own bounds; null when a file does not tell. */
function submissionRange(files: readonly RawFile[]): SubmissionRange | null {
  let range: { lower: Uint8Array; upper: Uint8Array } | undefined;
  let isSpelled = true;
  for (const file of files) {
    const lower = figureAt(file, 'lower_bounds', SUBMISSION_FIELD);
    const upper = figureAt(file, 'upper_bounds', SUBMISSION_FIELD);
    if (!isBytes(lower) || !isBytes(upper)) return null;
    isSpelled &&= Buffer.compare(lower, upper) === 0;
    range = {
      lower: range && Buffer.compare(range.lower, lower) < 0 ? range.lower : lower,
      upper: range && Buffer.compare(range.upper, upper) > 0 ? range.upper : upper,
    };
  }
  if (!range) return null;
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');
  // Bytes that are no text would not come back from JSON as they were.
  const isText = [range.lower, range.upper].every((bound) => Buffer.from(text(bound), 'utf8').equals(bound));
  return isText ? { lower: text(range.lower), upper: text(range.upper), isSpelled } : null;
}

/** Bounds of each partition field over all entries, removed ones too. Only text has bounds; others say "unknown". */
function summarise(
  spec: PartitionSpec,
  tuples: readonly Readonly<Record<string, unknown>>[],
): readonly PartitionSummary[] | null {
  const summaries: PartitionSummary[] = [];
  for (const field of spec.fields) {
    const values = tuples.map((tuple) => tuple[avroName(field.name)] ?? null);
    const texts = values.filter((value) => typeof value === 'string').map((text) => Buffer.from(text, 'utf8'));
    if (texts.length + values.filter((value) => value === null).length < values.length) return null;
    texts.sort(Buffer.compare);
    summaries.push({
      containsNull: values.includes(null),
      containsNan: null,
      lower: texts[0] ?? null,
      upper: texts.at(-1) ?? null,
    });
  }
  return summaries;
}
