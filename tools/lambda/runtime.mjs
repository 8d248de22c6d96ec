// What a Lambda function of Node.js runs on, from the npm registry: AWS's own runtime client and a Node of Lambda's version.
// Lives in `.cache/lambda/<hash>`, made once. The client compiles libcurl for about a minute: it wants a C++ compiler, make,
// cmake, xz and Node's headers.
//
//   node tools/lambda/runtime.mjs       prints the folder; status 75 when the registry cannot be reached
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const UNREACHABLE = 75;
const PACKAGES = { node: '24.9.0', 'aws-lambda-ric': '4.0.2' };
const OFFLINE =
  /ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|network request|CERT_|socket hang up/;

const CACHE = resolve(dirname(fileURLToPath(import.meta.url)), '../../.cache/lambda');

/** Node's own headers where they came with it: node-gyp would fetch them from a site that is no registry. */
function headers() {
  const prefix = resolve(dirname(process.execPath), '..');
  return existsSync(join(prefix, 'include', 'node', 'node_api.h')) ? { npm_config_nodedir: prefix } : {};
}

/**
 * A folder with `node` and `ric/index.mjs`, made first when it is not there; undefined, after one loud line on stderr, when
 * the registry cannot be reached. Safe to call from several processes at once.
 * @returns {string | undefined}
 * @throws Error when the packages do not install
 */
export function ensureLambdaRuntime() {
  const manifest = JSON.stringify({ private: true, name: 'lambda-runtime', version: '0.0.0', dependencies: PACKAGES });
  const home = join(CACHE, createHash('sha256').update(manifest).digest('hex').slice(0, 12));
  if (existsSync(home)) return home;
  mkdirSync(CACHE, { recursive: true });
  // Made aside and renamed when whole: a run that is cut off leaves nothing another could take for finished.
  const aside = mkdtempSync(`${home}.part-`);
  try {
    writeFileSync(join(aside, 'package.json'), manifest);
    const options = ['--engine-strict=false', '--no-audit', '--no-fund', '--foreground-scripts'];
    const done = spawnSync('npm', ['install', ...options], {
      cwd: aside,
      env: { ...process.env, ...headers() },
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    const output = `${done.error?.message ?? ''}${done.stdout}${done.stderr}`;
    if (done.status !== 0 && OFFLINE.test(output)) {
      process.stderr.write(
        '\n!!! LEFT OUT: the npm registry cannot be reached, so no packaged function is run in this run !!!\n\n',
      );
      return undefined;
    }
    if (done.status !== 0)
      throw new Error(
        `The Lambda runtime does not install (it wants g++, make, cmake, xz and Node's headers):\n${output.slice(-4000)}`,
      );
    const made = join(aside, 'made');
    const from = join(aside, 'node_modules');
    cpSync(join(from, 'node', 'bin', 'node'), join(made, 'node'));
    for (const file of ['index.mjs', 'rapid-client.node', 'package.json', 'LICENSE', 'NOTICE'])
      cpSync(join(from, 'aws-lambda-ric', file), join(made, 'ric', file));
    const told = spawnSync(join(made, 'node'), ['--version'], { encoding: 'utf8' }).stdout?.trim();
    if (told !== `v${PACKAGES.node}`) throw new Error(`The Node of the Lambda runtime says ${told}.`);
    try {
      renameSync(made, home);
    } catch (error) {
      // Another process was first; its runtime is as good as ours.
      if (!existsSync(home)) throw error;
    }
    return home;
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const home = ensureLambdaRuntime();
  if (!home) process.exit(UNREACHABLE);
  process.stdout.write(`${home}\n`);
}
