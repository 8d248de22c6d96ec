// Which contracts a function knows while its container lives: those whose table the deployment has made. Against a Glue on
// this computer.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type LakeAccess, lakeAccess } from '../../lambdas/shared/lake';
import { NAMES } from './made-host';

let server: Server;
let tables: readonly string[];
let asked: number;
let nowMs: number;
const environment = { ...process.env };

beforeEach(async () => {
  [asked, nowMs] = [0, Date.now()];
  jest.spyOn(Date, 'now').mockImplementation(() => nowMs);
  server = createServer((incoming, outgoing) => {
    if (incoming.headers['x-amz-target'] !== 'AWSGlue.GetTables') throw new Error('only tables are asked for');
    asked++;
    const TableList = tables.map((Name) => ({ Name }));
    outgoing.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify({ TableList }));
  }).listen(0, 'localhost');
  await once(server, 'listening');
  const address = server.address();
  process.env.AWS_ENDPOINT_URL_GLUE = `http://localhost:${typeof address === 'object' ? address?.port : ''}`;
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'thu', AWS_SECRET_ACCESS_KEY: 'thu' });
});
afterEach(() => {
  jest.restoreAllMocks();
  process.env = { ...environment };
  server.closeAllConnections();
  server.close();
});

const known = (access: LakeAccess) =>
  access.withLake(async ({ contracts }) => [...contracts.values()].map(({ dataset }) => dataset));

describe('the contracts of a function', () => {
  it('are those with a table, and a dataset that a deployment adds is known within a minute', async () => {
    const access = lakeAccess(NAMES, process.env);
    tables = ['gia_thi_truong', 'bang_cua_nguoi_khac'];
    expect(await known(access)).toEqual(['gia_thi_truong']);
    tables = [...tables, 'ho_so_tthc'];
    nowMs += 59_000;
    expect(await known(access)).toEqual(['gia_thi_truong']);
    nowMs += 1_000;
    expect((await known(access)).sort()).toEqual(['gia_thi_truong', 'ho_so_tthc']);
    expect(asked).toBe(2);
  });

  it('are never none: a catalogue without tables is a fault', async () => {
    tables = [];
    await expect(known(lakeAccess(NAMES, process.env))).rejects.toMatchObject({ code: 'F_CATALOG' });
  });
});
