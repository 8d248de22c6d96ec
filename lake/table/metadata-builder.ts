// From one version of table metadata to the next: creation, evolution by contract version, one more snapshot, fewer of them.
import { FaultError, InputError } from '../errors';
import { decimalOf } from './bounds';
import { FULL_BOUND_FIELDS, type TableDefinition, type TableField } from './data-file';
import type { Long } from './json';
import {
  currentSchema,
  currentSnapshot,
  defaultSpec,
  isPlain,
  type PartitionField,
  type PartitionSpec,
  type SchemaField,
  type Snapshot,
  type SortOrder,
  type TableMetadata,
} from './metadata';

const METRICS = 'write.metadata.metrics.column.';
const METADATA_LOG_MAX = 100;
const FIRST_PARTITION_ID = 1000;

/** Which columns may leave figures in manifests; everything else is `none`, so a new column leaks nothing. */
function metricsProperties(definition: TableDefinition): Record<string, string> {
  const properties: Record<string, string> = {};
  for (const field of definition.fields) {
    const bounded = definition.boundedFields.includes(field.id);
    const mode = field.type === 'string' ? 'truncate(16)' : 'full';
    properties[METRICS + field.name] = FULL_BOUND_FIELDS.includes(field.id) ? 'full' : bounded ? mode : 'none';
  }
  return properties;
}

/** Field ids whose figures may be written to manifests, as the table's own properties say. */
export function keptMetrics(metadata: TableMetadata): ReadonlySet<number> {
  const mode = (name: string) => metadata.properties?.[METRICS + name] ?? 'none';
  return new Set(currentSchema(metadata).fields.flatMap((field) => (mode(field.name) === 'none' ? [] : [field.id])));
}

/** Decimals with a space, as Iceberg's own writers spell them: older readers know no other spelling. */
function inMetadata(type: string): string {
  const decimal = decimalOf(type);
  return decimal ? `decimal(${decimal.precision}, ${decimal.scale})` : type;
}

function schemaField(field: TableField): SchemaField {
  const { id, name, type, doc } = field;
  return { id, name, required: false, type: inMetadata(type), ...(doc === undefined ? {} : { doc }) };
}

function partitionOf(definition: TableDefinition, fieldId: number): PartitionField | undefined {
  const source = definition.fields.find((field) => field.id === definition.partitionBy);
  if (definition.partitionBy !== undefined && source?.type !== 'string')
    throw new FaultError(
      'F_PARTITION',
      `${definition.name}: partition field ${definition.partitionBy} is no text field.`,
    );
  return source && { 'source-id': source.id, 'field-id': fieldId, name: source.name, transform: 'identity' };
}

function sortOrder(definition: TableDefinition, id: number): SortOrder {
  return {
    'order-id': id,
    fields: (definition.sortBy ?? []).map((source) => ({
      transform: 'identity',
      'source-id': source,
      direction: 'asc',
      'null-order': 'nulls-first',
    })),
  };
}

/** Order 0 is "none" by the spec. */
const UNSORTED: SortOrder = { 'order-id': 0, fields: [] };

