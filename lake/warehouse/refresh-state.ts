// What the last refreshes made, as kept in the control zone: hashes of definitions and of everything a table was made from.
// A hint only: Glue says which table a view points to, and where the two differ the model is made again.
import { z } from 'zod';

const state = z.object({
  /** By view: hash of its definition and of those it reads. */
  views: z.record(z.string(), z.string()),
  /** By mart or KPI: the table its view was pointed to, and a hash of all it was made from. */
  tables: z.record(z.string(), z.object({ table: z.string(), hash: z.string() })),
  /** The datasets as they were when the last run was planned, for the page that shows the figures. */
  sources: z.array(z.object({ table: z.string(), snapshot: z.string(), committedAt: z.string(), rows: z.number() })),
});

export type RefreshState = z.infer<typeof state>;

export const REFRESH_STATE = 'refresh/state.json';

/** What one run set out to make, kept until it has: `tidy` adds it to the state. */
export const runKey = (run: string): string => `refresh/runs/${run}.json`;

/** @throws SyntaxError, ZodError for what no refresh wrote */
export function parseRefreshState(text: string | undefined): RefreshState {
  return text === undefined ? { views: {}, tables: {}, sources: [] } : state.parse(JSON.parse(text));
}

/** The state after a run: what it made wins. */
export function mergedState(former: RefreshState, made: RefreshState): RefreshState {
  const { sources } = made;
  return { views: { ...former.views, ...made.views }, tables: { ...former.tables, ...made.tables }, sources };
}
