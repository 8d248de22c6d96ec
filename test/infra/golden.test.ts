// Goldens of every template of three provinces: test/infra/expected/<province>/<stack>.txt. A missing one is written, but not
// in CI. And what a change of them may never do unnoticed.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { golden, parseGolden } from '../../infra/golden';
import { lostState } from '../../infra/lost-state';
import { PROVINCES, synth } from './synth';

const cases = PROVINCES.flatMap((province) => {
  const { lake, templates } = synth(province);
  return [...templates].map(([stack, template]) => ({ province, stack, text: golden(template.toJSON(), lake.names) }));
});

describe('templates', () => {
  it.each(cases)('of $province $stack are what they were', ({ province, stack, text }) => {
    const path = join(__dirname, 'expected', province, `${stack}.txt`);
    if (!existsSync(path)) {
      if (process.env.CI)
        throw new Error(`${path} is missing: run this test once without CI and look at what it wrote`);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
    expect(text).toBe(readFileSync(path, 'utf8'));
  });

  it.each(cases)('of $province $stack hold what the same golden says after it is read back', ({ text }) => {
    const back = [...parseGolden(text)].map(
      ([id, { type, lines }]) =>
        `${id} ${type}\n${[...lines].map(([path, value]) => `  ${path}: ${value}\n`).join('')}`,
    );
    expect(back.join('')).toBe(text);
    expect(lostState(text, text)).toEqual([]);
  });

  it('tell what masks logs, which has statements and is no policy of rights', () => {
    const told = cases.find(({ province, stack }) => province === 'hue' && stack === 'intake')?.text;
    expect(told).toMatch(/CustomDataIdentifier\[0\]\.Regex: \\b/);
    expect(told).toMatch(/Operation\.Deidentify/);
  });

  it('name neither the account nor the hash of an asset', () => {
    for (const { province, text } of cases) {
      expect(text).not.toContain(synth(province).lake.config.account);
      expect(text).not.toMatch(/[0-9a-f]{64}/);
    }
  });
});

const before = [
  'Raw AWS::S3::Bucket\n  (deletion): Retain\n  BucketName: ~-raw-<account>\n',
  'Table AWS::Glue::Table\n  DatabaseName: ~_curated\n  TableInput.Name: gia\n  TableInput.Parameters.x: 1\n',
  'Queue AWS::SQS::Queue\n  QueueName: ~-intake\n  VisibilityTimeout: 1800\n',
  'Role AWS::IAM::Role\n  RoleName: ~-intake\n',
].join('');

describe('a change of templates', () => {
  it.each([
    ['deletes a bucket', before.replace(/Raw .*\n.*\n.*\n/, ''), 'bucket Raw ~-raw-<account> would be deleted'],
    [
      'renames a bucket',
      before.replace('~-raw-', '~-raw2-'),
      'bucket Raw ~-raw-<account> would be replaced: BucketName',
    ],
    ['gives a bucket another id', before.replace('Raw AWS', 'Raw2 AWS'), 'bucket Raw ~-raw-<account> would be deleted'],
    ['lets a bucket go with its stack', before.replace('Retain', 'Delete'), 'would no longer outlive its stack'],
    ['touches a Glue table', before.replace('x: 1', 'x: 2'), 'Glue table Table ~_curated gia would be set back'],
    ['makes a queue something else', before.replace('AWS::SQS::Queue', 'AWS::SNS::Topic'), 'its type changes'],
  ])('that %s is named', (_what, after, loss) => {
    expect(
      lostState(before, after)
        .map(({ text }) => text)
        .join('\n'),
    ).toContain(loss);
  });

  it('may change what holds nothing, and settings that replace nothing', () => {
    expect(lostState(before, before.replace('1800', '900').replace(/Role .*\n.*\n/, ''))).toEqual([]);
    expect(lostState(before, before.replace('Retain', 'RetainExceptOnCreate'))).toEqual([]);
    const table = (deletion: string) => `Table AWS::Glue::Table\n  (deletion): ${deletion}\n  TableInput.Name: gia\n`;
    expect(lostState(table('Retain'), table('RetainExceptOnCreate'))).toEqual([]);
  });
});
