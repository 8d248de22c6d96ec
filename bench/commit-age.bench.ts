// A commit must cost the same however many came before it.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Bench, BenchContext } from './bench';
import { AGED_ROWS, agedHome } from './data/aged-home';
import { linkTree } from './data/link-tree';
import { placesAfter, type Shape, shapeNames } from './data/places';
import { interleave, median, type Row, toRow } from './statistics';

const FULL = { young: 10, aged: 10_000, peerAged: 300, rounds: 8, warmUp: 40 };
const SMALL = { young: 3, aged: 50, peerAged: 6, rounds: 2, warmUp: 2 };
/** In each process, after its warm-up: the young table is this much older at the end. */
const COMMITS = 12;
/** The first ones after a home was opened read all of its metadata. */
const WARM_FROM = 6;
const LIMIT_MS = 50;
const LIMIT_RATIO = 1.5;

const commitsShape = z.object({ ms: z.array(z.number()), cpuMs: z.array(z.number()) });
type Commits = z.infer<typeof commitsShape>;
const oursShape = z.object({ homes: z.array(commitsShape), first: z.array(commitsShape) });
const peerShape = z.object({ sides: z.array(commitsShape) });
const agesShape = z.object({ locations: z.record(z.string(), z.string()) });

/** The first commits of processes, and those once they are warm. */
interface Samples {
  readonly fresh: Commits;
  readonly warm: Commits;
}

const noSamples = (): Samples => ({ fresh: { ms: [], cpuMs: [] }, warm: { ms: [], cpuMs: [] } });

function keep({ ms, cpuMs }: Commits, { ms: moreMs, cpuMs: moreCpuMs }: Commits, from = 0): void {
  ms.push(...moreMs.slice(from));
  cpuMs.push(...moreCpuMs.slice(from));
}

export const commitAge: Bench = {
  name: 'commit-age',
  description:
    'one submission committed after 10 and after 10,000 others, warm and in a fresh process; PyIceberg beside it',
  hasSmall: true,
  async run(context) {
    const rows: Row[] = [];
    for (const shape of shapeNames) rows.push(...(await measureShape(context, shape, shape === shapeNames[0])));
    return rows;
  },
};

async function measureShape(context: BenchContext, shape: Shape, withPeer: boolean): Promise<readonly Row[]> {
  const size = context.isSmall ? SMALL : FULL;
  const dir = join(context.workDir, shape.replace(' ', '-'));
  const aged = { name: 'aged', dir: join(dir, 'aged', 'home'), effects: join(dir, 'aged', 'effects') };
  const young = { name: 'young', dir: join(dir, 'young', 'home'), effects: join(dir, 'young', 'effects') };
  const untouched = join(dir, 'young-before');
  linkTree(await agedHome(context, shape, size.aged), aged.dir);
  await context.job('aged-table', { dir: join(dir, 'young'), commits: size.young, shape, rows: AGED_ROWS });
  const seal = (home: typeof aged, after: number, count: number) =>
    context.job('seal', {
      dir: home.dir,
      out: home.effects,
      rows: AGED_ROWS,
      places: placesAfter(shape, after, count),
    });
  const each = size.warmUp + COMMITS;
  await seal(aged, size.aged, 2 * size.rounds * each);
  await seal(young, size.young, Math.max(size.warmUp, COMMITS));
  linkTree(young.dir, untouched);

  const samples = { young: noSamples(), aged: noSamples() };
  let done = 0;
  const side = (first: 'young' | 'aged') => async () => {
    context.progress(`${shape}: process ${done + 1} of ${2 * size.rounds}`);
    // The young table stays young.
    await rm(young.dir, { recursive: true });
    linkTree(untouched, young.dir);
    const homes = [
      { ...young, from: 0, untouched },
      { ...aged, from: done++ * each },
    ];
    const inTurn = first === 'young' ? homes : homes.toReversed();
    const { answer } = await context.job('commit-age', { homes: inTurn, warmUp: size.warmUp, commits: COMMITS });
    const told = oursShape.parse(answer);
    for (const [i, { name }] of inTurn.entries()) {
      const { warm, fresh } = samples[name === 'young' ? 'young' : 'aged'];
      keep(warm, told.homes[i] ?? noSamples().warm, WARM_FROM);
      // Only the first commit of all is a fresh process's.
      if (i === 0) keep(fresh, told.first[i] ?? noSamples().fresh);
    }
  };
  const peer = withPeer ? await peerSides(context, join(dir, 'young', 'sealed-1.parquet'), size) : undefined;
  await interleave(size.rounds, [side('young'), side('aged'), ...(peer ? [peer.run] : [])]);

  const of = (kind: keyof Samples, label: string): readonly Row[] => {
    const [old, fresh] = [samples.aged[kind], samples.young[kind]];
    const name = `commit-age ${size.aged}, ${shape}${label}`;
    const against = (runs: readonly number[]) => ({ name: `ours after ${size.young}`, runs });
    return [
      toRow({ name, unit: 'ms', ours: old.ms, peer: against(fresh.ms), limit: LIMIT_MS }),
      toRow({ name: `${name}: ratio`, unit: '×', ours: [median(old.ms) / median(fresh.ms)], limit: LIMIT_RATIO }),
      toRow({ name: `${name}: CPU`, unit: 'CPU ms', ours: old.cpuMs, peer: against(fresh.cpuMs), limit: LIMIT_RATIO }),
    ];
  };
  return [...of('warm', ''), ...of('fresh', ', fresh'), ...(peer ? peerRows(peer.results, samples, size) : [])];
}

