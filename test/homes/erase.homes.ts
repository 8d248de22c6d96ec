// A person leaves a province's lake on AWS: every version of every object of every bucket, whatever the erasure is killed at.
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { makeExtracts } from '../../cli/demo/extracts/make-extracts';
import type { Bucket } from '../../infra/names';
import { writeMark } from '../../lake/submission/marks';
import { systemClock } from '../../platform/local/system';
import { holding } from '../lake/erasure/made-lake';
import { tempFolder } from '../support/temp';
import { describeMoto, type Lossy, lossy, type Moto, startMoto } from './moto';
import { ACCOUNT, deployed, everyVersion, machine, type Province } from './province';

const SUBMISSION = 'van_phong_ubnd/ho_so_tthc/2026-10';
const TABLE = 'ho_so_tthc';
/** Of the demo's own made-up extract. */
const PERSON = '046000000001';
const NAMED = 'hồ sơ 046.000.000.001.csv';
const extract = makeExtracts(2026).find(({ to }) => to.startsWith('van_phong_ubnd/ho_so_tthc'));
const lines = Buffer.from(extract?.bytes ?? [])
  .toString('utf8')
  .split(/\r?\n/);
const dossiers = (count: number) => ({
  name: 'ho_so.csv',
  text: lines.slice(0, count).join('\n'),
  to: 'van_phong_ubnd/ho_so_tthc',
  period: '2026-10',
});
const ERASE = ['erase', '--subject', PERSON, '--reason', 'Đơn 12/2026'];

