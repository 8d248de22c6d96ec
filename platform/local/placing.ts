// Putting a newly built curated zone in the place of the old one: two renames, and a note that says how far they got, so
// that whoever opens the home next finds one of the two zones whole.
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Workspace } from '../ports';

const NOTE = 'rebuild.json';
const HALF_MADE = /^curated\.rebuild-(.+)-\d{14}$/;

/** `ready` is whole; `before` is where the old zone goes. */
interface Placing {
  readonly ready: string;
  readonly before: string;
}

/** `yyyyMMddHHmmss`, UTC. */
export const stampOf = (timeMs: number): string => new Date(timeMs).toISOString().replace(/\D/g, '').slice(0, 14);

export const buildFolder = (owner: string, timeMs: number): string => `curated.rebuild-${owner}-${stampOf(timeMs)}`;

/** Folders of rebuilds whose process is gone. */
export function halfMade({ dir, workspace }: { readonly dir: string; readonly workspace: Workspace }): string[] {
  // Without a curated zone the one that is ready is the lake.
  const ready = existsSync(join(dir, 'curated')) ? undefined : readNote(dir)?.ready;
  return readdirSync(dir).filter((name) => {
    const owner = HALF_MADE.exec(name)?.[1];
    return owner !== undefined && name !== ready && (owner === workspace.owner || !workspace.isAlive(owner));
  });
}

function readNote(dir: string): Placing | undefined {
  try {
    const note: unknown = JSON.parse(readFileSync(join(dir, NOTE), 'utf8'));
    if (typeof note !== 'object' || note === null || !('ready' in note) || !('before' in note)) return undefined;
    return { ready: String(note.ready), before: String(note.before) };
  } catch {
    return undefined;
  }
}

function syncFolder(dir: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(dir, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** The old zone steps aside, the new one takes its place. Killed in between, `finishPlacing` does the rest. */
export function place(dir: string, { ready, before }: Placing): void {
  const note = join(dir, NOTE);
  const unfinished = `${note}.part`;
  const handle = openSync(unfinished, 'w');
  try {
    writeSync(handle, JSON.stringify({ ready, before }));
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(unfinished, note);
  syncFolder(dir);
  renameSync(join(dir, 'curated'), join(dir, before));
  finishPlacing(dir);
}

/** Called by whoever opens a home. Without a half-done placing it costs one look at the folder. */
export function finishPlacing(dir: string): void {
  const curated = join(dir, 'curated');
  if (existsSync(curated)) return;
  const placing = readNote(dir);
  if (!placing || !existsSync(join(dir, placing.ready)) || !existsSync(join(dir, placing.before))) return;
  try {
    renameSync(join(dir, placing.ready), curated);
    syncFolder(dir);
  } catch (error) {
    // Somebody else was quicker.
    if (!existsSync(curated)) throw error;
  }
  rmSync(join(dir, NOTE), { force: true });
}

/** Takes away notes and folders of rebuilds that came to nothing. @returns names of the folders */
export function sweepRebuilds(home: { readonly dir: string; readonly workspace: Workspace }): string[] {
  const { dir } = home;
  const ready = readNote(dir)?.ready;
  // The old zone is in place: what was ready is only another half-made folder.
  if (existsSync(join(dir, 'curated'))) {
    const owner = ready === undefined ? undefined : HALF_MADE.exec(ready)?.[1];
    if (owner === undefined || owner === home.workspace.owner || !home.workspace.isAlive(owner))
      rmSync(join(dir, NOTE), { force: true });
  }
  const folders = halfMade(home);
  for (const name of folders) rmSync(join(dir, name), { recursive: true, force: true });
  return folders;
}
