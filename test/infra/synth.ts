// Templates of a province for tests, with a placeholder for the functions' code. Each province and change is synthesized once
// a test file: a synthesis takes seconds.
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { LakeStack } from '../../infra/constructs/lake-stack';
import { type LakeContext, loadProvince } from '../../infra/lake-context';
import { makeStacks } from '../../infra/make-stacks';
import { names, STACKS, type StackName } from '../../infra/names';
import type { ProvinceConfig } from '../../infra/province-config';

const root = join(__dirname, '..', '..');
const placeholder = () => Code.fromAsset(join(__dirname, 'placeholder'));

export const PROVINCES = ['nho', 'hue', 'daydu'] as const;

export interface Change {
  /** Laid over the province's YAML. */
  readonly config?: Partial<ProvinceConfig>;
  /** CDK context, as `-c key=value` gives it. */
  readonly context?: Readonly<Record<string, string>>;
}

export function lakeOf(province: string, change: Change = {}): LakeContext {
  const lake = loadProvince(root, province, placeholder);
  const config = { ...lake.config, ...change.config };
  return { ...lake, config, names: names(config) };
}

/** Template of one stack alone: quicker than all of them. */
export function oneStack(
  Stack: new (scope: App, lake: LakeContext) => LakeStack,
  lake: LakeContext,
  context: Change['context'] = {},
): Template {
  return Template.fromStack(new Stack(appOf(context), lake));
}

const appOf = (context: Change['context'] = {}): App =>
  new App({
    context: { ...context, 'aws:cdk:bundling-stacks': [] },
    analyticsReporting: false,
    // Most of the time of a synthesis; `cdk synth` does it.
    builtinCloudFormationValidation: false,
  });

export interface Synthesized {
  readonly lake: LakeContext;
  readonly app: App;
  readonly template: (stack: StackName) => Template;
  /** Of every stack there is, by name. */
  readonly templates: ReadonlyMap<StackName, Template>;
}

const made = new Map<string, Synthesized>();

export function synth(province: string, change: Change = {}): Synthesized {
  const key = JSON.stringify([province, change]);
  const known = made.get(key);
  if (known) return known;
  const lake = lakeOf(province, change);
  const app = appOf(change.context);
  const templates = new Map<StackName, Template>();
  const stacks = makeStacks(app, lake);
  for (const name of STACKS) {
    const stack = stacks[name];
    if (stack) templates.set(name, Template.fromStack(stack));
  }
  const result: Synthesized = {
    lake,
    app,
    templates,
    template: (stack) => {
      const template = templates.get(stack);
      if (!template) throw new Error(`there is no stack ${stack}`);
      return template;
    },
  };
  made.set(key, result);
  return result;
}
