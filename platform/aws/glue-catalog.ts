// Glue as the pointer to a table's current metadata. A swap is `UpdateTable` with the VersionId of the same `GetTable`
// the base was read from: Glue refuses it when anybody, Athena included, has changed the table since.
//
// What each method asks IAM for (on the Glue catalog, the one database and its tables), beside the store's own:
//
// | method | Glue actions                                     | of the store, below <table>/metadata/ |
// |--------|--------------------------------------------------|---------------------------------------|
// | load   | glue:GetTable; glue:GetDatabase when nothing is found | s3:GetObject, s3:ListBucket       |
// | list   | glue:GetTables                                   | none                                  |
// | swap   | glue:UpdateTable; glue:GetTable for a head that this catalog did not load last; | s3:PutObject; s3:GetObject |
// |        | glue:CreateTable where base is undefined and no table was made at deployment | |
//
// A table made at deployment holds no metadata of ours yet: it counts as absent, and the first swap is an `UpdateTable` with
// the VersionId it was read with, so that of two first commits one loses.
//
// Never: glue:DeleteTable, glue:BatchDeleteTable, glue:DeleteTableVersion, s3:DeleteObject. A metadata file whose swap
// was lost or is unclear stays: the swap may have happened all the same. Orphan removal looks after it later.
import {
  CreateTableCommand,
  GetDatabaseCommand,
  GetTableCommand,
  GetTablesCommand,
  type GetTablesCommandOutput,
  type Table,
  type TableInput,
  UpdateTableCommand,
  type UpdateTableCommandInput,
} from '@aws-sdk/client-glue';
import { FaultError, InputError } from '../../lake/errors';
import { keyAt } from '../../lake/table/location';
import { metadataText, parseMetadata, printMetadata, type TableMetadata } from '../../lake/table/metadata';
import type { Head, ObjectStore, Rng, SwapOutcome, TableCatalog } from '../ports';
import { accessError, failureOf, isDenied, isUnclear } from './failure';
import { assertSingleAttempt, type GlueClients } from './glue-clients';
import { clip, glueColumns } from './glue-columns';

export interface GlueCatalogOptions {
  readonly clients: GlueClients;
  /** Must exist. */
  readonly database: string;
  /** The curated zone: a table's files lie below `<table>/`. */
  readonly store: ObjectStore;
  readonly rng: Pick<Rng, 'uuid'>;
}

/** What Glue said last of a table. */
interface Known {
  readonly location: string;
  readonly metadata: TableMetadata;
  /** Absent after our own swap: Glue does not tell the version it made. */
  readonly read?: { readonly token: string; readonly table: Table };
}

/** An update that says which version it replaces; there is no other way to make one here. */
type VersionedUpdate = UpdateTableCommandInput & { readonly VersionId: string; readonly SkipArchive: true };

/** Glue refuses longer descriptions of a table. */
const DESCRIPTION_MAX = 2048;
// Glue folds capitals, and Athena knows no others.
const TABLE = /^[a-z0-9_]{1,255}$/;
const VERSION = /\/v?(\d+)(?:-[^/]*)?\.(?:gz\.)?metadata\.json$/;
const LOST = new Set(['ConcurrentModificationException', 'VersionMismatchException', 'EntityNotFoundException']);

/** Parameter of a table that the deployment made for commit to fill. */
const REGISTERED = 'tamgiang.registered';

/** Made at deployment, and either without metadata or with the empty one Glue itself makes of a schema. */
function isPlaceholder(table: Table, metadata: TableMetadata | undefined): boolean {
  if (table.Parameters?.[REGISTERED] !== 'true') return false;
  if (table.Parameters.metadata_location === undefined) return true;
  if (metadata === undefined || (metadata.snapshots ?? []).length > 0) return false;
  return metadata.properties?.['lake.writer-epoch'] === undefined;
}

function isMissing(error: unknown): boolean {
  return failureOf(error).name === 'EntityNotFoundException';
}

function isIceberg(table: Table): boolean {
  return table.Parameters?.table_type?.toUpperCase() === 'ICEBERG';
}

