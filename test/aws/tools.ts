// What run.mjs hands over: programs fetched from registries; undefined where a registry cannot be reached, which was said.
import type { Trino } from '../interop/readers';

export interface Tools {
  /** Names of parts; none: all. */
  readonly only: readonly string[];
  readonly root: string;
  /** Path of a Python that has moto. */
  python(): string | undefined;
  /** Folder with Node and the runtime client. */
  lambdaRuntime(): string | undefined;
  /** A Trino whose one catalog, `awsdatacatalog`, is the emulated Glue. */
  startTrino(workDir: string, endpoint: string, region: string): Promise<Trino | undefined>;
}
