// Starts infra/check-diff.ts as a bundle.
import { join } from 'node:path';
import { bundle } from '../build.mjs';

process.chdir(join(import.meta.dirname, '..'));
await import(join(await bundle('infra/check-diff.ts'), 'main.mjs'));
