// Python programs the tests lean on (moto, PyIceberg) live in virtual environments of the project's cache folder:
// `.cache/python/<name>/<hash of the requirements>`. Made once, reused while tools/python/<name>.txt is unchanged.
// Run them as `<python> -m <module>`: the scripts in bin/ name a folder that no longer exists.
//
//   node tools/python/venv.mjs moto      prints the path of its python; status 75 when PyPI cannot be reached
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { leftOut, madeOnce, printWhenCalled } from '../made-once.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const CACHE = resolve(HERE, '../../.cache/python');
const OFFLINE =
  /NewConnectionError|ConnectTimeoutError|ReadTimeoutError|NameResolutionError|ProxyError|SSLError|ConnectionResetError|Connection (refused|broken|aborted)|Max retries exceeded|Could not fetch URL|Temporary failure in name resolution|Network is unreachable/i;

function run(command, args) {
  const done = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (done.error)
    throw new Error(`${command} does not start (${done.error.message}). Install Python 3.9 or newer with venv.`);
  return { ok: done.status === 0, output: `${done.stdout}${done.stderr}` };
}

function pythonOf(folder) {
  return process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');
}

/**
 * The python of the environment `name`, made first when it is not there; undefined, after one loud line on stderr, when
 * PyPI cannot be reached. Safe to call from several processes at once.
 * @param {string} name tools/python/<name>.txt holds its requirements, each with an exact version
 * @returns {string | undefined}
 * @throws Error when Python is missing or the requirements themselves do not install
 */
export function ensureVenv(name) {
  const requirements = join(HERE, `${name}.txt`);
  const hash = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const home = join(CACHE, name, hash);
  const made = madeOnce(home, (aside) => {
    const empty = run(process.env.PYTHON ?? 'python3', ['-m', 'venv', aside]);
    if (!empty.ok) throw new Error(`No virtual environment could be made for ${name}:\n${empty.output}`);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--retries', '2', '--timeout', '30'];
    const installed = run(pythonOf(aside), [...pip, '--only-binary', ':all:', '-r', requirements]);
    if (installed.ok) return aside;
    if (OFFLINE.test(installed.output))
      return leftOut('PyPI cannot be reached', `everything that needs ${name} is NOT tested`);
    throw new Error(`${requirements} does not install:\n${installed.output}`);
  });
  return made === undefined ? undefined : pythonOf(made);
}

printWhenCalled(import.meta.url, () => {
  const name = process.argv[2] ?? '';
  if (/^[a-z0-9-]+$/.test(name)) return ensureVenv(name);
  process.stderr.write('Usage: node tools/python/venv.mjs NAME   (tools/python/NAME.txt holds the requirements)\n');
  return process.exit(2);
});
