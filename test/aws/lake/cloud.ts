// The province's lake at the emulator: dropping files, reading objects, tables and executions.

import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
  type StartQueryExecutionCommandInput,
} from '@aws-sdk/client-athena';
import { GetTableCommand, GlueClient } from '@aws-sdk/client-glue';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  ListExecutionsCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Extract } from '../../../cli/demo/extracts/extract';
import type { Bucket, Names } from '../../../infra/names';
import type { Bench } from '../bench';
import { nameOf } from '../dispatcher/applied';
import { type MachineEnd, runMachine, TaskError } from '../dispatcher/states';

export interface Dropped {
  readonly key: string;
  readonly versionId: string;
}

export interface Cloud {
  readonly names: Names;
  drop(key: string, bytes: Uint8Array): Promise<Dropped>;
  dropExtract(extract: Pick<Extract, 'to' | 'fileName' | 'bytes'>): Promise<Dropped>;
  put(bucket: Bucket, key: string, text: string): Promise<void>;
  keys(bucket: Bucket, prefix?: string): Promise<readonly string[]>;
  text(bucket: Bucket, key: string): Promise<string>;
  /** Location of a table's current metadata. */
  pointer(dataset: string): Promise<string>;
  /** A question put to Athena. */
  ask(
    sql: string,
  ): Promise<{ readonly columns: readonly string[]; readonly rows: readonly (readonly (string | null)[])[] }>;
  /** Executions the functions have asked for, oldest first. */
  runs(): Promise<readonly { readonly name: string; readonly input: unknown }[]>;
  /** What Step Functions would do with an execution. */
  run(
    name: string,
    input: unknown,
  ): Promise<
    MachineEnd & {
      readonly statements: number /** Why statements failed, those that were tried again too. */;
      readonly failures: readonly string[];
    }
  >;
  close(): void;
}

export function openCloud(names: Names, endpoint: string, athenaEndpoint: string, bench: Bench): Cloud {
  const { region } = names.place;
  const config = { region, credentials: { accessKeyId: 'thu', secretAccessKey: 'thu' } };
  const s3 = new S3Client({ ...config, endpoint, forcePathStyle: true });
  const glue = new GlueClient({ ...config, endpoint });
  const sfn = new SFNClient({ ...config, endpoint });
  const sns = new SNSClient({ ...config, endpoint });
  const athena = new AthenaClient({ ...config, endpoint: athenaEndpoint });
  const clients = [s3, glue, sfn, sns, athena];

  const drop = async (Key: string, Body: Uint8Array): Promise<Dropped> => {
    const { VersionId = '' } = await s3.send(new PutObjectCommand({ Bucket: names.bucket('ingest'), Key, Body }));
    return { key: Key, versionId: VersionId };
  };

  const text = (value: unknown): string => String(value);

  async function runMachineOf(name: string, input: unknown) {
    const { definition = '{}' } = await sfn.send(
      new DescribeStateMachineCommand({ stateMachineArn: names.refreshMachineArn }),
    );
    let statements = 0;
    const failures: string[] = [];
    const end = await runMachine(JSON.parse(definition), {
      name,
      input,
      // Commits of these tests are together already.
      longestWaitMs: 100,
      tasks: {
        'arn:aws:states:::lambda:invoke': async ({ FunctionName, Payload }) => {
          const done = await bench.functions.invoke(nameOf(text(FunctionName)), Payload);
          if (done.outcome !== 'ok') throw new TaskError('Lambda.Unknown', JSON.stringify(done.payload));
          return { Payload: done.payload };
        },
        'arn:aws:states:::athena:startQueryExecution.sync': async ({
          QueryString,
          ClientRequestToken,
          QueryExecutionContext,
          WorkGroup,
        }) => {
          const id = await finished({
            QueryString: text(QueryString),
            ClientRequestToken: text(ClientRequestToken),
            QueryExecutionContext: { ...Object(QueryExecutionContext) },
            WorkGroup: text(WorkGroup),
          }).catch((error: unknown) => {
            failures.push(String(error));
            throw error;
          });
          statements++;
          return { QueryExecution: { QueryExecutionId: id } };
        },
        'arn:aws:states:::sns:publish': async ({ TopicArn, Subject, Message }) => {
          await sns.send(
            new PublishCommand({ TopicArn: text(TopicArn), Subject: text(Subject), Message: text(Message) }),
          );
          return {};
        },
      },
    });
    return { ...end, statements, failures };
  }

  async function finished(start: StartQueryExecutionCommandInput): Promise<string> {
    const { QueryExecutionId = '' } = await athena.send(new StartQueryExecutionCommand(start));
    for (;;) {
      const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
      const { State, StateChangeReason = '' } = QueryExecution?.Status ?? {};
      if (State === 'SUCCEEDED') return QueryExecutionId;
      if (State === 'FAILED' || State === 'CANCELLED')
        throw new TaskError('States.TaskFailed', `${StateChangeReason}\n${start.QueryString?.slice(0, 400)}`);
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  async function ask(QueryString: string) {
    const QueryExecutionId = await finished({ QueryString, WorkGroup: names.workgroup('steward') });
    const rows: (string | null)[][] = [];
    let columns: readonly string[] = [];
    let token: string | undefined;
    do {
      const page = await athena.send(new GetQueryResultsCommand({ QueryExecutionId, NextToken: token }));
      columns = page.ResultSet?.ResultSetMetadata?.ColumnInfo?.map(({ Name = '' }) => Name) ?? columns;
      for (const { Data = [] } of page.ResultSet?.Rows ?? [])
        rows.push(Data.map(({ VarCharValue }) => VarCharValue ?? null));
      token = page.NextToken;
    } while (token !== undefined);
    // The first line repeats the names.
    return { columns, rows: rows.slice(1) };
  }

  return {
    names,
    drop,
    ask,
    dropExtract: ({ to, fileName, bytes }) => drop(`${to}/${fileName}`, bytes),
    async keys(bucket, Prefix = '') {
      const found: string[] = [];
      let token: string | undefined;
      do {
        const page = await s3.send(
          new ListObjectsV2Command({ Bucket: names.bucket(bucket), Prefix, ContinuationToken: token }),
        );
        for (const { Key = '' } of page.Contents ?? []) found.push(Key);
        token = page.NextContinuationToken;
      } while (token !== undefined);
      return found.sort();
    },
    async put(bucket, Key, Body) {
      await s3.send(new PutObjectCommand({ Bucket: names.bucket(bucket), Key, Body }));
    },
    async text(bucket, Key) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: names.bucket(bucket), Key }));
      return (await Body?.transformToString()) ?? '';
    },
    async pointer(dataset) {
      const { Table } = await glue.send(new GetTableCommand({ DatabaseName: names.curatedDatabase, Name: dataset }));
      return Table?.Parameters?.metadata_location ?? '';
    },
    async runs() {
      const { executions = [] } = await sfn.send(
        new ListExecutionsCommand({ stateMachineArn: names.refreshMachineArn }),
      );
      const found = [];
      for (const { executionArn, name = '' } of executions) {
        const { input = '{}' } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
        found.push({ name, input: JSON.parse(input) });
      }
      return found.reverse();
    },
    run: runMachineOf,
    close() {
      for (const client of clients) client.destroy();
    },
  };
}
