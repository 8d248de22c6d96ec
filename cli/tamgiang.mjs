#!/usr/bin/env node
// Starts the bundled command; bundles it first when a source is newer than the bundle.
import module from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundle } from '../build.mjs';

// A reader that has seen enough (`… | head -1`) closes the pipe: the command ends its work and stays silent.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

// Which Node is needed is said by package.json and by doctor.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
// Node 22 keeps compiled code between starts.
module.enableCompileCache?.();
try {
  const folder = await bundle('cli/main.ts');
  const { main } = await import(pathToFileURL(join(folder, 'main.mjs')).href);
  process.exitCode = await main(process.argv.slice(2), root, folder);
} catch (error) {
  // A fresh clone, or one whose packages were taken away.
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  const what = error.message.split('\n')[0];
  process.stderr.write(
    `Chưa cài đủ các gói (${what}). Chạy trước: npm ci\nPackages are not installed (${what}). Run first: npm ci\n`,
  );
  process.exitCode = 2;
}
