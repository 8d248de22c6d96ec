// An object store that is a prefix of an S3 bucket. `If-None-Match: *` makes the first writer of a key the only one.
//
// What each method asks IAM for (arn:aws:s3:::BUCKET/PREFIX/* unless said otherwise):
//
// | method                                         | actions |
// |------------------------------------------------|---------|
// | get, toFile, head                              | s3:GetObject; and s3:ListBucket on the bucket, without which S3 answers |
// |                                                | 403 instead of "no such key", so that absent looks like forbidden |
// | list, folders                                  | s3:ListBucket on the bucket, condition s3:prefix = PREFIX/* |
// | putIfAbsent, putFileIfAbsent, adoptFileIfAbsent | s3:PutObject, which a bucket policy may refuse without s3:if-none-match; |
// |                                                | and what head asks for: files always, bytes after a 409 only |
// | put, putFile                                   | s3:PutObject without that condition: never for roles that write truth only |
// | delete                                         | s3:DeleteObject (in a versioned bucket: a delete marker; versions stay) |
// | location                                       | none |
//
// With a KMS key of the bucket's own: kms:Decrypt to read, kms:GenerateDataKey to write.
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { FaultError, InputError } from '../../lake/errors';
import type { ObjectStore, PutOutcome, StoredObject } from '../ports';
import { accessError, failureOf, isDenied, isUnclear } from './failure';
import { assertKey, mediaType } from './key';

export interface S3StoreOptions {
  /** Give it a `requestHandler: { connectionTimeout, socketTimeout }`: by itself the SDK waits for ever. */
  readonly client: S3Client;
  readonly bucket: string;
  /** Folder within the bucket. Default: the whole bucket. */
  readonly prefix?: string;
  /** Local folder for downloads; whoever names it removes it. */
  readonly workDir: string;
}

export interface S3ObjectStore extends ObjectStore {
  /** Names directly below a prefix that have something below them, in byte order. */
  folders(prefix: string): Promise<readonly string[]>;
}

const ATTEMPTS = 4;
const BACK_OFF_MS = 100;
const ELSEWHERE = new Set(['PermanentRedirect', 'AuthorizationHeaderMalformed', 'IllegalLocationConstraintException']);

function backOff(attempt: number): Promise<void> {
  return new Promise((done) => setTimeout(done, Math.random() * BACK_OFF_MS * 2 ** attempt));
}

function isMissing(error: unknown): boolean {
  const { name, status } = failureOf(error);
  return name === 'NoSuchKey' || (status === 404 && name !== 'NoSuchBucket');
}

export function bucketError(bucket: string, found: string, cause: unknown): InputError {
  return new InputError(
    'E_BUCKET',
    {
      vi: `Không dùng được vùng lưu trữ s3://${bucket} (${found}). Hãy kiểm tra tên, vùng (region) và địa chỉ máy chủ trong cấu hình; nếu chưa có thì tạo trước.`,
      en: `The bucket s3://${bucket} cannot be used (${found}). Check its name, Region and endpoint in the configuration; create it first if it does not exist.`,
    },
    { cause },
  );
}

