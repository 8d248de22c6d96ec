// What an erasure would touch, place by place, without touching anything.
import type { Lake } from '../submission/submit';
import { planScan } from '../table/plan';
import { type ErasureRequest, erasable } from './erase';
import type { PlaceName } from './journal';
import type { ErasurePlaces, Trace } from './places';

export interface Surveyed {
  readonly place: PlaceName | 'other';
  readonly files: number;
  /** Rows of data files, occurrences in others. */
  readonly matches: number;
}

export interface Survey {
  readonly datasets: readonly string[];
  readonly places: readonly Surveyed[];
  /** Files looked into. */
  readonly searched: number;
  readonly notSearchable: number;
}

/** @throws InputError as `erase` does for a request that cannot be carried out */
export async function survey(
  request: ErasureRequest,
  lake: Lake,
  places: ErasurePlaces,
  onStep?: (done: number, of: number) => void,
): Promise<Survey> {
  const contracts = erasable(request, lake);
  const { files, traces } = await places.probe(request.subject, onStep);
  const live = await liveNames(lake);
  const tables = new Set([...lake.contracts.values()].map((contract) => contract.dataset));
  const byPlace = new Map<Surveyed['place'], Surveyed>();
  for (const trace of traces.filter(({ matches }) => matches > 0)) {
    const place = placeOf(trace, live, tables);
    const known = byPlace.get(place) ?? { place, files: 0, matches: 0 };
    byPlace.set(place, { place, files: known.files + 1, matches: known.matches + trace.matches });
  }
  return {
    datasets: contracts.map((contract) => contract.dataset),
    places: [...byPlace.values()],
    searched: files,
    notSearchable: traces.filter(({ isSearchable }) => !isSearchable).length,
  };
}

/** Names of the data files readers see now. */
async function liveNames({ ports }: Lake): Promise<ReadonlySet<string>> {
  const store = ports.zones.curated;
  const names = new Set<string>();
  for (const table of await ports.catalog.list()) {
    const head = await ports.catalog.load(table);
    if (!head) continue;
    for (const { path } of (await planScan(store, head.metadata)).files)
      names.add(`curated/${path.slice(store.location('k').length - 1)}`);
  }
  return names;
}

function placeOf({ name, isFormer }: Trace, live: ReadonlySet<string>, tables: ReadonlySet<string>): Surveyed['place'] {
  const [zone = '', table = ''] = name.split('/');
  if (isFormer) return 'versions';
  if (zone.startsWith('curated.')) return 'former';
  if (zone === 'curated' && !tables.has(table)) return 'derived';
  if (zone === 'curated') return live.has(name) ? 'table' : 'history';
  if (name.endsWith('/rejects.csv')) return 'rejects';
  if (zone === 'results') return 'answers';
  if (zone === 'raw' || zone === 'receipts' || zone === 'ingest' || zone === 'reports') return zone;
  return 'other';
}
