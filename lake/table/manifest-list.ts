// Manifest lists: one entry a manifest, with counts and partition bounds by which manifests are skipped unread.
// Foreign writers name some fields otherwise, so fields are found by id.
import { InputError } from '../errors';
import { encoderOf, readAvro, writeEncoded } from './avro';
import type { Long } from './json';
import { MANIFEST_LIST_SCHEMA } from './manifest-schema';

export interface PartitionSummary {
  readonly containsNull: boolean;
  readonly containsNan: boolean | null;
  readonly lower: Uint8Array | null;
  readonly upper: Uint8Array | null;
}

/** First and last submission key, in byte order, whose rows a manifest's live files may hold. */
export interface SubmissionRange {
  readonly lower: string;
  readonly upper: string;
  /** Each live file holds one submission, by its bounds: a key that is not among the manifest's bytes has no rows in it. */
  readonly isSpelled: boolean;
}

export interface ManifestRef {
  readonly path: string;
  readonly length: number;
  readonly specId: number;
  /** 0 data, 1 deletes. */
  readonly content: number;
  readonly sequenceNumber: number;
  readonly minSequenceNumber: number;
  readonly addedSnapshotId: Long;
  readonly addedFiles: number;
  readonly existingFiles: number;
  readonly deletedFiles: number;
  readonly addedRows: number;
  readonly existingRows: number;
  readonly deletedRows: number;
  readonly partitions: readonly PartitionSummary[] | null;
  readonly keyMetadata: Uint8Array | null;
  /** null: unknown, as in lists of other writers. */
  readonly submissions: SubmissionRange | null;
}

export interface ListHeader {
  readonly snapshotId: Long;
  readonly parentSnapshotId: Long | null;
  readonly sequenceNumber: number;
}

/**
 * Ours alone: which submissions each manifest holds, so that a commit reads the one or two manifests that concern it
 * however old the table is. Keyed by manifest, which never changes; other readers pass over unknown header entries.
 */
const RANGES = 'lake.submissions';

const bytes = (value: Uint8Array | null) => value && Buffer.from(value);
const buffer = (value: Uint8Array) => Buffer.from(value.buffer, value.byteOffset, value.byteLength);

/** Refs as a list of our own schema had them: most of a new list is carried over from the last one. */
const carried = new WeakMap<ManifestRef, Uint8Array>();

const OUR_SCHEMA = JSON.stringify(MANIFEST_LIST_SCHEMA);

function rowOf(ref: ManifestRef): Readonly<Record<string, unknown>> {
  return {
    manifest_path: ref.path,
    manifest_length: ref.length,
    partition_spec_id: ref.specId,
    content: ref.content,
    sequence_number: ref.sequenceNumber,
    min_sequence_number: ref.minSequenceNumber,
    added_snapshot_id: ref.addedSnapshotId,
    added_files_count: ref.addedFiles,
    existing_files_count: ref.existingFiles,
    deleted_files_count: ref.deletedFiles,
    added_rows_count: ref.addedRows,
    existing_rows_count: ref.existingRows,
    deleted_rows_count: ref.deletedRows,
    partitions:
      ref.partitions?.map((summary) => ({
        contains_null: summary.containsNull,
        contains_nan: summary.containsNan,
        lower_bound: bytes(summary.lower),
        upper_bound: bytes(summary.upper),
      })) ?? null,
    key_metadata: bytes(ref.keyMetadata),
  };
}

export function writeManifestList(
  refs: readonly ManifestRef[],
  header: ListHeader,
  syncMarker: Uint8Array,
): Uint8Array {
  const encode = encoderOf(MANIFEST_LIST_SCHEMA);
  const rows = refs.map((ref) => carried.get(ref) ?? encode(rowOf(ref)));
  const meta = {
    'snapshot-id': String(header.snapshotId),
    'parent-snapshot-id': String(header.parentSnapshotId),
    'sequence-number': String(header.sequenceNumber),
    'format-version': '2',
    [RANGES]: JSON.stringify(
      Object.fromEntries(
        refs.flatMap(({ path, submissions }) =>
          submissions ? [[fileName(path), [submissions.lower, submissions.upper, submissions.isSpelled]]] : [],
        ),
      ),
    ),
  };
  return writeEncoded({ schema: MANIFEST_LIST_SCHEMA, meta, rows }, syncMarker);
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A range of the wrong shape counts as none: the manifest is read. */
function readRanges(text: string | undefined): ReadonlyMap<string, SubmissionRange> {
  const ranges = new Map<string, SubmissionRange>();
  const value = parsed(text);
  if (!isRow(value)) return ranges;
  for (const [name, range] of Object.entries(value)) {
    const [lower, upper, isSpelled]: unknown[] = Array.isArray(range) ? range : [];
    if (typeof lower === 'string' && typeof upper === 'string')
      ranges.set(name, { lower, upper, isSpelled: isSpelled === true });
  }
  return ranges;
}

type Row = Readonly<Record<string, unknown>>;

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null;
}

