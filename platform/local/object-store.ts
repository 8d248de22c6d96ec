// An object store that is a folder. An object appears whole or not at all: a finished temporary file is linked to its
// name, and linking fails when the name is taken.
//
// Locations are `file://` + the absolute path, letter by letter, nothing percent-encoded: Hadoop, PyArrow and DuckDB take
// them literally, and so do Vietnamese letters and spaces in the home folder's name. Keys themselves are plain ASCII.
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  fsync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import { FaultError, InputError } from '../../lake/errors';
import type { ObjectStore, PutOutcome, StoredObject } from '../ports';

/** This process in the names of its unfinished files: `<host>~<pid>`; whoever finds one can tell whether it lives. */
export const PROCESS = `${hostname()}~${process.pid}`;

export interface LocalStoreOptions {
  /** Folder for unfinished files, on the same volume. Default: `tmp` beside the root folder. */
  readonly tmpDir?: string;
  /** Keys whose loss in a power cut costs time and nothing else: not synced to the disk. Default: none. */
  readonly isFleeting?: (key: string) => boolean;
}

export interface LocalObjectStore extends ObjectStore {
  /** Names directly below a prefix that are folders themselves, in byte order. */
  folders(prefix: string): Promise<readonly string[]>;
}

/** Segments of printable ASCII that do not start with a dot, without `\ : * ? " < > | % #`. In one piece: planning asks for thousands. */
const KEY = /^(?!\.)[ !$&-)+-.0-9;=@-[\]-{}~]+(?:\/(?!\.)[ !$&-)+-.0-9;=@-[\]-{}~]+)*$/;

/** @throws InputError E_KEY */
function assertKey(key: string): void {
  if (key.length <= 1024 && KEY.test(key)) return;
  throw new InputError('E_KEY', {
    vi: `Tên đối tượng ${JSON.stringify(key)} không hợp lệ. Chỉ dùng chữ không dấu, số và dấu . _ - = , ngăn cách bằng "/", không bắt đầu bằng dấu chấm. Hãy đổi tên rồi gửi lại.`,
    en: `The object key ${JSON.stringify(key)} is not allowed. Use ASCII letters, digits and . _ - = , separated by "/", no part starting with a dot. Rename it and try again.`,
  });
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

/** What a failing disk means to the person in front of it. */
function explain(error: unknown, folder: string): Error {
  const code = codeOf(error);
  if (error instanceof InputError || error instanceof FaultError) return error;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new InputError(
      'E_DISK_FULL',
      {
        vi: `Không còn chỗ trống để ghi vào thư mục ${folder}. Dữ liệu đã có không bị ảnh hưởng. Hãy giải phóng dung lượng ổ đĩa rồi chạy lại lệnh.`,
        en: `There is no space left to write to the folder ${folder}. What was there is untouched. Free some disk space and run the command again.`,
      },
      { cause: error },
    );
  if (['EROFS', 'EACCES', 'EPERM'].includes(code))
    return new InputError(
      'E_READ_ONLY',
      {
        vi: `Không được phép đọc hoặc ghi thư mục ${folder} (${code}). Hãy cấp quyền đọc và ghi cho thư mục này, hoặc chọn thư mục khác bằng --home. Thư mục phải nằm trên ổ đĩa hỗ trợ liên kết cứng (ext4, APFS, NTFS).`,
        en: `The folder ${folder} cannot be read or written (${code}). Grant both permissions, or choose another folder with --home. It must be on a volume with hard links (ext4, APFS, NTFS).`,
      },
      { cause: error },
    );
  return new FaultError('F_STORE', `${folder}: ${error instanceof Error ? error.message : String(error)}`, {
    cause: error,
  });
}

/** Off the main thread: files that are written together are synced together, which takes a disk hardly longer than one. */
function synced(handle: number): Promise<void> {
  return new Promise((resolve, reject) => fsync(handle, (error) => (error ? reject(error) : resolve())));
}

async function syncAt(path: string, flags: 'r' | 'r+'): Promise<void> {
  const handle = openSync(path, flags);
  try {
    await synced(handle);
  } finally {
    closeSync(handle);
  }
}

/** Syncs of folders that are asked for and have not begun: one makes sure of all names given before it. */
const asked = new Map<string, Promise<void>>();

function syncFolder(folder: string): Promise<void> {
  // Windows cannot open folders; its file systems journal names themselves.
  if (process.platform === 'win32') return Promise.resolve();
  const known = asked.get(folder);
  if (known) return known;
  const sync = new Promise((begin) => setImmediate(begin)).then(() => {
    asked.delete(folder);
    return syncAt(folder, 'r');
  });
  asked.set(folder, sync);
  return sync;
}

async function writeWhole(path: string, body: Uint8Array, isSynced: boolean): Promise<void> {
  const handle = openSync(path, 'wx');
  try {
    for (let at = 0; at < body.length; ) at += writeSync(handle, body, at);
    if (isSynced) await synced(handle);
  } finally {
    closeSync(handle);
  }
}

/** Gives a finished file its name, unless the name is taken. */
async function linkInto(path: string, target: string, isSynced = true): Promise<PutOutcome> {
  try {
    mkdirSync(dirname(target), { recursive: true });
    linkSync(path, target);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return 'EXISTS';
    throw error;
  }
  if (isSynced) await syncFolder(dirname(target));
  return 'CREATED';
}

/** The folder itself, or the nearest one above it that exists. */
function existingParent(folder: string): string {
  return statSync(folder, { throwIfNoEntry: false }) ? folder : existingParent(dirname(folder));
}

function bytesOf(body: Uint8Array | string): Uint8Array {
  return typeof body === 'string' ? Buffer.from(body, 'utf8') : body;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true }).filter((entry) => !entry.name.startsWith('.'));
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return [];
    throw error;
  }
}

