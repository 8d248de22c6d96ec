// The columns of a Glue table, derived from Iceberg metadata as Iceberg's own Glue catalog does: the current schema's
// first, then those only former schemas had. Athena, Lake Formation and people in the console look at them.
import type { Column } from '@aws-sdk/client-glue';
import { currentSchema, type SchemaField, type TableMetadata } from '../../lake/table/metadata';

/** Glue refuses longer comments, and comments of several lines. */
const COMMENT_MAX = 255;
const HIVE: Readonly<Record<string, string>> = {
  long: 'bigint',
  time: 'string',
  uuid: 'string',
  timestamptz: 'timestamp',
  binary: 'binary',
};

/** Hive's name of an Iceberg type; nested types may stand in tables of others. */
export function hiveType(type: unknown): string {
  if (typeof type === 'string') {
    if (type.startsWith('fixed')) return 'binary';
    return HIVE[type] ?? type.replaceAll(' ', '');
  }
  const part = (name: string): unknown => (typeof type === 'object' && type !== null ? Reflect.get(type, name) : '');
  if (part('type') === 'list') return `array<${hiveType(part('element'))}>`;
  if (part('type') === 'map') return `map<${hiveType(part('key'))},${hiveType(part('value'))}>`;
  const fields = part('fields');
  const inner = Array.isArray(fields) ? fields : [];
  return `struct<${inner.map((field: SchemaField) => `${field.name}:${hiveType(field.type)}`).join(',')}>`;
}

/** One line of at most `max` UTF-16 units, no character cut in half. */
export function clip(text: string, max: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if (line.length <= max) return line;
  const cut = line.slice(0, max - 1).replace(/[\ud800-\udbff]$/, '');
  return `${cut}…`;
}

function column(field: SchemaField, isCurrent: boolean): Column {
  return {
    Name: field.name,
    Type: hiveType(field.type),
    ...(field.doc === undefined ? {} : { Comment: clip(field.doc, COMMENT_MAX) }),
    Parameters: {
      'iceberg.field.id': String(field.id),
      'iceberg.field.optional': String(!field.required),
      'iceberg.field.current': String(isCurrent),
    },
  };
}

export function glueColumns(metadata: TableMetadata): Column[] {
  const current = currentSchema(metadata);
  const columns = new Map(current.fields.map((field) => [field.name, column(field, true)]));
  for (const schema of metadata.schemas)
    for (const field of schema.fields) if (!columns.has(field.name)) columns.set(field.name, column(field, false));
  return [...columns.values()];
}
