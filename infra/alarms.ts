// Every alarm there is, as plain data: what is measured, from when on it is wrong, and the heading of docs/runbook.md that says
// what to do. Alarms, dashboard, runbook test and cost are made from this one list. Pure.
import type { Bilingual } from '../lake/errors';
import { isOn } from './controls';
import type { LakeContext } from './lake-context';
import { FUNCTIONS, type FunctionName, METRICS, PERSONAS } from './names';

export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly stat: 'Sum' | 'Maximum';
}

export interface AlarmSpec {
  /** Last part of the alarm's name. */
  readonly id: string;
  /** Heading of docs/runbook.md. */
  readonly runbook: string;
  readonly what: Bilingual;
  readonly metric: Metric;
  /** Wrong when above; with `isBelow`, when below. */
  readonly threshold: number;
  readonly isBelow?: true;
  readonly periodSeconds: number;
  /** So many periods in a row. */
  readonly periods: number;
  /** Silence is wrong too: the thing measured must happen. */
  readonly silenceIsWrong?: true;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

type AlarmContext = Pick<LakeContext, 'config' | 'names'>;

function queues({ config, names }: AlarmContext): readonly AlarmSpec[] {
  const metric = (queue: string, name: string): Metric => ({
    namespace: 'AWS/SQS',
    name,
    dimensions: { QueueName: queue },
    stat: 'Maximum',
  });
  const old = (id: string, queue: string, seconds: number): AlarmSpec => ({
    id: `${id}-waits`,
    runbook: `${id}-waits`,
    what: { vi: `Việc chờ quá lâu trong hàng đợi ${queue}`, en: `Work waits too long in the queue ${queue}` },
    metric: metric(queue, 'ApproximateAgeOfOldestMessage'),
    threshold: seconds,
    periodSeconds: 5 * MINUTE,
    periods: 2,
  });
  const dead = (id: string, queue: string): AlarmSpec => ({
    id: `${id}-failed`,
    runbook: `${id}-failed`,
    what: { vi: `Có việc hỏng trong ${queue}`, en: `Failed work lies in ${queue}` },
    metric: metric(queue, 'ApproximateNumberOfMessagesVisible'),
    threshold: 0,
    periodSeconds: 5 * MINUTE,
    periods: 1,
  });
  const { queue } = names;
  return [
    old('intake', queue.intake, 15 * MINUTE),
    old('intake-heavy', queue.intakeHeavy, HOUR),
    old('commit', queue.commit, 15 * MINUTE),
    dead('intake', queue.intakeDead),
    dead('commit', queue.commitDead),
    dead('events', queue.eventsDead),
    ...(isOn('nationalFeed', config)
      ? [old('findings', queue.findings, DAY), dead('findings', queue.findingsDead)]
      : []),
  ];
}

/** Metric of our own that counts calls the function could not do. */
const FAULTS: Readonly<Record<FunctionName, string>> = {
  intake: 'IntakeFaults',
  'intake-heavy': 'IntakeFaults',
  commit: 'CommitFaults',
  maintain: 'MaintainFaults',
  reconcile: 'ReconcileFaults',
  refresh: 'RefreshFaults',
  report: 'ReportFaults',
};

export const ours = (service: FunctionName, name: string, stat: Metric['stat'] = 'Sum'): Metric => ({
  namespace: METRICS,
  name,
  dimensions: { service },
  stat,
});

export const ofLambda = (functionName: string, name: string): Metric => ({
  namespace: 'AWS/Lambda',
  name,
  dimensions: { FunctionName: functionName },
  stat: 'Sum',
});

function functions({ names }: AlarmContext): readonly AlarmSpec[] {
  return FUNCTIONS.flatMap((name): AlarmSpec[] => {
    const full = names.functionName(name);
    return [
      {
        id: `${name}-errors`,
        runbook: 'function-errors',
        what: {
          vi: `Hàm ${full} chết giữa chừng: quá giờ, hết bộ nhớ hoặc lỗi`,
          en: `The function ${full} dies: time, memory or an error`,
        },
        metric: ofLambda(full, 'Errors'),
        threshold: 2,
        periodSeconds: 15 * MINUTE,
        periods: 1,
      },
      {
        id: `${name}-throttles`,
        runbook: 'function-throttles',
        what: {
          vi: `Hàm ${full} bị từ chối chạy vì hết chỗ`,
          en: `The function ${full} is refused: no concurrency left`,
        },
        metric: ofLambda(full, 'Throttles'),
        threshold: 0,
        periodSeconds: 15 * MINUTE,
        periods: 2,
      },
      {
        id: `${name}-faults`,
        runbook: 'function-faults',
        what: { vi: `Hàm ${full} gặp lỗi của hệ thống`, en: `The function ${full} met a fault of ours` },
        metric: ours(name, FAULTS[name]),
        threshold: 0,
        periodSeconds: 15 * MINUTE,
        periods: 1,
      },
    ];
  });
}

function schedules({ config, names }: AlarmContext): readonly AlarmSpec[] {
  const machine = (name: string): Metric => ({
    namespace: 'AWS/States',
    name,
    dimensions: { StateMachineArn: names.refreshMachineArn },
    stat: 'Sum',
  });
  const isDaily = !config.refresh.schedule.startsWith('rate(');
  return [
    {
      id: 'reconcile-silent',
      runbook: 'reconcile-silent',
      what: { vi: 'Đối soát không chạy trong một giờ', en: 'reconcile has not run for an hour' },
      metric: ofLambda(names.functionName('reconcile'), 'Invocations'),
      threshold: 1,
      isBelow: true,
      periodSeconds: HOUR,
      periods: 1,
      silenceIsWrong: true,
    },
    {
      id: 'schedules-failed',
      runbook: 'schedules-failed',
      what: { vi: 'Lịch không gọi được đích', en: 'A schedule could not call its target' },
      metric: {
        namespace: 'AWS/Scheduler',
        name: 'TargetErrorCount',
        dimensions: { ScheduleGroup: names.scheduleGroup },
        stat: 'Sum',
      },
      threshold: 0,
      periodSeconds: 15 * MINUTE,
      periods: 1,
    },
    ...(['ExecutionsFailed', 'ExecutionsTimedOut'] as const).map(
      (name): AlarmSpec => ({
        id: `refresh-${name === 'ExecutionsFailed' ? 'failed' : 'timed-out'}`,
        runbook: 'refresh-failed',
        what: { vi: 'Làm mới kho dữ liệu hỏng', en: 'A refresh of the warehouse failed' },
        metric: machine(name),
        threshold: 0,
        periodSeconds: 15 * MINUTE,
        periods: 1,
      }),
    ),
    {
      id: 'refresh-behind',
      runbook: 'refresh-behind',
      what: { vi: 'Kho dữ liệu lâu chưa được làm mới', en: 'The warehouse has not been refreshed for long' },
      metric: machine('ExecutionsSucceeded'),
      threshold: 1,
      isBelow: true,
      periodSeconds: HOUR,
      periods: isDaily ? 30 : 12,
      silenceIsWrong: true,
    },
  ];
}

function tables(): readonly AlarmSpec[] {
  const every = { periodSeconds: 15 * MINUTE, periods: 1 };
  return [
    {
      id: 'offers-old',
      runbook: 'offers-old',
      what: {
        vi: 'Dữ liệu đã kiểm chờ quá một giờ mà chưa vào bảng',
        en: 'Judged rows have waited for over an hour to be committed',
      },
      metric: ours('reconcile', 'OldestOfferSeconds', 'Maximum'),
      threshold: HOUR,
      ...every,
      periods: 2,
    },
    {
      id: 'upkeep-behind',
      runbook: 'upkeep-behind',
      what: {
        vi: 'Có bảng quá một tuần chưa được dọn, hoặc việc dọn bảng ban đêm không chạy',
        en: 'A table has not been looked after for a week, or nightly upkeep does not run',
      },
      metric: ours('maintain', 'OldestUpkeepSeconds', 'Maximum'),
      threshold: 7 * DAY,
      periodSeconds: DAY,
      periods: 1,
      silenceIsWrong: true,
    },
    {
      id: 'datasets-overdue',
      runbook: 'datasets-overdue',
      what: { vi: 'Có bộ dữ liệu quá hạn nộp', en: 'A dataset is overdue' },
      metric: ours('reconcile', 'DatasetsOverdue', 'Maximum'),
      threshold: 0,
      periodSeconds: DAY,
      periods: 1,
    },
    {
      id: 'healed',
      runbook: 'healed',
      what: {
        vi: 'Đối soát phải nhắc lại việc đã bị bỏ sót',
        en: 'reconcile had to remind of work that had been missed',
      },
      metric: ours('reconcile', 'Healed'),
      threshold: 0,
      ...every,
    },
    {
      id: 'commit-conflicts',
      runbook: 'commit-conflicts',
      what: { vi: 'Nhiều lần ghi bảng đụng nhau', en: 'Commits conflict again and again' },
      metric: ours('commit', 'CommitConflicts'),
      threshold: 5,
      periodSeconds: HOUR,
      periods: 1,
    },
    {
      id: 'foreign-writes',
      runbook: 'foreign-writes',
      what: { vi: 'Có bên khác ghi vào bảng của hồ dữ liệu', en: 'Somebody else wrote to a table of the lake' },
      metric: ours('commit', 'ForeignWrites'),
      threshold: 0,
      // Counted in each round of reconcile, a quarter of an hour apart, for as long as the table is stopped.
      periodSeconds: HOUR,
      periods: 1,
    },
    {
      id: 'rejects-many',
      runbook: 'rejects-many',
      what: { vi: 'Nhiều tệp bị từ chối', en: 'Many files are refused' },
      metric: ours('intake', 'FilesRejected'),
      threshold: 20,
      periodSeconds: HOUR,
      periods: 1,
    },
  ];
}

function people({ config, names }: AlarmContext): readonly AlarmSpec[] {
  const notices: Readonly<Record<string, string>> = {
    operations: names.topic.operations,
    alerts: names.topic.alerts,
    ...Object.fromEntries(config.agencies.map(({ id }) => [`receipts-${id}`, names.topic.receipts(id)])),
  };
  return [
    ...Object.entries(notices).map(
      ([id, topic]): AlarmSpec => ({
        id: `notices-${id}`,
        runbook: 'notices-failed',
        what: { vi: `Thông báo của ${topic} không gửi được`, en: `Notices of ${topic} cannot be delivered` },
        metric: {
          namespace: 'AWS/SNS',
          name: 'NumberOfNotificationsFailed',
          dimensions: { TopicName: topic },
          stat: 'Sum',
        },
        threshold: 0,
        periodSeconds: HOUR,
        periods: 1,
      }),
    ),
    ...PERSONAS.map(
      (persona): AlarmSpec => ({
        id: `scan-${persona}`,
        runbook: 'scan-much',
        what: {
          vi: `Truy vấn của ${persona} đọc quá nhiều trong một giờ`,
          en: `Questions of ${persona} read too much in an hour`,
        },
        metric: {
          namespace: 'AWS/Athena',
          name: 'ProcessedBytes',
          dimensions: { WorkGroup: names.workgroup(persona), QueryType: 'DML', QueryState: 'SUCCEEDED' },
          stat: 'Sum',
        },
        // So many questions as large as one may be.
        threshold: 20 * config.warehouse.scanLimitGb * 1e9,
        periodSeconds: HOUR,
        periods: 1,
      }),
    ),
  ];
}

/** Heading for mails of the budget, which are no alarms of CloudWatch. */
export const BUDGET_RUNBOOK = 'budget';

export function alarms(lake: AlarmContext): readonly AlarmSpec[] {
  return [...queues(lake), ...functions(lake), ...schedules(lake), ...tables(), ...people(lake)];
}
