// A commit may not become slow as a table's history grows.
import { join } from 'node:path';
import { z } from 'zod';
import type { Bench } from './bench';
import { toRow } from './statistics';

const answerShape = z.object({ ms: z.array(z.number()) });

export const commit50: Bench = {
  name: 'commit-50',
  description: 'one commit of one file to a local table with 50 earlier commits, wall milliseconds',
  async run(context) {
    context.progress('57 commits');
    const input = { workDir: join(context.workDir, 'commit'), earlier: 50, measured: 7 };
    const { ms } = answerShape.parse((await context.job('commit', input)).answer);
    return [toRow({ name: 'commit-50', unit: 'ms', ours: ms })];
  },
};
