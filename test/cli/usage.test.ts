// Words of the command line: help with examples, and wrong flags, commands and languages answered in sentences.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { main } from '../../cli/main';
import { tamgiang } from '../support/command';
import { ROOT } from '../support/repository';
import { tempFolder } from '../support/temp';

const cwd = tempFolder();
const COMMANDS = [
  'demo',
  'put',
  'check',
  'sql',
  'tables',
  'history',
  'trace',
  'refresh',
  'report',
  'verify',
  'rebuild',
  'compact',
  'expire',
  'retract',
  'doctor',
  'contract lint',
];

/** Runs a command line in this process. */
async function inProcess(...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const spies = [
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0),
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => err.push(String(text)) > 0),
  ];
  try {
    const status = await main(args, ROOT);
    return { status, stdout: out.join(''), stderr: err.join('') };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

describe('a clone without its packages', () => {
  it('says what to run first', () => {
    const clone = join(cwd, 'clone');
    for (const folder of ['lake', 'platform', 'infra', 'cli', 'bench'])
      mkdirSync(join(clone, folder), { recursive: true });
    for (const file of ['build.mjs', 'cli/tamgiang.mjs']) cpSync(join(ROOT, file), join(clone, file));
    const { status, stderr } = spawnSync(process.execPath, ['cli/tamgiang.mjs', 'doctor'], {
      cwd: clone,
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/^Chưa cài .*npm ci\nPackages are not .*esbuild.* npm ci\n$/),
    ]);
  });
});

describe('help', () => {
  it.each(COMMANDS)('of %s shows an example that starts with the command', async (command) => {
    const { status, stdout } = await inProcess(...command.split(' '), '--help');
    expect(status).toBe(0);
    expect(stdout).toMatch(new RegExp(`Ví dụ[^\\n]*\\n  tamgiang ${command}`));
  });

  it('of the whole names every command and the exit statuses', async () => {
    const [asked, bare] = [await inProcess('--help'), await inProcess()];
    for (const command of COMMANDS) expect(asked.stdout).toMatch(new RegExp(`^  ${command.split(' ')[0]}\\b`, 'm'));
    expect(asked.stdout).toContain('exit status: 0');
    expect([asked.status, bare.status, bare.stdout]).toEqual([0, 0, asked.stdout]);
  });
});

describe('a wrong command line', () => {
  it.each<[string, string[], string, string]>([
    ['unknown command', ['verfy'], 'E_COMMAND', 'Did you mean “verify”?'],
    ['unknown flag', ['verify', '--homee', 'x'], 'E_FLAG', 'Did you mean “--home”?'],
    ['unknown flag of one command', ['put', 'a.csv', '--too', 'x'], 'E_FLAG', 'Did you mean “--to”?'],
    ['missing argument', ['sql'], 'E_ARGUMENT', '“question”'],
    ['flag without value', ['sql', 'select 1', '--format'], 'E_FLAG', '--format'],
    ['missing required flag', ['trace', 'gia_thi_truong'], 'E_FLAG', '--where'],
    ['words left over', ['sql', 'select', '1'], 'E_ARGUMENT', 'quotes'],
    ['unknown language', ['tables', '--lang', 'fr'], 'E_FLAG', 'expected vi or en'],
    ['unknown report', ['report', 'khong_co', '--home', 'khong-co'], 'E_REPORT', 'lanh_dao'],
  ])('%s exits 2 and says what was probably meant', async (_, args, code, words) => {
    const flags = args.includes('--lang') ? [] : ['--lang', 'en'];
    const { status, stdout, stderr } = await inProcess(...flags, ...args);
    expect([status, stdout]).toEqual([2, '']);
    if (args.includes('--lang')) expect(stderr).toContain('cần vi hoặc en');
    else expect(stderr).toContain(words);
    const json = await inProcess(...args, '--json', ...flags);
    expect([json.status, JSON.parse(json.stdout).error.code]).toEqual([2, code]);
  });

  it('is answered in the language of the flag, else of the locale', async () => {
    const [flag, english, vietnamese, other] = await Promise.all([
      tamgiang(['verfy', '--lang', 'vi'], { cwd }),
      tamgiang(['verfy'], { cwd }),
      tamgiang(['verfy'], { cwd, env: { LANG: 'vi_VN.UTF-8' } }),
      tamgiang(['verfy'], { cwd, env: { LANG: 'C' } }),
    ]);
    expect([flag, english, vietnamese, other].map(({ stderr }) => stderr.split('.')[0])).toEqual([
      'Không có lệnh “verfy”',
      'There is no command “verfy”',
      'Không có lệnh “verfy”',
      'Không có lệnh “verfy”',
    ]);
    expect([flag, english, vietnamese, other].map(({ status }) => status)).toEqual([2, 2, 2, 2]);
  });
});