/** A table without snapshots. `location` is the table's folder with scheme, without a slash at its end. */
export function createTable(definition: TableDefinition, location: string, uuid: string, nowMs: number): TableMetadata {
  const partition = partitionOf(definition, FIRST_PARTITION_ID);
  const isSorted = (definition.sortBy ?? []).length > 0;
  return {
    'format-version': 2,
    'table-uuid': uuid,
    location,
    'last-sequence-number': 0,
    'last-updated-ms': nowMs,
    'last-column-id': Math.max(...definition.fields.map((field) => field.id)),
    schemas: [{ type: 'struct', 'schema-id': 0, fields: definition.fields.map(schemaField) }],
    'current-schema-id': 0,
    'partition-specs': [{ 'spec-id': 0, fields: partition ? [partition] : [] }],
    'default-spec-id': 0,
    'last-partition-id': partition ? FIRST_PARTITION_ID : FIRST_PARTITION_ID - 1,
    'sort-orders': isSorted ? [UNSORTED, sortOrder(definition, 1)] : [UNSORTED],
    'default-sort-order-id': isSorted ? 1 : 0,
    properties: {
      'write.format.default': 'parquet',
      'write.parquet.compression-codec': 'zstd',
      'write.metadata.metrics.default': 'none',
      ...metricsProperties(definition),
      'write.metadata.previous-versions-max': String(METADATA_LOG_MAX),
      'write.metadata.delete-after-commit.enabled': 'false',
      'commit.manifest.min-count-to-merge': '100',
      'commit.manifest.target-size-bytes': String(8 * 1024 * 1024),
      'history.expire.min-snapshots-to-keep': '100',
      'history.expire.max-snapshot-age-ms': String(24 * 3600 * 1000),
      'lake.history.max-snapshots': '150',
      'gc.enabled': 'false',
      'lake.writer-epoch': '0',
      'lake.erasure-epoch': '0',
    },
    // None yet. Readers before Iceberg 1.2 do not take the field's absence for it.
    'current-snapshot-id': -1,
    snapshots: [],
    'snapshot-log': [],
    'metadata-log': [],
    refs: {},
  };
}

function refused(definition: TableDefinition, what: { vi: string; en: string }): InputError {
  return new InputError('E_EVOLUTION', {
    vi: `Bảng ${definition.name}: ${what.vi}. Chỉ được thêm cột mới hoặc nới rộng kiểu số (integer thành bigint, decimal thêm chữ số); thay đổi khác cần một phiên bản chính mới của hợp đồng dữ liệu, tức một bảng mới.`,
    en: `Table ${definition.name}: ${what.en}. Only new columns may be added and numbers widened (integer to bigint, a decimal with more digits); any other change needs a new major version of the contract, that is a new table.`,
  });
}

function spelled(type: SchemaField['type']): string {
  return typeof type === 'string' ? type.replaceAll(' ', '') : JSON.stringify(type);
}

/** Digits that fit in one physical Parquet size: a decimal may grow up to there without a new file format. */
const DECIMAL_SIZES = [9, 18, 38];

function decimalSize(precision: number): number | undefined {
  return DECIMAL_SIZES.find((size) => precision <= size);
}

/**
 * Whether values of a type may be read as another (spec, "Schema Evolution"). Files and bounds keep their old width.
 * Decimals grow inside one physical size only, because files of both must be read by one Parquet type.
 */
export function widens(from: string, to: string): boolean {
  if ((from === 'int' && to === 'long') || (from === 'float' && to === 'double')) return true;
  const [was, is] = [decimalOf(from), decimalOf(to)];
  return (
    was !== undefined &&
    is !== undefined &&
    was.scale === is.scale &&
    was.precision < is.precision &&
    decimalSize(was.precision) === decimalSize(is.precision)
  );
}

/** The field as it will be; a definition narrower than the table (an older contract still in use) changes nothing. */
function evolveField(definition: TableDefinition, same: SchemaField, field: TableField): SchemaField {
  const [was, is] = [spelled(same.type), spelled(field.type)];
  if (same.name === field.name && (was === is || widens(is, was))) return same;
  if (same.name === field.name && widens(was, is)) return { ...same, type: inMetadata(field.type) };
  const [before, after] = [`${same.name} (${same.id}) ${was}`, `${field.name} (${field.id}) ${field.type}`];
  throw refused(definition, {
    vi: `cột ${before} không thể thành ${after}`,
    en: `column ${before} cannot become ${after}`,
  });
}

