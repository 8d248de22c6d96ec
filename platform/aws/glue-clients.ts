// Two clients of Glue: one that asks again until it has an answer, and one that never does.
import { GlueClient, type GlueClientConfig } from '@aws-sdk/client-glue';
import { FaultError } from '../../lake/errors';

export interface GlueClients {
  readonly reads: GlueClient;
  /**
   * One request a call. Were a swap sent again after its answer was lost, the second request would find the version the
   * first had made and report a conflict for a commit that has happened.
   */
  readonly swaps: GlueClient;
}

/** The SDK waits for ever unless told; 10 s are ten times what Glue takes on a bad day. */
const PATIENCE = { connectionTimeout: 2_000, requestTimeout: 10_000, throwOnRequestTimeout: true };

/** @param config Region, credentials and endpoint, as for GlueClient; its retries concern the reading client only */
export function glueClients(config: GlueClientConfig = {}): GlueClients {
  const patient = { requestHandler: PATIENCE, ...config };
  return { reads: new GlueClient(patient), swaps: new GlueClient({ ...patient, maxAttempts: 1 }) };
}

/** @throws FaultError F_CATALOG when the client would send a swap again by itself */
export async function assertSingleAttempt(client: GlueClient): Promise<void> {
  const attempts = await client.config.maxAttempts();
  if (attempts !== 1)
    throw new FaultError(
      'F_CATALOG',
      `The Glue client for swaps would send up to ${attempts} requests a call; it must be one. Use glueClients().`,
    );
}
