// The embedded DuckDB engine: one private in-memory database with bounded memory. Nothing of the lake's meaning belongs here.
import { type DuckDBConnection, DuckDBInstance, type DuckDBResult, type JS } from '@duckdb/node-api';

export interface EngineOptions {
  /** Default 2. One thread gives reproducible Parquet bytes. */
  readonly threads?: number;
  /** DuckDB size text, for example `400MB`; about half of what the process may use. Default `400MB`. */
  readonly memoryLimit?: string;
  /** Writable folder for spilling; without one, work past the memory limit fails instead of spilling. */
  readonly tempDirectory?: string;
}

export type EngineRow = Readonly<Record<string, JS>>;

export interface Engine {
  /** Runs one or more statements for their effect. */
  run(sql: string): Promise<void>;
  /** Rows of the last statement; 64-bit integers are bigint, decimals lose digits past 2^53 (cast them to varchar). */
  rows(sql: string): Promise<readonly EngineRow[]>;
  /** The untyped result for column-wise readers, on a connection of its own; `use` must finish reading before it returns. */
  read<T>(sql: string, use: (result: DuckDBResult) => Promise<T>): Promise<T>;
  /** A further connection to the same database; the caller closes it. */
  connect(): Promise<DuckDBConnection>;
  close(): Promise<void>;
}

/** Opens an empty database; about 50 ms after the module is loaded. Extensions are never downloaded. */
export async function openEngine(options: EngineOptions = {}): Promise<Engine> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(options.threads ?? 2),
    memory_limit: options.memoryLimit ?? '400MB',
    temp_directory: options.tempDirectory ?? '',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const main = await instance.connect();
  return {
    async run(sql) {
      await main.run(sql);
    },
    async rows(sql) {
      const result = await main.run(sql);
      return result.getRowObjectsJS();
    },
    async read(sql, use) {
      const connection = await instance.connect();
      try {
        return await use(await connection.stream(sql));
      } finally {
        connection.closeSync();
      }
    },
    connect: () => instance.connect(),
    async close() {
      main.closeSync();
      instance.closeSync();
    },
  };
}
