// A home filled for the first time, and its tables made anew from raw.
import { z } from 'zod';
import { FaultError } from '../../lake/errors';
import { type Incoming, submitAll } from '../../lake/submission/submit';
import { createHome } from '../../platform/local/home';
import { rebuild } from '../../platform/local/rebuild';
import { loadCodeLists, loadContracts } from '../../platform/local/schemas';
import type { LocalLake } from '../../platform/local/verify';
import { dossierContract } from './convert';

const fileShape = z.object({ path: z.string(), dataset: z.string(), period: z.string() });
/** `lists` go in before the clock starts: the dossiers are held against them. */
const loadShape = z.object({ dir: z.string(), lists: z.array(fileShape), files: z.array(fileShape) });
const rebuildShape = z.object({ dir: z.string() });

interface Filled {
  readonly rows: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
}

async function lakeIn(dir: string, root: string): Promise<LocalLake> {
  return { ports: await createHome(dir), contracts: loadContracts(root), codeLists: loadCodeLists(root) };
}

async function timed(work: () => Promise<number>): Promise<Filled> {
  const cpu = process.cpuUsage();
  const started = performance.now();
  const rows = await work();
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return { rows, seconds, cpuSeconds: (user + system) / 1e6 };
}

export async function firstLoadJob(input: unknown, root: string): Promise<Filled> {
  const { dir, lists, files } = loadShape.parse(input);
  const lake = await lakeIn(dir, root);
  const incoming = ({ path, dataset, period }: z.infer<typeof fileShape>): Incoming => {
    const contract = lake.contracts.get(dataset);
    if (!contract) throw new FaultError('F_BENCH', `no contract ${dataset}`);
    return { path, fileName: `${contract.dataset}_${period}.csv`, contract, period };
  };
  await submitAll(lists.map(incoming), lake);
  return timed(async () => {
    const submitted = await submitAll(files.map(incoming), lake);
    return submitted.reduce((rows, { receipt }) => rows + receipt.rowsAccepted, 0);
  });
}

/** @throws FaultError when the new table is not the old one's equal */
export async function rebuildJob(input: unknown, root: string): Promise<Filled> {
  const { dir } = rebuildShape.parse(input);
  const { dataset } = dossierContract(root);
  const lake = await lakeIn(dir, root);
  return timed(async () => {
    const { tables, isPlaced } = await rebuild({ datasets: [dataset], discard: true }, lake);
    const [table] = tables;
    if (table?.outcome !== 'equal' || !isPlaced)
      throw new FaultError('F_BENCH', `the rebuilt table is not the same: ${table?.outcome}`);
    return table.rows;
  });
}
