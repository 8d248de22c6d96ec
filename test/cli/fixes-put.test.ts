// What a data officer must hear from put before rows are lost, and how other commands answer their users' slips.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tamgiang } from '../support/command';
import { prices } from '../support/made-files';
import { ROOT } from '../support/repository';
import { tempFolder } from '../support/temp';

const cwd = tempFolder();
const run = (...args: string[]) => tamgiang(args, { cwd });
const SLOT = 'so_cong_thuong/gia_thi_truong';
const file = (name: string, text: string): string => {
  writeFileSync(join(cwd, name), text);
  return name;
};
const rejectsOf = (text: string): string =>
  text
    .split('\n')
    .slice(0, 2)
    .map((line, i) => (i === 0 ? `${line};Dòng trong tệp;Lý do` : `${line};2;sai giá`))
    .join('\n');

describe('put', () => {
  it('says which period it took, what it replaced, and the code of each message', async () => {
    const first = await run('put', file('gia_2026-10.csv', prices(['1.000', '2.000', '3.000', '4.000', 'x']).text));
    expect(first.stdout).toContain('The period 2026-10 was taken from the file name.');
    expect(first.stdout).toMatch(/Row 6.*\(E_[A-Z_]+\)\n/);
    const second = await run('put', file('gia2.csv', prices(['1.000', '2.000']).text), '--to', `${SLOT}/2026-10`);
    expect(second.stdout).toMatch(/replaces the former version 000001-\w+ \(4 rows\).* by the 2 rows/);
  });

  it('refuses two files for one slot, and mended rejects in place of more rows, before taking anything in', async () => {
    const [a, b] = [file('a.csv', prices(['1.000', '2.000']).text), file('b.csv', prices(['3.000']).text)];
    const both = await run('put', a, b, '--to', `${SLOT}/2026-05`, '--home', 'moi', '--json');
    expect([both.status, both.json().error.code]).toEqual([2, 'E_SAME_SLOT']);
    expect(both.json().error.message).toMatch(/a\.csv.*b\.csv.*2026-05/);
    expect(existsSync(join(cwd, 'moi'))).toBe(false);
    await run('put', a, '--to', `${SLOT}/2026-06`);
    const mended = file('rejects.csv', rejectsOf(prices(['1.000']).text));
    const again = await run('put', mended, '--to', `${SLOT}/2026-06`, '--json');
    expect([again.status, again.json().error.code]).toEqual([2, 'E_REJECTS_FILE']);
    expect((await run('put', mended, '--to', `${SLOT}/2026-07`)).status).toBe(0);
  });

  it('refuses an empty folder', async () => {
    mkdirSync(join(cwd, 'trong'));
    const ran = await run('put', 'trong', '--json');
    expect([ran.status, ran.json().error.code]).toEqual([2, 'E_FILE']);
  });
});

describe('other commands', () => {
  it('check judges every file of a folder', async () => {
    mkdirSync(join(cwd, 'gui'));
    file('gui/a.csv', prices(['1.000']).text);
    file('gui/b.csv', prices(['x']).text);
    const ran = await run('check', 'gui', '--as', SLOT, '--json');
    expect(ran.status).toBe(2);
    expect(ran.json().files.map((one: { verdict: string }) => one.verdict)).toEqual(['accepted', 'rejected']);
  });

  it.each(['1', '2026', '2026-02-31', '05/10/2026', '2026-11-01 25:00'])('sql refuses --as-of %s', async (text) => {
    const ran = await run('sql', 'select 1', '--as-of', text, '--json');
    expect([ran.status, ran.json().error.code]).toEqual([2, 'E_AS_OF']);
  });

  it('sql says when data begins', async () => {
    const ran = await run('sql', 'select 1', '--as-of', '2020-01-01');
    expect([ran.status, ran.stderr]).toEqual([
      2,
      expect.stringMatching(/data begins at \d{4}.* \+07:00.*\(E_SNAPSHOT\)/),
    ]);
  });

  it('sql into a pipe that closes early ends quietly', async () => {
    const command = `"${process.execPath}" "${join(ROOT, 'cli', 'tamgiang.mjs')}" sql "select range from range(100000)" --format csv; echo "status $?" >&2`;
    const stderr = await new Promise<string>((resolve) => {
      execFile('sh', ['-c', `{ ${command}; } | head -1`], { cwd }, (_error, _stdout, errors) => resolve(errors));
    });
    expect(stderr).toBe('status 0\n');
  });

  it('demo leaves a home with somebody’s own data alone', async () => {
    const ran = await run('demo', '--json');
    expect([ran.status, ran.json().error.code]).toEqual([2, 'E_DEMO_HOME']);
  });

  it('contract alone shows its help', async () => {
    const ran = await run('contract');
    expect([ran.status, ran.stdout]).toEqual([0, expect.stringContaining('lint')]);
  });
});
