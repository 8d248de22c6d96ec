// Tables made through the lake's own code, and what every reader must find in them. All data is made up.
import { createHash, randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sqlName, sqlString } from '../../lake/intake/sql-text';
import { commit } from '../../lake/table/commit';
import { compact } from '../../lake/table/compact';
import type { DataFile, TableDefinition, TableField } from '../../lake/table/data-file';
import type { Effect } from '../../lake/table/effect';
import { expireSnapshots } from '../../lake/table/expire';
import { currentSnapshot, type TableMetadata } from '../../lake/table/metadata';
import { type ColumnText, statsFromText } from '../../lake/table/stats';
import { type TablePorts, tablePorts } from '../../lake/table/transact';
import { type Engine, openEngine } from '../../platform/duckdb/engine';
import { readColumnTexts } from '../../platform/duckdb/parquet-stats';
import { duckdbType } from '../../platform/duckdb/warehouse-sql';
import { createHome } from '../../platform/local/home';
import type { Row } from './values';

export interface Made {
  readonly name: string;
  readonly ports: TablePorts;
  readonly definition: TableDefinition;
  readonly metadata: TableMetadata;
  /** Location of the metadata file. */
  readonly metadataFile: string;
  /** By snapshot id; the last one is current. Expired ones are not in it. */
  readonly snapshots: ReadonlyMap<string, readonly Row[]>;
}

export function currentRows({ metadata, snapshots }: Pick<Made, 'metadata' | 'snapshots'>): readonly Row[] {
  const snapshot = currentSnapshot(metadata);
  return (snapshot && snapshots.get(String(snapshot['snapshot-id']))) ?? [];
}

const LINEAGE: readonly TableField[] = [
  { id: 1, name: '_submission', type: 'string', doc: 'Khóa bài gửi' },
  { id: 2, name: '_version', type: 'string' },
  { id: 3, name: '_row', type: 'long' },
  { id: 4, name: '_loaded_at', type: 'timestamp' },
  { id: 5, name: 'ky_du_lieu', type: 'string', doc: 'Kỳ dữ liệu' },
];
const PERIOD = 5;

/** Builds one table, keeping beside it what its rows must be. */
class Builder {
  readonly snapshots = new Map<string, readonly Row[]>();
  readonly #live = new Map<string, readonly Row[]>();
  #definition: TableDefinition;

  constructor(
    readonly ports: TablePorts,
    readonly engine: Engine,
    readonly workDir: string,
    definition: TableDefinition,
  ) {
    this.#definition = definition;
  }

  change(definition: TableDefinition): void {
    this.#definition = definition;
  }

