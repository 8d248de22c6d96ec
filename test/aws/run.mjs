// Bundles and starts the tests of the AWS home on emulators: `npm run test:aws`.
//   node test/aws/run.mjs [PART…] [--without-trino]     parts: runner athena applier dispatcher provinces lake; default: all
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { ensureLambdaRuntime } from '../../tools/lambda/runtime.mjs';
import { ensureVenv } from '../../tools/python/venv.mjs';
import { ensureTrino, glueSettings, startTrino } from '../../tools/trino/trino.mjs';

// A signal would leave servers running: leaving by exit ends them.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const parts = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const isTrinoWanted = !process.argv.includes('--without-trino');
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
mkdirSync(join(root, '.cache'), { recursive: true });
// Inside the project, so that packages left out of the bundle are found.
const outdir = mkdtempSync(join(root, '.cache', 'aws-'));
try {
  await build({
    absWorkingDir: root,
    entryPoints: { main: 'test/aws/main.ts' },
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
  process.exitCode = await main({
    only: parts,
    root,
    python: () => ensureVenv('moto'),
    lambdaRuntime: () => ensureLambdaRuntime(),
    startTrino: async (workDir, endpoint, region) => {
      const home = isTrinoWanted ? await ensureTrino() : undefined;
      if (home === undefined) return undefined;
      return startTrino(home, workDir, { name: 'awsdatacatalog', settings: glueSettings(endpoint, region) });
    },
  });
} finally {
  rmSync(outdir, { recursive: true, force: true });
}
