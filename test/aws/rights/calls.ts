// Requests that functions sent, as IAM would see them: which action, on which resource. Source: the Service Authorization
// Reference of each service. A request nobody has told this file about stops the run.
import { z } from 'zod';

const callShape = z.object({
  /** Access key: the runner gives each function its own name. */
  who: z.string(),
  service: z.string(),
  method: z.string(),
  path: z.string(),
  query: z.string(),
  /** Header x-amz-target, without the service's prefix. */
  action: z.string(),
  /** Header x-amz-bypass-governance-retention. */
  bypassesLock: z.boolean().optional(),
  /** JSON of a request that has it, form fields of one of the query protocol. */
  fields: z.record(z.string(), z.unknown()),
});
export type Call = z.infer<typeof callShape>;
export const callsShape = z.array(callShape);

/** One thing IAM has to allow. */
export interface Need {
  readonly action: string;
  readonly resource: string;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const at = (fields: Call['fields'], name: string): unknown => fields[name];

function ofS3({ method, path, query, who, bypassesLock }: Call): readonly Need[] {
  const [, bucket = '', key = ''] = /^\/([^/]+)\/?(.*)$/.exec(decodeURIComponent(path)) ?? [];
  const asked = new URLSearchParams(query);
  const arn = `arn:aws:s3:::${bucket}`;
  const on = (action: string): readonly Need[] => [
    { action: `s3:${action}`, resource: key === '' ? arn : `${arn}/${key}` },
  ];
  if (key === '') {
    if (method === 'GET' && asked.has('versions')) return on('ListBucketVersions');
    if (method === 'GET' && asked.get('list-type') === '2') return on('ListBucket');
    if (method === 'HEAD') return on('ListBucket');
  } else if (method === 'GET' || method === 'HEAD')
    return on(asked.has('versionId') ? 'GetObjectVersion' : 'GetObject');
  else if (method === 'PUT' && [...asked.keys()].every((name) => name === 'x-id')) return on('PutObject');
  else if (method === 'DELETE') {
    const deleted = on(asked.has('versionId') ? 'DeleteObjectVersion' : 'DeleteObject');
    return bypassesLock ? [...deleted, ...on('BypassGovernanceRetention')] : deleted;
  }
  throw new Error(`${who}: no right is known for s3 ${method} ${path}?${query}`);
}

/** Glue asks for the right on the table, on its database and on the catalog. */
function ofGlue({ action, fields }: Call, place: Place): readonly Need[] {
  const base = `arn:aws:glue:${place.region}:${place.account}`;
  const input: unknown = at(fields, 'TableInput');
  const inInput = typeof input === 'object' && input !== null ? text(Reflect.get(input, 'Name')) : '';
  const isOfDatabase = action === 'GetDatabase';
  const database = text(at(fields, isOfDatabase ? 'Name' : 'DatabaseName'));
  const table = action === 'GetTables' ? '*' : inInput || text(at(fields, 'Name'));
  const resources = [`${base}:catalog`, `${base}:database/${database}`];
  if (!isOfDatabase) resources.push(`${base}:table/${database}/${table}`);
  return resources.map((resource) => ({ action: `glue:${action}`, resource }));
}

export interface Place {
  readonly region: string;
  readonly account: string;
}

/** @throws Error when the request is of a kind this file does not know */
export function needsOf(call: Call, place: Place): readonly Need[] {
  const { service, action, fields, who, method, path } = call;
  const arn = (name: string, rest: string) => `arn:aws:${name}:${place.region}:${place.account}:${rest}`;
  switch (service) {
    case 's3':
      return ofS3(call);
    case 'glue':
      return ofGlue(call, place);
    case 'sqs': {
      const queue = text(at(fields, 'QueueUrl')).split('/').at(-1) ?? '';
      return [
        {
          action: `sqs:${action.replace(/Batch$/, '')}`,
          resource: `arn:aws:sqs:${place.region}:${place.account}:${queue}`,
        },
      ];
    }
    case 'sns':
      return [{ action: `sns:${text(at(fields, 'Action'))}`, resource: text(at(fields, 'TopicArn')) }];
    case 'states':
      return [
        { action: `states:${action}`, resource: text(at(fields, 'stateMachineArn') ?? at(fields, 'executionArn')) },
      ];
    case 'athena': {
      // Of an execution only its id is told; the workgroup it ran in is checked at the start.
      const group = text(at(fields, 'WorkGroup')) || '*';
      return [{ action: `athena:${action}`, resource: arn('athena', `workgroup/${group}`) }];
    }
    case 'ses':
      if (method === 'POST' && path === '/v2/email/outbound-emails') {
        const address = text(at(fields, 'FromEmailAddress')).replace(/^.*<|>$/g, '');
        return [{ action: 'ses:SendEmail', resource: arn('ses', `identity/${address}`) }];
      }
  }
  throw new Error(`${who}: no right is known for ${service} ${method} ${path} ${action}`);
}
