// The command line over a province's lake on AWS, as moto plays it: what is asked of it, kept up and taken back.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { prices, readings, units } from '../support/made-files';
import { ROOT } from '../support/repository';
import { tempFolder } from '../support/temp';
import { describeMoto, lossy, type Moto, startMoto } from './moto';
import { ACCOUNT, deployed, type Province } from './province';

const PRICES = 'gia_thi_truong';
const SLOT = 'so_cong_thuong/gia_thi_truong/2026-10';

describeMoto('the command line on AWS', () => {
  const folder = tempFolder();
  let moto: Moto;
  let province: Province;
  beforeAll(async () => {
    moto = await startMoto('as-aws', ACCOUNT);
    province = await deployed(moto.endpoint, folder);
    await province.send(units(['20137']));
    await province.send(prices(['1.000', '2.000']));
    await province.send(prices(['1.100', '2.100', '3.100']));
    await province.send(...['NUO001', 'NUO002', 'NUO003'].map((station) => readings(station, ['7.1', '8'])));
  });
  afterAll(async () => {
    await moto.stop();
    for (const name of ['AWS_ENDPOINT_URL', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) delete process.env[name];
  });
  afterEach(() => {
    const left = readdirSync(tmpdir()).filter((name) => name.startsWith(`tam-giang-aws-${process.pid}-`));
    expect(left).toEqual([]);
  });

  it('tells the history of a table', async () => {
    const ran = await province.run('history', PRICES, '--json');
    expect(ran.status).toBe(0);
    expect(ran.json()).toMatchObject({
      table: PRICES,
      total: 2,
      snapshots: [
        { kinds: ['put'], addedRows: 2, totalRows: 2, submissions: [SLOT], isCurrent: false },
        { kinds: ['replace'], addedRows: 3, deletedRows: 2, totalRows: 3, isCurrent: true },
      ],
    });
    const whole = await province.run('history', '--limit', '1');
    expect(whole.stdout).toContain('so_lieu_quan_trac');
    expect(whole.stdout).toContain('earlier ones');
  });

  it('lists the tables there are and could be', async () => {
    const { tables } = (await province.run('tables', '--json')).json();
    expect(tables).toContainEqual(expect.objectContaining({ name: PRICES, rows: 3, files: 1 }));
    expect(tables).toContainEqual(expect.objectContaining({ name: 'ho_so_tthc', rows: 0 }));
    // Marts are Athena's to list.
    expect(tables.map(({ kind }: { kind: string }) => kind)).not.toContain('mart');
  });

  it('traces a row to the file it came from, in S3', async () => {
    const ran = await province.run('trace', PRICES, '--where', "ma_mat_hang = 'HANG2'", '--json');
    expect(ran.json().rows).toMatchObject([
      {
        submission: SLOT,
        file: 'gia.csv',
        row: 3,
        raw: expect.stringMatching(new RegExp(`^s3://${province.names.bucket('raw')}/${SLOT}/[0-9a-f]{64}\\.csv$`)),
        receipt: expect.stringMatching(new RegExp(`^s3://${province.names.bucket('receipts')}/${SLOT}/v/.*html$`)),
      },
    ]);
    const other = await province.run('trace', PRICES, '--where', 'ma_xa in (select ma_xa from don_vi_hanh_chinh)');
    expect(other.stdout).toContain('HANG3');
    const wrong = await province.run('trace', PRICES, '--where', 'x = 1');
    expect([wrong.status, wrong.stderr]).toEqual([2, expect.stringContaining('E_SQL_COLUMN')]);
  });

  it('merges small files and leaves the rows as they were', async () => {
    const rows = async () =>
      (await province.run('trace', 'so_lieu_quan_trac', '--where', 'true', '--json')).json().rows;
    const before = await rows();
    const ran = await province.run('compact', 'so_lieu_quan_trac', '--all', '--json');
    expect(ran.json().compacted).toMatchObject([{ outcome: 'compacted', filesBefore: 3, filesAfter: 1, rows: 6 }]);
    expect(await rows()).toEqual(before);
    expect((await province.run('compact', '--all', '--json')).json()).toEqual({ compacted: [] });
  });

  it('shortens the history, but never takes young files: functions may be about to name them', async () => {
    for (const flags of [
      ['--orphans-older-than', '47h'],
      ['--orphans-older-than', '0', '--dry-run'],
    ]) {
      const refused = await province.run('expire', ...flags);
      expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining('E_GRACE')]);
    }
    const flags = ['expire', PRICES, '--keep', '1', '--max-age', '0', '--orphans-older-than', '48h', '--json'];
    expect((await province.run(...flags, '--dry-run')).json().expired).toMatchObject([{ snapshots: 1 }]);
    const ran = await province.run(...flags);
    expect(ran.json()).toEqual({
      dryRun: false,
      expired: [{ table: PRICES, snapshots: 1, files: [], bytes: 0, offers: 0 }],
    });
    const { snapshots } = (await province.run('history', PRICES, '--json')).json();
    expect(snapshots.map((one: { isRetained: boolean }) => one.isRetained)).toEqual([false, true]);
  });

  it('takes a submission back, asks for marts anew, and is undone by sending again', async () => {
    const ran = await province.run('retract', SLOT, '--reason', 'gửi nhầm kỳ', '--json');
    expect(ran.json()).toMatchObject({
      before: { rows: 3 },
      after: null,
      retracted: [expect.any(String), expect.any(String)],
    });
    expect(await province.refreshes()).toEqual([expect.stringMatching(/^commit-\d{8}t\d{4}$/)]);
    const seen = async () => (await province.run('trace', PRICES, '--where', 'true', '--json')).json().rows.length;
    expect(await seen()).toBe(0);
    await province.send(prices(['1.100', '2.100', '3.100']));
    expect(await seen()).toBe(3);
    const unknown = await province.run('retract', 'so_cong_thuong/gia_thi_truong/1999-01', '--reason', 'x');
    expect([unknown.status, unknown.stderr]).toEqual([2, expect.stringContaining('E_SUBMISSION')]);
  });

  it('is verified whole, and says what is missing where and what to run next', async () => {
    const whole = await province.run('verify', '--json');
    expect(whole.json().checks.filter(({ ok }: { ok: boolean }) => !ok)).toEqual([]);
    expect(whole.status).toBe(0);
    expect(whole.stderr).toContain('… gia_thi_truong: metadata');
    const { s3, names } = province;
    const gone = async (bucket: 'raw' | 'curated' | 'receipts', Prefix: string, part = '') => {
      const Bucket = names.bucket(bucket);
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
      const Key = Contents.find((one) => one.Key?.includes(part))?.Key;
      await s3.send(new DeleteObjectCommand({ Bucket, Key }));
      return Key;
    };
    const raw = await gone('raw', 'so_noi_vu/');
    const data = await gone('curated', 'so_lieu_quan_trac/data/', 'compact-');
    await gone('receipts', 'so_noi_vu/', 'receipt.json');
    const { ok, checks } = (await province.run('verify', '--json')).json();
    const failed = new Map<string, string>(
      checks.flatMap((one: { name: string; ok: boolean; detail: string }) => (one.ok ? [] : [[one.name, one.detail]])),
    );
    expect(ok).toBe(false);
    expect([...failed.keys()]).toEqual([
      'raw: hashes',
      'don_vi_hanh_chinh: receipts',
      'so_lieu_quan_trac: snapshots',
      'so_lieu_quan_trac: files',
      'so_lieu_quan_trac: newest versions',
    ]);
    expect(failed.get('raw: hashes')).toContain(`raw/${raw} is missing`);
    expect(failed.get('so_lieu_quan_trac: files')).toContain(`curated/${data} is missing → aws s3api list-object`);
    expect(failed.get('don_vi_hanh_chinh: receipts')).toContain(
      'aws lambda invoke --function-name tg-hue-production-reconcile',
    );
    const refused = await province.run('verify', '--repair');
    expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining('in a folder only')]);
  });

  it('leaves nothing on disk when it is stopped half way, nor what a killed one left', async () => {
    const wire = await lossy(moto.endpoint);
    // A table that never answers.
    wire.mishap = (what) => (what === 'GetTables' ? 'hang' : undefined);
    const tmp = join(folder, 'tmp');
    mkdirSync(join(tmp, 'tam-giang-aws-999999999-bi-giet'), { recursive: true });
    mkdirSync(join(tmp, `tam-giang-aws-${process.pid}-dang-chay`));
    const env = { ...process.env, TMPDIR: tmp, AWS_ENDPOINT_URL: wire.endpoint };
    const command = [join(ROOT, 'cli', 'tamgiang.mjs'), 'history', '--aws', 'hue'];
    const child = spawn(process.execPath, command, { env, stdio: 'ignore' });
    try {
      while (!wire.seen.includes('GetTables')) await new Promise((done) => setTimeout(done, 50));
      const there = readdirSync(tmp);
      expect(there).toHaveLength(2);
      expect(there).toContainEqual(expect.stringContaining(`tam-giang-aws-${child.pid}-`));
      const ended = once(child, 'exit');
      child.kill('SIGINT');
      expect(await ended).toEqual([null, 'SIGINT']);
      expect(readdirSync(tmp)).toEqual([`tam-giang-aws-${process.pid}-dang-chay`]);
    } finally {
      child.kill('SIGKILL');
      wire.close();
    }
  });

  it('says which call did not succeed', async () => {
    const { AWS_ENDPOINT_URL } = process.env;
    Object.assign(process.env, { AWS_ENDPOINT_URL: `${moto.endpoint}/khong-co` });
    try {
      const ran = await province.run('history');
      expect(ran.status).toBe(1);
      expect(ran.stderr).toContain('glue:GetTables');
    } finally {
      Object.assign(process.env, { AWS_ENDPOINT_URL });
    }
  });
});
