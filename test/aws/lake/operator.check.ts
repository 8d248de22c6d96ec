// The command line as the province's operator runs it, in the role `maintenance`, over the lake the functions have filled: what
// it asks of the emulator is held against that role afterwards.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import {
  GetObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  S3Client,
} from '@aws-sdk/client-s3';
import { z } from 'zod';
import type { Extract } from '../../../cli/demo/extracts/extract';
import { main } from '../../../cli/main';
import { BUCKETS, type Names } from '../../../infra/names';
import { systemClock } from '../../../platform/local/system';
import type { Cloud } from './cloud';

export interface OperatorRoom {
  readonly root: string;
  readonly cloud: Cloud;
  readonly names: Names;
  /** Of moto, and of what stands before Glue. */
  readonly endpoint: string;
  readonly glueEndpoint: string;
  readonly table: (dataset: string) => string;
  readonly extracts: readonly Extract[];
  /** Until the functions have nothing left to do. */
  readonly settle: () => Promise<void>;
}

type Check = (name: string, body: () => Promise<unknown>) => Promise<boolean>;

/** A made-up person of the demo's dossiers, and the submission that names them. */
const PERSON = '046000000001';
const DOSSIERS = 'van_phong_ubnd/ho_so_tthc/2025-06';
const NAMED = `van_phong_ubnd/ho_so_tthc/2025-05/hồ sơ ${PERSON}.csv`;
const PRICES = 'gia_thi_truong';

interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

const asked = z.looseObject({ executionArn: z.string().optional(), name: z.string().optional() });

