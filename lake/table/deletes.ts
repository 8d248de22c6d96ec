// Row-level deletes other engines write (spec, "Row-level Deletes" and "Scan Planning"): which delete file applies to
// which data file. Read only; this lake itself replaces whole files.
import { InputError } from '../errors';
import type { TableField } from './data-file';
import type { ManifestEntry } from './manifest';
import { statOf } from './manifest';
import { avroName } from './manifest-schema';
import type { PartitionSpec, TableMetadata } from './metadata';
import { mayHold } from './ownership';

const POSITION_DELETES = 1;
const EQUALITY_DELETES = 2;
/** Reserved field ids of position delete files. */
export const DELETED_PATH_FIELD = 2147483546;
export const DELETED_POSITION_FIELD = 2147483545;

export interface EqualityDelete {
  /** Where the store has it now. */
  readonly path: string;
  /** Rows that agree in all of these with a row of the delete file are gone; null agrees with null. */
  readonly fields: readonly TableField[];
}

/** What hides rows of one data file. */
export interface FileDeletes {
  /** Location of the data file as the metadata spells it: position deletes name it so. */
  readonly named: string;
  /** Locations of position delete files; they may name other data files too. */
  readonly positions: readonly string[];
  readonly equalities: readonly EqualityDelete[];
}

/** An entry of a data or delete manifest, with the spec its partition values follow. */
export interface PlacedEntry {
  readonly entry: ManifestEntry;
  readonly spec: PartitionSpec;
}

/** Equal for two files exactly when spec and partition values are. */
function partitionKey({ entry, spec }: PlacedEntry): string {
  const values = spec.fields.map((field) => {
    const value = entry.data_file.partition[avroName(field.name)] ?? null;
    if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('hex')}`;
    // Longs come as number or bigint, by size.
    return typeof value === 'number' || typeof value === 'bigint' ? `number ${value}` : value;
  });
  return `${spec['spec-id']} ${JSON.stringify(values)}`;
}

function unreadable(path: string, found: { readonly vi: string; readonly en: string }): InputError {
  return new InputError('E_DELETE_FILES', {
    vi: `Tệp xóa dòng ${path} do phần mềm khác ghi không đọc được ở đây: ${found.vi}. Chỉ đọc được tệp xóa Parquet của Iceberg phiên bản 2. Hãy gộp tệp (OPTIMIZE) bằng phần mềm đã ghi, hoặc truy vấn bằng phần mềm đó.`,
    en: `The delete file ${path}, written by other software, cannot be read here: ${found.en}. Parquet delete files of Iceberg version 2 are read. Compact the table (OPTIMIZE) with the software that wrote it, or query it there.`,
  });
}

/** The columns an equality delete compares, as the newest schema that has them describes them. */
function comparedFields({ entry }: PlacedEntry, metadata: TableMetadata): readonly TableField[] {
  const { file_path: path, equality_ids: ids } = entry.data_file;
  if (!ids || ids.length === 0)
    throw unreadable(path, { vi: 'không ghi cột so sánh (equality_ids)', en: 'it names no columns (equality_ids)' });
  const schemas = [...metadata.schemas].sort(
    (a, b) =>
      Number(a['schema-id'] === metadata['current-schema-id']) -
        Number(b['schema-id'] === metadata['current-schema-id']) || a['schema-id'] - b['schema-id'],
  );
  return ids.map((id): TableField => {
    const field = schemas
      .toReversed()
      .flatMap((schema) => schema.fields)
      .find((one) => one.id === id);
    if (!field || typeof field.type !== 'string')
      throw unreadable(path, {
        vi: `cột số ${id} không có trong bảng hoặc không phải kiểu đơn`,
        en: `field ${id} is not a column of a primitive type`,
      });
    return { id: field.id, name: field.name, type: field.type };
  });
}

/**
 * The deletes of each data file that has any, by the data file's location as the metadata spells it.
 * @param locate from a location in the metadata to where the store has the file now
 * @throws InputError E_DELETE_FILES when a delete file is not Parquet, or compares columns that cannot be compared
 */
export function applyDeletes(
  data: readonly PlacedEntry[],
  deletes: readonly PlacedEntry[],
  metadata: TableMetadata,
  locate: (location: string) => string,
): ReadonlyMap<string, FileDeletes> {
  const positions = new Map<string, PlacedEntry[]>();
  const equalities = new Map<string, (PlacedEntry & { readonly delete: EqualityDelete })[]>();
  const everywhere: (PlacedEntry & { readonly delete: EqualityDelete })[] = [];
  for (const placed of deletes) {
    const { content, file_format: format, file_path: path } = placed.entry.data_file;
    if (format.toUpperCase() !== 'PARQUET')
      throw unreadable(path, { vi: `định dạng ${format}`, en: `its format is ${format}` });
    const key = partitionKey(placed);
    if (content === POSITION_DELETES) positions.set(key, [...(positions.get(key) ?? []), placed]);
    else if (content === EQUALITY_DELETES) {
      const one = { ...placed, delete: { path: locate(path), fields: comparedFields(placed, metadata) } };
      // An equality delete of an unpartitioned spec is for the whole table.
      if (placed.spec.fields.length === 0) everywhere.push(one);
      else equalities.set(key, [...(equalities.get(key) ?? []), one]);
    } else throw unreadable(path, { vi: `loại nội dung ${content}`, en: `its content is of kind ${content}` });
  }
  const applied = new Map<string, FileDeletes>();
  for (const placed of data) {
    const { entry } = placed;
    const { file_path: named } = entry.data_file;
    const age = BigInt(entry.sequence_number);
    const key = partitionKey(placed);
    // Position deletes may be of the same commit as the rows; an equality delete only hides rows that were there before.
    const byPosition = (positions.get(key) ?? []).filter(
      (one) => BigInt(one.entry.sequence_number) >= age && concerns(one, named),
    );
    const byEquality = [...everywhere, ...(equalities.get(key) ?? [])].filter(
      ({ entry: one }) => BigInt(one.sequence_number) > age,
    );
    if (byPosition.length + byEquality.length === 0) continue;
    applied.set(named, {
      named,
      positions: byPosition.map(({ entry: one }) => locate(one.data_file.file_path)),
      equalities: byEquality.map((one) => one.delete),
    });
  }
  return applied;
}

/** Whether a position delete file may name a data file, by its own figures. */
function concerns({ entry }: PlacedEntry, path: string): boolean {
  const { referenced_data_file: referenced } = entry.data_file;
  if (typeof referenced === 'string') return referenced === path;
  return mayHold(statOf(entry, DELETED_PATH_FIELD), path);
}
