// A province's buckets as erasing sees them: every version of every object, whoever put it there. What the zones themselves
// forget goes by `forgetting` (object-versions.ts); here is what is found besides.

import { mkdir, rm } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { NAMING_RECORDS } from '../../lake/erasure/erase-records';
import type { ErasurePlaces, Tidied, Trace } from '../../lake/erasure/places';
import { countMatches, type Spelling, spellingOf } from '../../lake/erasure/spelling';
import { InputError } from '../../lake/errors';
import { parallel } from '../../lake/parallel';
import { readMarks, uploadId } from '../../lake/submission/marks';
import type { Lake } from '../../lake/submission/submit';
import { placeOf } from '../../lake/submission/upload-key';
import { listVersions } from '../../lake/submission/versions';
import { findMentions } from '../duckdb/find-subject';
import { filePlaces, isParquet, withEngine } from '../local/erasure-files';
import { findNumber } from '../local/find-number';
import type { ObjectVersion, VersionedBucket } from './object-versions';

export interface AwsPlaces {
  readonly lake: Lake;
  /** By name, as it stands on the certificate: `ingest`, `raw`, … */
  readonly stores: ReadonlyMap<string, VersionedBucket>;
  /** Uploads nobody may read before they were scanned: what cannot be read is told as not searchable. */
  readonly hidesUnscanned: boolean;
  /** Folder of the curated bucket in which marts lie. */
  readonly marts: string;
  /** Makes marts and KPIs anew and drops the former ones; waits for the end. */
  readonly refresh: () => Promise<void>;
  readonly release: () => Promise<void>;
}

/** Lambda lets no function work longer than 15 minutes; what it had sent may arrive a little later. */
const OUTLAST_MS = 16 * 60_000;
/** Versions on this disk at one time, and downloads at one time. */
const LOT = 200;
const AT_ONCE = 8;

interface Found {
  readonly store: string;
  readonly version: ObjectVersion;
  readonly matches: number;
  readonly isSearchable: boolean;
}

/** Present objects of these are nobody's truth: they are deleted where the number stands in them. */
const MADE: ReadonlyMap<string, Tidied['place']> = new Map([
  ['ingest', 'ingest'],
  ['reports', 'reports'],
  ['results', 'answers'],
] as const);

/** Former versions that may go; where the number stands in other records after all, the probe says so. */
const mayForget = (store: string, key: string): boolean =>
  store === 'control' ? NAMING_RECORDS.some((prefix) => key.startsWith(prefix)) : store !== 'open';

const isFormer = ({ isLatest, isMarker }: ObjectVersion): boolean => !isLatest || isMarker;
const nameOf = ({ store, version }: Found): string =>
  `${store}/${version.key}${isFormer(version) ? `@${version.versionId}` : ''}`;

export function awsPlaces(places: AwsPlaces): ErasurePlaces {
  const { lake, stores, marts, release } = places;
  const search = new VersionSearch(places);
  return {
    ...filePlaces(lake.ports, release),
    async probe(subject, onStep = () => {}) {
      const { files, found } = await search.everywhere(subject, () => true, onStep);
      const traces = found.map((one): Trace => {
        const { matches, isSearchable } = one;
        return { name: nameOf(one), matches, isSearchable, ...(isFormer(one.version) ? { isFormer: true } : {}) };
      });
      return { files, traces, stores: [...stores.keys()] };
    },
    async tidy(subject) {
      const isOurs = (store: string, version: ObjectVersion) =>
        mayForget(store, version.key) && (MADE.has(store) || isFormer(version));
      const { found } = await search.everywhere(subject, isOurs);
      const tidied: Tidied[] = [];
      for (const one of found) {
        const { store, version, matches, isSearchable } = one;
        // What was hidden in raw named somebody erased.
        const goes = matches > 0 || (store === 'raw' && !isSearchable && isFormer(version));
        if (!goes || (store === 'ingest' && (await isAwaited(version, lake)))) continue;
        await stores.get(store)?.remove(version);
        tidied.push({ place: MADE.get(store) ?? 'versions', name: nameOf(one), what: 'deleted', rows: 0 });
      }
      return tidied;
    },
    async refresh() {
      await places.refresh();
      const curated = stores.get('curated');
      const former = ((await curated?.list(marts)) ?? []).filter(isFormer);
      await parallel(AT_ONCE, former, async (version) => curated?.remove(version));
      return former.filter(({ isMarker }) => !isMarker).length;
    },
    release,
    outlastMs: OUTLAST_MS,
  };
}

