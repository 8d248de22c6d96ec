// A lake that lost something: verify names the loss and never gives up half way, and sending the file again heals it.
import { cpSync, mkdirSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { recover } from '../../../lake/submission/recover';
import { repairLake } from '../../../platform/local/repair';
import { verifyLake } from '../../../platform/local/verify';
import { liveRows, openLake, send } from '../../support/lake';
import { prices } from '../../support/made-files';
import { tempFolder } from '../../support/temp';

const folder = tempFolder();
const sound = join(folder, 'lanh-lan', 'home');
const newest = prices(['1.500', '2.000']);
const SLOT = 'so_cong_thuong/gia_thi_truong/2026-10';

beforeAll(async () => {
  const lake = await openLake(sound);
  await send(lake, prices(['1.000', '2.000', '3.000']));
  await send(lake, newest);
}, 60_000);

let copies = 0;
/** A copy of the sound lake with something done to it. */
async function harmed(harm: (home: string) => void) {
  const home = join(folder, `ban-sao-${copies++}`, 'home');
  cpSync(sound, home, { recursive: true });
  harm(home);
  return openLake(home);
}

const failing = async (lake: Parameters<typeof verifyLake>[0]) => (await verifyLake(lake)).filter((check) => !check.ok);

describe('a lost table', () => {
  it.each<[string, (home: string) => void, RegExp]>([
    [
      'set back to an earlier snapshot',
      (home) => rmSync(join(home, 'curated/gia_thi_truong/metadata/v2.metadata.json')),
      /000002-\w+ \(gia\.csv\) was let in, the table shows 000001-/,
    ],
    ['deleted whole', (home) => rmSync(join(home, 'curated/gia_thi_truong'), { recursive: true }), /is gone.*no row/],
    [
      'without its metadata',
      (home) => rmSync(join(home, 'curated/gia_thi_truong/metadata'), { recursive: true }),
      /is gone.*no row/,
    ],
  ])('%s fails a check, and the file sent again brings its rows back', async (_, harm, words) => {
    const lake = await harmed(harm);
    const found = await failing(lake);
    const lost = found.find(({ name }) => name === 'gia_thi_truong: newest versions');
    expect(lost?.detail.en).toMatch(words);
    const [sent] = await send(lake, newest);
    expect([sent?.verdict, sent?.notes.at(-1)?.en]).toEqual(['accepted', expect.stringContaining('taken in anew')]);
    expect(await liveRows(lake, 'gia_thi_truong', ['gia'])).toEqual(['1500.00', '2000.00']);
    expect(await failing(lake)).toEqual([]);
    expect((await send(lake, newest))[0]?.verdict).toBe('unchanged');
  });

  it('with cut data files is healed by the file sent again', async () => {
    const lake = await harmed((home) => {
      const dir = join(home, 'curated/gia_thi_truong/data/ky_du_lieu=2026-10');
      for (const name of readdirSync(dir)) truncateSync(join(dir, name), 300);
    });
    expect((await failing(lake)).map(({ name }) => name)).toContain('gia_thi_truong: files');
    expect((await send(lake, newest))[0]?.verdict).toBe('accepted');
    // The past that named the cut files cannot be read any more; repairing forgets it.
    const left = await failing(lake);
    expect(left.map(({ name }) => name)).toEqual(['gia_thi_truong: snapshots']);
    await repairLake(lake, left);
    expect(await failing(lake)).toEqual([]);
  });
});

describe('damaged records', () => {
  it('fail checks that name the file, and the other checks still run', async () => {
    const lake = await harmed((home) => {
      mkdirSync(join(home, 'control/in-flight'), { recursive: true });
      writeFileSync(join(home, 'control/in-flight/x.json'), '{"subm');
      writeFileSync(join(home, 'control/version', SLOT, 'v/000001.json'), '');
      const [, last = ''] = readdirSync(join(home, 'receipts', SLOT, 'v')).sort();
      writeFileSync(join(home, 'receipts', SLOT, 'v', last, 'receipt.json'), '{');
    });
    const found = await failing(lake);
    expect(found.map(({ name }) => name)).toEqual(['control: records', 'gia_thi_truong: receipts', 'in-flight']);
    expect(
      found.map(({ detail }) => /(\S+\.json) is damaged or half-written/.exec(detail.en)?.[1]?.slice(-12)),
    ).toEqual([expect.stringContaining('000001.json'), 'receipt.json', expect.stringContaining('x.json')]);
  });

  it('of metadata fail a check instead of ending the run', async () => {
    const lake = await harmed((home) =>
      writeFileSync(join(home, 'curated/gia_thi_truong/metadata/v2.metadata.json'), 'x'),
    );
    const checks = await verifyLake(lake);
    expect(checks.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(['gia_thi_truong: metadata']);
    expect(checks.map(({ name }) => name)).toContain('in-flight');
  });

  it('of one unfinished file do not keep others out, and are told', async () => {
    const lake = await harmed((home) => {
      mkdirSync(join(home, 'control/in-flight'), { recursive: true });
      writeFileSync(join(home, 'control/in-flight/x.json'), '{"subm');
    });
    const problems: string[] = [];
    expect(await recover(lake, (problem) => problems.push(problem.en))).toEqual([]);
    expect(problems).toEqual([expect.stringMatching(/control\/in-flight\/x\.json.*damaged/)]);
    expect((await send(lake, prices(['1.000'], { period: '2026-09' })))[0]?.verdict).toBe('accepted');
    expect(await lake.ports.zones.control.get('in-flight/x.json')).toBeDefined();
  });

  it('of a receipt are written again when the file is sent again', async () => {
    const lake = await harmed((home) => {
      const [, last = ''] = readdirSync(join(home, 'receipts', SLOT, 'v')).sort();
      writeFileSync(join(home, 'receipts', SLOT, 'v', last, 'receipt.json'), '{');
    });
    const [sent] = await send(lake, newest);
    expect(sent?.receipt.version).toMatch(/^000002-/);
    expect(await failing(lake)).toEqual([]);
  });
});

describe('a submission killed after its verdict', () => {
  it('is pending, not broken', async () => {
    const lake = await harmed((home) => {
      const [, last = ''] = readdirSync(join(home, 'receipts', SLOT, 'v')).sort();
      rmSync(join(home, 'receipts', SLOT, 'v', last), { recursive: true });
      mkdirSync(join(home, 'control/in-flight'), { recursive: true });
      const marker = { submission: SLOT, version: last, owner: 'x~1', sinceMs: Date.now() };
      writeFileSync(join(home, 'control/in-flight/m.json'), JSON.stringify(marker));
    });
    expect(await failing(lake)).toEqual([]);
  });
});
