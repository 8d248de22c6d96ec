// What intake, commit and reconcile may do: each line is something its handler does, and nothing is shared by habit.
// Reading strangers' files and writing tables' metadata are never the same role's rights (decision 0009).
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { isOn } from '../controls';
import type { LakeContext } from '../lake-context';
import { allow, type Right, readObjects, useKeys, writeObjects } from './statements';
import { CLEAN } from './zone-policies';

const DATA = '*/data/';
const METADATA = '*/metadata/';

export function consume(sid: string, queueArns: readonly string[]): PolicyStatement {
  return allow(sid, {
    actions: ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
    resources: queueArns,
  });
}

const send = (sid: string, queueArns: readonly string[]): PolicyStatement =>
  allow(sid, { actions: ['sqs:SendMessage'], resources: queueArns });

/** Versions of uploads: their order is the order there is. */
function seeUploads({ names }: LakeContext): PolicyStatement {
  return allow('SeeUploads', {
    actions: ['s3:ListBucket', 's3:ListBucketVersions'],
    resources: [names.bucketArn('ingest')],
  });
}

function tellDepartments({ config, names }: LakeContext): PolicyStatement {
  return allow('TellDepartments', {
    actions: ['sns:Publish'],
    resources: config.agencies.map(({ id }) => names.topicArn(names.topic.receipts(id))),
  });
}

const tellAlerts = ({ names }: LakeContext): PolicyStatement =>
  allow('TellAlerts', { actions: ['sns:Publish'], resources: [names.topicArn(names.topic.alerts)] });

function glue({ config, names }: LakeContext, sid: string, actions: readonly string[]): PolicyStatement {
  const at = `arn:aws:glue:${config.region}:${config.account}`;
  return allow(sid, {
    actions,
    resources: [`${at}:catalog`, `${at}:database/${names.curatedDatabase}`, `${at}:table/${names.curatedDatabase}/*`],
  });
}

export function intakeRights(lake: LakeContext, queue: 'intake' | 'intakeHeavy', dataKey: string): PolicyStatement[] {
  const { names, config } = lake;
  const gate: Pick<Right, 'conditions'> = isOn('malwareGate', config) ? { conditions: { StringEquals: CLEAN } } : {};
  return [
    consume('TakeMessages', [names.queueArn(names.queue[queue])]),
    send('PassOn', [names.queueArn(names.queue.intakeHeavy), names.queueArn(names.queue.commit)]),
    seeUploads(lake),
    allow('ReadUploads', {
      actions: ['s3:GetObject', 's3:GetObjectVersion'],
      resources: [`${names.bucketArn('ingest')}/*`],
      ...gate,
    }),
    ...readObjects(names, 'raw'),
    writeObjects(names, 'raw'),
    ...readObjects(names, 'control'),
    writeObjects(names, 'control'),
    allow('ClearMarks', {
      actions: ['s3:DeleteObject'],
      resources: ['in-flight/*', 'handoff/*', 'turn/*'].map((key) => `${names.bucketArn('control')}/${key}`),
    }),
    ...readObjects(names, 'curated', [DATA]),
    writeObjects(names, 'curated', [DATA]),
    ...readObjects(names, 'quarantine'),
    writeObjects(names, 'quarantine'),
    ...readObjects(names, 'receipts'),
    writeObjects(names, 'receipts'),
    tellDepartments(lake),
    tellAlerts(lake),
    useKeys('UseDataKey', [dataKey]),
  ];
}

export function commitRights(lake: LakeContext, dataKey: string): PolicyStatement[] {
  const { names } = lake;
  return [
    consume('TakeBells', [names.queueArn(names.queue.commit)]),
    ...readObjects(names, 'control'),
    writeObjects(names, 'control'),
    allow('ClearMarks', {
      actions: ['s3:DeleteObject'],
      resources: ['in-flight/*', 'handoff/*', 'turn/*'].map((key) => `${names.bucketArn('control')}/${key}`),
    }),
    ...readObjects(names, 'curated'),
    writeObjects(names, 'curated', [DATA, METADATA]),
    glue(lake, 'MovePointers', ['glue:GetDatabase', 'glue:GetTable', 'glue:GetTables', 'glue:UpdateTable']),
    allow('RowsByLakeFormation', { actions: ['lakeformation:GetDataAccess'], resources: ['*'] }),
    ...readObjects(names, 'quarantine'),
    writeObjects(names, 'quarantine'),
    ...readObjects(names, 'receipts'),
    writeObjects(names, 'receipts'),
    allow('StartRefresh', { actions: ['states:StartExecution'], resources: [names.refreshMachineArn] }),
    tellDepartments(lake),
    tellAlerts(lake),
    useKeys('UseDataKey', [dataKey]),
  ];
}

export function reconcileRights(lake: LakeContext, dataKey: string): PolicyStatement[] {
  const { names } = lake;
  return [
    seeUploads(lake),
    ...readObjects(names, 'control'),
    ...readObjects(names, 'receipts'),
    ...readObjects(names, 'curated', [METADATA]),
    glue(lake, 'ReadPointers', ['glue:GetDatabase', 'glue:GetTable', 'glue:GetTables']),
    send('Remind', [names.queueArn(names.queue.intake), names.queueArn(names.queue.commit)]),
    tellAlerts(lake),
    useKeys('UseDataKey', [dataKey]),
  ];
}
