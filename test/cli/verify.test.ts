// verify, doctor, contract lint: whether a lake, a computer and a contract are in order.
import { cpSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tamgiang } from '../support/command';
import { openLake, send } from '../support/lake';
import { prices, readings } from '../support/made-files';
import { ROOT } from '../support/repository';
import { tempFolder } from '../support/temp';

const cwd = tempFolder();
const sound = join(cwd, 'lanh-lan', 'home');
const verify = (home: string) => tamgiang(['verify', '--json', '--home', home], { cwd });
const broken = (checks: readonly { name: string; ok: boolean; detail: string }[]) =>
  checks.filter((check) => !check.ok);

beforeAll(async () => {
  const lake = await openLake(sound);
  await send(lake, prices(['1.000', '2.000', '3.000', '4.000', 'x']), readings('NUO001', ['7.1']));
});

function pathIn(home: string, zone: string, ending: RegExp): string {
  const entry = readdirSync(join(home, zone), { recursive: true, encoding: 'utf8' }).find((name) => ending.test(name));
  if (entry === undefined) throw new Error(`no ${ending} in ${zone}`);
  return join(home, zone, entry);
}

describe('verify', () => {
  it('of a sound lake exits 0 and names every check', async () => {
    const ran = await verify(sound);
    expect(ran.status).toBe(0);
    const { ok, checks } = ran.json();
    expect(ok).toBe(true);
    expect(checks.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining([
        'raw: hashes',
        'gia_thi_truong: files',
        'gia_thi_truong: total',
        'gia_thi_truong: receipts',
        'gia_thi_truong: lineage',
        'in-flight',
      ]),
    );
    for (const check of checks)
      expect(check).toEqual({ name: expect.any(String), ok: true, detail: expect.any(String) });
  });

  it('--deep judges what was sent again and compares it', async () => {
    const home = join(cwd, 'xet-lai');
    cpSync(sound, home, { recursive: true });
    const ran = await tamgiang(['verify', '--deep', '--json', '--home', home], { cwd });
    expect(ran.status).toBe(0);
    expect(ran.json().checks).toContainEqual({
      name: 'gia_thi_truong: as sent',
      ok: true,
      detail: '4 rows of 1 submissions, judged again from raw',
    });
  });

  it('holds for a lake copied to another folder', async () => {
    const home = join(cwd, 'mot thư mục khác, tên dài hơn', 'hồ');
    cpSync(sound, home, { recursive: true });
    const ran = await verify(home);
    expect([ran.status, broken(ran.json().checks)]).toEqual([0, []]);
  });

  it.each<[string, RegExp, string, (home: string) => void]>([
    [
      'a data file is cut short',
      /^gia_thi_truong: files$/,
      'its manifest says',
      (home) => truncateSync(pathIn(home, 'curated/gia_thi_truong', /\.parquet$/), 300),
    ],
    [
      'a data file is gone',
      /^gia_thi_truong: files$/,
      'is missing',
      (home) => rmSync(pathIn(home, 'curated/gia_thi_truong', /\.parquet$/)),
    ],
    [
      'a raw file was changed',
      /^raw: hashes$/,
      'does not have sha256',
      (home) => writeFileSync(pathIn(home, 'raw/so_cong_thuong', /\.csv$/), 'khác'),
    ],
    [
      'a receipt is gone',
      /^gia_thi_truong: receipts$/,
      'has no receipt',
      (home) => rmSync(pathIn(home, 'receipts/so_cong_thuong', /receipt\.json$/)),
    ],
  ])('exits 1 and says so when %s', async (damage, name, words, harm) => {
    const home = join(cwd, damage.replaceAll(' ', '-'), 'home');
    cpSync(sound, home, { recursive: true });
    harm(home);
    const ran = await verify(home);
    expect([ran.status, ran.json().ok]).toEqual([1, false]);
    const check = broken(ran.json().checks).find((one) => name.test(one.name));
    expect(check?.detail).toContain(words);
  });
});

describe('doctor', () => {
  it('looks at node, engine, home, disk, memory, contracts and models', async () => {
    const ran = await tamgiang(['doctor', '--json', '--home', join(cwd, 'chua-co')], { cwd });
    expect(ran.json().checks.map(({ name }: { name: string }) => name)).toEqual([
      'node',
      'duckdb',
      'home',
      'free disk',
      'free memory',
      'contracts',
      'models',
    ]);
    expect(ran.status).toBe(ran.json().ok ? 0 : 2);
    expect(readdirSync(cwd)).not.toContain('chua-co');
  });
});

describe('contract lint', () => {
  it('passes the contracts of the repository and refuses a bad one with file, line and allowed values', async () => {
    const text = readFileSync(join(ROOT, 'schemas/contracts/so_cong_thuong/gia_thi_truong.odcs.yaml'), 'utf8');
    writeFileSync(
      join(cwd, 'xau.odcs.yaml'),
      text.replace('property: slot, value: period', 'property: slot, value: thang'),
    );
    const [good, bad] = await Promise.all([
      tamgiang(['contract', 'lint', '--json'], { cwd }),
      tamgiang(['contract', 'lint', 'xau.odcs.yaml', '--json'], { cwd }),
    ]);
    expect([good.status, good.json()]).toMatchObject([0, { ok: true, contracts: 8, findings: [] }]);
    const line = text.split('\n').findIndex((one) => one.includes('property: slot')) + 1;
    expect(bad.status).toBe(2);
    expect(bad.json().findings[0]).toMatchObject({
      file: 'xau.odcs.yaml',
      line,
      message: expect.stringMatching(/period.*file/),
    });
  });
});
