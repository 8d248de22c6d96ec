// What a function says of its work: one line of log an event, fields from a list, and counts as metrics, zeros too. Never a
// row, a cell, a file's name or an error's text, which may quote one.
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { FaultError, InputError } from '../../lake/errors';

/** The only fields there are. */
export interface Fields {
  readonly submission?: string;
  readonly version?: string;
  readonly dataset?: string;
  readonly what?: string;
  readonly verdict?: string;
  readonly code?: string;
  readonly rowsIn?: number;
  readonly rowsRejected?: number;
  readonly snapshotId?: string;
  readonly count?: number;
  readonly receives?: number;
}

const FIELDS = [
  'submission',
  'version',
  'dataset',
  'what',
  'verdict',
  'code',
  'rowsIn',
  'rowsRejected',
  'snapshotId',
  'count',
  'receives',
] as const satisfies readonly (keyof Fields)[];

export interface Journal<Name extends string> {
  info(message: string, fields?: Fields): void;
  /** An error by its code and place; undefined text: only its kind is told. */
  problem(message: string, error: unknown, fields?: Fields): void;
  count(name: Name, by?: number): void;
}

/** What must not be lost when a handler ends. */
export interface Published<Name extends string> extends Journal<Name> {
  publish(): void;
}

function picked(fields: Fields): Fields {
  return Object.fromEntries(FIELDS.flatMap((name) => (fields[name] === undefined ? [] : [[name, fields[name]]])));
}

export function codeOf(error: unknown): string {
  if (error instanceof InputError || error instanceof FaultError) return error.code;
  return error instanceof Error ? error.name : 'unknown';
}

/** Where it happened: lines of the stack without the message above them. */
function placeOf(error: unknown): readonly string[] {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 8);
}

/** @param metrics every one is emitted at every end, zero unless counted */
export function journal<Name extends string>(metrics: readonly Name[], namespace: string): Published<Name> {
  const logger = new Logger();
  const sink = new Metrics({ namespace });
  const counts = new Map<Name, number>(metrics.map((name) => [name, 0]));
  return {
    info: (message, fields = {}) => logger.info(message, { ...picked(fields) }),
    problem: (message, error, fields = {}) =>
      logger.error(message, { ...picked(fields), code: codeOf(error), at: placeOf(error) }),
    count: (name, by = 1) => counts.set(name, (counts.get(name) ?? 0) + by),
    publish() {
      for (const [name, value] of counts) {
        sink.addMetric(name, name.endsWith('Seconds') ? MetricUnit.Seconds : MetricUnit.Count, value);
        counts.set(name, 0);
      }
      sink.publishStoredMetrics();
    },
  };
}
