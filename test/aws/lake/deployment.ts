// `npm run deploy` at the emulator: the very function, with our applier in place of `cdk deploy`, the queue and the answers at
// moto, and a clock that lets the functions work while it waits.
import { randomUUID } from 'node:crypto';
import { LakeFormationClient } from '@aws-sdk/client-lakeformation';
import { S3Client } from '@aws-sdk/client-s3';
import { CreateEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { SQSClient } from '@aws-sdk/client-sqs';
import { commitLine } from '../../../infra/deploy/commit-line';
import { deploy } from '../../../infra/deploy/deployment';
import { openToIam } from '../../../infra/deploy/open-to-iam';
import type { LakeContext } from '../../../infra/lake-context';
import type { Bench } from '../bench';
import type { Applied, LambdaFunction } from '../dispatcher/applied';

export interface EmulatedDeploymentOptions {
  readonly lake: LakeContext;
  /** Of moto. */
  readonly endpoint: string;
  /** Creates these stacks. */
  readonly apply: (stacks: readonly string[]) => Promise<Applied>;
  /** Once the functions are there, before commit is asked. */
  readonly open: (applied: Applied) => Promise<Bench>;
}

export interface EmulatedDeployment {
  /** `npm run deploy -- <province>`; stacks that stand are left as they are. @throws InputError E_REGISTER */
  run(): Promise<{ readonly status: number; readonly lines: readonly string[] }>;
  /** What the functions run on. @throws Error before any stands */
  bench(): Bench;
  /** That stand, in the order of creation. */
  stacks(): readonly string[];
  functions(): readonly LambdaFunction[];
  /** The folder deployed. */
  packageOf(one: LambdaFunction): string | undefined;
  counts(): { readonly created: number; readonly recorded: number };
  /** Types and properties the emulator was not told of, with the reason. */
  leftOut(): readonly (readonly [string, string])[];
  close(): Promise<void>;
}

/** However long it waits, the functions get through their queues meanwhile; then a few minutes have passed. */
const WAIT_MS = 4 * 60_000;

export function emulatedDeployment({ lake, endpoint, apply, open }: EmulatedDeploymentOptions): EmulatedDeployment {
  const { names } = lake;
  const client = { endpoint, region: names.place.region, credentials: { accessKeyId: 'thu', secretAccessKey: 'thu' } };
  const sqs = new SQSClient(client);
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  const queueUrl = `${endpoint}/${names.place.account}/${names.queue.commit}`;
  const applied: Applied[] = [];
  let opened: Bench | undefined;
  const stacks = () => applied.flatMap((one) => one.stacks);
  const bench = () => {
    if (!opened) throw new Error('Nothing is deployed yet.');
    return opened;
  };
  return {
    bench,
    stacks,
    functions: () => applied.flatMap((one) => one.functions),
    packageOf: ({ Code }) => applied.map(({ assets }) => assets[Code.S3Key]).find((folder) => folder !== undefined),
    counts: () => ({
      created: applied.flatMap(({ created }) => Object.values(created)).reduce((sum, one) => sum + one, 0),
      recorded: applied.reduce((sum, { recorded }) => sum + recorded.length, 0),
    }),
    leftOut: () => [
      ...new Map(applied.flatMap(({ reasons, untold }) => [...Object.entries(reasons), ...Object.entries(untold)])),
    ],
    async run() {
      const lines: string[] = [];
      let waitedMs = 0;
      const status = await deploy(lake, [], {
        async cdk(args) {
          const wanted = args.filter((arg) => arg.startsWith(names.base) && !stacks().includes(arg));
          if (wanted.length === 0) return 0;
          const { sender } = lake.config;
          // Verified before the deployment, as the doctor asks.
          if (applied.length === 0 && sender !== undefined)
            await new SESv2Client(client).send(new CreateEmailIdentityCommand({ EmailIdentity: sender }));
          const made = await apply(wanted);
          applied.push(made);
          opened ??= await open(made);
          return 0;
        },
        commit: commitLine({ sqs, s3, queueUrl, controlBucket: names.bucket('control') }),
        openToIam: (databases) => openToIam(new LakeFormationClient(client), databases),
        newId: randomUUID,
        clock: {
          now: () => waitedMs,
          async wait() {
            await bench().dispatcher.settle();
            waitedMs += WAIT_MS;
          },
        },
        say: (line) => lines.push(line),
        complain: (line) => lines.push(line),
      });
      return { status, lines };
    },
    async close() {
      await opened?.close();
      sqs.destroy();
      s3.destroy();
    },
  };
}
