// Starts the bundled benches. A measured process starts here too, and is told which bundle its parent runs.
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundle } from '../build.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = process.env.TAMGIANG_BENCH_BUNDLE ?? (await bundle('bench/main.ts'));
const { main } = await import(pathToFileURL(join(folder, 'main.mjs')).href);
process.exitCode = await main(process.argv.slice(2), { root, bundle: folder });
