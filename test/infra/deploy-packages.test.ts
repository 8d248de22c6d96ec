// Before a deployment: a province that is named, packages that are there and not older than what they are made of.
import { spawnSync } from 'node:child_process';
import fs, { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packages } from '../../cli/doctor-aws';
import { FUNCTIONS } from '../../infra/names';
import { assertPackages } from '../../lake/packages';
import { tempFolder } from '../support/temp';

const root = tempFolder();
const SOURCES = ['lake/a.ts', 'platform/local/b.ts', 'lambdas/commit/c.ts', 'schemas/d.yaml', 'queries/e/f.sql'];
const OTHERS = ['infra/names.ts', 'package-lock.json'];
const PACKAGED = FUNCTIONS.filter((name) => name !== 'intake-heavy');
const mainOf = (name: string) => `dist/lambda/${name}/arm64/main.mjs`;

function write(path: string, atSeconds: number): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), '');
  utimesSync(join(root, path), atSeconds, atSeconds);
}

beforeEach(() => {
  for (const path of [...SOURCES, ...OTHERS]) write(path, 1_000);
  for (const name of PACKAGED) write(mainOf(name), 2_000);
});

const asserted = () => {
  try {
    assertPackages(root, FUNCTIONS, fs);
    return 'ready';
  } catch (error) {
    return error;
  }
};

describe('packages', () => {
  it('are ready when each is younger than every source', () => {
    expect(asserted()).toBe('ready');
  });

  it.each([...PACKAGED])('of %s must be there', (name) => {
    rmSync(join(root, mainOf(name)));
    expect(asserted()).toMatchObject({ code: 'E_PACKAGE', message: expect.stringContaining(`${name} is not there`) });
  });

  it.each([...SOURCES, ...OTHERS])('must not be older than %s', (path) => {
    write(path, 3_000);
    expect(asserted()).toMatchObject({ code: 'E_PACKAGE', message: expect.stringContaining(`is older than ${path}`) });
  });

  it('of one function may be the old one', () => {
    for (const name of PACKAGED) write(mainOf(name), name === 'report' ? 2_000 : 3_000);
    write('lake/a.ts', 2_500);
    expect(asserted()).toMatchObject({ code: 'E_PACKAGE', message: expect.stringContaining('function report') });
  });
});

describe('doctor --aws', () => {
  it('says of packages what a deployment would', () => {
    expect(packages(root)).toMatchObject({ ok: true });
    write('lake/a.ts', 3_000);
    expect(packages(root)).toMatchObject({
      ok: false,
      detail: { en: expect.stringContaining('older than lake/a.ts'), vi: expect.stringContaining('cũ hơn lake/a.ts') },
      next: 'npm run package',
    });
    rmSync(join(root, mainOf('intake')));
    expect(packages(root)).toMatchObject({ ok: false, detail: { en: expect.stringContaining('intake is not there') } });
  });
});

describe('npm run deploy', () => {
  const REPOSITORY = join(__dirname, '..', '..');
  const run = (...args: readonly string[]) =>
    spawnSync(process.execPath, ['--import', 'tsx', 'infra/deploy.ts', ...args], { cwd: REPOSITORY, encoding: 'utf8' });

  it('shows how it is called when no province is named', () => {
    for (const args of [[], ['--require-approval', 'never']]) {
      const { status, stderr } = run(...args);
      expect([status, stderr]).toEqual([2, expect.stringMatching(/^Usage: npm run deploy -- <province>/)]);
    }
  });

  it('names the provinces there are when it is given another', () => {
    const { status, stderr } = run('hua');
    expect([status, stderr]).toEqual([2, expect.stringMatching(/E_PROVINCE .*infra\/provinces\/hua.yaml.*hue/)]);
    expect(stderr).not.toContain('-c province');
  });
});
