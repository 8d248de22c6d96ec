// By the clock, at night: each table in turn, until time is short. What is left is first the next time.
import type { Context } from 'aws-lambda';
import { namesNobody } from '../../lake/contract/contract';
import { contractOfTable, type Lake } from '../../lake/submission/submit';
import { begin, end, inTurn, type Mark, mergeOnce, readMark, shorten } from '../../lake/submission/upkeep';
import type { Published } from '../shared/journal';
import type { LakeAccess } from '../shared/lake';
import type { MAINTAIN_METRICS } from './constants';

export interface MaintainHost extends Pick<LakeAccess, 'withLake'> {
  /** Glue merges files of tables in which no column can name a person. */
  readonly mergesByGlue: boolean;
  readonly journal: Published<(typeof MAINTAIN_METRICS)[number]>;
}

export interface Maintained {
  readonly kept: string[];
  /** Met a fault; the others were gone on with. */
  readonly failed: string[];
  /** Their turn did not come, or did not last. */
  readonly left: string[];
}

/** Several runs a night are one round. */
const REST_MS = 20 * 3_600_000;
/** The largest merging, and what follows it, take less. */
const STEP_MS = 5 * 60_000;

export async function realHandler(
  host: MaintainHost,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
): Promise<Maintained> {
  const { journal } = host;
  const hasTime = () => context.getRemainingTimeInMillis() > STEP_MS;
  const marks = () => host.withLake(async (lake) => ({ marks: await marksOf(lake), nowMs: lake.ports.clock.now() }));
  const done: Maintained = { kept: [], failed: [], left: [] };
  try {
    const before = await marks();
    for (const table of inTurn(before.marks, { nowMs: before.nowMs, restMs: REST_MS })) {
      const outcome = hasTime() ? await keep(table, host, hasTime).catch(failed(table, host)) : 'left';
      done[outcome].push(table);
    }
    const after = await marks();
    journal.count('OldestUpkeepSeconds', Math.round(oldestMs(after.marks, after.nowMs) / 1000));
    return done;
  } catch (error) {
    failed(undefined, host)(error);
    throw error;
  } finally {
    journal.publish();
  }
}

const failed =
  (dataset: string | undefined, { journal }: MaintainHost) =>
  (error: unknown): 'failed' => {
    journal.count('MaintainFaults');
    journal.problem('upkeep failed', error, dataset === undefined ? {} : { dataset });
    return 'failed';
  };

/** Of the tables the deployment has made. */
async function marksOf({ contracts, ports }: Lake): Promise<ReadonlyMap<string, Mark | undefined>> {
  const marks = new Map<string, Mark | undefined>();
  for (const { dataset } of contracts.values()) marks.set(dataset, await readMark(ports.zones.control, dataset));
  return marks;
}

/** Of a table never begun with: none; it is the first the next time. */
function oldestMs(marks: ReadonlyMap<string, Mark | undefined>, nowMs: number): number {
  return Math.max(0, ...[...marks.values()].map((mark) => nowMs - (mark?.keptAtMs ?? nowMs)));
}

/** One table; each step has a lake, and so the disk, of its own. */
async function keep(table: string, host: MaintainHost, hasTime: () => boolean): Promise<'kept' | 'left'> {
  const { journal, withLake } = host;
  const isMergedHere = await withLake(async (lake) => {
    await begin(table, lake.ports);
    return !(host.mergesByGlue && namesNobody(contractOfTable(table, lake)));
  });
  const { snapshots, files, offers } = await withLake((lake) => shorten(table, lake.ports));
  journal.count('SnapshotsDropped', snapshots);
  journal.count('FilesDeleted', files);
  journal.info('shortened', { dataset: table, what: `${snapshots} snapshots, ${offers} offers`, count: files });
  for (let isMore = isMergedHere; isMore; ) {
    if (!hasTime()) return 'left';
    const merged = await withLake((lake) => mergeOnce(table, lake.ports));
    journal.count('FilesMerged', merged?.filesBefore ?? 0);
    if (merged) journal.info('merged', { dataset: table, rowsIn: merged.rows, count: merged.filesBefore });
    isMore = merged !== undefined;
  }
  await withLake((lake) => end(table, lake.ports));
  return 'kept';
}