/** Files written from now on are divided as the definition says; manifests of former files keep their own spec. */
function evolvePartition(base: TableMetadata, definition: TableDefinition): TableMetadata {
  const source = definition.partitionBy;
  // Other engines may have divided the same column by its first letters or by a hash: files of ours do not fit there.
  const isWanted = (spec: PartitionSpec) =>
    source === undefined ? spec.fields.length === 0 : isPlain(spec) && spec.fields[0]?.['source-id'] === source;
  if (isWanted(defaultSpec(base))) return base;
  const known = base['partition-specs'].find(isWanted);
  if (known) return { ...base, 'default-spec-id': known['spec-id'] };
  const id = Math.max(...base['partition-specs'].map((spec) => spec['spec-id'])) + 1;
  const field = partitionOf(definition, base['last-partition-id'] + 1);
  return {
    ...base,
    'partition-specs': [...base['partition-specs'], { 'spec-id': id, fields: field ? [field] : [] }],
    'default-spec-id': id,
    'last-partition-id': base['last-partition-id'] + (field ? 1 : 0),
  };
}

function evolveSortOrder(base: TableMetadata, definition: TableDefinition): TableMetadata {
  // Other software may have set orders of the same columns in another direction.
  const spelling = ({ fields }: SortOrder) =>
    fields.map((one) => [one['source-id'], one.transform, one.direction, one['null-order']].join(' ')).join();
  const wanted = spelling(sortOrder(definition, 0));
  const current = base['sort-orders'].find((order) => order['order-id'] === base['default-sort-order-id']);
  // A definition that asks for no order leaves the table's own.
  if (wanted === '' || (current && spelling(current) === wanted)) return base;
  const known = base['sort-orders'].find((order) => spelling(order) === wanted);
  if (known) return { ...base, 'default-sort-order-id': known['order-id'] };
  const id = Math.max(0, ...base['sort-orders'].map((order) => order['order-id'])) + 1;
  return {
    ...base,
    'sort-orders': [...base['sort-orders'], sortOrder(definition, id)],
    'default-sort-order-id': id,
  };
}

/**
 * The base, able to hold what the definition describes: new fields and wider types make a new schema, another partition
 * field a new spec; everything else must be as it is. A definition with fewer or narrower fields (an older contract
 * still in use elsewhere) changes no field.
 * @throws InputError E_EVOLUTION
 */
export function evolve(base: TableMetadata, definition: TableDefinition): TableMetadata {
  const current = currentSchema(base);
  const added: TableField[] = [];
  const widened = new Map<number, SchemaField>();
  for (const field of definition.fields) {
    const same = current.fields.find((f) => f.id === field.id);
    const named = current.fields.find((f) => f.name === field.name);
    const evolved = same && evolveField(definition, same, field);
    if (evolved !== undefined && evolved !== same) widened.set(field.id, evolved);
    if (!same && named)
      throw refused(definition, {
        vi: `cột ${field.name} đang mang mã ${named.id}, không thể mang mã ${field.id}`,
        en: `column ${field.name} has the id ${named.id} and cannot take ${field.id}`,
      });
    if (
      !same &&
      field.id <= base['last-column-id'] &&
      base.schemas.some((s) => s.fields.some((f) => f.id === field.id))
    )
      throw refused(definition, { vi: `mã cột ${field.id} đã dùng`, en: `the field id ${field.id} was used before` });
    if (!same) added.push(field);
  }
  const properties = { ...base.properties, ...metricsProperties(definition) };
  const laidOut = { ...evolveSortOrder(evolvePartition(base, definition), definition), properties };
  if (added.length === 0 && widened.size === 0) return laidOut;
  const id = Math.max(...base.schemas.map((s) => s['schema-id'])) + 1;
  const fields = [...current.fields.map((field) => widened.get(field.id) ?? field), ...added.map(schemaField)];
  return {
    ...laidOut,
    'last-column-id': Math.max(base['last-column-id'], ...added.map((field) => field.id)),
    schemas: [...base.schemas, { ...current, 'schema-id': id, fields }],
    'current-schema-id': id,
  };
}