/** moto starts executions and never ends them: this runs them, as Step Functions would, and tells how they ended. */
async function stepFunctions(upstream: string, run: (name: string) => Promise<{ readonly status: string }>) {
  const ended = new Map<string, string>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString('utf8');
    const { 'x-amz-target': target = '', 'content-type': type = '', authorization = '' } = request.headers;
    const headers = { 'x-amz-target': String(target), 'content-type': type, authorization };
    const answer = await fetch(upstream, { method: 'POST', headers, body: text });
    const body = asked.parse(await answer.json());
    const { executionArn = '' } = body;
    const status = ended.get(executionArn);
    response.writeHead(answer.status, { 'Content-Type': type });
    response.end(JSON.stringify(status === undefined ? body : { ...body, status }));
    if (!String(target).endsWith('.StartExecution')) return;
    await run(asked.parse(JSON.parse(text)).name ?? '').then(
      (end) => ended.set(executionArn, end.status),
      () => ended.set(executionArn, 'FAILED'),
    );
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    endpoint: `http://localhost:${port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

export async function checkOperator(check: Check, room: OperatorRoom): Promise<void> {
  const { root, cloud, names, endpoint, glueEndpoint, table, extracts, settle } = room;
  const runs: string[] = [];
  const machine = await stepFunctions(endpoint, async (name) => {
    runs.push(name);
    // Waits are for others to come: here nobody does.
    return cloud.run(name, {});
  });
  const environment = {
    LANG: 'en_GB.UTF-8',
    AWS_ENDPOINT_URL: endpoint,
    AWS_ENDPOINT_URL_GLUE: glueEndpoint,
    AWS_ENDPOINT_URL_SFN: machine.endpoint,
    AWS_ACCESS_KEY_ID: names.role('maintenance'),
    AWS_SECRET_ACCESS_KEY: 'thu',
    AWS_SESSION_TOKEN: 'thu',
  };
  const whole = (args: readonly string[]) => [...args, '--aws', names.place.province, '--json'];
  const tamgiang = (args: readonly string[]): Promise<Ran> =>
    new Promise((done) => {
      const env = { PATH: process.env.PATH, ...environment };
      const command = [join(root, 'cli', 'tamgiang.mjs'), ...whole(args)];
      const child = execFile(process.execPath, command, { env, maxBuffer: 64_000_000 }, (_, stdout, stderr) =>
        done({ status: child.exitCode ?? -1, stdout, stderr }),
      );
    });
  const answerOf = async (args: readonly string[], run = tamgiang) => {
    const ran = await run(args);
    assert.equal(ran.status, 0, `${args[0]}: ${ran.stderr.slice(-2000)}${ran.stdout.slice(0, 2000)}`);
    return JSON.parse(ran.stdout);
  };
  const count = async (sql: string) => Number((await cloud.ask(sql)).rows[0]?.[0]);

  try {
    await check('the operator reads tables, history and where a row came from', async () => {
      const { tables } = await answerOf(['tables']);
      const { rows } = tables.find((one: { name: string }) => one.name === PRICES);
      assert.equal(rows, await count(`SELECT count(*) FROM ${table(PRICES)}`));
      const { total } = await answerOf(['history']);
      assert.ok(total > 20, `${total} snapshots`);
      const traced = await answerOf(['trace', PRICES, '--where', "ky_du_lieu = '2026-10'"]);
      assert.match(traced.rows[0].raw, /^s3:\/\/tg-hue-production-raw-/);
      return `${tables.length} tables, ${total} snapshots`;
    });
    await check('the operator finds the lake whole', async () => {
      const { checks } = await answerOf(['verify']);
      assert.ok(checks.length > 60, `${checks.length} checks`);
      return `${checks.length} checks`;
    });
    await check('the operator merges files, shortens the history, takes a submission back', async () => {
      const [{ submission }] = (await answerOf(['trace', PRICES, '--where', "ky_du_lieu = '2026-10'"])).rows;
      const rows = () => count(`SELECT count(*) FROM ${table(PRICES)}`);
      const before = await rows();
      const { compacted } = await answerOf(['compact', '--all']);
      await answerOf(['expire', '--keep', '5', '--max-age', '0']);
      assert.equal(await rows(), before);
      const taken = await answerOf(['retract', submission, '--reason', 'thử trên máy giả']);
      assert.equal(await rows(), before - taken.before.rows);
      assert.equal(runs.length, 1);
      return `${compacted.length} periods merged, ${taken.before.rows} rows taken back`;
    });
    await check('the operator erases a person: no version of any object names them, marts are made anew', async () => {
      const people = () =>
        count(`SELECT count(*) FROM ${table('ho_so_tthc')} WHERE so_dinh_danh_chu_ho_so = '${PERSON}'`);
      // And once more, in a file that is named after the person.
      const { bytes } = extracts.find(({ to }) => to === DOSSIERS)!;
      await cloud.drop(NAMED, bytes);
      await settle();
      assert.equal(await people(), 2);
      const erase = ['erase', '--subject', PERSON, '--reason', 'Đơn thử 1/2026', '--yes'];
      const done = await answerOf(erase, (args) => withoutWaiting(() => runHere(whole(args), root, environment)));
      assert.equal(await people(), 0);
      assert.equal(done.probe.found, 0);
      const { table: live, raw, records } = done.removed;
      assert.deepEqual([live.rows, raw.rows, records.files], [2, 2, 2]);
      // The upload has been taken in and goes; those of other periods stay.
      for (const key of [`${DOSSIERS}/`, NAMED]) assert.deepEqual(await cloud.keys('ingest', key), []);
      assert.ok((await cloud.keys('ingest', 'van_phong_ubnd/ho_so_tthc/')).length > 0);
      const held = await holding(names, endpoint);
      assert.deepEqual(held.found, []);
      assert.match(runs.at(-1) ?? '', /^erasure-/);
      return `${held.looked} versions looked into, ${JSON.stringify(done.removed)}`;
    });
  } finally {
    machine.close();
  }
}

/** The command in this process, which can be told what time it is. */
async function runHere(args: readonly string[], root: string, env: Readonly<Record<string, string>>): Promise<Ran> {
  const { stdout, stderr } = process;
  const [writeOut, writeErr] = [stdout.write, stderr.write];
  const before = { ...process.env };
  let [out, err] = ['', ''];
  stdout.write = (text: string | Uint8Array) => {
    out += String(text);
    return true;
  };
  stderr.write = (text: string | Uint8Array) => {
    err += String(text);
    return true;
  };
  Object.assign(process.env, env);
  try {
    return { status: await main(args, root), stdout: out, stderr: err };
  } finally {
    for (const name of Object.keys(env)) delete process.env[name];
    Object.assign(process.env, before);
    stdout.write = writeOut;
    stderr.write = writeErr;
  }
}

/** Waits for functions that might be at work are over at once: none is. */
async function withoutWaiting<T>(work: () => Promise<T>): Promise<T> {
  const { now, sleep } = systemClock;
  let skippedMs = 0;
  systemClock.now = () => now() + skippedMs;
  systemClock.sleep = async (ms) => {
    // Nobody else pauses so long.
    if (ms < 10_000) return sleep(ms);
    skippedMs += ms;
  };
  try {
    return await work();
  } finally {
    Object.assign(systemClock, { now, sleep });
  }
}

/** Versions with the number in plain bytes; data files are asked by Athena. */
async function holding(names: Names, endpoint: string) {
  const credentials = { accessKeyId: 'thu', secretAccessKey: 'thu' };
  const s3 = new S3Client({ region: names.place.region, endpoint, credentials, forcePathStyle: true });
  const found: string[] = [];
  let looked = 0;
  for (const bucket of BUCKETS) {
    const Bucket = names.bucket(bucket);
    let [KeyMarker, VersionIdMarker]: (string | undefined)[] = [];
    do {
      const page: ListObjectVersionsCommandOutput = await s3.send(
        new ListObjectVersionsCommand({ Bucket, KeyMarker, VersionIdMarker }),
      );
      for (const { Key = '', VersionId } of page.Versions ?? []) {
        looked++;
        const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }));
        const text = Buffer.from((await Body?.transformToByteArray()) ?? []).toString('latin1');
        if (text.replace(/[ .'-]/g, '').includes(PERSON) || Key.includes(PERSON)) found.push(`${bucket}/${Key}`);
      }
      [KeyMarker, VersionIdMarker] = page.IsTruncated ? [page.NextKeyMarker, page.NextVersionIdMarker] : [];
    } while (KeyMarker !== undefined);
  }
  s3.destroy();
  return { found, looked };
}