/** @throws InputError E_TABLE_NAME */
function assertTable(table: string): void {
  if (TABLE.test(table)) return;
  throw new InputError('E_TABLE_NAME', {
    vi: `Tên bảng ${JSON.stringify(table)} không dùng được trong Glue. Chỉ dùng chữ thường không dấu, số, gạch dưới.`,
    en: `The table name ${JSON.stringify(table)} cannot be used in Glue. Use lower-case ASCII letters, digits and underscores.`,
  });
}

/** `00013-<uuid>.metadata.json` after `00012-….metadata.json`; a name that does not tell counts from 0 again. */
function nextName(base: Head | undefined, uuid: string): string {
  const former = base && VERSION.exec(base.location)?.[1];
  const version = former === undefined ? 0 : Number(former) + 1;
  return `${String(version).padStart(5, '0')}-${uuid}.metadata.json`;
}

/** Everything Glue is to hold of the table. UpdateTable replaces the whole, so what others keep there is carried over. */
function tableInput(
  name: string,
  location: string,
  next: TableMetadata,
  former?: { readonly table: Table; readonly location?: string | undefined },
): TableInput {
  const { Description, Owner, Retention, Parameters } = former?.table ?? {};
  const comment = next.properties?.comment ?? Description;
  return {
    Name: name,
    TableType: 'EXTERNAL_TABLE',
    ...(comment === undefined ? {} : { Description: clip(comment, DESCRIPTION_MAX) }),
    ...(Owner === undefined ? {} : { Owner }),
    ...(Retention === undefined ? {} : { Retention }),
    Parameters: {
      ...Parameters,
      table_type: 'ICEBERG',
      metadata_location: location,
      ...(former?.location === undefined ? {} : { previous_metadata_location: former.location }),
    },
    StorageDescriptor: { Location: next.location, Columns: glueColumns(next) },
  };
}

/** Every table of a database, whoever made it and whatever it holds. */
export async function tableNames({ reads }: GlueClients, database: string): Promise<readonly string[]> {
  const names: string[] = [];
  let token: string | undefined;
  do {
    const page: GetTablesCommandOutput = await reads.send(
      new GetTablesCommand({ DatabaseName: database, NextToken: token }),
    );
    for (const { Name } of page.TableList ?? []) if (Name !== undefined) names.push(Name);
    token = page.NextToken;
  } while (token);
  return names.sort();
}

