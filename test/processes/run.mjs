// Eight real processes take 2,000 small files into one home while being killed with SIGKILL at random and started again.
// Afterwards every file must be visible exactly once and nothing may lie about. `npm run test:processes [-- --seed N]`
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { bundleInto } from '../../tools/bundle.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const seed = option('seed', Date.now() % 1_000_000);
const FILES = option('files', 2000);
const WORKERS = option('workers', 8);
/** After this long nobody is killed any more, so that the run ends. */
const KILL_FOR_MS = 120_000;
const MAX_KILLS = 80;
const ROWS_PER_STATION = 3;

/** mulberry32: small, and the same on every machine. */
function generator(state) {
  let a = state >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
const random = generator(seed);
const upTo = (n) => Math.floor(random() * n);

const say = (text) => process.stdout.write(`${text}\n`);
const folder = mkdtempSync(join(tmpdir(), 'tam-giang-processes-'));
const home = join(folder, 'home');
const bundleDir = join(root, 'dist', `processes-${process.pid}`);

/** Made-up files: readings of stations, each file a submission of its own, and months of prices. */
function makeFiles() {
  const sent = join(folder, 'sent');
  mkdirSync(sent);
  const files = [];
  const months = Math.min(40, FILES);
  for (let i = 0; i < months; i++) {
    const period = `${2023 + Math.floor(i / 12)}-${String((i % 12) + 1).padStart(2, '0')}`;
    const rows = [1, 2].map((n) => `HANG${n};Mặt hàng thí dụ;kg;${n}.000;ban_le;CHO-A;20137;05/10/2026`);
    const path = join(sent, `gia_${period}.csv`);
    writeFileSync(
      path,
      ['Mã mặt hàng;Tên mặt hàng;Đơn vị tính;Giá;Loại giá;Mã chợ;Mã xã;Ngày', ...rows, ''].join('\n'),
    );
    files.push({ path, to: `so_cong_thuong/gia_thi_truong/${period}`, rows: rows.length });
  }
  for (let i = 0; files.length < FILES; i++) {
    const time = `202610${String((i % 28) + 1).padStart(2, '0')}100500`;
    const rows = ['pH\t7.1', 'COD\t20', 'TSS\t30'].map(
      (text, at) => `${text}\t${at === 0 ? '-' : 'mg/L'}\t${time}\t00`,
    );
    const path = join(sent, `TTH_CTYTHIDU_NUO${String(i).padStart(4, '0')}_${time}.txt`);
    writeFileSync(path, `${rows.join('\r\n')}\r\n`);
    files.push({ path, to: 'so_nn_mt/so_lieu_quan_trac', rows: ROWS_PER_STATION });
  }
  return files;
}

const counts = { kills: 0, starts: 0, recovered: 0, OK: 0, CONFLICT: 0, UNKNOWN: 0 };
const verdicts = new Map();
const problems = [];

/** A worker's share of the files, its process, and what it has said so far. */
class Worker {
  constructor(index, files) {
    this.index = index;
    this.left = new Map(files.map((file) => [file.path.slice(file.path.lastIndexOf('/') + 1), file]));
  }

  get isDone() {
    return this.left.size === 0;
  }

  start() {
    const waiting = [...this.left.values()];
    const groups = [];
    while (waiting.length > 0) groups.push(waiting.splice(0, 1 + upTo(24)));
    const list = join(folder, `worker-${this.index}.json`);
    writeFileSync(list, JSON.stringify({ root, home, groups }));
    counts.starts++;
    this.child = spawn(process.execPath, [join(bundleDir, 'main.mjs'), 'work', list], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stderr = '';
    this.child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const lines = createInterface({ input: this.child.stdout });
    lines.on('line', (line) => this.hear(line));
    this.ended = new Promise((resolve) => {
      this.child.on('close', (code, signal) => {
        if (signal !== 'SIGKILL' && code !== 0) problems.push(`worker ${this.index} ended with ${code}: ${stderr}`);
        resolve();
      });
    });
  }

  hear(line) {
    let message;
    try {
      message = JSON.parse(line);
    } catch {
      // Cut by the kill.
      return;
    }
    if (message.problem) problems.push(message.problem);
    counts.recovered += message.recovered ?? 0;
    for (const [outcome, n] of Object.entries(message.swaps ?? {})) counts[outcome] += n;
    for (const [file, verdict] of message.done ?? []) {
      this.left.delete(file);
      verdicts.set(verdict, 1 + (verdicts.get(verdict) ?? 0));
    }
  }

  /** Runs until every file is answered, however often it dies. */
  async run() {
    while (!this.isDone && problems.length === 0) {
      this.start();
      await this.ended;
    }
  }
}

async function killAtRandom(workers, startedAt) {
  const isOver = () => Date.now() - startedAt > KILL_FOR_MS || counts.kills >= MAX_KILLS || problems.length > 0;
  while (workers.some((worker) => !worker.isDone) && !isOver()) {
    await sleep(200 + upTo(2000));
    const living = workers.filter((worker) => !worker.isDone && worker.child?.exitCode === null);
    const victim = living[upTo(living.length)];
    if (victim?.child.kill('SIGKILL')) counts.kills++;
  }
}

function command(...args) {
  const options = { cwd: folder, env: { ...process.env, LANG: 'en_GB.UTF-8' }, maxBuffer: 256_000_000 };
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [join(root, 'cli', 'tamgiang.mjs'), ...args, '--home', home, '--json'],
      options,
      (_error, stdout, stderr) => resolve({ status: child.exitCode, stderr, json: () => JSON.parse(stdout) }),
    );
  });
}

