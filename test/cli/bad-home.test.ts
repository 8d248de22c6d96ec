// A full disk, a home that may only be read, tables that are damaged: a clear error, and nothing is worse than before.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tamgiang } from '../support/command';
import { openLake, send } from '../support/lake';
import { prices, readings } from '../support/made-files';
import { ROOT } from '../support/repository';
import { tempFolder } from '../support/temp';

jest.setTimeout(240_000);
const cwd = tempFolder();
const sound = join(cwd, 'lanh-lan', 'home');
const isRoot = process.getuid?.() === 0;

beforeAll(async () => {
  const lake = await openLake(sound);
  await send(lake, prices(['1.000', '2.000']), readings('NUO001', ['7.1']));
  writeFileSync(join(cwd, 'gia.csv'), prices(['3.000', '4.000', '5.000']).text);
});

/** Every file of a home, work folders aside, with its bytes. */
function contents(home: string): Map<string, string> {
  const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files
      .map(({ parentPath, name }) => join(parentPath, name))
      .filter((path) => !path.startsWith(join(home, 'tmp')))
      .map((path) => [path.slice(home.length), readFileSync(path).toString('base64')]),
  );
}

const PUT = ['put', 'gia.csv', '--to', 'so_cong_thuong/gia_thi_truong/2026-10', '--json'];

describe('a full disk', () => {
  const disk = join(cwd, 'dia');
  let mounted = false;
  beforeAll(() => {
    mkdirSync(disk);
    const asDisk = ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk];
    mounted = isRoot && spawnSync('mount', asDisk, { stdio: 'ignore' }).status === 0;
  });
  afterAll(() => {
    if (mounted) execFileSync('umount', [disk]);
  });

  // Where no small disk can be made, a quota of the shell stands in for it.
  it('ends a put with what to do; what was there is whole, and with room the same put goes through', async () => {
    const home = join(disk, 'home');
    cpSync(sound, home, { recursive: true });
    const room = join(disk, 'day');
    if (mounted) {
      const { bavail, bsize } = statfsSync(disk);
      writeFileSync(room, Buffer.alloc(Math.max(0, bavail * bsize - 8192)));
    }
    const before = contents(home);
    const ran = mounted ? await tamgiang([...PUT, '--home', home], { cwd }) : limited(home);
    expect([ran.status, JSON.parse(ran.stdout).error.code]).toEqual([2, 'E_DISK_FULL']);
    const after = contents(home);
    for (const [path, bytes] of before) expect([path, after.get(path)]).toEqual([path, bytes]);
    rmSync(room, { force: true });
    const again = await tamgiang([...PUT, '--home', home], { cwd });
    expect([again.status, again.json().submissions[0].verdict]).toEqual([0, 'accepted']);
    expect((await tamgiang(['verify', '--home', home], { cwd })).status).toBe(0);
  });

  function limited(home: string): { readonly status: number | null; readonly stdout: string } {
    const line = 'ulimit -f 1; exec "$@"';
    const args = ['-c', line, 'sh', process.execPath, join(ROOT, 'cli/tamgiang.mjs'), ...PUT, '--home', home];
    return spawnSync('bash', args, { cwd, encoding: 'utf8' });
  }
});

