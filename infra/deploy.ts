// npm run deploy -- <province> [cdk flags]. Gives the deployment (deploy/deployment.ts) its hands: the CDK's command line, the
// queue of commit and its answers, Lake Formation, this terminal. With deploy/ the only part of infra/ that talks to AWS itself.
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { AccessDeniedException, LakeFormationClient } from '@aws-sdk/client-lakeformation';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { InputError } from '../lake/errors';
import { assertPackages } from '../lake/packages';
import { commitLine } from './deploy/commit-line';
import { deploy } from './deploy/deployment';
import { openToIam } from './deploy/open-to-iam';
import { loadProvince } from './lake-context';
import { FUNCTIONS } from './names';

const root = join(import.meta.dirname, '..');
const USAGE =
  'Usage: npm run deploy -- <province> [flags of cdk deploy]\nExample: npm run deploy -- hue --require-approval never\n';

async function main([province, ...flags]: readonly string[]): Promise<number> {
  if (province === undefined || province.startsWith('-')) {
    process.stderr.write(USAGE);
    return 2;
  }
  const lake = loadProvince(root, province, () => {
    throw new Error('packages are looked at by cdk');
  });
  assertPackages(root, FUNCTIONS, fs);
  const { names } = lake;
  const { region } = names.place;
  const client = { region };
  return deploy(lake, flags, {
    cdk: async (args) => spawnSync('npx', ['cdk', ...args], { cwd: root, stdio: 'inherit' }).status ?? 1,
    commit: commitLine({
      sqs: new SQSClient(client),
      s3: new S3Client(client),
      queueUrl: names.queueUrl(names.queue.commit),
      controlBucket: names.bucket('control'),
    }),
    async openToIam(databases) {
      try {
        return await openToIam(new LakeFormationClient(client), databases);
      } catch (error) {
        if (error instanceof AccessDeniedException) return undefined;
        throw error;
      }
    },
    newId: randomUUID,
    clock: { now: Date.now, wait: (ms) => wait(ms) },
    say: (line) => process.stdout.write(`${line}\n`),
    complain: (line) => process.stderr.write(`\n${line}\n`),
  });
}

// Node 20 is what engines asks for; the SDK's notice of it is for whoever chooses.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof InputError)
    process.stderr.write(`${error.code} ${error.text.vi}\n${error.code} ${error.text.en}\n`);
  else process.stderr.write(`${String(error)}\n`);
  process.exitCode = error instanceof InputError ? 2 : 1;
}
