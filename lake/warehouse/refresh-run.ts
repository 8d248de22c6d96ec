// Names of refreshes. One follows commits: a run a quarter of an hour, whoever asks first, because Step Functions takes a name
// once. One follows an erasure, and leaves no table of a former run: those were computed with the person.

const QUARTER_MS = 15 * 60_000;
/** Clocks of two machines differ: whoever thinks the quarter still runs is still waited for. */
const SLACK_MS = 30_000;

export interface RefreshRun {
  readonly name: string;
  readonly input: { readonly gatherUntil: string };
}

/** The run that a commit at this moment belongs to; it begins when its quarter of an hour is over. */
export function refreshRunAt(timeMs: number): RefreshRun {
  const end = (Math.floor(timeMs / QUARTER_MS) + 1) * QUARTER_MS;
  const until = (ms: number) => new Date(ms).toISOString();
  return {
    name: `commit-${until(end).slice(0, 16).replace(/[-:]/g, '').toLowerCase()}`,
    input: { gatherUntil: until(end + SLACK_MS).replace('.000Z', 'Z') },
  };
}

const ERASURE = 'erasure-';

/** @param id of letters, digits and hyphens, never the same */
export const erasureRun = (id: string): string => `${ERASURE}${id}`;

/** Whether tables of former runs go at once, also from under a query that still reads one. */
export const dropsAtOnce = (run: string): boolean => run.startsWith(ERASURE);
