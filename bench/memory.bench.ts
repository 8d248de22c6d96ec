// Peak memory of a judged conversion: it may not grow with the file.
import { rm } from 'node:fs/promises';
import type { Bench } from './bench';
import { convertSide, plainName, plainSide } from './convert-sides';
import { cachedDossiers } from './data/cached-dossiers';
import { interleave, toRow } from './statistics';

const LIMIT_MEGABYTES = 512;

function memoryBench(name: string, rows: number, rounds: number, isBig: boolean): Bench {
  return {
    name,
    description: `peak resident memory of the judged conversion of ${rows.toLocaleString('en-GB')} dossiers`,
    async run(context) {
      const path = await cachedDossiers(context, rows);
      try {
        const [ours = [], peer = []] = await interleave(rounds, [
          convertSide(context, path, rows),
          plainSide(context, path, rows, 1),
        ]);
        return [
          toRow({
            name,
            unit: 'MB',
            ours: ours.map((run) => run.peakMegabytes),
            peer: { name: plainName(1), runs: peer.map((run) => run.peakMegabytes) },
            limit: LIMIT_MEGABYTES,
          }),
        ];
      } finally {
        if (isBig && !context.keep) await rm(path);
      }
    },
  };
}

export const memory1m = memoryBench('memory-1m', 1_000_000, 3, false);
export const memory5m = memoryBench('memory-5m', 5_000_000, 1, true);
