// A versioned bucket as those see it who must leave nothing behind: deleting an object there only hides it.
//
// | function   | actions |
// |------------|---------|
// | list, look | s3:ListBucketVersions on the bucket |
// | fetch      | s3:GetObjectVersion; kms:Decrypt on its key |
// | remove     | s3:DeleteObjectVersion; s3:BypassGovernanceRetention where the version is locked |
// | forgetting | list and remove, beside the store's own |
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  type DeleteMarkerEntry,
  DeleteObjectCommand,
  GetObjectCommand,
  type ObjectVersion as ListedVersion,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { FaultError } from '../../lake/errors';
import type { ObjectStore } from '../ports';
import { accessError, failureOf, isDenied } from './failure';
import { bucketError } from './s3-object-store';

export interface ObjectVersion {
  readonly key: string;
  readonly versionId: string;
  readonly sizeBytes: number;
  /** By the store's own clock. */
  readonly modifiedAtMs: number;
  /** What readers get, or a marker that says there is nothing. */
  readonly isLatest: boolean;
  /** Hides the versions before it and has no bytes. */
  readonly isMarker: boolean;
}

export type VersionName = Pick<ObjectVersion, 'key' | 'versionId'>;

export interface Looked {
  readonly versions: readonly ObjectVersion[];
  /** With the prefix, and a slash at their end. */
  readonly folders: readonly string[];
}

export interface VersionedBucket {
  /** Everything ever put below a prefix and not removed for good. Of one key: the newest first, then markers. */
  list(prefix: string): Promise<readonly ObjectVersion[]>;
  /** What lies directly below a prefix, and the folders there. */
  look(prefix: string): Promise<Looked>;
  /** @returns false: gone meanwhile. @throws InputError E_ACCESS */
  fetch(version: VersionName, path: string): Promise<boolean>;
  /** For good, also before the time of a lock is over. */
  remove(version: VersionName): Promise<void>;
}

const GONE = new Set(['NoSuchVersion', 'NoSuchKey', 'MethodNotAllowed']);

function versionOf(
  { Key = '', VersionId = '', LastModified, IsLatest = false }: ListedVersion | DeleteMarkerEntry,
  sizeBytes: number,
  isMarker: boolean,
): ObjectVersion {
  const modifiedAtMs = LastModified?.getTime() ?? 0;
  return { key: Key, versionId: VersionId, sizeBytes, modifiedAtMs, isLatest: IsLatest, isMarker };
}

export function versionedBucket(client: S3Client, bucket: string): VersionedBucket {
  // Never the key: a department may have named somebody in it.
  const explain = (action: string, error: unknown): Error => {
    const failure = failureOf(error);
    if (failure.name === 'NoSuchBucket') return bucketError(bucket, 'NoSuchBucket', error);
    if (isDenied(failure)) return accessError(action, `s3://${bucket}`, error);
    return new FaultError('F_STORE', `s3://${bucket}: ${action}: ${failure.name}`, { cause: error });
  };
  const pages = async (prefix: string, Delimiter?: string): Promise<Looked> => {
    const versions: ObjectVersion[] = [];
    const markers: ObjectVersion[] = [];
    const folders: string[] = [];
    let [KeyMarker, VersionIdMarker]: (string | undefined)[] = [];
    try {
      do {
        const page: ListObjectVersionsCommandOutput = await client.send(
          new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, Delimiter, KeyMarker, VersionIdMarker }),
        );
        for (const one of page.Versions ?? []) versions.push(versionOf(one, one.Size ?? 0, false));
        for (const one of page.DeleteMarkers ?? []) markers.push(versionOf(one, 0, true));
        for (const { Prefix = '' } of page.CommonPrefixes ?? []) folders.push(Prefix);
        [KeyMarker, VersionIdMarker] = page.IsTruncated ? [page.NextKeyMarker, page.NextVersionIdMarker] : [];
      } while (KeyMarker !== undefined);
    } catch (error) {
      throw explain('s3:ListBucketVersions', error);
    }
    return { versions: [...versions, ...markers], folders };
  };
  return {
    list: async (prefix) => (await pages(prefix)).versions,
    look: (prefix) => pages(prefix, '/'),
    async fetch({ key, versionId }, path) {
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }));
        if (!(Body instanceof Readable)) throw new FaultError('F_STORE', `s3://${bucket}: an answer without a body`);
        await pipeline(Body, createWriteStream(path));
        return true;
      } catch (error) {
        if (error instanceof FaultError) throw error;
        if (GONE.has(failureOf(error).name)) return false;
        throw explain('s3:GetObjectVersion', error);
      }
    },
    async remove({ key, versionId }) {
      const send = (more: { readonly BypassGovernanceRetention?: true }) =>
        client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId, ...more }));
      try {
        await send({});
      } catch (error) {
        // Locked for a while: the same refusal as where the right is missing. A bucket without locks takes no bypass.
        if (failureOf(error).status !== 403) throw explain('s3:DeleteObjectVersion', error);
        await send({ BypassGovernanceRetention: true }).catch((again: unknown) => {
          throw explain('s3:DeleteObjectVersion', again);
        });
      }
    },
  };
}

/**
 * The store, but what is deleted or replaced is gone for good: former versions first, so that an object half forgotten by a
 * process that died is still there for whoever goes on.
 * @param isForgotten of other keys the former versions stay
 */
export function forgetting(
  store: ObjectStore,
  bucket: VersionedBucket,
  isForgotten: (key: string) => boolean = () => true,
): ObjectStore {
  const versionsOf = async (key: string) => (await bucket.list(key)).filter((version) => version.key === key);
  const forgetFormer = async (key: string) => {
    if (!isForgotten(key)) return;
    for (const version of await versionsOf(key)) if (!version.isLatest) await bucket.remove(version);
  };
  return {
    ...store,
    async put(key, body) {
      await store.put(key, body);
      await forgetFormer(key);
    },
    async putFile(key, path) {
      await store.putFile(key, path);
      await forgetFormer(key);
    },
    async delete(key) {
      if (!isForgotten(key)) return store.delete(key);
      const versions = await versionsOf(key);
      for (const version of versions) if (!version.isLatest) await bucket.remove(version);
      for (const version of versions) if (version.isLatest) await bucket.remove(version);
    },
  };
}
