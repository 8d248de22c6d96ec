// Of reconcile: what the stack gives it and what it counts. Pure: the stack and the handler read the same numbers.

export const RECONCILE = { memoryMb: 1024, timeoutSeconds: 600, ephemeralMb: 512 } as const;

export const RECONCILE_METRICS = ['Healed', 'OldestOfferSeconds', 'DatasetsOverdue', 'ReconcileFaults'] as const;
