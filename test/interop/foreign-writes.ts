// Another engine writes to our tables: we must read what it left, refuse to build on changed rows, and build on files it
// only rearranged.
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { InputError } from '../../lake/errors';
import { sqlName, sqlString } from '../../lake/intake/sql-text';
import { commit } from '../../lake/table/commit';
import { parseMetadata, printMetadata, type TableMetadata } from '../../lake/table/metadata';
import { planFiles, planScan } from '../../lake/table/plan';
import type { Head, TableCatalog } from '../../platform/ports';
import { byIcebird, byPyIceberg, byTrino, byWarehouse, currentId, register, roughly, type Trino } from './readers';
import { difference, isAsked, type Report, rowDifference, type Tools } from './report';
import { currentRows, type Made, putEffect, type Tables } from './tables';
import type { Row } from './values';

/** The newest metadata file of a table's folder, however its writer names them. */
async function newest(location: string): Promise<Head> {
  const folder = `${fileURLToPath(encodeURI(location))}/metadata`;
  let found: Head | undefined;
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.metadata.json')) continue;
    const file = `${location}/metadata/${name}`;
    const metadata = parseMetadata(await readFile(`${folder}/${name}`, 'utf8'), file);
    const isNewer = !found || metadata['last-updated-ms'] >= found.metadata['last-updated-ms'];
    if (isNewer) found = { token: name, location: file, metadata };
  }
  if (!found) throw new Error(`no metadata below ${location}`);
  return found;
}

/** A catalog that finds the other engine's metadata files. */
function foreignCatalog({ ports, name }: Made): TableCatalog {
  const location = ports.store.location(name);
  return {
    list: async () => [name],
    load: () => newest(location),
    swap: async (_table, _base, next) => {
      const version = String(next['last-sequence-number']).padStart(5, '0');
      const key = `${name}/metadata/${version}-${ports.rng.uuid()}.metadata.json`;
      return (await ports.store.putIfAbsent(key, printMetadata(next))) === 'CREATED' ? 'OK' : 'CONFLICT';
    },
  };
}

/** All readers against what must be there. */
async function compare(
  made: Made,
  what: string,
  expected: readonly Row[],
  at: { readonly trino: Trino; readonly table: string; readonly tools: Tools; readonly report: Report },
): Promise<TableMetadata> {
  const { trino, table, tools, report } = at;
  const { fields } = made.definition;
  const { metadata, location } = await newest(made.metadata.location);
  const label = `${what}: ${expected.length} rows`;
  await report.run('duckdb', made.name, async () => {
    const found = await byWarehouse(made.ports.store, metadata);
    const { deletes } = await planScan(made.ports.store, metadata);
    const hidden = deletes.size === 0 ? '' : `, deletes in ${deletes.size} files`;
    report.say('duckdb', made.name, `${label}${hidden}`, rowDifference(fields, expected, found));
  });
  await report.run('trino', made.name, async () =>
    report.say('trino', made.name, label, rowDifference(fields, expected, await byTrino(trino, table, fields))),
  );
  await report.run('icebird', made.name, async () => {
    const text = (row: Row) => JSON.stringify(fields.map(({ name }) => row[name] ?? null));
    const rough = expected.map((row) => text(roughly(fields, row)));
    report.say('icebird', made.name, label, difference(rough, byIcebird(tools.root, metadata).map(text)));
  });
  const { python, root } = tools;
  if (python !== undefined)
    await report.run('pyiceberg', made.name, async () => {
      const { rows } = byPyIceberg({ root, python }, location, [], []);
      report.say('pyiceberg', made.name, label, rowDifference(fields, expected, rows));
    });
  return metadata;
}

/** The code of the error, or what came instead. */
async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'nothing was refused';
  } catch (error) {
    return error instanceof InputError ? error.code : String(error);
  }
}

