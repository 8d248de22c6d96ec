// A version taken in and judged, waiting to become visible.
import type { Contract } from '../contract/contract';
import type { Bilingual } from '../errors';
import type { Conversion } from '../intake/conversion';
import type { SealedEffect } from './handoff';
import type { References } from './references';
import type { Version } from './versions';

export interface Judged {
  readonly file: string;
  readonly version: Version;
  readonly contract: Contract;
  readonly conversion: Conversion;
  readonly references: References;
  /** What the sender must know first: which period was taken, that a lost version came back. */
  readonly leadNotes: readonly Bilingual[];
  /** Rows that name an erased person: neither taken in nor set aside. */
  readonly rowsSuppressed: number;
  readonly effect: SealedEffect | undefined;
  close(): Promise<void>;
}
