// Bundles the command into dist/, so that it starts fast. DuckDB stays outside: it is a native module.
import { build } from 'esbuild';

await build({
  entryPoints: ['cli/main.ts'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  external: ['@duckdb/node-api', 'esbuild'],
  // Some packages are CommonJS and call require for node's own modules.
  banner: {
    js: "import { createRequire as bundleRequire } from 'node:module'; const require = bundleRequire(import.meta.url);",
  },
  outExtension: { '.js': '.mjs' },
  sourcemap: true,
  minifySyntax: true,
  logLevel: 'warning',
});
