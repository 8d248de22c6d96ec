// The functions' packages that a deployment uploads: there, and not older than what they are made of. For synth, deploy and
// doctor alike, who hand in the disk.
import { InputError } from './errors';

/** What is used of node:fs. */
export interface Disk {
  existsSync(path: string): boolean;
  readdirSync(path: string): string[];
  statSync(path: string): { readonly mtimeMs: number; isDirectory(): boolean };
}

/** What lambdas/package.mjs reads. */
const SOURCES = ['lake', 'platform', 'lambdas', 'schemas', 'queries', 'infra/names.ts', 'package-lock.json'];

/** @returns the folder, below `root`. @throws InputError E_PACKAGE when it has not been built */
export function packageFolder(root: string, name: string, disk: Disk): string {
  const folder = `dist/lambda/${name === 'intake-heavy' ? 'intake' : name}/arm64`;
  if (disk.existsSync(`${root}/${folder}/main.mjs`)) return folder;
  throw new InputError('E_PACKAGE', {
    vi: `Chưa có gói của hàm ${name} (${folder}/main.mjs). Chạy trước: npm run package`,
    en: `The package of the function ${name} is not there (${folder}/main.mjs). Run first: npm run package`,
  });
}

function newestBelow(path: string, disk: Disk): { readonly path: string; readonly ms: number } {
  const entry = disk.statSync(path);
  if (!entry.isDirectory()) return { path, ms: entry.mtimeMs };
  return disk
    .readdirSync(path)
    .map((name) => newestBelow(`${path}/${name}`, disk))
    .reduce((newest, one) => (one.ms > newest.ms ? one : newest), { path, ms: 0 });
}

/**
 * A `git pull` without `npm run package` would deploy yesterday's code beside today's stacks.
 * @throws InputError E_PACKAGE
 */
export function assertPackages(root: string, functions: readonly string[], disk: Disk): void {
  const newest = SOURCES.map((source) => newestBelow(`${root}/${source}`, disk)).reduce((a, b) =>
    b.ms > a.ms ? b : a,
  );
  for (const name of functions) {
    const folder = packageFolder(root, name, disk);
    if (disk.statSync(`${root}/${folder}/main.mjs`).mtimeMs >= newest.ms) continue;
    const source = newest.path.slice(root.length + 1);
    throw new InputError('E_PACKAGE', {
      vi: `Gói của hàm ${name} (${folder}) cũ hơn ${source}. Chạy trước: npm run package`,
      en: `The package of the function ${name} (${folder}) is older than ${source}. Run first: npm run package`,
    });
  }
}
