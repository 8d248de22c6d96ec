// Every name of the AWS home, made from the place alone. Constructs, functions and the command line all read them here, so
// that none has to be handed over. Pure: no CDK, no SDK, no environment.

export const STAGES = ['dev', 'staging', 'production'] as const;
export type Stage = (typeof STAGES)[number];

/** Where one province's lake stands. */
export interface Place {
  /** Short lower-case id, for example `hue`. */
  readonly province: string;
  readonly stage: Stage;
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
}

/** A bucket each. `control` holds no row values, `reports` the leaders' pages, `results` Athena's answers. */
export const BUCKETS = [
  'ingest',
  'raw',
  'control',
  'curated',
  'quarantine',
  'receipts',
  'reports',
  'results',
  'open',
  'audit',
] as const;
export type Bucket = (typeof BUCKETS)[number];

/** `data`: everything a department sent or that was made of it. `control`: queues, topics, logs and records without rows. */
export const KEYS = ['data', 'control'] as const;
export type KeyName = (typeof KEYS)[number];

export const FUNCTIONS = ['intake', 'intake-heavy', 'commit', 'reconcile', 'maintain', 'refresh', 'report'] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

export const STACKS = ['storage', 'catalog', 'intake', 'warehouse', 'reporting', 'governance', 'monitoring'] as const;
export type StackName = (typeof STACKS)[number];

/** Who uses the warehouse; one Athena workgroup and one role each. */
export const PERSONAS = ['analyst', 'steward', 'auditor', 'leader', 'engine'] as const;
export type Persona = (typeof PERSONAS)[number];

/** Environment variable of every function: the place as JSON. */
export const PLACE_VARIABLE = 'TG_PLACE';
/** Environment variable of intake: `on` when GuardDuty's word is awaited before a file is read. */
export const MALWARE_VARIABLE = 'TG_MALWARE_SCAN';
/** Environment variable of report: the mail address it sends from; empty: no mail. */
export const SENDER_VARIABLE = 'TG_SENDER';
/** Below it in the curated bucket lie the tables of marts and figures, apart from those of datasets. */
export const WAREHOUSE_PREFIX = 'kho/';
/** Metric namespace of every function. */
export const METRICS = 'TamGiang';

export type Names = ReturnType<typeof names>;

export function names(place: Place) {
  const { province, stage, account, region } = place;
  const base = `tg-${province}-${stage}`;
  const snake = base.replaceAll('-', '_');
  return {
    place,
    base,
    stack: (stack: StackName) => `${base}-${stack}`,
    /** Unique in the world, so the account is in it. */
    bucket: (bucket: Bucket) => `${base}-${bucket}-${account}`,
    bucketArn: (bucket: Bucket) => `arn:aws:s3:::${base}-${bucket}-${account}`,
    keyAlias: (key: KeyName) => `alias/${base}-${key}`,
    /** SSM parameter with the key's ARN: other stacks cannot name it otherwise. */
    keyParameter: (key: KeyName) => `/tamgiang/${province}/${stage}/key/${key}`,
    functionName: (name: FunctionName) => `${base}-${name}`,
    functionArn: (name: FunctionName) => `arn:aws:lambda:${region}:${account}:function:${base}-${name}`,
    logGroup: (name: FunctionName) => `/aws/lambda/${base}-${name}`,
    role: (name: string) => `${base}-${name}`,
    roleArn: (name: string) => `arn:aws:iam::${account}:role/${base}-${name}`,
    queue: {
      intake: `${base}-intake`,
      intakeHeavy: `${base}-intake-heavy`,
      commit: `${base}-commit.fifo`,
      intakeDead: `${base}-intake-dlq`,
      commitDead: `${base}-commit-dlq.fifo`,
      /** Rules, schedules and asynchronous calls that found their target down. */
      eventsDead: `${base}-events-dlq`,
      /** What detectors found, in few words, for a security centre to take. */
      findings: `${base}-findings`,
      findingsDead: `${base}-findings-dlq`,
    },
    queueArn: (queue: string) => `arn:aws:sqs:${region}:${account}:${queue}`,
    queueUrl: (queue: string) => `https://sqs.${region}.amazonaws.com/${account}/${queue}`,
    topic: {
      /** Alarms, to whoever runs the lake. */
      operations: `${base}-operations`,
      /** Readings over a limit, stations that fell silent, datasets overdue. */
      alerts: `${base}-alerts`,
      /** What became of a file, to the department that sent it. */
      receipts: (agency: string) => `${base}-receipts-${agency}`,
    },
    topicArn: (topic: string) => `arn:aws:sns:${region}:${account}:${topic}`,
    /** Glue database of the datasets: written by commit alone. */
    curatedDatabase: `${snake}_curated`,
    /** Glue database analysts open: datasets and code lists as views, marts and KPIs. */
    warehouseDatabase: `${snake}_kho`,
    workgroup: (persona: Persona) => `${base}-${persona}`,
    /** Workgroup and role in which an agency reads what it may. */
    agency: (agency: string) => `${base}-agency-${agency}`,
    refreshMachine: `${base}-refresh`,
    refreshMachineArn: `arn:aws:states:${region}:${account}:stateMachine:${base}-refresh`,
    scheduleGroup: base,
    /** Lake Formation's tags are one set an account and Region: another lake's may have the same key. */
    dataTag: (key: string) => `${base}-${key}`,
    trail: `${base}-data-events`,
    dashboard: base,
    budget: `${base}-monthly`,
    parameter: (name: string) => `/tamgiang/${province}/${stage}/${name}`,
  };
}
