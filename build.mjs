// Bundles the command into dist/<newest source time>/, so that it starts fast and never runs old sources.
// Folders are finished before they get their name: any number of processes may build at once.
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCES = ['lake', 'platform', 'infra', 'cli', 'bench'];
/** Bundles of earlier sources may still be running. */
const KEEP_MS = 3_600_000;

const root = fileURLToPath(new URL('.', import.meta.url));

/** How every program of ours that runs from one file is bundled. */
export const PROGRAM = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // The one native module; its package finds the file for the machine.
  external: ['@duckdb/node-bindings'],
  // Some packages are CommonJS and call require for node's own modules.
  banner: {
    js: "import { createRequire as bundleRequire } from 'node:module'; const require = bundleRequire(import.meta.url);",
  },
  outExtension: { '.js': '.mjs' },
  logLevel: 'warning',
};

function newestSourceMs() {
  let time = statSync(join(root, 'build.mjs')).mtimeMs;
  for (const dir of SOURCES) {
    for (const entry of readdirSync(join(root, dir), { recursive: true, withFileTypes: true })) {
      if (entry.isFile() && entry.name.endsWith('.ts'))
        time = Math.max(time, statSync(join(entry.parentPath, entry.name)).mtimeMs);
    }
  }
  return Math.floor(time);
}

/** Folder of the bundle of the current sources, built when it is not there. `entry`: a .ts file from the root. */
export async function bundle(entry) {
  const name = `${entry.replaceAll('/', '-').replace(/\.ts$/, '')}-${newestSourceMs()}`;
  const target = join(root, 'dist', name);
  if (existsSync(target)) return target;
  const { build } = await import('esbuild');
  const unfinished = join(root, 'dist', `.${name}-${process.pid}`);
  await build({
    ...PROGRAM,
    entryPoints: { main: entry },
    outdir: unfinished,
    splitting: true,
    minify: true,
    keepNames: true,
  });
  try {
    renameSync(unfinished, target);
  } catch (error) {
    if (!existsSync(target)) throw error;
    rmSync(unfinished, { recursive: true });
  }
  for (const other of readdirSync(join(root, 'dist'))) {
    const path = join(root, 'dist', other);
    if (path !== target && Date.now() - statSync(path).mtimeMs > KEEP_MS)
      rmSync(path, { recursive: true, force: true });
  }
  return target;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundle('cli/main.ts');
