// A short name for the sources that made something, so that it is made anew when they change.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Twelve hex digits over names and contents, whatever the order. Pure. */
export function stampOf(files: ReadonlyMap<string, Uint8Array | string>): string {
  const hash = createHash('sha256');
  for (const [name, content] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const digest = createHash('sha256').update(content).digest('hex');
    hash.update(`${name}\n${digest}\n`);
  }
  return hash.digest('hex').slice(0, 12);
}

/** @param paths files, or folders whose files count, from `root` */
export function stampOfSources(root: string, paths: readonly string[]): string {
  const files = new Map<string, Uint8Array>();
  for (const path of paths) {
    const names = statSync(join(root, path)).isDirectory()
      ? readdirSync(join(root, path)).map((name) => `${path}/${name}`)
      : [path];
    for (const name of names) files.set(name, readFileSync(join(root, name)));
  }
  return stampOf(files);
}
