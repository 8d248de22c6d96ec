// The lake a command works on: a folder on this computer, or a province's on AWS.
import { join } from 'node:path';
import { InputError } from '../lake/errors';
import { openHome } from '../platform/local/home';
import type { Zones } from '../platform/ports';
import type { AwsLake } from './aws-home';
import { type Context, type LocalLake, readableLake, writableLake } from './context';

/** `aws` tells which; what both have suffices for most. */
export type OpenLake = (LocalLake & { readonly aws?: undefined }) | AwsLake;

/** Commands that know the way to AWS, in the order of the help. */
export const ON_AWS: readonly string[] = ['tables', 'history', 'trace', 'doctor'];

/**
 * @param purpose `write`: in a folder, makes what is missing and sweeps what dead processes left
 * @throws InputError E_HOME, E_PROVINCE
 */
export async function withLake<T>(
  context: Context,
  purpose: 'read' | 'write',
  use: (lake: OpenLake) => Promise<T>,
): Promise<T> {
  if (context.aws !== undefined) {
    // Its packages take a while to load.
    const { withAwsHome } = await import('./aws-home');
    return withAwsHome(context, context.aws, use);
  }
  if (purpose === 'read') return use(readableLake(context));
  openHome(context.home);
  return use(await writableLake(context));
}

/** Where a person finds an object: a path, or an address in S3. */
export function placeOf(zone: keyof Zones, key: string, lake: OpenLake): string {
  return lake.aws ? lake.ports.zones[zone].location(key) : join(lake.ports.dir, zone, key);
}

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
