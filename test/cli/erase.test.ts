// tamgiang erase, as an officer runs it.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeExtracts } from '../../cli/demo/extracts/make-extracts';
import { holding } from '../lake/erasure/made-lake';
import { tamgiang } from '../support/command';
import { ROOT } from '../support/repository';
import { tempFolder } from '../support/temp';

jest.setTimeout(300_000);

const cwd = tempFolder();
const home = join(cwd, '.lake');
const run = (...args: string[]) => tamgiang(args, { cwd });

/** First dossiers of the demo's own made-up extract. */
const extract = makeExtracts(2026).find(({ to }) => to.startsWith('van_phong_ubnd/ho_so_tthc'));
const lines = Buffer.from(extract?.bytes ?? [])
  .toString('utf8')
  .split(/\r?\n/)
  .slice(0, 60);
const PERSON = '046000000001';
let accepted = 0;
const REASON = ['--reason', 'Đơn 12/2026'];

beforeAll(async () => {
  mkdirSync(join(cwd, 'gui'));
  writeFileSync(join(cwd, 'gui', 'ho_so.csv'), lines.join('\n'));
  const put = await run('put', 'gui/ho_so.csv', '--to', 'van_phong_ubnd/ho_so_tthc/2026-10', '--json');
  accepted = put.json().submissions[0].rowsAccepted;
  expect(accepted).toBeGreaterThan(10);
  await run('refresh');
});

it('looks first, asks for --yes, erases, proves it, and cannot be undone by sending the file again', async () => {
  const dry = await run('erase', '--subject', PERSON, ...REASON, '--dry-run', '--json');
  expect(dry.status).toBe(0);
  expect(dry.json()).toMatchObject({ dryRun: true, datasets: expect.arrayContaining(['ho_so_tthc']) });
  expect(dry.json().places).toEqual(
    expect.arrayContaining([
      { place: 'table', files: 1, matches: 1 },
      { place: 'raw', files: 1, matches: 1 },
    ]),
  );
  expect(dry.stdout + dry.stderr).not.toContain(PERSON);

  const asked = await run('erase', '--subject', PERSON, ...REASON);
  expect([asked.status, asked.stderr]).toEqual([2, expect.stringContaining('(E_CONFIRM)')]);
  expect(await holding(home, PERSON)).not.toEqual([]);

  // From standard input, so that no shell remembers it.
  const command = [join(ROOT, 'cli', 'tamgiang.mjs'), 'erase', '--subject', '-', ...REASON, '--yes', '--json'];
  const options = {
    cwd,
    input: '046 000 000 001\n',
    encoding: 'utf8',
    stdio: 'pipe',
    env: { ...process.env, LANG: 'en' },
  } as const;
  const done = JSON.parse(execFileSync(process.execPath, command, options));
  expect(done).toMatchObject({
    removed: { table: { rows: 1, files: 1 }, raw: { rows: 1, files: 1 } },
    probe: { found: 0 },
  });
  expect(JSON.stringify(done)).not.toContain(PERSON);
  const page = readFileSync(join(cwd, done.certificate), 'utf8');
  expect(page).toContain('Xác nhận đã xóa dữ liệu cá nhân');
  expect(page).not.toContain(PERSON);
  expect(await holding(home, PERSON)).toEqual([]);

  const again = await run('put', 'gui/ho_so.csv', '--to', 'van_phong_ubnd/ho_so_tthc/2026-10', '--json');
  expect(again.json().submissions[0].verdict).toBe('unchanged');
  const found = await run('sql', 'select count(*) from fct_ho_so', '--json');
  expect(Number(found.json().rows[0][0])).toBe(accepted - 1);
  expect(await holding(home, PERSON)).toEqual([]);
  expect((await run('verify', '--json')).status).toBe(0);
  expect(existsSync(join(home, 'control', 'erasure', 'audit'))).toBe(true);
});

it('refuses what cannot be carried out, without ever showing the number', async () => {
  for (const [args, code] of [
    [['--subject', '12', ...REASON], 'E_ERASE_SUBJECT'],
    [['--subject', PERSON, '--reason', `ông ${PERSON}`], 'E_ERASE_REQUEST'],
    [['--subject', PERSON, ...REASON, '--dataset', 'co_quan'], 'E_ERASE_DATASET'],
    [['--subject', PERSON], 'E_FLAG'],
  ] as const) {
    const ran = await run('erase', ...args, '--yes', '--json');
    expect([ran.status, ran.json().error.code]).toEqual([2, code]);
    expect(ran.stdout + ran.stderr).not.toContain(PERSON);
  }
});
