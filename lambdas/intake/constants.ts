// Of intake: what the stack gives it and what it counts. Pure: the stack and the handler read the same numbers.

export const INTAKE = {
  /** One full core: DuckDB judges 50 MB in seconds. */
  memoryMb: 1769,
  timeoutSeconds: 300,
  ephemeralMb: 512,
} as const;

export const INTAKE_HEAVY = { memoryMb: 10_240, timeoutSeconds: 900, ephemeralMb: 10_240 } as const;

/** Larger objects go to the heavy queue. */
export const HEAVY_BYTES = 50 * 1024 * 1024;
/** So many receives of one message without an end: memory or time was not enough. */
export const HEAVY_AFTER_RECEIVES = 3;
/** Environment variable: `heavy` on intake-heavy, so that it forwards nothing. */
export const LANE_VARIABLE = 'TG_LANE';

export const INTAKE_METRICS = [
  'FilesAccepted',
  'FilesPartial',
  'FilesRejected',
  'FilesOvertaken',
  'RowsIn',
  'RowsRejected',
  'IntakeFaults',
] as const;
