// The ingest bucket as departments fill it: every version of every key, in S3's own order. Asks for what object-versions.ts
// says of `list`, `look` and `fetch`.
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import type { StoredUpload, Uploads } from '../ports';
import { type ObjectVersion, versionedBucket } from './object-versions';

/** By key, those of one key oldest first. */
function uploadsOf(versions: readonly ObjectVersion[]): StoredUpload[] {
  const uploads = versions
    .filter(({ isMarker }) => !isMarker)
    .map(({ key, versionId, sizeBytes, modifiedAtMs }) => ({ key, versionId, sizeBytes, modifiedAtMs }));
  // S3 has the versions of a key newest first. Sorting is stable.
  return uploads.reverse().sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

export function s3Uploads({ client, bucket }: { readonly client: S3Client; readonly bucket: string }): Uploads {
  const versioned = versionedBucket(client, bucket);
  return {
    list: async (prefix) => uploadsOf(await versioned.list(prefix)),
    async look(prefix) {
      const { versions, folders } = await versioned.look(prefix);
      return { uploads: uploadsOf(versions), folders };
    },
    async fetch(upload, dir) {
      const path = join(dir, 'upload');
      return (await versioned.fetch(upload, path)) ? path : undefined;
    },
  };
}
