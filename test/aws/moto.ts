// moto as a child process of the bench, with the account number of the templates.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { endsWithUs } from './children';

export interface Moto {
  readonly endpoint: string;
  readonly child: ChildProcess;
  /** Its last complaints: it answers 500 where it fails itself. */
  complaints(): string;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, 'localhost');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

export async function startMoto(python: string, root: string, account: string): Promise<Moto> {
  const port = await freePort();
  const program = join(root, 'tools', 'python', 'moto_server.py');
  const child = endsWithUs(
    spawn(python, [program, '-p', String(port)], {
      env: { ...process.env, MOTO_ACCOUNT_ID: account },
      stdio: ['ignore', 'ignore', 'pipe'],
    }),
  );
  let log = '';
  child.stderr?.on('data', (chunk) => {
    log = (log + chunk).slice(-200_000);
  });
  const complaints = () =>
    log
      .split(/(?=^Error on request:)/m)
      .filter((part) => part.startsWith('Error on request:'))
      .map((part) => part.split(/^127\.0\.0\.1 /m)[0]!.slice(-1200))
      .slice(-3)
      .join('\n');
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const end = once(child, 'exit');
    child.kill('SIGKILL');
    await end;
  };
  const endpoint = `http://localhost:${port}`;
  for (let i = 0; i < 300 && child.exitCode === null; i++) {
    const isUp = await fetch(`${endpoint}/moto-api/data.json`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isUp) return { endpoint, child, complaints, stop };
    await new Promise((done) => setTimeout(done, 100));
  }
  await stop();
  throw new Error(`moto does not start:\n${log}`);
}
