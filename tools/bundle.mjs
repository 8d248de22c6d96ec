// Test programs in TypeScript are bundled, run and forgotten.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { PROGRAM } from '../build.mjs';

const CACHE = fileURLToPath(new URL('../.cache', import.meta.url));

/**
 * @param {string} entry path of a source from the root
 * @param {string} outdir a folder inside the project, so that packages left out of the bundle are found
 * @param {object} [more] settings of esbuild
 * @returns {Promise<string>} path of the program
 */
export async function bundleInto(outdir, entry, more = {}) {
  await build({ ...PROGRAM, entryPoints: { main: entry }, outdir, ...more });
  return join(outdir, 'main.mjs');
}

/** The exit status of `entry`'s `main`, called with `tools`. Servers it starts end with this process, signals included. */
export async function runBundled(entry, tools) {
  // A signal would leave servers running and the bundle behind: leaving by exit ends them.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));
  mkdirSync(CACHE, { recursive: true });
  const outdir = mkdtempSync(join(CACHE, `${basename(dirname(entry))}-`));
  process.once('exit', () => rmSync(outdir, { recursive: true, force: true }));
  const { main } = await import(pathToFileURL(await bundleInto(outdir, entry)).href);
  return main(tools);
}
