// The ingest bucket over moto: versions in their order, delete markers left out, keys in any letters.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteObjectCommand, PutBucketVersioningCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { s3Uploads } from '../../platform/aws/uploads';
import type { Uploads } from '../../platform/ports';
import { createBucket, describeMoto, type Moto, s3Client, startMoto } from './moto';

const INGEST = 'ho-du-lieu-nhan';
const FOLDER = 'so_thi_du/bang/2026-10/';

describeMoto('uploads', () => {
  let moto: Moto;
  let client: S3Client;
  let uploads: Uploads;
  let dir = '';
  beforeAll(async () => {
    moto = await startMoto();
    client = s3Client(moto.endpoint);
    await createBucket(client, INGEST);
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    await client.send(new PutBucketVersioningCommand({ Bucket: INGEST, VersioningConfiguration }));
    uploads = s3Uploads({ client, bucket: INGEST });
    dir = mkdtempSync(join(tmpdir(), 'tam-giang-uploads-'));
  });
  afterAll(async () => {
    await moto.stop();
    rmSync(dir, { recursive: true });
  });
  const put = async (key: string, Body: string) =>
    (await client.send(new PutObjectCommand({ Bucket: INGEST, Key: key, Body }))).VersionId ?? '';

  it('of one key come oldest first, and a deletion is no upload', async () => {
    const key = `${FOLDER}bảng giá + tháng 10.csv`;
    const ids = [await put(key, 'một'), await put(key, 'hai')];
    await client.send(new DeleteObjectCommand({ Bucket: INGEST, Key: key }));
    ids.push(await put(key, 'ba'));
    const other = await put(`${FOLDER}a.csv`, 'khác');
    await put('so_khac/bang/2026-10/a.csv', 'ngoài');
    const listed = await uploads.list(FOLDER);
    expect(listed.map(({ versionId }) => versionId)).toEqual([other, ...ids]);
    expect(listed.at(-1)).toMatchObject({ key, sizeBytes: 2, modifiedAtMs: expect.any(Number) });
    const texts: string[] = [];
    for (const upload of listed) texts.push(readFileSync((await uploads.fetch(upload, dir)) ?? '', 'utf8'));
    expect(texts).toEqual(['khác', 'một', 'hai', 'ba']);
  });

  it('are looked at one level at a time', async () => {
    await put('gốc.csv', 'x');
    await put('so_thi_du/bảng lạ.csv', 'x');
    const root = await uploads.look('');
    expect(root.uploads.map(({ key }) => key)).toEqual(['gốc.csv']);
    expect(root.folders).toEqual(['so_khac/', 'so_thi_du/']);
    const below = await uploads.look('so_thi_du/');
    expect(below.uploads.map(({ key }) => key)).toEqual(['so_thi_du/bảng lạ.csv']);
    expect(below.folders).toEqual(['so_thi_du/bang/']);
  });

  it('are listed past the first thousand, in the same order', async () => {
    const folder = 'so_thi_du/nhieu/2026-10/';
    const ids: string[] = [];
    for (let i = 0; i < 1100; i++) ids.push(await put(`${folder}một khóa.csv`, String(i)));
    expect((await uploads.list(folder)).map(({ versionId }) => versionId)).toEqual(ids);
  });

  it('that were removed for good are gone, and nothing else is', async () => {
    const key = `${FOLDER}xóa.csv`;
    const versionId = await put(key, 'x');
    const [upload] = (await uploads.list(FOLDER)).filter((one) => one.key === key);
    await client.send(new DeleteObjectCommand({ Bucket: INGEST, Key: key, VersionId: versionId }));
    expect(upload && (await uploads.fetch(upload, dir))).toBeUndefined();
    const elsewhere = s3Uploads({ client, bucket: 'khong-co-kho-nay' });
    await expect(elsewhere.list('')).rejects.toMatchObject({ name: 'InputError', code: 'E_BUCKET' });
  });
});
