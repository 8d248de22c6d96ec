// Which commands know the way to a lake on AWS. Apart from cli/lake.ts, because every start of a command reads this.
import { InputError } from '../lake/errors';

/** Commands that know the way to AWS, in the order of the help. */
export const ON_AWS: readonly string[] = [
  'tables',
  'history',
  'trace',
  'verify',
  'compact',
  'expire',
  'retract',
  'erase',
  'doctor',
];

/** @throws InputError E_FLAG when the command knows folders only, or two lakes are named */
export function assertOneLake(command: string, { aws, home }: { readonly aws?: string; readonly home?: string }): void {
  if (aws === undefined) return;
  if (home !== undefined)
    throw new InputError('E_FLAG', {
      vi: '--home và --aws chỉ hai hồ dữ liệu khác nhau: chỉ dùng một trong hai.',
      en: '--home and --aws name two different lakes: use one of them.',
    });
  if (ON_AWS.includes(command)) return;
  const commands = ON_AWS.join(', ');
  throw new InputError('E_FLAG', {
    vi: `Lệnh “${command}” chỉ làm việc với hồ trong thư mục, chưa có --aws; các lệnh có --aws: ${commands}.`,
    en: `The command “${command}” works on a lake in a folder only and has no --aws; commands that have it: ${commands}.`,
  });
}
