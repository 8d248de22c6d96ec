// For homes that are nothing but their zones: objects are searched as text, data files through the lake's own rewriter.
import type { Lake } from '../submission/submit';
import { fieldsOf } from '../table/copy-on-write';
import { MemberReader } from '../table/holdings';
import { isLive } from '../table/manifest';
import { currentSnapshot } from '../table/metadata';
import type { Member } from '../table/record';
import { tablePorts } from '../table/transact';
import { keyOf, loadManifestList, loadManifests } from '../table/tree';
import type { ErasurePlaces, HeldRows, Trace } from './places';
import { countMatches, type Spelling, spellingOf } from './spelling';

const ZONES = ['ingest', 'raw', 'control', 'curated', 'quarantine', 'receipts'] as const;

export function plainPlaces(lake: Lake): ErasurePlaces {
  const { zones } = lake.ports;
  const look = (bytes: Uint8Array | undefined, { pattern }: Spelling) =>
    bytes ? countMatches(Buffer.from(bytes).toString('utf8'), pattern) : 0;
  return {
    async holders(keys, columns, isErased) {
      const held = new Map<string, readonly HeldRows[]>();
      for (const key of keys) {
        const rows = await rowsOf(key, columns, isErased, lake);
        if (rows.length > 0) held.set(key, rows);
      }
      return held;
    },
    async mentions(keys, subject) {
      const found = new Set<string>();
      const spelling = spellingOf(subject);
      for (const key of keys) if (look(await zones.curated.get(key), spelling) > 0) found.add(key);
      return found;
    },
    // Local paths mean nothing here; the probe looks at every object afterwards.
    search: async () => ({ matches: 0, isSearchable: true }),
    cover: async () => undefined,
    async probe(subject) {
      const spelling = spellingOf(subject);
      const traces: Trace[] = [];
      let files = 0;
      for (const zone of ZONES)
        for (const { key } of await zones[zone].list('')) {
          files++;
          const matches = look(await zones[zone].get(key), spelling) + countMatches(key, spelling.pattern);
          if (matches > 0) traces.push({ name: `${zone}/${key}`, matches, isSearchable: true });
        }
      return { files, traces };
    },
    tidy: async () => [],
    refresh: async () => 0,
    release: async () => {},
  };
}

/** Rows of erased people by version, found by leaving them out and counting what stays. */
async function rowsOf(
  key: string,
  columns: readonly string[],
  isErased: (value: string) => boolean,
  { ports }: Lake,
): Promise<readonly HeldRows[]> {
  const store = ports.zones.curated;
  const table = key.slice(0, key.indexOf('/'));
  const head = await ports.catalog.load(table);
  const found = await store.head(key);
  if (!head || !found || columns.length === 0) return [];
  const fields = fieldsOf(head.metadata);
  const file = { path: store.location(key), sizeBytes: found.sizeBytes, rows: 0, period: null, stats: new Map() };
  const count = async (withoutSubmissions: readonly string[]) => {
    const work = await ports.workspace.open();
    try {
      const withoutSubjects = { columns, isErased };
      const request = { store, inputs: [file], fields, boundedFields: [], sortBy: [], workDir: work.dir };
      return await ports.rewriter.rewrite({ ...request, withoutSubmissions, withoutSubjects });
    } finally {
      await work.close();
    }
  };
  const { rowsLeftOut } = await count([]);
  if (rowsLeftOut === 0) return [];
  const members = (await membersOf(key, table, { ports })) ?? [];
  const [only] = members;
  if (!only) return [{ submission: '', version: '', rows: rowsLeftOut }];
  if (members.length === 1) return [{ submission: only.sk, version: only.version, rows: rowsLeftOut }];
  const held: HeldRows[] = [];
  for (const { sk, version, rows } of members) {
    const { rowsIn, rowsLeftOut: without } = await count(members.map((one) => one.sk).filter((one) => one !== sk));
    const lost = rows - (rowsIn - without);
    if (lost > 0) held.push({ submission: sk, version, rows: lost });
  }
  return held;
}

async function membersOf(
  key: string,
  table: string,
  { ports }: Pick<Lake, 'ports'>,
): Promise<readonly Member[] | null | undefined> {
  const { store, ledger, catalog, rewriter } = tablePorts(ports);
  const base = (await catalog.load(table))?.metadata;
  if (!base) return undefined;
  const refs = await loadManifestList(store, base, currentSnapshot(base));
  for (const { entries } of await loadManifests(store, base, refs))
    for (const entry of entries)
      if (isLive(entry) && keyOf(store, base, entry.data_file.file_path) === key)
        return new MemberReader({ store, ledger, rewriter }, base).membersOf(entry);
  return undefined;
}
