// Resources of a template as tests ask for them.
import type { Template } from 'aws-cdk-lib/assertions';
import { z } from 'zod';

const resource = z.looseObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DeletionPolicy: z.string().optional(),
  UpdateReplacePolicy: z.string().optional(),
});
export type Resource = z.infer<typeof resource>;

/** Of one type, by the property that names it. */
export function named(template: Template, type: string, nameProperty: string): ReadonlyMap<string, Resource> {
  const found = Object.values(template.findResources(type)).map((it) => resource.parse(it));
  return new Map(found.map((it) => [String(it.Properties[nameProperty]), it]));
}

export function all(template: Template, type?: string): readonly Resource[] {
  const { Resources = {} } = template.toJSON();
  return Object.values(Resources)
    .map((it) => resource.parse(it))
    .filter((it) => type === undefined || it.Type === type);
}

const texts = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const statement = z.looseObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.unknown().optional(),
  Action: texts,
  Resource: z.unknown().optional(),
  NotResource: z.unknown().optional(),
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
});
export type Statement = z.infer<typeof statement>;

export function statements(policyDocument: unknown): readonly Statement[] {
  return z.looseObject({ Statement: z.array(statement) }).parse(policyDocument).Statement;
}

/** Of a role's own policies. */
export function roleStatements(role: Resource | undefined): readonly Statement[] {
  const policies = z.array(z.looseObject({ PolicyDocument: z.unknown() })).parse(role?.Properties.Policies);
  return policies.flatMap(({ PolicyDocument }) => statements(PolicyDocument));
}

/** Actions of a role by statement, for those that touch a resource whose ARN holds `part`. */
export function actionsOn(role: Resource | undefined, part: string): readonly string[] {
  return roleStatements(role)
    .filter(({ Effect, Resource }) => Effect === 'Allow' && (JSON.stringify(Resource) ?? '').includes(part))
    .flatMap(({ Action }) => Action)
    .toSorted();
}
