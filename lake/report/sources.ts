// The datasets behind figures, as a page names them: which snapshot, written when, how many rows.
import type { TableCatalog } from '../../platform/ports';
import { type HistoryEntry, history } from '../table/plan';
import type { LeadersPage } from './figure';

export type Source = LeadersPage['sources'][number];

/** Datasets without rows so far are left out; the order is the one given. */
export async function datasetSources(datasets: Iterable<string>, catalog: TableCatalog): Promise<Source[]> {
  const sources: Source[] = [];
  for (const dataset of datasets) {
    const head = await catalog.load(dataset);
    const current = head && history(head.metadata).find((entry) => entry.isCurrent);
    if (current) sources.push(sourceOf(dataset, current));
  }
  return sources;
}

export function sourceOf(table: string, entry: HistoryEntry): Source {
  return { table, snapshot: entry.snapshotId, committedAt: entry.committedAt, rows: entry.totalRows };
}
