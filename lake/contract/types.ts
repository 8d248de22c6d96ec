// What a contract's types are called in DuckDB and Iceberg, and the table a contract asks for.
import type { TableDefinition, TableField } from '../table/data-file';
import type { Column, ColumnType, Contract } from './contract';
import { LINEAGE_COLUMNS } from './contract';

export const PERIOD_FIELD_ID = 5;
/** `_loaded_at` is left out: it differs on every load and prunes nothing. */
const BOUNDED_LINEAGE = [1, 2, PERIOD_FIELD_ID, 3] as const;

const LINEAGE_DOCS: Readonly<Record<string, string>> = {
  _submission: 'Khóa bài gửi: cơ quan/bộ dữ liệu/kỳ',
  _version: 'Phiên bản của tệp đã gửi',
  _row: 'Số thứ tự dòng dữ liệu trong tệp, từ 1',
  _loaded_at: 'Thời điểm nạp (UTC)',
  ky_du_lieu: 'Kỳ dữ liệu',
};

export function duckdbType(type: ColumnType): string {
  switch (type.kind) {
    case 'string':
      return 'VARCHAR';
    case 'integer':
      return 'INTEGER';
    case 'long':
      return 'BIGINT';
    case 'decimal':
      return `DECIMAL(${type.precision},${type.scale})`;
    default:
      return type.kind.toUpperCase();
  }
}

/** Iceberg spec, "Primitive Types". Timestamps are Vietnamese wall time, hence without zone. */
export function icebergType(type: ColumnType): string {
  switch (type.kind) {
    case 'integer':
      return 'int';
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`;
    default:
      return type.kind;
  }
}

/**
 * The type of a column from ODCS `logicalType` and `physicalType`; undefined when the pair is not one we store.
 * Decimals keep to a precision of 18 or exactly 38: DuckDB writes those with the Parquet lengths Iceberg expects.
 */
export function columnType(logicalType: string, physicalType: string | undefined): ColumnType | undefined {
  const physical = physicalType?.toLowerCase().replace(/\s+/g, '');
  switch (logicalType) {
    case 'string':
      return physical === undefined || physical === 'varchar' ? { kind: 'string' } : undefined;
    case 'integer':
      if (physical === undefined || physical === 'integer') return { kind: 'integer' };
      return physical === 'bigint' ? { kind: 'long' } : undefined;
    case 'number': {
      if (physical === 'double') return { kind: 'double' };
      const size = /^decimal\((\d+),(\d+)\)$/.exec(physical ?? '');
      if (!size) return undefined;
      const [precision, scale] = [Number(size[1]), Number(size[2])];
      const fits = (precision >= 1 && precision <= 18) || precision === 38;
      return fits && scale <= precision ? { kind: 'decimal', precision, scale } : undefined;
    }
    case 'boolean':
    case 'date':
    case 'timestamp':
      return physical === undefined || physical === logicalType ? { kind: logicalType } : undefined;
    default:
      return undefined;
  }
}

/** Values `physicalType` may have beside a `logicalType`. */
export const PHYSICAL_TYPES: Readonly<Record<string, readonly string[]>> = {
  string: ['varchar'],
  integer: ['integer', 'bigint'],
  number: ['double', 'decimal(P,S), P = 1..18 | 38, S <= P'],
  boolean: ['boolean'],
  date: ['date'],
  timestamp: ['timestamp'],
};

function fieldOf(column: Column): TableField {
  const unit = column.unit === undefined ? '' : ` (${column.unit})`;
  return {
    id: column.fieldId,
    name: column.name,
    type: icebergType(column.type),
    doc: `${column.businessName}${unit}: ${column.description}`,
  };
}

/** The Iceberg table of a contract: lineage first, then the contract's columns; partitioned by period. */
export function tableDefinition(contract: Contract): TableDefinition {
  const lineage = LINEAGE_COLUMNS.map((column): TableField => {
    const doc = LINEAGE_DOCS[column.name];
    const field = { id: column.fieldId, name: column.name, type: icebergType(column.type) };
    return doc === undefined ? field : { ...field, doc };
  });
  const open = contract.columns.filter((column) => column.personal === 'none').map((column) => column.fieldId);
  return {
    name: contract.dataset,
    fields: [...lineage, ...contract.columns.map(fieldOf)],
    partitionBy: PERIOD_FIELD_ID,
    boundedFields: [...BOUNDED_LINEAGE, ...open],
    sortBy: contract.columns
      .filter((column) => column.keyPosition > 0)
      .sort((a, b) => a.keyPosition - b.keyPosition)
      .map((column) => column.fieldId),
  };
}
