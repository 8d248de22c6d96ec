// Programs the bench starts end with it, however it ends: one listener for all of them, as Node warns of many.
import type { ChildProcess } from 'node:child_process';

const living = new Set<ChildProcess>();

process.once('exit', () => {
  for (const child of living) child.kill('SIGKILL');
});

/** The same child, killed when this process exits before it. */
export function endsWithUs<T extends ChildProcess>(child: T): T {
  living.add(child);
  child.once('exit', () => living.delete(child));
  return child;
}
