// What is S3's own: answers that are lost, refusals for now and for good, buckets that are not there.
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { s3ObjectStore } from '../../platform/aws/s3-object-store';
import { tempFolder } from '../support/temp';
import { BUCKET, createBucket, describeMoto, type Lossy, lossy, type Moto, s3Client, startMoto } from './moto';

const xml = (status: number, code: string) => ({
  status,
  body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>made up</Message></Error>`,
});

describeMoto('the S3 object store', () => {
  const workDir = tempFolder();
  let moto: Moto;
  let wire: Lossy;
  let made = 0;
  beforeAll(async () => {
    moto = await startMoto();
    await createBucket(s3Client(moto.endpoint));
    wire = await lossy(moto.endpoint);
  });
  afterAll(async () => {
    wire.close();
    await moto.stop();
  });
  beforeEach(() => {
    wire.mishap = () => undefined;
    wire.seen.length = 0;
  });

  const open = (bucket = BUCKET, config = {}) => {
    const client = s3Client(wire.endpoint, { requestHandler: { socketTimeout: 400 }, ...config });
    return s3ObjectStore({ client, bucket, prefix: `thu/${made++}/`, workDir: join(workDir, 'tai-ve') });
  };
  /** The first `times` requests of a method go wrong. */
  const first = (times: number, method: string, mishap: ReturnType<Lossy['mishap']>) => {
    let left = times;
    wire.mishap = (what) => (what.startsWith(method) && left-- > 0 ? mishap : undefined);
  };
  const puts = () => wire.seen.filter((what) => what.startsWith('PUT')).length;

  it('does not call a key taken that it may have taken itself', async () => {
    const store = open();
    first(1, 'PUT', 'lose-answer');
    expect(await store.putIfAbsent('a', 'của mình')).toBe('UNKNOWN');
    expect(puts()).toBe(2);
    expect(Buffer.from((await store.get('a')) ?? []).toString()).toBe('của mình');
  });

  it('does so for files too', async () => {
    const store = open();
    const path = join(workDir, 'tep.csv');
    writeFileSync(path, 'a;b');
    first(1, 'PUT', 'lose-answer');
    expect(await store.adoptFileIfAbsent('a', path)).toBe('UNKNOWN');
    expect(existsSync(path)).toBe(true);
    expect(await store.putFileIfAbsent('a', path)).toBe('EXISTS');
  });

  it('sends a file that replaces another again from its beginning', async () => {
    const store = open();
    const path = join(workDir, 'thay.csv');
    writeFileSync(path, 'a;b');
    await store.put('a', 'cũ');
    first(1, 'PUT', xml(503, 'SlowDown'));
    await store.putFile('a', path);
    expect(Buffer.from((await store.get('a')) ?? []).toString()).toBe('a;b');
  });

  it('writes in the end when only requests were lost', async () => {
    first(2, 'PUT', 'lose-request');
    expect(await open().putIfAbsent('a', 'x')).toBe('CREATED');
    first(1, 'PUT', xml(503, 'SlowDown'));
    expect(await open().putIfAbsent('a', 'x')).toBe('CREATED');
    first(1, 'PUT', xml(409, 'ConditionalRequestConflict'));
    expect(await open().putIfAbsent('a', 'x')).toBe('CREATED');
  });

  it('finds a key taken by whoever was under way', async () => {
    const store = open();
    await store.putIfAbsent('a', 'người khác');
    first(1, 'PUT', xml(409, 'ConditionalRequestConflict'));
    expect(await store.putIfAbsent('a', 'x')).toBe('EXISTS');
  });

  it.each([
    ['hang' as const],
    ['lose-request' as const],
    [xml(500, 'InternalError')],
    [xml(503, 'SlowDown')],
    [xml(400, 'RequestTimeout')],
    [xml(409, 'ConditionalRequestConflict')],
  ])('says UNKNOWN when it stays so: %j', async (mishap) => {
    const store = open(BUCKET, { maxAttempts: 1 });
    wire.mishap = (what) => (what.startsWith('PUT') ? mishap : undefined);
    expect(await store.putIfAbsent('a', 'x')).toBe('UNKNOWN');
    wire.mishap = () => undefined;
    expect(await store.get('a')).toBeUndefined();
  });

  it('names a bucket that is not there, on every way in', async () => {
    const store = open('khong-co-that');
    const path = join(workDir, 'x');
    writeFileSync(path, 'x');
    const refusal = { name: 'InputError', code: 'E_BUCKET', message: expect.stringContaining('khong-co-that') };
    const calls = [
      () => store.get('a'),
      () => store.head('a'),
      () => store.put('a', 'x'),
      () => store.putIfAbsent('a', 'x'),
      () => store.putFile('a', path),
      () => store.putFileIfAbsent('a', path),
      () => store.toFile('a'),
      () => store.list(''),
      () => store.folders(''),
      () => store.delete('a'),
    ];
    for (const call of calls) await expect(call()).rejects.toMatchObject(refusal);
  });

  it.each([
    ['s3:GetObject', xml(403, 'AccessDenied'), 'E_ACCESS'],
    ['s3:PutObject', xml(403, 'AccessDenied'), 'E_ACCESS'],
    ['s3:ListBucket', xml(403, 'InvalidAccessKeyId'), 'E_ACCESS'],
    ['s3:DeleteObject', xml(400, 'ExpiredToken'), 'E_ACCESS'],
    ['s3:PutObject', xml(501, 'NotImplemented'), 'E_CONDITIONAL_PUT'],
    ['s3:GetObject', xml(400, 'AuthorizationHeaderMalformed'), 'E_BUCKET'],
    ['s3:PutObject', xml(301, 'PermanentRedirect'), 'E_BUCKET'],
    ['s3:PutObject', xml(400, 'EntityTooLarge'), 'F_STORE'],
  ])('says what to do about %s %j', async (action, mishap, code) => {
    const store = open();
    wire.mishap = () => mishap;
    const calls: Record<string, () => Promise<unknown>> = {
      's3:GetObject': () => store.get('a'),
      's3:PutObject': () => store.putIfAbsent('a', 'x'),
      's3:ListBucket': () => store.list(''),
      's3:DeleteObject': () => store.delete('a'),
    };
    const said = code === 'E_ACCESS' ? { message: expect.stringContaining(action) } : {};
    await expect(calls[action]?.()).rejects.toMatchObject({ code, ...said });
    // What will not change by itself is not asked again.
    if (code === 'E_ACCESS') expect(wire.seen).toHaveLength(1);
  });

  it('does not wait for credentials that nobody has', async () => {
    const credentials = async () => {
      throw Object.assign(new Error('Could not load credentials'), { name: 'CredentialsProviderError' });
    };
    const store = open(BUCKET, { credentials });
    for (const call of [store.get('a'), store.putIfAbsent('a', 'x')])
      await expect(call).rejects.toMatchObject({ name: 'InputError', code: 'E_ACCESS' });
  });

  it('downloads an unchanged object once, and leaves nothing half done', async () => {
    const store = open();
    await store.putIfAbsent('t/a.parquet', 'PAR1');
    const path = await store.toFile('t/a.parquet');
    expect(await store.toFile('t/a.parquet')).toBe(path);
    expect(wire.seen.filter((what) => what.startsWith('GET'))).toHaveLength(1);
    expect(readdirSync(join(workDir, 'tai-ve')).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('keeps to its prefix', async () => {
    const store = open();
    const twin = open();
    await store.putIfAbsent('t/a', 'x');
    expect(await twin.list('')).toEqual([]);
    expect(await store.folders('')).toEqual(['t']);
    expect(store.location('t/a')).toMatch(new RegExp(`^s3://${BUCKET}/thu/\\d+/t/a$`));
  });
});