describe('a home that may only be read', () => {
  it('is read as ever; every writing command refuses with E_READ_ONLY and changes nothing', async () => {
    const home = join(cwd, 'chi-doc', 'home');
    cpSync(sound, home, { recursive: true });
    // Bundled by somebody who may, and run as it is.
    const bundling = `import { bundle } from ${JSON.stringify(join(ROOT, 'build.mjs'))}; console.log(await bundle('cli/main.ts'));`;
    const bundled = execFileSync(process.execPath, ['--input-type=module', '-e', bundling], {
      encoding: 'utf8',
    }).trim();
    const starting = `const { main } = await import(${JSON.stringify(join(bundled, 'main.mjs'))}); process.exitCode = await main(process.argv.slice(1), ${JSON.stringify(ROOT)});`;
    const before = contents(home);
    chmodSync(cwd, 0o755);
    const folders = [home, ...['control', 'curated', 'raw', 'receipts', 'tmp'].map((zone) => join(home, zone))];
    if (!isRoot) for (const folder of folders) chmodSync(folder, 0o555);
    const run = (...args: string[]) => {
      const flags = ['--home', home, '--lang', 'en', '--json'];
      const command = [process.execPath, '--input-type=module', '-e', starting, '--', ...args, ...flags];
      const [file = '', ...rest] = isRoot
        ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', ...command]
        : command;
      const { status, stdout } = spawnSync(file, rest, { cwd, encoding: 'utf8' });
      return { status, answer: JSON.parse(stdout) };
    };
    try {
      expect(run('verify')).toMatchObject({ status: 0, answer: { ok: true } });
      expect(run('history').status).toBe(0);
      for (const args of [
        ['put', join(cwd, 'gia.csv'), '--to', 'so_cong_thuong/gia_thi_truong/2026-10'],
        ['verify', '--repair'],
        ['rebuild'],
        ['compact', '--all'],
        ['expire'],
        ['retract', 'so_cong_thuong/gia_thi_truong/2026-10', '--reason', 'x'],
      ])
        expect([args[0], run(...args)]).toMatchObject([
          args[0],
          { status: 2, answer: { error: { code: 'E_READ_ONLY', message: expect.stringContaining(home) } } },
        ]);
    } finally {
      if (!isRoot) for (const folder of folders) chmodSync(folder, 0o755);
    }
    expect(contents(home)).toEqual(before);
  });
});

describe('a damaged table', () => {
  const metadata = (home: string) => join(home, 'curated/gia_thi_truong/metadata');
  it.each<[string, string, (home: string) => void]>([
    [
      'metadata broken',
      'E_METADATA',
      (home) => writeFileSync(join(metadata(home), 'v1.metadata.json'), '{"format-ver'),
    ],
    [
      'metadata of a newer version',
      'E_FORMAT_VERSION',
      (home) => writeFileSync(join(metadata(home), 'v2.metadata.json'), '{"format-version":3}'),
    ],
    [
      'a manifest deleted',
      'E_FILE_MISSING',
      (home) => {
        for (const name of readdirSync(metadata(home))) if (/-m0\.avro$/.test(name)) rmSync(join(metadata(home), name));
      },
    ],
  ])('(%s) stops a put with %s, verify names file and repair, and neither makes it worse', async (_, code, harm) => {
    const home = join(cwd, code, 'home');
    cpSync(sound, home, { recursive: true });
    harm(home);
    const first = await tamgiang(['verify', '--home', home, '--json'], { cwd });
    const broken = first.json().checks.filter(({ ok }: { ok: boolean }) => !ok);
    expect(broken.map(({ detail }: { detail: string }) => detail).join('\n')).toMatch(
      /gia_thi_truong\/metadata\/.*→ tamgiang rebuild gia_thi_truong/,
    );
    const table = contents(join(home, 'curated'));
    const ran = await tamgiang([...PUT, '--home', home], { cwd });
    expect([ran.status, ran.json().error]).toMatchObject([2, { code, message: expect.stringContaining(home) }]);
    const repaired = await tamgiang(['verify', '--repair', '--home', home, '--json'], { cwd });
    expect(repaired.status).toBe(1);
    const left = contents(join(home, 'curated'));
    for (const [path, bytes] of table) expect([path, left.get(path)]).toEqual([path, bytes]);
    const rebuilt = await tamgiang(['rebuild', 'gia_thi_truong', '--home', home, '--json'], { cwd });
    expect([rebuilt.status, rebuilt.json().isPlaced]).toEqual([0, true]);
    expect((await tamgiang(['verify', '--home', home, '--json'], { cwd })).json().ok).toBe(true);
    const again = await tamgiang([...PUT, '--home', home], { cwd });
    expect(again.status).toBe(0);
  });
});
