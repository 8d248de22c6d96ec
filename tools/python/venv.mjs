// Python programs the tests lean on (moto, PyIceberg) live in virtual environments of the project's cache folder:
// `.cache/python/<name>/<hash of the requirements>`. Made once, reused while tools/python/<name>.txt is unchanged.
// Run them as `<python> -m <module>`: the scripts in bin/ name a folder that no longer exists.
//
//   node tools/python/venv.mjs moto      prints the path of its python; status 75 when PyPI cannot be reached
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Exit status when PyPI cannot be reached (EX_TEMPFAIL of sysexits.h): the caller may leave that part out, loudly. */
export const UNREACHABLE = 75;

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
  if (existsSync(home)) return pythonOf(home);
  mkdirSync(dirname(home), { recursive: true });
  // Made aside and renamed when whole: a run that is cut off leaves nothing another could take for finished.
  const aside = mkdtempSync(`${home}.part-`);
  try {
    const made = run(process.env.PYTHON ?? 'python3', ['-m', 'venv', aside]);
    if (!made.ok) throw new Error(`No virtual environment could be made for ${name}:\n${made.output}`);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--retries', '2', '--timeout', '30'];
    const installed = run(pythonOf(aside), [...pip, '--only-binary', ':all:', '-r', requirements]);
    if (!installed.ok && OFFLINE.test(installed.output)) {
      process.stderr.write(
        `\n!!! LEFT OUT: PyPI cannot be reached, so everything that needs ${name} is NOT tested in this run !!!\n\n`,
      );
      return undefined;
    }
    if (!installed.ok) throw new Error(`${requirements} does not install:\n${installed.output}`);
    try {
      renameSync(aside, home);
    } catch (error) {
      // Another process was first; its environment is as good as ours.
      if (!existsSync(home)) throw error;
    }
    return pythonOf(home);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const name = process.argv[2] ?? '';
  if (!/^[a-z0-9-]+$/.test(name)) {
    process.stderr.write('Usage: node tools/python/venv.mjs NAME   (tools/python/NAME.txt holds the requirements)\n');
    process.exit(2);
  }
  const python = ensureVenv(name);
  if (!python) process.exit(UNREACHABLE);
  process.stdout.write(`${python}\n`);
}
