// Entry of `cdk synth` and `cdk deploy`: one province, named by `-c province=<id>` or TG_PROVINCE. What is wrong is told in
// one line with file and line, without a stack trace.
import fs from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { App } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { InputError } from '../lake/errors';
import { packageFolder } from '../lake/packages';
import { type LakeContext, loadProvince } from './lake-context';
import { makeStacks } from './make-stacks';
import { checkStackSizes } from './stack-size';

const root = join(fileURLToPath(new URL('.', import.meta.url)), '..');

/** @throws InputError E_PACKAGE */
const builtCode: LakeContext['code'] = (name) => Code.fromAsset(join(root, packageFolder(root, name, fs)));

// Not by itself at exit: an app that is only half made must not be written.
const app = new App({ autoSynth: false, analyticsReporting: false });
try {
  const asked: unknown = app.node.tryGetContext('province') ?? process.env.TG_PROVINCE;
  if (typeof asked !== 'string' || asked === '')
    throw new InputError('E_PROVINCE', {
      vi: 'Chưa nói tỉnh nào: thêm -c province=<tỉnh>, tên một tệp trong infra/provinces/.',
      en: 'No province named: add -c province=<province>, the name of a file in infra/provinces/.',
    });
  const lake = loadProvince(root, asked, builtCode);
  makeStacks(app, lake);
  checkStackSizes(app, lake);
  app.synth();
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  process.stderr.write(`${error.code} ${error.text.vi}\n${error.code} ${error.text.en}\n`);
  process.exitCode = 2;
}