export function localObjectStore(rootDir: string, options: LocalStoreOptions = {}): LocalObjectStore {
  const root = resolve(rootDir);
  const tmp = resolve(options.tmpDir ?? join(dirname(root), 'tmp'));
  const slashed = root.split(sep).join('/');
  const isSynced = (key: string): boolean => !options.isFleeting?.(key);
  const base = `file://${slashed.startsWith('/') ? '' : '/'}${slashed}`;

  const pathOf = (key: string): string => {
    assertKey(key);
    return root + sep + (sep === '/' ? key : key.replaceAll('/', sep));
  };
  const temporary = (): string => {
    mkdirSync(tmp, { recursive: true });
    return join(tmp, `${PROCESS}~${randomUUID()}.part`);
  };
  const placeCopy = async (source: string, target: string): Promise<PutOutcome> => {
    const path = temporary();
    try {
      copyFileSync(source, path);
      await syncAt(path, 'r+');
      return await linkInto(path, target);
    } finally {
      rmSync(path, { force: true });
    }
  };
  const replace = (source: string, target: string): void => {
    mkdirSync(dirname(target), { recursive: true });
    renameSync(source, target);
  };
  const attempt = async <T>(folder: string, action: () => T | Promise<T>): Promise<T> => {
    try {
      return await action();
    } catch (error) {
      throw explain(error, folder);
    }
  };
  const collect = (prefix: string, found: StoredObject[]): void => {
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    for (const entry of entriesOf(join(root, ...folder.split('/')))) {
      const key = folder + entry.name;
      if (entry.isDirectory() && (key.startsWith(prefix) || `${key}/`.startsWith(prefix))) collect(`${key}/`, found);
      else if (entry.isFile() && key.startsWith(prefix)) {
        const stat = statSync(join(root, key), { throwIfNoEntry: false });
        if (stat) found.push({ key, sizeBytes: stat.size, modifiedAtMs: stat.mtimeMs });
      }
    }
  };

  return {
    get: (key) =>
      attempt(root, () => {
        try {
          return readFileSync(pathOf(key));
        } catch (error) {
          if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(codeOf(error))) return undefined;
          throw error;
        }
      }),
    head: (key) =>
      attempt(root, () => {
        const stat = statSync(pathOf(key), { throwIfNoEntry: false });
        return stat?.isFile() ? { key, sizeBytes: stat.size, modifiedAtMs: stat.mtimeMs } : undefined;
      }),
    put: (key, body) =>
      attempt(root, async () => {
        const target = pathOf(key);
        const path = temporary();
        try {
          await writeWhole(path, bytesOf(body), isSynced(key));
          replace(path, target);
        } finally {
          rmSync(path, { force: true });
        }
      }),
    putFile: (key, source) =>
      attempt(root, async () => {
        const target = pathOf(key);
        const path = temporary();
        try {
          copyFileSync(source, path);
          await syncAt(path, 'r+');
          replace(path, target);
        } finally {
          rmSync(path, { force: true });
        }
      }),
    putIfAbsent: (key, body) =>
      attempt(root, async () => {
        const target = pathOf(key);
        const path = temporary();
        try {
          await writeWhole(path, bytesOf(body), isSynced(key));
          return await linkInto(path, target, isSynced(key));
        } finally {
          rmSync(path, { force: true });
        }
      }),
    putFileIfAbsent: (key, source) => attempt(root, () => placeCopy(source, pathOf(key))),
    adoptFileIfAbsent: (key, source) =>
      attempt(root, async () => {
        const target = pathOf(key);
        // Another volume cannot be linked: the bytes are brought over first.
        if (statSync(source).dev !== statSync(existingParent(root)).dev) return placeCopy(source, target);
        await syncAt(source, 'r+');
        const outcome = await linkInto(source, target);
        if (outcome === 'CREATED') rmSync(source, { force: true });
        return outcome;
      }),
    toFile: async (key) => {
      const path = pathOf(key);
      if (statSync(path, { throwIfNoEntry: false })?.isFile()) return path;
      throw new InputError('E_FILE_MISSING', {
        vi: `Thiếu tệp ${path}. Hãy khôi phục tệp này từ bản sao lưu, hoặc chạy “tamgiang verify --repair”, nạp lại từ tệp gốc những gì thiếu (bảng chuyên đề, chỉ số: chuyển thư mục của bảng ra khỏi curated/ rồi “tamgiang refresh”).`,
        en: `The file ${path} is missing. Restore it from a backup, or run “tamgiang verify --repair”, which takes in again from the raw files what is missing (a mart or KPI: move its folder out of curated/, then “tamgiang refresh”).`,
      });
    },
    list: (prefix) =>
      attempt(root, () => {
        if (prefix !== '') assertKey(prefix.endsWith('/') ? prefix.slice(0, -1) : prefix);
        const found: StoredObject[] = [];
        collect(prefix, found);
        return found.sort((a, b) => (a.key < b.key ? -1 : 1));
      }),
    folders: (prefix) =>
      attempt(root, () =>
        entriesOf(join(root, ...prefix.split('/')))
          .filter((entry) => entry.isDirectory())
          .map((entry) => entry.name)
          .sort(),
      ),
    delete: (key) => attempt(root, () => rmSync(pathOf(key), { force: true })),
    location: (key) => {
      assertKey(key);
      return `${base}/${key}`;
    },
  };
}
