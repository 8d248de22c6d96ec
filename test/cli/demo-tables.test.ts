// The demo as a newcomer runs it, then every table it made, read by an independent reader and by plain DuckDB.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { makeExtracts } from '../../cli/demo/extracts/make-extracts';
import type { TableField } from '../../lake/table/data-file';
import { currentSchema } from '../../lake/table/metadata';
import { planFiles } from '../../lake/table/plan';
import { openEngine } from '../../platform/duckdb/engine';
import { openHome } from '../../platform/local/home';
import { type Ran, tamgiang } from '../support/command';
import { ROOT } from '../support/repository';
import { tempFolder } from '../support/temp';

jest.setTimeout(120_000);

const cwd = tempFolder();
const home = join(cwd, 'hồ thử');
const READER = join(ROOT, 'test', 'lake', 'table', 'icebird-reader.mjs');

/** SQL giving a column as the reader's JSON has it. */
function asRead({ name, type }: Pick<TableField, 'name' | 'type'>): string {
  if (type === 'date') return `CAST(epoch_ms(CAST("${name}" AS TIMESTAMP)) AS DOUBLE)`;
  if (type === 'timestamp') return `CAST(epoch_ms("${name}") AS DOUBLE)`;
  return type === 'long' || type.startsWith('decimal') ? `CAST("${name}" AS VARCHAR)` : `"${name}"`;
}

/** icebird gives decimals as floating-point numbers (11 as 10.999999999999998): their scale says which number is meant. */
function exact(value: unknown, type: string): unknown {
  const scale = /^decimal\(\d+, ?(\d+)\)$/.exec(type)?.[1];
  return scale !== undefined && typeof value === 'number' ? value.toFixed(Number(scale)) : (value ?? null);
}

describe('the demo', () => {
  let demo: Ran;
  beforeAll(async () => {
    demo = await tamgiang(['demo', '--home', home, '--json'], { cwd });
  });

  it('ends well, with the verdict each made-up file was made for', () => {
    expect(demo.status).toBe(0);
    const verdicts = demo.json().submissions.map((one: { file: string; verdict: string }) => [one.file, one.verdict]);
    expect(verdicts).toEqual(makeExtracts(2026).map((extract) => [extract.fileName.normalize('NFC'), extract.expect]));
  });

  it('has a value for every figure of the leaders’ page', () => {
    const { figures } = demo.json().report;
    expect(figures.length).toBeGreaterThanOrEqual(6);
    expect(figures.filter((figure: { value: number | null }) => figure.value === null)).toEqual([]);
  });

  it('leaves a lake that keeps its promises', async () => {
    const verified = await tamgiang(['verify', '--home', home, '--json'], { cwd });
    expect(verified.json()).toMatchObject({ ok: true });
  });

  it('makes tables that icebird and plain DuckDB read alike, row for row', async () => {
    const { catalog, zones } = openHome(home);
    const engine = await openEngine({ threads: 2 });
    const tables = await catalog.list();
    expect(tables.length).toBeGreaterThanOrEqual(20);
    for (const table of tables) {
      const { metadata } = (await catalog.load(table))!;
      const fields = currentSchema(metadata).fields.flatMap(({ name, type }) =>
        typeof type === 'string' ? [{ name, type }] : [],
      );
      const { files } = await planFiles(zones.curated, metadata);
      const paths = files.map((file) => `'${file.path.slice('file://'.length)}'`).join(', ');
      const plain = await engine.rows(
        `SELECT to_json([${fields.map((field) => `to_json(${asRead(field)})`).join(', ')}]) AS row FROM read_parquet([${paths}], hive_partitioning = false)`,
      );
      const input = JSON.stringify({ tableUrl: metadata.location, metadata });
      const printed = execFileSync(process.execPath, [READER], { input, encoding: 'utf8', maxBuffer: 256_000_000 });
      const read: Record<string, unknown>[] = JSON.parse(printed);
      const byIcebird = read.map((row) => JSON.stringify(fields.map(({ name, type }) => exact(row[name], type))));
      const byDuckdb = plain.map(({ row }) => JSON.stringify(JSON.parse(String(row))));
      expect([table, byIcebird.length]).toEqual([table, files.reduce((sum, file) => sum + file.rows, 0)]);
      expect(byIcebird.sort()).toEqual(byDuckdb.sort());
    }
    await engine.close();
  });
});
