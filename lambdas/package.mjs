// Packages of the functions: `node lambdas/package.mjs [--arch arm64|x64] [--only NAME] [--out FOLDER]` →
// dist/lambda/<function>/<arch>/.
// The same sources give the same bytes. intake-heavy runs intake's package.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** What a function carries beside its code. */
const NEEDS = {
  intake: { engine: true, folders: ['schemas'] },
  commit: { engine: true, folders: ['schemas', 'queries'] },
  maintain: { engine: true, folders: ['schemas'] },
  reconcile: { engine: false, folders: ['schemas'] },
  refresh: { engine: false, folders: ['schemas', 'queries'] },
  report: { engine: false, folders: ['schemas', 'queries'], fonts: true },
};

/** Lambda refuses larger packages, unzipped. */
const LIMIT_BYTES = 250 * 1024 * 1024;
/** e_machine of an ELF header. */
const MACHINES = { x64: 62, arm64: 183 };

/** Some packages are CommonJS and call require for node's own modules. */
const BANNER = {
  js: "import { createRequire as bundleRequire } from 'node:module'; const require = bundleRequire(import.meta.url);",
};

/** The folder of DuckDB's binding for a CPU: of this installation, else fetched in the locked version. */
function bindingFolder(arch) {
  const name = `@duckdb/node-bindings-linux-${arch}`;
  const installed = join(root, 'node_modules', name);
  if (existsSync(join(installed, 'duckdb.node'))) return installed;
  const { version, integrity } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages[
    `node_modules/${name}`
  ];
  const kept = join(root, '.cache', `duckdb-linux-${arch}-${version}`);
  if (existsSync(join(kept, 'package', 'duckdb.node'))) return join(kept, 'package');
  const unfinished = `${kept}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  try {
    execFileSync('npm', ['pack', `${name}@${version}`, '--pack-destination', unfinished, '--silent'], {
      cwd: unfinished,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const archive = join(unfinished, readdirSync(unfinished)[0]);
    const found = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
    if (found !== integrity) throw new Error(`${name}@${version} has ${found}; package-lock.json says ${integrity}`);
    execFileSync('tar', ['-xzf', archive, '-C', unfinished]);
    rmSync(archive);
    if (existsSync(kept)) rmSync(kept, { recursive: true });
    renameSync(unfinished, kept);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return join(kept, 'package');
}

function machineOf(path) {
  const head = Buffer.alloc(20);
  const file = openSync(path, 'r');
  readSync(file, head, 0, head.length, 0);
  closeSync(file);
  return head.toString('latin1', 0, 4) === '\x7fELF' ? head.readUInt16LE(18) : undefined;
}

function copyEngine(target, arch) {
  const modules = join(target, 'node_modules', '@duckdb');
  const binding = bindingFolder(arch);
  const copied = join(modules, `node-bindings-linux-${arch}`);
  mkdirSync(copied, { recursive: true });
  for (const file of ['duckdb.node', 'libduckdb.so', 'package.json']) cpSync(join(binding, file), join(copied, file));
  mkdirSync(join(modules, 'node-bindings'), { recursive: true });
  for (const file of ['duckdb.js', 'package.json'])
    cpSync(join(root, 'node_modules', '@duckdb', 'node-bindings', file), join(modules, 'node-bindings', file));
  for (const file of ['duckdb.node', 'libduckdb.so']) {
    const machine = machineOf(join(copied, file));
    if (machine !== MACHINES[arch]) throw new Error(`${file} of the package is for machine ${machine}, not ${arch}`);
  }
}

/** What platform/local/font-css.ts puts into a page. */
function copyFonts(target) {
  mkdirSync(join(target, 'fonts'));
  for (const subset of ['vietnamese', 'latin'])
    for (const weight of [400, 600]) {
      const file = `be-vietnam-pro-${subset}-${weight}-normal.woff2`;
      cpSync(join(root, 'node_modules', '@fontsource', 'be-vietnam-pro', 'files', file), join(target, 'fonts', file));
    }
}

/** Contracts as read from YAML, under the hash of their text: reading them takes a second of a cold start. */
async function keepContracts(target) {
  const { build } = await import('esbuild');
  const reader = join(root, '.cache', `read-contracts-${process.pid}.mjs`);
  mkdirSync(dirname(reader), { recursive: true });
  try {
    await build({
      absWorkingDir: root,
      entryPoints: ['platform/local/schemas.ts'],
      outfile: reader,
      bundle: true,
      format: 'esm',
      platform: 'node',
      banner: BANNER,
      logLevel: 'warning',
    });
    const { loadContracts } = await import(pathToFileURL(reader).href);
    const folder = join(target, 'contracts');
    mkdirSync(folder);
    const names = [...loadContracts(target, folder).values()];
    if (readdirSync(folder).length !== names.length) throw new Error('not every contract was kept');
  } finally {
    rmSync(reader, { force: true });
  }
}

function sizeOf(path) {
  if (!lstatSync(path).isDirectory()) return statSync(path).size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}

/** Folders are finished before they get their name: whoever reads one meanwhile reads a whole one. */
async function pack(name, arch, out) {
  const target = join(out, name, arch);
  const unfinished = join(out, `.${name}-${arch}-${process.pid}`);
  mkdirSync(unfinished, { recursive: true });
  mkdirSync(dirname(target), { recursive: true });
  try {
    const size = await fill(unfinished, name, arch);
    rmSync(target, { recursive: true, force: true });
    renameSync(unfinished, target);
    const mb = (bytes) => (bytes / 1024 / 1024).toFixed(1);
    return `${name} ${arch}: ${mb(size)} MB unzipped, ${mb(LIMIT_BYTES - size)} MB below Lambda's limit`;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/** @returns bytes */
async function fill(unfinished, name, arch) {
  const { build } = await import('esbuild');
  const { engine, folders, fonts } = NEEDS[name];
  await build({
    absWorkingDir: root,
    entryPoints: { main: `lambdas/${name}/handler.ts` },
    outdir: unfinished,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: ['@duckdb/node-bindings'],
    banner: BANNER,
    outExtension: { '.js': '.mjs' },
    minify: true,
    keepNames: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
  for (const folder of folders) cpSync(join(root, folder), join(unfinished, folder), { recursive: true });
  if (folders.includes('schemas')) await keepContracts(unfinished);
  if (engine) copyEngine(unfinished, arch);
  if (fonts) copyFonts(unfinished);
  writeFileSync(join(unfinished, 'package.json'), '{"type":"module"}\n');
  const size = sizeOf(unfinished);
  if (size >= LIMIT_BYTES) throw new Error(`${name} for ${arch} has ${size} bytes; Lambda takes ${LIMIT_BYTES}`);
  return size;
}

const { values } = parseArgs({
  options: { arch: { type: 'string' }, only: { type: 'string' }, out: { type: 'string' } },
});
const out = values.out ?? join(root, 'dist', 'lambda');
const archs = values.arch === undefined ? Object.keys(MACHINES) : [values.arch];
const built = Object.keys(NEEDS).filter((name) => existsSync(join(root, 'lambdas', name, 'handler.ts')));
const wanted = values.only === undefined ? built : [values.only];
for (const arch of archs)
  if (!(arch in MACHINES)) throw new Error(`--arch ${arch}: one of ${Object.keys(MACHINES).join(', ')}`);
for (const name of wanted) if (!built.includes(name)) throw new Error(`--only ${name}: one of ${built.join(', ')}`);
for (const name of wanted) for (const arch of archs) process.stdout.write(`${await pack(name, arch, out)}\n`);
