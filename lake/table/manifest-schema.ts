// Avro schemas of manifests and manifest lists (Iceberg spec, "Manifests", "Manifest Lists"), with their field ids.
import type { AvroField, AvroObject, AvroSchema } from './avro';
import { decimalOf } from './bounds';
import type { PartitionField, PartitionSpec, Schema } from './metadata';

function required(id: number, name: string, type: AvroSchema): AvroField {
  return { name, type, 'field-id': id };
}

function optional(id: number, name: string, type: AvroSchema): AvroField {
  return { name, type: ['null', type], default: null, 'field-id': id };
}

/** Avro maps have text keys only; a map by field id is a list of pairs. */
function byFieldId(keyId: number, valueId: number, value: AvroSchema): AvroObject {
  const fields = [required(keyId, 'key', 'int'), required(valueId, 'value', value)];
  return { type: 'array', items: { type: 'record', name: `k${keyId}_v${valueId}`, fields }, logicalType: 'map' };
}

/** A name Avro allows, as Iceberg's own writers spell it. */
export function avroName(name: string): string {
  return [...name]
    .map((char, at) => {
      if (/[A-Za-z_]/.test(char) || (at > 0 && /\d/.test(char))) return char;
      return /\d/.test(char) ? `_${char}` : `_x${char.codePointAt(0)!.toString(16).toUpperCase()}`;
    })
    .join('');
}

/** By the fields of a partition; a lake has a handful. */
const known = new Map<string, AvroObject>();

/** Partition values as other engines write them; the lake's own are text as it is. */
function partitionType(field: PartitionField, schema: Schema | undefined): AvroSchema {
  const { transform } = field;
  if (transform.startsWith('bucket') || ['year', 'month', 'hour'].includes(transform)) return 'int';
  if (transform === 'day') return { type: 'int', logicalType: 'date' };
  const type = schema?.fields.find(({ id }) => id === field['source-id'])?.type;
  return typeof type === 'string' ? valueType(type, field['field-id']) : 'string';
}

/** Iceberg spec, "Avro", of primitives. */
function valueType(type: string, fieldId: number): AvroSchema {
  const decimal = decimalOf(type);
  if (decimal) {
    let size = 1;
    while (2n ** BigInt(8 * size - 1) <= 10n ** BigInt(decimal.precision)) size++;
    return { type: 'fixed', name: `decimal_${fieldId}`, size, logicalType: 'decimal', ...decimal };
  }
  if (type === 'date') return { type: 'int', logicalType: 'date' };
  if (type === 'timestamp') return { type: 'long', logicalType: 'timestamp-micros', 'adjust-to-utc': false };
  return ['int', 'long', 'boolean', 'double'].includes(type) ? type : 'string';
}

/** @param schema of the table. Default: every partition value is text */
export function manifestSchema(spec: PartitionSpec, schema?: Schema): AvroObject {
  const partition = spec.fields.map((field) =>
    optional(field['field-id'], avroName(field.name), partitionType(field, schema)),
  );
  const key = JSON.stringify(partition);
  const made = known.get(key) ?? schemaOf(partition);
  known.set(key, made);
  return made;
}

function schemaOf(partition: readonly AvroField[]): AvroObject {
  const dataFile = [
    required(134, 'content', 'int'),
    required(100, 'file_path', 'string'),
    required(101, 'file_format', 'string'),
    required(102, 'partition', { type: 'record', name: 'r102', fields: partition }),
    required(103, 'record_count', 'long'),
    required(104, 'file_size_in_bytes', 'long'),
    optional(108, 'column_sizes', byFieldId(117, 118, 'long')),
    optional(109, 'value_counts', byFieldId(119, 120, 'long')),
    optional(110, 'null_value_counts', byFieldId(121, 122, 'long')),
    optional(137, 'nan_value_counts', byFieldId(138, 139, 'long')),
    optional(125, 'lower_bounds', byFieldId(126, 127, 'bytes')),
    optional(128, 'upper_bounds', byFieldId(129, 130, 'bytes')),
    optional(131, 'key_metadata', 'bytes'),
    optional(132, 'split_offsets', { type: 'array', items: 'long', 'element-id': 133 }),
    optional(135, 'equality_ids', { type: 'array', items: 'int', 'element-id': 136 }),
    optional(140, 'sort_order_id', 'int'),
  ];
  return {
    type: 'record',
    name: 'manifest_entry',
    fields: [
      required(0, 'status', 'int'),
      optional(1, 'snapshot_id', 'long'),
      optional(3, 'sequence_number', 'long'),
      optional(4, 'file_sequence_number', 'long'),
      required(2, 'data_file', { type: 'record', name: 'r2', fields: dataFile }),
    ],
  };
}

const SUMMARY: AvroObject = {
  type: 'record',
  name: 'r508',
  fields: [
    required(509, 'contains_null', 'boolean'),
    optional(518, 'contains_nan', 'boolean'),
    optional(510, 'lower_bound', 'bytes'),
    optional(511, 'upper_bound', 'bytes'),
  ],
};

export const MANIFEST_LIST_SCHEMA: AvroObject = {
  type: 'record',
  name: 'manifest_file',
  fields: [
    required(500, 'manifest_path', 'string'),
    required(501, 'manifest_length', 'long'),
    required(502, 'partition_spec_id', 'int'),
    required(517, 'content', 'int'),
    required(515, 'sequence_number', 'long'),
    required(516, 'min_sequence_number', 'long'),
    required(503, 'added_snapshot_id', 'long'),
    required(504, 'added_files_count', 'int'),
    required(505, 'existing_files_count', 'int'),
    required(506, 'deleted_files_count', 'int'),
    required(512, 'added_rows_count', 'long'),
    required(513, 'existing_rows_count', 'long'),
    required(514, 'deleted_rows_count', 'long'),
    optional(507, 'partitions', { type: 'array', items: SUMMARY, 'element-id': 508 }),
    optional(519, 'key_metadata', 'bytes'),
  ],
};
