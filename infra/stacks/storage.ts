// Zones, keys, and what other stacks' roles and functions stand on. Stateful: a deployment never replaces or removes a zone.
import type { Construct } from 'constructs';
import { boundary } from '../constructs/boundary';
import { codeSigning } from '../constructs/code-signing';
import { LakeStack } from '../constructs/lake-stack';
import { Network } from '../constructs/network';
import { ZONES, ZoneBucket } from '../constructs/zone-bucket';
import { ZoneKey } from '../constructs/zone-key';
import { zonePolicy } from '../constructs/zone-policies';
import { isOn } from '../controls';
import type { LakeContext } from '../lake-context';
import { BUCKETS } from '../names';

export class StorageStack extends LakeStack {
  constructor(scope: Construct, lake: LakeContext) {
    super(scope, 'storage', lake);
    const keys = {
      data: new ZoneKey(this, 'data', 'what departments sent and what was made of it'),
      control: new ZoneKey(this, 'control', 'queues, topics, logs and records without rows'),
    };
    for (const bucket of BUCKETS) {
      const keyArn = keys[ZONES[bucket].key].arn;
      new ZoneBucket(this, bucket, { keyArn, statements: zonePolicy(lake, bucket) });
    }
    const bound = boundary(this);
    if (isOn('codeSigning', lake.config)) codeSigning(this);
    if (isOn('network', lake.config)) new Network(this, keys.control.arn).node.addDependency(bound);
  }
}
