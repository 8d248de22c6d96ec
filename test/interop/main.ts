// Every table read by every reader, each compared with what was written. One line a reader and table; any difference fails.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printMetadata } from '../../lake/table/metadata';
import { planFiles } from '../../lake/table/plan';
import { conformance } from './conformance';
import { foreignWrites } from './foreign-writes';
import {
  byIcebird,
  byPyIceberg,
  byTrino,
  byWarehouse,
  icebirdFields,
  NARROW_DECIMAL,
  register,
  roughly,
  snapshotIds,
  type Trino,
  trinoFinds,
} from './readers';
import { difference, isAsked, Report, rowDifference, type Tools } from './report';
import { currentRows, type Made, makeTables } from './tables';
import { filtersOf, matches, type Row, rowName } from './values';

async function readAll(made: Made, tools: Tools, trino: Trino | undefined, report: Report): Promise<void> {
  const { name, metadata, metadataFile, snapshots, definition, ports } = made;
  const { fields } = definition;
  const expected = currentRows(made);
  const rows = `${expected.length} rows`;
  const ids = snapshotIds(metadata);
  // A reader must see the snapshots we wrote, no fewer: otherwise nothing was compared.
  report.say(
    '(written)',
    name,
    `${rows}, ${ids.length} snapshots`,
    difference([...snapshots.keys()].sort(), [...ids].sort()),
  );
  const filters = filtersOf(fields, expected, definition.boundedFields);
  const wanted = filters.map((filter) => expected.filter((row) => matches(filter, row)).map(rowName));
  const { files } = await planFiles(ports.store, metadata);
  const listed = files.map((file) => `${file.path} ${file.rows} ${file.sizeBytes}`);

  await report.run('duckdb', name, async () => {
    report.say('duckdb', name, rows, rowDifference(fields, expected, await byWarehouse(ports.store, metadata)));
    const differences: string[] = [];
    for (const [id, then] of snapshots)
      differences.push(...rowDifference(fields, then, await byWarehouse(ports.store, metadata, { snapshotId: id })));
    report.say('duckdb', name, `${snapshots.size} snapshots`, differences);
  });

  await report.run('icebird', name, async () => {
    const known = icebirdFields(fields);
    const text = (row: Row) => JSON.stringify(known.map((field) => row[field.name] ?? null));
    const rough = expected.map((row) => text(roughly(fields, row)));
    const label = known.length === fields.length ? rows : `${rows}, ${known.length} of ${fields.length} columns`;
    report.say('icebird', name, label, difference(rough, byIcebird(tools.root, metadata).map(text)));
  });

  const { python, root } = tools;
  if (python !== undefined)
    await report.run('pyiceberg', name, async () => {
      const told = byPyIceberg({ root, python }, metadataFile, ids, filters);
      report.say('pyiceberg', name, rows, rowDifference(fields, expected, told.rows));
      const differences: string[] = difference([...ids].sort(), [...told.snapshots].sort());
      for (const id of ids) differences.push(...rowDifference(fields, snapshots.get(id) ?? [], told.at[id] ?? []));
      report.say('pyiceberg', name, `${ids.length} snapshots, ${told.manifests} manifests`, differences);
      report.say(
        'pyiceberg',
        name,
        `${told.files.length} files`,
        difference(
          listed,
          told.files.map((file) => file.join(' ')),
        ),
      );
      const wrong = filters.flatMap((filter, i) =>
        difference(wanted[i] ?? [], told.filtered[i]?.rows ?? []).map((one) => `${JSON.stringify(filter)}: ${one}`),
      );
      const pruned = told.filtered.filter((one) => one.files < files.filter((file) => file.rows > 0).length).length;
      report.say('pyiceberg', name, `${filters.length} filters, ${pruned} skip files`, wrong);
    });

  if (trino)
    await report.run('trino', name, async () => {
      const narrow = [...new Set(printMetadata(metadata).match(NARROW_DECIMAL))];
      report.say(
        'trino',
        name,
        'metadata as it stands',
        narrow.map((one) => `Iceberg before 1.2 refuses: ${one}`),
      );
      const table = await register(trino, name, metadata.location, metadataFile);
      report.say('trino', name, rows, rowDifference(fields, expected, await byTrino(trino, table, fields)));
      const seen = await trino.query(`SELECT CAST(snapshot_id AS varchar) FROM lake.thu."${name}$snapshots"`);
      const differences: string[] = difference([...ids].sort(), seen.rows.map(([id]) => String(id)).sort());
      for (const [id, then] of snapshots) {
        const { rows: columns } = await trino
          .query(`SELECT * FROM ${table} FOR VERSION AS OF ${id} LIMIT 0`)
          .then(({ columns: names }) => ({ rows: names }));
        const known = fields.filter((field) => columns.includes(field.name));
        differences.push(...rowDifference(known, then, await byTrino(trino, table, known, `FOR VERSION AS OF ${id}`)));
      }
      report.say('trino', name, `${ids.length} snapshots`, differences);
      const told = await trino.query(
        `SELECT file_path, record_count, file_size_in_bytes FROM lake.thu."${name}$files"`,
      );
      report.say(
        'trino',
        name,
        `${told.rows.length} files`,
        difference(
          listed,
          told.rows.map((file) => file.join(' ')),
        ),
      );
      const found = await trinoFinds(trino, table, filters);
      const wrong = filters.flatMap((filter, i) =>
        difference(wanted[i] ?? [], found[i] ?? []).map((one) => `${JSON.stringify(filter)}: ${one}`),
      );
      report.say('trino', name, `${filters.length} filters`, wrong);
    });
}

/** @returns the exit status */
export async function main(tools: Tools): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'tam-giang-interop-'));
  const report = new Report();
  let trino: Trino | undefined;
  try {
    const starting = tools.startTrino?.(await mkdtemp(join(folder, 'trino-')));
    const tables = await makeTables(folder);
    trino = await starting;
    await trino?.query('CREATE SCHEMA lake.thu');
    for (const made of tables.read) if (isAsked(tools, made.name)) await readAll(made, tools, trino, report);
    if (trino) await foreignWrites(tables, trino, tools, report);
    if (trino && isAsked(tools, 'queries')) await conformance(folder, trino, tools, report);
    await tables.engine.close();
  } finally {
    await trino?.stop();
    await rm(folder, { recursive: true, force: true });
  }
  process.stdout.write(`${report.passed} passed, ${report.failed} failed\n`);
  return report.failed === 0 ? 0 : 1;
}
