// The whole lake on emulators: templates applied, packages run, the demo's extracts dropped into the bucket. Compared row by
// row with the home on this computer, read by Athena's own engine.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { makeExtracts } from '../../../cli/demo/extracts/make-extracts';
import { loadProvince } from '../../../infra/lake-context';
import { type Names, names as namesOf } from '../../../infra/names';
import { tableDefinition } from '../../../lake/contract/types';
import { COMMUNE_MAP } from '../../../lambdas/report/constants';
import { glueCatalog } from '../../../platform/aws/glue-catalog';
import { glueClients } from '../../../platform/aws/glue-clients';
import { s3ObjectStore } from '../../../platform/aws/s3-object-store';
import { systemRng } from '../../../platform/local/system';
import { byTrino } from '../../interop/readers';
import { rowDifference } from '../../interop/report';
import { applyAssembly } from '../applier/apply';
import { startAdapter } from '../athena/adapter';
import { type DuckdbAthena, openDuckdbAthena } from '../athena/duckdb-engine';
import { runOnTrino } from '../athena/trino-client';
import { openBench } from '../bench';
import { standBetween } from '../between';
import type { Checks } from '../checks';
import { startMoto } from '../moto';
import { callsShape } from '../rights/calls';
import { checkRights } from '../rights/rights.check';
import type { Host } from '../runner/instance';
import type { Tools } from '../tools';
import { accountOf, buildPackages, runnablePackage, synthesize } from './assembly';
import { openCloud } from './cloud';
import { breakCommit, checkDeployment } from './deploy.check';
import { emulatedDeployment } from './deployment';
import { takeInLocally } from './local-lake';
import { checkOperator } from './operator.check';
import { checkTrouble } from './trouble.check';
import { checkUpkeep } from './upkeep.check';

const PROVINCE = 'hue';
const REGION = 'ap-southeast-1';
const ACCOUNT = '111111111111';
/** Month the made-up extracts tell about. */
const PERIOD = '2026-10';
/** One commune of the made-up dossiers, as a triangle. */
const MADE_UP_MAP = JSON.stringify({
  type: 'FeatureCollection',
  features: [
    {
      type: 'Feature',
      properties: { code: '19789', name: 'Phường Thử' },
      geometry: {
        type: 'Polygon',
        coordinates: [
          [
            [107, 16],
            [107.1, 16],
            [107.1, 16.1],
            [107, 16],
          ],
        ],
      },
    },
  ],
});
/** Differ from home to home: the store's version ids, and the moment. */
const OWN_OF_HOME = new Set(['_version', '_loaded_at']);

function tablesAt(names: Names, endpoint: string, workDir: string) {
  const config = { endpoint, region: REGION, credentials: { accessKeyId: 'thu', secretAccessKey: 'thu' } };
  const clients = glueClients(config);
  const client = new S3Client({ ...config, forcePathStyle: true });
  const store = s3ObjectStore({ client, bucket: names.bucket('curated'), workDir: join(workDir, 'tai-ve') });
  const catalog = glueCatalog({ clients, database: names.curatedDatabase, store, rng: systemRng });
  return { glue: clients.reads, catalog, store };
}

function duckdbFor(names: Names, endpoint: string, workDir: string): Promise<DuckdbAthena> {
  const { curatedDatabase, warehouseDatabase } = names;
  return openDuckdbAthena({ ...tablesAt(names, endpoint, workDir), curatedDatabase, warehouseDatabase });
}

export interface LakeRoom {
  readonly python: string;
  readonly host: Omit<Host, 'environment'>;
  readonly workDir: string;
}

/** The other provinces' templates, which no file is dropped into. */
export async function checkProvinces(checks: Checks, { root }: Tools, python: string, workDir: string): Promise<void> {
  buildPackages(root);
  for (const province of ['nho', 'daydu'])
    await checks.check(`province ${province}: every resource is created at the emulator`, async () => {
      const assembly = synthesize(root, province, join(workDir, province));
      const moto = await startMoto(python, root, accountOf(assembly));
      try {
        const { created, recorded } = await applyAssembly({ python, root }, moto.endpoint, assembly);
        const count = Object.values(created).reduce((sum, one) => sum + one, 0);
        assert.ok(count > 150, `${count} created`);
        return `${count} created, ${recorded.length} written down only`;
      } finally {
        await moto.stop();
      }
    });
}

