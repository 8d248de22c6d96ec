// node --import tsx test/infra/write-templates.mjs FOLDER: the templates of every province below FOLDER/<province>, as `cdk synth` writes
// them but for the functions' code.
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { loadProvince } from '../../infra/lake-context.ts';
import { makeStacks } from '../../infra/make-stacks.ts';

const root = process.cwd();
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('Usage: node --import tsx test/infra/write-templates.mjs FOLDER');
const placeholder = () => Code.fromAsset(join(root, 'test', 'infra', 'placeholder'));
for (const file of readdirSync(join(root, 'infra', 'provinces'))) {
  const province = file.replace('.yaml', '');
  const outdir = join(folder, province);
  mkdirSync(outdir, { recursive: true });
  const app = new App({ outdir, analyticsReporting: false, builtinCloudFormationValidation: false });
  makeStacks(app, loadProvince(root, province, placeholder));
  app.synth();
}
