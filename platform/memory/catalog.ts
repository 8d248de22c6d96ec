// A catalog in memory: a map entry compared and set in one step. Faults can be injected where a real store may fail.
import { parseMetadata, printMetadata } from '../../lake/table/metadata';
import type { TableCatalog } from '../ports';

/** What a swap does instead of what it should: lose against another writer, or leave the caller without an answer. */
export type SwapFault = 'conflict' | 'applied-as-conflict' | 'applied-without-answer' | 'lost-without-answer';

export interface MemoryCatalogOptions {
  /** Asked before every swap; undefined: all goes well. */
  readonly fault?: (table: string) => SwapFault | undefined;
}

export function memoryCatalog(options: MemoryCatalogOptions = {}): TableCatalog {
  const tables = new Map<string, { readonly version: number; readonly text: string }>();
  const location = (table: string, version: number) => `memory://catalog/${table}/v${version}.metadata.json`;
  return {
    list: async () => [...tables.keys()].sort(),
    load: async (table) => {
      const held = tables.get(table);
      if (!held) return undefined;
      const at = location(table, held.version);
      return { token: String(held.version), location: at, metadata: parseMetadata(held.text, at) };
    },
    swap: async (table, base, next) => {
      const fault = options.fault?.(table);
      if (fault === 'conflict') return 'CONFLICT';
      if (fault === 'lost-without-answer') return 'UNKNOWN';
      const version = tables.get(table)?.version ?? 0;
      if (String(version) !== (base?.token ?? '0')) return 'CONFLICT';
      tables.set(table, { version: version + 1, text: printMetadata(next) });
      if (fault === 'applied-as-conflict') return 'CONFLICT';
      return fault === 'applied-without-answer' ? 'UNKNOWN' : 'OK';
    },
  };
}
