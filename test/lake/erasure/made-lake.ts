// A made-up lake with a made-up person in it: everywhere a person can be.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import type { Contract } from '../../../lake/contract/contract';
import { sqlList } from '../../../lake/intake/sql-text';
import { type Submitted, submitAll } from '../../../lake/submission/submit';
import { compact } from '../../../lake/table/compact';
import { keyAt } from '../../../lake/table/location';
import { planFiles } from '../../../lake/table/plan';
import { tablePorts } from '../../../lake/table/transact';
import { openEngine } from '../../../platform/duckdb/engine';
import { createHome } from '../../../platform/local/home';
import type { TestLake } from '../../support/lake';
import { madeColumn, madeContract } from '../../support/made-contract';

/** The person to erase, and somebody who stays. */
export const PERSON = '046000000001';
export const OTHER = '046000000002';

const COLUMNS = [
  madeColumn('ma', { required: true, keyPosition: 1 }),
  madeColumn('so_dinh_danh', { fieldId: 12, personal: 'basic', mask: 'middle', subjectId: true }),
  madeColumn('ghi_chu', { fieldId: 13 }),
  madeColumn('so_luong', { fieldId: 14, type: { kind: 'integer' } }),
];

function dataset(name: string): Contract {
  const contract = madeContract(COLUMNS, { minRows: 1, maxRejectedShare: 0.4 });
  return { ...contract, id: name, name: `so_thi_du/${name}`, dataset: name, slot: 'file' };
}

export const HO_SO = dataset('ho_so');
export const DON = dataset('don');

export async function openMade(dir: string): Promise<TestLake> {
  const ports = await createHome(dir);
  return { ports, contracts: new Map([HO_SO, DON].map((contract) => [contract.name, contract])), codeLists: new Map() };
}

let sent = 0;

export async function put(
  lake: TestLake,
  contract: Contract,
  period: string,
  fileName: string,
  text: string | Buffer,
): Promise<Submitted> {
  const folder = join(lake.ports.dir, '..', `sent-${sent++}`);
  mkdirSync(folder);
  writeFileSync(join(folder, fileName), text);
  const [done] = await submitAll([{ path: join(folder, fileName), fileName, contract, period }], lake);
  if (!done) throw new Error('nothing was submitted');
  return done;
}

const HEADER = 'ma;so_dinh_danh;ghi_chu;so_luong;cột lạ\n';

/** Rows `ma, person, note, amount`; the last column is outside the contract. */
export function text(...rows: readonly (readonly [string, string, string, string, string?])[]): string {
  return HEADER + rows.map(([a, b, c, d, e = '']) => `${a};${b};${c};${d};${e}\n`).join('');
}