interface PeerSide {
  readonly age: number;
  readonly call: 'add_files' | 'append';
  readonly samples: Samples;
}

interface Peer {
  /** Without samples where PyPI could not be reached. */
  readonly results: readonly PeerSide[];
  run(): Promise<void>;
}

/** PyIceberg, whose tables are made young here: they cannot be made very old in reasonable time. */
async function peerSides(context: BenchContext, source: string, size: typeof FULL): Promise<Peer> {
  const dir = join(context.workDir, 'pyiceberg');
  const calls = ['add_files', 'append'] as const;
  const results = calls.flatMap((call) =>
    [size.young, size.peerAged].map((age): PeerSide => ({ age, call, samples: noSamples() })),
  );
  context.progress(`PyIceberg: ${size.peerAged} earlier commits`);
  const made = await context.pyiceberg('age', { dir, source, table: 'aged', ages: [size.young, size.peerAged] });
  if (!made) return { results, run: async () => undefined };
  const { locations } = agesShape.parse(made.answer);
  const sides = results.map(({ age, call }) => ({ call, location: locations[String(age)] }));
  return {
    results,
    async run() {
      const measured = await context.pyiceberg('append', { dir, source, sides, commits: COMMITS });
      const answered = peerShape.parse(measured?.answer).sides;
      for (const [i, { samples }] of results.entries()) keep(samples.warm, answered[i] ?? noSamples().warm, WARM_FROM);
    },
  };
}

function peerRows(
  results: readonly PeerSide[],
  ours: { readonly young: Samples; readonly aged: Samples },
  size: typeof FULL,
): readonly Row[] {
  return results.flatMap(({ age, call, samples }) => {
    // Theirs cannot be had as old as ours: ours has the harder part.
    const [mine, ourAge] = age === size.young ? [ours.young, size.young] : [ours.aged, size.aged];
    const name = `commit-age ${ourAge}`;
    const peer = (runs: readonly number[]) => ({ name: `PyIceberg ${call} after ${age}`, runs });
    // append writes the Parquet file too, which ours has ready: only add_files is the same work.
    const limit = call === 'add_files' ? { limit: 1 } : {};
    return [
      toRow({ name, unit: 'ms', ours: mine.warm.ms, peer: peer(samples.warm.ms) }),
      toRow({ name: `${name}: CPU`, unit: 'CPU ms', ours: mine.warm.cpuMs, peer: peer(samples.warm.cpuMs), ...limit }),
    ];
  });
}
