// A change of the lake's sources while they are bundled for a run.

export interface Edit {
  readonly file: string;
  /** Occurs exactly once in the file. A pattern only where the text is a budget that may change. */
  readonly find: string | RegExp;
  readonly replace: string;
}

export interface Patch extends Edit {
  readonly name: string;
  readonly why: string;
  readonly also?: readonly Edit[];
}
