// Words that SQL keeps for itself: a table called by one could be asked for in quotes only. Those of Trino, Athena's engine
// (https://trino.io/docs/current/language/reserved.html), and of DuckDB 1.5 (duckdb_keywords(), category “reserved”).
const TRINO =
  'alter and as auto between by case cast constraint create cross cube current_catalog current_date current_path current_role ' +
  'current_schema current_time current_timestamp current_user deallocate delete describe distinct drop else end escape except ' +
  'execute exists extract false for from full group grouping having in inner insert intersect into is join json_array ' +
  'json_exists json_object json_query json_table json_value left like listagg localtime localtimestamp natural normalize not ' +
  'null on or order outer prepare recursive right rollup select skip table then trim true uescape union unnest using values ' +
  'when where with';
const DUCKDB =
  'all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create default deferrable ' +
  'desc describe distinct do else end except false fetch for foreign from group having in initially intersect into lambda ' +
  'lateral leading limit not null offset on only or order pivot pivot_longer pivot_wider placing primary qualify references ' +
  'returning select show some summarize symmetric table then to trailing true union unique unpivot using variadic when where ' +
  'window with';

const RESERVED: ReadonlySet<string> = new Set([...TRINO.split(' '), ...DUCKDB.split(' ')]);

/** @param name in lower case */
export const isReserved = (name: string): boolean => RESERVED.has(name);
