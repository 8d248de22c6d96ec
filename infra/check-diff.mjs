// node --import tsx infra/check-diff.mjs [git ref]: compares the goldens of the working tree with those of a commit (default: where this
// branch left origin/main, else the commit before) and fails on a resource that holds something and would be lost. A loss that
// is meant stands in a commit message since then, a line each: `Accepts-loss: <logical id> <reason>`.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lostState } from './lost-state.ts';

const FOLDER = 'test/infra/expected';
const root = fileURLToPath(new URL('..', import.meta.url));

function git(...args) {
  const done = spawnSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return done.status === 0 ? done.stdout.trimEnd() : undefined;
}

function base() {
  const head = git('rev-parse', 'HEAD');
  const fork = git('merge-base', 'HEAD', 'origin/main');
  return fork !== undefined && fork !== head ? fork : git('rev-parse', '--verify', 'HEAD^');
}

const [asked] = process.argv.slice(2);
const ref = asked ?? base();
const files =
  ref === undefined ? undefined : git('ls-tree', '-r', '--name-only', ref, FOLDER)?.split('\n').filter(Boolean);
if (files === undefined) {
  process.stderr.write(`There is no commit ${asked ?? 'to compare with'}: name one, for example HEAD^.\n`);
  process.exitCode = 2;
} else {
  const messages = git('log', '--format=%B', `${ref}..HEAD`) ?? '';
  const accepted = new Set([...messages.matchAll(/^Accepts-loss: (\S+) \S/gm)].map(([, id]) => id));
  const lost = files.flatMap((file) => {
    const after = existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : '';
    return lostState(`${git('show', `${ref}:${file}`) ?? ''}\n`, after)
      .filter(({ id }) => !accepted.has(id))
      .map(({ text }) => `${file}: ${text}`);
  });
  for (const loss of lost) process.stderr.write(`${loss}\n`);
  process.stdout.write(`${files.length} goldens compared with ${ref}: ${lost.length} losses\n`);
  process.exitCode = lost.length > 0 ? 1 : 0;
}
