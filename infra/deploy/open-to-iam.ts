// Whether Lake Formation alone decides who reads: rights of IAM_ALLOWED_PRINCIPALS on a database let in everyone whom IAM lets
// call Glue, past every filter. What an account gives to new databases by itself, a template can only add to.
import {
  type LakeFormationClient,
  ListPermissionsCommand,
  type ListPermissionsCommandOutput,
} from '@aws-sdk/client-lakeformation';

/** The group Lake Formation calls so. */
export const EVERYBODY = 'IAM_ALLOWED_PRINCIPALS';

/**
 * Of these databases and the tables in them, what everybody may use: `database` or `database.table`; undefined: whoever asks
 * sees no rights of others. Lake Formation then answers with an empty list, so rights that are known to be there are asked for
 * first: the functions' own.
 */
export async function openToIam(
  client: LakeFormationClient,
  databases: readonly string[],
): Promise<readonly string[] | undefined> {
  for (const Name of databases) {
    const { PrincipalResourcePermissions: known = [] } = await client.send(
      new ListPermissionsCommand({ Resource: { Database: { Name } } }),
    );
    if (!known.some(({ Principal }) => Principal?.DataLakePrincipalIdentifier !== EVERYBODY)) return undefined;
  }
  const open = new Set<string>();
  for (const ResourceType of ['DATABASE', 'TABLE'] as const) {
    let NextToken: string | undefined;
    do {
      const page: ListPermissionsCommandOutput = await client.send(
        new ListPermissionsCommand({
          Principal: { DataLakePrincipalIdentifier: EVERYBODY },
          ResourceType,
          NextToken,
        }),
      );
      for (const { Resource, Principal } of page.PrincipalResourcePermissions ?? []) {
        // Some answers are wider than the question.
        if (Principal?.DataLakePrincipalIdentifier !== EVERYBODY) continue;
        const database = Resource?.Database?.Name ?? Resource?.Table?.DatabaseName;
        if (database === undefined || !databases.includes(database)) continue;
        open.add(Resource?.Table ? `${database}.${Resource.Table.Name ?? '*'}` : database);
      }
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
  }
  return [...open].sort();
}

/** The command that shuts one of them. */
export function revoking(place: string): string {
  const [database = '', table] = place.split('.');
  const tables = table === '*' ? { TableWildcard: {} } : { Name: table };
  const resource =
    table === undefined ? { Database: { Name: database } } : { Table: { DatabaseName: database, ...tables } };
  return `aws lakeformation revoke-permissions --principal DataLakePrincipalIdentifier=${EVERYBODY} --permissions ALL --resource '${JSON.stringify(resource)}'`;
}
