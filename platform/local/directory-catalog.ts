// The catalog that needs no service: metadata versions are files `v<N>.metadata.json`, and whoever creates the next one
// first has committed. Works on every store with put-if-absent and strong listing.
import { InputError } from '../../lake/errors';
import { metadataBytes, parseMetadata, type TableMetadata } from '../../lake/table/metadata';
import type { Head, ObjectStore, StoredObject, TableCatalog } from '../ports';

/** Stores that can name folders spare the catalog a listing of every object. */
interface FolderStore extends ObjectStore {
  folders?(prefix: string): Promise<readonly string[]>;
}

interface Known {
  readonly version: number;
  /** The file as the store told of it before it was read, or after it was written. */
  readonly file: StoredObject;
  readonly metadata: TableMetadata;
}

const VERSION_FILE = /\/metadata\/v(\d+)\.metadata\.json$/;
const TABLE = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

function keyOf(table: string, version: number): string {
  return `${table}/metadata/v${version}.metadata.json`;
}

function hintOf(table: string): string {
  return `${table}/metadata/version-hint.text`;
}

/** @throws InputError E_TABLE_NAME */
function assertTable(table: string): void {
  if (TABLE.test(table)) return;
  throw new InputError('E_TABLE_NAME', {
    vi: `Tên bảng ${JSON.stringify(table)} không hợp lệ. Chỉ dùng chữ không dấu, số, gạch dưới.`,
    en: `The table name ${JSON.stringify(table)} is not allowed. Use ASCII letters, digits and underscores.`,
  });
}

export function directoryCatalog(store: FolderStore): TableCatalog {
  // Saves parsing and listing only; every load asks the store whether it is still true.
  const known = new Map<string, Known>();

  const head = (table: string, version: number, metadata: TableMetadata): Head => ({
    token: String(version),
    location: store.location(keyOf(table, version)),
    metadata,
  });

  const headOf = (table: string, found: Known): Head => {
    known.set(table, found);
    return head(table, found.version, found.metadata);
  };

  const exists = async (table: string, version: number) => (await store.head(keyOf(table, version))) !== undefined;

  /** The last of an unbroken run of versions; 0 when `version` itself is not there. */
  const lastFrom = async (table: string, version: number): Promise<number> => {
    if (version < 1 || !(await exists(table, version))) return 0;
    let last = version;
    while (await exists(table, last + 1)) last++;
    return last;
  };

  const newestVersion = async (table: string): Promise<number> => {
    // The hint may be stale or gone: it only says where to start asking, so that old tables need not be listed whole.
    // Versions are removed oldest first, so the first one without a successor is the newest there has been.
    const hint = await store.get(hintOf(table));
    const hinted = Number(Buffer.from(hint ?? []).toString('utf8'));
    const found = Number.isSafeInteger(hinted) ? await lastFrom(table, hinted) : 0;
    if (found > 0) return found;
    const keys = await store.list(`${table}/metadata/v`);
    return keys.reduce((newest, { key }) => Math.max(newest, Number(VERSION_FILE.exec(key)?.[1] ?? 0)), 0);
  };

  const load = async (table: string): Promise<Head | undefined> => {
    assertTable(table);
    const last = known.get(table);
    // The successor is asked for first: versions are removed oldest first, so a successor that is absent while the
    // version itself is present has never existed.
    if (last && !(await exists(table, last.version + 1))) {
      // A version is written once and never changed; another file in its place (a zone rebuilt, a backup brought back) has
      // another time.
      const file = await store.head(keyOf(table, last.version));
      if (file && file.sizeBytes === last.file.sizeBytes && file.modifiedAtMs === last.file.modifiedAtMs)
        return headOf(table, last);
    }
    const version = await newestVersion(table);
    if (version === 0) return undefined;
    const key = keyOf(table, version);
    const file = await store.head(key);
    const bytes = (await store.get(key)) ?? new Uint8Array();
    const metadata = parseMetadata(Buffer.from(bytes).toString('utf8'), store.location(key));
    return file ? headOf(table, { version, file, metadata }) : head(table, version, metadata);
  };

  return {
    load,
    async list() {
      const names = store.folders
        ? await store.folders('')
        : (await store.list('')).flatMap(({ key }) => (VERSION_FILE.test(key) ? [key.slice(0, key.indexOf('/'))] : []));
      const tables: string[] = [];
      for (const name of new Set(names))
        if (TABLE.test(name) && (!store.folders || (await newestVersion(name)) > 0)) tables.push(name);
      return tables.sort();
    },
    async swap(table, base, next) {
      assertTable(table);
      const version = base ? Number(base.token) + 1 : 1;
      const key = keyOf(table, version);
      const outcome = await store.putIfAbsent(key, metadataBytes(next));
      if (outcome === 'EXISTS') return 'CONFLICT';
      if (outcome === 'UNKNOWN') return 'UNKNOWN';
      const file = await store.head(key);
      if (file) known.set(table, { version, file, metadata: next });
      await writeHint(store, table, version);
      return 'OK';
    },
  };
}

/** For readers that go by path, and for ourselves as a place to start looking. The commit has happened, so a failure must not undo it in the caller's eyes. */
async function writeHint(store: ObjectStore, table: string, version: number): Promise<void> {
  await store.put(hintOf(table), String(version)).catch(() => undefined);
}