export function s3ObjectStore(options: S3StoreOptions): S3ObjectStore {
  const { client, bucket, workDir } = options;
  const folder = (options.prefix ?? '').replace(/^\/+|\/+$/g, '');
  if (folder !== '') assertKey(folder);
  const base = folder === '' ? '' : `${folder}/`;
  const place = `s3://${bucket}/${base}`;
  let isBucketSeen = false;

  const inBucket = (key: string): { readonly Bucket: string; readonly Key: string } => {
    assertKey(base + key);
    return { Bucket: bucket, Key: base + key };
  };

  /** What a failed call means to whoever runs us. */
  const explain = (error: unknown, action: string, key: string): Error => {
    if (error instanceof InputError || error instanceof FaultError) return error;
    const failure = failureOf(error);
    if (failure.name === 'NoSuchBucket') return bucketError(bucket, 'NoSuchBucket', error);
    if (failure.status === 301 || ELSEWHERE.has(failure.name))
      return bucketError(bucket, `${failure.name}: it lies in another Region`, error);
    if (isDenied(failure)) return accessError(action, place + key, error);
    return new FaultError('F_STORE', `${place}${key}: ${action}: ${failure.name}: ${failure.message}`, {
      cause: error,
    });
  };

  const ask = async <T>(action: string, key: string, call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch (error) {
      throw explain(error, action, key);
    }
  };

  /** S3 answers HEAD without a body: a missing bucket looks like a missing key until it is asked about. */
  const assertBucket = async (): Promise<void> => {
    if (isBucketSeen) return;
    try {
      await client.send(new HeadBucketCommand({ Bucket: bucket }));
    } catch (error) {
      if (failureOf(error).status === 404) throw bucketError(bucket, 'NoSuchBucket', error);
      throw explain(error, 's3:ListBucket', '');
    }
    isBucketSeen = true;
  };

  const headOf = async (key: string): Promise<(StoredObject & { readonly etag: string }) | undefined> => {
    try {
      const found = await client.send(new HeadObjectCommand(inBucket(key)));
      return {
        key,
        sizeBytes: found.ContentLength ?? 0,
        modifiedAtMs: found.LastModified?.getTime() ?? 0,
        etag: found.ETag ?? '',
      };
    } catch (error) {
      if (!isMissing(error)) throw explain(error, 's3:GetObject', key);
      await assertBucket();
      return undefined;
    }
  };

  /**
   * A refusal because the key is taken (412) is believed only when no earlier request of ours may have taken it: the SDK
   * and this loop send again after a lost answer, and then the key may be our own.
   */
  const putNew = async (key: string, bodyOf: () => Uint8Array | Readable, sizeBytes: number): Promise<PutOutcome> => {
    const target = inBucket(key);
    const ContentType = mediaType(key);
    let isOpen = false;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      if (attempt > 1) await backOff(attempt);
      try {
        const Body = bodyOf();
        await client.send(
          new PutObjectCommand({ ...target, Body, ContentLength: sizeBytes, IfNoneMatch: '*', ContentType }),
        );
        return 'CREATED';
      } catch (error) {
        const failure = failureOf(error);
        if (failure.status === 501) throw unfit(error);
        if (failure.attempts > 1) isOpen = true;
        if (failure.status === 412) return isOpen ? 'UNKNOWN' : 'EXISTS';
        // Another writer of the key was under way: this request was not carried out, the other's may yet fail.
        if (failure.status === 409) {
          if (await headOf(key)) return isOpen ? 'UNKNOWN' : 'EXISTS';
        } else if (isUnclear(failure)) isOpen = true;
        else throw explain(error, 's3:PutObject', key);
      }
    }
    return 'UNKNOWN';
  };

  const unfit = (cause: unknown): InputError =>
    new InputError(
      'E_CONDITIONAL_PUT',
      {
        vi: `Kho đối tượng ở ${place} không hỗ trợ ghi có điều kiện (If-None-Match: *), nên không thể làm nơi chứa hồ dữ liệu. Hãy dùng kho khác hoặc phiên bản mới hơn của kho này.`,
        en: `The object store at ${place} does not support conditional writes (If-None-Match: *) and cannot hold a lake. Use another store, or a newer version of this one.`,
      },
      { cause },
    );

  const putFileIfAbsent = async (key: string, path: string): Promise<PutOutcome> => {
    const { size } = await stat(path);
    // S3 takes a whole file before it refuses it.
    if (await headOf(key)) return 'EXISTS';
    return putNew(key, () => createReadStream(path), size);
  };

  async function* pages(prefix: string, delimiter?: string): AsyncGenerator<ListObjectsV2CommandOutput> {
    if (prefix !== '') assertKey(prefix.endsWith('/') ? prefix.slice(0, -1) : prefix);
    let token: string | undefined;
    do {
      const query = { Bucket: bucket, Prefix: base + prefix, Delimiter: delimiter, ContinuationToken: token };
      const page = await ask('s3:ListBucket', prefix, () => client.send(new ListObjectsV2Command(query)));
      yield page;
      token = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (token !== undefined);
  }

  /** The path of a whole local copy, or undefined when the object changed or went while it was read. */
  const download = async (key: string, etag: string): Promise<string | undefined> => {
    const name = createHash('sha256').update(`${place}${key} ${etag}`).digest('hex').slice(0, 16);
    const path = join(workDir, `${name}-${key.slice(key.lastIndexOf('/') + 1)}`);
    if (existsSync(path)) return path;
    await mkdir(workDir, { recursive: true });
    const part = join(workDir, `${randomUUID()}.part`);
    try {
      const { Body } = await client.send(new GetObjectCommand({ ...inBucket(key), IfMatch: etag }));
      if (!(Body instanceof Readable)) throw new FaultError('F_STORE', `${place}${key}: the answer has no body.`);
      await pipeline(Body, createWriteStream(part));
      await rename(part, path);
      return path;
    } catch (error) {
      if (isMissing(error) || failureOf(error).status === 412) return undefined;
      throw error;
    } finally {
      await rm(part, { force: true });
    }
  };

  return {
    async get(key) {
      const target = inBucket(key);
      for (let attempt = 1; ; attempt++)
        try {
          const found = await client.send(new GetObjectCommand(target));
          return (await found.Body?.transformToByteArray()) ?? new Uint8Array();
        } catch (error) {
          if (isMissing(error)) return undefined;
          // The SDK asks again until an answer begins; one that breaks off is asked for again here.
          if (attempt === ATTEMPTS || !isUnclear(failureOf(error))) throw explain(error, 's3:GetObject', key);
          await backOff(attempt);
        }
    },
    async head(key) {
      const found = await headOf(key);
      return found && { key, sizeBytes: found.sizeBytes, modifiedAtMs: found.modifiedAtMs };
    },
    async put(key, body) {
      const command = new PutObjectCommand({ ...inBucket(key), Body: body, ContentType: mediaType(key) });
      await ask('s3:PutObject', key, () => client.send(command));
    },
    async putFile(key, path) {
      const target = inBucket(key);
      const { size } = await stat(path);
      for (let attempt = 1; ; attempt++)
        try {
          const Body = createReadStream(path);
          await client.send(
            new PutObjectCommand({ ...target, Body, ContentLength: size, ContentType: mediaType(key) }),
          );
          return;
        } catch (error) {
          // The SDK cannot send a stream twice.
          if (attempt === ATTEMPTS || !isUnclear(failureOf(error))) throw explain(error, 's3:PutObject', key);
          await backOff(attempt);
        }
    },
    putIfAbsent: (key, body) => {
      const bytes = Buffer.from(body);
      return putNew(key, () => bytes, bytes.length);
    },
    putFileIfAbsent,
    async adoptFileIfAbsent(key, path) {
      const outcome = await putFileIfAbsent(key, path);
      if (outcome === 'CREATED') await rm(path, { force: true });
      return outcome;
    },
    async toFile(key) {
      for (let attempt = 1; ; attempt++) {
        const found = await headOf(key);
        if (!found)
          throw new InputError('E_FILE_MISSING', {
            vi: `Thiếu tệp ${place}${key}. Hãy khôi phục phiên bản trước của đối tượng này, hoặc gửi lại tệp số liệu bằng “tamgiang put”.`,
            en: `The file ${place}${key} is missing. Restore the former version of this object, or send the department’s file again with “tamgiang put”.`,
          });
        try {
          const path = await download(key, found.etag);
          if (path !== undefined) return path;
          if (attempt === ATTEMPTS) throw new FaultError('F_STORE', `${place}${key} changes while it is read.`);
        } catch (error) {
          if (attempt === ATTEMPTS || !isUnclear(failureOf(error))) throw explain(error, 's3:GetObject', key);
        }
        await backOff(attempt);
      }
    },
    async list(prefix) {
      const found: StoredObject[] = [];
      for await (const { Contents = [] } of pages(prefix))
        for (const { Key = '', Size = 0, LastModified } of Contents)
          found.push({ key: Key.slice(base.length), sizeBytes: Size, modifiedAtMs: LastModified?.getTime() ?? 0 });
      // S3 lists in byte order; compatible stores and directory buckets do not all promise it.
      return found.sort((a, b) => (a.key < b.key ? -1 : 1));
    },
    async folders(prefix) {
      const names: string[] = [];
      for await (const { CommonPrefixes = [] } of pages(prefix, '/'))
        for (const { Prefix = '' } of CommonPrefixes) names.push(Prefix.slice(base.length + prefix.length, -1));
      return names.sort();
    },
    async delete(key) {
      const command = new DeleteObjectCommand(inBucket(key));
      await ask('s3:DeleteObject', key, () => client.send(command));
    },
    location: (key) => {
      assertKey(key);
      return place + key;
    },
  };
}
