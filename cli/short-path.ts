// Paths as people want them printed: from where they stand, unless that leads out of it.
import { relative } from 'node:path';

export function shortPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
}
