// Table metadata of Iceberg v2 (spec, "Table Metadata Fields"): the JSON as it stands, read and printed without loss.
// What changes from one version to the next is in metadata-builder.ts.
import { gunzipSync } from 'node:zlib';
import { InputError } from '../errors';
import { type Long, parseLossless, printLossless } from './json';

export interface SchemaField {
  readonly id: number;
  readonly name: string;
  readonly required: boolean;
  /** A primitive as text; foreign tables may hold nested types. */
  readonly type: string | Readonly<Record<string, unknown>>;
  readonly doc?: string;
}

export interface Schema {
  readonly type: 'struct';
  readonly 'schema-id': number;
  readonly fields: readonly SchemaField[];
}

export interface PartitionField {
  readonly 'source-id': number;
  readonly 'field-id': number;
  readonly name: string;
  readonly transform: string;
}

export interface PartitionSpec {
  readonly 'spec-id': number;
  readonly fields: readonly PartitionField[];
}

export interface Snapshot {
  readonly 'snapshot-id': Long;
  readonly 'parent-snapshot-id'?: Long;
  readonly 'sequence-number': number;
  readonly 'timestamp-ms': number;
  readonly 'manifest-list': string;
  /** `operation`, the metrics, and our `lake.*` keys; every value is text. */
  readonly summary: Readonly<Record<string, string>>;
  readonly 'schema-id'?: number;
}

export interface SortOrder {
  readonly 'order-id': number;
  readonly fields: readonly {
    readonly transform: string;
    readonly 'source-id': number;
    readonly direction: 'asc' | 'desc';
    readonly 'null-order': 'nulls-first' | 'nulls-last';
  }[];
}

interface SnapshotRef {
  readonly 'snapshot-id': Long;
  readonly type: 'branch' | 'tag';
}

export interface TableMetadata {
  readonly 'format-version': 2;
  readonly 'table-uuid': string;
  readonly location: string;
  readonly 'last-sequence-number': number;
  readonly 'last-updated-ms': number;
  readonly 'last-column-id': number;
  readonly schemas: readonly Schema[];
  readonly 'current-schema-id': number;
  readonly 'partition-specs': readonly PartitionSpec[];
  readonly 'default-spec-id': number;
  readonly 'last-partition-id': number;
  readonly 'sort-orders': readonly SortOrder[];
  readonly 'default-sort-order-id': number;
  readonly properties?: Readonly<Record<string, string>>;
  readonly 'current-snapshot-id'?: Long;
  readonly snapshots?: readonly Snapshot[];
  readonly 'snapshot-log'?: readonly { readonly 'timestamp-ms': number; readonly 'snapshot-id': Long }[];
  readonly 'metadata-log'?: readonly { readonly 'timestamp-ms': number; readonly 'metadata-file': string }[];
  readonly refs?: Readonly<Record<string, SnapshotRef>>;
  /** Puffin files of other engines. */
  readonly statistics?: readonly { readonly 'statistics-path': string }[];
  readonly 'partition-statistics'?: readonly { readonly 'statistics-path': string }[];
}

const NUMBERS = [
  'last-sequence-number',
  'last-updated-ms',
  'last-column-id',
  'current-schema-id',
  'default-spec-id',
  'last-partition-id',
  'default-sort-order-id',
];
const TEXTS = ['table-uuid', 'location'];
const LISTS = ['schemas', 'partition-specs', 'sort-orders'];

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isLong(value: unknown): value is Long {
  return typeof value === 'bigint' || Number.isSafeInteger(value);
}

function isSnapshot(value: unknown): value is Snapshot {
  return (
    isObject(value) &&
    isLong(value['snapshot-id']) &&
    Number.isSafeInteger(value['sequence-number']) &&
    Number.isSafeInteger(value['timestamp-ms']) &&
    typeof value['manifest-list'] === 'string' &&
    isObject(value.summary) &&
    Object.values(value.summary).every((text) => typeof text === 'string')
  );
}

function hasFields(value: unknown): boolean {
  return (
    isObject(value) &&
    Array.isArray(value.fields) &&
    value.fields.every((f) => isObject(f) && typeof f.name === 'string')
  );
}

/** The first thing that keeps a JSON value from being v2 metadata, in English; undefined when it is. */
function fault(value: Readonly<Record<string, unknown>>): string | undefined {
  for (const key of NUMBERS) if (!Number.isSafeInteger(value[key])) return `"${key}" is not an integer`;
  for (const key of TEXTS) if (typeof value[key] !== 'string') return `"${key}" is not a text`;
  for (const key of LISTS) if (!Array.isArray(value[key])) return `"${key}" is not a list`;
  const orders = value['sort-orders'];
  if (!Array.isArray(orders) || !orders.every((order) => isObject(order) && Array.isArray(order.fields)))
    return '"sort-orders" has an entry without fields';
  for (const key of ['schemas', 'partition-specs'])
    if (!Array.isArray(value[key]) || !value[key].every(hasFields)) return `"${key}" has an entry without fields`;
  const { snapshots = [], properties = {}, refs = {} } = value;
  if (!Array.isArray(snapshots) || !snapshots.every(isSnapshot))
    return '"snapshots" has an entry that is no v2 snapshot';
  if (!isObject(properties)) return '"properties" is not an object';
  if (!isObject(refs)) return '"refs" is not an object';
  for (const key of ['snapshot-log', 'metadata-log'])
    if (!(value[key] === undefined || Array.isArray(value[key]))) return `"${key}" is not a list`;
  const current = value['current-snapshot-id'];
  if (!(current === undefined || current === null || isLong(current))) return '"current-snapshot-id" is not an integer';
  if (isLong(current) && current !== -1 && !snapshots.some((s) => isSnapshot(s) && s['snapshot-id'] === current))
    return `the current snapshot ${current} is not among the snapshots`;
  return undefined;
}

