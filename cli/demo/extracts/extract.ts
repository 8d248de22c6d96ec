// What one made-up delivery of a department is: where it goes, its bytes, and what the lake should say about it.
import type { Bilingual } from '../../../lake/errors';

export interface Extract {
  /** `<agency>/<dataset>/<period>` */
  readonly to: string;
  readonly fileName: string;
  readonly bytes: Uint8Array;
  /** One sentence: what is special about this file. */
  readonly story: Bilingual;
  readonly expect: 'accepted' | 'partial' | 'rejected' | 'unchanged';
}

/** One row before it is written: contract column to cell text; an absent column is an empty cell. */
export type Cells = Readonly<Record<string, string>>;
