// One page for whoever runs the lake: what is wrong now, what came in, what waits, what failed, what it reads.
import { CfnDashboard } from 'aws-cdk-lib/aws-cloudwatch';
import { type AlarmSpec, type Metric, ofLambda, ours } from '../alarms';
import { FUNCTIONS } from '../names';
import type { LakeStack } from './lake-stack';

const WIDTH = 24;
/** CloudWatch shows no more in one panel. */
const MAX_ALARMS = 100;

interface Panel {
  readonly title: string;
  readonly metrics: readonly Metric[];
}

export function dashboard(stack: LakeStack, specs: readonly AlarmSpec[]): CfnDashboard {
  const { names, config } = stack.lake;
  const { account, region } = config;
  const measured = (namespace: string) =>
    specs.map(({ metric }) => metric).filter((metric) => metric.namespace === namespace);
  const files = ['FilesAccepted', 'FilesPartial', 'FilesRejected', 'FilesOvertaken'];
  const rows = ['RowsIn', 'RowsRejected'];
  const panels: readonly Panel[] = [
    { title: 'Tệp · files', metrics: files.map((name) => ours('intake', name)) },
    { title: 'Dòng · rows', metrics: rows.map((name) => ours('intake', name)) },
    {
      title: 'Bảng · tables',
      metrics: ['Commits', 'CommitConflicts', 'ForeignWrites', 'LimitsExceeded'].map((name) => ours('commit', name)),
    },
    {
      title: 'Đối soát · reconcile',
      metrics: [
        ours('reconcile', 'Healed'),
        ours('reconcile', 'OldestOfferSeconds', 'Maximum'),
        ours('reconcile', 'DatasetsOverdue', 'Maximum'),
      ],
    },
    {
      title: 'Dọn bảng · upkeep',
      metrics: [
        ...['FilesMerged', 'FilesDeleted', 'SnapshotsDropped'].map((name) => ours('maintain', name)),
        ours('maintain', 'OldestUpkeepSeconds', 'Maximum'),
      ],
    },
    { title: 'Hàng đợi · queues', metrics: measured('AWS/SQS') },
    {
      title: 'Hàm: lỗi · errors',
      metrics: FUNCTIONS.map((name) => ofLambda(names.functionName(name), 'Errors')),
    },
    { title: 'Kho · refresh', metrics: measured('AWS/States') },
    { title: 'Athena: byte đọc · bytes read', metrics: measured('AWS/Athena') },
  ];
  const widgets = [
    {
      type: 'alarm',
      x: 0,
      y: 0,
      width: WIDTH,
      height: 4,
      properties: {
        title: 'Cảnh báo · alarms',
        alarms: specs
          .slice(0, MAX_ALARMS)
          .map(({ id }) => `arn:aws:cloudwatch:${region}:${account}:alarm:${names.base}-${id}`),
      },
    },
    ...panels.map(({ title, metrics }, i) => ({
      type: 'metric',
      x: (i % 2) * (WIDTH / 2),
      y: 4 + Math.floor(i / 2) * 6,
      width: WIDTH / 2,
      height: 6,
      properties: {
        title,
        region,
        view: 'timeSeries',
        period: 300,
        metrics: metrics.map(({ namespace, name, dimensions, stat }) => [
          namespace,
          name,
          ...Object.entries(dimensions).flat(),
          { stat },
        ]),
      },
    })),
  ];
  return new CfnDashboard(stack, 'Dashboard', {
    dashboardName: names.dashboard,
    dashboardBody: JSON.stringify({ widgets }),
  });
}
