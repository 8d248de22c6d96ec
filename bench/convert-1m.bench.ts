// How much dearer a judged conversion is than a plain one.
import type { Bench } from './bench';
import { convertSide, plainName, plainSide } from './convert-sides';
import { cachedDossiers } from './data/cached-dossiers';
import { interleave, toRow } from './statistics';

const ROWS = 1_000_000;
const ROUNDS = 3;

export const convert1m: Bench = {
  name: 'convert-1m',
  description: '1M dossiers (about 200 MB, 0.5 % wrong): judged conversion beside plain DuckDB COPY, CPU seconds',
  async run(context) {
    const path = await cachedDossiers(context, ROWS);
    const [ours = [], one = [], two = []] = await interleave(ROUNDS, [
      convertSide(context, path, ROWS),
      plainSide(context, path, ROWS, 1),
      plainSide(context, path, ROWS, 2),
    ]);
    const row = (name: string, peer: typeof one, threads: number, limit?: number) =>
      toRow({
        name,
        unit: 'CPU s',
        ours: ours.map((run) => run.cpuSeconds),
        peer: { name: plainName(threads), runs: peer.map((run) => run.cpuSeconds) },
        ...(limit === undefined ? {} : { limit }),
      });
    return [row('convert-1m', one, 1, 1.5), row('convert-1m (peer on 2 threads)', two, 2)];
  },
};
