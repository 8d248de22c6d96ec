// Stands between functions and one service of the emulator (JSON over POST), so that a call can be held or its answer lost.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Between {
  readonly endpoint: string;
  /** Actions that came, in order: GetTable, UpdateTable … */
  readonly seen: string[];
  /** Asked before a call goes on; may wait. `lose`: it is carried out, and its answer never comes. */
  before: (action: string) => Promise<'pass' | 'lose'>;
  close(): void;
}

const PASS = async (): Promise<'pass'> => 'pass';

export async function standBetween(upstream: string): Promise<Between> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { 'x-amz-target': target = '', 'content-type': type = '', authorization = '' } = request.headers;
    const action = String(target).split('.').at(-1)!;
    self.seen.push(action);
    const what = await self.before(action);
    const headers = { 'x-amz-target': String(target), 'content-type': type, authorization };
    const answer = await fetch(upstream, { method: 'POST', headers, body: Buffer.concat(chunks).toString('utf8') });
    const text = await answer.text();
    if (what === 'lose') request.socket.destroy();
    else response.writeHead(answer.status, { 'Content-Type': type }).end(text);
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const self: Between = {
    endpoint: `http://localhost:${port}`,
    seen: [],
    before: PASS,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
  return self;
}
