// Commits prepared submissions to local homes of different age, in turn.
import { rmSync } from 'node:fs';
import { z } from 'zod';
import { FaultError } from '../../lake/errors';
import { commitSealed } from '../../lake/submission/commit-judged';
import type { Lake } from '../../lake/submission/submit';
import { createHome } from '../../platform/local/home';
import { loadCodeLists } from '../../platform/local/schemas';
import { linkTree } from '../data/link-tree';
import { loadEffects } from '../data/sealed';
import { dossierContract } from './convert';

const inputShape = z.object({
  homes: z.array(
    z.object({
      dir: z.string(),
      effects: z.string(),
      from: z.number(),
      /** The home as it was: put back after the warm-up, which would make it older. */
      untouched: z.string().optional(),
    }),
  ),
  /** Commits to each home before those that are measured: until then code is still being compiled. */
  warmUp: z.number().default(0),
  commits: z.number(),
});

interface Commits {
  readonly ms: number[];
  /** User and system time. */
  readonly cpuMs: number[];
}

const none = (): Commits => ({ ms: [], cpuMs: [] });

interface Answer {
  readonly homes: readonly Commits[];
  /** The very first commit to each home, before any warm-up. */
  readonly first: readonly Commits[];
}

/** Answers, for each home, wall and CPU milliseconds of each commit: offer, head, decision, tree, swap. */
export async function commitAgeJob(input: unknown, root: string): Promise<Answer> {
  const { homes, warmUp, commits } = inputShape.parse(input);
  const contract = dossierContract(root);
  const codeLists = loadCodeLists(root);
  const sealed = await Promise.all(homes.map(({ effects }) => loadEffects(effects)));
  let lakes: (Lake | undefined)[] = homes.map(() => undefined);

  const commitOne = async (i: number, nth: number, into: Commits | undefined): Promise<void> => {
    const { dir } = homes[i]!;
    const effect = sealed[i]?.[nth];
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
    into?.ms.push(performance.now() - started);
    const { user, system } = process.cpuUsage(cpu);
    into?.cpuMs.push((user + system) / 1000);
    if (outcome?.outcome !== 'committed') throw new FaultError('F_BENCH', `commit ${nth} ended as ${outcome?.outcome}`);
  };

  const first = homes.map(none);
  const measured = homes.map(none);
  for (let nth = 0; nth < warmUp; nth++)
    for (const [i, { from }] of homes.entries()) await commitOne(i, from + nth, nth === 0 ? first[i] : undefined);
  for (const { dir, untouched } of homes) {
    if (untouched === undefined) continue;
    rmSync(dir, { recursive: true });
    linkTree(untouched, dir);
  }
  lakes = homes.map(() => undefined);
  for (let nth = 0; nth < commits; nth++)
    for (const [i, { from, untouched }] of homes.entries())
      await commitOne(i, from + nth + (untouched === undefined ? warmUp : 0), measured[i]);
  return { homes: measured, first };
}
