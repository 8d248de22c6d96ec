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
 * sees no rights of others. Lake Formation then leaves them out, so those of the functions, which are known to be there, must
 * be among what it tells. (Asked for one principal it wants a resource too, so everything is asked for.)
 */
export async function openToIam(
  client: LakeFormationClient,
  databases: readonly string[],
): Promise<readonly string[] | undefined> {
  const open = new Set<string>();
  const seen = new Set<string>();
  for (const ResourceType of ['DATABASE', 'TABLE'] as const) {
    let NextToken: string | undefined;
    do {
      const page: ListPermissionsCommandOutput = await client.send(
        new ListPermissionsCommand({ ResourceType, NextToken }),
      );
      for (const { Resource, Principal } of page.PrincipalResourcePermissions ?? []) {
        const database = Resource?.Database?.Name ?? Resource?.Table?.DatabaseName;
        if (database === undefined) continue;
        if (Principal?.DataLakePrincipalIdentifier !== EVERYBODY) seen.add(database);
        else if (databases.includes(database))
          open.add(Resource?.Table ? `${database}.${Resource.Table.Name ?? '*'}` : database);
      }
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
  }
  return databases.every((database) => seen.has(database)) ? [...open].sort() : undefined;
}

/** The command that shuts one of them. */
export function revoking(place: string): string {
  const [database = '', table] = place.split('.');
  const tables = table === '*' ? { TableWildcard: {} } : { Name: table };
  const resource =
    table === undefined ? { Database: { Name: database } } : { Table: { DatabaseName: database, ...tables } };
  return `aws lakeformation revoke-permissions --principal DataLakePrincipalIdentifier=${EVERYBODY} --permissions ALL --resource '${JSON.stringify(resource)}'`;
}