async function verify(when) {
  const { status, stderr, json } = await command('verify');
  assert.equal(stderr, '', `verify ${when}`);
  const broken = json().checks.filter((check) => !check.ok);
  assert.deepEqual([status, broken], [0, []], `verify ${when}`);
  return json().checks.length;
}

async function rowsOf(sql) {
  const { json, stderr } = await command('sql', sql);
  assert.equal(stderr, '');
  return json().rows;
}

async function main() {
  const startedAt = Date.now();
  const files = makeFiles();
  await bundleInto(bundleDir, 'test/processes/worker.mjs');
  const workers = Array.from(
    { length: WORKERS },
    (_, i) =>
      new Worker(
        i,
        files.filter((_file, at) => at % WORKERS === i),
      ),
  );
  say(
    `processes: seed ${seed}, ${WORKERS} workers, ${FILES} files, ${files.reduce((sum, file) => sum + file.rows, 0)} rows`,
  );
  await Promise.all([killAtRandom(workers, startedAt), ...workers.map((worker) => worker.run())]);
  assert.deepEqual(problems, []);
  const workedMs = Date.now() - startedAt;

  // Once more in peace: whatever a last kill left is finished by the next put.
  const again = await command('put', files[0].path, '--to', files[0].to);
  assert.equal(again.status, 0, again.stderr);
  const checks = await verify('after the last put');

  const wanted = new Map([
    ['gia_thi_truong', 0],
    ['so_lieu_quan_trac', 0],
  ]);
  for (const { to, rows } of files) {
    const table = to.split('/')[1];
    wanted.set(table, rows + wanted.get(table));
  }
  for (const [table, rows] of wanted) {
    const [[count, submissions, places]] = await rowsOf(
      `select count(*), count(distinct _submission), count(distinct _submission || ' ' || cast(_row as varchar)) from ${table}`,
    );
    const sent = files.filter(({ to }) => to.split('/')[1] === table).length;
    assert.deepEqual([count, submissions, places].map(Number), [rows, sent, rows], `rows of ${table}`);
  }

  const history = (await command('history', '--limit', '1000000')).json();
  const expired = await command('expire', '--keep', '1', '--max-age', '0', '--orphans-older-than', '0');
  assert.equal(expired.status, 0, expired.stderr);
  const deleted = expired.json().expired.reduce((sum, line) => sum + line.files.length, 0);
  const list = join(folder, 'orphans.json');
  writeFileSync(list, JSON.stringify({ home }));
  const { listed, orphans } = JSON.parse(
    await new Promise((resolve, reject) =>
      execFile(process.execPath, [join(bundleDir, 'main.mjs'), 'orphans', list], (error, stdout) =>
        error ? reject(error) : resolve(stdout),
      ),
    ),
  );
  assert.deepEqual(orphans, [], 'files nobody names');
  assert.deepEqual(readdirSync(join(home, 'tmp')), [], 'unfinished files');
  assert.deepEqual(readdirSync(join(home, 'control', 'in-flight')), [], 'unfinished submissions');
  await verify('after expire');

  const said = [...verdicts].map(([verdict, n]) => `${verdict} ${n}`).join(', ');
  say(
    [
      `kills ${counts.kills}, starts ${counts.starts}, taken over from the dead ${counts.recovered}`,
      `commits ${history.total}, swaps heard of: ${counts.OK} ok, ${counts.CONFLICT} lost to others; answers: ${said}`,
      `verify: ${checks} checks hold; rows as sent, each file once; expire deleted ${deleted} files, ${listed} are left, 0 orphans`,
      `${Math.round(workedMs / 1000)} s at work, ${Math.round((Date.now() - startedAt) / 1000)} s in all`,
    ].join('\n'),
  );
  assert.ok(counts.kills >= 10, 'too few kills to prove anything');
}

try {
  await main();
  rmSync(folder, { recursive: true, force: true });
} catch (error) {
  process.stderr.write(`processes: failed with seed ${seed}; the home is ${home}\n${error?.stack ?? error}\n`);
  process.exitCode = 1;
} finally {
  rmSync(bundleDir, { recursive: true, force: true });
}
