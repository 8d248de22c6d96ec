// What Glue holds of the warehouse database: tables with their age, and Athena's views with the SQL they were made from.
import { GetTablesCommand, type GlueClient, type Table } from '@aws-sdk/client-glue';
import { z } from 'zod';
import { FaultError } from '../../lake/errors';
import type { WarehouseObject } from '../../lake/warehouse/athena-plan';
import { accessError, failureOf, isDenied } from './failure';

const view = z.object({ originalSql: z.string() });

/** Athena keeps a view as base64 of JSON in a comment. undefined: it is no view, or another engine's. */
export function viewSql(text: string | undefined): string | undefined {
  const packed = /^\/\* Presto View: ([A-Za-z0-9+/=]+) \*\/$/.exec(text?.trim() ?? '')?.[1];
  if (packed === undefined) return undefined;
  try {
    return view.parse(JSON.parse(Buffer.from(packed, 'base64').toString('utf8'))).originalSql;
  } catch {
    // Unreadable is as good as another engine's: the model is made again, and nothing is dropped for it.
    return undefined;
  }
}

function objectOf({ Name = '', CreateTime, ViewOriginalText }: Table): WarehouseObject {
  return { name: Name, createdAtMs: CreateTime?.getTime() ?? Date.now(), sql: viewSql(ViewOriginalText) };
}

/** Needs glue:GetTables on the database. @throws InputError E_ACCESS; FaultError F_CATALOG */
export async function warehouseObjects(client: GlueClient, database: string): Promise<WarehouseObject[]> {
  const found: WarehouseObject[] = [];
  let token: string | undefined;
  do {
    try {
      const page = await client.send(new GetTablesCommand({ DatabaseName: database, NextToken: token }));
      found.push(...(page.TableList ?? []).map(objectOf));
      token = page.NextToken;
    } catch (error) {
      const failure = failureOf(error);
      if (isDenied(failure)) throw accessError('glue:GetTables', database, error);
      throw new FaultError('F_CATALOG', `Glue: ${database}: ${failure.name}: ${failure.message}`, { cause: error });
    }
  } while (token !== undefined);
  return found;
}
