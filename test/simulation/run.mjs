// npm run simulate: bundles the command of the simulation and runs it.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundleSimulation } from './build.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
mkdirSync(join(here, '../../dist'), { recursive: true });
const work = mkdtempSync(join(here, '../../dist/.simulate-'));
try {
  const path = await bundleSimulation('test/simulation/cli.ts', join(work, 'cli'));
  const { main } = await import(pathToFileURL(path).href);
  process.exitCode = await main(process.argv.slice(2), { work, here, bundleSimulation });
} finally {
  rmSync(work, { recursive: true, force: true });
}
