// A real Trino with its Iceberg connector, put together from its published jars: one process on this computer, for tests.
// The server tarball of this release is not in the registry; the jars below and what they need are, through Maven.
// 406 is the newest published connector that runs on Java 17. Jars: `.cache/trino/<version>`, made once.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, openSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { leftOut, madeOnce } from '../made-once.mjs';

const VERSION = '406';
/** sha256 over the names and sha256 sums of all jars: what was tested is what runs. */
const JARS = {
  server: 'ca7de8c877ef06d69dc552fe16b1980a6b7b70182ecf0c601bb5f0aa1446da44',
  iceberg: '25446ec440182fda5e6207645d57e10a42bf94f120b6971f2a15300daf141b80',
};
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies';
const OFFLINE =
  /Could not transfer|Unknown host|Connection (refused|reset|timed out)|Connect timed out|Network is unreachable|Temporary failure in name resolution|Read timed out|PKIX path|No route to host/i;

const HERE = dirname(fileURLToPath(import.meta.url));
const CACHE = resolve(HERE, '../../.cache/trino');

const NOT_DONE = 'nothing is tested against Trino';

function sumOf(folder) {
  const all = createHash('sha256');
  for (const name of readdirSync(folder).sort()) {
    const one = createHash('sha256').update(readFileSync(join(folder, name)));
    all.update(`${name} ${one.digest('hex')}\n`);
  }
  return all.digest('hex');
}

/**
 * The folder with the jars, fetched first when it is not there; undefined, after one loud line on stderr, when the
 * registry cannot be reached or Java or Maven is missing.
 * @returns {string | undefined}
 * @throws Error when other jars come than the ones this was tested with
 */
