// The resources of a whole province, over all its stacks, as tests of controls ask for them. `hue` (level 3) unless said
// otherwise; `nho` (level 1) for what is on everywhere, `daydu` (level 4) for what a province asks for.
import type { Bucket } from '../../infra/names';
import { all, type Resource, roleStatements, statements } from './resources';
import { type Synthesized, synth } from './synth';

export const [nho, hue, daydu] = [synth('nho'), synth('hue'), synth('daydu')];
export const every = (type: string, from: Synthesized = hue): readonly Resource[] =>
  [...from.templates.values()].flatMap((template) => all(template, type));
export const everywhere = (type: string): readonly Resource[] =>
  [nho, hue, daydu].flatMap((province) => every(type, province));
export const roles = (from: Synthesized = hue): ReadonlyMap<string, Resource> =>
  new Map(
    every('AWS::IAM::Role', from).map((role) => [
      String(role.Properties.RoleName).replace(`${from.lake.names.base}-`, ''),
      role,
    ]),
  );
export const role = (name: string, from: Synthesized = hue) => roles(from).get(name);
export const actions = (one: Resource | undefined) =>
  roleStatements(one)
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap(({ Action }) => Action);
export const bucket = (zone: Bucket, from: Synthesized = hue) =>
  every('AWS::S3::Bucket', from).find(({ Properties }) => Properties.BucketName === from.lake.names.bucket(zone))
    ?.Properties ?? {};
export const policy = (zone: Bucket, from: Synthesized = hue) =>
  statements(
    every('AWS::S3::BucketPolicy', from).find(({ Properties }) => Properties.Bucket === from.lake.names.bucket(zone))
      ?.Properties.PolicyDocument,
  );
export const refusal = (zone: Bucket, sid: string, from: Synthesized = hue) => {
  const found = policy(zone, from).find(({ Sid }) => Sid === sid);
  expect(found).toMatchObject({ Effect: 'Deny' });
  return found;
};
export const roleArn = (name: string) => `arn:aws:iam::111111111111:role/tg-hue-production-${name}`;
