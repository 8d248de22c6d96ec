// cdk-nag's AwsSolutions and NIST 800-53 R5 over three provinces: no finding without a reason and a day.
import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks, NIST80053R5Checks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { ACKNOWLEDGEMENTS, type Acknowledgement } from '../../infra/acknowledgements';
import { PROVINCES, synth } from './synth';

interface Finding {
  readonly rule: string;
  /** Without the province's name. */
  readonly resource: string;
}

function findings(scope: IConstruct, base: string): readonly Finding[] {
  return [new AwsSolutionsChecks(), new NIST80053R5Checks()].flatMap((pack) =>
    pack.validateScope(scope).violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => ({
        rule: ruleName,
        resource: String(constructPath).replace(`${base}-`, ''),
      })),
    ),
  );
}

const isFor = ({ rule, resource }: Acknowledgement, finding: Finding): boolean =>
  rule.test(finding.rule) && resource.test(finding.resource);

const all = PROVINCES.flatMap((province) => {
  const { app, lake } = synth(province);
  return findings(app, lake.names.base).map((finding) => ({ province, ...finding }));
});

describe('cdk-nag', () => {
  it('looks at apps that are not empty', () => {
    for (const province of PROVINCES) {
      const resources = synth(province)
        .app.node.findAll()
        .filter((node) => CfnResource.isCfnResource(node));
      expect(resources.length).toBeGreaterThan(150);
    }
  });

  it('finds nothing that has no reason', () => {
    expect(all.filter((finding) => !ACKNOWLEDGEMENTS.some((entry) => isFor(entry, finding)))).toEqual([]);
  });

  it('does find what is wrong: a bucket that is open and unencrypted', () => {
    const stack = new Stack(new App(), 'x-storage');
    new CfnBucket(stack, 'Bucket');
    const found = findings(stack, 'x').filter((finding) => !ACKNOWLEDGEMENTS.some((entry) => isFor(entry, finding)));
    expect(found.map(({ rule }) => rule)).toEqual(
      expect.arrayContaining(['AwsSolutions-S10', 'NIST.800.53.R5-S3BucketPublicReadProhibited']),
    );
  });
});

describe('acknowledgements', () => {
  it('each have a reason, and are needed by a finding', () => {
    expect(ACKNOWLEDGEMENTS.filter(({ reason }) => reason.length < 40)).toEqual([]);
    expect(ACKNOWLEDGEMENTS.filter((entry) => !all.some((finding) => isFor(entry, finding)))).toEqual([]);
  });

  it('each still hold today, for a year and a month at most', () => {
    const today = new Date().toISOString().slice(0, 10);
    const latest = new Date(Date.now() + 400 * 86_400_000).toISOString().slice(0, 10);
    expect(ACKNOWLEDGEMENTS.filter(({ until }) => until < today || until > latest)).toEqual([]);
  });
});