function isMetadata(value: unknown): value is TableMetadata {
  return isObject(value) && value['format-version'] === 2 && fault(value) === undefined;
}

function damaged(file: string, found: string, cause?: unknown): InputError {
  return new InputError(
    'E_METADATA',
    {
      vi: `Tệp siêu dữ liệu ${file} của bảng bị hỏng (${found}). Cần tệp JSON Iceberg phiên bản 2 nguyên vẹn. Hãy khôi phục đúng tệp này từ bản sao lưu, không xóa tệp; không có bản sao thì dựng lại bảng từ tệp gốc: “tamgiang rebuild”.`,
      en: `The table metadata file ${file} is damaged (${found}). A whole Iceberg v2 JSON file is expected. Restore this very file from a backup and do not delete it; without one, build the table anew from the raw files: “tamgiang rebuild”.`,
    },
    { cause },
  );
}

/** Of a metadata file as it lies: other engines may have compressed it. */
export function metadataText(bytes: Uint8Array): string {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return Buffer.from(isGzip ? gunzipSync(bytes) : bytes).toString('utf8');
}

/**
 * @param file where the text was read, for errors
 * @throws InputError E_METADATA, E_FORMAT_VERSION
 */
export function parseMetadata(text: string, file: string): TableMetadata {
  let value: unknown;
  try {
    value = parseLossless(text);
  } catch (cause) {
    throw damaged(file, cause instanceof Error ? cause.message : String(cause), cause);
  }
  if (!isObject(value)) throw damaged(file, 'not a JSON object');
  const version = value['format-version'];
  if (typeof version === 'number' && version !== 2)
    throw new InputError('E_FORMAT_VERSION', {
      vi: `Bảng trong ${file} theo Iceberg phiên bản ${version}; hệ thống này đọc và ghi phiên bản 2. Hãy dùng bản phần mềm đã ghi bảng, hoặc chuyển bảng về phiên bản 2.`,
      en: `The table in ${file} has Iceberg format version ${version}; version 2 is read and written here. Use the software that wrote it, or bring the table to version 2.`,
    });
  if (isMetadata(value)) return value;
  throw damaged(file, version === 2 ? (fault(value) ?? 'unknown') : '"format-version" is missing');
}

/** One line less than a human would like, one byte-stable form: print(parse(print(x))) = print(x). */
export function printMetadata(metadata: TableMetadata): string {
  return `${printLossless(metadata)}\n`;
}

/** A version carries over all snapshots of the one before but the new one: each is printed once. */
const printed = new WeakMap<Snapshot, string>();

function printSnapshots(snapshots: readonly Snapshot[]): string {
  const texts = snapshots.map((snapshot) => {
    const known = printed.get(snapshot) ?? printLossless(snapshot);
    printed.set(snapshot, known);
    return known;
  });
  return `[${texts.join(',')}]`;
}

/** The bytes of printMetadata. */
export function metadataBytes(metadata: TableMetadata): Uint8Array {
  const { snapshots } = metadata;
  // Each part by itself: the few that hold Vietnamese would make one text of two bytes a letter, slow to make and to encode.
  const parts = Object.entries(metadata)
    .filter(([, value]) => value !== undefined)
    .flatMap(([key, value], i) => [
      `${i === 0 ? '{' : ','}${JSON.stringify(key)}:`,
      key === 'snapshots' && snapshots ? printSnapshots(snapshots) : printLossless(value),
    ]);
  return Buffer.concat([...parts, '}\n'].map((part) => Buffer.from(part, 'utf8')));
}

/** The snapshot readers see; undefined for a table without rows so far. */
export function currentSnapshot(metadata: TableMetadata): Snapshot | undefined {
  return snapshotById(metadata, metadata['current-snapshot-id']);
}

export function snapshotById(metadata: TableMetadata, id: Long | undefined): Snapshot | undefined {
  // From the end, because the newest are asked for most.
  return id === undefined ? undefined : metadata.snapshots?.findLast((s) => s['snapshot-id'] === id);
}

export function currentSchema(metadata: TableMetadata): Schema {
  const schema = metadata.schemas.find((s) => s['schema-id'] === metadata['current-schema-id']);
  if (!schema) throw damaged(metadata.location, `schema ${metadata['current-schema-id']} is missing`);
  return schema;
}

/**
 * Source of the column the lake divides by: of the default spec, or, where another engine set one of its own, of the
 * newest spec that is ours: one column as it is. undefined: not divided.
 */
export function partitionSource(metadata: TableMetadata): number | undefined {
  const specs = metadata['partition-specs'];
  const own = [defaultSpec(metadata), ...specs.toReversed()].find(isPlain);
  return own?.fields[0]?.['source-id'];
}

/** One column as it is: the only division written here. */
export function isPlain({ fields }: PartitionSpec): boolean {
  return fields.length === 1 && fields[0]?.transform === 'identity';
}

export function defaultSpec(metadata: TableMetadata): PartitionSpec {
  const spec = metadata['partition-specs'].find((s) => s['spec-id'] === metadata['default-spec-id']);
  if (!spec) throw damaged(metadata.location, `partition spec ${metadata['default-spec-id']} is missing`);
  return spec;
}
