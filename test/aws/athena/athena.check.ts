// The adapter as the SDK sees it, over a table that our own Glue catalog has committed.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  AthenaClient,
  CreateWorkGroupCommand,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  GetWorkGroupCommand,
  StartQueryExecutionCommand,
  type StartQueryExecutionCommandInput,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { CreateDatabaseCommand } from '@aws-sdk/client-glue';
import { CreateBucketCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { commit } from '../../../lake/table/commit';
import { tablePorts } from '../../../lake/table/transact';
import { glueCatalog } from '../../../platform/aws/glue-catalog';
import { glueClients } from '../../../platform/aws/glue-clients';
import { s3ObjectStore } from '../../../platform/aws/s3-object-store';
import { openEngine } from '../../../platform/duckdb/engine';
import { createHome } from '../../../platform/local/home';
import type { Trino } from '../../interop/readers';
import { putEffect } from '../../interop/tables';
import type { Checks } from '../checks';
import { startAdapter } from './adapter';
import { runOnTrino } from './trino-client';

const BUCKET = 'thu-curated';
const DATABASE = 'thu_curated';
const REGION = 'ap-southeast-1';
const TABLE = {
  name: 'bang_thu',
  fields: [
    { id: 1, name: '_submission', type: 'string' },
    { id: 2, name: '_version', type: 'string' },
    { id: 3, name: '_row', type: 'long' },
    { id: 4, name: '_loaded_at', type: 'timestamp' },
    { id: 5, name: 'ky_du_lieu', type: 'string' },
    { id: 11, name: 'so_tien', type: 'decimal(18,2)' },
    { id: 12, name: 'ten', type: 'string' },
    { id: 13, name: 'ma_lon', type: 'long' },
    { id: 14, name: 'ty_le', type: 'double' },
    { id: 15, name: 'ngay', type: 'date' },
    { id: 16, name: 'dung', type: 'boolean' },
  ],
  partitionBy: 5,
  boundedFields: [3],
} as const;
const ROWS = [
  {
    so_tien: '1234567890123456.78',
    ten: 'Đầm "Tam Giang"',
    ma_lon: '9223372036854775807',
    ty_le: '1',
    ngay: '2026-07-01',
    dung: 'true',
  },
  { so_tien: '-0.50', ten: null, ma_lon: null, ty_le: '0.1', ngay: null, dung: 'false' },
];

function config(endpoint: string) {
  return { endpoint, region: REGION, credentials: { accessKeyId: 'thu', secretAccessKey: 'thu' } };
}

async function commitTable(endpoint: string, workDir: string): Promise<void> {
  const client = new S3Client({ ...config(endpoint), forcePathStyle: true });
  const place = { CreateBucketConfiguration: { LocationConstraint: REGION } } as const;
  await client.send(new CreateBucketCommand({ Bucket: BUCKET, ...place }));
  const clients = glueClients(config(endpoint));
  await clients.reads.send(new CreateDatabaseCommand({ DatabaseInput: { Name: DATABASE } }));
  const store = s3ObjectStore({ client, bucket: BUCKET, workDir: join(workDir, 'tai-ve') });
  const home = await createHome(join(workDir, 'kho'));
  const catalog = glueCatalog({ clients, database: DATABASE, store, rng: home.rng });
  const ports = tablePorts({ ...home, zones: { ...home.zones, curated: store }, catalog });
  const engine = await openEngine({ threads: 1, memoryLimit: '300MB' });
  const at = { ports, engine, workDir };
  for (const [period, rows] of [
    ['2026-07', ROWS],
    ['2026-08', ROWS.slice(0, 1)],
  ] as const) {
    const { effect } = await putEffect(at, TABLE, `so_thu/bang_thu/${period}`, 'v1', period, rows);
    const { outcomes } = await commit({ table: TABLE, effects: [effect] }, ports);
    assert.deepEqual(
      outcomes.map(({ outcome }) => outcome),
      ['committed'],
    );
  }
  await engine.close();
}

export async function checkAthena(checks: Checks, moto: string, trino: Trino, workDir: string): Promise<void> {
  mkdirSync(workDir, { recursive: true });
  const check = (name: string, body: () => Promise<unknown>) => checks.check(`athena: ${name}`, body);
  const adapter = await startAdapter(moto, (sql, session) => runOnTrino(trino.url, 'awsdatacatalog', sql, session));
  const athena = new AthenaClient(config(adapter.endpoint));
  const start = async (sql: string, more: Partial<StartQueryExecutionCommandInput> = {}) =>
    (
      await athena.send(
        new StartQueryExecutionCommand({
          QueryString: sql,
          WorkGroup: 'thu',
          QueryExecutionContext: { Database: DATABASE, Catalog: 'AwsDataCatalog' },
          ...more,
        }),
      )
    ).QueryExecutionId;
  const wait = async (id: string | undefined) => {
    for (;;) {
      const { QueryExecution: found } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId: id }));
      const state = found?.Status?.State;
      if (state !== 'QUEUED' && state !== 'RUNNING')
        return { ...found, state, reason: found?.Status?.StateChangeReason };
      await new Promise((done) => setTimeout(done, 50));
    }
  };
  const rowsOf = async (sql: string, more: Partial<StartQueryExecutionCommandInput> = {}) => {
    const id = await start(sql, more);
    const done = await wait(id);
    if (done.state !== 'SUCCEEDED') throw new Error(`${done.state}: ${done.reason}`);
    const found = await athena.send(new GetQueryResultsCommand({ QueryExecutionId: id }));
    return (found.ResultSet?.Rows ?? []).map((row) => (row.Data ?? []).map(({ VarCharValue }) => VarCharValue ?? null));
  };

  try {
    const isReady = await check('a table our catalog commits into the emulated Glue', async () => {
      await commitTable(moto, workDir);
      const Configuration = {
        EnforceWorkGroupConfiguration: true,
        ResultConfiguration: { OutputLocation: `s3://${BUCKET}/ket-qua/` },
      };
      await athena.send(new CreateWorkGroupCommand({ Name: 'thu', Configuration }));
      const nho = { ...Configuration, BytesScannedCutoffPerQuery: 100 };
      await athena.send(new CreateWorkGroupCommand({ Name: 'thu-nho', Configuration: nho }));
      // Asked of moto through the adapter.
      const group = await athena.send(new GetWorkGroupCommand({ WorkGroup: 'thu' }));
      assert.equal(group.WorkGroup?.Name, 'thu');
    });
    if (!isReady) return;

    await check('a real engine reads it: a header line, every value to its last digit, types told', async () => {
      const sql =
        'SELECT so_tien, ten, ma_lon, ty_le, ngay, dung, _loaded_at FROM "AwsDataCatalog"."thu_curated"."bang_thu" WHERE ky_du_lieu = \'2026-07\' ORDER BY _row;';
      const id = await start(sql);
      const { state, reason } = await wait(id);
      assert.equal(state, 'SUCCEEDED', reason);
      const { ResultSet } = await athena.send(new GetQueryResultsCommand({ QueryExecutionId: id }));
      assert.deepEqual(
        ResultSet?.Rows?.map(({ Data }) => Data?.map(({ VarCharValue }) => VarCharValue)),
        [
          ['so_tien', 'ten', 'ma_lon', 'ty_le', 'ngay', 'dung', '_loaded_at'],
          [
            '1234567890123456.78',
            'Đầm "Tam Giang"',
            '9223372036854775807',
            '1.0',
            '2026-07-01',
            'true',
            '2026-07-01 01:02:03.456000',
          ],
          ['-0.50', undefined, undefined, '0.1', undefined, 'false', '2026-07-01 01:02:03.456000'],
        ],
      );
      const types = ResultSet?.ResultSetMetadata?.ColumnInfo?.map(({ Type, Precision, Scale }) => [
        Type,
        Precision,
        Scale,
      ]);
      assert.deepEqual(types?.[0], ['decimal', 18, 2]);
      assert.deepEqual(
        types?.map(([type]) => type),
        ['decimal', 'varchar', 'bigint', 'double', 'date', 'boolean', 'timestamp'],
      );
      const s3 = new S3Client({ ...config(moto), forcePathStyle: true });
      const file = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: `ket-qua/${id}.csv` }));
      const [, first] = (await file.Body!.transformToString()).split('\n');
      assert.equal(
        first,
        '"1234567890123456.78","Đầm ""Tam Giang""","9223372036854775807","1.0","2026-07-01","true","2026-07-01 01:02:03.456000"',
      );
    });
    await check('pages of results, values for question marks, one start for one token', async () => {
      const id = await start('SELECT n FROM UNNEST(sequence(1, 5)) AS t(n)');
      await wait(id);
      const texts: (string | undefined)[] = [];
      let token: string | undefined;
      do {
        const page = await athena.send(
          new GetQueryResultsCommand({ QueryExecutionId: id, MaxResults: 2, NextToken: token }),
        );
        for (const { Data } of page.ResultSet?.Rows ?? []) texts.push(Data?.[0]?.VarCharValue);
        token = page.NextToken;
      } while (token);
      assert.deepEqual(texts, ['n', '1', '2', '3', '4', '5']);
      const asked = await rowsOf('SELECT count(*) FROM bang_thu WHERE ky_du_lieu = ?', {
        ExecutionParameters: ["'2026-08'"],
      });
      assert.deepEqual(asked[1], ['1']);
      const once = { ClientRequestToken: 'a'.repeat(40) };
      assert.equal(await start('SELECT 1', once), await start('SELECT 1', once));
    });
    await check("Athena's CTAS makes an Iceberg table; a view over it; both dropped", async () => {
      const properties = `table_type = 'ICEBERG', is_external = false, location = 's3://${BUCKET}/mart/m1/', format = 'PARQUET', partitioning = ARRAY['ky_du_lieu']`;
      await rowsOf(
        `CREATE TABLE m1 WITH (${properties}) AS SELECT ky_du_lieu, sum(so_tien) AS tong FROM bang_thu GROUP BY 1`,
      );
      await rowsOf('CREATE OR REPLACE VIEW m AS SELECT * FROM m1');
      assert.deepEqual(await rowsOf('SELECT * FROM m ORDER BY 1'), [
        ['ky_du_lieu', 'tong'],
        ['2026-07', '1234567890123456.28'],
        ['2026-08', '1234567890123456.78'],
      ]);
      await rowsOf('DROP VIEW IF EXISTS m');
      await rowsOf('DROP TABLE IF EXISTS `m1`');
      await rowsOf('DROP TABLE IF EXISTS `m1`');
      const gone = await wait(await start('SELECT * FROM m1'));
      assert.deepEqual([gone.state, gone.reason?.split(':')[0]], ['FAILED', 'TABLE_NOT_FOUND']);
    });
    await check('what Athena refuses is refused', async () => {
      const refused = async (sql: string) => {
        const { state, reason } = await wait(await start(sql));
        return `${state} ${reason}`;
      };
      assert.match(await refused('DROP TABLE "m1"'), /FAILED .*mismatched input/);
      assert.match(await refused("CREATE TABLE x WITH (format = 'PARQUET') AS SELECT 1 a"), /FAILED .*ICEBERG/);
      assert.match(
        await refused("CREATE TABLE x WITH (table_type = 'ICEBERG', is_external = false) AS SELECT 1 a"),
        /FAILED .*location/,
      );
      assert.match(await refused('SELECT `ten` FROM bang_thu'), /FAILED .*backquoted/);
      assert.match(await refused('SELECT khong_co FROM bang_thu'), /FAILED COLUMN_NOT_FOUND/);
      assert.match(await refused('SELEKT 1'), /FAILED .*does not know/);
      await assert.rejects(start('SELECT 1', { WorkGroup: 'khong-co' }), /is not found/);
      await assert.rejects(
        athena.send(new GetQueryResultsCommand({ QueryExecutionId: await start('SELECT 1') })),
        /not yet finished/,
      );
      const { state, reason } = await wait(await start('SELECT * FROM bang_thu', { WorkGroup: 'thu-nho' }));
      assert.deepEqual([state, reason], ['FAILED', 'Bytes scanned limit was exceeded']);
    });
    await check('a statement that runs is stopped', async () => {
      const id = await start(
        'SELECT count(*) FROM UNNEST(sequence(1, 9000)) a(x), UNNEST(sequence(1, 9000)) b(y), UNNEST(sequence(1, 9000)) c(z)',
      );
      await new Promise((done) => setTimeout(done, 300));
      await athena.send(new StopQueryExecutionCommand({ QueryExecutionId: id }));
      assert.equal((await wait(id)).state, 'CANCELLED');
    });
  } finally {
    await adapter.close();
    athena.destroy();
  }
}
