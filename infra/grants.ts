// Who may read which columns and rows of a dataset: pure, from the contract. Lake Formation filters are made of it, and a test
// walks it for every contract. Columns are listed, not excluded, so that a new column is hidden until someone decided on it.
import { type Contract, LINEAGE_COLUMNS } from '../lake/contract/contract';

/** Names of the data cells filters of a dataset. */
export type Filter =
  /** Columns that name nobody; `quasi` ones (keys, communes) are among them: marts show them, and views need them. */
  | 'no_direct'
  /** Every column, of the agency's own submissions. */
  | 'own_rows';

const ALLOWED: Readonly<Record<Filter, readonly string[]>> = {
  no_direct: ['none', 'quasi'],
  own_rows: ['none', 'quasi', 'basic', 'sensitive'],
};

/** Columns a filter lets through, lineage first. */
export function columnsOf(contract: Contract, filter: Filter): readonly string[] {
  const own = contract.columns.filter(({ personal }) => ALLOWED[filter].includes(personal)).map(({ name }) => name);
  return [...LINEAGE_COLUMNS.map(({ name }) => name), ...own];
}

/** SQL over a row, or undefined: all rows. `_submission` is `agency/dataset/period`. */
export function rowsOf(contract: Contract, filter: Filter): string | undefined {
  return filter === 'own_rows' ? `_submission like '${contract.agency}/%'` : undefined;
}

/** Whoever reads datasets of the curated database through Lake Formation. */
export type Reader = 'analyst' | 'steward' | 'engine' | { readonly agency: string };

/** Undefined: the reader may not see the dataset at all. */
export function filterFor(reader: Reader, contract: Contract): Filter | undefined {
  if (reader === 'steward' || reader === 'engine') return 'no_direct';
  if (reader !== 'analyst' && reader.agency === contract.agency) return 'own_rows';
  return contract.sharing === 'rieng' ? undefined : 'no_direct';
}