async function rowsChanged({ written: made, engine, workDir }: Tables, trino: Trino, tools: Tools, report: Report) {
  const { name, ports, definition } = made;
  const table = await register(trino, name, made.metadata.location, made.metadataFile);
  const at = { trino, table, tools, report };
  const ours = { ...ports, catalog: foreignCatalog(made) };
  const refuses = async (what: string, code: string, work: Promise<unknown>) =>
    report.say('(ours)', name, `${what}: ${code}`, difference([code], [await refusal(work)]));
  let rows = currentRows(made);
  const number = (row: Row) => Number(row.so);

  const added: Row[] = [
    {
      _submission: 'khac/1',
      _version: 'x',
      _row: '1',
      _loaded_at: null,
      ky_du_lieu: '2026-07',
      so: '-5',
      gia: '-0.01',
      ten: 'Trino thêm',
    },
    {
      _submission: 'khac/1',
      _version: 'x',
      _row: '2',
      _loaded_at: null,
      ky_du_lieu: null,
      so: null,
      gia: null,
      ten: '',
    },
  ];
  const types: Readonly<Record<string, string>> = {
    _row: 'bigint',
    _loaded_at: 'timestamp(6)',
    so: 'integer',
    gia: 'decimal(7,2)',
  };
  const literal = (row: Row, column: string) =>
    row[column] == null ? 'NULL' : `CAST(${sqlString(row[column])} AS ${types[column] ?? 'varchar'})`;
  const names = definition.fields.map((field) => field.name);
  const values = added.map((row) => `(${names.map((column) => literal(row, column)).join(', ')})`);
  await trino.query(`INSERT INTO ${table} (${names.map(sqlName).join(', ')}) VALUES ${values.join(', ')}`);
  rows = [...rows, ...added];
  await compare(made, 'insert', rows, at);
  const { effect } = await putEffect(
    { ports, engine, workDir },
    definition,
    `so_thu/${name}/2026-08`,
    'v1',
    '2026-08',
    [{ so: '1' }],
  );
  await refuses('commit upon it', 'E_FOREIGN_WRITE', commit({ table: definition, effects: [effect] }, ours));

  // Rows all over a file of several row groups.
  await trino.query(`DELETE FROM ${table} WHERE so % 7 = 0 AND so < 200000`);
  rows = rows.filter((row) => !(row.so != null && number(row) % 7 === 0 && number(row) < 200_000));
  const deleted = await compare(made, 'delete', rows, at);
  await refuses('a reader without deletes', 'E_DELETE_FILES', planFiles(ports.store, deleted));
  const scan = await planScan(ports.store, deleted);
  report.say('(ours)', name, 'delete files are in use', scan.deletes.size > 0 ? [] : ['the engine left none']);

  await trino.query(`DELETE FROM ${table} WHERE so BETWEEN 4000 AND 4200 OR so IN (500003, -5)`);
  rows = rows.filter((row) => {
    const n = row.so == null ? Number.NaN : number(row);
    return !((n >= 4000 && n <= 4200) || n === 500_003 || n === -5);
  });
  await compare(made, 'delete again', rows, at);

  await trino.query(`UPDATE ${table} SET ten = 'đã sửa', so = so + 1000000 WHERE so BETWEEN 3 AND 60`);
  rows = rows.map((row) =>
    row.so != null && number(row) >= 3 && number(row) <= 60
      ? { ...row, ten: 'đã sửa', so: String(number(row) + 1_000_000) }
      : row,
  );
  await compare(made, 'update', rows, at);

  const before = await newest(made.metadata.location);
  await trino.query(`ALTER TABLE ${table} EXECUTE optimize(file_size_threshold => '1GB')`);
  await compare(made, 'optimize', rows, at);
  const then = await byWarehouse(ports.store, (await newest(made.metadata.location)).metadata, {
    snapshotId: currentId(before.metadata),
  });
  report.say('duckdb', name, 'as it was before, deletes and all', rowDifference(definition.fields, rows, then));

  await trino.query(`DELETE FROM ${table} WHERE ky_du_lieu = '2026-06'`);
  rows = rows.filter((row) => row.ky_du_lieu !== '2026-06');
  await compare(made, 'delete a partition', rows, at);
}

async function filesMerged({ optimized: made, engine, workDir }: Tables, trino: Trino, tools: Tools, report: Report) {
  const { name, ports, definition } = made;
  const table = await register(trino, name, made.metadata.location, made.metadataFile);
  await trino.query(`ALTER TABLE ${table} EXECUTE optimize(file_size_threshold => '1GB')`);
  const merged = await compare(made, 'optimize', currentRows(made), { trino, table, tools, report });
  const operation = merged.snapshots?.at(-1)?.summary.operation ?? '?';
  report.say('trino', name, 'the merge is a snapshot of its own: replace', difference(['replace'], [operation]));

  const ours = { ...ports, catalog: foreignCatalog(made) };
  const submission = `so_thu/${name}/2026-06/b`;
  const replaced = await putEffect({ ports, engine, workDir }, definition, submission, 'v2', '2026-06', [
    { so: '42', gia: '0.42', ten: 'bản mới' },
  ]);
  const { outcomes } = await commit({ table: definition, effects: [replaced.effect] }, ours);
  report.say(
    '(ours)',
    name,
    'commit upon it: one of two in a shared file',
    difference(
      ['committed'],
      outcomes.map((one) => one.outcome),
    ),
  );
  const rows = [...currentRows(made).filter((row) => row._submission !== submission), ...replaced.rows];
  const head = await newest(made.metadata.location);
  const again = await register(trino, `${name}_2`, made.metadata.location, head.location);
  await compare(made, 'replace', rows, { trino, table: again, tools, report });
}

export async function foreignWrites(tables: Tables, trino: Trino, tools: Tools, report: Report): Promise<void> {
  const { written, optimized } = tables;
  if (isAsked(tools, written.name))
    await report.run('trino', written.name, () => rowsChanged(tables, trino, tools, report));
  if (isAsked(tools, optimized.name))
    await report.run('trino', optimized.name, () => filesMerged(tables, trino, tools, report));
}
