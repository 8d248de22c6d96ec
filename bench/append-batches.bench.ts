// A hundred batches into an empty table, one commit each, by us and by PyIceberg. Both have the rows ready: ours as the
// Parquet files that judging leaves behind, theirs as Parquet files (add_files) or as an Arrow table in memory (append).
import { join } from 'node:path';
import { z } from 'zod';
import type { Bench } from './bench';
import { placesAfter } from './data/places';
import { interleave, toRow } from './statistics';

const FULL = { batches: 100, rows: 10_000, rounds: 3 };
const SMALL = { batches: 5, rows: 100, rounds: 1 };

const commitsShape = z.object({ ms: z.array(z.number()), cpuMs: z.array(z.number()) });
const oursShape = z.object({ homes: z.tuple([commitsShape]) });
const peerShape = z.object({ sides: z.tuple([commitsShape]) });
const agesShape = z.object({ locations: z.record(z.string(), z.string()) });

interface Total {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const totalOf = ({ ms, cpuMs }: z.infer<typeof commitsShape>): Total => ({
  seconds: sum(ms) / 1000,
  cpuSeconds: sum(cpuMs) / 1000,
});

export const appendBatches: Bench = {
  name: 'append-batches',
  description: '100 prepared batches of 10,000 rows, a commit each, beside PyIceberg add_files and append',
  hasSmall: true,
  async run(context) {
    const { batches, rows, rounds } = context.isSmall ? SMALL : FULL;
    const mine: Total[] = [];
    const theirs = { add_files: [] as Total[], append: [] as Total[] };
    let round = 0;
    let source = '';
    const ours = async () => {
      const dir = join(context.workDir, `round-${++round}`);
      const [home, effects] = [join(dir, 'home'), join(dir, 'effects')];
      context.progress(`round ${round} of ${rounds}: ${batches} batches of ${rows} rows`);
      await context.job('seal', { dir: home, out: effects, rows, places: placesAfter('months', 0, batches) });
      source = join(dir, 'sealed-1.parquet');
      const { answer } = await context.job('commit-age', {
        homes: [{ dir: home, effects, from: 0 }],
        commits: batches,
      });
      mine.push(totalOf(oursShape.parse(answer).homes[0]));
    };
    const peer = (call: keyof typeof theirs) => async () => {
      const dir = join(context.workDir, `peer-${call}-${round}`);
      const made = await context.pyiceberg('age', { dir, source, table: 'empty', ages: [0] });
      if (!made) return;
      const location = agesShape.parse(made.answer).locations['0'];
      context.progress(`round ${round} of ${rounds}: PyIceberg ${call}`);
      const measured = await context.pyiceberg('append', {
        dir,
        source,
        sides: [{ location, call }],
        commits: batches,
      });
      theirs[call].push(totalOf(peerShape.parse(measured?.answer).sides[0]));
    };
    await interleave(rounds, [ours, peer('add_files'), peer('append')]);
    const row = (call: keyof typeof theirs, unit: 's' | 'CPU s', of: (total: Total) => number, limit?: number) =>
      toRow({
        name: `append-batches: ${batches} of ${rows} rows`,
        unit,
        ours: mine.map(of),
        // append also writes the Parquet files, which we have ready: only add_files is the same work.
        peer: { name: `PyIceberg ${call}`, runs: theirs[call].map(of) },
        ...(limit === undefined ? {} : { limit }),
      });
    return [
      row('add_files', 's', ({ seconds }) => seconds, 1),
      row('add_files', 'CPU s', ({ cpuSeconds }) => cpuSeconds, 1),
      row('append', 's', ({ seconds }) => seconds),
      row('append', 'CPU s', ({ cpuSeconds }) => cpuSeconds),
    ];
  },
};
