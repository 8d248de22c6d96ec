// npm run bench: runs the benches asked for, one after the other, and shows and writes what they measured.
// A new bench is a file beside this one and a line in BENCHES.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { chooseLang } from '../cli/context';
import { FaultError, InputError } from '../lake/errors';
import { appendBatches } from './append-batches.bench';
import { parseArguments } from './arguments';
import type { Bench, BenchContext } from './bench';
import { commit50 } from './commit-50.bench';
import { commitAge } from './commit-age.bench';
import { convert1m } from './convert-1m.bench';
import { runJob } from './jobs';
import { measureJob, measurePeer, pyicebergPython, timeNode } from './measure';
import { memory1m, memory5m } from './memory.bench';
import { parallelWriters } from './parallel-writers.bench';
import { parquetWriters } from './parquet-writers.bench';
import { plan10000 } from './plan-10000.bench';
import { put100 } from './put-100.bench';
import { rebuildBench } from './rebuild.bench';
import { reconcileBench } from './reconcile.bench';
import { reportTable } from './report';
import type { Row } from './statistics';

const BENCHES: readonly Bench[] = [
  put100,
  commit50,
  commitAge,
  plan10000,
  parallelWriters,
  appendBatches,
  rebuildBench,
  reconcileBench,
  parquetWriters,
  convert1m,
  memory1m,
  memory5m,
];

interface Place {
  readonly root: string;
  /** Folder of the running bundle; the measured processes load the same one. */
  readonly bundle: string;
}

/** Exit status: 0 measured, whatever came out · 2 wrong arguments · 1 a bench could not be run. */
export async function main(args: readonly string[], place: Place): Promise<number> {
  const [first, job = '', input = 'null'] = args;
  try {
    if (first === '--job') {
      await runJob(job, JSON.parse(input), place.root);
      return 0;
    }
    const { benches, json, list, keep, small } = parseArguments(args, BENCHES);
    if (list) {
      for (const { name, description } of BENCHES) console.log(`${name.padEnd(17)} ${description}`);
      return 0;
    }
    const rows: Row[] = [];
    let status = 0;
    for (const bench of benches) {
      try {
        const measured = await runBench(bench, place, { keep, small });
        rows.push(...(small ? measured.map(withoutMeaning) : measured));
      } catch (error) {
        // The others are still worth measuring.
        if (!(error instanceof FaultError)) throw error;
        console.error(`${bench.name}: ${error.code}: ${error.message}`);
        status = 1;
      }
      // Written after each, so that a long run that is broken off leaves what it has.
      if (json !== undefined) await writeFile(resolve(json), `${JSON.stringify(rows, null, 2)}\n`);
    }
    console.log(reportTable(rows));
    return status;
  } catch (error) {
    if (error instanceof InputError) {
      console.error(error.text[chooseLang(undefined, process.env)]);
      return 2;
    }
    if (!(error instanceof FaultError)) throw error;
    console.error(`${error.code}: ${error.message}`);
    return 1;
  }
}

/** Figures of a quick run must not be taken for measurements. */
const withoutMeaning = (row: Row): Row => ({ ...row, name: `${row.name} [small]`, limit: null });

async function runBench(
  bench: Bench,
  place: Place,
  { keep, small }: { readonly keep: boolean; readonly small: boolean },
): Promise<readonly Row[]> {
  const cacheDir = join(place.root, '.cache', 'bench');
  await mkdir(cacheDir, { recursive: true });
  const workDir = await mkdtemp(join(cacheDir, 'work-'));
  let python: Promise<string | undefined> | undefined;
  const context: BenchContext = {
    root: place.root,
    cacheDir,
    workDir,
    keep,
    isSmall: small,
    progress: (text) => console.error(`${bench.name}: ${text}`),
    job: (name, input) => measureJob(place, name, input),
    async pyiceberg(name, input) {
      python ??= pyicebergPython(place.root).then((path) => {
        if (path === undefined)
          console.error(`${bench.name}: !!! PyPI cannot be reached: PyIceberg is NOT measured !!!`);
        return path;
      });
      const path = await python;
      return path === undefined ? undefined : measurePeer(place.root, path, name, input);
    },
    node: (nodeArgs) => timeNode(nodeArgs, place.root),
  };
  try {
    return await bench.run(context);
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}
