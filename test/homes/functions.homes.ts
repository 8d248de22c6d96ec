// What functions send and where they work, over moto: queues, topics, the state machine, a lake of buckets.
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateStateMachineCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type AwsHome, withAwsLake } from '../../platform/aws/lake-home';
import { quarterlyRefresh, snsNotices, sqsBells, sqsHints } from '../../platform/aws/messages';
import { seededRng } from '../../platform/memory/clock-rng';
import { createBucket, createDatabase, DATABASE, describeMoto, type Moto, motoGlue, s3Client, startMoto } from './moto';

describeMoto('a function', () => {
  let moto: Moto;
  beforeAll(async () => {
    moto = await startMoto();
  });
  afterAll(() => moto.stop());
  const basic = () => ({
    endpoint: moto.endpoint,
    region: 'ap-southeast-1',
    credentials: { accessKeyId: 'thu', secretAccessKey: 'thu' },
  });

  it('rings every bell, also the same one twice in a row, in the group of its dataset', async () => {
    const client = new SQSClient(basic());
    const { QueueUrl = '' } = await client.send(
      new CreateQueueCommand({ QueueName: 'chuong.fifo', Attributes: { FifoQueue: 'true' } }),
    );
    const bells = sqsBells(client, QueueUrl, seededRng(1));
    for (const dataset of ['gia', 'gia', 'tram']) await bells.ring(dataset);
    const heard: (string | undefined)[] = [];
    for (let i = 0; i < 3; i++) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, AttributeNames: ['All'] }),
      );
      heard.push(...Messages.map(({ Body, Attributes }) => `${Body} ${Attributes?.MessageGroupId}`));
    }
    expect(heard).toEqual(['{"dataset":"gia"} gia', '{"dataset":"gia"} gia', '{"dataset":"tram"} tram']);
  });

  it('sends hints to the lane they are for, and fails where there is no queue', async () => {
    const client = new SQSClient(basic());
    const urls = { normal: '', heavy: '' };
    for (const lane of ['normal', 'heavy'] as const)
      urls[lane] = (await client.send(new CreateQueueCommand({ QueueName: `goi-y-${lane}` }))).QueueUrl ?? '';
    const hints = sqsHints(client, urls);
    await hints.send({ key: 'tệp lạc +.csv' });
    await hints.send({ submission: 'so_a/b/2026-10' }, 'heavy');
    const bodyAt = async (QueueUrl: string) =>
      (await client.send(new ReceiveMessageCommand({ QueueUrl }))).Messages?.map(({ Body }) => JSON.parse(Body ?? ''));
    expect(await bodyAt(urls.normal)).toEqual([{ key: 'tệp lạc +.csv' }]);
    expect(await bodyAt(urls.heavy)).toEqual([{ submission: 'so_a/b/2026-10' }]);
    const nowhere = sqsHints(client, { normal: `${moto.endpoint}/123456789012/khong-co`, heavy: '' });
    await expect(nowhere.send({ key: 'x' })).rejects.toMatchObject({ name: 'FaultError', code: 'F_SEND' });
  });

  it('tells departments and operators under their own topics', async () => {
    const client = new SNSClient(basic());
    const { TopicArn = '' } = await client.send(new CreateTopicCommand({ Name: 'bien-nhan-so_a' }));
    const asked: unknown[] = [];
    const notices = snsNotices(client, (whom) => {
      asked.push(whom);
      return typeof whom === 'string' ? TopicArn.replace('bien-nhan-so_a', whom) : TopicArn;
    });
    await notices.tell({ agency: 'so_a' }, { subject: 'Tam Giang: DA NHAN DU', text: 'Đã nhận đủ' });
    await expect(notices.tell('operations', { subject: 'x', text: 'y' })).rejects.toMatchObject({ code: 'F_SEND' });
    expect(asked).toEqual([{ agency: 'so_a' }, 'operations']);
    const sent: unknown = await (await fetch(`${moto.endpoint}/bench/sent`)).json();
    expect(sent).toMatchObject({
      notifications: [{ subject: 'Tam Giang: DA NHAN DU', message: 'Đã nhận đủ' }],
    });
  });

  it('starts one refresh a quarter of an hour, however many commits there are', async () => {
    const client = new SFNClient(basic());
    const definition = '{"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":3600,"End":true}}}';
    const roleArn = 'arn:aws:iam::123456789012:role/thu';
    const { stateMachineArn = '' } = await client.send(
      new CreateStateMachineCommand({ name: 'lam-moi', definition, roleArn }),
    );
    const refresh = quarterlyRefresh(client, stateMachineArn);
    for (const minute of [0, 7, 14, 15]) await refresh(Date.UTC(2026, 10, 5, 2, minute));
    const { executions = [] } = await client.send(new ListExecutionsCommand({ stateMachineArn }));
    expect(new Set(executions.map(({ name }) => name)).size).toBe(2);
    expect(executions).toHaveLength(2);
    const missing = quarterlyRefresh(client, stateMachineArn.replace('lam-moi', 'khong-co'));
    await expect(missing(0)).rejects.toMatchObject({ code: 'F_SEND' });
  });

  describe('with a lake of buckets', () => {
    const names = ['tho', 'so-sach', 'bang', 'cach-ly', 'bien-nhan'];
    let home: AwsHome;
    beforeAll(async () => {
      const s3 = s3Client(moto.endpoint);
      for (const bucket of names) await createBucket(s3, `${bucket}-thu`);
      await createDatabase(moto.endpoint);
      home = {
        clients: { s3, glue: motoGlue(moto.endpoint) },
        bucket: (zone) =>
          ({
            raw: 'tho-thu',
            control: 'so-sach-thu',
            curated: 'bang-thu',
            quarantine: 'cach-ly-thu',
            receipts: 'bien-nhan-thu',
          })[zone],
        database: DATABASE,
        workDir: mkdtempSync(join(tmpdir(), 'tam-giang-function-')),
      };
    });
    afterAll(() => rmSync(home.workDir, { recursive: true }));

    it('leaves nothing on disk, whatever a killed invocation before it left', async () => {
      writeFileSync(join(home.workDir, 'cua-lan-truoc.csv'), 'x');
      await withAwsLake(home, async ({ zones, workspace }) => {
        expect(readdirSync(home.workDir)).toEqual([]);
        await zones.raw.put('a/b.csv', 'một');
        const path = await zones.raw.toFile('a/b.csv');
        const { dir } = await workspace.open();
        writeFileSync(join(dir, 'do-dang'), 'x');
        expect([existsSync(path), readdirSync(home.workDir).length]).toEqual([true, 2]);
      });
      expect(readdirSync(home.workDir)).toEqual([]);
      const failing = withAwsLake(home, async ({ zones }) => {
        await zones.raw.toFile('a/b.csv');
        throw new Error('thử');
      });
      await expect(failing).rejects.toThrow('thử');
      expect(readdirSync(home.workDir)).toEqual([]);
    });

    it('knows the sizes of data files without reading any, and has no engine unless it is given one', async () => {
      await withAwsLake(home, async ({ zones, converter, rewriter }) => {
        await zones.curated.put('gia/data/a.parquet', 'năm byte');
        await zones.curated.put('gia/data/a.parquet.khac', 'x');
        const sizeBytes = Buffer.byteLength('năm byte');
        expect(await zones.curated.head('gia/data/a.parquet')).toMatchObject({ key: 'gia/data/a.parquet', sizeBytes });
        expect(await zones.curated.head('gia/data/b.parquet')).toBeUndefined();
        const never = JSON.parse('{}');
        await expect(converter.convert(never)).rejects.toMatchObject({ code: 'F_ENGINE' });
        await expect(rewriter.rowsHeld(zones.curated, never)).rejects.toMatchObject({ code: 'F_ENGINE' });
        await expect(zones.ingest.list('')).rejects.toMatchObject({ code: 'F_ENGINE' });
      });
    });
  });
});
