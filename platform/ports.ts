// Every effect the lake has on the world. lake/ receives these as arguments and may name this file's types only.
import type { Table as ArrowTable } from 'apache-arrow';
import type { Conversion, ConversionRequest } from '../lake/intake/conversion';
import type { TableMetadata } from '../lake/table/metadata';

/** UNKNOWN: a time-out or a server fault; the caller reads again to learn what happened. */
export type PutOutcome = 'CREATED' | 'EXISTS' | 'UNKNOWN';

/** One prefix of a store: strongly consistent get, list and put-if-absent. Keys are ASCII paths without leading slash. */
export interface ObjectStore {
  get(key: string): Promise<Uint8Array | undefined>;
  /** Replaces. Only for objects that may change (receipts, pages); truth is written with putIfAbsent. */
  put(key: string, body: Uint8Array | string): Promise<void>;
  putIfAbsent(key: string, body: Uint8Array | string): Promise<PutOutcome>;
  /** Uploads a copy of a local file, absent key only; the file stays as it is. */
  putFileIfAbsent(key: string, path: string): Promise<PutOutcome>;
  /** As putFileIfAbsent, for a file of our own work folder that may be moved instead of copied. */
  adoptFileIfAbsent(key: string, path: string): Promise<PutOutcome>;
  /** A readable local path with the object's bytes: the object itself at home, a download elsewhere. */
  toFile(key: string): Promise<string>;
  /** Keys below a prefix in byte order. */
  list(prefix: string): Promise<readonly { readonly key: string; readonly sizeBytes: number }[]>;
  delete(key: string): Promise<void>;
  /** Absolute location with scheme, as Iceberg metadata names it. */
  location(key: string): string;
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

/** The zones of a lake; each is a prefix or a bucket. `control` holds no row values. */
export interface Zones {
  readonly ingest: ObjectStore;
  readonly raw: ObjectStore;
  readonly control: ObjectStore;
  readonly curated: ObjectStore;
  readonly quarantine: ObjectStore;
  readonly receipts: ObjectStore;
}

/** Everything a submission needs. */
export interface LakePorts {
  readonly zones: Zones;
  readonly catalog: TableCatalog;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly converter: Converter;
  readonly workspace: Workspace;
  readonly files: LocalFiles;
}
