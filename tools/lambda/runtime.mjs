// What a Lambda function of Node.js runs on, from the npm registry: AWS's own runtime client and a Node of Lambda's version.
// Lives in `.cache/lambda/<hash>`, made once. The client compiles libcurl for about a minute: it wants a C++ compiler, make,
// cmake, xz and Node's headers.
//
//   node tools/lambda/runtime.mjs       prints the folder; status 75 when the registry cannot be reached
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { printWhenCalled } from '../made-once.mjs';
import { ensurePackages } from '../npm-packages.mjs';

const PACKAGES = { node: '24.9.0', 'aws-lambda-ric': '4.0.2' };

/** Node's own headers where they came with it: node-gyp would fetch them from a site that is no registry. */
function headers() {
  const prefix = resolve(process.execPath, '../..');
  return existsSync(join(prefix, 'include', 'node', 'node_api.h')) ? { npm_config_nodedir: prefix } : {};
}

function keepWhatRuns(installed) {
  const made = join(installed, 'made');
  const from = join(installed, 'node_modules');
  cpSync(join(from, 'node', 'bin', 'node'), join(made, 'node'));
  for (const file of ['index.mjs', 'rapid-client.node', 'package.json', 'LICENSE', 'NOTICE'])
    cpSync(join(from, 'aws-lambda-ric', file), join(made, 'ric', file));
  const told = spawnSync(join(made, 'node'), ['--version'], { encoding: 'utf8' }).stdout?.trim();
  if (told !== `v${PACKAGES.node}`) throw new Error(`The Node of the Lambda runtime says ${told}.`);
  return made;
}

/**
 * A folder with `node` and `ric/index.mjs`, made first when it is not there; undefined, after one loud line on stderr, when
 * the registry cannot be reached. Safe to call from several processes at once.
 * @returns {string | undefined}
 * @throws Error when the packages do not install
 */
export function ensureLambdaRuntime() {
  return ensurePackages({
    name: 'lambda',
    packages: PACKAGES,
    without: 'no packaged function is run',
    wants: "g++, make, cmake, xz and Node's headers",
    options: ['--foreground-scripts'],
    env: headers(),
    keep: keepWhatRuns,
  });
}

printWhenCalled(import.meta.url, ensureLambdaRuntime);