describeMoto('erasing on AWS', () => {
  const folder = tempFolder();
  let moto: Moto;
  let province: Province;
  let closeMachine: () => void;
  const runs: string[] = [];
  /** While it waits for functions at work: it would be a quarter of an hour. */
  let whileWaiting = async () => {};
  let waitedMs = 0;

  const put = (bucket: Bucket, Key: string, Body: string | Uint8Array) =>
    province.s3.send(new PutObjectCommand({ Bucket: province.names.bucket(bucket), Key, Body }));
  const hide = (bucket: Bucket, Key: string) =>
    province.s3.send(new DeleteObjectCommand({ Bucket: province.names.bucket(bucket), Key }));
  const keys = async (bucket: Bucket, Prefix = '') => {
    const { Contents = [] } = await province.s3.send(
      new ListObjectsV2Command({ Bucket: province.names.bucket(bucket), Prefix }),
    );
    return Contents.map(({ Key = '' }) => Key);
  };
  /** By somebody else's eyes: everything is fetched and looked through byte by byte. */
  const left = async () => {
    const dir = mkdtempSync(join(folder, 'con-lai-'));
    await everyVersion(province, dir);
    const found = await holding(dir, PERSON);
    rmSync(dir, { recursive: true });
    return found;
  };

  /** Files of a department, versions of them, and whatever else may hold the number. */
  async function fill(): Promise<void> {
    await province.send(dossiers(20));
    // The department has written the number into the file's name.
    await province.send({ ...dossiers(30), name: NAMED });
    const [data = ''] = await keys('curated', `${TABLE}/data/`);
    const Bucket = province.names.bucket('curated');
    const { Body } = await province.s3.send(new GetObjectCommand({ Bucket, Key: data }));
    // A data file an expiry has deleted: its bytes are a former version now.
    await put('curated', `${TABLE}/data/cu.parquet`, (await Body?.transformToByteArray()) ?? '');
    await hide('curated', `${TABLE}/data/cu.parquet`);
    await put('curated', 'kho/fct_ho_so__cu/data/a.orc', 'số liệu cộng cả người ấy');
    // A copy intake has hidden, which nobody can look into.
    await put('raw', `${SUBMISSION}/an.pdf`, '%PDF-1.7 …');
    await hide('raw', `${SUBMISSION}/an.pdf`);
    await put('results', 'agency/a.csv', `ma,so\n1,${PERSON}\n`);
    await put('results', 'agency/b.csv', `ma,so\n1,${PERSON}\n`);
    await put('results', 'agency/b.csv', 'ma,so\n');
    await put('reports', 'lanh_dao/2026-10/index.html', `<p>046 000 000 001</p>`);
    await put('reports', 'lanh_dao/2026-10/khac.html', '<p>không có ai</p>');
    await put('ingest', `linh tinh/${PERSON}.csv`, 'x');
    const { VersionId: versionId = '' } = await put('ingest', `${SUBMISSION}/${NAMED}`, dossiers(30).text);
    const upload = { key: `${SUBMISSION}/${NAMED}`, versionId, modifiedAtMs: Date.now() };
    await province.withLake(({ ports }) => writeMark(ports.zones.control, SUBMISSION, { upload, outcome: 'claimed' }));
  }

  beforeEach(async () => {
    moto = await startMoto('as-aws', ACCOUNT);
    province = await deployed(moto.endpoint, mkdtempSync(join(folder, 'gui-')));
    runs.length = 0;
    waitedMs = 0;
    whileWaiting = async () => {};
    const { now, sleep } = systemClock;
    jest.spyOn(systemClock, 'now').mockImplementation(() => now() + waitedMs);
    jest.spyOn(systemClock, 'sleep').mockImplementation(async (ms) => {
      // Nobody else pauses so long.
      if (ms < 10_000) return sleep(ms);
      if (waitedMs === 0) await whileWaiting();
      waitedMs += ms;
    });
    const made = await machine(async (name) => {
      runs.push(name);
      // As Athena drops a table: its files are deleted, and stay as former versions.
      const former = runs.length === 1 ? 'cu' : String(runs.length - 1);
      await hide('curated', `kho/fct_ho_so__${former}/data/a.orc`);
      await put('curated', `kho/fct_ho_so__${runs.length}/data/a.orc`, 'số liệu không có người ấy');
    });
    closeMachine = made.close;
    await fill();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    closeMachine();
    await moto.stop();
    for (const name of ['AWS_ENDPOINT_URL', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) delete process.env[name];
  });

  it('says first where the person is found, and changes nothing', async () => {
    const before = await left();
    const ran = await province.run(...ERASE, '--dry-run', '--json');
    expect(ran.status).toBe(0);
    const { places } = ran.json();
    const count = new Map(places.map((one: { place: string; files: number }) => [one.place, one.files]));
    expect(Object.fromEntries(count)).toMatchObject({
      table: 1,
      history: 1,
      raw: 2,
      ingest: 2,
      reports: 1,
      answers: 1,
      versions: 2,
    });
    expect(ran.stdout + ran.stderr).not.toContain(PERSON);
    expect(await left()).toEqual(before);
    const unsure = await province.run(...ERASE);
    expect([unsure.status, unsure.stderr]).toEqual([2, expect.stringContaining('E_CONFIRM')]);
    expect(runs).toEqual([]);
  });

  it('says which bucket is missing', async () => {
    await province.s3.send(new DeleteBucketCommand({ Bucket: province.names.bucket('open') }));
    const ran = await province.run(...ERASE, '--dry-run', '--json');
    expect([ran.status, ran.json().error.code]).toEqual([2, 'E_BUCKET']);
    expect(ran.stdout).toContain(province.names.bucket('open'));
  });

  it('leaves no byte of the person in any version of any object, and proves it', async () => {
    expect(await left()).toHaveLength(14);
    const ran = await province.run(...ERASE, '--yes', '--json');
    expect(ran.json()).toMatchObject({
      removed: {
        table: { rows: 1, files: 1 },
        raw: { rows: 2, files: 2 },
        derived: { files: 1 },
        ingest: { files: 2 },
        reports: { files: 1 },
        answers: { files: 2 },
        versions: { files: 2 },
        records: { files: 2 },
      },
      probe: { found: 0, stores: expect.arrayContaining(['ingest', 'raw', 'curated', 'results', 'reports']) },
      certificate: expect.stringMatching(/^s3:\/\/tg-hue-production-control-/),
    });
    expect(ran.stdout + ran.stderr).not.toContain(PERSON);
    expect(await left()).toEqual([]);
    // Once more after the waiting: a run that was under way may have been making them of the former rows.
    const run = expect.stringMatching(/^erasure-\d{8}t\d{6}-[0-9a-f]{8}$/);
    expect(runs).toEqual([run, run]);
    // What names nobody is still there.
    expect(await keys('reports')).toEqual(['lanh_dao/2026-10/khac.html']);
    expect(await keys('curated', 'kho/')).toEqual(['kho/fct_ho_so__2/data/a.orc']);
    const verified = (await province.run('verify', '--json')).json();
    expect(verified.checks.filter(({ ok }: { ok: boolean }) => !ok)).toEqual([]);
    // The same request again is the same certificate; the same file again does not bring the person back.
    const again = await province.run(...ERASE, '--yes', '--json');
    expect(again.json()).toEqual(ran.json());
    await province.send(dossiers(30));
    expect(await left()).toEqual([]);
  });

  it('does not take an upload away that intake has not taken in yet, and gives no certificate over it', async () => {
    await put('ingest', `${SUBMISSION}/moi.csv`, `x;${PERSON}\n`);
    const ran = await province.run(...ERASE, '--yes');
    expect([ran.status, ran.stderr]).toEqual([2, expect.stringContaining(`ingest/${SUBMISSION}/moi.csv`)]);
    expect(ran.stderr).toContain('E_ERASE_LEFT');
    expect(await left()).toEqual([expect.stringMatching(/^ingest\//)]);
  });

  it('waits as long as a function may be at work, and takes away what one has put down meanwhile', async () => {
    const data = (await keys('curated', `${TABLE}/data/`))[0] ?? '';
    const Bucket = province.names.bucket('curated');
    const { Body } = await province.s3.send(new GetObjectCommand({ Bucket, Key: data }));
    const bytes = (await Body?.transformToByteArray()) ?? '';
    whileWaiting = async () => {
      expect(await left()).toEqual([]);
      await put('curated', data.replace(/[^/]*$/, 'compact-muon.parquet'), bytes);
      await put('receipts', `${SUBMISSION}/ho_so/v/muon/rejects.csv`, `a;${PERSON}\n`);
      await hide('receipts', `${SUBMISSION}/ho_so/v/muon/rejects.csv`);
      expect(await left()).toHaveLength(2);
    };
    const ran = await province.run(...ERASE, '--yes', '--json');
    expect(waitedMs).toBeGreaterThan(900_000);
    expect(ran.stderr).toContain('Functions at work may still write; minutes to wait: 1');
    expect(ran.json()).toMatchObject({ removed: { orphans: { files: 1 } }, probe: { found: 0 } });
    expect(await left()).toEqual([]);
  });

  it('says that marts could not be made anew, and goes on the next time', async () => {
    closeMachine();
    const failing = await machine(() => Promise.reject(new Error('thử')));
    const ran = await province.run(...ERASE, '--yes');
    expect([ran.status, ran.stderr]).toEqual([1, expect.stringContaining('F_REFRESH')]);
    failing.close();
    const working = await machine(async () => {});
    closeMachine = working.close;
    const unfinished = (await province.run('verify')).stdout;
    expect(unfinished).toContain('--request-id');
    expect((await province.run(...ERASE, '--yes')).status).toBe(0);
    expect(await left()).toEqual([]);
  });

  it('killed wherever it writes, ends the same when it is run again', async () => {
    const wire: Lossy = await lossy(moto.endpoint);
    const direct = process.env.AWS_ENDPOINT_URL;
    process.env.AWS_ENDPOINT_URL = wire.endpoint;
    try {
      let kills = 0;
      for (let limit = 1; ; limit += 7) {
        expect(kills).toBeLessThan(60);
        let writes = 0;
        wire.mishap = (what) => {
          const isWrite = /^(PUT|DELETE|UpdateTable)/.test(what);
          if (isWrite && writes < limit) writes++;
          else if (isWrite) return { status: 403, body: '<Error><Code>AccessDenied</Code></Error>' };
          return undefined;
        };
        const ran = await province.run(...ERASE, '--yes', '--json');
        if (ran.status === 0) {
          expect(ran.json().removed).toMatchObject({ table: { rows: 1, files: 1 }, raw: { rows: 2, files: 2 } });
          break;
        }
        expect(ran.json().error.code).toBe('E_ACCESS');
        kills++;
      }
      expect(kills).toBeGreaterThan(3);
    } finally {
      process.env.AWS_ENDPOINT_URL = direct;
      wire.close();
    }
    expect(await left()).toEqual([]);
  });
});
