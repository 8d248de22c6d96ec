// Of commit: what the stack gives it and what it counts. Pure: the stack and the handler read the same numbers.

export const COMMIT = {
  /** Copy-on-write of shared files needs the engine. */
  memoryMb: 1769,
  timeoutSeconds: 300,
  ephemeralMb: 2048,
} as const;

/** Below it in the control zone commit answers whoever asked it to register: `<id>.json`. */
export const ANSWERS = 'registered/';

export const COMMIT_METRICS = [
  'Commits',
  'CommitConflicts',
  'ForeignWrites',
  'CommitFaults',
  'LimitsExceeded',
] as const;
