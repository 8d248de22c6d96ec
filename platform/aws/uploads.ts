// The ingest bucket as departments fill it: every version of every key, in S3's own order.
//
// | method | actions |
// |--------|---------|
// | list, look | s3:ListBucketVersions on the bucket |
// | fetch  | s3:GetObjectVersion on its objects; kms:Decrypt on its key |
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  GetObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { FaultError } from '../../lake/errors';
import type { StoredUpload, Uploads } from '../ports';
import { accessError, failureOf, isDenied } from './failure';

const GONE = new Set(['NoSuchVersion', 'NoSuchKey']);

export function s3Uploads({ client, bucket }: { readonly client: S3Client; readonly bucket: string }): Uploads {
  const explain = (action: string, error: unknown): Error => {
    const failure = failureOf(error);
    if (isDenied(failure)) return accessError(action, `s3://${bucket}`, error);
    // Not the key: it is the department's, and may name anybody.
    return new FaultError('F_STORE', `s3://${bucket}: ${action}: ${failure.name}`, { cause: error });
  };
  const pages = async (prefix: string, Delimiter?: string) => {
    const found: StoredUpload[] = [];
    const folders: string[] = [];
    let [KeyMarker, VersionIdMarker]: (string | undefined)[] = [];
    try {
      do {
        const page: ListObjectVersionsCommandOutput = await client.send(
          new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, Delimiter, KeyMarker, VersionIdMarker }),
        );
        for (const { Key = '', VersionId = '', Size = 0, LastModified } of page.Versions ?? [])
          found.push({ key: Key, versionId: VersionId, sizeBytes: Size, modifiedAtMs: LastModified?.getTime() ?? 0 });
        for (const { Prefix = '' } of page.CommonPrefixes ?? []) folders.push(Prefix);
        [KeyMarker, VersionIdMarker] = page.IsTruncated ? [page.NextKeyMarker, page.NextVersionIdMarker] : [];
      } while (KeyMarker !== undefined);
    } catch (error) {
      throw explain('s3:ListBucketVersions', error);
    }
    // S3 has the versions of a key newest first. Sorting is stable.
    const uploads = found.reverse().sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    return { uploads, folders };
  };
  return {
    list: async (prefix) => (await pages(prefix)).uploads,
    look: (prefix) => pages(prefix, '/'),
    async fetch({ key, versionId }, dir) {
      const path = join(dir, 'upload');
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }));
        if (!(Body instanceof Readable)) throw new FaultError('F_STORE', `s3://${bucket}: an answer without a body`);
        await pipeline(Body, createWriteStream(path));
        return path;
      } catch (error) {
        if (error instanceof FaultError) throw error;
        if (GONE.has(failureOf(error).name)) return undefined;
        throw explain('s3:GetObjectVersion', error);
      }
    },
  };
}
