// Many processes that write to one table at once: they should help each other, not fight.
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { FaultError } from '../lake/errors';
import type { Bench, Measured } from './bench';
import { writeDossiers } from './data/dossiers';
import { placesAfter } from './data/places';
import { unitFile } from './data/units';
import { interleave, toRow } from './statistics';

const FULL = { writers: 16, each: 26, filesEach: 6, peerEach: 5, rounds: 3 };
const SMALL = { writers: 3, each: 3, filesEach: 1, peerEach: 2, rounds: 1 };
const ROWS = 100;
const LIMIT_PER_SECOND = 50;
const POLL_MS = 5;
const DEADLINE_MS = 120_000;

const wroteShape = z.object({ startedMs: z.number(), endedMs: z.number(), cpuMs: z.number(), conflicts: z.number() });
const oursShape = z.object({ files: z.number(), sequence: z.number() });
const peerShape = z.object({ files: z.number(), snapshots: z.number() });

interface Run {
  readonly perSecond: number;
  /** CPU milliseconds for each commit, all processes together. */
  readonly cpuMs: number;
  readonly conflicts: number;
  readonly snapshots: number;
}

export const parallelWriters: Bench = {
  name: 'parallel-writers',
  description:
    '16 processes that commit 416 judged submissions to one table, and that send 96 files whole; PyIceberg with 16, 80 files',
  hasSmall: true,
  async run(context) {
    const { writers, each, filesEach, peerEach, rounds } = context.isSmall ? SMALL : FULL;
    const mine: Run[] = [];
    const theirs: Run[] = [];
    let round = 0;
    let source = '';
    const ours = async () => {
      const dir = join(context.workDir, `round-${++round}`);
      const [home, effects] = [join(dir, 'home'), join(dir, 'effects')];
      const total = writers * each;
      context.progress(`round ${round} of ${rounds}: ${total} submissions by ${writers} processes`);
      await context.job('seal', { dir: home, out: effects, rows: ROWS, places: placesAfter('one period', 1, total) });
      source = join(dir, 'sealed-1.parquet');
      const measured = await atOnce(dir, writers, (nth, signs) =>
        context.job('parallel-writer', { dir: home, effects, from: nth * each, commits: each, ...signs }),
      );
      const state = await context.job('plan', { dir: home, table: 'ho_so_tthc', rounds: 1 });
      const { files, sequence } = oursShape.parse(state.answer);
      mine.push(runOf(measured, { total, files, snapshots: sequence }));
    };
    const whole: Run[] = [];
    const sending = async () => {
      const dir = join(context.workDir, `files-${round}`);
      const home = join(dir, 'home');
      const total = writers * filesEach;
      context.progress(`round ${round} of ${rounds}: ${total} files sent whole by ${writers} processes`);
      await mkdir(dir, { recursive: true });
      const units = join(dir, 'don_vi.csv');
      await writeFile(units, unitFile());
      const lists = [{ path: units, dataset: 'so_noi_vu/don_vi_hanh_chinh', period: '2026-07' }];
      await context.job('first-load', { dir: home, lists, files: [] });
      const sent = Array.from({ length: total }, (_, nth) => ({
        path: join(dir, `${nth}.csv`),
        fileName: `ho_so_${nth}.csv`,
        // A dataset has one submission a month.
        period: `${2016 + Math.floor(nth / 12)}-${String((nth % 12) + 1).padStart(2, '0')}`,
      }));
      for (const [nth, { path }] of sent.entries()) await writeDossiers(path, { rows: ROWS, seed: nth, badShare: 0 });
      const measured = await atOnce(dir, writers, (nth, signs) =>
        context.job('parallel-submitter', {
          dir: home,
          files: sent.slice(nth * filesEach, (nth + 1) * filesEach),
          ...signs,
        }),
      );
      const state = await context.job('plan', { dir: home, table: 'ho_so_tthc', rounds: 1 });
      const { files, sequence } = oursShape.parse(state.answer);
      whole.push(runOf(measured, { total, files, snapshots: sequence }));
    };
    const pyiceberg = async () => {
      const dir = join(context.workDir, `peer-${round}`);
      const total = writers * peerEach;
      context.progress(`round ${round} of ${rounds}: PyIceberg, ${total} files by ${writers} processes`);
      const table = { dir, table: 'shared', source };
      if (!(await context.pyiceberg('age', { ...table, ages: [0] }))) return;
      const measured = await atOnce(dir, writers, (_, signs) =>
        context.pyiceberg('write', { ...table, commits: peerEach, ...signs }),
      );
      const state = peerShape.parse((await context.pyiceberg('count', table))?.answer);
      theirs.push(runOf(measured, { total, ...state }));
    };
    await interleave(rounds, [ours, pyiceberg, sending]);
    const row = (label: string, unit: string, of: (run: Run) => number, runs: readonly Run[] = mine) => ({
      name: `parallel-writers: ${label}`,
      unit,
      ours: runs.map(of),
    });
    const peer = (of: (run: Run) => number) => ({
      name: `PyIceberg add_files, ${writers} processes, retried`,
      runs: theirs.map(of),
    });
    return [
      toRow({
        ...row('submissions', 'commits/s', ({ perSecond }) => perSecond),
        peer: peer(({ perSecond }) => perSecond),
        limit: LIMIT_PER_SECOND,
      }),
      toRow({ ...row('CPU for each', 'CPU ms', ({ cpuMs }) => cpuMs), peer: peer(({ cpuMs }) => cpuMs), limit: 1 }),
      toRow(row(`snapshots of ${writers * each} submissions`, 'snapshots', ({ snapshots }) => snapshots)),
      toRow(row('swaps lost to others', 'swaps', ({ conflicts }) => conflicts)),
      // Mostly the engine's judging, and as many at a time as there are cores: no measure of the protocol, so no limit.
      toRow(row('files sent whole', 'files/s', ({ perSecond }) => perSecond, whole)),
      toRow(row('CPU for each file', 'CPU ms', ({ cpuMs }) => cpuMs, whole)),
    ];
  },
};

