// moto as a child process of one test file, and a way to lose what goes between it and a client.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import { type AddressInfo, createServer as createSocket } from 'node:net';
import { join } from 'node:path';
import { CreateDatabaseCommand, type GlueClientConfig } from '@aws-sdk/client-glue';
import { CreateBucketCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { glueClients } from '../../platform/aws/glue-clients';

const PYTHON = process.env.TAMGIANG_MOTO_PYTHON ?? '';
const REGION = 'ap-southeast-1';
export const BUCKET = 'ho-du-lieu-thu';
export const DATABASE = 'kho_thu';

/** False where PyPI could not be reached; the setup has said so. */
export const HAS_MOTO = PYTHON !== '';

/** `describe` for tests of moto; where moto is not to be had, one line that says what was left out. */
export const describeMoto: (name: string, tests: () => void) => void = HAS_MOTO
  ? describe
  : (name) => describe(name, () => it('is LEFT OUT: moto is not to be had', () => expect(PYTHON).toBe('')));

export interface Moto {
  readonly endpoint: string;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const probe = createSocket().listen(0, 'localhost');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

async function answers(endpoint: string, child: ChildProcess): Promise<boolean> {
  for (let i = 0; i < 300 && child.exitCode === null; i++) {
    const isUp = await fetch(`${endpoint}/moto-api/data.json`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isUp) return true;
    await new Promise((done) => setTimeout(done, 100));
  }
  return false;
}

/**
 * @param kind `as-aws`: with the version check moto lacks (tools/python/moto_server.py); `plain`: moto as it is
 * @param account everything is in
 */
export async function startMoto(kind: 'as-aws' | 'plain' = 'as-aws', account = '123456789012'): Promise<Moto> {
  const port = await freePort();
  const program = kind === 'plain' ? ['-m', 'moto.server'] : [join(__dirname, '../../tools/python/moto_server.py')];
  const child = spawn(PYTHON, [...program, '-p', String(port)], {
    env: { ...process.env, MOTO_ACCOUNT_ID: account },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (chunk) => {
    log = (log + chunk).slice(-4000);
  });
  const endpoint = `http://localhost:${port}`;
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const end = once(child, 'exit');
    child.kill('SIGKILL');
    await end;
  };
  if (await answers(endpoint, child)) return { endpoint, stop };
  await stop();
  throw new Error(`moto does not start:\n${log}`);
}

/** What every client of moto is given. */
export function basic(endpoint: string) {
  return { endpoint, region: REGION, credentials: { accessKeyId: 'thu', secretAccessKey: 'thu' } };
}

const silent = () => undefined;
/** The SDK prints a warning whenever the upload of a file is refused. */
const SILENT = { trace: silent, debug: silent, info: silent, warn: silent, error: silent };

export function s3Client(endpoint: string, config: S3ClientConfig = {}): S3Client {
  return new S3Client({ ...basic(endpoint), forcePathStyle: true, logger: SILENT, ...config });
}

export function motoGlue(endpoint: string, config: GlueClientConfig = {}) {
  return glueClients({ ...basic(endpoint), ...config });
}

export async function createBucket(client: S3Client, bucket = BUCKET): Promise<void> {
  const place = { CreateBucketConfiguration: { LocationConstraint: REGION } } as const;
  await client.send(new CreateBucketCommand({ Bucket: bucket, ...place }));
}

export async function createDatabase(endpoint: string, name = DATABASE): Promise<void> {
  await motoGlue(endpoint).reads.send(new CreateDatabaseCommand({ DatabaseInput: { Name: name } }));
}

/** `lose-answer`: carried out, no answer · `lose-request`: cut off before · a number: that status instead, not carried out. */
export type Mishap = 'lose-answer' | 'lose-request' | 'hang' | { readonly status: number; readonly body: string };

export interface Lossy {
  readonly endpoint: string;
  /** Of the requests that came, in order: method and Glue action or path. */
  readonly seen: string[];
  /** Asked for every request, with what `seen` holds of it. */
  mishap: (what: string) => Mishap | undefined;
  close(): void;
}

/** Stands between a client and moto. */
export async function lossy(upstream: string): Promise<Lossy> {
  const server: Server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk) => chunks.push(chunk));
    incoming.on('end', () => {
      const target = String(incoming.headers['x-amz-target'] ?? '').replace('AWSGlue.', '');
      const what = target || `${incoming.method} ${incoming.url?.split('?')[0]}`;
      self.seen.push(what);
      const mishap = self.mishap(what);
      if (mishap === 'hang') return;
      if (mishap === 'lose-request') return void incoming.socket.destroy();
      if (typeof mishap === 'object') return void outgoing.writeHead(mishap.status).end(mishap.body);
      const { method, headers } = incoming;
      const onward = request(upstream + incoming.url, { method, headers }, (answer) => {
        if (mishap === 'lose-answer') {
          answer.resume();
          answer.on('end', () => incoming.socket.destroy());
          return;
        }
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      });
      onward.end(Buffer.concat(chunks));
    });
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const self: Lossy = {
    endpoint: `http://localhost:${port}`,
    seen: [],
    mishap: () => undefined,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return self;
}
