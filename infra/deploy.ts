// npm run deploy -- <province> [cdk flags]: packages must be there; deploys every stack but governance, has commit register
// all tables, deploys governance, which speaks of their columns, and prints the doors. The only file of infra/ that talks to
// AWS itself.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { InputError } from '../lake/errors';
import { doors } from './doors';
import { loadProvince } from './lake-context';
import { names as namesOf, STACKS } from './names';

const root = join(import.meta.dirname, '..');
const USAGE =
  'Usage: npm run deploy -- <province> [flags of cdk deploy]\nExample: npm run deploy -- hue --require-approval never\n';

const POLL_MS = 5_000;
/** Registering is a minute's work; behind a day's bells it waits its turn. */
const REGISTER_MS = 15 * 60_000;

/** Until nothing waits in the queue and nothing is being worked on. @throws InputError E_REGISTER */
async function settled(sqs: SQSClient, queueUrl: string, queue: string): Promise<void> {
  const attributes = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  for (const end = Date.now() + REGISTER_MS; Date.now() < end; await wait(POLL_MS)) {
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [...attributes] }),
    );
    if (attributes.every((name) => Attributes?.[name] === '0')) return;
  }
  throw new InputError('E_REGISTER', {
    vi: `Sau ${REGISTER_MS / 60_000} phút hàng đợi ${queue} vẫn chưa trống: bảng có thể chưa có đủ cột. Xem docs/runbook.md, rồi chạy lại lệnh này.`,
    en: `After ${REGISTER_MS / 60_000} minutes the queue ${queue} is still not empty: tables may lack columns. See docs/runbook.md, then run this command again.`,
  });
}

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
  const names = namesOf(config);
  const deploy = (stacks: readonly string[]): number => {
    const cdk = ['cdk', 'deploy', ...stacks, '--exclusively', '-c', `province=${province}`, ...flags];
    return spawnSync('npx', cdk, { cwd: root, stdio: 'inherit' }).status ?? 1;
  };
  const first = deploy(STACKS.filter((stack) => stack !== 'governance').map(names.stack));
  if (first !== 0) {
    process.stderr.write(`\nNot deployed. What the account lacks: npx tamgiang doctor --aws ${province}\n`);
    return first;
  }
  const sqs = new SQSClient({ region: config.region });
  const queueUrl = names.queueUrl(names.queue.commit);
  // Through the queue rather than by a call: it waits its turn, is tried again, and is found by the alarms.
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: JSON.stringify({ register: true }),
      MessageGroupId: 'register',
      MessageDeduplicationId: `register-${Date.now()}`,
    }),
  );
  await settled(sqs, queueUrl, names.queue.commit);
  const second = deploy([names.stack('governance')]);
  if (second !== 0) return second;
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
