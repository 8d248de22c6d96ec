// The warehouse on AWS: a question goes to Athena in a workgroup, the answer comes back as the same Arrow table every home
// gives. Values of a caller go in as execution parameters, never into the text.
//
// Needs of IAM: athena:StartQueryExecution, GetQueryExecution, GetQueryResults, StopQueryExecution on the workgroup; what
// the statement reads (Glue, Lake Formation, S3); s3:GetBucketLocation, GetObject, PutObject below the place of results.
import {
  type AthenaClient,
  type ColumnInfo,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  type QueryExecution,
  type Row,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import type { Table } from 'apache-arrow';
import { FaultError } from '../../lake/errors';
import { checkReading } from '../../lake/warehouse/read-only';
import type { Clock, Warehouse } from '../ports';
import { arrowFromTexts } from './athena-arrow';
import { athenaError } from './athena-error';
import { accessError, failureOf, isDenied } from './failure';

export interface AthenaOptions {
  /** Give it a `requestHandler` with time limits: by itself the SDK waits for ever. */
  readonly client: AthenaClient;
  readonly workgroup: string;
  /** Where names without a database are looked for. */
  readonly database: string;
  readonly clock: Clock;
  /** After so long a query is stopped. Default 5 minutes. */
  readonly patienceMs?: number;
}

export interface AthenaWarehouse extends Warehouse {
  /** @param parameters one SQL literal for each `?`, in order: texts in quotes (`sqlString`), numbers bare */
  query(sql: string, parameters?: readonly string[]): Promise<Table>;
}

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2_000;
const PATIENCE_MS = 300_000;

/** @throws InputError E_SQL_… for the statement, E_ACCESS, E_SCAN_LIMIT; FaultError F_ATHENA */
export function athenaWarehouse(options: AthenaOptions): AthenaWarehouse {
  const { client, workgroup, database, clock, patienceMs = PATIENCE_MS } = options;

  const asked = async <T>(action: string, call: Promise<T>): Promise<T> => {
    try {
      return await call;
    } catch (error) {
      const failure = failureOf(error);
      if (isDenied(failure)) throw accessError(`athena:${action}`, workgroup, error);
      throw new FaultError('F_ATHENA', `Athena: ${action} in ${workgroup}: ${failure.name}: ${failure.message}`, {
        cause: error,
      });
    }
  };

  const start = async (sql: string, parameters: readonly string[]): Promise<string> => {
    const { QueryExecutionId } = await asked(
      'StartQueryExecution',
      client.send(
        new StartQueryExecutionCommand({
          QueryString: sql,
          WorkGroup: workgroup,
          QueryExecutionContext: { Database: database },
          ...(parameters.length > 0 ? { ExecutionParameters: [...parameters] } : {}),
        }),
      ),
    );
    if (QueryExecutionId === undefined) throw new FaultError('F_ATHENA', 'Athena started a query without an id.');
    return QueryExecutionId;
  };

  const finished = async (id: string): Promise<QueryExecution> => {
    const until = clock.now() + patienceMs;
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 1.5, LONGEST_WAIT_MS)) {
      await clock.sleep(wait);
      const { QueryExecution: execution = {} } = await asked(
        'GetQueryExecution',
        client.send(new GetQueryExecutionCommand({ QueryExecutionId: id })),
      );
      const state = execution.Status?.State;
      if (state !== 'QUEUED' && state !== 'RUNNING') return execution;
      if (clock.now() < until) continue;
      await asked('StopQueryExecution', client.send(new StopQueryExecutionCommand({ QueryExecutionId: id })));
      throw new FaultError('F_ATHENA', `Athena: query ${id} was stopped after ${patienceMs / 1000} s.`);
    }
  };

  const results = async (id: string): Promise<Table> => {
    const rows: Row[] = [];
    let columns: readonly ColumnInfo[] = [];
    let token: string | undefined;
    do {
      const page = await asked(
        'GetQueryResults',
        client.send(new GetQueryResultsCommand({ QueryExecutionId: id, NextToken: token })),
      );
      columns = page.ResultSet?.ResultSetMetadata?.ColumnInfo ?? columns;
      rows.push(...(page.ResultSet?.Rows ?? []));
      token = page.NextToken;
    } while (token !== undefined);
    const texts = rows.map(({ Data = [] }) => Data.map(({ VarCharValue }) => VarCharValue ?? null));
    return arrowFromTexts(columns, withoutHeader(columns, texts));
  };

  return {
    async query(sql, parameters = []) {
      checkReading(sql);
      const id = await start(sql, parameters);
      const execution = await finished(id);
      if (execution.Status?.State !== 'SUCCEEDED') throw athenaError(execution);
      return results(id);
    },
    close: async () => client.destroy(),
  };
}

/** The first row of a SELECT's answer repeats the names; EXPLAIN, SHOW and DESCRIBE have none. */
function withoutHeader(columns: readonly ColumnInfo[], rows: readonly (readonly (string | null)[])[]) {
  const isHeader = columns.every(({ Name }, i) => rows[0]?.[i] === Name);
  return isHeader && columns.length > 0 ? rows.slice(1) : rows;
}