export interface NewSnapshot {
  readonly snapshotId: number;
  readonly operation: 'append' | 'replace' | 'overwrite' | 'delete';
  readonly manifestList: string;
  /** Without `operation`. */
  readonly summary: Readonly<Record<string, string>>;
  readonly nowMs: number;
  /** Location of the metadata file the base was read from; undefined when this commit creates the table. */
  readonly baseLocation?: string;
}

/** What the next snapshot of `base` will be called, in time and order; a snapshot is never older than its parent. */
export function nextInOrder(
  base: TableMetadata,
  nowMs: number,
): { readonly sequenceNumber: number; readonly timestampMs: number } {
  return {
    sequenceNumber: base['last-sequence-number'] + 1,
    timestampMs: Math.max(nowMs, base['last-updated-ms'] + 1),
  };
}

/** `base` with one more snapshot, which becomes current on `main`. */
export function addSnapshot(base: TableMetadata, added: NewSnapshot): TableMetadata {
  const { sequenceNumber, timestampMs } = nextInOrder(base, added.nowMs);
  const parent = currentSnapshot(base);
  const snapshot: Snapshot = {
    'snapshot-id': added.snapshotId,
    ...(parent ? { 'parent-snapshot-id': parent['snapshot-id'] } : {}),
    'sequence-number': sequenceNumber,
    'timestamp-ms': timestampMs,
    summary: { operation: added.operation, ...added.summary },
    'manifest-list': added.manifestList,
    'schema-id': base['current-schema-id'],
  };
  return {
    ...logged(base, added.baseLocation),
    'last-sequence-number': sequenceNumber,
    'last-updated-ms': timestampMs,
    'current-snapshot-id': added.snapshotId,
    snapshots: [...(base.snapshots ?? []), snapshot],
    'snapshot-log': [...(base['snapshot-log'] ?? []), { 'timestamp-ms': timestampMs, 'snapshot-id': added.snapshotId }],
    refs: { ...base.refs, main: { 'snapshot-id': added.snapshotId, type: 'branch' } },
  };
}

/** `base` with the metadata file it was read from in its log; undefined: this is the table's first. */
function logged(base: TableMetadata, baseLocation: string | undefined): TableMetadata {
  if (baseLocation === undefined) return base;
  const former = { 'timestamp-ms': base['last-updated-ms'], 'metadata-file': baseLocation };
  return { ...base, 'metadata-log': [...(base['metadata-log'] ?? []), former].slice(-METADATA_LOG_MAX) };
}

/** A next version that adds no snapshot: other properties, or fewer snapshots. */
export function withoutSnapshot(base: TableMetadata, nowMs: number, baseLocation: string): TableMetadata {
  return { ...logged(base, baseLocation), 'last-updated-ms': nextInOrder(base, nowMs).timestampMs };
}

/**
 * The table without some of its past. Their files are still there until nothing names them.
 * @param gone ids of snapshots; neither the current one nor one a branch or tag names may be among them
 */
export function dropSnapshots(base: TableMetadata, gone: ReadonlySet<Long>): TableMetadata {
  if (gone.size === 0) return base;
  const pinned = [base['current-snapshot-id'], ...Object.values(base.refs ?? {}).map((ref) => ref['snapshot-id'])];
  for (const id of pinned)
    if (id !== undefined && gone.has(id))
      throw new FaultError('F_EXPIRE', `${base.location}: snapshot ${id} is in use and cannot be dropped.`);
  const log = base['snapshot-log'] ?? [];
  // The spec wants the log free of gaps: everything up to the last dropped one goes.
  const lastGone = log.findLastIndex((entry) => gone.has(entry['snapshot-id']));
  return {
    ...base,
    snapshots: (base.snapshots ?? []).filter((snapshot) => !gone.has(snapshot['snapshot-id'])),
    'snapshot-log': log.slice(lastGone + 1),
  };
}
