// What intake, commit, maintain and reconcile may do: each line is something its handler does, and nothing is shared by habit.
// Reading strangers' files and writing tables' metadata are never the same role's rights (decision 0009).
// A right to read is a right to list too: without it S3 answers 403 for what is not there.
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { isOn } from '../controls';
import type { LakeContext } from '../lake-context';
import { allow, type Right, readObjects, useKeys, writeObjects } from './statements';
import { CLEAN } from './zone-policies';

const DATA = '*/data/';
const METADATA = '*/metadata/';
const READ_POINTERS = ['glue:GetDatabase', 'glue:GetTable', 'glue:GetTables'];

function consume(sid: string, queueArns: readonly string[]): PolicyStatement {
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

/** By pattern: a role's policy has no room for the names of a hundred agencies. */
function tellDepartments({ names }: LakeContext): PolicyStatement {
  return allow('TellDepartments', {
    actions: ['sns:Publish'],
    resources: [names.topicArn(names.topic.receipts('*'))],
  });
}

const tell = ({ names }: LakeContext, topic: 'alerts' | 'operations'): PolicyStatement =>
  allow(topic === 'alerts' ? 'TellAlerts' : 'TellOperations', {
    actions: ['sns:Publish'],
    resources: [names.topicArn(names.topic[topic])],
  });

/** Marks and drafts that have served. In versioned buckets what is deleted stays as a former version. */
function clear({ names }: LakeContext): PolicyStatement[] {
  const control = names.bucketArn('control');
  return [
    allow('ClearMarks', {
      actions: ['s3:DeleteObject'],
      resources: ['in-flight/*', 'handoff/*', 'turn/*'].map((key) => `${control}/${key}`),
    }),
    allow('ClearDrafts', { actions: ['s3:DeleteObject'], resources: [`${names.bucketArn('quarantine')}/draft/*`] }),
  ];
}

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
    // A copy that names a person erased meanwhile; its versions stay for maintenance to take out.
    allow('HideErased', { actions: ['s3:DeleteObject'], resources: [`${names.bucketArn('raw')}/*`] }),
    ...readObjects(names, 'control'),
    writeObjects(names, 'control'),
    ...clear(lake),
    // What a file is held against: rows already live, and code lists that are tables. Read only.
    ...readObjects(names, 'curated', [DATA, METADATA]),
    glue(lake, 'ReadPointers', READ_POINTERS),
    writeObjects(names, 'curated', [DATA]),
    ...readObjects(names, 'quarantine'),
    writeObjects(names, 'quarantine'),
    ...readObjects(names, 'receipts'),
    writeObjects(names, 'receipts'),
    tellDepartments(lake),
    useKeys('UseDataKey', [dataKey]),
  ];
}

export function commitRights(lake: LakeContext, dataKey: string): PolicyStatement[] {
  const { names } = lake;
  return [
    consume('TakeBells', [names.queueArn(names.queue.commit)]),
    // What has to be judged again.
    send('HandBack', [names.queueArn(names.queue.intake)]),
    ...readObjects(names, 'control'),
    writeObjects(names, 'control'),
    ...clear(lake),
    ...readObjects(names, 'curated'),
    writeObjects(names, 'curated', [DATA, METADATA]),
    glue(lake, 'MovePointers', [...READ_POINTERS, 'glue:UpdateTable']),
    allow('RowsByLakeFormation', { actions: ['lakeformation:GetDataAccess'], resources: ['*'] }),
    ...readObjects(names, 'quarantine'),
    writeObjects(names, 'quarantine'),
    ...readObjects(names, 'receipts'),
    writeObjects(names, 'receipts'),
    allow('StartRefresh', { actions: ['states:StartExecution'], resources: [names.refreshMachineArn] }),
    tellDepartments(lake),
    tell(lake, 'alerts'),
    tell(lake, 'operations'),
    useKeys('UseDataKey', [dataKey]),
  ];
}

/**
 * Tables' files and pointers, and what says that a file is still wanted. It may delete, which nobody else may who works by
 * itself; what it deletes stays a week as a former version.
 */
export function maintainRights(lake: LakeContext, dataKey: string): PolicyStatement[] {
  const { names } = lake;
  const curated = names.bucketArn('curated');
  const control = names.bucketArn('control');
  return [
    ...readObjects(names, 'control', ['handoff/', 'ledger/', 'upkeep/']),
    writeObjects(names, 'control', ['ledger/', 'upkeep/']),
    allow('DropStaleOffers', { actions: ['s3:DeleteObject'], resources: [`${control}/handoff/*`] }),
    ...readObjects(names, 'curated', [DATA, METADATA]),
    writeObjects(names, 'curated', [DATA, METADATA]),
    allow('DeleteUnnamed', {
      actions: ['s3:DeleteObject'],
      resources: [DATA, METADATA].map((folder) => `${curated}/${folder}*`),
    }),
    glue(lake, 'MovePointers', [...READ_POINTERS, 'glue:UpdateTable']),
    allow('RowsByLakeFormation', { actions: ['lakeformation:GetDataAccess'], resources: ['*'] }),
    useKeys('UseDataKey', [dataKey]),
  ];
}

export function reconcileRights(lake: LakeContext, dataKey: string): PolicyStatement[] {
  const { names } = lake;
  return [
    seeUploads(lake),
    ...readObjects(names, 'control'),
    // Told once a period.
    writeObjects(names, 'control', ['overdue/']),
    ...readObjects(names, 'receipts'),
    ...readObjects(names, 'quarantine', ['draft/']),
    ...readObjects(names, 'curated', [METADATA]),
    glue(lake, 'ReadPointers', READ_POINTERS),
    send('Remind', [names.queueArn(names.queue.intake), names.queueArn(names.queue.commit)]),
    tell(lake, 'alerts'),
    useKeys('UseDataKey', [dataKey]),
  ];
}
