// What the functions are sent. A message says where to look and nothing else: all it claims about a file is asked of the
// store again, and one from another bucket or account is passed over.
import { z } from 'zod';

/** Where an upload is, as an event names it. */
const object = z.object({
  bucket: z.string().min(1),
  /** As the store keeps it, not percent-encoded. */
  key: z.string().min(1),
  /** Absent in events of buckets without versions. */
  versionId: z.string().optional(),
  account: z.string().optional(),
});

export type NamedObject = Readonly<z.infer<typeof object>>;

export type IntakeMessage =
  | ({ readonly kind: 'object' } & NamedObject)
  /** GuardDuty's word; `NO_THREATS_FOUND` is the good one. */
  | ({ readonly kind: 'scan'; readonly result: string } & NamedObject)
  /** Look again at one submission `agency/dataset/period[/part]`. */
  | { readonly kind: 'submission'; readonly submission: string }
  /** Look at everything below `agency/dataset/period/` of the ingest zone. */
  | { readonly kind: 'prefix'; readonly prefix: string }
  /** Look at the versions of one key. */
  | { readonly kind: 'key'; readonly key: string }
  /** S3 says once that it may send. */
  | { readonly kind: 'test' };

// Keys come as they are in EventBridge events, and as in a form (`+` for a space) in S3's own notifications.
const viaEventBridge = z
  .object({
    source: z.literal('aws.s3'),
    'detail-type': z.literal('Object Created'),
    account: z.string(),
    detail: z.object({
      bucket: z.object({ name: z.string() }),
      object: z.object({ key: z.string(), 'version-id': z.string().optional() }),
    }),
  })
  .transform(
    ({ account, detail }): IntakeMessage => ({
      kind: 'object',
      account,
      bucket: detail.bucket.name,
      key: detail.object.key,
      ...(detail.object['version-id'] === undefined ? {} : { versionId: detail.object['version-id'] }),
    }),
  );

const fromS3 = z
  .object({
    Records: z
      .array(
        z.object({
          eventSource: z.literal('aws:s3'),
          s3: z.object({
            bucket: z.object({ name: z.string() }),
            object: z.object({ key: z.string(), versionId: z.string().optional() }),
          }),
        }),
      )
      .length(1),
  })
  .transform(({ Records }): IntakeMessage => {
    const { bucket, object: found } = Records[0]!.s3;
    return {
      kind: 'object',
      bucket: bucket.name,
      key: decodeURIComponent(found.key.replaceAll('+', ' ')),
      ...(found.versionId === undefined ? {} : { versionId: found.versionId }),
    };
  });

const testEvent = z
  .object({ Service: z.literal('Amazon S3'), Event: z.literal('s3:TestEvent') })
  .transform((): IntakeMessage => ({ kind: 'test' }));

const fromGuardDuty = z
  .object({
    source: z.literal('aws.guardduty'),
    'detail-type': z.literal('GuardDuty Malware Protection Object Scan Result'),
    account: z.string(),
    detail: z.object({
      s3ObjectDetails: z.object({ bucketName: z.string(), objectKey: z.string(), versionId: z.string().optional() }),
      scanResultDetails: z.object({ scanResultStatus: z.string() }),
    }),
  })
  .transform(({ account, detail }): IntakeMessage => {
    const { bucketName: bucket, objectKey: key, versionId } = detail.s3ObjectDetails;
    const result = detail.scanResultDetails.scanResultStatus;
    return { kind: 'scan', account, bucket, key, result, ...(versionId === undefined ? {} : { versionId }) };
  });

/** `agency/dataset/period[/part]` of our own making: ASCII, no empty part. */
const submission = z.string().regex(/^[a-z0-9_]+\/[a-z0-9_]+\/[0-9Q-]+(\/[a-z0-9._-]+)?$/);
const hint = z.strictObject({ submission }).transform((it): IntakeMessage => ({ kind: 'submission', ...it }));
const prefixHint = z
  .strictObject({ prefix: z.string().regex(/^[a-z0-9_]+\/[a-z0-9_]+\/[0-9Q-]+\/$/) })
  .transform((it): IntakeMessage => ({ kind: 'prefix', ...it }));

const keyHint = z.strictObject({ key: z.string().min(1) }).transform((it): IntakeMessage => ({ kind: 'key', ...it }));

const intakeMessage = z.union([viaEventBridge, fromS3, testEvent, fromGuardDuty, hint, prefixHint, keyHint]);

/** Body of a message of the intake queues. @throws SyntaxError, ZodError */
export function parseIntakeMessage(body: string): IntakeMessage {
  return intakeMessage.parse(JSON.parse(body));
}

/** Body of a message of the commit queue: the bell of one dataset, which is also its message group. */
export const commitMessage = z.strictObject({ dataset: z.string().regex(/^[a-z0-9_]+$/) });

/** To commit after a deployment: every table gets its columns. Who waits for it names the `answer` it will look for. */
export const registerRequest = z.strictObject({ register: z.literal(true), answer: z.uuid().optional() });

/** From the schedule. `tail`: what came in the last days; `full`: everything, once a night. */
export const reconcileRequest = z.object({ scope: z.enum(['tail', 'full']).default('tail') });

/** From the state machine. */
export const refreshRequest = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('plan'), run: z.string().regex(/^[A-Za-z0-9_-]{1,80}$/) }),
  z.strictObject({ action: z.literal('tidy'), run: z.string().regex(/^[A-Za-z0-9_-]{1,80}$/) }),
]);

export interface RefreshPlan {
  readonly run: string;
  /** Models of one level depend on earlier levels only; statements of one model run in order. */
  readonly levels: readonly (readonly {
    readonly name: string;
    readonly statements: readonly { readonly id: string; readonly sql: string }[];
  }[])[];
}

/** From the scheduler. */
export const reportRequest = z.strictObject({
  report: z.literal('lanh_dao'),
  /** Default: the last full month, Vietnamese time. */
  period: z
    .string()
    .regex(/^\d{4}-(0[1-9]|1[0-2])$/)
    .optional(),
  recipients: z.array(z.email()).default([]),
  lang: z.enum(['vi', 'en']).default('vi'),
  /** As it stands on the page. */
  province: z.string().min(1),
  /** One schedule's one moment: a repeated call sends no second mail. */
  scheduledAt: z.string().min(1).optional(),
});
