// A DuckDB result as an apache-arrow Table, column by column, without going through text.
import type { DuckDBResult } from '@duckdb/node-api';
import { type Data, Field, makeData, RecordBatch, Schema, Struct, Table } from 'apache-arrow';
import { type ColumnBuilder, columnBuilder } from './arrow-column';

/** Reads the result to its end. Nulls stay null, an empty result keeps its types; a second column `v` is called `v:1`, as Arrow joins equal names. */
export async function arrowFromResult(result: DuckDBResult): Promise<Table> {
  const names = result.deduplicatedColumnNames();
  const builders = result.columnTypes().map((type) => columnBuilder(type));
  let rows = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) break;
    builders.forEach((builder, i) => {
      builder.append(chunk.getColumnVector(i), chunk.rowCount);
    });
    rows += chunk.rowCount;
  }
  return tableOf(names, builders, rows);
}

function tableOf(names: readonly string[], builders: readonly ColumnBuilder[], rows: number): Table {
  const children: Data[] = builders.map((builder) => builder.finish());
  const fields = children.map((child, i) => new Field(names[i] ?? '', child.type, true));
  const schema = new Schema(fields);
  const struct = makeData({ type: new Struct(fields), length: rows, nullCount: 0, children });
  return new Table(schema, new RecordBatch(schema, struct));
}