/** A ZIP of one deflated sheet: as much of a workbook as matters. */
export function workbook(sheet: string): Buffer {
  const packed = deflateRawSync(Buffer.from(`<worksheet>${sheet}${'<row/>'.repeat(40)}</worksheet>`));
  const name = Buffer.from('xl/worksheets/sheet1.xml');
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(8, 8);
  local.writeUInt32LE(packed.length, 18);
  local.writeUInt16LE(name.length, 26);
  const listed = Buffer.alloc(46);
  listed.writeUInt32LE(0x02014b50, 0);
  listed.writeUInt16LE(8, 10);
  listed.writeUInt32LE(packed.length, 20);
  listed.writeUInt16LE(name.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(listed.length + name.length, 12);
  end.writeUInt32LE(local.length + name.length + packed.length, 16);
  return Buffer.concat([local, name, packed, listed, name, end]);
}

export const MOT = text(
  ['a1', '046 000 000 001', '"một\nhai"', '1'],
  ['a2', OTHER, 'hai', '2'],
  ['a3', "'046.000.000.001", 'sai', 'x'],
  ['a4', OTHER, 'sai', 'y'],
  ['a5', OTHER, 'năm', '5', PERSON],
  ['a6', '46000000001', 'mất số 0', '6'],
  ['a7', OTHER, '"bảy\nbảy"', '7'],
);

/** The person in live rows, a former version, a shared file, rows set aside, a refused file, an orphan, a tag and beside the zones. */
export async function fill(lake: TestLake): Promise<void> {
  await put(lake, HO_SO, '2026-09', 'mot.csv', text(['a1', PERSON, 'bản đầu', '1'], ['a2', OTHER, 'bản đầu', '2']));
  await put(lake, HO_SO, '2026-09', 'mot.csv', MOT);
  await put(lake, HO_SO, '2026-09', 'hai.csv', text(['b1', OTHER, '', '1'], ['b2', PERSON, '', '2']));
  await put(lake, HO_SO, '2026-09', 'khac.csv', text(['k1', OTHER, '', '1']));
  const isClosed = (period: string | null) => period === '2026-09';
  await compact({ table: 'ho_so', isClosed }, tablePorts(lake.ports));
  await put(lake, HO_SO, '2026-10', 'ba.csv', text(['c1', PERSON, '', '1']));
  await put(lake, HO_SO, '2026-10', 'bon.csv', text(['d1', PERSON, '', '1'], ['d2', OTHER, '', '2']));
  await put(lake, HO_SO, '2026-10', 'hong.csv', `không có tiêu đề\nsố 046 000 000 001 đây\ncòn dòng này\n`);
  await put(lake, DON, '2026-10', 'don.csv', text(['e1', OTHER, '', '1'], ['e2', '046-000-000-001', '', '2']));
  await put(lake, DON, '2026-10', 'khac.csv', text(['g1', OTHER, '', '1']));
  const { dir } = lake.ports;
  const data = join(dir, 'curated', 'ho_so', 'data', 'ky_du_lieu=2026-10');
  const [some = ''] = readdirSync(data);
  for (const name of readdirSync(data))
    copyFileSync(join(data, name), join(data, `00ff00ff00ff00ff-${name.slice(17)}`));
  mkdirSync(join(dir, 'curated.before-20261101000000', 'ho_so'), { recursive: true });
  copyFileSync(join(data, some), join(dir, 'curated.before-20261101000000', 'ho_so', 'cu.parquet'));
  mkdirSync(join(dir, 'ingest', 'so_thi_du', 'ho_so', '2026-11'), { recursive: true });
  writeFileSync(
    join(dir, 'ingest', 'so_thi_du', 'ho_so', '2026-11', 'hồ sơ.csv'),
    text(['h1', PERSON, '', '1'], ['h2', OTHER, '', '2']),
  );
  mkdirSync(join(dir, 'reports', 'x'), { recursive: true });
  writeFileSync(join(dir, 'reports', 'x', 'index.html'), `<p>${PERSON}</p>`);
  writeFileSync(join(dir, 'reports', 'x', 'khac.html'), `<p>${OTHER}</p>`);
}

/** Rows readers see, every column as text. */
export async function rowsOf(lake: TestLake, table: string): Promise<readonly string[]> {
  const { curated } = lake.ports.zones;
  const head = await lake.ports.catalog.load(table);
  const files = head ? (await planFiles(curated, head.metadata)).files : [];
  if (files.length === 0) return [];
  const paths = await Promise.all(files.map((file) => curated.toFile(keyAt(curated, file.path))));
  const engine = await openEngine({ threads: 1 });
  try {
    const rows = await engine.rows(
      `SELECT CAST(t AS VARCHAR) AS line FROM read_parquet(${sqlList(paths)}, hive_partitioning = false) t ORDER BY 1`,
    );
    return rows.map((row) => String(row.line));
  } finally {
    await engine.close();
  }
}

export const filesOf = (dir: string): readonly string[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

const SQUEEZED = PERSON.slice(1);

/** Files of a home that hold the number in any spelling: bytes squeezed, Parquet columns one by one. Written without the code under test. */
export async function holding(dir: string, wanted = SQUEEZED): Promise<readonly string[]> {
  const found: string[] = [];
  const engine = await openEngine({ threads: 1 });
  try {
    for (const path of filesOf(dir)) {
      const squeezed = readFileSync(path, 'latin1').replace(/[ .'-]/g, '');
      let isHeld = squeezed.includes(wanted);
      if (path.endsWith('.parquet')) {
        const [row] = await engine.rows(
          `SELECT count(*) AS n FROM read_parquet('${path.replaceAll("'", "''")}', hive_partitioning = false) t WHERE regexp_replace(CAST(t AS VARCHAR), '[ .''-]', '', 'g') LIKE '%${wanted}%'`,
        );
        isHeld ||= Number(row?.n) > 0;
      }
      if (isHeld) found.push(path.slice(dir.length + 1));
    }
  } finally {
    await engine.close();
  }
  return found;
}
