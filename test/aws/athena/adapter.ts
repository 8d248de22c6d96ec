// Athena's JSON API in front of a real engine: start, get, results, stop. Everything else Athena offers goes to moto, which
// keeps workgroups and named queries but runs no SQL.
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Call } from '../rights/calls';
import { type Execution, type ExecutionsOptions, openExecutions } from './executions';
import type { Column } from './trino-client';

export interface Adapter {
  readonly endpoint: string;
  /** Every statement that was asked for. */
  executions(): readonly Execution[];
  /** Every request, with who sent it. */
  calls(): readonly Call[];
  close(): Promise<void>;
}

/** Athena's refusal of a request. */
class Refusal extends Error {
  constructor(
    message: string,
    readonly type = 'InvalidRequestException',
  ) {
    super(message);
  }
}

type Json = Readonly<Record<string, unknown>>;

function record(value: unknown): Json {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const MAX_STATEMENT_BYTES = 262_144;
const PAGE = 1000;

function columnInfo({ name, type }: Column): Json {
  const [, base = type, inner = ''] = /^([a-z ]+?)(?:\((.*)\))?( with time zone)?$/.exec(type) ?? [];
  const athena = type.endsWith('with time zone') ? 'timestamp with time zone' : base;
  const [precision = 0, scale = 0] = base === 'decimal' ? inner.split(',').map(Number) : [];
  return {
    CatalogName: 'hive',
    SchemaName: '',
    TableName: '',
    Name: name,
    Label: name,
    Type: athena,
    Precision: precision,
    Scale: scale,
    Nullable: 'UNKNOWN',
    CaseSensitive: athena === 'varchar',
  };
}

function told(execution: Execution): Json {
  const { id, sql, kind, state, submittedAt, completedAt, reason, outputFile, database, workgroup, answer } = execution;
  const took = (completedAt ?? Date.now()) - submittedAt;
  return {
    QueryExecutionId: id,
    Query: sql,
    StatementType: kind === 'utility' ? 'DDL' : 'DML',
    ResultConfiguration: { OutputLocation: outputFile },
    QueryExecutionContext: { Catalog: 'awsdatacatalog', ...(database === undefined ? {} : { Database: database }) },
    Status: {
      State: state,
      SubmissionDateTime: submittedAt / 1000,
      ...(completedAt === undefined ? {} : { CompletionDateTime: completedAt / 1000 }),
      ...(reason === undefined ? {} : { StateChangeReason: reason }),
      ...(state === 'FAILED'
        ? { AthenaError: { ErrorCategory: 2, ErrorType: 1, Retryable: false, ErrorMessage: reason } }
        : {}),
    },
    Statistics: { DataScannedInBytes: answer?.scannedBytes ?? 0, TotalExecutionTimeInMillis: took },
    WorkGroup: workgroup,
    EngineVersion: {
      SelectedEngineVersion: 'Athena engine version 3',
      EffectiveEngineVersion: 'Athena engine version 3',
    },
  };
}

function results(execution: Execution | undefined, input: Json): Json {
  if (!execution) throw new Refusal(`QueryExecution ${String(input.QueryExecutionId)} was not found`);
  const { state, kind, answer } = execution;
  if (state === 'QUEUED' || state === 'RUNNING')
    throw new Refusal(`Query has not yet finished. Current state: ${state}`);
  if (state !== 'SUCCEEDED' || !answer)
    throw new Refusal(`Query did not finish successfully. Final query state: ${state}`);
  const names = answer.columns.map(({ name }) => name);
  const isQuery = kind === 'query';
  const lines = kind === 'write' ? [] : isQuery ? [names, ...answer.rows] : answer.rows;
  const from = Number(textOf(input.NextToken) ?? 0);
  const size = Number(input.MaxResults ?? PAGE);
  if (!(size >= 1 && size <= PAGE)) throw new Refusal(`MaxResults is more than maximum allowed length ${PAGE}.`);
  const to = from + size;
  const cell = (value: string | null) => (value === null ? {} : { VarCharValue: value });
  return {
    UpdateCount: answer.updateCount ?? 0,
    ResultSet: {
      Rows: lines.slice(from, to).map((row) => ({ Data: row.map(cell) })),
      ResultSetMetadata: { ColumnInfo: kind === 'write' ? [] : answer.columns.map(columnInfo) },
    },
    ...(to < lines.length ? { NextToken: String(to) } : {}),
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export async function startAdapter(moto: string, engine: ExecutionsOptions['engine']): Promise<Adapter> {
  const write = async (location: string, body: string) => {
    const put = await fetch(`${moto}/${location.replace('s3://', '')}`, { method: 'PUT', body });
    if (!put.ok) throw new Error(`The result cannot be written to ${location}: ${put.status} ${await put.text()}`);
  };
  const executions = openExecutions({ engine, write });
  const seen: Call[] = [];
  const tokens = new Map<string, { readonly id: string; readonly body: string }>();

  const forward = async (target: string, headers: IncomingMessage['headers'], body: string | Buffer) => {
    const { authorization = '', 'content-type': contentType = 'application/x-amz-json-1.1' } = headers;
    const onward = { 'x-amz-target': target, 'content-type': contentType, authorization };
    const answer = await fetch(moto, { method: 'POST', headers: onward, body: body.toString() });
    return { status: answer.status, text: await answer.text() };
  };

  const start = async (input: Json, headers: IncomingMessage['headers']): Promise<Json> => {
    const sql = textOf(input.QueryString) ?? '';
    if (sql === '') throw new Refusal('queryString must have length at least 1');
    if (Buffer.byteLength(sql) > MAX_STATEMENT_BYTES)
      throw new Refusal(`queryString is longer than ${MAX_STATEMENT_BYTES}`);
    const token = textOf(input.ClientRequestToken);
    const body = JSON.stringify(input);
    const former = token === undefined ? undefined : tokens.get(token);
    if (former && former.body !== body) throw new Refusal('Idempotent parameters do not match');
    if (former) return { QueryExecutionId: former.id };

    const workgroup = textOf(input.WorkGroup) ?? 'primary';
    const answer = await forward('AmazonAthena.GetWorkGroup', headers, JSON.stringify({ WorkGroup: workgroup }));
    const found = record(record(JSON.parse(answer.text)).WorkGroup);
    if (textOf(found.Name) === undefined) throw new Refusal(`WorkGroup ${workgroup} is not found.`);
    if (found.State === 'DISABLED') throw new Refusal(`WorkGroup ${workgroup} is disabled.`);
    const settings = record(found.Configuration);
    const ofGroup = textOf(record(settings.ResultConfiguration).OutputLocation);
    const ofClient = textOf(record(input.ResultConfiguration).OutputLocation);
    // Enforced unless the workgroup says otherwise, as Athena has it.
    const isEnforced = settings.EnforceWorkGroupConfiguration !== false && ofGroup !== undefined;
    const outputLocation = isEnforced ? ofGroup : (ofClient ?? ofGroup);
    if (outputLocation === undefined)
      throw new Refusal(
        'No output location provided. An output location is required either through the Workgroup result configuration setting or as an API input.',
      );
    const cutoff = settings.BytesScannedCutoffPerQuery;
    const parameters = Array.isArray(input.ExecutionParameters) ? input.ExecutionParameters.map(String) : [];
    const id = executions.start({
      sql,
      database: textOf(record(input.QueryExecutionContext).Database),
      workgroup,
      parameters,
      outputLocation,
      cutoffBytes: cutoff === undefined || cutoff === null ? undefined : Number(cutoff),
    });
    if (token !== undefined) tokens.set(token, { id, body });
    return { QueryExecutionId: id };
  };

  const server = createServer(async (request, response) => {
    const target = String(request.headers['x-amz-target'] ?? '');
    const body = await bodyOf(request);
    const send = (status: number, text: string) =>
      response.writeHead(status, { 'Content-Type': 'application/x-amz-json-1.1' }).end(text);
    try {
      if (!target.startsWith('AmazonAthena.')) throw new Refusal(`This address answers Athena only, not ${target}.`);
      const input = record(JSON.parse(body.toString('utf8') || '{}'));
      const who = /Credential=([^/]+)/.exec(request.headers.authorization ?? '')?.[1] ?? '';
      const action = target.slice('AmazonAthena.'.length);
      seen.push({ who, service: 'athena', method: 'POST', path: '/', query: '', action, fields: input });
      const execution = executions.get(String(input.QueryExecutionId));
      switch (action) {
        case 'StartQueryExecution':
          return send(200, JSON.stringify(await start(input, request.headers)));
        case 'GetQueryExecution':
          if (!execution) throw new Refusal(`QueryExecution ${String(input.QueryExecutionId)} was not found`);
          return send(200, JSON.stringify({ QueryExecution: told(execution) }));
        case 'GetQueryResults':
          return send(200, JSON.stringify(results(execution, input)));
        case 'StopQueryExecution':
          if (!execution) throw new Refusal(`QueryExecution ${String(input.QueryExecutionId)} was not found`);
          executions.stop(execution.id);
          return send(200, '{}');
        default: {
          const answer = await forward(target, request.headers, body);
          return send(answer.status, answer.text);
        }
      }
    } catch (error) {
      const type = error instanceof Refusal ? error.type : 'InternalServerException';
      const message = error instanceof Error ? error.message : String(error);
      send(error instanceof Refusal ? 400 : 500, JSON.stringify({ __type: type, Message: message, message }));
    }
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://localhost:${port}`,
    executions: executions.list,
    calls: () => seen,
    async close() {
      server.closeAllConnections();
      server.close();
      for (const { id } of executions.list()) executions.stop(id);
      await executions.settled();
    },
  };
}
