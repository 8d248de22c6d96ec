// Versions of a submission: the list in the control zone is the only order there is. No clock decides anything.
import { z } from 'zod';
import type { LakePorts, ObjectStore } from '../../platform/ports';
import { FaultError } from '../errors';
import { placeFile } from '../place-file';
import { readStored } from './stored';

const uploadShape = z.object({ key: z.string(), versionId: z.string(), modifiedAtMs: z.number() });

/** Which upload of the ingest zone a version is; the place of an upload in the order never changes. */
export type UploadRef = Readonly<z.infer<typeof uploadShape>>;

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
  upload: uploadShape.optional(),
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

/** @throws InputError E_RECORD; FaultError F_VERSION */
export async function versionOf(control: ObjectStore, submission: string, version: string): Promise<Version> {
  return readVersion(control, `${prefix(submission)}${version.split('-')[0]}.json`);
}

export async function newestVersion(control: ObjectStore, submission: string): Promise<Version | undefined> {
  const newest = (await control.list(prefix(submission))).at(-1);
  return newest ? readVersion(control, newest.key) : undefined;
}

/** Every version of every submission, by submission and arrival. */
export async function allVersions(control: ObjectStore): Promise<Version[]> {
  return Promise.all((await versionKeys(control)).map((key) => readVersion(control, key)));
}

/** Of all versions below `agency/dataset/`. */
export async function versionKeysBelow(control: ObjectStore, folder: string): Promise<readonly string[]> {
  return (await control.list(`version/${folder}`)).map(({ key }) => key);
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
  /** Absent: whoever comes first is first. */
  readonly origin?: Origin;
}

/** Of uploads that have an order of their own already. */
export interface Origin {
  readonly upload: UploadRef;
  /** Whether this upload sorts before another one. */
  isBefore(other: UploadRef): Promise<boolean>;
}

/** Where bytes are kept: named by their content, so that the same bytes are kept once. */
export function rawKey(submission: string, fileName: string, sha256: string): string {
  const extension = /\.[A-Za-z0-9]{1,8}$/.exec(fileName)?.[0].toLowerCase() ?? '';
  return `${submission}/${sha256}${extension}`;
}

/** `overtaken`: a later upload of the submission has its place already, so that this one may never get one. */
export type Claim = { readonly version: Version } | 'overtaken';

/** As claimPlace, for uploads that have no order of their own. */
export async function claimVersion(upload: Omit<Upload, 'origin'>, ports: LakePorts): Promise<Version> {
  const claim = await claimPlace(upload, ports);
  if (claim === 'overtaken') throw new FaultError('F_VERSION', `${upload.submission}: overtaken without an order`);
  return claim.version;
}

/** Keeps the bytes, then claims the next place in the order: a version that is listed can always be read. */
export async function claimPlace(upload: Upload, ports: LakePorts): Promise<Claim> {
  const { control, raw: rawZone } = ports.zones;
  const { submission, origin } = upload;
  const kept = upload.kept ?? upload;
  const raw = rawKey(submission, upload.fileName, kept.sha256);
  await placeFile(rawZone, raw, kept, 'copy');
  for (let attempt = 0; attempt < 1000; attempt++) {
    // Looked at anew on every attempt: the place after it is free only while it is the newest.
    const newest = await newestVersion(control, submission);
    if (origin && newest?.upload) {
      if (isSameUpload(newest.upload, origin.upload)) return { version: newest };
      if (await origin.isBefore(newest.upload)) {
        const claimed = (await listVersions(control, submission)).find(
          (one) => one.upload && isSameUpload(one.upload, origin.upload),
        );
        return claimed ? { version: claimed } : 'overtaken';
      }
    }
    const arrival = (newest?.arrival ?? 0) + 1;
    const number = String(arrival).padStart(6, '0');
    const version: Version = {
      submission,
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
      ...(origin ? { upload: origin.upload } : {}),
    };
    const key = `${prefix(submission)}${number}.json`;
    if ((await control.putIfAbsent(key, JSON.stringify(version))) === 'CREATED') return { version };
  }
  throw new FaultError('F_VERSION', `no free place in the order of ${submission} after 1000 tries`);
}

export function isSameUpload(
  a: Pick<UploadRef, 'key' | 'versionId'>,
  b: Pick<UploadRef, 'key' | 'versionId'>,
): boolean {
  return a.key === b.key && a.versionId === b.versionId;
}
