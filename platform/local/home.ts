// A lake in one folder: the zones below it, the directory catalog, and the process's own work folder.
import { randomUUID } from 'node:crypto';
import { accessSync, constants, existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { InputError } from '../../lake/errors';
import type { LakePorts, Workspace, Zones } from '../ports';
import { directoryCatalog } from './directory-catalog';
import { enginePorts } from './engine-ports';
import { localObjectStore, PROCESS } from './object-store';
import { finishPlacing } from './placing';
import { digest, systemClock, systemRng } from './system';

export interface Home extends LakePorts {
  readonly dir: string;
}

const ZONES = ['ingest', 'raw', 'control', 'curated', 'quarantine', 'receipts'] as const;

export function isHome(dir: string): boolean {
  // A lake that lost its tables is still one: they can be built anew from the raw files.
  return existsSync(join(dir, 'control')) && (existsSync(join(dir, 'curated')) || existsSync(join(dir, 'raw')));
}

/** Opens a home for reading: it must exist. @throws InputError E_HOME */
export function openHome(dir: string): Home {
  const path = resolve(dir);
  finishPlacing(path);
  if (!isHome(path)) {
    throw new InputError('E_HOME', {
      vi: `Chưa có hồ dữ liệu ở ${path}. Tạo bằng “tamgiang demo” hoặc “tamgiang put TỆP --to agency/dataset”, hoặc chỉ thư mục khác bằng --home.`,
      en: `There is no lake at ${path}. Make one with “tamgiang demo” or “tamgiang put FILE --to agency/dataset”, or name another folder with --home.`,
    });
  }
  for (const zone of ['control', 'curated', 'receipts'])
    assertAllowed(join(path, zone), constants.R_OK | constants.X_OK);
  return homeAt(path);
}

/** A folder that is not there is no matter here. @throws InputError E_READ_ONLY naming the folder */
function assertAllowed(folder: string, mode: number): void {
  if (!existsSync(folder)) return;
  try {
    accessSync(folder, mode);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '?';
    throw new InputError(
      'E_READ_ONLY',
      {
        vi: `Không đủ quyền với thư mục ${folder} của hồ dữ liệu (${code}). Cấp quyền đọc và ghi cho thư mục này, hoặc chọn hồ khác bằng --home.`,
        en: `There is no permission to use the lake’s folder ${folder} (${code}). Grant reading and writing, or choose another lake with --home.`,
      },
      { cause },
    );
  }
}

/** Opens a home for writing, making it where there is none; work folders of dead processes are swept away. */
export async function createHome(dir: string): Promise<Home> {
  const path = resolve(dir);
  finishPlacing(path);
  const home = homeAt(path);
  try {
    for (const zone of [...ZONES, 'tmp']) await mkdir(join(path, zone), { recursive: true });
  } catch (cause) {
    throw new InputError(
      'E_READ_ONLY',
      {
        vi: `Không tạo được thư mục hồ dữ liệu ở ${path}. Cấp quyền ghi hoặc chọn thư mục khác bằng --home.`,
        en: `The lake's folder ${path} cannot be made. Grant write permission or choose another folder with --home.`,
      },
      { cause },
    );
  }
  for (const zone of [...ZONES, 'tmp'])
    assertAllowed(join(path, zone), constants.R_OK | constants.W_OK | constants.X_OK);
  await sweep(join(path, 'tmp'), home.workspace);
  return home;
}

function homeAt(dir: string): Home {
  const tmpDir = join(dir, 'tmp');
  const zone = (name: (typeof ZONES)[number], isFleeting = (_key: string) => false) =>
    localObjectStore(join(dir, name), { tmpDir, isFleeting });
  const zones: Zones = {
    ingest: zone('ingest'),
    raw: zone('raw'),
    // Offers and turns are between processes that run; after a power cut unfinished work is taken up from its marker.
    control: zone('control', (key) => /^(?:handoff|turn)\//.test(key)),
    curated: zone('curated'),
    quarantine: zone('quarantine'),
    receipts: zone('receipts'),
  };
  return {
    dir,
    zones,
    catalog: directoryCatalog(zone('curated', (key) => key.endsWith('/version-hint.text'))),
    clock: systemClock,
    rng: systemRng,
    ...enginePorts,
    workspace: localWorkspace(tmpDir),
    files: { digest },
  };
}

/** Work folders are named after their process: `<host>~<pid>~<random>`. */
export function localWorkspace(tmpDir: string): Workspace {
  return {
    owner: PROCESS,
    isAlive,
    async open() {
      const dir = join(tmpDir, `${PROCESS}~${randomUUID()}`);
      await mkdir(dir, { recursive: true });
      return { dir, close: () => rm(dir, { recursive: true, force: true }) };
    },
  };
}

/** Of another machine nothing can be known: it counts as alive. */
function isAlive(owner: string): boolean {
  const [host, pid] = owner.split('~');
  if (host !== hostname()) return true;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    // EPERM: it lives, but belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Removes work folders and unfinished files of processes that are gone. */
async function sweep(tmpDir: string, workspace: Workspace): Promise<void> {
  for (const name of await readdir(tmpDir)) {
    const [host, pid, rest] = name.split('~');
    const dead = rest !== undefined && !workspace.isAlive(`${host}~${pid}`);
    if (dead) await rm(join(tmpDir, name), { recursive: true, force: true });
  }
}
