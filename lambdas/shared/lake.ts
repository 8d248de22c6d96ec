// The lake as a function sees it, made once a container: clients, contracts, code lists.
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Names } from '../../infra/names';
import { FaultError } from '../../lake/errors';
import type { Lake } from '../../lake/submission/submit';
import { tableNames } from '../../platform/aws/glue-catalog';
import { type GlueClients, glueClients } from '../../platform/aws/glue-clients';
import { withAwsLake } from '../../platform/aws/lake-home';
import { giveBack, snsNotices, sqsBells, sqsHints } from '../../platform/aws/messages';
import { s3Uploads } from '../../platform/aws/uploads';
import { loadCodeLists, loadContracts } from '../../platform/local/schemas';
import { systemRng } from '../../platform/local/system';
import type { Bells, EnginePorts, Hints, Notices, Uploads } from '../../platform/ports';
import type { GiveBack } from './give-back';

export interface LakeAccess {
  /** One invocation’s lake; its work folder is gone afterwards. */
  withLake<T>(use: (lake: Lake) => Promise<T>): Promise<T>;
  readonly uploads: Uploads;
  readonly hints: Hints;
  readonly bells: Bells;
  readonly notices: Notices;
  readonly giveBack: GiveBack;
}

const PATIENCE = { connectionTimeout: 3_000, socketTimeout: 60_000 };
const WORK_DIR = '/tmp/lake';
/** A deployment may give the province a dataset while a container lives: its first file must not be nobody's for hours. */
const TABLES_MS = 60_000;

/** SDK settings for all clients. An endpoint of one's own keeps buckets in the path: it has no names for them. */
export function clientSettings(environment: NodeJS.ProcessEnv) {
  return { forcePathStyle: environment.AWS_ENDPOINT_URL !== undefined, requestHandler: PATIENCE };
}

/** @param engine of functions that read or write rows */
export function lakeAccess(names: Names, environment: NodeJS.ProcessEnv, engine?: EnginePorts): LakeAccess {
  const { forcePathStyle, requestHandler } = clientSettings(environment);
  const { region } = names.place;
  // A queue's address has the emulator's host, where there is one.
  const urlOf = (queue: string) =>
    environment.AWS_ENDPOINT_URL === undefined
      ? names.queueUrl(queue)
      : `${environment.AWS_ENDPOINT_URL}/${names.place.account}/${queue}`;
  const s3 = new S3Client({ region, forcePathStyle, requestHandler });
  const sqs = new SQSClient({ region, requestHandler });
  const sns = new SNSClient({ region, requestHandler });
  const glue = glueClients({ region });
  const root = environment.LAMBDA_TASK_ROOT ?? process.cwd();
  const known = loadContracts(root, join(root, 'contracts'));
  let seen: { readonly contracts: Lake['contracts']; readonly atMs: number } | undefined;
  const codeLists = loadCodeLists(root);
  const home = { clients: { s3, glue }, bucket: names.bucket, database: names.curatedDatabase, workDir: WORK_DIR };
  return {
    withLake: async (use) => {
      const atMs = Date.now();
      if (!seen || atMs - seen.atMs >= TABLES_MS)
        seen = { contracts: await ofProvince(known, glue, names.curatedDatabase), atMs };
      const { contracts } = seen;
      return withAwsLake({ ...home, ...(engine ? { engine } : {}) }, (ports) => use({ ports, contracts, codeLists }));
    },
    uploads: s3Uploads({ client: s3, bucket: names.bucket('ingest') }),
    hints: sqsHints(sqs, { normal: urlOf(names.queue.intake), heavy: urlOf(names.queue.intakeHeavy) }),
    giveBack: ({ eventSourceARN, receiptHandle }, seconds) =>
      giveBack(sqs, urlOf(eventSourceARN.slice(eventSourceARN.lastIndexOf(':') + 1)), receiptHandle, seconds),
    bells: sqsBells(sqs, urlOf(names.queue.commit), systemRng),
    notices: snsNotices(sns, (whom) =>
      names.topicArn(typeof whom === 'string' ? names.topic[whom] : names.topic.receipts(whom.agency)),
    ),
  };
}

/** Contracts whose table the deployment has made: a province takes part in some. @throws FaultError F_CATALOG */
async function ofProvince(known: Lake['contracts'], glue: GlueClients, database: string): Promise<Lake['contracts']> {
  const tables = new Set(await tableNames(glue, database));
  const ours = new Map([...known].filter(([, { dataset }]) => tables.has(dataset)));
  if (ours.size > 0) return ours;
  // Every file would be refused as nobody's.
  throw new FaultError('F_CATALOG', `Glue: ${database} has no table of any contract: deploy the catalog first.`);
}
