// npm run deploy -- <province> [cdk flags]: packages must be there; deploys every stack, has commit register all tables, and
// prints the doors. The only file of infra/ that talks to AWS itself.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { InputError } from '../lake/errors';
import { doors } from './doors';
import { loadProvince } from './lake-context';
import { names as namesOf } from './names';

const root = join(import.meta.dirname, '..');
const USAGE =
  'Usage: npm run deploy -- <province> [flags of cdk deploy]\nExample: npm run deploy -- hue --require-approval never\n';

async function main([province, ...flags]: readonly string[]): Promise<number> {
  if (province === undefined || province.startsWith('-')) {
    process.stderr.write(USAGE);
    return 2;
  }
  const { config } = loadProvince(root, province, () => {
    throw new Error('only names are read here');
  });
  if (!existsSync(join(root, 'dist', 'lambda', 'commit', 'arm64'))) {
    process.stderr.write('The functions have not been built: run "npm run package" first.\n');
    return 2;
  }
  const cdk = ['cdk', 'deploy', '--all', '-c', `province=${province}`, ...flags];
  const deployed = spawnSync('npx', cdk, { cwd: root, stdio: 'inherit' });
  if (deployed.status !== 0) return deployed.status ?? 1;
  const names = namesOf(config);
  const queue = names.queueUrl(names.queue.commit);
  // Through the queue rather than by a call: it waits its turn, is tried again, and is found by the alarms.
  await new SQSClient({ region: config.region }).send(
    new SendMessageCommand({
      QueueUrl: queue,
      MessageBody: JSON.stringify({ register: true }),
      MessageGroupId: 'register',
      MessageDeduplicationId: `register-${Date.now()}`,
    }),
  );
  process.stdout.write('\n');
  for (const { who, where } of doors(names)) process.stdout.write(`${who.vi} · ${who.en}\n  ${where}\n`);
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof InputError ? error.text.en : String(error)}\n`);
  process.exitCode = error instanceof InputError ? 2 : 1;
}
