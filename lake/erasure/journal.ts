// What an erasure is about to do, written down before it does it: whoever goes on after a crash counts nothing twice and
// leaves nothing half done. Paths and counts only, never a value.
import { z } from 'zod';
import type { ObjectStore } from '../../platform/ports';
import { readStored } from '../submission/stored';

const countShape = z.object({ rows: z.number(), files: z.number() });

const receiptShape = z.object({
  leftOut: z.number(),
  rowsIn: z.number(),
  rowsAccepted: z.number(),
  rowsRejected: z.number(),
  blankRows: z.number(),
  records: z.array(z.number()),
});

const shape = z.object({
  /** Place → what → how much. */
  counts: z.record(z.string(), z.record(z.string(), countShape)),
  /** Table → keys of the curated zone that only dropped snapshots named. */
  doomed: z.record(z.string(), z.array(z.string())),
  /** Submissions that lost all their rows. */
  emptied: z.array(z.string()),
  /** Receipt folder → the figures it shall show. */
  receipts: z.record(z.string(), receiptShape),
  /** `table: tag` */
  retiredTags: z.array(z.string()),
});

export type CorrectedReceipt = z.infer<typeof receiptShape>;

/** Where something was taken away; `history` are former states of tables, `derived` tables computed from others. */
export type PlaceName =
  | 'table'
  | 'history'
  | 'orphans'
  | 'derived'
  | 'raw'
  | 'rejects'
  | 'receipts'
  | 'records'
  | 'ingest'
  | 'reports'
  | 'answers'
  | 'versions'
  | 'former';

export class Journal {
  private constructor(
    private readonly control: ObjectStore,
    private readonly key: string,
    private readonly state: z.infer<typeof shape>,
    private isStored: boolean,
    private readonly cover: (text: string) => string,
  ) {}

  /**
   * @param cover takes the number out of a name: a department may have written it into a file's
   * @throws InputError E_RECORD
   */
  static async open(control: ObjectStore, requestId: string, cover: (text: string) => string): Promise<Journal> {
    const key = `erasure-work/${requestId}.json`;
    const stored = await readStored(control, key, shape);
    const empty = { counts: {}, doomed: {}, emptied: [], receipts: {}, retiredTags: [] };
    return new Journal(control, key, stored ?? empty, stored !== undefined, cover);
  }

  /** Noted twice under one name it counts once. */
  async note(place: PlaceName, what: string, count: { readonly rows: number; readonly files: number }): Promise<void> {
    this.state.counts[place] = { ...this.state.counts[place], [this.cover(what)]: { ...count } };
    await this.save();
  }

  isNoted(place: PlaceName, what: string): boolean {
    return this.state.counts[place]?.[this.cover(what)] !== undefined;
  }

  async doom(table: string, keys: readonly string[]): Promise<void> {
    this.state.doomed[table] = [...new Set([...(this.state.doomed[table] ?? []), ...keys])];
    await this.save();
  }

  doomedOf(table: string): readonly string[] {
    return this.state.doomed[table] ?? [];
  }

  async empty(submissions: readonly string[]): Promise<void> {
    if (submissions.every((submission) => this.state.emptied.includes(submission))) return;
    this.state.emptied = [...new Set([...this.state.emptied, ...submissions])];
    await this.save();
  }

  get emptied(): readonly string[] {
    return this.state.emptied;
  }

  /** The figures noted first stand. */
  async correct(folder: string, figures: CorrectedReceipt): Promise<void> {
    if (this.state.receipts[folder]) return;
    this.state.receipts[folder] = figures;
    await this.save();
  }

  correctionOf(folder: string): CorrectedReceipt | undefined {
    return this.state.receipts[folder];
  }

  async retire(table: string, tags: readonly string[]): Promise<void> {
    if (tags.length === 0) return;
    const named = tags.map((tag) => `${table}: ${tag}`);
    this.state.retiredTags = [...new Set([...this.state.retiredTags, ...named])];
    await this.save();
  }

  get retiredTags(): readonly string[] {
    return this.state.retiredTags;
  }

  totals(): ReadonlyMap<PlaceName, { readonly rows: number; readonly files: number }> {
    const totals = new Map<PlaceName, { rows: number; files: number }>();
    for (const place of PLACES) {
      const counts = Object.values(this.state.counts[place] ?? {});
      if (counts.length > 0)
        totals.set(place, {
          rows: counts.reduce((sum, count) => sum + count.rows, 0),
          files: counts.reduce((sum, count) => sum + count.files, 0),
        });
    }
    return totals;
  }

  /** Changes whenever something more was done. */
  get progress(): string {
    return JSON.stringify(this.state);
  }

  private async save(): Promise<void> {
    await this.control.put(this.key, JSON.stringify(this.state));
    this.isStored = true;
  }

  async close(): Promise<void> {
    if (this.isStored) await this.control.delete(this.key);
  }
}

export const PLACES: readonly PlaceName[] = [
  'table',
  'history',
  'orphans',
  'derived',
  'raw',
  'rejects',
  'receipts',
  'records',
  'ingest',
  'reports',
  'answers',
  'versions',
  'former',
];
