// Looking for a person in files, wherever the lake stands: what is not on this disk is fetched to it, some files at a time.
import { join } from 'node:path';
import type { ErasurePlaces, HeldRows, Trace } from '../../lake/erasure/places';
import { spellingOf } from '../../lake/erasure/spelling';
import { parallel } from '../../lake/parallel';
import { type Engine, openEngine } from '../duckdb/engine';
import { findHolders, findMentions } from '../duckdb/find-subject';
import type { LakePorts, Workspace } from '../ports';
import { kindOf } from './file-kind';
import { coverNumber, findNumber, sampleOf } from './find-number';

/** Data files on this disk at one time, where they are fetched. */
const LOT = 200;
/** Downloads at one time. */
const AT_ONCE = 8;

type Ports = Pick<LakePorts, 'zones' | 'workspace'>;
type FilePlaces = Pick<ErasurePlaces, 'holders' | 'mentions' | 'search' | 'cover'>;

/** @param release called when the files of one lot have been looked into */
export function filePlaces({ zones, workspace }: Ports, release: () => Promise<void>): FilePlaces {
  const { curated } = zones;
  /** Those that are there, by path. */
  const fetched = async (keys: readonly string[]): Promise<ReadonlyMap<string, string>> => {
    const found = await parallel(AT_ONCE, keys, async (key): Promise<[string, string][]> => {
      return (await curated.head(key)) ? [[await curated.toFile(key), key]] : [];
    });
    return new Map(found.flat());
  };
  const eachLot = async (
    keys: readonly string[],
    look: (engine: Engine, paths: ReadonlyMap<string, string>) => Promise<void>,
  ): Promise<void> => {
    if (keys.length === 0) return;
    await withEngine(workspace, async (engine) => {
      for (let at = 0; at < keys.length; at += LOT) {
        const paths = await fetched(keys.slice(at, at + LOT));
        if (paths.size > 0) await look(engine, paths);
        await release();
      }
    });
  };
  return {
    async holders(keys, columns, isErased) {
      const held = new Map<string, readonly HeldRows[]>();
      if (columns.length > 0)
        await eachLot(keys, async (engine, paths) => {
          const found = await findHolders(engine, [...paths.keys()], columns, isErased);
          for (const [path, rows] of found) held.set(paths.get(path) ?? path, rows);
        });
      return held;
    },
    async mentions(keys, subject) {
      const { re2 } = spellingOf(subject);
      const mentioned = new Set<string>();
      await eachLot(keys, async (engine, paths) => {
        const { rows } = await findMentions(engine, [...paths.keys()], re2);
        for (const path of rows.keys()) mentioned.add(paths.get(path) ?? path);
      });
      return mentioned;
    },
    search: (path, subject) => findNumber(path, spellingOf(subject)),
    async cover(path, subject, workDir) {
      const to = join(workDir, 'covered.txt');
      return (await coverNumber(path, to, spellingOf(subject))) ? to : undefined;
    },
  };
}

export async function withEngine<T>(workspace: Workspace, use: (engine: Engine) => Promise<T>): Promise<T> {
  const work = await workspace.open();
  const engine = await openEngine({ threads: 2, memoryLimit: '400MB', tempDirectory: join(work.dir, 'spill') });
  try {
    return await use(engine);
  } finally {
    await engine.close();
    await work.close();
  }
}

export async function isParquet(path: string): Promise<boolean> {
  return path.endsWith('.parquet') || kindOf(await sampleOf(path)) === 'parquet';
}

/** A file in which the number was found, or that nobody can look into; undefined: neither. */
export function traceOf(name: string, { matches, isSearchable }: Omit<Trace, 'name'>): Trace | undefined {
  return matches > 0 || !isSearchable ? { name, matches, isSearchable } : undefined;
}
