// The HTTP side of Lambda that a runtime talks to: it asks for the next event and posts what came of it.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Answer =
  | { readonly kind: 'response'; readonly payload: string }
  | { readonly kind: 'error'; readonly payload: string };

export interface RuntimeApi {
  /** host:port, as AWS_LAMBDA_RUNTIME_API names it. */
  readonly address: string;
  /** Settles when the runtime asks for its first event, or with its error when it cannot load the handler. */
  readonly ready: Promise<Answer | undefined>;
  /** One at a time. */
  invoke(event: string, timeoutMs: number): Promise<Answer>;
  close(): void;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

export async function startRuntimeApi(functionArn: string): Promise<RuntimeApi> {
  let waiting: ServerResponse | undefined;
  let next: { readonly id: string; readonly event: string; readonly deadlineMs: number } | undefined;
  let running: { readonly id: string; readonly done: (answer: Answer) => void } | undefined;
  let isReady: (answer: Answer | undefined) => void = () => undefined;
  const ready = new Promise<Answer | undefined>((done) => {
    isReady = done;
  });

  const hand = () => {
    if (!waiting || !next) return;
    waiting.writeHead(200, {
      'Content-Type': 'application/json',
      'Lambda-Runtime-Aws-Request-Id': next.id,
      'Lambda-Runtime-Deadline-Ms': String(next.deadlineMs),
      'Lambda-Runtime-Invoked-Function-Arn': functionArn,
      'Lambda-Runtime-Trace-Id': 'Root=1-00000000-000000000000000000000000;Parent=0000000000000000;Sampled=0',
    });
    waiting.end(next.event);
    waiting = undefined;
    next = undefined;
  };

  const server = createServer(async (request, response) => {
    const path = (request.url ?? '').replace(/^\/2018-06-01\/runtime/, '');
    if (request.method === 'GET' && path === '/invocation/next') {
      waiting = response;
      isReady(undefined);
      return hand();
    }
    const body = await bodyOf(request);
    response.writeHead(202, { 'Content-Type': 'application/json' }).end('{"status":"OK"}');
    if (path === '/init/error') return isReady({ kind: 'error', payload: body });
    const [, id, what] = /^\/invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    // An answer to an event that was given up already is nobody's.
    if (!running || id !== running.id || (what !== 'response' && what !== 'error')) return;
    const { done } = running;
    running = undefined;
    done({ kind: what, payload: body });
  });
  server.keepAliveTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    ready,
    invoke: (event, timeoutMs) =>
      new Promise((done) => {
        const id = randomUUID();
        running = { id, done };
        next = { id, event, deadlineMs: Date.now() + timeoutMs };
        hand();
      }),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
