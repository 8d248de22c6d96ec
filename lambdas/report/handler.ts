// Entry of report: what it is given, made once a container.
import { AthenaClient } from '@aws-sdk/client-athena';
import { S3Client } from '@aws-sdk/client-s3';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { type Bucket, METRICS, SENDER_VARIABLE } from '../../infra/names';
import { athenaWarehouse } from '../../platform/aws/athena-warehouse';
import { s3ObjectStore } from '../../platform/aws/s3-object-store';
import { sesMailer } from '../../platform/aws/ses-mailer';
import { readFontCss } from '../../platform/local/font-css';
import { loadModels } from '../../platform/local/models';
import { systemClock } from '../../platform/local/system';
import { journal } from '../shared/journal';
import { clientSettings } from '../shared/lake';
import { namesOf } from '../shared/place';
import { REPORT_METRICS } from './constants';
import { type Reported, type ReportHost, realHandler } from './report';

/** Names of many clients' adaptive waiting: the scheduler's day begins for all reports at once. */
const MAX_ATTEMPTS = 8;

function container(environment: NodeJS.ProcessEnv): ReportHost {
  const names = namesOf(environment);
  const { region } = names.place;
  const { forcePathStyle, requestHandler } = clientSettings(environment);
  const root = environment.LAMBDA_TASK_ROOT ?? process.cwd();
  const s3 = new S3Client({ region, forcePathStyle, requestHandler });
  const store = (bucket: Bucket) => s3ObjectStore({ client: s3, bucket: names.bucket(bucket), workDir: '/tmp/lake' });
  const sender = environment[SENDER_VARIABLE] ?? '';
  const ses = new SESv2Client({ region, requestHandler });
  const fontCss = readFontCss(`${root}/fonts`);
  return {
    names,
    warehouse: athenaWarehouse({
      client: new AthenaClient({ region, requestHandler, maxAttempts: MAX_ATTEMPTS }),
      workgroup: names.workgroup('engine'),
      database: names.warehouseDatabase,
      clock: systemClock,
    }),
    models: loadModels(root),
    control: store('control'),
    reports: store('reports'),
    clock: systemClock,
    ...(sender === '' ? {} : { mailer: sesMailer(ses, { sender, configurationSet: names.base }) }),
    ...(fontCss === undefined ? {} : { fontCss }),
    journal: journal(REPORT_METRICS, METRICS),
  };
}

let host: ReportHost | undefined;

export async function handler(event: unknown): Promise<Reported> {
  host ??= container(process.env);
  return realHandler(event, host);
}
