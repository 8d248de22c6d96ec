// A lake whose process dies: after its n-th lasting effect every further one fails, as for a killed process.
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { ObjectStore } from '../../platform/ports';
import type { TestLake } from './lake';

const LASTING = ['put', 'putFile', 'putIfAbsent', 'putFileIfAbsent', 'adoptFileIfAbsent', 'delete'] as const;

export class Killed extends Error {}

/** After `after` lasting effects each further one throws before it does anything. */
export function dyingLake(lake: TestLake, after: number): TestLake {
  let effects = 0;
  const step = async <T>(effect: () => Promise<T>): Promise<T> => {
    if (effects >= after) throw new Killed();
    const done = await effect();
    effects++;
    return done;
  };
  const store = (inner: ObjectStore): ObjectStore => {
    const wrapped: ObjectStore = { ...inner };
    for (const name of LASTING) {
      const method = inner[name].bind(inner);
      Object.assign(wrapped, {
        [name]: (...args: Parameters<typeof method>) => step(() => Reflect.apply(method, inner, args)),
      });
    }
    return wrapped;
  };
  const { zones, catalog, workspace } = lake.ports;
  // A number no process has: its work counts as left behind.
  const owner = `${hostname()}~999999999`;
  const openWork = async () => {
    const dir = join(lake.ports.dir, 'tmp', `${owner}~${randomUUID()}`);
    mkdirSync(dir);
    return { dir, close: async () => rmSync(dir, { recursive: true }) };
  };
  const ports = {
    ...lake.ports,
    zones: {
      ingest: zones.ingest,
      raw: store(zones.raw),
      control: store(zones.control),
      curated: store(zones.curated),
      quarantine: store(zones.quarantine),
      receipts: store(zones.receipts),
    },
    catalog: {
      list: () => catalog.list(),
      load: (table: string) => catalog.load(table),
      swap: (...args: Parameters<typeof catalog.swap>) => step(() => catalog.swap(...args)),
    },
    workspace: { ...workspace, owner, open: openWork },
  };
  return { ...lake, ports };
}
