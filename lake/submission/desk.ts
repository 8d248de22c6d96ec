// What intake and commit need of the world beside the lake itself, where they are two processes.
import type { Bells, Hints, Notices, Uploads } from '../../platform/ports';

export interface IntakeDesk {
  readonly uploads: Uploads;
  readonly hints: Hints;
  readonly bells: Bells;
  readonly notices: Notices;
  /** Nothing is read before the scanner has spoken. */
  readonly awaitsScan: boolean;
  /** Larger files are left to whoever has more memory. */
  readonly maxBytes: number;
}

export type WatchDesk = Omit<IntakeDesk, 'maxBytes'>;

export type CommitDesk = Pick<IntakeDesk, 'hints' | 'notices'>;
