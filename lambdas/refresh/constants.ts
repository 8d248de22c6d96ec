// Of refresh: what the stack gives it and what it counts. Pure: the stack and the handler read the same numbers.

export const REFRESH = { memoryMb: 512, timeoutSeconds: 120, ephemeralMb: 512 } as const;

/** `ModelsRefreshed`: marts and KPIs a run is to make anew. */
export const REFRESH_METRICS = ['ModelsRefreshed', 'RefreshFaults'] as const;
