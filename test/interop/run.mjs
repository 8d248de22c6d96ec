// Bundles and starts the readers' test. Tools that cannot be fetched are left out, each with one loud line.
//   node test/interop/run.mjs [TABLE…]     default: all tables of tables.ts
import { fileURLToPath } from 'node:url';
import { runBundled } from '../../tools/bundle.mjs';
import { ensureVenv } from '../../tools/python/venv.mjs';
import { ensureTrino, startTrino } from '../../tools/trino/trino.mjs';

const trino = ensureTrino();
process.exitCode = await runBundled('test/interop/main.ts', {
  only: process.argv.slice(2),
  root: fileURLToPath(new URL('../..', import.meta.url)),
  python: ensureVenv('pyiceberg'),
  startTrino: trino === undefined ? undefined : (workDir) => startTrino(trino, workDir),
});
