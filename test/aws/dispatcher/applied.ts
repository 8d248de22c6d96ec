// What the applier printed, as the dispatcher and the runner need it.
import { z } from 'zod';

const yes = z.union([z.boolean(), z.enum(['true', 'false'])]).transform((value) => value === true || value === 'true');

const functionProperties = z.object({
  FunctionName: z.string(),
  Handler: z.string(),
  Runtime: z.string(),
  Architectures: z.array(z.string()),
  MemorySize: z.coerce.number(),
  Timeout: z.coerce.number(),
  EphemeralStorage: z.object({ Size: z.coerce.number() }).default({ Size: 512 }),
  ReservedConcurrentExecutions: z.coerce.number().optional(),
  Environment: z.object({ Variables: z.record(z.string(), z.string()) }).default({ Variables: {} }),
  DeadLetterConfig: z.object({ TargetArn: z.string() }).optional(),
  Code: z.object({ S3Key: z.string() }),
});

const mappingProperties = z.object({
  FunctionName: z.string(),
  EventSourceArn: z.string(),
  BatchSize: z.coerce.number().default(10),
  Enabled: yes.default(true),
  FunctionResponseTypes: z.array(z.string()).default([]),
  MaximumBatchingWindowInSeconds: z.coerce.number().default(0),
  ScalingConfig: z.object({ MaximumConcurrency: z.coerce.number() }).optional(),
});

export type LambdaFunction = Readonly<z.infer<typeof functionProperties>>;
export type Mapping = Readonly<z.infer<typeof mappingProperties>>;

const printed = z.object({
  account: z.string(),
  region: z.string(),
  stacks: z.array(z.string()),
  created: z.record(z.string(), z.number()),
  reasons: z.record(z.string(), z.string()),
  untold: z.record(z.string(), z.string()),
  assets: z.record(z.string(), z.string()),
  recorded: z.array(z.object({ type: z.string(), stack: z.string(), id: z.string(), properties: z.unknown() })),
});

export interface Applied extends z.infer<typeof printed> {
  readonly functions: readonly LambdaFunction[];
  readonly mappings: readonly Mapping[];
}

export function parseApplied(text: string): Applied {
  const applied = printed.parse(JSON.parse(text));
  const of = (type: string) => applied.recorded.filter((one) => one.type === type).map(({ properties }) => properties);
  return {
    ...applied,
    functions: of('AWS::Lambda::Function').map((one) => functionProperties.parse(one)),
    mappings: of('AWS::Lambda::EventSourceMapping').map((one) => mappingProperties.parse(one)),
  };
}

/** Name of what an ARN or a plain name names. */
export function nameOf(arn: string): string {
  return arn.split(':').at(-1)!;
}
