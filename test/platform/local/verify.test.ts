// verifyLake against damage that leaves every file readable: counts, lineage and hashes that no longer agree.
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { allVersions } from '../../../lake/submission/versions';
import { verifyLake } from '../../../platform/local/verify';
import { openLake, send, type TestLake } from '../../support/lake';
import { prices } from '../../support/made-files';
import { tempFolder } from '../../support/temp';

const folder = tempFolder();
let homes = 0;
let lake: TestLake;
beforeEach(async () => {
  lake = await openLake(join(folder, `${homes++}`, 'home'));
  await send(lake, prices(['1.000', '2.000']), prices(['3.000'], { period: '2026-09' }));
});

const broken = async () => (await verifyLake(lake)).filter((check) => !check.ok).map((check) => check.name);

function filesBelow(zone: string, ending: string): string[] {
  const dir = join(lake.ports.dir, zone);
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(dir, name))
    .sort();
}

describe('verifyLake', () => {
  it('finds nothing in a sound lake and says what it looks at', async () => {
    const steps: string[] = [];
    const checks = await verifyLake(lake, (name) => steps.push(name));
    expect(checks.filter((check) => !check.ok)).toEqual([]);
    expect([steps[0], steps.at(-1)]).toEqual(['raw: hashes', 'in-flight']);
    expect(checks.find((check) => check.name === 'raw: hashes')?.detail.en).toBe('2 raw files of 2 versions');
  });

  it('finds a data file that another one took the place of', async () => {
    const [september = '', october = ''] = filesBelow('curated', '.parquet');
    copyFileSync(october, september);
    expect(await broken()).toEqual(
      expect.arrayContaining(['gia_thi_truong: files', 'gia_thi_truong: newest versions']),
    );
  });

  it('finds a receipt whose sums are not those of the table', async () => {
    const [path = ''] = filesBelow('receipts', 'receipt.json');
    const receipt = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify({ ...receipt, rowsAccepted: receipt.rowsAccepted + 1 }));
    expect(await broken()).toEqual(['gia_thi_truong: receipts']);
  });

  it('finds rows whose version was never received', async () => {
    const [version] = await allVersions(lake.ports.zones.control);
    await lake.ports.zones.control.delete(`version/${version?.submission}/v/000001.json`);
    expect(await broken()).toEqual(['gia_thi_truong: lineage']);
  });
});
