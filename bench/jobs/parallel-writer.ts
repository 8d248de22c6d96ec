// One of many processes that write to the same table: waits for the others, then sends its submissions one by one, either
// judged and sealed before (what the commit protocol costs) or as files (what a sender waits for, start-up apart).
import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { FaultError } from '../../lake/errors';
import { commitSealed } from '../../lake/submission/commit-judged';
import { type Lake, submitAll } from '../../lake/submission/submit';
import { createHome } from '../../platform/local/home';
import { loadCodeLists } from '../../platform/local/schemas';
import type { TableCatalog } from '../../platform/ports';
import { loadEffects } from '../data/sealed';
import { dossierContract } from './convert';

/** Files: this one says it is ready, whoever started it says go. */
const signs = { ready: z.string(), go: z.string() };
const sealedShape = z.object({ dir: z.string(), effects: z.string(), from: z.number(), commits: z.number(), ...signs });
const filesShape = z.object({
  dir: z.string(),
  files: z.array(z.object({ path: z.string(), fileName: z.string(), period: z.string() })),
  ...signs,
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

interface Writer {
  readonly lake: Lake;
  readonly contract: ReturnType<typeof dossierContract>;
  /** Waits for the others, then does one piece of work after the other. */
  atOnce<T>(ready: string, go: string, pieces: readonly T[], work: (piece: T) => Promise<void>): Promise<Wrote>;
}

async function writerIn(dir: string, root: string): Promise<Writer> {
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
  return {
    lake,
    contract,
    async atOnce(ready, go, pieces, work) {
      writeFileSync(ready, '');
      while (!existsSync(go)) await setTimeout(POLL_MS);
      const cpu = process.cpuUsage();
      const startedMs = Date.now();
      for (const piece of pieces) await work(piece);
      const { user, system } = process.cpuUsage(cpu);
      return { startedMs, endedMs: Date.now(), cpuMs: (user + system) / 1000, conflicts };
    },
  };
}

export async function parallelWriterJob(input: unknown, root: string): Promise<Wrote> {
  const { dir, effects, from, commits, ready, go } = sealedShape.parse(input);
  const { lake, contract, atOnce } = await writerIn(dir, root);
  const own = (await loadEffects(effects)).slice(from, from + commits);
  return atOnce(ready, go, own, async (effect) => {
    const [outcome] = await commitSealed([effect], contract, lake);
    // Somebody else may have taken it along.
    if (outcome?.outcome !== 'committed' && outcome?.outcome !== 'already-live')
      throw new FaultError('F_BENCH', `${effect.submission} ended as ${outcome?.outcome}`);
  });
}

export async function parallelSubmitterJob(input: unknown, root: string): Promise<Wrote> {
  const { dir, files, ready, go } = filesShape.parse(input);
  const { lake, contract, atOnce } = await writerIn(dir, root);
  return atOnce(ready, go, files, async (file) => {
    const [submitted] = await submitAll([{ ...file, contract }], lake);
    if (submitted?.verdict !== 'accepted')
      throw new FaultError('F_BENCH', `${file.fileName} ended as ${submitted?.verdict}`);
  });
}
