// Moments as people here read them: Vietnamese time, with the offset said.

const OFFSET_MS = 7 * 3_600_000;

/** `2026-11-01 08:00:30 +07:00`. @param round up: the first whole second not before the moment */
export function vietnamTime(timeMs: number, round: 'down' | 'up' = 'down'): string {
  const whole = round === 'up' ? Math.ceil(timeMs / 1000) * 1000 : timeMs;
  return `${new Date(whole + OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ')} +07:00`;
}
