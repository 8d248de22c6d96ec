// Commits prepared submissions to local homes of different age, in turn.
import { z } from 'zod';
import { FaultError } from '../../lake/errors';
import { commitSealed } from '../../lake/submission/commit-judged';
import type { Lake } from '../../lake/submission/submit';
import { createHome } from '../../platform/local/home';
import { loadCodeLists } from '../../platform/local/schemas';
import { loadEffects } from '../data/sealed';
import { dossierContract } from './convert';

const inputShape = z.object({
  homes: z.array(z.object({ dir: z.string(), effects: z.string(), from: z.number() })),
  commits: z.number(),
});

interface Commits {
  readonly ms: number[];
  /** User and system time. */
  readonly cpuMs: number[];
}

/** Answers, for each home, wall and CPU milliseconds of each commit: offer, head, decision, tree, swap. */
export async function commitAgeJob(input: unknown, root: string): Promise<{ readonly homes: readonly Commits[] }> {
  const { homes, commits } = inputShape.parse(input);
  const contract = dossierContract(root);
  const codeLists = loadCodeLists(root);
  const sides = await Promise.all(
    homes.map(async ({ dir, effects, from }) => ({ dir, effects: (await loadEffects(effects)).slice(from) })),
  );
  const measured = homes.map((): Commits => ({ ms: [], cpuMs: [] }));
  const lakes: (Lake | undefined)[] = homes.map(() => undefined);
  for (let nth = 0; nth < commits; nth++)
    for (const [i, { dir, effects }] of sides.entries()) {
      const effect = effects[nth];
      if (!effect) throw new FaultError('F_BENCH', `no submission ${nth} was prepared for ${dir}`);
      const cpu = process.cpuUsage();
      const started = performance.now();
      // Opening the home counts where it is the first thing a process does.
      const lake = lakes[i] ?? {
        ports: await createHome(dir),
        contracts: new Map([[contract.name, contract]]),
        codeLists,
      };
      lakes[i] = lake;
      const [outcome] = await commitSealed([effect], contract, lake);
      measured[i]?.ms.push(performance.now() - started);
      const { user, system } = process.cpuUsage(cpu);
      measured[i]?.cpuMs.push((user + system) / 1000);
      if (outcome?.outcome !== 'committed')
        throw new FaultError('F_BENCH', `commit ${nth} ended as ${outcome?.outcome}`);
    }
  return { homes: measured };
}
