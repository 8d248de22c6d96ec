// Packages of the npm registry that tests lean on and that want a newer Node than ours: each set in a folder of its own,
// `.cache/<name>/<hash of the versions>`.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { leftOut, madeOnce } from './made-once.mjs';

const CACHE = resolve(dirname(fileURLToPath(import.meta.url)), '../.cache');
const OFFLINE =
  /ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|network request|CERT_|socket hang up/;

/**
 * The folder of a set of packages; undefined, after one loud line on stderr, when the registry cannot be reached.
 * @param {object} set
 * @param {string} set.name
 * @param {Record<string, string>} set.packages exact versions
 * @param {string} set.without what does not happen in a run without them
 * @param {string} [set.wants] what installing wants beside npm
 * @param {string[]} [set.options] of npm install
 * @param {Record<string, string>} [set.env]
 * @param {(aside: string) => string} [set.keep] the folder of the installed one that is kept; default: all of it
 * @returns {string | undefined}
 * @throws Error when the packages do not install
 */
export function ensurePackages({ name, packages, without, wants = 'npm', options = [], env, keep = (all) => all }) {
  const manifest = JSON.stringify({ private: true, name, version: '0.0.0', dependencies: packages });
  const hash = createHash('sha256').update(manifest).digest('hex').slice(0, 12);
  return madeOnce(join(CACHE, name, hash), (aside) => {
    writeFileSync(join(aside, 'package.json'), manifest);
    const done = spawnSync('npm', ['install', '--engine-strict=false', '--no-audit', '--no-fund', ...options], {
      cwd: aside,
      env: { ...process.env, ...env },
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    if (done.status === 0) return keep(aside);
    const output = `${done.error?.message ?? ''}${done.stdout}${done.stderr}`;
    if (OFFLINE.test(output)) return leftOut('the npm registry cannot be reached', without);
    throw new Error(`The packages of ${name} do not install (they want ${wants}):\n${output.slice(-4000)}`);
  });
}
