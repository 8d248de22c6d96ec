// A put killed outright at several moments: the next command finds a usable lake and cleans up.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { verifyLake } from '../../platform/local/verify';
import { tamgiang } from '../support/command';
import { liveRows, openLake } from '../support/lake';
import { prices } from '../support/made-files';
import { ROOT } from '../support/repository';
import { tempFolder } from '../support/temp';

const cwd = tempFolder();
const ROWS = 20_000;
const TO = 'so_cong_thuong/gia_thi_truong';

beforeAll(() => {
  writeFileSync(
    join(cwd, 'lon.csv'),
    prices(Array.from({ length: ROWS }, (_, i) => (i % 50 === 0 ? 'sai' : '1.000'))).text,
  );
  writeFileSync(join(cwd, 'nho.csv'), prices(['1.000']).text);
});

function startPut(home: string): ChildProcess {
  const args = [join(ROOT, 'cli', 'tamgiang.mjs'), 'put', 'lon.csv', '--to', `${TO}/2026-10`, '--home', home];
  return spawn(process.execPath, args, { cwd, stdio: 'ignore' });
}

describe('a put killed', () => {
  let wholeMs = 0;
  beforeAll(async () => {
    const start = performance.now();
    await once(startPut(join(cwd, 'tron-ven')), 'exit');
    wholeMs = performance.now() - start;
  });

  it.each([0.3, 0.55, 0.7, 0.8, 0.9])('after %f of its time leaves a lake the next command can use', async (part) => {
    const home = join(cwd, `home-${part}`);
    const child = startPut(home);
    const gone = once(child, 'exit');
    // The moment of death; nothing is waited for.
    await Promise.race([sleep(wholeMs * part), gone]);
    child.kill('SIGKILL');
    await gone;

    const next = await tamgiang(['put', 'nho.csv', '--to', `${TO}/2026-09`, '--home', home, '--json'], { cwd });
    expect([next.status, next.json().submissions[0].verdict]).toEqual([0, 'accepted']);
    const lake = await openLake(home);
    const rows = await liveRows(lake, 'gia_thi_truong', ['ky_du_lieu']);
    const big = rows.filter((period) => period === '2026-10').length;
    expect([0, ROWS - ROWS / 50]).toContain(big);
    expect(rows.length - big).toBe(1);
    if (big === 0) expect(existsSync(join(home, 'receipts', ...TO.split('/'), '2026-10'))).toBe(false);
    expect((await verifyLake(lake)).filter((check) => !check.ok)).toEqual([]);
    expect(readdirSync(join(home, 'tmp'))).toEqual([]);
  });
});
