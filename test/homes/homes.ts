// Every home there is, each made afresh for one test.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { glueCatalog } from '../../platform/aws/glue-catalog';
import { s3ObjectStore } from '../../platform/aws/s3-object-store';
import { directoryCatalog } from '../../platform/local/directory-catalog';
import { localObjectStore } from '../../platform/local/object-store';
import { memoryCatalog } from '../../platform/memory/catalog';
import { seededRng } from '../../platform/memory/clock-rng';
import { memoryObjectStore } from '../../platform/memory/object-store';
import type { ObjectStore, TableCatalog } from '../../platform/ports';
import {
  BUCKET,
  createBucket,
  createDatabase,
  DATABASE,
  HAS_MOTO,
  type Moto,
  motoGlue,
  s3Client,
  startMoto,
} from './moto';

export interface Room {
  readonly store: ObjectStore;
  readonly catalog: TableCatalog;
  /** The same place as another process would open it. */
  again(): { readonly store: ObjectStore; readonly catalog: TableCatalog };
}

let moto: Moto | undefined;
let folder = '';
let rooms = 0;

/** To be called once in a file that uses HOMES. */
export function prepareHomes(): void {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tam-giang-homes-'));
    if (!HAS_MOTO) return;
    moto = await startMoto();
    await createBucket(s3Client(moto.endpoint));
  });
  afterAll(async () => {
    await moto?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
}

function room(open: () => { readonly store: ObjectStore; readonly catalog: TableCatalog }): Room {
  return { ...open(), again: open };
}

const memory = async (): Promise<Room> => {
  const store = memoryObjectStore();
  const catalog = memoryCatalog();
  return room(() => ({ store, catalog }));
};

const local = async (): Promise<Room> => {
  const dir = join(folder, `kho-${rooms++}`);
  return room(() => {
    const store = localObjectStore(join(dir, 'curated'));
    return { store, catalog: directoryCatalog(store) };
  });
};

function s3Store(prefix: string) {
  const client = s3Client(moto?.endpoint ?? '');
  return s3ObjectStore({ client, bucket: BUCKET, prefix, workDir: join(folder, 'tai-ve') });
}

const s3 = async (): Promise<Room> => {
  const prefix = `tinh/kho-${rooms++}`;
  return room(() => {
    const store = s3Store(prefix);
    return { store, catalog: directoryCatalog(store) };
  });
};

const glue = async (): Promise<Room> => {
  const number = rooms++;
  const database = `${DATABASE}_${number}`;
  const endpoint = moto?.endpoint ?? '';
  await createDatabase(endpoint, database);
  return room(() => {
    const store = s3Store(`tinh/glue-${number}`);
    const rng = seededRng(1000 * number + Math.floor(Math.random() * 1e6));
    return { store, catalog: glueCatalog({ clients: motoGlue(endpoint), database, store, rng }) };
  });
};

/** Glue: moto takes no notice of VersionId, so the check is added to it (tools/python/moto_server.py). */
export const HOMES: [string, () => Promise<Room>][] = [
  ['memory', memory],
  ['local directory', local],
  ...(HAS_MOTO
    ? ([
        ['directory catalog over S3 (moto)', s3],
        ['S3 and Glue (moto, with the version check it lacks)', glue],
      ] satisfies [string, () => Promise<Room>][])
    : []),
];

/** The kinds of store among them: Glue's is S3's. */
export const STORES = HOMES.slice(0, 3);
