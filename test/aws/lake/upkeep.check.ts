// Upkeep by its schedule: what the function does to a table of small files, that rows and history survive it, and that Glue is
// left what is Glue's.
import assert from 'node:assert/strict';
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Names } from '../../../infra/names';
import { planFiles } from '../../../lake/table/plan';
import { COMPACTION_VARIABLE } from '../../../lambdas/maintain/constants';
import type { ObjectStore, TableCatalog } from '../../../platform/ports';
import type { Bench } from '../bench';
import type { Cloud } from './cloud';

export interface UpkeepRoom {
  readonly bench: Bench;
  readonly cloud: Cloud;
  readonly names: Names;
  /** Of moto. */
  readonly endpoint: string;
  readonly catalog: TableCatalog;
  /** The curated bucket. */
  readonly store: ObjectStore;
  /** Holds the tables against the local home. */
  readonly sameRows: () => Promise<number>;
}

type Check = (name: string, body: () => Promise<unknown>) => Promise<boolean>;

/** Small files of one day that is over; no column names a person, so that Glue merges them where it is asked to. */
const DATASET = 'so_lieu_quan_trac';
const EIGHT_DAYS = 8 * 24;

export async function checkUpkeep(check: Check, room: UpkeepRoom): Promise<void> {
  const { bench, cloud, names, endpoint, catalog, store, sameRows } = room;
  const { region } = names.place;
  const credentials = { accessKeyId: 'thu', secretAccessKey: 'thu' };
  const s3 = new S3Client({ region, endpoint, credentials, forcePathStyle: true });
  const maintain = names.functionName('maintain');
  const data = () => cloud.keys('curated', `${DATASET}/data/`);
  const live = async (): Promise<number> => {
    const head = await catalog.load(DATASET);
    return head ? (await planFiles(store, head.metadata)).files.length : 0;
  };
  const run = async () => {
    const { outcome, payload } = await bench.fireRule(`${names.base}-upkeep`);
    assert.equal(outcome, 'ok', JSON.stringify(payload));
    return payload;
  };
  const due = () =>
    s3.send(new DeleteObjectCommand({ Bucket: names.bucket('control'), Key: `upkeep/${DATASET}.json` }));
  const makeAllOlder = async () => {
    for (const key of await cloud.keys('curated', `${DATASET}/`))
      await bench.makeOlder(names.bucket('curated'), key, EIGHT_DAYS);
  };

  try {
    await check('upkeep keeps every table at night, and leaves to Glue what Glue merges', async () => {
      const before = { files: await data(), live: await live() };
      assert.ok(before.live >= 20, `${before.live} live files`);
      const kept = await run();
      assert.deepEqual({ files: await data(), live: await live() }, before);
      assert.deepEqual(await run(), { kept: [], failed: [], left: [] });
      return JSON.stringify(kept);
    });
    await check('where Glue does not, small files become one, and every reader sees the same rows', async () => {
      const { environment } = bench.functions.spec(maintain);
      // As with `-c compaction=off`.
      const { [COMPACTION_VARIABLE]: _, ...without } = environment;
      await bench.functions.change(maintain, { environment: without });
      const before = await live();
      await due();
      assert.deepEqual(await run(), { kept: [DATASET], failed: [], left: [] });
      assert.equal(await live(), 1);
      return `${before} files became one, ${await sameRows()} rows as before`;
    });
    await check(
      'old states leave the history, their records stay; files nobody names are deleted a week later',
      async () => {
        const head = await catalog.load(DATASET);
        assert.ok(head);
        // Whoever runs the lake may keep a table's history shorter than a day.
        const properties = {
          ...head.metadata.properties,
          'history.expire.min-snapshots-to-keep': '1',
          'history.expire.max-snapshot-age-ms': '0',
        };
        assert.equal(await catalog.swap(DATASET, head, { ...head.metadata, properties }), 'OK');
        const snapshots = head.metadata.snapshots?.length ?? 0;
        assert.ok(snapshots > 1, `${snapshots} snapshots`);
        const stray = `${DATASET}/data/khong-ai-nhac-ten.parquet`;
        await s3.send(new PutObjectCommand({ Bucket: names.bucket('curated'), Key: stray, Body: 'thử' }));
        const files = await data();
        await due();
        await run();
        assert.equal((await catalog.load(DATASET))?.metadata.snapshots?.length, 1);
        const ledger = await cloud.keys('control', `ledger/${DATASET}/`);
        const records = (await Promise.all(ledger.map((key) => cloud.text('control', key))))
          .join('')
          .trim()
          .split('\n');
        assert.equal(records.length, snapshots - 1);
        assert.deepEqual(await data(), files, 'young files stay');
        await makeAllOlder();
        await due();
        await run();
        const left = await data();
        assert.equal(left.length, await live());
        return `${snapshots} snapshots became 1, ${files.length} files became ${left.length}, ${await sameRows()} rows as before`;
      },
    );
  } finally {
    s3.destroy();
  }
}
