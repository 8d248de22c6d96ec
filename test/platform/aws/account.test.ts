// What the account is asked over Cloud Control and SES, against a server on this computer that speaks their protocols.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { z } from 'zod';
import { awsAccount } from '../../../platform/aws/account';

const HUB = 'AWS::SecurityHub::Hub';
const request = z.object({ TypeName: z.string(), NextToken: z.string().optional(), Identifier: z.string().optional() });
type Answer = readonly [status: number, body: object];

let server: Server;
let answer: (action: string, asked: z.infer<typeof request>) => Answer;
/** Of SES: whether verified. */
let identities: Record<string, boolean>;
const environment = { ...process.env };

beforeEach(async () => {
  identities = {};
  server = createServer(async (incoming, outgoing) => {
    const identity = /^\/v2\/email\/identities\/(.+)$/.exec(incoming.url ?? '')?.[1];
    if (identity !== undefined) {
      const verified = identities[decodeURIComponent(identity)];
      if (verified === undefined) outgoing.writeHead(404, { 'x-amzn-errortype': 'NotFoundException' }).end('{}');
      else outgoing.writeHead(200).end(JSON.stringify({ VerifiedForSendingStatus: verified }));
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const action = String(incoming.headers['x-amz-target']).replace('CloudApiService.', '');
    const [status, body] = answer(action, request.parse(JSON.parse(Buffer.concat(chunks).toString('utf8'))));
    outgoing.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
  }).listen(0, 'localhost');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `http://localhost:${port}`,
    AWS_ACCESS_KEY_ID: 'thu',
    AWS_SECRET_ACCESS_KEY: 'thu',
  });
});
afterEach(() => {
  process.env = { ...environment };
  server.closeAllConnections();
  server.close();
});

const error = (name: string, message: string): Answer => [400, { __type: name, message }];
const list = (ids: readonly string[], NextToken?: string): Answer => [
  200,
  { ResourceDescriptions: ids.map((Identifier) => ({ Identifier })), ...(NextToken ? { NextToken } : {}) },
];
const ask = () => awsAccount('ap-southeast-1').resources(HUB);

describe('resources of an account', () => {
  it('are listed over all pages and looked at one by one, those gone meanwhile left out', async () => {
    answer = (action, { TypeName, NextToken, Identifier }) => {
      if (TypeName !== HUB) return error('TypeNotFoundException', TypeName);
      if (action === 'ListResources') return NextToken ? list(['c']) : list(['a', 'b'], 'tiep');
      if (Identifier === 'b') return error('ResourceNotFoundException', 'gone');
      const Properties = JSON.stringify({ Tags: { id: Identifier } });
      return [200, { TypeName, ResourceDescription: { Identifier, Properties } }];
    };
    expect(await ask()).toEqual([
      { id: 'a', properties: { Tags: { id: 'a' } } },
      { id: 'c', properties: { Tags: { id: 'c' } } },
    ]);
  });

  it('are none where the service is not switched on', async () => {
    answer = () => error('InvalidRequestException', 'Account 111111111111 is not subscribed to AWS Security Hub');
    expect(await ask()).toEqual([]);
    answer = () => error('ResourceNotFoundException', 'none');
    expect(await ask()).toEqual([]);
  });

  it('are a refusal where the account refuses', async () => {
    answer = () => error('AccessDeniedException', 'not authorized to perform: cloudformation:ListResources');
    await expect(ask()).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

describe('a mail sender', () => {
  const isVerified = () => awsAccount('ap-southeast-1').isVerifiedSender('bao-cao@example.vn');

  it.each<[string, Record<string, boolean>, boolean]>([
    ['unknown', {}, false],
    ['asked for and not confirmed', { 'bao-cao@example.vn': false }, false],
    ['confirmed', { 'bao-cao@example.vn': true }, true],
    ['of a confirmed domain', { 'example.vn': true }, true],
    ['of a domain not confirmed yet', { 'example.vn': false }, false],
  ])('%s', async (_, known, verified) => {
    identities = known;
    expect(await isVerified()).toBe(verified);
  });
});
