// Where questions are asked: a workgroup a desk, saved queries, and the refresh of marts and figures by Step Functions.
import { CfnNamedQuery, CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import { CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { Construct } from 'constructs';
import { FunctionGrants } from '../constructs/lake-formation';
import { LakeStack } from '../constructs/lake-stack';
import { Refresh } from '../constructs/refresh';
import { type Desk, desks } from '../desks';
import type { LakeContext } from '../lake-context';

/** Whose workgroups the saved queries stand in. */
const SAVED_FOR = ['analyst', 'steward', 'leader'];
const BYTES_A_GB = 1_000_000_000;

export class WarehouseStack extends LakeStack {
  constructor(scope: Construct, lake: LakeContext) {
    super(scope, 'warehouse', lake);
    for (const desk of desks(lake)) {
      const workgroup = this.workgroup(desk);
      if (!SAVED_FOR.includes(desk.id)) continue;
      for (const { name, question, sql } of lake.savedQueries) {
        new CfnNamedQuery(this, `Query-${desk.id}-${name}`, {
          name,
          description: question,
          queryString: sql,
          database: lake.names.warehouseDatabase,
          workGroup: desk.name,
        }).addResourceDependency(workgroup);
      }
    }
    const group = new CfnScheduleGroup(this, 'Schedules', { name: lake.names.scheduleGroup });
    const refresh = new Refresh(this);
    refresh.schedule.node.addDependency(group);
    new FunctionGrants(this).node.addDependency(refresh.planner);
  }

  private workgroup(desk: Desk): CfnWorkGroup {
    const { names, config } = this.lake;
    return new CfnWorkGroup(this, `Workgroup-${desk.id}`, {
      name: desk.name,
      description: `Questions of ${desk.id}`,
      state: 'ENABLED',
      recursiveDeleteOption: true,
      workGroupConfiguration: {
        // What a client asks for does not count: results always go here, encrypted, and a query stops at the limit.
        enforceWorkGroupConfiguration: true,
        engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
        publishCloudWatchMetricsEnabled: true,
        requesterPaysEnabled: false,
        bytesScannedCutoffPerQuery: Math.round(config.warehouse.scanLimitGb * BYTES_A_GB),
        resultConfiguration: {
          outputLocation: `s3://${names.bucket('results')}/${desk.results}`,
          expectedBucketOwner: config.account,
          encryptionConfiguration: { encryptionOption: 'SSE_KMS', kmsKey: this.keyArn('data') },
        },
      },
    });
  }
}