export function glueCatalog(options: GlueCatalogOptions): TableCatalog {
  const { clients, database, store, rng } = options;
  // Saves a read of metadata that cannot have changed; every load asks Glue which file is the current one.
  const known = new Map<string, Known>();
  /** Made at deployment and still empty, as loaded last. */
  const registered = new Map<string, Table>();
  let isDatabaseSeen = false;

  const explain = (error: unknown, action: string, table: string): Error => {
    if (error instanceof InputError || error instanceof FaultError) return error;
    const failure = failureOf(error);
    const place = table === '' ? database : `${database}.${table}`;
    if (isDenied(failure)) return accessError(action, place, error);
    return new FaultError('F_CATALOG', `Glue: ${place}: ${action}: ${failure.name}: ${failure.message}`, {
      cause: error,
    });
  };

  /** A missing database must not look like a missing table: it would be taken for a lake without tables. */
  const assertDatabase = async (): Promise<void> => {
    if (isDatabaseSeen) return;
    try {
      await clients.reads.send(new GetDatabaseCommand({ Name: database }));
    } catch (error) {
      if (!isMissing(error)) throw explain(error, 'glue:GetDatabase', '');
      throw new InputError(
        'E_GLUE_DATABASE',
        {
          vi: `Không có cơ sở dữ liệu Glue “${database}”. Hãy kiểm tra tên và vùng (region) trong cấu hình, hoặc triển khai phần danh mục (catalog) trước.`,
          en: `There is no Glue database “${database}”. Check its name and the Region in the configuration, or deploy the catalog first.`,
        },
        { cause: error },
      );
    }
    isDatabaseSeen = true;
  };

  const getTable = async (name: string): Promise<Table | undefined> => {
    try {
      const { Table: found } = await clients.reads.send(new GetTableCommand({ DatabaseName: database, Name: name }));
      return found;
    } catch (error) {
      if (!isMissing(error)) throw explain(error, 'glue:GetTable', name);
      await assertDatabase();
      return undefined;
    }
  };

  /** @throws FaultError F_CATALOG */
  const versionOf = (name: string, table: Table): string => {
    if (table.VersionId) return table.VersionId;
    throw new FaultError('F_CATALOG', `Glue: ${database}.${name} has no VersionId.`);
  };

  /** @throws InputError E_NOT_ICEBERG, E_LOCATION; FaultError F_CATALOG */
  const pointerOf = (name: string, table: Table): { readonly token: string; readonly location: string } => {
    const location = table.Parameters?.metadata_location;
    if (!isIceberg(table) || location === undefined)
      throw new InputError('E_NOT_ICEBERG', {
        vi: `Bảng ${database}.${name} trong Glue không phải bảng Iceberg (table_type = ${table.Parameters?.table_type ?? 'không có'}). Hãy đổi tên hoặc xóa bảng đó trong Glue, rồi chạy lại.`,
        en: `The table ${database}.${name} in Glue is no Iceberg table (table_type = ${table.Parameters?.table_type ?? 'none'}). Rename or drop it in Glue, then run again.`,
      });
    const place = store.location(name);
    if (!location.startsWith(`${place}/`))
      throw new InputError('E_LOCATION', {
        vi: `Bảng ${database}.${name} trỏ tới ${location}, nằm ngoài ${place}. Hãy sửa cấu hình vùng lưu trữ, hoặc đăng ký lại bảng đúng chỗ.`,
        en: `Table ${database}.${name} names ${location}, which is outside ${place}. Correct the configured bucket, or register the table at its place.`,
      });
    return { token: versionOf(name, table), location };
  };

  const readMetadata = async (location: string): Promise<TableMetadata> => {
    const bytes = await store.get(keyAt(store, location));
    if (bytes) return parseMetadata(metadataText(bytes), location);
    throw new InputError('E_FILE_MISSING', {
      vi: `Thiếu tệp siêu dữ liệu ${location} mà Glue đang trỏ tới. Hãy khôi phục phiên bản trước của đối tượng này trong vùng lưu trữ; không sửa Glue.`,
      en: `The metadata file ${location}, which Glue points to, is missing. Restore the former version of this object in the bucket; leave Glue as it is.`,
    });
  };

  /**
   * A table that has been written to before is no empty one, whatever Glue says: begun anew, its files would be nobody's.
   * First metadata whose swap was lost is no sign of it, which is numbered 0.
   */
  const assertNeverWritten = async (name: string): Promise<void> => {
    const numbered = (await store.list(`${name}/metadata/`)).map(({ key }) => ({
      key,
      number: Number(VERSION.exec(key)?.[1] ?? 0),
    }));
    const newest = numbered.reduce((a, b) => (b.number > a.number ? b : a), { key: '', number: 0 });
    if (newest.number === 0) return;
    const at = store.location(newest.key);
    throw new InputError('E_POINTER', {
      vi: `Bảng ${database}.${name} trong Glue không còn trỏ tới siêu dữ liệu, nhưng bảng đã từng được ghi; bản mới nhất là ${at}. Ngừng ghi bảng này; không có gì bị xóa. Hãy đặt lại tham số metadata_location của bảng trong Glue (docs/errors.md, mục E_POINTER).`,
      en: `Table ${database}.${name} in Glue no longer points to its metadata, but has been written to before; the newest is ${at}. Writing to it stops; nothing is deleted. Put the parameter metadata_location of the table in Glue back (docs/errors.md, heading E_POINTER).`,
    });
  };

  const load = async (name: string): Promise<Head | undefined> => {
    assertTable(name);
    const table = await getTable(name);
    registered.delete(name);
    if (!table) return undefined;
    if (isPlaceholder(table, undefined)) {
      await assertNeverWritten(name);
      registered.set(name, table);
      return undefined;
    }
    const { token, location } = pointerOf(name, table);
    const last = known.get(name);
    const metadata = last?.location === location ? last.metadata : await readMetadata(location);
    if (isPlaceholder(table, metadata)) {
      await assertNeverWritten(name);
      registered.set(name, table);
      return undefined;
    }
    known.set(name, { location, metadata, read: { token, table } });
    return { token, location, metadata };
  };

  /** What Glue held when the base was read; undefined when it holds something else by now. */
  const tableAt = async (name: string, base: Head): Promise<Table | undefined> => {
    const read = known.get(name)?.read;
    if (read?.token === base.token) return read.table;
    const table = await getTable(name);
    return table?.VersionId === base.token ? table : undefined;
  };

  /** True once the file is there with these bytes. Its name is ours alone, so whatever is there was written here. */
  const place = async (key: string, bytes: Uint8Array): Promise<boolean> => {
    const outcome = await store.putIfAbsent(key, bytes);
    if (outcome === 'CREATED') return true;
    const found = await store.get(key);
    if (found && Buffer.compare(found, bytes) !== 0)
      throw new FaultError('F_CATALOG', `${store.location(key)} was to be new, but other bytes are there.`);
    return found !== undefined;
  };

  const update = (input: VersionedUpdate) => clients.swaps.send(new UpdateTableCommand(input));

  /** Only what is clearly not carried out is a conflict or thrown; all else has to be looked up. */
  const outcomeOf = async (error: unknown, action: string, name: string): Promise<SwapOutcome> => {
    const failure = failureOf(error);
    if (isUnclear(failure)) return 'UNKNOWN';
    if (failure.name === 'AlreadyExistsException' && action === 'glue:CreateTable') return 'CONFLICT';
    if (LOST.has(failure.name)) {
      if (isMissing(error)) await assertDatabase();
      return 'CONFLICT';
    }
    if (isDenied(failure) || ['InvalidInputException', 'ValidationException'].includes(failure.name))
      throw explain(error, action, name);
    return 'UNKNOWN';
  };

  return {
    load,
    async list() {
      const names: string[] = [];
      let token: string | undefined;
      try {
        do {
          const page = await clients.reads.send(new GetTablesCommand({ DatabaseName: database, NextToken: token }));
          for (const table of page.TableList ?? [])
            if (table.Name && isIceberg(table) && !isPlaceholder(table, undefined)) names.push(table.Name);
          token = page.NextToken;
        } while (token);
      } catch (error) {
        if (isMissing(error)) await assertDatabase();
        throw explain(error, 'glue:GetTables', '');
      }
      return names.sort();
    },
    async swap(name, base, next) {
      assertTable(name);
      await assertSingleAttempt(clients.swaps);
      if (base?.token === '') throw new FaultError('F_CATALOG', `${database}.${name}: a head without a version.`);
      const table = base && (await tableAt(name, base));
      if (base && !table) return 'CONFLICT';

      const key = `${name}/metadata/${nextName(base, rng.uuid())}`;
      if (!(await place(key, Buffer.from(printMetadata(next), 'utf8')))) return 'UNKNOWN';
      const location = store.location(key);
      const placeholder = base ? undefined : registered.get(name);
      const action = base || placeholder ? 'glue:UpdateTable' : 'glue:CreateTable';
      try {
        if (base && table) {
          const TableInput = tableInput(name, location, next, { table, location: base.location });
          await update({ DatabaseName: database, TableInput, VersionId: base.token, SkipArchive: true });
        } else if (placeholder) {
          const former = { table: placeholder, location: placeholder.Parameters?.metadata_location };
          const TableInput = tableInput(name, location, next, former);
          const VersionId = versionOf(name, placeholder);
          await update({ DatabaseName: database, TableInput, VersionId, SkipArchive: true });
        } else {
          const TableInput = tableInput(name, location, next);
          await clients.swaps.send(new CreateTableCommand({ DatabaseName: database, TableInput }));
        }
      } catch (error) {
        return outcomeOf(error, action, name);
      }
      registered.delete(name);
      known.set(name, { location, metadata: next });
      return 'OK';
    },
  };
}
