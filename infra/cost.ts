// What a province's lake costs in a month, by formula: counted things come from its templates, the rest from a stated load.
// Pure. docs/cost.md shows the outcome; a test keeps it so.
import { COMMIT_METRICS } from '../lambdas/commit/constants';
import { INTAKE_METRICS } from '../lambdas/intake/constants';
import { MAINTAIN_METRICS } from '../lambdas/maintain/constants';
import { RECONCILE_METRICS } from '../lambdas/reconcile/constants';
import { REFRESH_METRICS } from '../lambdas/refresh/constants';
import { REPORT_METRICS } from '../lambdas/report/constants';
import { PRICES, type PriceName } from './prices';

/** What happens in a month; the size of a province, not of its settings. */
export interface Load {
  readonly filesPerMonth: number;
  readonly meanMb: number;
  readonly monthsKept: number;
  readonly queriesPerMonth: number;
  readonly gbPerQuery: number;
}

/** Scenarios of the scale study: small province, typical one, large city. A file a department and dataset a day or so. */
export const LOADS: Readonly<Record<'nho' | 'hue' | 'daydu', Load>> = {
  nho: { filesPerMonth: 30_000, meanMb: 1, monthsKept: 12, queriesPerMonth: 1_000, gbPerQuery: 0.1 },
  hue: { filesPerMonth: 90_000, meanMb: 1.5, monthsKept: 12, queriesPerMonth: 5_000, gbPerQuery: 0.3 },
  daydu: { filesPerMonth: 600_000, meanMb: 3, monthsKept: 12, queriesPerMonth: 20_000, gbPerQuery: 1 },
};

export interface CountedResource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

export interface CostLine {
  readonly what: string;
  /** How it is counted, in words and names of the load. */
  readonly formula: string;
  readonly usd: number;
}

const HOURS = 730;
const DAYS = 30;
/** Rows in columns take a fifth of the room of rows in CSV; upkeep leaves some of it twice. */
const COMPRESSION = 5;
const REWRITTEN = 1.15;
/** Raw moves to the cold class after so many months (storage stack). */
const WARM_MONTHS = 3;
/** Objects written and read for a file that is a commit of its own; in full batches it is two thirds. */
const PUTS_PER_FILE = 11;
const GETS_PER_FILE = 24;
/** Data events of a file, reads of metadata by Athena among them; and of a query. */
const EVENTS_PER_FILE = 38;
const EVENTS_PER_QUERY = 200;
/** Judging: so many MB a second after so long a start; a tenth again for what is repeated, and a third for commit. */
const MB_PER_SECOND = 20;
const START_SECONDS = 1.2;
const REPEATED = 1.1;
const WITH_COMMIT = 1.3;
/** Each lists uploads as long as they lie in ingest, and every version there is, a thousand names a request. */
const RECONCILES = DAYS * 96;
const RECONCILE_SECONDS = 10;
const NAMES_PER_LIST = 1000;
const SECONDS_PER_LIST = 0.05;
const INGEST_MONTHS = 1.5;
/** Upkeep: a table looked at for so long a night, and what came in rewritten once at so many packed MB a second. */
const UPKEEP_SECONDS = 10;
const MERGED_MB_PER_SECOND = 5;
const LOG_KB_PER_FILE = 8;
/** A refresh asks so many questions of at least 10 MB, each some steps of the machine. */
const REFRESHES = DAYS * 4;
const MODELS = 30;
const STEPS_PER_MODEL = 4;
const MIN_QUERY_GB = 0.01;
/** Bucket keys: one request to KMS serves so many objects. */
const OBJECTS_PER_KEY_REQUEST = 100;
/** Of a table Glue compacts, in a month. */
const DPU_HOURS_PER_TABLE = 0.5;
/** A notice a day and address, a page a week and reader. */
const NOTICES_PER_SUBSCRIPTION = DAYS;
const PAGES = 5;
const METRICS = [
  INTAKE_METRICS, // of intake
  INTAKE_METRICS, // of intake-heavy
  COMMIT_METRICS,
  MAINTAIN_METRICS,
  RECONCILE_METRICS,
  REFRESH_METRICS,
  REPORT_METRICS,
].reduce((sum, list) => sum + list.length, 0);

const price = (name: PriceName): number => PRICES[name].usd;

