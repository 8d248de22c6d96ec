// Bundles the simulation with the lake's real sources. Sources are patched while they are bundled: constants are made
// small so that rare paths are common, and a mutant breaks one step of the protocol. Nothing of it is in the sources.
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PROGRAM } from '../../build.mjs';
import { bundleInto } from '../../tools/bundle.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** @param text source, @param patch what must occur exactly once in it */
function patched(text, { name, file, find, replace }) {
  const times =
    typeof find === 'string' ? text.split(find).length - 1 : (text.match(new RegExp(find, 'g')) ?? []).length;
  if (times !== 1)
    throw new Error(`${name}: ${file} holds the text to be replaced ${times} times instead of once:\n${find}`);
  return text.replace(find, () => replace);
}

/**
 * @param entry path of a .ts file from the root
 * @param outdir folder to write main.mjs to
 * @param list { name, file, find, replace, also }, each of which must apply exactly once
 */
export async function bundleSimulation(entry, outdir, list = []) {
  const patches = list.flatMap(({ name, also = [], ...patch }) => [patch, ...also].map((edit) => ({ name, ...edit })));
  const applied = new Set();
  const path = await bundleInto(outdir, entry, {
    external: [...PROGRAM.external, 'esbuild'],
    logLevel: 'error',
    plugins: [
      {
        name: 'patches',
        setup(plugin) {
          plugin.onLoad({ filter: /\.ts$/ }, ({ path }) => {
            const file = relative(root, path).replaceAll('\\', '/');
            const own = patches.filter((patch) => patch.file === file);
            if (own.length === 0) return undefined;
            let contents = readFileSync(join(root, file), 'utf8');
            for (const patch of own) {
              contents = patched(contents, patch);
              applied.add(patch);
            }
            return { contents, loader: 'ts' };
          });
        },
      },
    ],
  });
  const missed = patches.find((patch) => !applied.has(patch));
  if (missed) throw new Error(`${missed.name}: ${missed.file} is not part of the simulation`);
  return path;
}
