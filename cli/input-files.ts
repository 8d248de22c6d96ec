// The files a command line names: there, readable, and of folders the files in them. Looked at before anything is done.
import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { InputError } from '../lake/errors';
import { nearest } from '../lake/text';

/** Each once, in the order named. @throws InputError E_FILE naming the nearest file there is, or what cannot be read */
export function expandFiles(names: readonly string[]): string[] {
  const paths = [...new Set(names.flatMap(expand))];
  for (const path of paths) refusing(path, () => accessSync(path, constants.R_OK));
  return paths;
}

export const isFolder = (name: string): boolean =>
  statSync(resolve(name), { throwIfNoEntry: false })?.isDirectory() ?? false;

function expand(name: string): string[] {
  const path = resolve(name);
  const stats = refusing(path, () => statSync(path, { throwIfNoEntry: false }));
  if (stats?.isFile()) return [path];
  if (!stats?.isDirectory()) throw noFile(name, path);
  const files = refusing(path, () => readdirSync(path, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    // Hidden folders hold what programs keep for themselves, a lake's own home among them.
    .filter(
      (found) =>
        !relative(path, found)
          .split(sep)
          .some((part) => part.startsWith('.')),
    )
    .sort();
  if (files.length > 0) return files;
  throw new InputError('E_FILE', {
    vi: `Thư mục “${name}” không có tệp nào. Chọn thư mục khác hoặc nêu tên tệp.`,
    en: `The folder “${name}” holds no file. Choose another folder or name a file.`,
  });
}

function noFile(name: string, path: string): InputError {
  const folder = dirname(path);
  const siblings = isFolder(folder) ? refusing(folder, () => readdirSync(folder)) : [];
  const near = nearest(basename(path), siblings);
  return new InputError('E_FILE', {
    vi: `Không có tệp “${name}”.${near ? ` Gần nhất: “${join(dirname(name), near)}”.` : ''} Kiểm tra đường dẫn rồi chạy lại.`,
    en: `There is no file “${name}”.${near ? ` Nearest: “${join(dirname(name), near)}”.` : ''} Check the path and run again.`,
  });
}

function refusing<T>(path: string, look: () => T): T {
  try {
    return look();
  } catch (error) {
    throw fileError(error, path) ?? error;
  }
}

const READING: Readonly<Record<string, { readonly vi: string; readonly en: string }>> = {
  EACCES: { vi: 'không có quyền truy cập', en: 'permission denied' },
  EPERM: { vi: 'không có quyền truy cập', en: 'permission denied' },
  EROFS: { vi: 'ổ đĩa chỉ đọc', en: 'the volume is read-only' },
  EISDIR: { vi: 'đây là thư mục, không phải tệp', en: 'it is a folder, not a file' },
  ENOTDIR: { vi: 'một phần của đường dẫn không phải là thư mục', en: 'a part of the path is no folder' },
  ENOENT: { vi: 'không có ở đó', en: 'it is not there' },
};

const WRITING = ['mkdir', 'mkdtemp', 'link', 'unlink', 'rename', 'rm', 'rmdir', 'copyfile', 'write'];

/** What the file system's refusal means to the person who named the path; undefined: it is no such refusal. */
export function fileError(error: unknown, named?: string): InputError | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return undefined;
  const why = READING[String(error.code)];
  const path = named ?? ('path' in error ? String(error.path) : undefined);
  if (!why || path === undefined) return undefined;
  if (error.code === 'EROFS' || WRITING.includes(String(error.syscall))) {
    return new InputError(
      'E_READ_ONLY',
      {
        vi: `Không ghi được vào “${path}”: ${why.vi} (${error.code}). Cấp quyền ghi, hoặc chọn thư mục khác bằng --home.`,
        en: `“${path}” cannot be written: ${why.en} (${error.code}). Grant write permission, or choose another folder with --home.`,
      },
      { cause: error },
    );
  }
  return new InputError(
    'E_FILE',
    {
      vi: `Không mở được “${path}”: ${why.vi} (${error.code}). Kiểm tra đường dẫn và quyền rồi chạy lại.`,
      en: `“${path}” cannot be opened: ${why.en} (${error.code}). Check the path and its permissions, then run again.`,
    },
    { cause: error },
  );
}
