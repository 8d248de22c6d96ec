// Every effect the lake has on the world. lake/ receives these as arguments and may name this file's types only.
import type { Table as ArrowTable } from 'apache-arrow';
import type { Contract } from '../lake/contract/contract';
import type { Conversion, ConversionRequest } from '../lake/intake/conversion';
import type { ColumnStat, DataFile, TableField } from '../lake/table/data-file';
import type { TableMetadata } from '../lake/table/metadata';

/** UNKNOWN: a time-out or a server fault; the caller reads again to learn what happened. */
export type PutOutcome = 'CREATED' | 'EXISTS' | 'UNKNOWN';

export interface StoredObject {
  readonly key: string;
  readonly sizeBytes: number;
  /** By the store's own clock; never used to order uploads, only to leave young files alone. */
  readonly modifiedAtMs: number;
}

/** One prefix of a store: strongly consistent get, list and put-if-absent. Keys are ASCII paths without leading slash. */
export interface ObjectStore {
  get(key: string): Promise<Uint8Array | undefined>;
  /** What a listing would say of this one object. */
  head(key: string): Promise<StoredObject | undefined>;
  /** Replaces. Only for objects that may change (receipts, pages); truth is written with putIfAbsent. */
  put(key: string, body: Uint8Array | string): Promise<void>;
  /** As put, with a copy of a local file of any size. */
  putFile(key: string, path: string): Promise<void>;
  putIfAbsent(key: string, body: Uint8Array | string): Promise<PutOutcome>;
  /** Uploads a copy of a local file, absent key only; the file stays as it is. */
  putFileIfAbsent(key: string, path: string): Promise<PutOutcome>;
  /** As putFileIfAbsent, for a file of our own work folder that may be moved instead of copied. */
  adoptFileIfAbsent(key: string, path: string): Promise<PutOutcome>;
  /** A readable local path with the object's bytes: the object itself at home, a download elsewhere. */
  toFile(key: string): Promise<string>;
  /** Keys below a prefix in byte order. */
  list(prefix: string): Promise<readonly StoredObject[]>;
  delete(key: string): Promise<void>;
  /** Absolute location with scheme, as Iceberg metadata names it. */
  location(key: string): string;
}

/** One upload in the ingest zone. */
export interface StoredUpload {
  /** As its sender named it, `agency/dataset/period/file name`; any letters. */
  readonly key: string;
  readonly versionId: string;
  readonly sizeBytes: number;
  /** By the store's own clock. */
  readonly modifiedAtMs: number;
}

/** What departments sent, every version of it. The list is the only order of uploads there is. */
export interface Uploads {
  /** All versions below a prefix but delete markers: by key, those of one key oldest first. */
  list(prefix: string): Promise<readonly StoredUpload[]>;
  /** One level below a prefix that ends in a slash or is empty: uploads right there, and folders with theirs. */
  look(prefix: string): Promise<{ readonly uploads: readonly StoredUpload[]; readonly folders: readonly string[] }>;
  /** @returns path of a copy in `dir`; undefined: gone meanwhile */
  fetch(upload: StoredUpload, dir: string): Promise<string | undefined>;
}

/** Wakes intake. A hint is never more than that: lost or repeated, it changes nothing but when. */
export interface Hints {
  /** @param hint one of lambdas/shared/messages.ts */
  send(
    hint: { readonly submission: string } | { readonly prefix: string } | { readonly key: string },
    lane?: 'normal' | 'heavy',
  ): Promise<void>;
}

/** Wakes commit. */
export interface Bells {
  ring(dataset: string): Promise<void>;
}

/** Tells people by mail or message; said twice rather than not at all. */
export interface Notices {
  tell(
    whom: { readonly agency: string } | 'operations' | 'alerts',
    notice: { readonly subject: string; readonly text: string },
  ): Promise<void>;
}

/** What a commit is based on. */
export interface Head {
  readonly token: string;
  /** Location of the metadata file this head was read from. */
  readonly location: string;
  readonly metadata: TableMetadata;
}

export type SwapOutcome = 'OK' | 'CONFLICT' | 'UNKNOWN';

/** The pointer to a table's current metadata. Homes: directory (disk, S3-compatible), memory; Glue comes with the AWS home. */
export interface TableCatalog {
  list(): Promise<readonly string[]>;
  /** undefined: no such table yet. */
  load(table: string): Promise<Head | undefined>;
  /** Atomic: OK exactly once per base. `base` undefined creates the table. Never retries inside. */
  swap(table: string, base: Head | undefined, next: TableMetadata): Promise<SwapOutcome>;
}

