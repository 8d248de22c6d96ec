// A second copy of a home that costs names only: its files are never written to again, only replaced.
import { linkSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** @param to must not exist */
export function linkTree(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) linkTree(source, target);
    else linkSync(source, target);
  }
}
