// Bundles and starts the readers' test. Tools that cannot be fetched are left out, each with one loud line.
//   node test/interop/run.mjs [TABLE…]     default: all tables of tables.ts
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { ensureVenv } from '../../tools/python/venv.mjs';
import { ensureTrino, startTrino } from '../../tools/trino/trino.mjs';

// A signal would leave the server running: leaving by exit ends it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
mkdirSync(join(root, '.cache'), { recursive: true });
// Inside the project, so that packages left out of the bundle are found.
const outdir = mkdtempSync(join(root, '.cache', 'interop-'));
try {
  await build({
    absWorkingDir: root,
    entryPoints: { main: 'test/interop/main.ts' },
    outdir,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // As in build.mjs: the native module stays outside, and CommonJS packages call require for node's own.
    external: ['@duckdb/node-bindings'],
    banner: {
      js: "import { createRequire as bundleRequire } from 'node:module'; const require = bundleRequire(import.meta.url);",
    },
    outExtension: { '.js': '.mjs' },
  });
  const { main } = await import(pathToFileURL(join(outdir, 'main.mjs')).href);
  const trino = await ensureTrino();
  const python = ensureVenv('pyiceberg');
  const start = trino === undefined ? undefined : (workDir) => startTrino(trino, workDir);
  process.exitCode = await main({ only: process.argv.slice(2), root, python, startTrino: start });
} finally {
  rmSync(outdir, { recursive: true, force: true });
}
