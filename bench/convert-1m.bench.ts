// How much dearer a judged conversion is than a plain one.
import type { Bench } from './bench';
import { convertSide, plainName, plainSide } from './convert-sides';
import { cachedDossiers } from './data/cached-dossiers';
import { interleave, toRow } from './statistics';

const ROWS = 1_000_000;
const ROUNDS = 5;

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
    // Two threads are what DuckDB takes by itself here; ours keeps to one, so the peer on one thread stands beside it.
    return [row('convert-1m', two, 2, 1.5), row('convert-1m (peer on 1 thread)', one, 1, 2)];
  },
};