export function ensureTrino() {
  const java = spawnSync('java', ['-version'], { encoding: 'utf8' });
  const major = Number(/version "(\d+)/.exec(java.stderr ?? '')?.[1] ?? 0);
  if (major < 17) return leftOut(`Trino needs Java 17 or newer (found ${major || 'none'})`, NOT_DONE);
  return madeOnce(join(CACHE, VERSION), (aside) => {
    for (const [part, expected] of Object.entries(JARS)) {
      const folder = join(aside, part);
      const options = [
        '-DincludeScope=runtime',
        `-DoutputDirectory=${folder}`,
        `-Dmaven.repo.local=${join(CACHE, 'm2')}`,
      ];
      const made = spawnSync('mvn', ['-B', '-ntp', '-q', '-f', join(HERE, `${part}.xml`), COPY, ...options], {
        encoding: 'utf8',
        maxBuffer: 64 * 1024 * 1024,
      });
      if (made.error) return leftOut(`Maven does not start (${made.error.message})`, NOT_DONE);
      const output = `${made.stdout}${made.stderr}`;
      if (made.status !== 0 && OFFLINE.test(output))
        return leftOut('the registry of Java packages cannot be reached', NOT_DONE);
      if (made.status !== 0) throw new Error(`The jars of ${part}.xml cannot be copied:\n${output}`);
      const sum = sumOf(folder);
      if (sum !== expected)
        throw new Error(`The jars of ${part}.xml have the sum ${sum}, not ${expected}: other jars than those tested.`);
    }
    // The connector's list of services is a file of its own, which the registry lacks; a folder does as well.
    const services = join(aside, 'iceberg', 'services', 'META-INF', 'services');
    mkdirSync(services, { recursive: true });
    writeFileSync(join(services, 'io.trino.spi.Plugin'), 'io.trino.plugin.iceberg.IcebergPlugin\n');
    // Copies of the jars are in place; Maven's own folder is as large again.
    rmSync(join(CACHE, 'm2'), { recursive: true, force: true });
    return aside;
  });
}

function freePort() {
  return new Promise((done, failed) => {
    const server = createServer().once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Iceberg tables in this computer's folders: the catalog of whoever names no other. */
const ON_DISK = (workDir) => [
  ['connector.name', 'iceberg'],
  ['iceberg.catalog.type', 'TESTING_FILE_METASTORE'],
  ['hive.metastore.catalog.dir', `file://${join(workDir, 'metastore')}`],
  ['iceberg.register-table-procedure.enabled', true],
];

/**
 * Settings of a catalog of Iceberg tables whose pointers and files an emulator of AWS keeps.
 * @param {string} endpoint of Glue and S3
 * @param {string} region
 * @returns {[string, unknown][]}
 */
export function glueSettings(endpoint, region) {
  return [
    ['connector.name', 'iceberg'],
    ['iceberg.catalog.type', 'glue'],
    ['iceberg.file-format', 'PARQUET'],
    ['hive.metastore.glue.endpoint-url', endpoint],
    ['hive.metastore.glue.region', region],
    ['hive.metastore.glue.aws-access-key', 'thu'],
    ['hive.metastore.glue.aws-secret-key', 'thu'],
    ['hive.s3.endpoint', endpoint],
    ['hive.s3.path-style-access', true],
    ['hive.s3.ssl.enabled', false],
    ['hive.s3.aws-access-key', 'thu'],
    ['hive.s3.aws-secret-key', 'thu'],
  ];
}

/**
 * Starts a server with one catalog of Iceberg tables, `lake` unless named; it can write wherever this user can.
 * @param {string} home what ensureTrino gave
 * @param {string} workDir an empty folder; holds configuration, metastore and log
 * @param {{ name: string, settings: [string, unknown][] }} [catalog]
 * @returns {Promise<{ url: string, query(sql: string): Promise<{ columns: string[], rows: unknown[][] }>, stop(): Promise<void> }>}
 * @throws Error with the end of the log when it does not start within two minutes
 */
export async function startTrino(home, workDir, catalog = { name: 'lake', settings: ON_DISK(workDir) }) {
  const port = await freePort();
  const write = (name, settings) => {
    mkdirSync(dirname(join(workDir, name)), { recursive: true });
    writeFileSync(join(workDir, name), settings.map(([key, value]) => `${key}=${value}\n`).join(''));
  };
  write('config.properties', [
    ['coordinator', true],
    ['node-scheduler.include-coordinator', true],
    ['http-server.http.port', port],
    ['discovery.uri', `http://localhost:${port}`],
    ['plugin.dir', join(workDir, 'plugin')],
    ['catalog.config-dir', join(workDir, 'catalog')],
    ['node.environment', 'test'],
    ['node.id', 'one'],
    ['query.max-memory', '1GB'],
    ['query.max-memory-per-node', '600MB'],
  ]);
  write(`catalog/${catalog.name}.properties`, catalog.settings);
  // The connector is the only plugin, so that starting takes seconds.
  mkdirSync(join(workDir, 'plugin'));
  symlinkSync(join(home, 'iceberg'), join(workDir, 'plugin', 'iceberg'));
  const logPath = join(workDir, 'server.log');
  const log = openSync(logPath, 'a');
  const jvm = [
    '-Xmx2G',
    '-XX:+UseG1GC',
    // A server of minutes never earns back its slow compiler: half the processor time without.
    '-XX:TieredStopAtLevel=1',
    '-Djdk.attach.allowAttachSelf=true',
    `-Dconfig=${join(workDir, 'config.properties')}`,
  ];
  const server = spawn('java', [...jvm, '-cp', join(home, 'server', '*'), join(HERE, 'Start.java'), VERSION], {
    cwd: workDir,
    // Java takes the names of files in the locale's letters; Vietnamese ones need UTF-8.
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
    stdio: ['ignore', log, log],
  });
  let ended = false;
  const exited = new Promise((done) =>
    server.once('exit', () => {
      ended = true;
      done();
    }),
  );
  const kill = () => server.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async () => {
    process.off('exit', kill);
    server.kill('SIGKILL');
    await exited;
  };
  const tail = () => readFileSync(logPath, 'utf8').slice(-4000);
  const until = Date.now() + 120_000;
  for (;;) {
    const info = await fetch(`http://localhost:${port}/v1/info`).then(
      (r) => r.json(),
      () => undefined,
    );
    if (info?.starting === false && readFileSync(logPath, 'utf8').includes('SERVER STARTED')) break;
    if (ended || Date.now() > until) {
      await stop();
      throw new Error(`Trino did not start:\n${tail()}`);
    }
    await pause(300);
  }
  const headers = { 'X-Trino-User': 'test', 'X-Trino-Catalog': catalog.name, 'X-Trino-Time-Zone': 'UTC' };
  const query = async (sql) => {
    let answer = await (
      await fetch(`http://localhost:${port}/v1/statement`, { method: 'POST', headers, body: sql })
    ).json();
    const rows = [];
    let columns = [];
    for (;;) {
      if (answer.error) {
        const causes = [];
        for (let at = answer.error.failureInfo; at; at = at.cause) causes.push(`${at.type}: ${at.message}`);
        throw new Error(`Trino refuses ${sql}\n${causes.join('\ncaused by ')}`);
      }
      if (answer.columns) columns = answer.columns.map((column) => column.name);
      if (answer.data) rows.push(...answer.data);
      if (!answer.nextUri) return { columns, rows };
      answer = await (await fetch(answer.nextUri, { headers })).json();
    }
  };
  try {
    // The server says it has started shortly before it finds itself as a worker.
    for (;;) {
      const seen = await query('SELECT count(*) FROM system.runtime.nodes').then(
        ({ rows }) => rows[0][0],
        () => 0,
      );
      if (seen > 0) break;
      if (Date.now() > until) throw new Error(`Trino has no worker:\n${tail()}`);
      await pause(300);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `http://localhost:${port}`, query, stop };
}
