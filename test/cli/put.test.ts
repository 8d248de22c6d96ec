// tamgiang put: what a department's file becomes, as a program reads it.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { tamgiang } from '../support/command';
import { prices, readings, units } from '../support/made-files';
import { tempFolder } from '../support/temp';

const cwd = tempFolder();
const file = (name: string, text: string): string => {
  mkdirSync(join(cwd, 'gui'), { recursive: true });
  writeFileSync(join(cwd, 'gui', name), text);
  return join('gui', name);
};
const run = (...args: string[]) => tamgiang(args, { cwd });
const TO = ['--to', 'so_cong_thuong/gia_thi_truong/2026-10', '--json'];
const six = prices(['1.000', '2.000', '3.000', 'ba nghìn', '5.000', '6.000']);

describe('put', () => {
  it('answers one document with verdict, counts, findings, snapshot and receipt, progress on stderr', async () => {
    const ran = await run('put', file('gia.csv', six.text), ...TO);
    expect(ran.status).toBe(0);
    const { submissions } = ran.json();
    expect(submissions).toEqual([
      expect.objectContaining({
        file: 'gia.csv',
        submission: 'so_cong_thuong/gia_thi_truong/2026-10',
        verdict: 'partial',
        rowsIn: 6,
        rowsAccepted: 5,
        rowsRejected: 1,
        findings: [expect.objectContaining({ code: 'E_NUMBER', row: 5, column: 'Giá', cell: 'D5', found: 'ba nghìn' })],
        snapshot: expect.stringMatching(/^\d+$/),
      }),
    ]);
    const [finding] = submissions[0].findings;
    expect([typeof finding.expected, typeof finding.message]).toEqual(['string', 'string']);
    expect(finding.message).toContain('Row 5, cell D5');
    const receipt = submissions[0].receipt;
    expect(readFileSync(isAbsolute(receipt) ? receipt : join(cwd, receipt), 'utf8')).toContain('<!doctype html>');
    expect(ran.stderr).toContain('gia.csv: partial');
    expect(existsSync(join(cwd, '.lake', 'raw'))).toBe(true);
  });

  it('says unchanged for the same bytes, refuses a wrong file with 2, and says so in Vietnamese too', async () => {
    await run('put', file('gia.csv', six.text), ...TO);
    const again = await run('put', file('gia.csv', six.text), ...TO);
    expect([again.status, again.json().submissions[0].verdict]).toEqual([0, 'unchanged']);
    const bad = await run('put', file('sai.csv', prices(['x', 'y']).text), ...TO, '--lang', 'vi');
    expect(bad.status).toBe(2);
    expect(bad.json().submissions[0]).toMatchObject({
      verdict: 'rejected',
      rowsIn: 2,
      rowsAccepted: 0,
      rowsRejected: 2,
      snapshot: null,
    });
    expect(bad.json().submissions[0].findings[0].message).toContain('cả tệp không được nhận');
    expect(existsSync(join(cwd, bad.json().submissions[0].receipt))).toBe(true);
  });

  it('finds the dataset by header, by station name and by the ingest folder', async () => {
    const ingest = join('.lake', 'ingest', 'so_noi_vu', 'don_vi_hanh_chinh', '2026-07');
    mkdirSync(join(cwd, ingest), { recursive: true });
    writeFileSync(join(cwd, ingest, 'don_vi.csv'), units(['20137']).text);
    const station = readings('NUO001', ['7.1', '60']);
    const ran = await run(
      'put',
      join(ingest, 'don_vi.csv'),
      file('gia_2026-09.csv', prices(['1.000']).text),
      file(station.name, station.text),
      '--json',
    );
    expect(
      ran.json().submissions.map((one: { submission: string; verdict: string }) => `${one.submission}: ${one.verdict}`),
    ).toEqual([
      'so_noi_vu/don_vi_hanh_chinh/2026-07: accepted',
      'so_cong_thuong/gia_thi_truong/2026-09: accepted',
      `so_nn_mt/so_lieu_quan_trac/2026-10-20/${station.name.replace('.txt', '').toLowerCase()}: accepted`,
    ]);
  });

  it('names the nearest dataset, period form or file, exits 2 and makes no lake', async () => {
    const path = file('gia.csv', six.text);
    const home = ['--home', 'khac', '--json'];
    const [target, period, missing, unclear] = await Promise.all([
      run('put', path, '--to', 'so_cong_thuong/gia_thi_truon', ...home),
      run('put', path, '--to', 'so_cong_thuong/gia_thi_truong/10-2026', ...home),
      run('put', 'gui/giaa.csv', '--to', 'so_cong_thuong/gia_thi_truong', ...home),
      run('put', file('la.csv', 'a;b\n1;2\n'), ...home),
    ]);
    expect([target, period, missing, unclear].map((ran) => [ran.status, ran.json().error.code])).toEqual([
      [2, 'E_TARGET'],
      [2, 'E_PERIOD'],
      [2, 'E_FILE'],
      [2, 'E_TARGET'],
    ]);
    expect(target?.json().error.message).toContain('Nearest: so_cong_thuong/gia_thi_truong');
    expect(missing?.json().error.message).toContain('Nearest: “gui/gia.csv”');
    expect(existsSync(join(cwd, 'khac'))).toBe(false);
  });
});

describe('check', () => {
  it('judges like put and writes nothing', async () => {
    const [partial, refused] = await Promise.all([
      run('check', file('gia.csv', six.text), '--as', 'so_cong_thuong/gia_thi_truong', '--home', 'trong', '--json'),
      run('check', file('sai.csv', prices(['x']).text), '--home', 'trong', '--json'),
    ]);
    expect([partial.status, partial.json()]).toEqual([
      0,
      expect.objectContaining({
        contract: 'so_cong_thuong/gia_thi_truong',
        verdict: 'partial',
        rowsIn: 6,
        rowsAccepted: 5,
        rowsRejected: 1,
        findingCount: 1,
      }),
    ]);
    expect([refused.status, refused.json().verdict]).toEqual([2, 'rejected']);
    expect(existsSync(join(cwd, 'trong'))).toBe(false);
  });
});
