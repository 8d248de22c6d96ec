// A lake on AWS: every zone a bucket, Glue as the pointer, the function's own disk as work folder. Clients last as long as
// the container, the rest as long as one invocation.
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { FaultError } from '../../lake/errors';
import { digest, systemClock, systemRng } from '../local/system';
import type { EnginePorts, LakePorts, ObjectStore, Workspace, Zones } from '../ports';
import { glueCatalog } from './glue-catalog';
import type { GlueClients } from './glue-clients';
import { s3ObjectStore } from './s3-object-store';

export interface AwsHome {
  readonly clients: { readonly s3: S3Client; readonly glue: GlueClients };
  /** Bucket of a zone. */
  readonly bucket: (zone: Exclude<keyof Zones, 'ingest'>) => string;
  /** Glue database of the datasets. */
  readonly database: string;
  /** Functions that neither read nor write rows need not carry it. */
  readonly engine?: EnginePorts;
  /** Folder that may be emptied: `/tmp/lake` in a function. */
  readonly workDir: string;
}

const without = (what: string): never => {
  throw new FaultError('F_ENGINE', `This function carries no engine and cannot ${what}.`);
};

/** For functions that look at tables and write none. */
const NO_ENGINE: EnginePorts = {
  converter: { convert: async () => without('convert') },
  rewriter: { rowsHeld: async () => without('look into data files'), rewrite: async () => without('rewrite') },
  redactor: { redact: async () => without('redact') },
};

/** Uploads have versions and any letters: they are not read through this port. */
const NO_INGEST: ObjectStore = {
  get: async () => without('read the ingest zone as a store'),
  head: async () => without('read the ingest zone as a store'),
  put: async () => without('write to the ingest zone'),
  putFile: async () => without('write to the ingest zone'),
  putIfAbsent: async () => without('write to the ingest zone'),
  putFileIfAbsent: async () => without('write to the ingest zone'),
  adoptFileIfAbsent: async () => without('write to the ingest zone'),
  toFile: async () => without('read the ingest zone as a store'),
  list: async () => without('list the ingest zone as a store'),
  delete: async () => without('delete from the ingest zone'),
  location: () => without('name the ingest zone'),
};

/**
 * Data files are asked about by listing: whoever carries no engine may not read them, and need not, to see that they are
 * there and whole.
 */
function withoutRows(curated: ObjectStore): ObjectStore {
  return {
    ...curated,
    head: async (key) =>
      key.includes('/data/') ? (await curated.list(key)).find((one) => one.key === key) : curated.head(key),
  };
}

/** Who is at work elsewhere cannot be known: everybody counts as alive until their marker is old. */
function workspaceIn(dir: string): Workspace {
  return {
    owner: randomUUID(),
    isAlive: () => true,
    async open() {
      const own = join(dir, `work-${randomUUID()}`);
      await mkdir(own, { recursive: true });
      return { dir: own, close: () => rm(own, { recursive: true, force: true }) };
    },
  };
}

/** Where objects are fetched to. */
export const downloadsIn = (workDir: string): string => join(workDir, 'downloads');

/** One invocation: what it leaves on disk is removed at its end, and what a killed one left at the beginning. */
export async function withAwsLake<T>(home: AwsHome, use: (ports: LakePorts) => Promise<T>): Promise<T> {
  const { clients, bucket, database, engine, workDir } = home;
  await empty(workDir);
  const zone = (name: Parameters<AwsHome['bucket']>[0]) =>
    s3ObjectStore({ client: clients.s3, bucket: bucket(name), workDir: downloadsIn(workDir) });
  const curated = engine ? zone('curated') : withoutRows(zone('curated'));
  try {
    return await use({
      zones: {
        ingest: NO_INGEST,
        raw: zone('raw'),
        control: zone('control'),
        curated,
        quarantine: zone('quarantine'),
        receipts: zone('receipts'),
      },
      catalog: glueCatalog({ clients: clients.glue, database, store: curated, rng: systemRng }),
      clock: systemClock,
      rng: systemRng,
      ...(engine ?? NO_ENGINE),
      workspace: workspaceIn(workDir),
      files: { digest },
    });
  } finally {
    await empty(workDir);
  }
}

async function empty(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  for (const name of await readdir(dir)) await rm(join(dir, name), { recursive: true, force: true });
}
