// Paths as people want them printed: from where they stand, unless that leads out of it.
import { relative } from 'node:path';

/** An address with a scheme stays as it is. */
export function shortPath(path: string): string {
  if (/^[a-z][a-z0-9]*:\/\//.test(path)) return path;
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
}
