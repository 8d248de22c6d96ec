// What the templates allow each role, and whether that covers what was asked. Conditions are not judged: they speak of who
// asks and from where, which an emulator does not know.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Need } from './calls';

const texts = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
/** Resources that are no plain text (a key's ARN from a parameter) name nothing a request of these tests names. */
const resources = z
  .union([z.array(z.unknown()), z.unknown().transform((one) => [one])])
  .transform((list) => list.filter((one): one is string => typeof one === 'string'));
const statementShape = z.looseObject({
  Sid: z.string().default(''),
  Effect: z.enum(['Allow', 'Deny']),
  Action: texts,
  Resource: resources,
  Condition: z.unknown().optional(),
});
type Statement = z.infer<typeof statementShape>;

const documentShape = z.looseObject({ Statement: z.array(statementShape) });
const roleShape = z.looseObject({
  RoleName: z.string(),
  PermissionsBoundary: z.string(),
  Policies: z.array(z.looseObject({ PolicyDocument: documentShape })).default([]),
});
const boundaryShape = z.looseObject({ ManagedPolicyName: z.string(), PolicyDocument: documentShape });
const templateShape = z.looseObject({
  Resources: z.record(z.string(), z.looseObject({ Type: z.string(), Properties: z.unknown() })),
});

export interface Role {
  readonly allowed: readonly Statement[];
  /** The most it may do, whatever else it is allowed. */
  readonly boundary: readonly Statement[];
}

/** By name, every role of an assembly. @throws Error where a right is given in a way this file does not know */
export function rolesOf(assembly: string): ReadonlyMap<string, Role> {
  const resources = readdirSync(assembly)
    .filter((name) => name.endsWith('.template.json'))
    .flatMap((name) =>
      Object.values(templateShape.parse(JSON.parse(readFileSync(join(assembly, name), 'utf8'))).Resources),
    );
  const of = (type: string) => resources.filter(({ Type }) => Type === type).map(({ Properties }) => Properties);
  if (of('AWS::IAM::Policy').length + of('AWS::IAM::RolePolicy').length > 0)
    throw new Error('Policies are attached to roles from outside: read them too.');
  const boundaries = of('AWS::IAM::ManagedPolicy').map((one) => boundaryShape.parse(one));
  return new Map(
    of('AWS::IAM::Role').map((properties) => {
      const { RoleName, PermissionsBoundary, Policies } = roleShape.parse(properties);
      const boundary = boundaries.find((one) => PermissionsBoundary.endsWith(`:policy/${one.ManagedPolicyName}`));
      if (!boundary) throw new Error(`${RoleName}: no boundary ${PermissionsBoundary}`);
      const allowed = Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
      return [RoleName, { allowed, boundary: boundary.PolicyDocument.Statement }];
    }),
  );
}

function covers(pattern: string, value: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('?', '.'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(value);
}

/** `GetTables` and an unknown workgroup ask for any of a kind: a right on the kind's whole, or on some of it where `*` stands. */
function touches(pattern: string, resource: string): boolean {
  return covers(pattern, resource) || (resource.endsWith('*') && covers(resource, pattern));
}

function permits(statements: readonly Statement[], { action, resource }: Need): boolean {
  const fits = ({ Action, Resource }: Statement) =>
    Action.some((one) => covers(one, action)) && Resource.some((one) => touches(one, resource));
  const isRefused = statements.some((one) => one.Effect === 'Deny' && one.Condition === undefined && fits(one));
  return !isRefused && statements.some((one) => one.Effect === 'Allow' && fits(one));
}

export function isAllowed(need: Need, { allowed, boundary }: Role): boolean {
  return permits(allowed, need) && permits(boundary, need);
}
