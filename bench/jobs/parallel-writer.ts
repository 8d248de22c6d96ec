// One of many processes that write to the same table: waits for the others, then commits its submissions one by one.
import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { FaultError } from '../../lake/errors';
import { commitSealed } from '../../lake/submission/commit-judged';
import type { Lake } from '../../lake/submission/submit';
import { createHome } from '../../platform/local/home';
import { loadCodeLists } from '../../platform/local/schemas';
import type { TableCatalog } from '../../platform/ports';
import { loadEffects } from '../data/sealed';
import { dossierContract } from './convert';

const inputShape = z.object({
  dir: z.string(),
  effects: z.string(),
  from: z.number(),
  commits: z.number(),
  /** Files: this one says it is ready, whoever started it says go. */
  ready: z.string(),
  go: z.string(),
});

const POLL_MS = 5;

interface Wrote {
  /** Milliseconds since 1970, so that processes can be compared. */
  readonly startedMs: number;
  readonly endedMs: number;
  /** User and system time from start to end. */
  readonly cpuMs: number;
  readonly conflicts: number;
}

export async function parallelWriterJob(input: unknown, root: string): Promise<Wrote> {
  const { dir, effects, from, commits, ready, go } = inputShape.parse(input);
  const contract = dossierContract(root);
  const home = await createHome(dir);
  let conflicts = 0;
  const catalog: TableCatalog = {
    ...home.catalog,
    async swap(table, base, next) {
      const outcome = await home.catalog.swap(table, base, next);
      if (outcome !== 'OK') conflicts++;
      return outcome;
    },
  };
  const lake: Lake = {
    ports: { ...home, catalog },
    contracts: new Map([[contract.name, contract]]),
    codeLists: loadCodeLists(root),
  };
  const own = (await loadEffects(effects)).slice(from, from + commits);
  writeFileSync(ready, '');
  while (!existsSync(go)) await setTimeout(POLL_MS);
  const cpu = process.cpuUsage();
  const startedMs = Date.now();
  for (const effect of own) {
    const [outcome] = await commitSealed([effect], contract, lake);
    // Somebody else may have taken it along.
    if (outcome?.outcome !== 'committed' && outcome?.outcome !== 'already-live')
      throw new FaultError('F_BENCH', `${effect.submission} ended as ${outcome?.outcome}`);
  }
  const { user, system } = process.cpuUsage(cpu);
  return { startedMs, endedMs: Date.now(), cpuMs: (user + system) / 1000, conflicts };
}
