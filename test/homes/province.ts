// A province's lake at moto as its deployment leaves it, and the command line over it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateDatabaseCommand, CreateTableCommand } from '@aws-sdk/client-glue';
import { CreateBucketCommand, PutBucketVersioningCommand, type S3Client } from '@aws-sdk/client-s3';
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

export interface Ran {
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

export async function run(...args: string[]): Promise<Ran> {
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
