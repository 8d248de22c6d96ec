// The CDK's feature flags in cdk.json: all are answered, so that `cdk synth` has no notice to give, and none makes a template
// other than the goldens show.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import recommended from 'aws-cdk-lib/recommended-feature-flags.json';
import { z } from 'zod';
import { makeStacks } from '../../infra/make-stacks';
import { STACKS } from '../../infra/names';
import { lakeOf, synth } from './synth';

const { context } = z
  .object({ context: z.record(z.string(), z.unknown()) })
  .parse(JSON.parse(readFileSync(join(__dirname, '..', '..', 'cdk.json'), 'utf8')));

describe('feature flags', () => {
  it('are those the installed CDK recommends, but for what would make policies and tags other than they are written', () => {
    expect(Object.keys(context).sort()).toEqual(Object.keys(recommended).sort());
    const otherwise = Object.entries(recommended).filter(([flag, value]) => String(context[flag]) !== String(value));
    expect(otherwise.map(([flag]) => flag).sort()).toEqual([
      // Sorts and joins statements: they are one right a line, as they are reviewed.
      '@aws-cdk/aws-iam:minimizePolicies',
      // Writes `aws` into ARNs.
      '@aws-cdk/core:enablePartitionLiterals',
      // Takes the tags off stacks, from which resources CDK does not tag have theirs.
      '@aws-cdk/core:explicitStackTags',
    ]);
  });

  it('change no template', () => {
    const app = new App({
      context: { ...context, 'aws:cdk:bundling-stacks': [] },
      analyticsReporting: false,
      builtinCloudFormationValidation: false,
    });
    const stacks = makeStacks(app, lakeOf('daydu'));
    for (const name of STACKS) {
      const stack = stacks[name];
      if (!stack) throw new Error(`there is no stack ${name}`);
      expect(Template.fromStack(stack).toJSON()).toEqual(synth('daydu').template(name).toJSON());
    }
  });
});