  /** `rows` without lineage; a period of the table is any text. */
  async put(submission: string, version: string, period: string, rows: readonly Row[]): Promise<void> {
    const effect = await putEffect(this, this.#definition, submission, version, period, rows);
    await this.commit([effect.effect], () => this.#live.set(submission, effect.rows));
  }

  async putTogether(puts: readonly (readonly [string, string, string, readonly Row[]])[]): Promise<void> {
    const made: Awaited<ReturnType<typeof putEffect>>[] = [];
    for (const [submission, version, period, rows] of puts)
      made.push(await putEffect(this, this.#definition, submission, version, period, rows));
    await this.commit(
      made.map(({ effect }) => effect),
      () => {
        for (const { effect, rows } of made) this.#live.set(effect.submission, rows);
      },
    );
  }

  async retract(submission: string, version: string): Promise<void> {
    await this.commit([retractEffect(submission, version)], () => this.#live.delete(submission));
  }

  async commit(effects: readonly Effect[], change: () => void): Promise<void> {
    const { snapshotId, outcomes } = await commit({ table: this.#definition, effects }, this.ports);
    if (outcomes.some(({ outcome }) => outcome !== 'committed')) throw new Error(JSON.stringify(outcomes));
    change();
    this.snapshots.set(snapshotId, this.rows());
  }

  rows(): readonly Row[] {
    return [...this.#live.values()].flat();
  }

  /** Notes that the rows are what they were, in whatever snapshots have come since. */
  async same(): Promise<void> {
    const { metadata } = await this.made();
    for (const snapshot of metadata.snapshots ?? []) {
      const id = String(snapshot['snapshot-id']);
      if (!this.snapshots.has(id)) this.snapshots.set(id, this.rows());
    }
  }

  async made(): Promise<Made> {
    const name = this.#definition.name;
    const head = await this.ports.catalog.load(name);
    if (!head) throw new Error(`no table ${name}`);
    const retained = new Set((head.metadata.snapshots ?? []).map((snapshot) => String(snapshot['snapshot-id'])));
    const snapshots = new Map([...this.snapshots].filter(([id]) => retained.has(id)));
    const { ports } = this;
    return {
      name,
      ports,
      definition: this.#definition,
      metadata: head.metadata,
      metadataFile: head.location,
      snapshots,
    };
  }
}

const keyOf = (submission: string, version: string) =>
  createHash('sha256').update(`${submission} ${version}`).digest('hex');

export function retractEffect(submission: string, version: string): Effect {
  const effectKey = keyOf(submission, version);
  return { submission, version, effectKey, op: 'retract', rowsIn: 0, rowsAccepted: 0, rowsRejected: 0, add: [] };
}

/** Writes the rows as intake does: one Parquet file with field ids, its figures from RETURN_STATS; row groups are small. */
export async function putEffect(
  at: { readonly ports: TablePorts; readonly engine: Engine; readonly workDir: string },
  definition: TableDefinition,
  submission: string,
  version: string,
  period: string,
  rows: readonly Row[],
): Promise<{ readonly effect: Effect; readonly rows: readonly Row[] }> {
  const { fields, boundedFields } = definition;
  const full = rows.map(
    (row, i): Row => ({
      _submission: submission,
      _version: version,
      _row: String(i + 1),
      _loaded_at: '2026-07-01 01:02:03.456000',
      ky_du_lieu: period,
      ...row,
    }),
  );
  const path = join(at.workDir, `${randomUUID()}.parquet`);

  const names = fields.map((field) => sqlName(field.name)).join(', ');
  await at.engine.run(
    `CREATE OR REPLACE TEMP TABLE made (${fields.map((f) => `${sqlName(f.name)} VARCHAR`).join(', ')})`,
  );
  for (let i = 0; i < full.length; i += 1000) {
    const tuples = full
      .slice(i, i + 1000)
      .map((row) => `(${fields.map(({ name }) => (row[name] == null ? 'NULL' : sqlString(row[name]))).join(', ')})`);
    await at.engine.run(`INSERT INTO made (${names}) VALUES ${tuples.join(', ')}`);
  }
  const columns = fields.map(({ name, type }) => `CAST(${sqlName(name)} AS ${duckdbType(type)}) AS ${sqlName(name)}`);
  const ids = fields.map((field) => `${sqlName(field.name)}: ${field.id}`).join(', ');
  const [told] = await at.engine.rows(
    `COPY (SELECT ${columns.join(', ')} FROM made) TO ${sqlString(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 2048, FIELD_IDS {${ids}}, RETURN_STATS)`,
  );
  const texts = new Map<string, ColumnText>(full.length > 0 ? readColumnTexts(told?.column_statistics) : []);
  // As intake does: these are constant, and known where the file has no row to show them.
  for (const [name, text] of [
    ['_submission', submission],
    ['_version', version],
    ['ky_du_lieu', period],
  ] as const)
    texts.set(name, { valueCount: 0, nullCount: 0, ...texts.get(name), min: text, max: text });
  const effectKey = keyOf(submission, version);
  const sizeBytes = (await stat(path)).size;
  const key = `${definition.name}/data/${effectKey.slice(0, 16)}-${randomUUID()}.parquet`;
  await at.ports.store.adoptFileIfAbsent(key, path);
  const file: DataFile = {
    path: at.ports.store.location(key),
    sizeBytes,
    rows: full.length,
    period: definition.partitionBy === undefined ? null : period,
    stats: statsFromText(fields, texts, boundedFields),
  };
  const counts = { rowsIn: full.length, rowsAccepted: full.length, rowsRejected: 0 };
  return { effect: { submission, version, effectKey, op: 'put', ...counts, add: [file] }, rows: full };
}

const ALL_TYPES: readonly TableField[] = [
  { id: 11, name: 'số lượng', type: 'int', doc: 'Số lượng, đơn vị cái' },
  { id: 12, name: 'ma_lon', type: 'long' },
  { id: 13, name: 'tỷ lệ', type: 'double' },
  { id: 14, name: 'đang dùng', type: 'boolean' },
  { id: 15, name: 'ngay', type: 'date' },
  { id: 16, name: 'luc', type: 'timestamp' },
  { id: 17, name: 'gia', type: 'decimal(9,2)' },
  { id: 18, name: 'tien', type: 'decimal(18,4)' },
  { id: 19, name: 'rat_lon', type: 'decimal(38,6)' },
  { id: 20, name: 'tên đầy đủ', type: 'string' },
  { id: 21, name: 'khong_co_gi', type: 'string' },
];

const LONG_TEXT = 'Đầm phá Tam Giang – Cầu Hai, xã Quảng Công, huyện Quảng Điền '.repeat(8);

const ROWS: readonly Row[] = [
  {
    'số lượng': '1',
    ma_lon: '9223372036854775807',
    'tỷ lệ': '0.1',
    'đang dùng': 'true',
    ngay: '2026-07-01',
    luc: '2026-07-01 08:00:00.120000',
    gia: '1234567.89',
    tien: '12345678901234.5678',
    rat_lon: '12345678901234567890123456789012.345678',
    'tên đầy đủ': 'Thừa Thiên Huế',
  },
  {
    'số lượng': '-2147483648',
    ma_lon: '-9223372036854775808',
    'tỷ lệ': '-1.7976931348623157e308',
    'đang dùng': 'false',
    ngay: '1969-12-31',
    luc: '1969-12-31 23:59:59.999999',
    gia: '-0.01',
    tien: '-0.0001',
    rat_lon: '-99999999999999999999999999999999.999999',
    'tên đầy đủ': '',
  },
  {},
  {
    'số lượng': '2147483647',
    ma_lon: '9007199254740993',
    'tỷ lệ': '5e-324',
    'đang dùng': 'true',
    ngay: '1945-09-02',
    luc: '1899-12-31 23:59:59.000001',
    gia: '0.00',
    tien: '0.0000',
    rat_lon: '0.000001',
    'tên đầy đủ': LONG_TEXT,
  },
  {
    'số lượng': '0',
    ma_lon: '-1',
    'tỷ lệ': '-2.5',
    'đang dùng': null,
    ngay: '9999-12-31',
    luc: '2100-02-28 00:00:00.000000',
    gia: '-9999999.99',
    tien: '-99999999999999.9999',
    rat_lon: '-0.000001',
    'tên đầy đủ': `${LONG_TEXT}${LONG_TEXT}khác ở cuối`,
  },
  {
    'số lượng': '7',
    ma_lon: '70',
    'tỷ lệ': '123456789.123456789',
    'đang dùng': 'false',
    ngay: '0001-01-01',
    luc: '1000-01-01 12:00:00.000000',
    gia: '0.10',
    tien: '0.3000',
    rat_lon: '100.000000',
    'tên đầy đủ': 'dấu \' và " và \\ và \t và 🦐',
  },
];

const numbered = (from: number, count: number): readonly Row[] =>
  Array.from({ length: count }, (_, i): Row => {
    const n = from + i;
    return { so: String(n), gia: (n / 100).toFixed(2), ten: `dòng ${Math.abs(n % 97)}` };
  });

const NUMBERED: readonly TableField[] = [
  { id: 11, name: 'so', type: 'int' },
  { id: 12, name: 'gia', type: 'decimal(7,2)' },
  { id: 13, name: 'ten', type: 'string' },
];
const BOUNDED = [1, 2, 3, 5, ...Array.from({ length: 20 }, (_, i) => 11 + i)];

const definitionOf = (
  name: string,
  fields: readonly TableField[],
  more: Partial<TableDefinition> = {},
): TableDefinition => ({
  name,
  fields: [...LINEAGE, ...fields],
  partitionBy: PERIOD,
  boundedFields: BOUNDED,
  ...more,
});

/** Every type, nulls, empty and long text, no row and one row, several snapshots, a column added later. */
async function everyType(start: Start): Promise<Made> {
  const first = definitionOf('moi_kieu', ALL_TYPES);
  const table = await start(first);
  await table.put('so_thu/moi_kieu/2026-06', 'v1', '2026-06', ROWS);
  await table.put('so_thu/moi_kieu/2026-07', 'v1', 'quý 3, đợt 1 – đặc biệt', ROWS.slice(1, 2));
  await table.put('so_thu/moi_kieu/2026-08', 'v1', '2026-08', []);
  await table.put('so_thu/moi_kieu/2026-06', 'v2', '2026-06', [...ROWS.slice(0, 3), ...ROWS.slice(1)]);
  table.change(definitionOf('moi_kieu', [...ALL_TYPES, { id: 22, name: 'ghi chú', type: 'string' }]));
  await table.put('so_thu/moi_kieu/2026-09', 'v1', 'đã gộp=kỳ/9 %41', [
    { ...ROWS[0], 'ghi chú': 'cột mới' },
    { ...ROWS[4], 'ghi chú': null },
  ]);
  await table.retract('so_thu/moi_kieu/2026-07', 'v1');
  await table.put('so_thu/moi_kieu/2026-10', 'v1', 'Đợt đầu', [{}, {}]);
  return table.made();
}

async function unpartitioned(start: Start): Promise<Made> {
  const { partitionBy: _, ...definition } = definitionOf('khong_chia', NUMBERED);
  const table = await start(definition);
  for (let month = 1; month <= 4; month++)
    await table.put(`so_thu/khong_chia/2026-0${month}`, 'v1', `2026-0${month}`, numbered(month * 1000 - 2000, 50));
  return table.made();
}

async function onlyEmpty(start: Start): Promise<Made> {
  const table = await start(definitionOf('khong_dong', NUMBERED));
  await table.put('so_thu/khong_dong/2026-06', 'v1', '2026-06', []);
  return table.made();
}

/** Files merged, a merged file rewritten because one of its submissions changed, types widened, partitions changed. */
async function changed(start: Start): Promise<Made> {
  const first = definitionOf('bien_doi', NUMBERED, { sortBy: [11] });
  const table = await start(first);
  const sk = (part: string) => `so_thu/bien_doi/2026-06/${part}`;
  await table.put(sk('a'), 'v1', '2026-06', numbered(0, 40));
  await table.putTogether([
    [sk('b'), 'v1', '2026-06', numbered(-500, 30)],
    [sk('c'), 'v1', '2026-07', numbered(900, 10)],
    [sk('d'), 'v1', '2026-07', numbered(950, 10)],
  ]);
  await compact({ table: 'bien_doi', isClosed: () => true }, table.ports);
  await table.same();
  const [wide] = [
    definitionOf(
      'bien_doi',
      [
        { id: 11, name: 'so', type: 'long' },
        { id: 12, name: 'gia', type: 'decimal(9,2)' },
        { id: 13, name: 'ten', type: 'string' },
      ],
      { sortBy: [11] },
    ),
  ];
  table.change(wide);
  await table.put(sk('e'), 'v1', '2026-06', [
    { so: '9223372036854775807', gia: '9999999.99', ten: 'rộng hơn' },
    { so: '-9223372036854775808', gia: '-9999999.99', ten: null },
  ]);
  await table.put(sk('b'), 'v2', '2026-06', numbered(600, 5));
  await table.retract(sk('d'), 'v1');
  const { partitionBy: _, ...whole } = wide;
  table.change(whole);
  await table.put(sk('f'), 'v1', '2026-08', numbered(1200, 12));
  await table.put(sk('a'), 'v2', '2026-06', numbered(40, 3));
  return table.made();
}

/** Old snapshots are gone, save the tagged one. */
async function expired(start: Start): Promise<Made> {
  const table = await start(definitionOf('co_han', NUMBERED));
  const { ports } = table;
  for (let version = 1; version <= 6; version++) {
    await table.put('so_thu/co_han/2026-06', `v${version}`, '2026-06', numbered(version * 100, version));
    if (version !== 2) continue;
    const head = await ports.catalog.load('co_han');
    const id = head?.metadata['current-snapshot-id'];
    if (!head || id === undefined) throw new Error('no snapshot to tag');
    const refs = { ...head.metadata.refs, 'phat-hanh-1': { 'snapshot-id': id, type: 'tag' as const } };
    if ((await ports.catalog.swap('co_han', head, { ...head.metadata, refs })) !== 'OK') throw new Error('not tagged');
  }
  await new Promise((done) => setTimeout(done, 5));
  const dropped = await expireSnapshots({ table: 'co_han', keepAtLeast: 2, maxAgeMs: 0 }, ports);
  if (dropped !== 3) throw new Error(`${dropped} snapshots expired, not 3`);
  return table.made();
}

/**
 * What another engine may write to: several row groups in one file, several files, several periods. Periods are plain,
 * as the lake's are: others put them into paths, and keys of the lake have no other letters.
 */
async function forOthers(start: Start, name: string): Promise<Made> {
  const table = await start(definitionOf(name, NUMBERED));
  await table.put(`so_thu/${name}/2026-06/a`, 'v1', '2026-06', numbered(0, 10_000));
  await table.put(`so_thu/${name}/2026-06/b`, 'v1', '2026-06', numbered(500_000, 500));
  await table.put(`so_thu/${name}/2026-07`, 'v1', '2026-07', numbered(600_000, 300));
  return table.made();
}

type Start = (definition: TableDefinition) => Promise<Builder>;

export interface Tables {
  readonly engine: Engine;
  readonly workDir: string;
  readonly read: readonly Made[];
  /** Owned by the other engine from the moment it registers them. */
  readonly written: Made;
  readonly optimized: Made;
}

export async function makeTables(folder: string): Promise<Tables> {
  const engine = await openEngine({ threads: 1 });
  const home = await createHome(join(folder, 'hồ đọc thử'));
  const elsewhere = await createHome(join(folder, 'other'));
  const workDir = folder;
  const here: Start = async (definition) => new Builder(tablePorts(home), engine, workDir, definition);
  const there: Start = async (definition) => new Builder(tablePorts(elsewhere), engine, workDir, definition);
  const read: Made[] = [];
  for (const make of [everyType, unpartitioned, onlyEmpty, changed, expired]) read.push(await make(here));
  return {
    engine,
    workDir,
    read,
    written: await forOthers(there, 'bi_ghi'),
    optimized: await forOthers(there, 'bi_gop'),
  };
}