function isLong(value: unknown): value is Long {
  return typeof value === 'number' || typeof value === 'bigint';
}

function asBytes(value: unknown): Uint8Array | null {
  return value instanceof Uint8Array ? value : null;
}

function namesById(schema: unknown): ReadonlyMap<unknown, string> {
  const fields = isRow(schema) && Array.isArray(schema.fields) ? schema.fields.filter(isRow) : [];
  return new Map(fields.map((field) => [field['field-id'], String(field.name)]));
}

/** @throws InputError E_MANIFEST */
export function readManifestList(content: Uint8Array, location: string): readonly ManifestRef[] {
  const file = readAvro(content, location);
  const names = namesById(file.schema);
  const ranges = readRanges(file.meta[RANGES]);
  const refs = file.rows.map((row) => readRef(isRow(row) ? row : {}, names, ranges, location));
  if (JSON.stringify(file.schema) === OUR_SCHEMA)
    for (const [i, ref] of refs.entries()) {
      const encoded = file.encoded?.[i];
      if (encoded) carried.set(ref, encoded);
    }
  return refs;
}

function readRef(
  row: Row,
  names: ReadonlyMap<unknown, string>,
  ranges: ReadonlyMap<string, SubmissionRange>,
  location: string,
): ManifestRef {
  const at = (id: number): unknown => row[names.get(id) ?? ''];
  const number = (id: number, what: string): number => {
    const value = at(id);
    if (isLong(value)) return Number(value);
    throw new InputError('E_MANIFEST', {
      vi: `Danh sách tệp kê khai ${location} thiếu trường ${what} (${id}) bắt buộc của Iceberg phiên bản 2. Hãy khôi phục tệp từ bản sao lưu.`,
      en: `The manifest list ${location} lacks the field ${what} (${id}) that Iceberg version 2 requires. Restore it from a backup.`,
    });
  };
  const path = String(at(500));
  const snapshotId = at(503);
  const partitions = at(507);
  return {
    path,
    length: number(501, 'manifest_length'),
    specId: number(502, 'partition_spec_id'),
    content: number(517, 'content'),
    sequenceNumber: number(515, 'sequence_number'),
    minSequenceNumber: number(516, 'min_sequence_number'),
    addedSnapshotId: isLong(snapshotId) ? snapshotId : number(503, 'added_snapshot_id'),
    addedFiles: number(504, 'added_files_count'),
    existingFiles: number(505, 'existing_files_count'),
    deletedFiles: number(506, 'deleted_files_count'),
    addedRows: number(512, 'added_rows_count'),
    existingRows: number(513, 'existing_rows_count'),
    deletedRows: number(514, 'deleted_rows_count'),
    partitions: Array.isArray(partitions) ? partitions.filter(isRow).map(readSummary) : null,
    keyMetadata: asBytes(at(519)),
    submissions: ranges.get(fileName(path)) ?? null,
  };
}

function readSummary(row: Row): PartitionSummary {
  return {
    containsNull: row.contains_null !== false,
    containsNan: typeof row.contains_nan === 'boolean' ? row.contains_nan : null,
    lower: asBytes(row.lower_bound),
    upper: asBytes(row.upper_bound),
  };
}

/** Whether a manifest may hold a file whose partition field at `index` is this text; `index` undefined: cannot tell. */
export function mayHoldPartition(ref: ManifestRef, index: number | undefined, value: string): boolean {
  const summary = index === undefined ? undefined : ref.partitions?.[index];
  if (!summary) return true;
  // Without bounds every value is null.
  if (!summary.lower || !summary.upper) return false;
  const wanted = Buffer.from(value, 'utf8');
  return Buffer.compare(summary.lower, wanted) <= 0 && Buffer.compare(wanted, summary.upper) <= 0;
}

/** Files a reader sees through this manifest. */
export function liveFiles(ref: ManifestRef): number {
  return ref.addedFiles + ref.existingFiles;
}

/** Whether a manifest may hold rows of a submission, as far as its list knows. */
export function mayHoldSubmission(ref: ManifestRef, submission: string): boolean {
  if (!ref.submissions) return true;
  const wanted = Buffer.from(submission, 'utf8');
  return (
    Buffer.compare(Buffer.from(ref.submissions.lower, 'utf8'), wanted) <= 0 &&
    Buffer.compare(wanted, Buffer.from(ref.submissions.upper, 'utf8')) <= 0
  );
}

/** As mayHoldSubmission, of a manifest whose bytes are at hand: in most cases it need not be decoded. */
export function mayNameSubmission(ref: ManifestRef, manifest: Uint8Array, submission: string): boolean {
  if (!mayHoldSubmission(ref, submission)) return false;
  // Manifests of ours are not compressed.
  return !ref.submissions?.isSpelled || buffer(manifest).includes(submission, 0, 'utf8');
}
