// Zones, keys and what every role is bounded by. Stateful: nothing here is ever replaced or removed by a deployment.
import type { Construct } from 'constructs';
import { LakeStack } from '../constructs/lake-stack';
import { ZONES, ZoneBucket } from '../constructs/zone-bucket';
import { ZoneKey } from '../constructs/zone-key';
import type { LakeContext } from '../lake-context';
import { BUCKETS } from '../names';

export class StorageStack extends LakeStack {
  constructor(scope: Construct, lake: LakeContext) {
    super(scope, 'storage', lake);
    const keys = {
      data: new ZoneKey(this, 'data', 'what departments sent and what was made of it'),
      control: new ZoneKey(this, 'control', 'queues, topics, logs and records without rows'),
    };
    for (const bucket of BUCKETS) new ZoneBucket(this, bucket, { keyArn: keys[ZONES[bucket].key].arn });
  }
}
