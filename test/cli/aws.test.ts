// --aws without AWS: which commands have it, which province is meant, and the folder a command works in.
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withWorkFolder } from '../../cli/aws-home';
import { main } from '../../cli/main';
import { ROOT } from '../support/repository';

async function run(...args: string[]) {
  const err: string[] = [];
  const out: string[] = [];
  const spies = [
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => err.push(String(text)) > 0),
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0),
  ];
  try {
    return { status: await main(['--lang', 'en', ...args], ROOT), stderr: err.join(''), stdout: out.join('') };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

describe('--aws', () => {
  it.each([
    [['put', 'x.csv', '--aws', 'hue'], 'commands that have it: tables, history'],
    [['--aws', 'hue', 'sql', 'select 1'], 'works on a lake in a folder only'],
    [['rebuild', '--aws', 'hue'], 'commands that have it'],
    [['history', '--aws', 'hue', '--home', 'x'], 'two different lakes'],
    [['history', '--aws', 'hanoi'], 'provinces: daydu, hue, nho'],
    [['history', '--aws'], 'E_FLAG'],
    [['verify', '--deep', '--aws', 'hue'], 'in a folder only'],
    [['expire', '--orphans-older-than', '47h', '--aws', 'hue'], 'E_GRACE'],
  ])('refuses %j', async (args, said) => {
    const ran = await run(...args);
    expect([ran.status, ran.stderr]).toEqual([2, expect.stringContaining(said)]);
  });

  it('stands in the help of the commands that have it, and of no other', async () => {
    expect((await run('erase', '--help')).stdout).toContain('--aws <province>');
    expect((await run('put', '--help')).stdout).not.toContain('--aws <province>');
  });
});

describe('the work folder of a command on AWS', () => {
  it('is this user’s alone, goes at the end, and takes with it what dead processes left', async () => {
    const dead = join(tmpdir(), 'tam-giang-aws-999999999-bi-giet');
    mkdirSync(dead, { recursive: true });
    let dir = '';
    const failing = withWorkFolder(async (made) => {
      dir = made;
      expect(existsSync(dead)).toBe(false);
      expect([readdirSync(made), statSync(made).mode & 0o077]).toEqual([[], 0]);
      throw new Error('thử');
    });
    await expect(failing).rejects.toThrow('thử');
    expect(existsSync(dir)).toBe(false);
    expect(process.listenerCount('SIGINT')).toBe(0);
  });
});
