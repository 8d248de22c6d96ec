// The order of a deployment: every stack but governance, then commit registers the tables and says so, then governance, which
// speaks of their columns, then a look whether anything is open to everybody, then the doors. What it does to the world it is
// given.
import { z } from 'zod';
import { type Bilingual, InputError } from '../../lake/errors';
import { doors } from '../doors';
import type { LakeContext } from '../lake-context';
import { STACKS } from '../names';
import { revoking } from './open-to-iam';

/** To commit and back. */
export interface CommitLine {
  /** Every table is to be registered, and the answer kept under this id. */
  ask(id: string): Promise<void>;
  /** JSON; undefined: none yet. */
  answer(id: string): Promise<string | undefined>;
}

export interface Deployment {
  /** `cdk` with these arguments. @returns its exit status */
  readonly cdk: (args: readonly string[]) => Promise<number>;
  readonly commit: CommitLine;
  /** Of these databases, what is open past Lake Formation (open-to-iam.ts); undefined: whoever deploys may not ask. */
  readonly openToIam: (databases: readonly string[]) => Promise<readonly string[] | undefined>;
  /** A UUID that no deployment had before. */
  readonly newId: () => string;
  readonly clock: { now(): number; wait(ms: number): Promise<void> };
  readonly say: (line: string) => void;
  readonly complain: (line: string) => void;
}

type Deployed = Pick<LakeContext, 'config' | 'names' | 'contracts'>;

const POLL_MS = 3_000;
/** Commit may run for five minutes, and behind a day's bells it waits its turn. */
const ANSWER_MS = 7 * 60_000;
/** Rights of roles just made may take a minute to hold everywhere. */
const PAUSE_MS = 30_000;
const ASKS = 3;

const answerShape = z.union([
  z.strictObject({ registered: z.array(z.string()), unchanged: z.array(z.string()) }),
  z.strictObject({ failed: z.strictObject({ vi: z.string(), en: z.string() }) }),
]);

/** @returns why the tables are not registered; undefined: they are */
async function register({ names, contracts }: Deployed, deployment: Deployment): Promise<Bilingual | undefined> {
  const { commit, clock, newId } = deployment;
  const id = newId();
  await commit.ask(id);
  for (const end = clock.now() + ANSWER_MS; clock.now() < end; await clock.wait(POLL_MS)) {
    const text = await commit.answer(id);
    if (text === undefined) continue;
    const answer = answerShape.parse(JSON.parse(text));
    if ('failed' in answer) return answer.failed;
    const done = new Set([...answer.registered, ...answer.unchanged]);
    const left = contracts.flatMap(({ dataset }) => (done.has(dataset) ? [] : [dataset])).join(', ');
    return left === ''
      ? undefined
      : { vi: `commit chưa biết các bảng ${left}`, en: `commit does not know the tables ${left} yet` };
  }
  const minutes = ANSWER_MS / 60_000;
  const { commit: queue, commitDead } = names.queue;
  return {
    vi: `commit không trả lời trong ${minutes} phút; yêu cầu nằm trong ${queue}, sau năm lần hỏng sang ${commitDead}`,
    en: `commit gave no answer within ${minutes} minutes; the request lies in ${queue}, and after five failures in ${commitDead}`,
  };
}

/** @throws InputError E_REGISTER */
async function registerOrGiveUp(deployed: Deployed, deployment: Deployment): Promise<void> {
  let why = await register(deployed, deployment);
  for (let asked = 1; why && asked < ASKS; asked++) {
    deployment.say(`${why.vi}; hỏi lại · ${why.en}; asking again`);
    await deployment.clock.wait(PAUSE_MS);
    why = await register(deployed, deployment);
  }
  if (!why) return;
  throw new InputError('E_REGISTER', {
    vi: `Chưa đăng ký được các bảng sau ${ASKS} lần hỏi: ${why.vi}. Ngăn xếp governance chưa được triển khai. Xem E_REGISTER trong docs/errors.md, rồi chạy lại lệnh này.`,
    en: `The tables are not registered after asking ${ASKS} times: ${why.en}. The governance stack is not deployed. See E_REGISTER in docs/errors.md, then run this command again.`,
  });
}

/** @throws InputError E_OPEN_CATALOG */
async function assertShut({ names }: Deployed, { openToIam, say }: Deployment): Promise<void> {
  const open = await openToIam([names.curatedDatabase, names.warehouseDatabase]);
  if (open === undefined) {
    say(
      'Không được phép hỏi Lake Formation cho ai vào ngoài bộ lọc: xem docs/deploy.md, “What has been proved” · Not allowed to ask whom Lake Formation lets in past its filters: see docs/deploy.md, “What has been proved”',
    );
    return;
  }
  if (open.length === 0) return;
  const commands = open.map(revoking).join('\n  ');
  throw new InputError('E_OPEN_CATALOG', {
    vi: `Đã triển khai, nhưng ai được IAM cho gọi Glue đều đọc được, không qua bộ lọc: ${open.join(', ')}. Người quản trị Lake Formation chạy:\n  ${commands}\nrồi chạy lại lệnh này.`,
    en: `Deployed, but whoever IAM lets call Glue may read past every filter: ${open.join(', ')}. As an administrator of Lake Formation run:\n  ${commands}\nthen run this command again.`,
  });
}

/**
 * @param flags handed on to `cdk deploy`
 * @returns exit status
 * @throws InputError E_REGISTER, E_OPEN_CATALOG
 */
export async function deploy(deployed: Deployed, flags: readonly string[], deployment: Deployment): Promise<number> {
  const { names, config } = deployed;
  const { cdk, say, complain } = deployment;
  const { province } = config;
  const stacks = (list: readonly string[]) =>
    cdk(['deploy', ...list, '--exclusively', '-c', `province=${province}`, ...flags]);
  const first = await stacks(STACKS.filter((stack) => stack !== 'governance').map(names.stack));
  if (first !== 0) {
    complain(
      `Chưa triển khai · Not deployed. Tài khoản còn thiếu gì · What the account lacks: npx tamgiang doctor --aws ${province}`,
    );
    return first;
  }
  say('commit đăng ký các bảng · commit registers the tables');
  await registerOrGiveUp(deployed, deployment);
  const last = await stacks([names.stack('governance')]);
  if (last !== 0) {
    const stack = names.stack('governance');
    complain(`Chưa triển khai ${stack}: quyền đọc vẫn như cũ · ${stack} is not deployed: who reads what is as before`);
    return last;
  }
  await assertShut(deployed, deployment);
  for (const { who, where } of doors(names)) say(`${who.vi} · ${who.en}\n  ${where}`);
  return 0;
}
