// A figure changed inside a data file that still reads, with as many rows, bytes and the same bounds: only --deep tells.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sqlString } from '../../../lake/intake/sql-text';
import { type Engine, openEngine } from '../../../platform/duckdb/engine';
import { verifyLake } from '../../../platform/local/verify';
import { verifyDeep } from '../../../platform/local/verify-deep';
import { openLake, send, type TestLake } from '../../support/lake';
import { prices } from '../../support/made-files';
import { tempFolder } from '../../support/temp';

jest.setTimeout(60_000);

const folder = tempFolder();
let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 1 });
});
afterAll(() => engine.close());

const PRICES = ['1.000', '5.000', '2.000', '3.000', '9.000'];

async function sent(name: string): Promise<{ lake: TestLake; file: string }> {
  const lake = await openLake(join(folder, name, 'home'));
  await send(lake, prices(PRICES));
  const dir = join(lake.ports.dir, 'curated');
  const [file = ''] = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((one) => one.endsWith('.parquet'));
  return { lake, file: join(dir, file) };
}

async function figures(file: string): Promise<readonly number[]> {
  const rows = await engine.rows(
    `SELECT CAST(gia AS DOUBLE) AS gia FROM read_parquet(${sqlString(file)}) ORDER BY _row`,
  );
  return rows.map((row) => Number(row.gia));
}

/** Flips one bit of the pages of `gia` so that the file reads as before but for one figure between the others. */
async function flip(file: string): Promise<readonly number[]> {
  const [chunk] = await engine.rows(
    `SELECT coalesce(dictionary_page_offset, data_page_offset) AS at, total_compressed_size AS size FROM parquet_metadata(${sqlString(file)}) WHERE path_in_schema = 'gia'`,
  );
  const before = await figures(file);
  const whole = readFileSync(file);
  const from = Number(chunk?.at);
  for (let at = from; at < from + Number(chunk?.size); at++)
    for (let bit = 0; bit < 8; bit++) {
      const bytes = Buffer.from(whole);
      bytes[at]! ^= 1 << bit;
      // Under a name of its own: the engine keeps pages of a file it has read, and tells files apart by name and time.
      const tried = join(folder, `${at}-${bit}.parquet`);
      writeFileSync(tried, bytes);
      const after = await figures(tried).catch(() => []);
      const isOther = after.join() !== before.join() && after.length === before.length;
      if (!isOther || Math.min(...after) !== 1000 || Math.max(...after) !== 9000) continue;
      writeFileSync(file, bytes);
      return after;
    }
  throw new Error('no bit of the file changes a figure and nothing else');
}

const wrong = (checks: Awaited<ReturnType<typeof verifyDeep>>) => checks.filter((one) => !one.ok);

describe('verify --deep', () => {
  it('finds a figure that changed inside a data file, which no count or bound shows', async () => {
    const { lake, file } = await sent('flipped');
    const after = await flip(file);
    expect(after).not.toEqual([1000, 5000, 2000, 3000, 9000]);
    expect(wrong(await verifyLake(lake))).toEqual([]);
    expect(wrong(await verifyDeep(lake))).toMatchObject([
      {
        name: 'gia_thi_truong: as sent',
        problems: [
          { repair: 'tamgiang rebuild gia_thi_truong --force', text: { en: expect.stringContaining('differ') } },
        ],
      },
    ]);
  });

  it('finds nothing in a sound lake, says what it looked at and leaves no trace', async () => {
    const { lake } = await sent('sound');
    const before = readdirSync(lake.ports.dir, { recursive: true, encoding: 'utf8' }).sort();
    const checks = await verifyDeep(lake);
    expect(wrong(checks)).toEqual([]);
    expect(checks.find((one) => one.name === 'gia_thi_truong: as sent')?.detail.en).toBe(
      '5 rows of 1 submissions, judged again from raw',
    );
    expect(readdirSync(lake.ports.dir, { recursive: true, encoding: 'utf8' }).sort()).toEqual(before);
  });

  it('says so when what was sent can no longer be read', async () => {
    const { lake } = await sent('lost');
    for (const { key } of await lake.ports.zones.raw.list('')) await lake.ports.zones.raw.delete(key);
    expect(wrong(await verifyDeep(lake))).toMatchObject([{ name: 'as sent', ok: false }]);
  });
});