/** Milliseconds since the epoch. */
export interface Clock {
  now(): number;
  /** Lets others work for a while. */
  sleep(ms: number): Promise<void>;
}

export interface Rng {
  /** Positive, below 2^53. */
  safeId(): number;
  uuid(): string;
  bytes(length: number): Uint8Array;
}

/** Answers a reading statement as a typed Arrow table: decimals, dates and timestamps stay what they are. */
export interface Warehouse {
  query(sql: string): Promise<ArrowTable>;
  close(): Promise<void>;
}

/** Judges one file against its contract (lake/intake says how); the only CPU-heavy work. */
export interface Converter {
  convert(request: ConversionRequest): Promise<Conversion>;
}

/** Rows of several data files, less some of them, as one new file. */
export interface RewriteRequest {
  readonly store: ObjectStore;
  /** Live files of one partition; their columns may be fewer or narrower than `fields`. */
  readonly inputs: readonly DataFile[];
  /** Columns of the new file, in order, with their ids and present types. */
  readonly fields: readonly TableField[];
  /** Field ids whose bounds may be kept. */
  readonly boundedFields: readonly number[];
  /** Column names; empty: the order of the inputs. */
  readonly sortBy: readonly string[];
  /** Rows of these submissions are left out. */
  readonly withoutSubmissions?: readonly string[];
  /** Rows in which one of these columns holds a value that `isErased` are left out. */
  readonly withoutSubjects?: { readonly columns: readonly string[]; readonly isErased: (value: string) => boolean };
  /** Folder of the caller's own, who removes it. */
  readonly workDir: string;
}

export interface Rewritten {
  /** Local path; undefined when no row is left. */
  readonly file:
    | {
        readonly path: string;
        readonly sizeBytes: number;
        readonly rows: number;
        readonly stats: ReadonlyMap<number, ColumnStat>;
      }
    | undefined;
  readonly rowsIn: number;
  readonly rowsLeftOut: number;
  /** Order-free digests of the rows to keep, read from the inputs, and of the rows of the new file: equal, or rows were changed. */
  readonly digestIn: string;
  readonly digestOut: string;
}

/** One version's rows in a data file. */
export interface RowsHeld {
  readonly submission: string;
  readonly version: string;
  readonly rows: number;
}

/** Copy-on-write and compaction. */
export interface Rewriter {
  /** Whose rows a file holds, asked of its lineage columns: for files other engines wrote. */
  rowsHeld(store: ObjectStore, file: DataFile): Promise<readonly RowsHeld[]>;
  rewrite(request: RewriteRequest): Promise<Rewritten>;
}

/** A private folder on local disk; whatever is left in it when its process dies is removed later. */
export interface Workspace {
  /** Names this process, so that others can tell whether it still lives. */
  readonly owner: string;
  isAlive(owner: string): boolean;
  open(): Promise<{ readonly dir: string; close(): Promise<void> }>;
}

export interface FileDigest {
  /** Hex. */
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** Reads of local files that lake rooms need but may not do themselves. */
export interface LocalFiles {
  digest(path: string): Promise<FileDigest>;
}

/** A file as sent, less the records that name an erased person. */
export interface RedactRequest {
  readonly path: string;
  readonly fileName: string;
  readonly contract: Contract;
  /** Asked for every cell of the contract's subject columns. */
  readonly isErased: (value: string) => boolean;
  /** Empty folder of the caller's own, who removes it. */
  readonly workDir: string;
}

export interface Redacted {
  /** The copy; `path` of the request when no record had to go. Records keep their numbers: those left out are blank lines. */
  readonly path: string;
  readonly rowsLeftOut: number;
  /** Numbers of the records left out, as `_row` counts them; absent: not told. */
  readonly records?: readonly number[];
}

export interface Redactor {
  redact(request: RedactRequest): Promise<Redacted>;
}

/** The zones of a lake; each is a prefix or a bucket. `control` holds no row values. */
export interface Zones {
  readonly ingest: ObjectStore;
  readonly raw: ObjectStore;
  readonly control: ObjectStore;
  readonly curated: ObjectStore;
  readonly quarantine: ObjectStore;
  readonly receipts: ObjectStore;
}

/** What reads and writes rows. */
export interface EnginePorts {
  readonly converter: Converter;
  readonly rewriter: Rewriter;
  readonly redactor: Redactor;
}

/** Everything a submission needs. */
export interface LakePorts extends EnginePorts {
  readonly zones: Zones;
  readonly catalog: TableCatalog;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly workspace: Workspace;
  readonly files: LocalFiles;
}