/** An upload that has not been taken in yet: what becomes of it is intake's to say, which leaves erased people out. */
async function isAwaited({ key, versionId, isMarker }: ObjectVersion, { contracts, ports }: Lake): Promise<boolean> {
  if (isMarker) return false;
  const { control } = ports.zones;
  try {
    const { submission } = placeOf(key, contracts);
    const id = uploadId({ key, versionId });
    if ((await readMarks(control, submission)).has(id)) return false;
    const claimed = (await listVersions(control, submission)).flatMap(({ upload }) =>
      upload ? [uploadId(upload)] : [],
    );
    return !claimed.includes(id);
  } catch (error) {
    // Its key belongs to no submission: nobody will take it in.
    if (error instanceof InputError) return false;
    throw error;
  }
}

class VersionSearch {
  /** Versions never change: those in which a number does not stand are looked into once. */
  private readonly clean = new Map<string, Set<string>>();

  constructor(private readonly places: AwsPlaces) {}

  async everywhere(
    subject: string,
    isWanted: (store: string, version: ObjectVersion) => boolean,
    onStep: (done: number, of: number) => void = () => {},
  ): Promise<{ readonly files: number; readonly found: readonly Found[] }> {
    const all: { readonly store: string; readonly version: ObjectVersion }[] = [];
    for (const [store, bucket] of this.places.stores)
      for (const version of await bucket.list('')) if (isWanted(store, version)) all.push({ store, version });
    const clean = this.clean.get(subject) ?? new Set<string>();
    this.clean.set(subject, clean);
    const idOf = ({ store, version }: (typeof all)[number]) => `${store} ${version.versionId} ${version.key}`;
    const left = all.filter((one) => !clean.has(idOf(one)));
    const found: Found[] = [];
    for (let at = 0; at < left.length; at += LOT) {
      onStep(all.length - left.length + at, all.length);
      const lot = left.slice(at, at + LOT);
      const dirty = await this.look(lot, spellingOf(subject));
      const names = new Set(dirty.map(idOf));
      for (const one of lot) if (!names.has(idOf(one))) clean.add(idOf(one));
      found.push(...dirty);
    }
    onStep(all.length, all.length);
    return { files: all.filter(({ version }) => !version.isMarker).length, found };
  }

  /** Those in which the number stands, and those nobody can look into. */
  private async look(
    lot: readonly { readonly store: string; readonly version: ObjectVersion }[],
    spelling: Spelling,
  ): Promise<readonly Found[]> {
    const { lake } = this.places;
    const work = await lake.ports.workspace.open();
    try {
      const dir = join(work.dir, 'versions');
      await mkdir(dir, { recursive: true });
      const parquet = new Map<string, number>();
      const found = await parallel(AT_ONCE, lot, async ({ store, version }, i): Promise<Found> => {
        const inName = countMatches(`${store}/${version.key}`, spelling.pattern);
        const path = join(dir, `${i}${extname(version.key).replace(/[^.A-Za-z0-9]/g, '')}`);
        const looked = await this.lookInto(store, version, path, spelling);
        if (looked === 'parquet') parquet.set(path, i);
        else await rm(path, { force: true });
        const { matches, isSearchable } = looked === 'parquet' ? { matches: 0, isSearchable: true } : looked;
        return { store, version, matches: matches + inName, isSearchable };
      });
      if (parquet.size > 0) {
        const { rows, unreadable } = await withEngine(lake.ports.workspace, (engine) =>
          findMentions(engine, [...parquet.keys()], spelling.re2),
        );
        for (const [path, i] of parquet) {
          const one = found[i];
          if (one)
            found[i] = {
              ...one,
              matches: one.matches + (rows.get(path) ?? 0),
              isSearchable: !unreadable.includes(path),
            };
        }
      }
      return found.filter(({ matches, isSearchable }) => matches > 0 || !isSearchable);
    } finally {
      await work.close();
    }
  }

  private async lookInto(
    store: string,
    version: ObjectVersion,
    path: string,
    spelling: Spelling,
  ): Promise<Omit<Found, 'store' | 'version'> | 'parquet'> {
    const nothing = { matches: 0, isSearchable: true };
    const bucket = this.places.stores.get(store);
    if (!bucket || version.isMarker || version.sizeBytes === 0) return nothing;
    try {
      if (!(await bucket.fetch(version, path))) return nothing;
    } catch (error) {
      const isHidden = store === 'ingest' && this.places.hidesUnscanned;
      if (isHidden && error instanceof InputError) return { matches: 0, isSearchable: false };
      throw error;
    }
    return (await isParquet(path)) ? 'parquet' : findNumber(path, spelling);
  }
}
