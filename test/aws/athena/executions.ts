// Statements under way and done, as Athena keeps them. The engine is handed in.
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type StatementKind, toTrino } from './statement';
import { type Answer, EngineError, type Session } from './trino-client';

export type State = 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';

export interface Start {
  readonly sql: string;
  readonly database: string | undefined;
  readonly workgroup: string;
  readonly parameters: readonly string[];
  /** s3://bucket/prefix/ */
  readonly outputLocation: string;
  readonly cutoffBytes: number | undefined;
}

export interface Execution extends Start {
  readonly id: string;
  readonly kind: StatementKind;
  readonly outputFile: string;
  readonly submittedAt: number;
  state: State;
  completedAt?: number;
  reason?: string;
  answer?: Answer;
}

export interface ExecutionsOptions {
  readonly engine: (sql: string, session: Session) => Promise<Answer>;
  /** Writes a result to S3. */
  readonly write: (location: string, body: string) => Promise<void>;
}

function csvLine(values: readonly (string | null)[]): string {
  return values.map((value) => (value === null ? '' : `"${value.replaceAll('"', '""')}"`)).join(',');
}

function resultText({ kind, answer }: Execution): string {
  if (!answer) return '';
  if (kind === 'query')
    return [answer.columns.map(({ name }) => name), ...answer.rows].map((r) => `${csvLine(r)}\n`).join('');
  return answer.rows.map((row) => `${row.join('\t')}\n`).join('');
}

export function openExecutions({ engine, write }: ExecutionsOptions) {
  const all = new Map<
    string,
    { readonly execution: Execution; readonly abort: AbortController; readonly done: Promise<void> }
  >();

  async function run(execution: Execution, signal: AbortSignal, sql: string): Promise<void> {
    // Athena is never done when it answers the start.
    await pause(20);
    if (signal.aborted) return;
    execution.state = 'RUNNING';
    const { database, parameters, cutoffBytes } = execution;
    const onScanned = (bytes: number) => {
      if (cutoffBytes !== undefined && bytes > cutoffBytes) throw new EngineError('Bytes scanned limit was exceeded');
    };
    const answer = await engine(sql, {
      parameters,
      signal,
      onScanned,
      ...(database === undefined ? {} : { database }),
    });
    execution.answer = answer;
    await write(execution.outputFile, resultText(execution));
    execution.state = 'SUCCEEDED';
  }

  return {
    start(start: Start): string {
      const id = randomUUID();
      let statement: ReturnType<typeof toTrino> | undefined;
      let refused: unknown;
      try {
        statement = toTrino(start.sql);
      } catch (error) {
        refused = error;
      }
      const kind = statement?.kind ?? 'utility';
      const file = `${start.outputLocation.replace(/\/$/, '')}/${id}.${kind === 'query' ? 'csv' : 'txt'}`;
      const execution: Execution = { ...start, id, kind, outputFile: file, submittedAt: Date.now(), state: 'QUEUED' };
      const abort = new AbortController();
      const sql = statement?.sql;
      const done = (sql === undefined ? Promise.reject(refused) : run(execution, abort.signal, sql))
        .catch((error: unknown) => {
          if (abort.signal.aborted) return;
          execution.state = 'FAILED';
          execution.reason = error instanceof Error ? error.message : String(error);
          // Not the statement's fault but the bench's: to be seen, not guessed.
          if (!(error instanceof EngineError)) process.stderr.write(`Athena adapter: ${start.sql}\n${String(error)}\n`);
        })
        .finally(() => {
          execution.completedAt = Date.now();
        });
      all.set(id, { execution, abort, done });
      return id;
    },
    get: (id: string): Execution | undefined => all.get(id)?.execution,
    list: (): readonly Execution[] => [...all.values()].map(({ execution }) => execution),
    stop(id: string): void {
      const found = all.get(id);
      if (!found || !['QUEUED', 'RUNNING'].includes(found.execution.state)) return;
      found.execution.state = 'CANCELLED';
      found.execution.reason = 'Query cancelled by user';
      found.abort.abort();
    },
    /** All statements under way have ended. */
    settled: () => Promise.all([...all.values()].map(({ done }) => done)),
  };
}
