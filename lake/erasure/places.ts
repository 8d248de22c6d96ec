// What erasing needs of the world beyond the lake's own ports: to look into files, and to reach places no zone owns.

/** Rows of one version in a data file that name an erased person. */
export interface HeldRows {
  readonly submission: string;
  readonly version: string;
  readonly rows: number;
}

/** A file in which the number stands. `name` is its path below the home. */
export interface Trace {
  readonly name: string;
  /** Rows of a data file, else occurrences. */
  readonly matches: number;
  /** False: nobody can look into it (a PDF, an old workbook). */
  readonly isSearchable: boolean;
  /** A version of the file that readers no longer see. */
  readonly isFormer?: true;
}

export interface Probe {
  /** Files looked into. */
  readonly files: number;
  /** Which stores were searched, where they are several. */
  readonly stores?: readonly string[];
  readonly traces: readonly Trace[];
}

export interface Tidied {
  readonly place: 'ingest' | 'reports' | 'former' | 'answers' | 'versions';
  readonly name: string;
  readonly what: 'redacted' | 'deleted';
  readonly rows: number;
}

export interface ErasurePlaces {
  /**
   * Data files (keys of the curated zone) with rows whose subject columns name an erased person. A file that is there
   * and cannot be read is answered with no version and 0 rows.
   */
  holders(
    keys: readonly string[],
    columns: readonly string[],
    isErased: (value: string) => boolean,
  ): Promise<ReadonlyMap<string, readonly HeldRows[]>>;
  /** Data files in which any text column mentions the number. */
  mentions(keys: readonly string[], subject: string): Promise<ReadonlySet<string>>;
  /** Looks for the number in one local file. */
  search(path: string, subject: string): Promise<Omit<Trace, 'name'>>;
  /** A copy in `workDir` with every occurrence covered; undefined: nobody can look into the file. */
  cover(path: string, subject: string, workDir: string): Promise<string | undefined>;
  /** Looks for the number in every file and every file name there is. */
  probe(subject: string, onStep?: (done: number, of: number) => void): Promise<Probe>;
  /**
   * Takes the person out of what no zone owns: uploads, reports, answers of queries, what an earlier rebuild left, versions of
   * files that were replaced or deleted.
   */
  tidy(subject: string, isErased: (value: string) => boolean): Promise<readonly Tidied[]>;
  /** Computes derived tables anew. @returns files of former ones that are gone, where the catalog does not list them */
  refresh(): Promise<number>;
  /** Called now and then: what was fetched so far may go. */
  release(): Promise<void>;
  /**
   * Nobody who writes here works longer: whoever began before everything was found clean may still put down what it had read,
   * and is outlasted. Absent: nobody is waited for.
   */
  readonly outlastMs?: number;
}
