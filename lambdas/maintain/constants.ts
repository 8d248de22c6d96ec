// Of maintain: what the stack gives it and what it counts. Pure: the stack and the handler read the same numbers.

export const MAINTAIN = {
  /** The engine sorts on disk: up to 512 MiB of packed rows, several times that unpacked. */
  memoryMb: 3008,
  timeoutSeconds: 900,
  ephemeralMb: 10_240,
} as const;

export const MAINTAIN_METRICS = [
  'FilesMerged',
  'SnapshotsDropped',
  'FilesDeleted',
  'OldestUpkeepSeconds',
  'MaintainFaults',
] as const;

/** Environment variable: `glue` when Glue merges the files of tables in which no column can name a person. */
export const COMPACTION_VARIABLE = 'TG_COMPACTION';