export function monthlyCost(resources: readonly CountedResource[], load: Load): readonly CostLine[] {
  const { filesPerMonth: files, meanMb, monthsKept, queriesPerMonth: queries, gbPerQuery } = load;
  const gb = (files * meanMb) / 1024;
  const of = (type: string) => resources.filter(({ Type }) => Type === type);
  const count = (type: string) => of(type).length;
  const has = (type: string) => count(type) > 0;
  const memoryGb = (part: string) =>
    Number(
      of('AWS::Lambda::Function').find((it) => String(it.Properties.FunctionName).endsWith(part))?.Properties
        .MemorySize,
    ) / 1024;

  const warm = Math.min(monthsKept, WARM_MONTHS);
  const cold = monthsKept - warm;
  const moved = cold > 0 ? files * price('s3ColdMove') : 0;
  const raw = gb * (warm * price('s3Standard') + cold * price('s3Cold')) + moved;
  const tables = (gb / COMPRESSION) * monthsKept * price('s3Standard') * REWRITTEN;
  const objects = files * (PUTS_PER_FILE + GETS_PER_FILE);
  const events = files * EVENTS_PER_FILE + queries * EVENTS_PER_QUERY;
  const judging = REPEATED * files * (meanMb / MB_PER_SECOND + START_SECONDS) * memoryGb('-intake') * WITH_COMMIT;
  const lists = (files * (INGEST_MONTHS + monthsKept)) / NAMES_PER_LIST;
  const reconciling = RECONCILES * (RECONCILE_SECONDS + lists * SECONDS_PER_LIST) * memoryGb('-reconcile');
  const looking = DAYS * count('AWS::Glue::Table') * UPKEEP_SECONDS;
  const merging = (gb * 1024) / COMPRESSION / MERGED_MB_PER_SECOND;
  const asked = queries * Math.max(gbPerQuery, MIN_QUERY_GB) + REFRESHES * MODELS * MIN_QUERY_GB;
  const endpoints = of('AWS::EC2::VPCEndpoint').filter(({ Properties }) => Properties.VpcEndpointType === 'Interface');
  const detector = has('AWS::GuardDuty::Detector');
  const recipients = count('AWS::SNS::Subscription');

  return [
    {
      what: 'Storage: ingest',
      formula: `D × ${INGEST_MONTHS} months`,
      usd: gb * INGEST_MONTHS * price('s3Standard'),
    },
    {
      what: 'Storage: raw',
      formula: `D × (${WARM_MONTHS} months warm, then cold), and F moved there`,
      usd: raw,
    },
    { what: 'Storage: tables', formula: `D / ${COMPRESSION} × T × ${REWRITTEN}`, usd: tables },
    {
      what: 'S3 requests',
      formula: `F × (${PUTS_PER_FILE} PUT + ${GETS_PER_FILE} GET)`,
      usd: files * (PUTS_PER_FILE * price('s3Put') + GETS_PER_FILE * price('s3Get')),
    },
    {
      what: 'Reconcile: lists',
      formula: `${RECONCILES} runs × F × (${INGEST_MONTHS} + T) / ${NAMES_PER_LIST}`,
      usd: RECONCILES * lists * price('s3Put'),
    },
    {
      what: 'Messages and events',
      formula: 'F × (6 SQS requests + 3 events)',
      usd: files * (6 * price('sqs') + 3 * price('event')),
    },
    {
      what: 'Functions',
      formula: `${REPEATED} × F × (m / ${MB_PER_SECOND} + ${START_SECONDS} s) × memory of intake × ${WITH_COMMIT}, and reconcile: ${RECONCILE_SECONDS} s and its lists`,
      usd: (judging + reconciling) * price('lambdaGbSecond') + (2 * files + RECONCILES) * price('lambdaCall'),
    },
    {
      what: 'Upkeep of tables',
      formula: `(${DAYS} nights × tables × ${UPKEEP_SECONDS} s + D / ${COMPRESSION} at ${MERGED_MB_PER_SECOND} MB/s) × memory of maintain`,
      usd: (looking + merging) * memoryGb('-maintain') * price('lambdaGbSecond'),
    },
    {
      what: 'Glue: requests and compaction',
      formula: `2 × F, and ${DPU_HOURS_PER_TABLE} DPU-hours a compacted table`,
      usd:
        2 * files * price('glueRequest') +
        count('AWS::Glue::TableOptimizer') * DPU_HOURS_PER_TABLE * price('glueDpuHour'),
    },
    {
      what: 'Athena',
      formula: `queries × GB, and ${REFRESHES} refreshes of ${MODELS} models at 10 MB`,
      usd: (asked / 1024) * price('athenaTb'),
    },
    {
      what: 'Step Functions',
      formula: `${REFRESHES} refreshes × ${MODELS} models × ${STEPS_PER_MODEL} steps`,
      usd: count('AWS::StepFunctions::StateMachine') * REFRESHES * MODELS * STEPS_PER_MODEL * price('transition'),
    },
    {
      what: 'Malware scan',
      formula: 'F and D, where `malwareScan` is on',
      usd: has('AWS::GuardDuty::MalwareProtectionPlan') ? files * price('malwareObject') + gb * price('malwareGb') : 0,
    },
    {
      what: 'Data events in the trail',
      formula: `${EVENTS_PER_FILE} × F + ${EVENTS_PER_QUERY} × queries, from level 2 on`,
      usd: has('AWS::CloudTrail::Trail') ? events * price('trailEvent') : 0,
    },
    {
      what: 'GuardDuty',
      formula: 'its base and the same events, from level 2 on',
      usd: detector ? price('guardDutyBase') + events * price('guardDutyEvent') : 0,
    },
    {
      what: 'Keys',
      formula: `keys, and a request for ${OBJECTS_PER_KEY_REQUEST} objects`,
      usd: count('AWS::KMS::Key') * price('key') + (objects / OBJECTS_PER_KEY_REQUEST) * price('keyRequest'),
    },
    {
      what: 'Network',
      formula: `interface endpoints × subnets × ${HOURS} h, where \`vpc\` is on`,
      usd: endpoints.length * count('AWS::EC2::Subnet') * HOURS * price('endpointHour'),
    },
    {
      what: 'Alarms, metrics, dashboard',
      formula: 'each alarm of the list, each metric of a function, one page',
      usd:
        count('AWS::CloudWatch::Alarm') * price('alarm') +
        METRICS * price('metric') +
        count('AWS::CloudWatch::Dashboard') * price('dashboard'),
    },
    {
      what: 'Logs',
      formula: `F × ${LOG_KB_PER_FILE} kB`,
      usd: ((files * LOG_KB_PER_FILE) / 1024 / 1024) * price('logGb'),
    },
    {
      what: 'Mails',
      formula: `${NOTICES_PER_SUBSCRIPTION} notices a subscription, ${PAGES} pages a report`,
      usd:
        recipients * NOTICES_PER_SUBSCRIPTION * price('notice') +
        count('AWS::Scheduler::Schedule') * PAGES * price('mail'),
    },
  ];
}

export const total = (lines: readonly CostLine[]): number => lines.reduce((sum, { usd }) => sum + usd, 0);
