// What runs and checks state machines without AWS, from the npm registry: an interpreter of Amazon States Language, a
// validator of it, and a Node new enough for them. Lives in `.cache/stepfunctions/<hash>`, made once.
//
//   node tools/stepfunctions/stepfunctions.mjs       prints the folder; status 75 when the registry cannot be reached
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const UNREACHABLE = 75;
const PACKAGES = { node: '24.9.0', 'aws-local-stepfunctions': '3.0.0', 'asl-validator': '3.16.0' };
const OFFLINE =
  /ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|network request|CERT_|socket hang up/;

const CACHE = resolve(dirname(fileURLToPath(import.meta.url)), '../../.cache/stepfunctions');

/**
 * A folder with `node_modules`, made first when it is not there; undefined, after one loud line on stderr, when the registry
 * cannot be reached. Safe to call from several processes at once.
 * @returns {string | undefined}
 * @throws Error when the packages do not install
 */
export function ensureStepFunctions() {
  const manifest = JSON.stringify({ private: true, name: 'stepfunctions', version: '0.0.0', dependencies: PACKAGES });
  const home = join(CACHE, createHash('sha256').update(manifest).digest('hex').slice(0, 12));
  if (existsSync(home)) return home;
  mkdirSync(CACHE, { recursive: true });
  // Made aside and renamed when whole: a run that is cut off leaves nothing another could take for finished.
  const aside = mkdtempSync(`${home}.part-`);
  try {
    writeFileSync(join(aside, 'package.json'), manifest);
    const done = spawnSync('npm', ['install', '--engine-strict=false', '--no-audit', '--no-fund'], {
      cwd: aside,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    const output = `${done.error?.message ?? ''}${done.stdout}${done.stderr}`;
    if (done.status !== 0 && OFFLINE.test(output)) {
      process.stderr.write(
        '\n!!! LEFT OUT: the npm registry cannot be reached, so no state machine is run or linted in this run !!!\n\n',
      );
      return undefined;
    }
    if (done.status !== 0)
      throw new Error(`The interpreter of state machines does not install:\n${output.slice(-4000)}`);
    try {
      renameSync(aside, home);
    } catch (error) {
      // Another process was first; its packages are as good as ours.
      if (!existsSync(home)) throw error;
    }
    return home;
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const home = ensureStepFunctions();
  if (!home) process.exit(UNREACHABLE);
  process.stdout.write(`${home}\n`);
}
