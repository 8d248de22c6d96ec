// List prices in US dollars that the cost table counts with. Region ap-southeast-1 (Singapore), without tax, free tiers and
// discounts. None has been looked up: there was no account and no price list at hand, so each is [unverified] and is to be
// checked on AWS's price pages before anybody is quoted a sum.

export const PRICES_AS_OF = '2026-11';

interface Price {
  readonly usd: number;
  readonly per: string;
}

export const PRICES = {
  s3Standard: { usd: 0.025, per: 'GB-month, S3 Standard' },
  s3Cold: { usd: 0.005, per: 'GB-month, S3 Glacier Instant Retrieval' },
  s3Put: { usd: 5e-6, per: 'S3 PUT or LIST' },
  s3Get: { usd: 4e-7, per: 'S3 GET' },
  lambdaGbSecond: { usd: 1.33334e-5, per: 'GB-second, Lambda arm64' },
  lambdaCall: { usd: 2e-7, per: 'Lambda call' },
  sqs: { usd: 5e-7, per: 'SQS request, FIFO' },
  event: { usd: 1e-6, per: 'EventBridge event' },
  athenaTb: { usd: 5, per: 'TB read by Athena, 10 MB at least a query' },
  glueDpuHour: { usd: 0.44, per: 'DPU-hour, Glue compaction' },
  glueRequest: { usd: 1e-6, per: 'Glue request' },
  transition: { usd: 2.5e-5, per: 'Step Functions transition' },
  malwareObject: { usd: 2.15e-4, per: 'object scanned by GuardDuty' },
  malwareGb: { usd: 0.09, per: 'GB scanned by GuardDuty' },
  guardDutyBase: { usd: 5, per: 'month, GuardDuty over management events and logs' },
  guardDutyEvent: { usd: 8e-7, per: 'S3 data event read by GuardDuty' },
  trailEvent: { usd: 1e-6, per: 'CloudTrail data event' },
  key: { usd: 1, per: 'KMS key and month' },
  keyRequest: { usd: 3e-6, per: 'KMS request' },
  endpointHour: { usd: 0.013, per: 'hour of an interface endpoint in a zone' },
  alarm: { usd: 0.1, per: 'alarm and month' },
  metric: { usd: 0.3, per: 'metric of our own and month' },
  dashboard: { usd: 3, per: 'dashboard and month' },
  logGb: { usd: 0.7, per: 'GB of logs taken in' },
  mail: { usd: 1e-4, per: 'mail by SES' },
  notice: { usd: 2e-5, per: 'mail by SNS' },
} as const satisfies Record<string, Price>;

export type PriceName = keyof typeof PRICES;
