// From one version of table metadata to the next: creation, a schema with new columns, one more snapshot.
import { FaultError, InputError } from '../errors';
import { FULL_BOUND_FIELDS, type TableDefinition, type TableField } from './data-file';
import {
  currentSchema,
  currentSnapshot,
  defaultSpec,
  type SchemaField,
  type Snapshot,
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

function schemaField(field: TableField): SchemaField {
  const { id, name, type, doc } = field;
  return { id, name, required: false, type, ...(doc === undefined ? {} : { doc }) };
}

/** A table without snapshots. `location` is the table's folder with scheme, without a slash at its end. */
export function createTable(definition: TableDefinition, location: string, uuid: string, nowMs: number): TableMetadata {
  const source = definition.fields.find((field) => field.id === definition.partitionBy);
  if (definition.partitionBy !== undefined && source?.type !== 'string')
    throw new FaultError(
      'F_PARTITION',
      `${definition.name}: partition field ${definition.partitionBy} is no text field.`,
    );
  const partition = source && {
    'source-id': source.id,
    'field-id': FIRST_PARTITION_ID,
    name: source.name,
    transform: 'identity',
  };
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
    'sort-orders': [{ 'order-id': 0, fields: [] }],
    'default-sort-order-id': 0,
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
      'gc.enabled': 'false',
      'lake.writer-epoch': '0',
      'lake.erasure-epoch': '0',
    },
    snapshots: [],
    'snapshot-log': [],
    'metadata-log': [],
    refs: {},
  };
}

function refused(definition: TableDefinition, what: { vi: string; en: string }): InputError {
  return new InputError('E_EVOLUTION', {
    vi: `Bảng ${definition.name}: ${what.vi}. Chỉ được thêm cột mới; thay đổi khác cần một phiên bản chính mới của hợp đồng dữ liệu, tức một bảng mới.`,
    en: `Table ${definition.name}: ${what.en}. Only new columns may be added; any other change needs a new major version of the contract, that is a new table.`,
  });
}

function spelled(type: SchemaField['type']): string {
  return typeof type === 'string' ? type.replaceAll(' ', '') : JSON.stringify(type);
}

/**
 * The base, able to hold what the definition describes: new fields make a new schema, everything else must be as it is.
 * A definition with fewer fields (an older contract still in use elsewhere) changes nothing.
 * @throws InputError E_EVOLUTION
 */
export function evolve(base: TableMetadata, definition: TableDefinition): TableMetadata {
  const current = currentSchema(base);
  const added: TableField[] = [];
  for (const field of definition.fields) {
    const same = current.fields.find((f) => f.id === field.id);
    const named = current.fields.find((f) => f.name === field.name);
    const is = `${field.name} (${field.id}) ${field.type}`;
    const was = same && `${same.name} (${same.id}) ${spelled(same.type)}`;
    if (same && (same.name !== field.name || spelled(same.type) !== spelled(field.type)))
      throw refused(definition, { vi: `cột ${was} không thể thành ${is}`, en: `column ${was} cannot become ${is}` });
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
  const sources = defaultSpec(base).fields.map((field) => field['source-id']);
  if (sources.join() !== (definition.partitionBy === undefined ? '' : String(definition.partitionBy)))
    throw refused(definition, {
      vi: 'cách chia phân vùng khác bảng hiện có',
      en: 'the partitioning differs from the table',
    });
  const properties = { ...base.properties, ...metricsProperties(definition) };
  if (added.length === 0) return { ...base, properties };
  const id = Math.max(...base.schemas.map((s) => s['schema-id'])) + 1;
  return {
    ...base,
    'last-column-id': Math.max(base['last-column-id'], ...added.map((field) => field.id)),
    schemas: [...base.schemas, { ...current, 'schema-id': id, fields: [...current.fields, ...added.map(schemaField)] }],
    'current-schema-id': id,
    properties,
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
  const former =
    added.baseLocation === undefined
      ? []
      : [{ 'timestamp-ms': base['last-updated-ms'], 'metadata-file': added.baseLocation }];
  return {
    ...base,
    'last-sequence-number': sequenceNumber,
    'last-updated-ms': timestampMs,
    'current-snapshot-id': added.snapshotId,
    snapshots: [...(base.snapshots ?? []), snapshot],
    'snapshot-log': [...(base['snapshot-log'] ?? []), { 'timestamp-ms': timestampMs, 'snapshot-id': added.snapshotId }],
    'metadata-log': [...(base['metadata-log'] ?? []), ...former].slice(-METADATA_LOG_MAX),
    refs: { ...base.refs, main: { 'snapshot-id': added.snapshotId, type: 'branch' } },
  };
}
