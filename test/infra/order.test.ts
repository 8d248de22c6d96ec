// Stacks hand each other nothing but names, so nothing but this knows whether a name is there when it is asked for.
import { Stack } from 'aws-cdk-lib';
import { z } from 'zod';
import { STACKS, type StackName } from '../../infra/names';
import { all } from './resources';
import { PROVINCES, synth } from './synth';

const ORDER: readonly StackName[] = [
  'storage',
  'catalog',
  'intake',
  'warehouse',
  'reporting',
  'monitoring',
  // After commit has registered every table.
  'governance',
];

const resource = z.looseObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DependsOn: z.union([z.string(), z.array(z.string())]).optional(),
});
const principal = z.object({ DataLakePrincipalIdentifier: z.string() });

const part = z.looseObject({
  Name: z.string().optional(),
  TableName: z.string().optional(),
  DatabaseName: z.string().optional(),
  ResourceArn: z.string().optional(),
});
/** The table, place, database or set of tags that a grant or an association changes. */
function changed(properties: Readonly<Record<string, unknown>>): string {
  const [[kind, on]] = z.tuple([z.tuple([z.string(), part])]).parse(Object.entries(Object(properties.Resource)));
  return on.ResourceArn ?? on.TableName ?? on.Name ?? on.DatabaseName ?? kind;
}

describe.each(PROVINCES)('stacks of %s', (province) => {
  const { app, lake, template } = synth(province);
  const stacks = app.node.children.filter(Stack.isStack);

  it('are deployed one after the other, each after what it finds by name', () => {
    expect(ORDER.toSorted()).toEqual(STACKS.toSorted());
    const before = new Map(stacks.map((stack) => [stack.stackName, stack.dependencies.map((it) => it.stackName)]));
    ORDER.slice(1).forEach((name, i) => {
      expect(before.get(lake.names.stack(name))).toContain(lake.names.stack(ORDER[i]!));
    });
    expect(before.get(lake.names.stack('storage'))).toEqual([]);
  });

  it('read parameters an earlier one has written', () => {
    const written = new Set<unknown>();
    let read = 0;
    for (const name of ORDER) {
      const { Parameters = {} } = z
        .object({
          Parameters: z.record(z.string(), z.object({ Type: z.string(), Default: z.unknown() })).optional(),
        })
        .parse(template(name).toJSON());
      for (const { Type, Default } of Object.values(Parameters)) {
        // The version of the bootstrap is not ours.
        if (!Type.startsWith('AWS::SSM::Parameter::Value') || String(Default).startsWith('/cdk-bootstrap/')) continue;
        read += 1;
        expect([name, Default, written.has(Default)]).toEqual([name, Default, true]);
      }
      for (const { Properties } of all(template(name), 'AWS::SSM::Parameter')) written.add(Properties.Name);
    }
    expect(read).toBeGreaterThan(5);
  });

  it('grant rights to roles that are there', () => {
    const earlier = new Set<string>();
    let grants = 0;
    for (const name of ORDER) {
      const { Resources } = z.object({ Resources: z.record(z.string(), resource) }).parse(template(name).toJSON());
      const here = new Map(
        Object.entries(Resources)
          .filter(([, { Type }]) => Type === 'AWS::IAM::Role')
          .map(([id, { Properties }]) => [`arn:aws:iam::${lake.config.account}:role/${Properties.RoleName}`, id]),
      );
      for (const [id, { Type, Properties, DependsOn }] of Object.entries(Resources)) {
        if (Type !== 'AWS::LakeFormation::PrincipalPermissions') continue;
        grants += 1;
        const to = principal.parse(Properties.Principal).DataLakePrincipalIdentifier;
        const waits = earlier.has(to) || [DependsOn].flat().includes(here.get(to) ?? 'nowhere');
        expect([name, id, to, waits]).toEqual([name, id, to, true]);
      }
      for (const arn of here.keys()) earlier.add(arn);
    }
    expect(grants).toBeGreaterThan(20);
  });

  it('change nothing of Lake Formation twice at a time, which it refuses', () => {
    let changes = 0;
    for (const name of ORDER) {
      const { Resources } = z.object({ Resources: z.record(z.string(), resource) }).parse(template(name).toJSON());
      const waitsFor = (id: string): readonly string[] =>
        [Resources[id]?.DependsOn ?? []].flat().flatMap((before) => [before, ...waitsFor(before)]);
      const byThing = new Map<string, string[]>();
      for (const [id, { Type, Properties }] of Object.entries(Resources)) {
        if (!/^AWS::LakeFormation::(PrincipalPermissions|TagAssociation)$/.test(Type)) continue;
        byThing.set(changed(Properties), [...(byThing.get(changed(Properties)) ?? []), id]);
      }
      for (const [thing, ids] of byThing) {
        // In a row, the one with most before it comes last: each waits for all the others before it.
        const waits = ids
          .map((id) => ids.filter((other) => waitsFor(id).includes(other)).length)
          .toSorted((a, b) => a - b);
        expect([name, thing, waits]).toEqual([name, thing, ids.map((_, i) => i)]);
        changes += ids.length;
      }
    }
    expect(changes).toBeGreaterThan(50);
  });
});
