// A province's lake on AWS as a command opens it: names from the province's file, credentials from the usual chain, and a
// work folder that is gone when the command ends, however it ends: what was downloaded names people.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { type Names, names as namesOf } from '../infra/names';
import { datasetsOf, type ProvinceConfig } from '../infra/province-config';
import type { Lake } from '../lake/submission/submit';
import { type GlueClients, glueClients } from '../platform/aws/glue-clients';
import { withAwsLake } from '../platform/aws/lake-home';
import { quarterlyRefresh } from '../platform/aws/messages';
import { enginePorts } from '../platform/local/engine-ports';
import { loadCodeLists, loadContracts } from '../platform/local/schemas';
import type { Context } from './context';
import { readProvince } from './province';

export interface AwsPlace {
  readonly config: ProvinceConfig;
  readonly names: Names;
  readonly clients: { readonly s3: S3Client; readonly glue: GlueClients; readonly sfn: SFNClient };
  /** Gone when the command ends. */
  readonly workDir: string;
}

export interface AwsLake extends Lake {
  readonly aws: AwsPlace;
}

/** As commit does after rows have changed: marts follow within a quarter of an hour. */
export async function askForRefresh({ ports, aws }: AwsLake): Promise<void> {
  await quarterlyRefresh(aws.clients.sfn, aws.names.refreshMachineArn)(ports.clock.now());
}

const PATIENCE = { connectionTimeout: 3_000, socketTimeout: 60_000 };
const WORK = /^tam-giang-aws-(\d+)-/;

/** @throws InputError E_PROVINCE */
export async function withAwsHome<T>(
  { root, cache }: Context,
  province: string,
  use: (lake: AwsLake) => Promise<T>,
): Promise<T> {
  const config = readProvince(root, province);
  const names = namesOf(config);
  const all = loadContracts(root, cache);
  const contracts = new Map([...all].filter(([name]) => datasetsOf(config, [...all.keys()]).includes(name)));
  const { region } = config;
  const s3 = new S3Client({
    region,
    requestHandler: PATIENCE,
    // An emulator has no names for buckets.
    forcePathStyle: process.env.AWS_ENDPOINT_URL !== undefined,
  });
  const clients = { s3, glue: glueClients({ region }), sfn: new SFNClient({ region }) };
  return withWorkFolder((workDir) =>
    withAwsLake(
      { clients, bucket: names.bucket, database: names.curatedDatabase, engine: enginePorts, workDir },
      (ports) => use({ ports, contracts, codeLists: loadCodeLists(root), aws: { config, names, clients, workDir } }),
    ),
  );
}

/** A folder only this user can read; it goes on Ctrl-C too, and whatever a killed command left goes before. */
export async function withWorkFolder<T>(use: (dir: string) => Promise<T>): Promise<T> {
  for (const name of readdirSync(tmpdir())) {
    const pid = WORK.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
  const dir = mkdtempSync(join(tmpdir(), `tam-giang-aws-${process.pid}-`));
  const clear = () => rmSync(dir, { recursive: true, force: true });
  const stop = (signal: NodeJS.Signals) => {
    clear();
    // As a command that handles no signal would end.
    for (const one of SIGNALS) process.off(one, stop);
    process.kill(process.pid, signal);
  };
  for (const one of SIGNALS) process.on(one, stop);
  try {
    return await use(dir);
  } finally {
    for (const one of SIGNALS) process.off(one, stop);
    clear();
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Another user's process counts as alive: its folder is not ours to remove. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
