// A home as erasing sees it: every file below its folder, the zones' and everybody else's.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { copyFile, rename, rm } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Contract } from '../../lake/contract/contract';
import type { ErasurePlaces, Tidied, Trace } from '../../lake/erasure/places';
import { countMatches, spellingOf } from '../../lake/erasure/spelling';
import type { Lake } from '../../lake/submission/submit';
import { findMentions } from '../duckdb/find-subject';
import { filePlaces, isParquet, traceOf, withEngine } from './erasure-files';
import { findNumber } from './find-number';
import type { Home } from './home';
import { redact } from './redact';

/** Tables an earlier rebuild replaced and left for the cautious. */
const FORMER = /^curated\.before-/;

function filesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** A file may go while others work. */
const exists = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

/** @param refresh computes marts and KPIs anew */
export function localPlaces(
  lake: Lake & { readonly ports: Home },
  refresh: () => Promise<number> = async () => 0,
): ErasurePlaces {
  const { dir, workspace } = lake.ports;
  const nameOf = (path: string) => relative(dir, path).split(sep).join('/');

  return {
    // Here every object is a file already.
    ...filePlaces(lake.ports, async () => {}),
    async probe(subject, onStep = () => {}) {
      const spelling = spellingOf(subject);
      const paths = filesBelow(dir);
      const traces: Trace[] = [];
      const parquet: string[] = [];
      let done = 0;
      for (const path of paths) {
        if (!exists(path)) continue;
        const inName = countMatches(nameOf(path), spelling.pattern);
        if (inName > 0) traces.push({ name: nameOf(path), matches: inName, isSearchable: true });
        try {
          if (await isParquet(path)) {
            parquet.push(path);
            continue;
          }
          const trace = traceOf(nameOf(path), await findNumber(path, spelling));
          if (trace) traces.push(trace);
        } catch (error) {
          if (exists(path)) throw error;
        }
        onStep(++done, paths.length);
      }
      if (parquet.length > 0) {
        const { rows, unreadable } = await withEngine(workspace, (engine) =>
          findMentions(engine, parquet, spelling.re2, (files) => {
            done += files;
            onStep(done, paths.length);
          }),
        );
        for (const [path, matches] of rows) traces.push({ name: nameOf(path), matches, isSearchable: true });
        for (const path of unreadable)
          if (exists(path)) traces.push({ name: nameOf(path), matches: 0, isSearchable: false });
      }
      onStep(paths.length, paths.length);
      return { files: paths.length, traces };
    },
    tidy: async (subject, isErased) => [
      ...(await dropFormerTables(dir)),
      ...(await tidyReports(join(dir, 'reports'), subject, nameOf)),
      ...(await tidyIngest(lake, subject, isErased, nameOf)),
    ],
    refresh,
    release: async () => {},
  };
}

async function dropFormerTables(dir: string): Promise<readonly Tidied[]> {
  const tidied: Tidied[] = [];
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    if (!entry.isDirectory() || !FORMER.test(entry.name)) continue;
    await rm(join(dir, entry.name), { recursive: true, force: true });
    tidied.push({ place: 'former', name: entry.name, what: 'deleted', rows: 0 });
  }
  return tidied;
}

/** Reports hold totals; one that shows the number after all is deleted and can be made again. */
async function tidyReports(
  folder: string,
  subject: string,
  nameOf: (path: string) => string,
): Promise<readonly Tidied[]> {
  const tidied: Tidied[] = [];
  for (const path of filesBelow(folder)) {
    if ((await findNumber(path, spellingOf(subject))).matches === 0) continue;
    await rm(path, { force: true });
    tidied.push({ place: 'reports', name: nameOf(path), what: 'deleted', rows: 0 });
  }
  return tidied;
}

/** Files waiting to be taken in lose the person's rows; where those cannot be cut out, the file goes. */
async function tidyIngest(
  lake: Lake & { readonly ports: Home },
  subject: string,
  isErased: (value: string) => boolean,
  nameOf: (path: string) => string,
): Promise<readonly Tidied[]> {
  const { dir, workspace } = lake.ports;
  const ingest = join(dir, 'ingest');
  const tidied: Tidied[] = [];
  for (const path of filesBelow(ingest)) {
    const work = await workspace.open();
    try {
      const fileName = path.slice(path.lastIndexOf(sep) + 1);
      let rows = 0;
      for (const contract of contractsFor(relative(ingest, path).split(sep), lake)) {
        const redacted = await redact({ path, fileName, contract, isErased, workDir: work.dir });
        if (redacted.path === path) continue;
        rows = redacted.rowsLeftOut;
        const part = `${work.dir}.part`;
        await copyFile(redacted.path, part);
        await rename(part, path);
        tidied.push({ place: 'ingest', name: nameOf(path), what: 'redacted', rows });
        break;
      }
      const { pattern } = spellingOf(subject);
      const inName = countMatches(nameOf(path), pattern);
      if (inName + (await findNumber(path, spellingOf(subject))).matches === 0) continue;
      await rm(path, { force: true });
      tidied.push({ place: 'ingest', name: nameOf(path), what: 'deleted', rows });
    } finally {
      await work.close();
    }
  }
  return tidied;
}

/** The contract its folder names, else every one with subject columns. */
function contractsFor([agency, dataset]: readonly string[], { contracts }: Lake): readonly Contract[] {
  const named = contracts.get(`${agency}/${dataset}`);
  if (named) return [named];
  return [...contracts.values()].filter((contract) => contract.columns.some((column) => column.subjectId));
}
