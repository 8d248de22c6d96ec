// Pages open in a browser instead of being saved: objects say what they are.
import { S3Client } from '@aws-sdk/client-s3';
import { s3ObjectStore } from '../../../platform/aws/s3-object-store';
import { played } from './played';

function play() {
  const asked: { readonly Key: string | undefined; readonly ContentType: string | undefined }[] = [];
  const client = played(new S3Client({ region: 'ap-southeast-1' }), (command, input) => {
    if (command !== 'PutObjectCommand' || !('Key' in input)) throw new Error(`not played: ${command}`);
    asked.push({ Key: input.Key, ContentType: 'ContentType' in input ? input.ContentType : undefined });
    return { $metadata: {} };
  });
  return { asked, store: s3ObjectStore({ client, bucket: 'bao-cao', workDir: '/tmp/khong-dung' }) };
}

describe('objects in S3', () => {
  it('say what they are, however they are written', async () => {
    const { asked, store } = play();
    await store.put('lanh_dao/2026-10/index.html', '<p>x</p>');
    await store.put('lanh_dao/2026-10/figures.json', '{}');
    await store.putIfAbsent('so_mau/rejects.csv', 'a');
    await store.putIfAbsent('bang/data/x.parquet', 'PAR1');
    expect(asked).toEqual([
      { Key: 'lanh_dao/2026-10/index.html', ContentType: 'text/html; charset=utf-8' },
      { Key: 'lanh_dao/2026-10/figures.json', ContentType: 'application/json' },
      { Key: 'so_mau/rejects.csv', ContentType: 'text/csv; charset=utf-8' },
      { Key: 'bang/data/x.parquet', ContentType: undefined },
    ]);
  });
});
