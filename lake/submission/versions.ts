// Versions of a submission: the list in the control zone is the only order there is. No clock decides anything.
import { z } from 'zod';
import type { LakePorts, ObjectStore } from '../../platform/ports';
import { FaultError } from '../errors';
import { placeFile } from '../place-file';
import { readStored } from './stored';

const versionShape = z.object({
  submission: z.string(),
  version: z.string(),
  arrival: z.number().int().positive(),
  file: z.string(),
  sha256: z.string(),
  sizeBytes: z.number(),
  receivedAtMs: z.number(),
  period: z.string(),
  raw: z.string(),
  kept: z.object({ sha256: z.string(), sizeBytes: z.number(), rowsLeftOut: z.number() }).optional(),
});

/** One upload: who sent what bytes, in which order. */
export type Version = Readonly<z.infer<typeof versionShape>>;

const prefix = (submission: string): string => `version/${submission}/v/`;

/** Keys of the records of one submission's versions, oldest first. */
export async function versionKeysOf(control: ObjectStore, submission: string): Promise<readonly string[]> {
  return (await control.list(prefix(submission))).map(({ key }) => key);
}

/** Oldest first. */
export async function listVersions(control: ObjectStore, submission: string): Promise<Version[]> {
  const objects = await control.list(prefix(submission));
  return Promise.all(objects.map(({ key }) => readVersion(control, key)));
}

export async function newestVersion(control: ObjectStore, submission: string): Promise<Version | undefined> {
  const newest = (await control.list(prefix(submission))).at(-1);
  return newest ? readVersion(control, newest.key) : undefined;
}

/** Every version of every submission, by submission and arrival. */
export async function allVersions(control: ObjectStore): Promise<Version[]> {
  return Promise.all((await versionKeys(control)).map((key) => readVersion(control, key)));
}

/** Keys of the records of every version of every submission. */
export async function versionKeys(control: ObjectStore): Promise<readonly string[]> {
  return (await control.list('version/')).map(({ key }) => key);
}

/** @throws InputError E_RECORD; FaultError F_VERSION */
export async function readVersion(control: ObjectStore, key: string): Promise<Version> {
  const version = await readStored(control, key, versionShape);
  if (!version) throw new FaultError('F_VERSION', `version record ${key} was listed but cannot be read`);
  return version;
}

export interface Upload {
  readonly submission: string;
  readonly period: string;
  readonly fileName: string;
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  /** What is kept instead when the file names people who were erased. */
  readonly kept?: {
    readonly path: string;
    readonly sha256: string;
    readonly sizeBytes: number;
    readonly rowsLeftOut: number;
  };
}

/** Where bytes are kept: named by their content, so that the same bytes are kept once. */
export function rawKey(submission: string, fileName: string, sha256: string): string {
  const extension = /\.[A-Za-z0-9]{1,8}$/.exec(fileName)?.[0].toLowerCase() ?? '';
  return `${submission}/${sha256}${extension}`;
}

/** Keeps the bytes, then claims the next place in the order: a version that is listed can always be read. */
export async function claimVersion(upload: Upload, ports: LakePorts): Promise<Version> {
  const kept = upload.kept ?? upload;
  const raw = rawKey(upload.submission, upload.fileName, kept.sha256);
  await placeFile(ports.zones.raw, raw, kept, 'copy');
  for (let attempt = 0; attempt < 1000; attempt++) {
    const newest = await newestVersion(ports.zones.control, upload.submission);
    const arrival = (newest?.arrival ?? 0) + 1;
    const number = String(arrival).padStart(6, '0');
    const version: Version = {
      submission: upload.submission,
      version: `${number}-${upload.sha256.slice(0, 12)}`,
      arrival,
      file: upload.fileName,
      sha256: upload.sha256,
      sizeBytes: upload.sizeBytes,
      receivedAtMs: ports.clock.now(),
      period: upload.period,
      raw,
      ...(upload.kept
        ? {
            kept: {
              sha256: upload.kept.sha256,
              sizeBytes: upload.kept.sizeBytes,
              rowsLeftOut: upload.kept.rowsLeftOut,
            },
          }
        : {}),
    };
    const key = `${prefix(upload.submission)}${number}.json`;
    if ((await ports.zones.control.putIfAbsent(key, JSON.stringify(version))) === 'CREATED') return version;
  }
  throw new FaultError('F_VERSION', `no free place in the order of ${upload.submission} after 1000 tries`);
}
