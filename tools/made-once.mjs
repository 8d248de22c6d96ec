// What tests lean on and no package of ours is, fetched once from a registry and kept in `.cache/` under a name that says what
// it was made of. Where a registry cannot be reached, that part of a run is left out, loudly.
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Exit status when a registry cannot be reached (EX_TEMPFAIL of sysexits.h): the caller may leave that part out. */
export const UNREACHABLE = 75;

/** @returns {undefined} what `make` answers then */
export function leftOut(why, what) {
  process.stderr.write(`\n!!! LEFT OUT: ${why}, so ${what} in this run !!!\n\n`);
  return undefined;
}

/**
 * `home`, made first when it is not there. Safe to call from several processes at once.
 * @param {string} home
 * @param {(aside: string) => string | undefined} make fills the empty folder it is given and answers which folder of it, or
 *   itself, becomes `home`; undefined: it cannot be made here
 * @returns {string | undefined}
 */
export function madeOnce(home, make) {
  if (existsSync(home)) return home;
  mkdirSync(dirname(home), { recursive: true });
  // Made aside and renamed when whole: a run that is cut off leaves nothing another could take for finished.
  const aside = mkdtempSync(`${home}.part-`);
  try {
    const made = make(aside);
    if (made === undefined) return undefined;
    try {
      renameSync(made, home);
    } catch (error) {
      // Another process was first; what it made is as good as ours.
      if (!existsSync(home)) throw error;
    }
    return home;
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

/** Where the module is the command that was called: prints what `ensure` gives, or ends with UNREACHABLE. */
export function printWhenCalled(moduleUrl, ensure) {
  if (!process.argv[1] || resolve(process.argv[1]) !== fileURLToPath(moduleUrl)) return;
  const made = ensure();
  if (made === undefined) process.exit(UNREACHABLE);
  process.stdout.write(`${made}\n`);
}
