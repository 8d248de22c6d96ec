// erase --aws: a province's lake that forgets for good, and every bucket a person may be found in.
import { rm } from 'node:fs/promises';
import { BUCKETS, type Bucket, WAREHOUSE_PREFIX } from '../infra/names';
import { NAMING_RECORDS } from '../lake/erasure/erase-records';
import type { ErasurePlaces } from '../lake/erasure/places';
import { erasureRun } from '../lake/warehouse/refresh-run';
import { awsPlaces } from '../platform/aws/erasure-places';
import { downloadsIn } from '../platform/aws/lake-home';
import { forgetting, versionedBucket } from '../platform/aws/object-versions';
import { refreshNow } from '../platform/aws/refresh-run';
import type { AwsLake } from './aws-home';

/** The evidence tells who opened which object and holds no row; nobody may delete from it before its time. */
const NOT_SEARCHED: readonly Bucket[] = ['audit'];

export function erasingOnAws(lake: AwsLake): { readonly lake: AwsLake; readonly places: ErasurePlaces } {
  const { aws, ports } = lake;
  const { names, clients, config, workDir } = aws;
  const { clock, rng, zones } = ports;
  const searched = BUCKETS.filter((bucket) => !NOT_SEARCHED.includes(bucket));
  const of = (bucket: Bucket) => versionedBucket(clients.s3, names.bucket(bucket));
  const forgetful: AwsLake = {
    ...lake,
    ports: {
      ...ports,
      zones: {
        ...zones,
        control: forgetting(zones.control, of('control'), (key) => NAMING_RECORDS.some((one) => key.startsWith(one))),
        raw: forgetting(zones.raw, of('raw')),
        curated: forgetting(zones.curated, of('curated')),
        quarantine: forgetting(zones.quarantine, of('quarantine')),
        receipts: forgetting(zones.receipts, of('receipts')),
      },
    },
  };
  const places = awsPlaces({
    lake: forgetful,
    stores: new Map(searched.map((bucket) => [bucket, of(bucket)])),
    hidesUnscanned: config.malwareScan,
    marts: WAREHOUSE_PREFIX,
    refresh: () => {
      const moment = new Date(clock.now()).toISOString().slice(0, 19).replace(/[-:]/g, '').toLowerCase();
      const run = erasureRun(`${moment}-${rng.uuid().slice(0, 8)}`);
      return refreshNow(clients.sfn, names.refreshMachineArn, run, clock);
    },
    release: () => rm(downloadsIn(workDir), { recursive: true, force: true }),
  });
  return { lake: forgetful, places };
}
