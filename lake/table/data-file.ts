// What a commit knows of one Parquet data file. No row values: bounds only of columns the contract calls public.

/** Lineage columns whose bounds are always whole: they say which submission, and which version of it, a file holds. */
export const SUBMISSION_FIELD = 1;
export const VERSION_FIELD = 2;
export const FULL_BOUND_FIELDS: readonly number[] = [SUBMISSION_FIELD, VERSION_FIELD];

/** Per-column figures of a data file; `lower` and `upper` are Iceberg single-value bytes (Appendix D of the spec). */
export interface ColumnStat {
  readonly sizeBytes?: number;
  readonly valueCount: number;
  readonly nullCount: number;
  readonly lower?: Uint8Array;
  readonly upper?: Uint8Array;
}

export interface DataFile {
  /** Absolute location, for example `file:///…/curated/<dataset>/data/….parquet`. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly rows: number;
  /** Identity partition on `ky_du_lieu`; null for tables without partitions. */
  readonly period: string | null;
  /** By Iceberg field id. */
  readonly stats: ReadonlyMap<number, ColumnStat>;
  /** Of a file that takes the place of others: their partition spec and values. Absent: the default spec, by `period`. */
  readonly placed?: { readonly specId: number; readonly partition: Readonly<Record<string, unknown>> };
  /** Of the table's sort orders; absent or 0: in no promised order. */
  readonly sortOrderId?: number;
}

/** Field of an Iceberg struct. `doc` becomes the column comment. */
export interface TableField {
  readonly id: number;
  readonly name: string;
  /** Iceberg primitive: string, int, long, double, boolean, date, timestamp, decimal(P, S). */
  readonly type: string;
  readonly doc?: string;
}

/** What a table is created with; later versions may add fields, widen types and change the partition field, never drop or renumber. */
export interface TableDefinition {
  readonly name: string;
  readonly fields: readonly TableField[];
  /** Field id of the identity partition column, or undefined. */
  readonly partitionBy?: number;
  /** Field ids whose bounds may be kept in manifests. */
  readonly boundedFields: readonly number[];
  /** Field ids of the natural key: compaction sorts by them. */
  readonly sortBy?: readonly number[];
}