interface Signs {
  readonly ready: string;
  readonly go: string;
}

/** Starts all, waits until each is ready, then lets them go together. */
async function atOnce(
  dir: string,
  writers: number,
  start: (nth: number, signs: Signs) => Promise<Measured | undefined>,
): Promise<readonly Measured[]> {
  const signs = join(dir, 'signs');
  await mkdir(signs, { recursive: true });
  const go = join(signs, 'go');
  const ready = Array.from({ length: writers }, (_, nth) => join(signs, `ready-${nth}`));
  let ended = 0;
  const all = Promise.allSettled(
    ready.map((path, nth) =>
      start(nth, { ready: path, go }).finally(() => {
        ended++;
      }),
    ),
  );
  const deadline = Date.now() + DEADLINE_MS;
  while (ended === 0 && Date.now() < deadline && !ready.every((path) => existsSync(path))) await setTimeout(POLL_MS);
  const isFair = ready.every((path) => existsSync(path));
  // In any case: those that wait would wait for ever.
  await writeFile(go, '');
  const settled = await all;
  for (const one of settled) if (one.status === 'rejected') throw one.reason;
  if (!isFair) throw new FaultError('F_BENCH', `${writers} writers were not ready together`);
  return settled.flatMap((one) => (one.status === 'fulfilled' && one.value ? [one.value] : []));
}

function runOf(
  measured: readonly Measured[],
  state: { readonly total: number; readonly files: number; readonly snapshots: number },
): Run {
  const { total, files, snapshots } = state;
  if (files !== total) throw new FaultError('F_BENCH', `${files} files are in the table, ${total} were committed`);
  const wrote = measured.map(({ answer }) => wroteShape.parse(answer));
  const started = Math.min(...wrote.map(({ startedMs }) => startedMs));
  const ended = Math.max(...wrote.map(({ endedMs }) => endedMs));
  return {
    perSecond: total / ((ended - started) / 1000),
    cpuMs: wrote.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / total,
    conflicts: wrote.reduce((sum, { conflicts }) => sum + conflicts, 0),
    snapshots,
  };
}