export async function checkLake(checks: Checks, tools: Tools, { python, host, workDir }: LakeRoom): Promise<void> {
  const { root } = tools;
  const check = (name: string, body: () => Promise<unknown>) => checks.check(`lake: ${name}`, body);
  const names = namesOf({ province: PROVINCE, stage: 'production', account: ACCOUNT, region: REGION });
  const moto = await startMoto(python, root, ACCOUNT);
  const startingTrino = tools.startTrino(join(workDir, 'trino'), moto.endpoint, REGION);
  startingTrino.catch(() => undefined);
  const extracts = makeExtracts(2026);
  const assembly = join(workDir, 'cdk.out');
  const trino = await startingTrino;
  const fallback = trino ? undefined : await duckdbFor(names, moto.endpoint, workDir);
  if (fallback)
    process.stdout.write(
      "\n!!! Trino cannot be had: Athena's statements run on DuckDB, which shares our code and proves less !!!\n\n",
    );
  const adapter = await startAdapter(
    moto.endpoint,
    fallback?.run ?? ((sql, session) => runOnTrino(trino!.url, 'awsdatacatalog', sql, session)),
  );
  const glue = await standBetween(moto.endpoint);
  const deployment = emulatedDeployment({
    lake: loadProvince(root, PROVINCE, () => {
      throw new Error('packages are in the templates');
    }),
    endpoint: moto.endpoint,
    apply: (stacks) => applyAssembly({ python, root }, moto.endpoint, assembly, stacks),
    async open(applied) {
      const bench = openBench({
        applied,
        endpoint: moto.endpoint,
        host,
        codeDirOf: (one) => runnablePackage(root, one, names.base),
        environment: { AWS_ENDPOINT_URL_ATHENA: adapter.endpoint, AWS_ENDPOINT_URL_GLUE: glue.endpoint },
      });
      await breakCommit(bench, names);
      return bench;
    },
  });
  const stopAll = async () => {
    if (moto.complaints() !== '') process.stdout.write(`        moto failed itself:\n${moto.complaints()}\n`);
    await deployment.close();
    glue.close();
    await adapter.close();
    await fallback?.close();
    await trino?.stop();
    await moto.stop();
  };
  buildPackages(root);
  synthesize(root, PROVINCE, assembly);
  const bench = await checkDeployment(check, { root, names, deployment });
  if (!bench) return stopAll();
  const cloud = openCloud(names, moto.endpoint, adapter.endpoint, bench);
  const local = takeInLocally(root, join(workDir, 'nha'), extracts);
  local.catch(() => undefined);
  const asking = { url: adapter.endpoint, query: cloud.ask, stop: async () => undefined };
  const table = (dataset: string) => `"${names.curatedDatabase}"."${dataset}"`;

  const sameRows = async (): Promise<number> => {
    const { contracts, rows } = await local;
    let count = 0;
    for (const contract of contracts.values()) {
      const fields = tableDefinition(contract).fields.filter(({ name }) => !OWN_OF_HOME.has(name));
      const expected = await rows(contract.dataset);
      const found = await byTrino(asking, table(contract.dataset), fields);
      assert.deepEqual(rowDifference(fields, expected, found).slice(0, 5), [], contract.dataset);
      count += found.length;
    }
    assert.ok(count > 5000, `${count} rows`);
    return count;
  };

  try {
    await check('every table has the columns of its contract, as Athena shows them', async () => {
      const { contracts } = await local;
      for (const contract of contracts.values()) {
        const { columns, rows } = await cloud.ask(`SELECT * FROM ${table(contract.dataset)}`);
        assert.deepEqual(
          columns,
          tableDefinition(contract).fields.map(({ name }) => name),
        );
        assert.deepEqual(rows, []);
      }
      return `${contracts.size} tables`;
    });
    await check('dropped extracts become receipts and rows', async () => {
      const before = bench.functions.invocations.length;
      // Reference lists first, as in life: the others are judged against them.
      const isReference = (to: string) => /\/(don_vi_hanh_chinh|co_quan|tram_quan_trac)\//.test(to);
      for (const extract of extracts.filter(({ to }) => isReference(to))) await cloud.dropExtract(extract);
      await bench.dispatcher.settle();
      for (const extract of extracts.filter(({ to }) => !isReference(to))) await cloud.dropExtract(extract);
      await bench.dispatcher.settle(600_000);
      const failed = bench.functions.invocations.slice(before).filter(({ outcome }) => outcome !== 'ok');
      assert.deepEqual(failed, []);
      for (const queue of [names.queue.intakeDead, names.queue.commitDead, names.queue.eventsDead])
        assert.equal(await bench.queues.depth(queue), 0, queue);
      const { submitted } = await local;
      const receipts = (await cloud.keys('receipts')).filter((key) => key.endsWith('receipt.json'));
      const verdicts = await Promise.all(receipts.map(async (key) => JSON.parse(await cloud.text('receipts', key))));
      const told = (
        list: readonly {
          readonly submission: string;
          readonly verdict: string;
          readonly rowsAccepted: number;
          readonly rowsRejected: number;
        }[],
      ) => list.map((one) => `${one.submission} ${one.verdict} ${one.rowsAccepted} ${one.rowsRejected}`).sort();
      assert.deepEqual(
        told(verdicts),
        told(submitted.filter(({ verdict }) => verdict !== 'unchanged').map(({ receipt }) => receipt)),
      );
      const peak = Math.max(...bench.functions.invocations.map(({ maxMemoryMb }) => maxMemoryMb));
      return `${extracts.length} files, ${receipts.length} receipts, ${bench.functions.invocations.length} calls, at most ${peak} MB`;
    });
    await check(
      "the same rows as the home on this computer, read by Athena's engine",
      async () => `${await sameRows()} rows`,
    );
    await check('commits have asked for one refresh, which makes marts and figures', async () => {
      const runs = await cloud.runs();
      assert.ok(runs.length >= 1 && runs.length <= 2, `${runs.length} executions`);
      const [{ name, input } = { name: '', input: {} }] = runs;
      const end = await cloud.run(name, input);
      assert.equal(end.status, 'SUCCEEDED', `${JSON.stringify(end)}\n${end.failures.join('\n')}`);
      const again = await cloud.run(`${name}-lai`, {});
      assert.equal(again.statements, 0);
      return `${end.statements} statements; a second run makes none`;
    });
    await check(
      "the leaders' figures are those of the home on this computer, on a page with the province's map",
      async () => {
        await cloud.put('reports', COMMUNE_MAP, MADE_UP_MAP);
        const done = await bench.functions.invoke(names.functionName('report'), {
          report: 'lanh_dao',
          period: PERIOD,
          recipients: [],
          lang: 'vi',
          province: 'Thành phố Huế',
        });
        assert.equal(done.outcome, 'ok', JSON.stringify(done.payload));
        const { figures } = JSON.parse(await cloud.text('reports', `lanh_dao/${PERIOD}/figures.json`));
        const expected = await (await local).figures(PERIOD);
        // When a home has taken the rows in is its own.
        const told = (list: unknown) =>
          JSON.parse(JSON.stringify(list, (key, value) => (key === 'asOf' ? !!value : value)));
        assert.deepEqual(told(figures), told(expected));
        const page = await cloud.text('reports', `lanh_dao/${PERIOD}/index.html`);
        assert.match(page, /Thành phố Huế/);
        assert.match(page, /data-commune="19789"/);
        return `${expected.length} figures`;
      },
    );
    await check("the scheduler's call writes the page and mails it once", async () => {
      const before = (await bench.sent()).mails.length;
      const at = '2026-11-02T00:00:00Z';
      const done = await bench.fireSchedule(`${names.base}-report-1`, at);
      assert.equal(done.outcome, 'ok', JSON.stringify(done.payload));
      await bench.fireSchedule(`${names.base}-report-1`, at);
      const { mails } = await bench.sent();
      assert.equal(mails.length - before, 1);
      assert.deepEqual(mails.at(-1)?.destinations, { ToAddresses: ['lanh-dao@hue.example.vn'] });
      return mails.at(-1)?.subject ?? '';
    });
    const { catalog, store } = tablesAt(names, moto.endpoint, workDir);
    await checkUpkeep(check, { bench, cloud, names, endpoint: moto.endpoint, catalog, store, sameRows });
    await checkTrouble(check, { bench, cloud, names, glue, extracts, sameRows, table });
    const settle = () => bench.dispatcher.settle();
    const emulator = { endpoint: moto.endpoint, glueEndpoint: glue.endpoint };
    await checkOperator(check, { root, cloud, names, ...emulator, table, extracts, settle });
    await check('the roles of the templates allow what the functions and the operator asked for', async () => {
      // The heavy lane has only been killed so far.
      await bench.queues.send(
        names.queue.intakeHeavy,
        JSON.stringify({ submission: `so_cong_thuong/gia_thi_truong/${PERIOD}` }),
      );
      await bench.dispatcher.settle();
      const answer = await fetch(`${moto.endpoint}/bench/calls`);
      const calls = [...callsShape.parse(await answer.json()), ...adapter.calls().filter(({ who }) => who !== 'thu')];
      return checkRights(calls, bench.functions.names, [names.role('maintenance')], assembly, names.place);
    });
    await check('cold starts of every function are known', async () => {
      const { names: functions, invocations } = bench.functions;
      const started = functions.map((name) => {
        const cold = invocations.flatMap(({ functionName, initMs }) =>
          functionName === name && initMs !== undefined ? [initMs] : [],
        );
        assert.ok(cold.length > 0, `${name} was never started`);
        return `${name.slice(names.base.length + 1)} ${Math.round(Math.min(...cold))} to ${Math.round(Math.max(...cold))} ms`;
      });
      return started.join(', ');
    });
    await check('no log holds personal data', async () => {
      const values = [...(await (await local).personalValues())];
      assert.ok(values.length > 1000, `${values.length} values`);
      const all = bench.functions.logs.map(({ line }) => line).join('\n');
      assert.deepEqual(
        values.filter((value) => all.includes(value)),
        [],
      );
      return `${bench.functions.logs.length} lines, ${values.length} values`;
    });
  } finally {
    cloud.close();
    await stopAll();
  }
}
