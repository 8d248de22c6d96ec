// The lake a command works on: a folder on this computer, or a province's on AWS.
import { join } from 'node:path';
import { openHome } from '../platform/local/home';
import type { Zones } from '../platform/ports';
import type { AwsLake } from './aws-home';
import { finishInterrupted } from './commands/put';
import { type Context, type LocalLake, readableLake, writableLake } from './context';

/** `aws` tells which; what both have suffices for most. */
export type OpenLake = (LocalLake & { readonly aws?: undefined }) | AwsLake;

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

/** In a folder, what a killed process left half done is finished first; on AWS the functions do that. */
export async function withSettledLake<T>(context: Context, use: (lake: OpenLake) => Promise<T>): Promise<T> {
  return withLake(context, 'write', async (lake) => {
    if (!lake.aws) await finishInterrupted(context, lake);
    return use(lake);
  });
}

/** Where a person finds an object: a path, or an address in S3. */
export function placeOf(zone: keyof Zones, key: string, lake: OpenLake): string {
  return lake.aws ? lake.ports.zones[zone].location(key) : join(lake.ports.dir, zone, key);
}
