// node test/infra/lint.mjs: cfn-lint on every template of every province, and on one that is wrong, so that a silent lint is
// noticed. Status 75 when PyPI cannot be reached.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UNREACHABLE } from '../../tools/made-once.mjs';
import { ensureVenv } from '../../tools/python/venv.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

function lint(python, templates) {
  const main = 'import sys; from cfnlint.runner import main; sys.exit(main())';
  const args = ['-c', main, '--format', 'parseable', '-t', ...templates];
  return spawnSync(python, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
}

const python = ensureVenv('cfn-lint');
if (!python) process.exit(UNREACHABLE);
const folder = mkdtempSync(join(tmpdir(), 'tg-templates-'));
try {
  const made = spawnSync(process.execPath, ['--import', 'tsx', 'test/infra/write-templates.mjs', folder], {
    cwd: root,
    encoding: 'utf8',
  });
  if (made.status !== 0) throw new Error(`The templates could not be written:\n${made.stderr}`);
  const templates = readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.template.json'))
    .map((name) => join(folder, name));
  if (templates.length === 0) throw new Error('There are no templates.');
  const linted = lint(python, templates);
  process.stdout.write(linted.stdout.replaceAll(`${folder}/`, ''));
  process.stderr.write(linted.stderr);
  const wrong = join(folder, 'wrong.json');
  writeFileSync(
    wrong,
    JSON.stringify({ Resources: { B: { Type: 'AWS::S3::Bucket', Properties: { Bucketname: 1 } } } }),
  );
  const control = lint(python, [wrong]);
  if (!control.stdout.includes('E3002'))
    throw new Error(`cfn-lint passes a template that is wrong:\n${control.stdout}`);
  process.stdout.write(
    `cfn-lint: ${templates.length} templates, ${linted.status === 0 ? 'no findings' : 'see above'}\n`,
  );
  process.exitCode = linted.status === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
