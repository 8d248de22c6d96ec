// A province's lake at moto as its deployment leaves it, and the command line over it.
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { CreateDatabaseCommand, CreateTableCommand } from '@aws-sdk/client-glue';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectLockConfigurationCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { CreateStateMachineCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { type AwsLake, withAwsHome } from '../../cli/aws-home';
import { createContext } from '../../cli/context';
import { main } from '../../cli/main';
import { readProvince } from '../../cli/province';
import { BUCKETS, type Names, names as namesOf } from '../../infra/names';
import { type Submitted, submitAll } from '../../lake/submission/submit';
import type { File } from '../support/lake';
import { contractNamed, ROOT } from '../support/repository';
import { basic, motoGlue, s3Client } from './moto';

const PROVINCE = 'hue';
/** Of its file. */
export const ACCOUNT = '111111111111';

interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  json(): ReturnType<typeof JSON.parse>;
}

export interface Province {
  readonly names: Names;
  readonly s3: S3Client;
  /** `tamgiang ARGS --aws hue` in this process, in English. */
  run(...args: string[]): Promise<Ran>;
  withLake<T>(use: (lake: AwsLake) => Promise<T>): Promise<T>;
  /** Names of the runs that were asked of the state machine. */
  refreshes(): Promise<readonly string[]>;
  /** As intake and commit would take them in. */
  send(...files: readonly File[]): Promise<Submitted[]>;
}

/** The state machine as Step Functions would run it: at once, by what the test says it does. */
export async function machine(run: (name: string) => Promise<void>): Promise<{ close(): void }> {
  const ended = new Map<string, string>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const asked = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    const action = String(request.headers['x-amz-target']).split('.').at(-1);
    const say = (answer: object) =>
      response.writeHead(200, { 'Content-Type': 'application/x-amz-json-1.0' }).end(JSON.stringify(answer));
    if (action === 'DescribeExecution') return say({ status: ended.get(asked.executionArn) ?? 'RUNNING' });
    if (action !== 'StartExecution') return response.writeHead(400).end();
    const executionArn = `${asked.stateMachineArn.replace(':stateMachine:', ':execution:')}:${asked.name}`;
    say({ executionArn, startDate: 0 });
    await run(asked.name).then(
      () => ended.set(executionArn, 'SUCCEEDED'),
      () => ended.set(executionArn, 'FAILED'),
    );
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  process.env.AWS_ENDPOINT_URL_SFN = `http://localhost:${port}`;
  return {
    close() {
      delete process.env.AWS_ENDPOINT_URL_SFN;
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Every version of every object of every bucket, written below a folder: what somebody with all rights could still read. */
export async function everyVersion({ s3, names }: Province, folder: string): Promise<void> {
  let count = 0;
  for (const bucket of BUCKETS) {
    const Bucket = names.bucket(bucket);
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    mkdirSync(join(folder, bucket), { recursive: true });
    for (const { Key = '', VersionId } of Versions) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }));
      const end = Key.endsWith('.parquet') ? '.parquet' : '.bytes';
      writeFileSync(join(folder, bucket, `${count++}${end}`), (await Body?.transformToByteArray()) ?? '');
    }
    writeFileSync(join(folder, bucket, 'keys'), [...Versions, ...DeleteMarkers].map(({ Key }) => Key).join('\n'));
  }
}

/** @param folder for files to be sent */
export async function deployed(endpoint: string, folder: string): Promise<Province> {
  Object.assign(process.env, { AWS_ENDPOINT_URL: endpoint, AWS_ACCESS_KEY_ID: 'thu', AWS_SECRET_ACCESS_KEY: 'thu' });
  const names = namesOf(readProvince(ROOT, PROVINCE));
  const s3 = s3Client(endpoint);
  for (const bucket of BUCKETS) {
    const Bucket = names.bucket(bucket);
    const place = { CreateBucketConfiguration: { LocationConstraint: 'ap-southeast-1' } } as const;
    await s3.send(new CreateBucketCommand({ Bucket, ...place, ObjectLockEnabledForBucket: bucket === 'raw' }));
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  }
  const Rule = { DefaultRetention: { Mode: 'GOVERNANCE', Days: 30 } } as const;
  const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled', Rule } as const;
  await s3.send(new PutObjectLockConfigurationCommand({ Bucket: names.bucket('raw'), ObjectLockConfiguration }));
  const context = createContext({ aws: PROVINCE }, ROOT);
  const withLake = <T>(use: (lake: AwsLake) => Promise<T>) => withAwsHome(context, PROVINCE, use);
  const { reads } = motoGlue(endpoint);
  await reads.send(new CreateDatabaseCommand({ DatabaseInput: { Name: names.curatedDatabase } }));
  const { contracts } = await withLake(async (lake) => lake);
  for (const { dataset } of contracts.values()) {
    // As infra/constructs/curated-table.ts registers it.
    const TableInput = {
      Name: dataset,
      TableType: 'EXTERNAL_TABLE',
      Parameters: { table_type: 'ICEBERG', 'tamgiang.registered': 'true' },
      StorageDescriptor: { Location: `s3://${names.bucket('curated')}/${dataset}`, Columns: [] },
    };
    await reads.send(new CreateTableCommand({ DatabaseName: names.curatedDatabase, TableInput }));
  }
  const definition = '{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}';
  const roleArn = names.roleArn('refresh-machine');
  const sfn = new SFNClient(basic(endpoint));
  await sfn.send(new CreateStateMachineCommand({ name: names.refreshMachine, definition, roleArn }));
  let sent = 0;
  return {
    names,
    s3,
    run: (...args) => run(...args, '--aws', PROVINCE),
    withLake,
    async refreshes() {
      const { executions = [] } = await sfn.send(
        new ListExecutionsCommand({ stateMachineArn: names.refreshMachineArn }),
      );
      return executions.map(({ name = '' }) => name);
    },
    send: (...files) =>
      withLake((lake) => {
        const incoming = files.map(({ name, text, to, period }) => {
          const dir = join(folder, String(sent++));
          mkdirSync(dir);
          writeFileSync(join(dir, name), text);
          return { path: join(dir, name), fileName: name, contract: contractNamed(to), period };
        });
        return submitAll(incoming, lake);
      }),
  };
}

async function run(...args: string[]): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const spies = [
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0),
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => err.push(String(text)) > 0),
  ];
  try {
    const status = await main([...args, '--lang', 'en'], ROOT);
    const stdout = out.join('');
    return { status, stdout, stderr: err.join(''), json: () => JSON.parse(stdout) };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
