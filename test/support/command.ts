// The command as people run it: a process of its own.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './repository';

export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The one JSON document on stdout. */
  json(): ReturnType<typeof JSON.parse>;
}

export interface Where {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starting a process takes most of a second, more on a busy machine. */
jest.setTimeout(60_000);

/** Runs `tamgiang ARGS` in a folder, in English unless the environment or a flag says otherwise. */
export function tamgiang(args: readonly string[], { cwd, env = {} }: Where): Promise<Ran> {
  const { TAMGIANG_HOME: _, LC_ALL: __, LC_MESSAGES: ___, ...rest } = process.env;
  const options = { cwd, env: { ...rest, LANG: 'en_GB.UTF-8', ...env }, maxBuffer: 64_000_000 };
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [join(ROOT, 'cli', 'tamgiang.mjs'), ...args],
      options,
      (_error, stdout, stderr) =>
        resolve({ status: child.exitCode ?? -1, stdout, stderr, json: () => JSON.parse(stdout) }),
    );
  });
}
