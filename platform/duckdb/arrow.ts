// A DuckDB result as an apache-arrow Table, column by column, without going through text.
import type { DuckDBResult } from '@duckdb/node-api';
import type { Table } from 'apache-arrow';
import { tableOf } from '../arrow-data';
import { columnBuilder } from './arrow-column';

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
  return tableOf(
    names,
    builders.map((builder) => builder.finish()),
    rows,
  );
}
