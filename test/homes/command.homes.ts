// The command line over a province's lake on AWS, as moto plays it: what is asked of it, kept up and taken back.
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { prices, readings, units } from '../support/made-files';
import { tempFolder } from '../support/temp';
import { describeMoto, type Moto, startMoto } from './moto';
import { deployed, type Province, run } from './province';

const PRICES = 'gia_thi_truong';
const SLOT = 'so_cong_thuong/gia_thi_truong/2026-10';

describeMoto('the command line on AWS', () => {
  const folder = tempFolder();
  let moto: Moto;
  let province: Province;
  beforeAll(async () => {
    moto = await startMoto();
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

  it.each([
    [['put', 'x.csv', '--aws', 'hue'], 'commands that have it: tables, history'],
    [['--aws', 'hue', 'sql', 'select 1'], 'works on a lake in a folder only'],
    [['history', '--aws', 'hue', '--home', 'x'], 'two different lakes'],
    [['history', '--aws', 'hanoi'], 'provinces: daydu, hue, nho'],
  ])('refuses %j', async (args, said) => {
    const ran = await run(...args);
    expect(ran.status).toBe(2);
    expect(ran.stderr).toContain(said);
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
