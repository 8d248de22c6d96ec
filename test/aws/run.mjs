// Bundles and starts the tests of the AWS home on emulators: `npm run test:aws`.
//   node test/aws/run.mjs [PART…] [--without-trino]     parts: runner athena applier dispatcher provinces lake; default: all
import { fileURLToPath } from 'node:url';
import { runBundled } from '../../tools/bundle.mjs';
import { ensureLambdaRuntime } from '../../tools/lambda/runtime.mjs';
import { ensureVenv } from '../../tools/python/venv.mjs';
import { ensureTrino, glueSettings, startTrino } from '../../tools/trino/trino.mjs';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const isTrinoWanted = !process.argv.includes('--without-trino');
process.exitCode = await runBundled('test/aws/main.ts', {
  only: process.argv.slice(2).filter((word) => !word.startsWith('--')),
  root: fileURLToPath(new URL('../..', import.meta.url)),
  python: () => ensureVenv('moto'),
  lambdaRuntime: () => ensureLambdaRuntime(),
  startTrino: async (workDir, endpoint, region) => {
    const home = isTrinoWanted ? ensureTrino() : undefined;
    if (home === undefined) return undefined;
    return startTrino(home, workDir, { name: 'awsdatacatalog', settings: glueSettings(endpoint, region) });
  },
});
